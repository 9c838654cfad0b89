# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks on a managed host that is reached over SSH.

They have the same results as on the controller, and the host learns nothing that it does not need.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.playbooks.both_paths import remove_volatile
from tests.playbooks.conftest import CLIENT_SECRET, PASSWORD, SECRET, Ansible, Servers, new_ansible
from tests.playbooks.ssh_server import BECOME_METHODS, OTHER_USER, Host, managed_host

PLATFORM, GATEWAY, KEYSTONE, SEQUOIA = (
    "restops.clients.itential_platform_request",
    "restops.clients.itential_gateway_request",
    "restops.clients.keystone",
    "restops.clients.sequoia",
)
CID = "8c2f1d0b-5e5f-4d0c-9d2f-6a5b7c1e3f40"
ECHO = {
    "method": "POST",
    "path": "/_sim/echo",
    "params": {"a": [1, "zwei"]},
    "headers": {"X-Mine": "mine"},
    "body": {"name": "käfer", "null": None, "list": [1.5, True]},
    "correlation_id": CID,
}
CONTENTS = {
    "service": "metadata",
    "owner": "testmock",
    "resource": "contents",
    "fields": ["name", "title"],
}
TASKS: dict[str, dict[str, Any]] = {
    "read": {PLATFORM: {"path": "/health/server"}},
    "write": {PLATFORM: ECHO},
    "missing": {PLATFORM: {"path": "/none"}},
    "many": {
        PLATFORM: {
            "requests": [{"path": "/health/server"}, {"method": "POST", "path": "/none"}],
            "continue_on_error": True,
        }
    },
    "looped": {PLATFORM: {**ECHO, "params": {"n": "{{ item }}"}}, "loop": [1, 2]},
    "info": {f"{KEYSTONE}_info": {"resource": "team"}},
    "created": {f"{KEYSTONE}_resource": {"resource": "team", "data": {"name": "Over SSH"}}},
    "records": {f"{SEQUOIA}_info": CONTENTS},
    "distrust": {f"{SEQUOIA}_info": {**CONTENTS, "ca_path": None}},
    "elsewhere": {
        PLATFORM: {**ECHO, "port": None},
        "environment": {"ITENTIAL_PLATFORM_PORT": "{{ platform_port }}"},
    },
    "until": {
        PLATFORM: {**ECHO, "port": None, "retry": 1},
        "environment": {"ITENTIAL_PLATFORM_PORT": "1"},
        "vars": {"itential_platform_port": "{{ platform_port }}"},
        "until": "until is succeeded",
        "retries": 2,
        "delay": 0,
    },
}


WITHOUT_PIPELINING = ("read", "write", "until")
"""Enough to see that it makes no difference."""


