# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two paths: sessions that the controller's path shares, and the choice between the paths.

Equal results on both paths are the subject of test_both_paths.py.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import sys
from typing import Any

import pytest

from tests.playbooks.conftest import CLIENT_ID, CLIENT_SECRET, PASSWORD, Ansible

PLATFORM, GATEWAY = (
    "restops.clients.itential_platform_request",
    "restops.clients.itential_gateway_request",
)
HEALTH = {"name": "Read", PLATFORM: {"path": "/health/server"}}


# Sessions


def left_behind(ansible: Ansible) -> list[str]:
    return [str(path) for path in (ansible.folder / ".ansible").rglob("restops-*")]


@pytest.mark.parametrize("strategy", ["linear", "free", "host_pinned"])
def test_many_hosts_and_forks_log_in_once(ansible: Ansible, strategy: str) -> None:
    ansible.platform.simulator.settings["login_delay"] = 0.2
    tasks = [
        HEALTH,
        {**HEALTH, "loop": [1, 2, 3]},
        {
            "name": "Several",
            PLATFORM: {"requests": [{"path": "/health/server"}, {"path": "/adapters"}]},
        },
    ]
    done = ansible.play(
        tasks, "-i", ansible.inventory(16), "-f", "8", hosts="all", strategy=strategy
    )[0]
    assert done.returncode == 0, done.stdout[-3000:]
    assert ansible.platform.simulator.counters["logins"] == 1
    assert ansible.platform.simulator.counters["GET /health/server"] == 16 * 5
    assert left_behind(ansible) == []


def test_a_wrong_password_is_sent_once_and_reported_for_every_host(ansible: Ansible) -> None:
    tasks = [{"name": "Refused", GATEWAY: {"path": "/status", "password": "not the horse"}}]
    done = ansible.play(tasks, "-i", ansible.inventory(50), "-f", "25", hosts="all")[0]
    assert done.returncode == 2
    told = set(
        re.findall(
            (
                r"fatal: \[(h\d+)\]: FAILED!.*401 Unauthorized: Invalid username or "
                r"password; check 'username' and 'password'"
            ),
            done.stdout,
        )
    )
    assert len(told) == 50
    assert ansible.gateway.simulator.counters["logins"] == 1
    assert "not the horse" not in done.stdout
    assert left_behind(ansible) == []


def test_a_session_that_the_server_ends_is_renewed_once_for_all_workers(
    ansible: Ansible,
) -> None:
    kill = {
        "name": "Kill",
        "ansible.builtin.uri": {
            "url": f"http://127.0.0.1:{ansible.platform.port}/_sim/expire",
            "method": "POST",
            "status_code": 204,
        },
        "run_once": True,
    }
    done = ansible.play(
        [HEALTH, kill, HEALTH, HEALTH], "-i", ansible.inventory(8), "-f", "4", hosts="all"
    )[0]
    assert done.returncode == 0, done.stdout[-3000:]
    assert ansible.platform.simulator.counters["logins"] == 2


def test_different_credentials_do_not_share_a_session(ansible: Ansible) -> None:
    ada = {"client_id": None, "client_secret": None, "username": "ada", "password": PASSWORD}
    tasks = [
        HEALTH,
        {"name": "Ada", PLATFORM: {"path": "/health/server", **ada}},
        HEALTH,
        {
            "name": "Wrong",
            PLATFORM: {"path": "/health/server", **ada, "password": "x" * 9},
            "ignore_errors": True,
        },
    ]
    done = ansible.play(tasks)[0]
    assert ansible.platform.simulator.counters["logins"] == 3, done.stdout
    assert done.stdout.count("...ignoring") == 1


def test_lookups_share_the_session_of_the_tasks(ansible: Ansible) -> None:
    variables = ansible.variables("itential_platform")
    expression = (
        "{{ lookup('restops.clients.itential_platform', '/health/server', attribute='version') }}"
    )
    look = {
        "name": "Look",
        "ansible.builtin.debug": {"msg": expression},
        "loop": list(range(5)),
        "register": "found",
    }
    done, registered = ansible.play([HEALTH, look, look], vars=variables)
    assert {item["msg"] for item in registered["found"]["results"]} == {"6.5.2"}, done.stdout
    assert ansible.platform.simulator.counters["logins"] == 1


def test_lookups_that_come_before_any_task_log_in_once_per_task(ansible: Ansible) -> None:
    variables = ansible.variables("itential_platform")
    expression = (
        "{{ lookup('restops.clients.itential_platform', '/health/server', attribute='version') }}"
    )
    look = {"name": "Look", "ansible.builtin.debug": {"msg": expression}, "loop": list(range(5))}
    done = ansible.play([look, look], vars=variables)[0]
    assert done.returncode == 0, done.stdout
    assert ansible.platform.simulator.counters["logins"] == 2
    assert left_behind(ansible) == []


