# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules and lookups in real playbooks and ad-hoc commands."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.playbooks.both_paths import PATHS
from tests.playbooks.conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    Ansible,
    find_leaks,
)
from tests.simulators.platform import PlatformSimulator
from tests.simulators.serving import serving

PLATFORM, GATEWAY = (
    "restops.clients.itential_platform_request",
    "restops.clients.itential_gateway_request",
)


@pytest.mark.parametrize("execution", PATHS)
def test_an_ad_hoc_command_runs_on_both_paths(ansible: Ansible, execution: str) -> None:
    where = (
        f"host=127.0.0.1 port={ansible.platform.port} use_tls=false client_id={CLIENT_ID} "
        f"client_secret={CLIENT_SECRET}"
    )
    done = ansible.run(
        "ansible",
        "localhost",
        "-m",
        PLATFORM,
        "-a",
        f"{where} path=/health/server",
        "-e",
        f"restops_execution={execution}",
        "-v",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"version": "6.5.2"' in done.stdout
    assert "localhost | SUCCESS" in done.stdout
    assert ("runs as a module" in done.stdout) is (execution == "target")


def test_a_play_reads_writes_loops_and_looks_up(ansible: Ansible) -> None:
    tasks = [
        {"name": "Read", PLATFORM: {"path": "/health/server"}, "register": "server"},
        {
            "name": "Write",
            GATEWAY: {
                "method": "POST",
                "path": "/devices",
                "body": {"name": "new", "variables": {}},
            },
            "register": "created",
        },
        {
            "name": "List",
            PLATFORM: {"path": "/automation-studio/workflows", "paginate": "auto"},
            "register": "workflows",
        },
        {
            "name": "Several",
            GATEWAY: {
                "requests": [
                    {"path": "/devices/{n}", "path_params": {"n": f"sw-{number:03d}"}}
                    for number in range(30)
                ]
            },
            "register": "several",
        },
        {
            "name": "Loop",
            GATEWAY: {"path": "/devices/{{ item }}"},
            "loop": ["sw-001", "sw-002"],
            "register": "loop",
        },
        {
            "name": "Remove",
            GATEWAY: {"method": "DELETE", "path": "/devices/new"},
            "register": "removed",
        },
        {
            "name": "Look up",
            "ansible.builtin.set_fact": {
                "version": (
                    "{{ lookup('restops.clients.itential_platform', '/health/server', "
                    "attribute='version') }}"
                ),
                "adapters": (
                    "{{ query('restops.clients.itential_platform', '/adapters', "
                    "paginate='auto', attribute='data.name') }}"
                ),
                "devices": (
                    "{{ query('restops.clients.itential_gateway', '/devices/sw-001', "
                    "'/devices/sw-002', attribute='name', **gateway) }}"
                ),
            },
        },
        {
            "name": "Keep",
            "ansible.builtin.debug": {"msg": "{{ [version, adapters, devices] }}"},
            "register": "found",
        },
    ]
    variables = ansible.variables("itential_platform")
    variables["itential_platform_port"] = "{{ the_port }}"
    gateway = ansible.options("itential_gateway")
    done, registered = ansible.play(
        tasks, vars={**variables, "the_port": ansible.platform.port, "gateway": gateway}
    )
    assert done.returncode == 0, done.stdout
    assert registered["server"]["json"]["version"] == "6.5.2"
    assert (
        registered["server"]["changed"],
        registered["created"]["changed"],
        registered["removed"]["changed"],
    ) == (False, True, True)
    assert len(registered["workflows"]["records"]) == 230
    assert [item["json"]["name"] for item in registered["several"]["results"]] == [
        f"sw-{number:03d}" for number in range(30)
    ]
    assert [item["json"]["name"] for item in registered["loop"]["results"]] == ["sw-001", "sw-002"]
    assert registered["found"]["msg"] == [
        "6.5.2",
        ["servicenow", "iag", "email"],
        ["sw-001", "sw-002"],
    ]


def test_check_mode_reads_and_predicts(ansible: Ansible) -> None:
    tasks = [
        {"name": "Read", PLATFORM: {"path": "/health/server"}, "register": "server"},
        {
            "name": "Write",
            GATEWAY: {
                "method": "POST",
                "path": "/devices",
                "body": {"name": "checked", "password": "hunter2hunter2"},
            },
            "register": "created",
        },
        {
            "name": "Search",
            PLATFORM: {
                "method": "POST",
                "path": "/configuration_manager/devices",
                "read_only": True,
                "paginate": "auto",
            },
            "register": "found",
        },
    ]
    done, registered = ansible.play(tasks, "--check")
    assert done.returncode == 0, done.stdout
    assert registered["server"]["status"] == 200
    assert (registered["created"]["changed"], registered["created"]["status"]) == (True, None)
    assert (len(registered["found"]["records"]), registered["found"]["changed"]) == (150, False)
    assert "hunter2hunter2" not in json.dumps(registered)
    assert "POST /api/v2.0/devices" not in ansible.gateway.simulator.counters


def test_files_are_uploaded_and_downloaded_once(ansible: Ansible) -> None:
    (ansible.folder / "up.txt").write_text("content")
    dest = str(ansible.folder / "down.bin")
    tasks = [
        {
            "name": "Up",
            PLATFORM: {
                "method": "POST",
                "path": "/_sim/upload",
                "files": {"f": str(ansible.folder / "up.txt")},
            },
            "register": "up",
        },
        {
            "name": "Down",
            PLATFORM: {"path": "/_sim/download/100000", "dest": dest},
            "register": "down",
        },
        {
            "name": "Again",
            PLATFORM: {"path": "/_sim/download/100000", "dest": dest},
            "register": "again",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert registered["up"]["json"]["parts"]["f"]["size"] == 7
    assert (registered["down"]["changed"], registered["again"]["changed"]) == (True, False)
    assert (ansible.folder / "down.bin").stat().st_size == 100_000


def test_failures_are_one_line_and_have_the_response(ansible: Ansible) -> None:
    wrong = {"client_id": None, "client_secret": None}
    cases = {
        "missing": ({"path": "/_sim/status/404"}, "404 Not Found: status 404; check the path"),
        "password": (
            {"path": "/health/server", **wrong, "username": "ada", "password": "not the horse"},
            "401 Unauthorized: Invalid credentials; check 'username' and 'password'",
        ),
        "mixed": (
            {"path": "/health/server", "client_id": "a", "username": "ada", "password": "x" * 8},
            "too many credentials",
        ),
        "half": ({"path": "/health/server", "client_secret": None}, "client_secret is missing"),
        "nothing": (
            {"path": "/health/server", **wrong},
            "no credentials: give client_id and client_secret, or username and password",
        ),
        "refused": (
            {"path": "/health/server", "port": 1, "retry": 1},
            "the connection was refused; check host and port",
        ),
        "host": (
            {"path": "/health/server", "host": "no-such-host.invalid", "retry": 1},
            "cannot be resolved",
        ),
        "tls": ({"path": "/health/server", "use_tls": True, "retry": 1}, "does not speak TLS"),
        "elsewhere": ({"path": "https://other.example/x"}, "scheme is refused"),
        "body": ({"path": "/health/server", "body": {"a": 1}}, "GET takes no body"),
        "html": (
            {"path": "/_sim/html", "paginate": "auto"},
            "answered 200 with text/html, not JSON",
        ),
    }
    tasks = [
        {"name": name, PLATFORM: options, "register": name, "ignore_errors": True}
        for name, (options, dummy) in cases.items()
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    for name, (dummy, said) in cases.items():
        assert registered[name]["failed"], name
        assert said in registered[name]["msg"], registered[name]["msg"]
        assert "\n" not in registered[name]["msg"]
    assert {key: registered["missing"][key] for key in ("status", "json", "method")} == {
        "status": 404,
        "json": {"message": "status 404"},
        "method": "GET",
    }
    assert registered["missing"]["url"].endswith("/_sim/status/404")


@pytest.mark.parametrize("execution", PATHS)
def test_no_secret_appears_anywhere(ansible: Ansible, execution: str) -> None:
    ansible.execution = execution
    body = {"user": "ada", "password": "body-secret-1"}
    tasks = [
        {
            "name": "Echo",
            PLATFORM: {
                "method": "POST",
                "path": "/_sim/echo?status=400",
                "body": body,
                "headers": {"X-Api-Key": "header-secret-1"},
            },
            "ignore_errors": True,
        },
        {"name": "Echo well", GATEWAY: {"method": "POST", "path": "/_sim/echo", "body": body}},
        {
            "name": "Many",
            GATEWAY: {
                "requests": [{"path": "/_sim/echo", "headers": {"X-Auth-Token": "header-secret-2"}}]
            },
        },
        {
            "name": "Log in as ada",
            PLATFORM: {
                "path": "/_sim/echo",
                "client_id": None,
                "client_secret": None,
                "username": "ada",
                "password": PASSWORD,
            },
        },
        {
            "name": "Refused",
            GATEWAY: {"path": "/status", "password": "wrong-secret-1"},
            "ignore_errors": True,
        },
        {
            "name": "In the URL",
            PLATFORM: {"path": "/_sim/status/500?api_key=url-secret-1"},
            "ignore_errors": True,
        },
    ]
    done = ansible.play(tasks, "-vvvv")[0]
    assert done.returncode == 0, done.stdout
    written = done.stdout + done.stderr + ansible.log()
    tokens = [*ansible.platform.simulator.sessions, *ansible.gateway.simulator.sessions]
    assert len(tokens) >= 3
    source = {
        "body-secret-1",
        "header-secret-1",
        "header-secret-2",
        "wrong-secret-1",
        "url-secret-1",
    }
    for secret in [CLIENT_SECRET, PASSWORD, *tokens, *source]:
        assert find_leaks(secret, written) == []


@pytest.mark.parametrize("execution", PATHS)
def test_options_come_from_the_environment_of_task_and_process(
    ansible: Ansible, execution: str
) -> None:
    ansible.execution = execution
    given = ansible.exports("itential_gateway")
    tasks = [
        {"name": "Task", GATEWAY: {"path": "/status"}, "environment": given, "register": "by_task"}
    ]
    done, registered = ansible.play(tasks, module_defaults={})
    assert registered["by_task"]["json"]["version"] == "4.4.1", done.stdout
    ansible.environment.update(given)
    tasks = [
        {"name": "Process", GATEWAY: {"path": "/status"}, "register": "by_process"},
        {
            "name": "Lookup",
            "ansible.builtin.debug": {
                "msg": (
                    "{{ lookup('restops.clients.itential_gateway', '/status', "
                    "attribute='version') }}"
                )
            },
            "register": "by_lookup",
        },
    ]
    done, registered = ansible.play(tasks, module_defaults={})
    assert registered["by_process"]["json"]["version"] == "4.4.1", done.stdout
    assert registered["by_lookup"]["msg"] == "4.4.1"


def test_a_lookup_reads_ansible_cfg_and_reports_errors(ansible: Ansible) -> None:
    given = ansible.variables("itential_gateway")
    lines = "\n".join(f"{name} = {value}" for name, value in given.items())
    (ansible.folder / "ansible.cfg").write_text(f"[restops_clients]\n{lines}\n")
    tasks = [
        {
            "name": "File",
            "ansible.builtin.debug": {
                "msg": (
                    "{{ lookup('restops.clients.itential_gateway', '/status', "
                    "attribute='version') }}"
                )
            },
            "register": "found",
        },
        {
            "name": "Wrong",
            "ansible.builtin.debug": {
                "msg": "{{ lookup('restops.clients.itential_gateway', '/devices/none') }}"
            },
            "register": "missing",
            "ignore_errors": True,
        },
    ]
    done, registered = ansible.play(tasks)
    assert registered["found"]["msg"] == "4.4.1", done.stdout
    assert (
        "/devices/none: 404 Not Found: device none not found; check the path"
        in registered["missing"]["msg"]
    )
    assert PASSWORD not in done.stdout


def test_a_call_is_made_over_https(ansible: Ansible) -> None:
    with serving(PlatformSimulator(), tls=True) as secure:
        options = {**ansible.at(secure), "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        done, registered = ansible.play(
            [
                {
                    "name": "Read",
                    PLATFORM: {"path": "/health/server", **options},
                    "register": "server",
                }
            ]
        )
    assert registered["server"]["url"].startswith("https://"), done.stdout


def test_a_task_with_many_requests_logs_in_once(ansible: Ansible) -> None:
    ansible.platform.simulator.settings["expires_in"] = 3600
    tasks = [
        {
            "name": "Read",
            PLATFORM: {"requests": [{"path": "/health/server"}] * 20},
            "register": "read",
        }
    ]
    done, registered = ansible.play(tasks)
    assert registered["read"]["failed_count"] == 0, done.stdout
    assert ansible.platform.simulator.counters["logins"] == 1


def test_every_example_of_the_documentation_runs(ansible: Ansible) -> None:
    documented = json.loads(
        ansible.run("ansible-doc", "-t", "module", "-j", PLATFORM, GATEWAY).stdout
    )
    tasks = [
        task
        for name in (PLATFORM, GATEWAY)
        for task in yaml.safe_load(documented[name]["examples"])
    ]
    assert len(tasks) > 10
    for task in tasks:
        options = task.get(PLATFORM) or task[GATEWAY]
        for name in ("host", "port", "username", "password", "client_id", "client_secret"):
            options.pop(name, None)
        if "dest" in options:
            options.update(dest=str(ansible.folder / "dest"), path="/health/server")
        if options.get("path") == "/operations-manager/jobs/start":
            options["body"]["workflow"] = "workflow 001"
        for item in options.get("requests", ()):
            item["status_code"] = [200, 404]
    done = ansible.play(
        tasks, vars={"inventory_hostname": "doc-device", "ansible_host": "192.0.2.9"}
    )[0]
    assert done.returncode == 0, done.stdout