class Managed:
    """Runs tasks on the managed host, or on the controller for it."""

    def __init__(self, ansible: Ansible, host: Host) -> None:
        self.ansible = ansible
        self.host = host
        (ansible.folder / "hosts.ini").write_text(host.inventory())

    def play(
        self, tasks: dict[str, dict[str, Any]], *arguments: str, hosts: str = "with", **play: Any
    ) -> tuple[dict[str, Any], str]:
        """Return the tasks' results and what Ansible printed."""
        given = [
            {"name": f"Do {name}", "register": name, "ignore_errors": True, **copy.deepcopy(task)}
            for name, task in tasks.items()
        ]
        variables = {"platform_port": self.ansible.platform.port}
        done, results = self.ansible.play(
            given, "-i", "hosts.ini", *arguments, hosts=hosts, vars=variables, **play
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return results, done.stdout


class Outcome:
    """The results of a play on the managed host."""

    def __init__(
        self, results: dict[str, Any], output: str, counters: dict[str, int], recorded: str
    ) -> None:
        self.results = results
        self.output = output
        self.counters = counters
        self.recorded = recorded


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with managed_host() as made:
        yield made


@pytest.fixture
def managed(ansible: Ansible, host: Host) -> Managed:
    host.recorded()
    return Managed(ansible, host)


@pytest.fixture(scope="module")
def expected(
    tmp_path_factory: pytest.TempPathFactory,
    servers: Servers,
    host: Host,
) -> dict[str, Any]:
    """The results of the controller's path."""
    ansible = new_ansible(tmp_path_factory.mktemp("controller"), servers)
    ansible.execution = "controller"
    return Managed(ansible, host).play(TASKS)[0]


@pytest.fixture(scope="module", params=[True, False], ids=["pipelining", "no pipelining"])
def outcome(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    servers: Servers,
    host: Host,
) -> Outcome:
    """The outcome of all tasks over SSH: one play, since each costs seconds to start."""
    managed = Managed(new_ansible(tmp_path_factory.mktemp("target"), servers), host)
    managed.ansible.environment["ANSIBLE_PIPELINING"] = str(request.param)
    tasks = {name: TASKS[name] for name in (TASKS if request.param else WITHOUT_PIPELINING)}
    results, output = managed.play({**tasks, **asynchronous(), **as_another_user()}, "-v")
    counters = dict(managed.ansible.platform.simulator.counters)
    return Outcome(results, output, counters, host.recorded())


def asynchronous() -> dict[str, dict[str, Any]]:
    return {
        "polled": {**TASKS["write"], "async": 60, "poll": 1},
        "begun": {**TASKS["write"], "async": 60, "poll": 0},
        "ended": {
            "ansible.builtin.async_status": {"jid": "{{ begun.ansible_job_id }}"},
            "until": "ended is finished",
            "retries": 60,
            "delay": 0.2,
        },
    }


def as_another_user() -> dict[str, dict[str, Any]]:
    """Return a task for each way to become another user that there is here."""
    return {
        f"become_{method}": {
            **TASKS["write"],
            "become": True,
            "become_user": OTHER_USER,
            "become_method": method,
            "vars": {"ansible_become_flags": "-s /bin/sh" if method == "su" else ""},
        }
        for method in BECOME_METHODS
    }


def test_results_over_ssh_equal_those_of_the_controller(
    outcome: Outcome, expected: dict[str, Any]
) -> None:
    names = [name for name in outcome.results if name in TASKS]
    assert len(names) >= len(WITHOUT_PIPELINING)
    assert outcome.output.count("runs as a module, because the connection is ssh") >= len(names)
    for name in names:
        assert remove_volatile(outcome.results[name]) == remove_volatile(expected[name]), name
    assert expected["write"]["status"] == 200
    assert expected["until"]["failed"]
    assert expected["distrust"]["failed"]


def test_no_attempt_of_until_goes_to_another_server_than_that_of_the_environment(
    outcome: Outcome,
) -> None:
    assert "refused" in outcome.results["until"]["msg"]
    sent = [name for name, result in outcome.results.items() if name != "until" and _sent(result)]
    loops = sum(len(result.get("results", ())) for result in outcome.results.values())
    assert outcome.counters["POST /_sim/echo"] <= len(sent) + loops


def _sent(result: dict[str, Any]) -> bool:
    return "/_sim/echo" in result.get("url", "") or "ansible_job_id" in result


def test_asynchronous_calls_have_the_same_result(
    outcome: Outcome, expected: dict[str, Any]
) -> None:
    # Of a task with until, Ansible counts the attempts itself, under this name.
    wanted = {
        key: item for key, item in remove_volatile(expected["write"]).items() if key != "attempts"
    }
    for name in ("polled", "ended"):
        result = remove_volatile(outcome.results[name])
        assert {key: result.get(key) for key in wanted} == wanted, name


def test_a_task_may_become_another_user(outcome: Outcome, expected: dict[str, Any]) -> None:
    results = [outcome.results[f"become_{method}"] for method in BECOME_METHODS]
    assert [remove_volatile(result) for result in results] == [
        remove_volatile(expected["write"])
    ] * len(results)


def test_a_host_without_the_library_gets_advice_and_can_delegate_its_call(
    managed: Managed, expected: dict[str, Any]
) -> None:
    delegated = {
        "to_controller": {**TASKS["write"], "delegate_to": "localhost"},
        "to_host": {**TASKS["write"], "delegate_to": "with"},
    }
    results, dummy = managed.play({"here": TASKS["read"], **delegated}, hosts="without")
    for name in delegated:
        result = {key: item for key, item in results[name].items() if "delegated" not in key}
        assert remove_volatile(result) == remove_volatile(expected["write"]), name
    assert "with/bin/python" in managed.host.recorded()
    python, message = managed.host.without_library, results["here"]["msg"]
    assert message.startswith(f"the Python library httpcore is missing for {python}")
    assert f"run {python} -m pip install 'httpcore[asyncio]>=1.0' there" in message
    assert "or set restops_execution: controller" in message


HIDDEN = {
    "ITENTIAL_PLATFORM_CLIENT_SECRET": CLIENT_SECRET,
    "ITENTIAL_GATEWAY_PASSWORD": PASSWORD,
    "KEYSTONE_PASSWORD": PASSWORD,
    "SEQUOIA_CLIENT_SECRET": SECRET,
}


def test_no_secret_is_in_command_lines_environment_and_log_of_the_host(
    managed: Managed,
) -> None:
    secrets = {
        "headers": {"X-Api-Key": "header-secret-1"},
        "params": {"token": "param-secret-3"},
        "body": {"api_key": "body-secret-7"},
    }
    tasks = {
        "platform": {
            PLATFORM: {**ECHO, **secrets, "path": "/_sim/echo?access_token=query-secret-4"}
        },
        "gateway": {GATEWAY: {"path": "/devices"}},
        "several": {PLATFORM: {"requests": [{"method": "POST", "path": "/_sim/echo", **secrets}]}},
        "user": {
            f"{KEYSTONE}_resource": {
                "resource": "user",
                "data": {"username": "eve", "password": "record-secret-77"},
            }
        },
        "actions": {
            f"{KEYSTONE}_batch": {
                "actions": [
                    {
                        "method": "POST",
                        "path": "/users/users/",
                        "payload": {"username": "bob", "password": "batch-secret-8"},
                    }
                ]
            }
        },
    }
    environment = {"environment_of_tasks": {**HIDDEN, "OF_THE_TASK": "shown"}}
    # In a file: if a task fails, Ansible shows the lines of the playbook.
    (managed.ansible.folder / "environment.json").write_text(json.dumps(environment))
    ours = {
        name: {**task, "environment": "{{ environment_of_tasks }}"} for name, task in tasks.items()
    }
    # Proof that what is sought would be found: a module of another collection.
    control = {"control": {"ansible.builtin.ping": {"data": "a control"}}}
    dummy, output = managed.play({**control, **ours}, "-vvv", "-e", "@environment.json")
    recorded = managed.host.recorded()
    assert "Invoked with data=a control" in recorded
    assert "OF_THE_TASK=shown" in recorded
    values = ["header-secret-1", "param-secret-3", "body-secret-7", "query-secret-4"]
    values += ["record-secret-77", "batch-secret-8", *HIDDEN.values()]
    assert [value for value in values if value in recorded] == []
    assert "EXEC" in output
    assert [value for value in values if value in output] == []


def test_a_module_sends_nothing_after_the_timeout_of_its_task(managed: Managed) -> None:
    simulator = managed.ansible.platform.simulator
    simulator.faults.append({"path": "/health/server", "status": 503, "times": 10_000})
    again = {"max_tries": 10_000, "max_time": 600, "wait": 0.2}
    # A busy machine may need more than a few seconds until the module sends its first request.
    for seconds in (4, 16, 64):
        late = {PLATFORM: {"path": "/health/server", "retry": again}, "timeout": seconds}
        # The time of the module begins when it starts, at the latest when that of its task ends.
        wait = {"ansible.builtin.pause": {"seconds": seconds}}
        results, dummy = managed.play({"late": late, "wait": wait})
        assert results["late"]["failed"]
        before = simulator.counters["GET /health/server"]
        time.sleep(1)
        assert simulator.counters["GET /health/server"] == before
        if before:
            break
    assert before