def test_an_unshared_session_is_ended_after_its_task(ansible: Ansible) -> None:
    own = {"name": "Own", PLATFORM: {"path": "/health/server", "shared_session": False}}
    done = ansible.play([own, own, HEALTH])[0]
    assert done.returncode == 0, done.stdout
    assert ansible.platform.simulator.counters["logins"] == 3
    assert ansible.platform.simulator.counters["GET /logout"] == 2
    assert len(ansible.platform.simulator.sessions) == 1


# Which path


@pytest.mark.parametrize(
    ("execution", "keywords", "said"),
    [
        ("auto", {"become": True}, "runs as a module, because it becomes another user"),
        ("auto", {"async": 30, "poll": 1}, "runs as a module, because it is asynchronous"),
        ("target", {}, "runs as a module, because restops_execution is target"),
        ("auto", {}, None),
        ("controller", {"become": True}, None),
    ],
)
def test_a_task_that_runs_as_a_module_logs_the_reason(
    ansible: Ansible, execution: str, keywords: dict[str, Any], said: str | None
) -> None:
    ansible.execution = execution
    ansible.environment["ANSIBLE_BECOME_EXE"] = "/usr/bin/env"
    ansible.environment["ANSIBLE_BECOME_FLAGS"] = ""
    done = ansible.play([{**HEALTH, **keywords, "ignore_errors": "become" in keywords}], "-v")[0]
    if said is None:
        assert "runs as a module" not in done.stdout
        assert done.returncode == 0, done.stdout
    else:
        assert said in done.stdout


def test_a_task_for_another_machine_runs_as_a_module_there(ansible: Ansible) -> None:
    (ansible.folder / "far.ini").write_text(
        "far ansible_host=192.0.2.1 ansible_connection=ssh ansible_ssh_timeout=1 "
        "ansible_ssh_retries=0\n"
    )
    done = ansible.play([HEALTH], "-v", "-i", "far.ini", hosts="far")[0]
    assert "runs as a module, because the connection is ssh" in done.stdout
    ansible.execution = "controller"
    done = ansible.play([HEALTH], "-i", "far.ini", hosts="far")[0]
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("execution", "keywords", "said"),
    [
        ("controller", {"async": 30, "poll": 1}, "cannot run there: it is asynchronous"),
        ("elsewhere", {}, "must be controller, target or auto, not 'elsewhere'"),
    ],
)
def test_an_execution_that_is_impossible_is_an_error(
    ansible: Ansible, execution: str, keywords: dict[str, Any], said: str
) -> None:
    ansible.execution = execution
    done = ansible.play([{**HEALTH, **keywords}])[0]
    assert done.returncode == 2
    assert said in done.stdout


def test_the_environment_of_a_task_applies_on_the_controller(ansible: Ansible) -> None:
    through = {
        **HEALTH,
        PLATFORM: {"path": "/health/server", "retry": 1},
        "environment": {"http_proxy": "http://127.0.0.1:9"},
        "ignore_errors": True,
        "register": "through",
    }
    done, registered = ansible.play([through, {**HEALTH, "register": "direct"}])
    assert registered["through"]["failed"], done.stdout
    assert registered["direct"]["status"] == 200


# Ansible's keywords


def test_options_have_the_documented_precedence(ansible: Ansible) -> None:
    (ansible.folder / "ansible.cfg").write_text(
        "[restops_clients]\nitential_gateway_username = "
        "ada@itential\nitential_gateway_password = wrong-from-file\n"
    )
    ansible.environment["ITENTIAL_GATEWAY_PASSWORD"] = "wrong-from-process"
    base = ansible.at(ansible.gateway)
    variables = {f"itential_gateway_{name}": value for name, value in base.items()}
    variables.update(
        itential_gateway_password="{{ the_password }}", the_password="wrong-from-variable"
    )
    right = {"ITENTIAL_GATEWAY_PASSWORD": PASSWORD}
    cases = [
        {
            "name": "file and process",
            GATEWAY: {"path": "/status", **base},
            "register": "process",
            "ignore_errors": True,
        },
        {
            "name": "variable",
            GATEWAY: {"path": "/status"},
            "vars": variables,
            "register": "variable",
            "ignore_errors": True,
        },
        {
            "name": "environment",
            GATEWAY: {"path": "/status"},
            "vars": variables,
            "environment": right,
            "register": "by_task",
        },
        {
            "name": "defaults",
            GATEWAY: {"path": "/status"},
            "vars": variables,
            "module_defaults": {
                f"group/{GATEWAY.removesuffix('_request')}": {"password": PASSWORD}
            },
            "register": "defaults",
        },
        {
            "name": "argument",
            GATEWAY: {"path": "/status", "password": PASSWORD},
            "vars": variables,
            "register": "argument",
        },
    ]
    for execution in ("controller", "target"):
        ansible.execution = execution
        done, registered = ansible.play(cases, module_defaults={})
        assert [
            registered[name].get("status")
            for name in ("process", "variable", "by_task", "defaults", "argument")
        ] == [401, 401, 200, 200, 200], done.stdout


def test_task_keywords_work_as_for_other_modules(ansible: Ansible) -> None:
    ansible.platform.simulator.faults.append({"path": "/whoami", "status": 500, "times": 2})
    tasks = [
        {
            "name": "Until",
            PLATFORM: {"path": "/whoami"},
            "until": "who is success",
            "retries": 3,
            "delay": 0,
            "register": "who",
        },
        {
            "name": "Once",
            PLATFORM: {"path": "/health/server"},
            "run_once": True,
            "register": "once",
        },
        {
            "name": "Delegated",
            PLATFORM: {"path": "/health/server"},
            "delegate_to": "localhost",
            "register": "delegated",
        },
        {"name": "Throttled", PLATFORM: {"path": "/health/server"}, "throttle": 1},
        {
            "name": "Silent",
            PLATFORM: {"method": "POST", "path": "/_sim/echo", "body": "silent-word"},
            "no_log": True,
        },
        {
            "name": "In time",
            PLATFORM: {"path": "/_sim/slow/0.01"},
            "timeout": 10,
            "register": "slow",
        },
        {
            "name": "Too late",
            PLATFORM: {"path": "/_sim/slow/20"},
            "timeout": 1,
            "ignore_errors": True,
            "register": "late",
        },
        {
            "name": "Different",
            PLATFORM: {"path": "/health/server"},
            "diff": True,
            "when": "late.failed",
        },
        {
            "name": "Checked",
            PLATFORM: {"method": "POST", "path": "/x"},
            "check_mode": True,
            "register": "checked",
        },
    ]
    done, registered = ansible.play(tasks, "-v", "-i", ansible.inventory(2), hosts="all")
    assert done.returncode == 0, done.stdout[-3000:]
    assert registered["who"]["attempts"] in (1, 2, 3)
    assert registered["late"]["failed"]
    assert registered["checked"]["status"] is None
    assert "silent-word" not in done.stdout
    assert ansible.platform.simulator.counters["POST /x"] == 0


def test_retries_are_shown_at_verbosity_two(ansible: Ansible) -> None:
    ansible.platform.simulator.faults.append({"path": "/whoami", "status": 503, "times": 1})
    task = {"name": "Read", PLATFORM: {"path": "/whoami", "retry": {"wait": 0}}}
    done = ansible.play([task], "-vv")[0]
    assert re.search(
        r"restops.clients: GET http\S+/whoami: 503; attempt 2 in 0.00 s", done.stdout
    ), done.stdout
    assert "restops.clients" not in ansible.play([task], "-v")[0].stdout.replace(
        "restops.clients.", ""
    )


@pytest.fixture
def where(ansible: Ansible) -> str:
    return (
        f"host=127.0.0.1 port={ansible.platform.port} use_tls=false client_id={CLIENT_ID} "
        f"client_secret={CLIENT_SECRET} path=/health/server"
    )


def test_ansible_console_runs_a_module(ansible: Ansible, where: str) -> None:
    done = ansible.run("ansible-console", "localhost", typed=f"{PLATFORM} {where}\nexit\n")
    assert '"version": "6.5.2"' in done.stdout, done.stdout + done.stderr


def test_ansible_runner_runs_a_playbook(ansible: Ansible) -> None:
    project = ansible.folder / "project"
    project.mkdir()
    tasks = [
        {"name": "Read", PLATFORM: {"path": "/health/server"}, "register": "server"},
        {"name": "Say", "ansible.builtin.debug": {"msg": "{{ server.json.version }}"}},
    ]
    (project / "site.yml").write_text(
        json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    )
    given = ansible.exports("itential_platform")
    folder = ansible.folder / "env"
    folder.mkdir()
    (folder / "envvars").write_text(
        json.dumps(
            {**given, "ANSIBLE_COLLECTIONS_PATH": ansible.environment["ANSIBLE_COLLECTIONS_PATH"]}
        )
    )
    ansible.environment["PATH"] = (
        f"{pathlib.Path(sys.executable).parent}{os.pathsep}{ansible.environment['PATH']}"
    )
    done = ansible.run(
        "ansible-runner", "run", str(ansible.folder), "-p", "site.yml", "--ident", "one"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    events = [
        json.loads(path.read_text())
        for path in (ansible.folder / "artifacts" / "one" / "job_events").glob("*.json")
    ]
    results = [event["event_data"]["res"] for event in events if event["event"] == "runner_on_ok"]
    assert "6.5.2" in {result.get("msg") for result in results}
    assert CLIENT_SECRET not in json.dumps(events)


def test_every_module_has_an_action_of_its_name() -> None:
    """Every module has an action of its name, and every action a module."""
    plugins = pathlib.Path(__file__).parents[2] / "plugins"
    modules, actions = (
        {path.stem for path in (plugins / kind).glob("*.py")} - {"__init__"}
        for kind in ("modules", "action")
    )
    assert modules == actions
