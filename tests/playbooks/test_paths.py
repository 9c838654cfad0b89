# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two paths: the same options give the same result; the controller's path shares sessions and
steps aside where it must."""

from __future__ import annotations

import copy
import datetime
import json
import os
import pathlib
import re
import sys
from typing import Any

import pytest

from tests.playbooks.conftest import CLIENT_ID, CLIENT_SECRET, PASSWORD, SECRET, Ansible
from tests.simulators.keystone import TOKENS

KEY = next(iter(TOKENS))
PLATFORM, GATEWAY = (
    "restops.clients.itential_platform_request",
    "restops.clients.itential_gateway_request",
)
VOLATILE = {"elapsed", "correlation_id", "date", "x-correlation-id", "x-keystone-cid"}
# Ansible's own from core 2.22 on, for modules alone.
VOLATILE |= {"ansible_parsed"}
HEALTH = {"name": "Read", PLATFORM: {"path": "/health/server"}}


def steady(value: Any) -> Any:
    """Return a result without what differs from one call to the next."""
    if isinstance(value, dict):
        return {key: steady(item) for key, item in value.items() if key not in VOLATILE}
    return [steady(item) for item in value] if isinstance(value, list) else value


def test_both_paths_give_the_same_result_for_sequoia(
    ansible: Ansible, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, info, resource = (
        f"restops.clients.sequoia_{name}" for name in ("request", "info", "resource")
    )
    here, there = (
        {"service": "metadata", "owner": "acme"},
        {"service": "metadata", "owner": "testmock", "resource": "contents"},
    )
    contents, assets = {**here, "resource": "contents"}, {**here, "resource": "assets"}
    two = [{"name": name, "contentRef": "acme:c1"} for name in ("a1", "a2")]
    store = {
        "service": "metadata",
        "method": "POST",
        "path": "/data/contents/",
        "params": {"owner": "acme"},
        "body": {"contents": [{"name": "x"}]},
    }
    cases: dict[str, dict[str, Any]] = {
        "read": {
            request: {"service": "metadata", "path": "/data/contents/testmock:c02?owner=testmock"}
        },
        "pages": {
            request: {
                "service": "metadata",
                "path": "/data/logs",
                "params": {"owner": "acme"},
                "paginate": {"limit": 150},
            }
        },
        "several": {
            request: {
                "service": "workflow",
                "requests": [{"path": "/data/flows?owner=test"}, {"path": "/data/none?owner=test"}],
            }
        },
        "missing": {request: {"service": "workflow", "path": "/flow-execution-progress/acme:none"}},
        "no_service": {request: {"service": "none", "path": "/x"}},
        "no_option": {request: {"path": "/x"}},
        "refused": {info: {**there, "client_secret": "not the battery"}},
        "half": {info: {**there, "client_secret": None}},
        "no_url": {info: {**there, "url": None}},
        "way": {info: {**there, "auth_type": "magic"}},
        "unused": {info: {**there, "auth_type": "no_auth", "client_id": "ada"}},
        "aliases": {
            info: {
                **there,
                "limit": "1",
                "client_id": None,
                "grant_client_id": "ada",
                "user_id": "u",
                "application_id": "a",
            }
        },
        "info": {
            info: {
                **there,
                "criteria": {"releaseYear": {"between": [2001, 2003]}},
                "include": {"assets": ["ref"], "categories": None},
                "page_size": 2,
            }
        },
        "text_options": {
            info: {
                **there,
                "retry": "2",
                "timeout": "7",
                "include": "assets,parent",
                "fields": "name,parentRef",
                "limit": "3",
            }
        },
        "wrong_operator": {info: {**there, "criteria": {"name": {"is": "x"}}}},
        "wrong_filter": {info: {**there, "criteria": {"colour": "x"}}},
        "create": {
            resource: {
                **contents,
                "data": {"name": "c1", "title": "One", "custom": {"password": "custom-secret-1"}},
            },
            "diff": True,
        },
        "again": {resource: {**contents, "data": {"name": "c1", "title": "One"}}},
        "update": {resource: {**contents, "data": {"name": "c1", "active": "yes"}}, "diff": True},
        "replace": {
            resource: {**contents, "data": {"name": "c1", "active": "yes"}, "replace": True},
            "diff": True,
        },
        "records": {resource: {**assets, "records": two, "conditional": False}},
        "purge": {
            resource: {
                **assets,
                "records": two[:1],
                "purge": True,
                "filters": {"contentRef": "acme:c1"},
            },
            "diff": True,
        },
        "purge_all": {
            resource: {**assets, "records": two, "purge": True, "filters": {"owner": "acme"}}
        },
        "partly": {
            resource: {**assets, "records": [*two, {"name": "not a name"}], "concurrency": 1}
        },
        "wrong_field": {resource: {**assets, "data": {"name": "a1", "colour": "x"}}},
        "wrong_ref": {resource: {**assets, "data": {"ref": "test:a1"}}},
        "both": {resource: {**assets, "data": {"name": "a1"}, "records": two}},
        "check": {
            resource: {**assets, "records": [*two, {"name": "a3"}]},
            "check_mode": True,
            "diff": True,
        },
        "check_request": {request: store, "check_mode": True},
        "deleted": {
            resource: {**contents, "state": "absent", "data": {"name": "c1"}},
            "diff": True,
        },
    }
    tasks = [
        {"name": name, **task, "register": name, "ignore_errors": True}
        for name, task in cases.items()
    ]
    simulator = ansible.sequoia.simulator
    monkeypatch.setattr(simulator, "clock", lambda: 1_800_000_000.0)
    tables = copy.deepcopy(simulator.tables)
    results, left = {}, {}
    for execution in ("controller", "target"):
        ansible.execution = execution
        ansible.environment["ANSIBLE_INJECT_INVOCATION"] = "true"
        simulator.tables = copy.deepcopy(tables)
        done, results[execution] = ansible.play(tasks)
        left[execution] = {key: sorted(table.items) for key, table in simulator.tables.items()}
        assert set(results[execution]) == set(cases), done.stdout
    for name in cases:
        ours, theirs = steady(results["controller"][name]), steady(results["target"][name])
        assert ours == theirs, (
            f"{name}:\n{json.dumps(ours, indent=1)}\n{json.dumps(theirs, indent=1)}"
        )
    assert left["controller"] == left["target"]
    failed = {name for name in cases if results["target"][name].get("failed")}
    refused = {name for name in cases if name.startswith(("no_", "wrong_"))}
    assert failed == refused | {
        "several",
        "missing",
        "refused",
        "half",
        "way",
        "unused",
        "purge_all",
        "partly",
        "both",
    }
    assert SECRET not in json.dumps(results)
    assert "custom-secret-1" not in json.dumps(
        [results[execution]["create"] for execution in results]
    )


def test_values_are_the_same_on_both_paths(ansible: Ansible) -> None:
    def mirrored(body: Any, **options: Any) -> dict[str, Any]:
        return {PLATFORM: {"method": "POST", "path": "/_sim/mirror", "body": body, **options}}

    digits = '{"price": 12345678901234567890.123456789, "a": 1, "a": 2}'
    text = {"params": {"type": "text/plain"}}
    cases: dict[str, dict[str, Any]] = {
        "null": {
            PLATFORM: {
                "method": "DELETE",
                "path": "/devices/{name}",
                "path_params": {"name": "{{ device.name }}"},
            },
            "vars": {"device": {"name": None}},
        },
        "unfilled": {PLATFORM: {"path": "/devices/{name}"}},
        "flags": {
            PLATFORM: {
                "path": "/_sim/{what}",
                "path_params": {"what": True},
                "params": {"flag": True, "none": None},
            }
        },
        "form": mirrored(
            {"grant_type": "password", "on": True},
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            **text,
        ),
        "json": mirrored(digits, **text),
        "version": mirrored("1.10", **text),
        "half": mirrored('{"name": "sw-\\ud83d"}'),
        "deep": mirrored("[" * 330 + "]" * 330),
        "reserved": mirrored('{"a": {"__ansible_type": "datetime", "__ansible_unsafe": "x"}}'),
        "numbers": {
            PLATFORM: {
                "path": "/automation-studio/workflows",
                "paginate": {"limit": "{{ most }}", "page_size": "2"},
                "retry": {"max_tries": "{{ most }}"},
            },
            "vars": {"most": "3"},
        },
        "empty": {PLATFORM: {"path": "/health/server", "paginate": "", "status_code": []}},
    }
    tasks = [
        {"name": name, **task, "register": name, "ignore_errors": True}
        for name, task in cases.items()
    ]
    # YAML reads this name as a date.
    named = {datetime.date(2026, 1, 2): "x"}
    tasks.append({"name": "day", **mirrored(named), "register": "day", "ignore_errors": True})
    results = {}
    for execution in ("controller", "target"):
        ansible.execution = execution
        results[execution] = ansible.play(tasks)[1]
    for name, found in results["controller"].items():
        assert steady(found) == steady(results["target"][name]), name
    found = results["controller"]
    assert "path_params: name" in found["null"]["msg"]
    assert "no value for {name}" in found["unfilled"]["msg"]
    assert (
        found["flags"]["url"].endswith("/_sim/true?flag=***")
        or "flag=true" in (found["flags"]["url"])
    )
    assert found["form"]["content"] == "grant_type=password&on=true"
    assert found["json"]["content"] == digits
    assert (found["version"]["json"], found["version"]["content"]) == (1.1, "1.10")
    assert found["half"]["json"] == {"name": "sw-\ufffd"}
    assert "nested too deeply" in found["deep"]["msg"]
    assert found["deep"]["status"] == 200
    assert found["reserved"]["json"] == {"a": {"ansible_type": "datetime", "ansible_unsafe": "x"}}
    assert len(found["numbers"]["records"]) == 3
    assert found["empty"]["status"] == 200
    assert "a name of type date cannot be sent" in found["day"]["msg"]


def test_both_paths_give_the_same_result(ansible: Ansible) -> None:
    source = ansible.folder / "source.txt"
    source.write_text("content")
    dest = ansible.folder / "down.bin"
    modes = set()
    cases: dict[str, dict[str, Any]] = {
        "read": {PLATFORM: {"path": "/health/server"}},
        "alias": {PLATFORM: {"path": "/health/server", "verify": False}},
        "text_options": {
            PLATFORM: {"path": "/health/server", "timeout": "7", "retry": "2", "status_code": "200"}
        },
        "empty": {PLATFORM: {"path": "/_sim/empty"}},
        "files": {
            PLATFORM: {
                "method": "POST",
                "path": "/_sim/upload",
                "files": {"f": str(source)},
                "body": {"note": "n"},
            }
        },
        "download": {PLATFORM: {"path": "/_sim/download/1000", "dest": str(dest)}},
        "html": {PLATFORM: {"path": "/_sim/html"}},
        "echo": {
            PLATFORM: {
                "method": "POST",
                "path": "/_sim/upload",
                "src": str(source),
                "headers": {"X-Api-Key": "header-secret"},
            }
        },
        "pages": {
            PLATFORM: {"path": "/automation-studio/workflows", "paginate": {"page_size": 50}}
        },
        "several": {
            GATEWAY: {
                "requests": [
                    {"path": "/devices/sw-001"},
                    {"path": "/nowhere"},
                    {"path": "/scripts/refresh", "method": "POST"},
                ],
                "continue_on_error": True,
            }
        },
        "some_fail": {GATEWAY: {"requests": [{"path": "/devices/sw-001"}, {"path": "/nowhere"}]}},
        "not_found": {GATEWAY: {"path": "/nowhere"}},
        "unexpected": {GATEWAY: {"path": "/status", "status_code": [201]}},
        "refused": {GATEWAY: {"path": "/status", "password": "not the horse"}},
        "half": {PLATFORM: {"path": "/health/server", "client_secret": None}},
        "unknown_option": {PLATFORM: {"path": "/health/server", "nonsense": 1}},
        "wrong_type": {PLATFORM: {"path": "/health/server", "port": "many"}},
        "wrong_choice": {PLATFORM: {"path": "/health/server", "method": "FETCH"}},
        "nothing": {PLATFORM: {"method": "GET"}},
        "both": {PLATFORM: {"path": "/x", "requests": [{"path": "/x"}]}},
        "elsewhere": {PLATFORM: {"path": "//other.example/"}},
        "refusing": {PLATFORM: {"path": "/x", "port": 1, "retry": 1}},
    }
    tasks = [
        {"name": name, **task, "register": name, "ignore_errors": True}
        for name, task in cases.items()
    ]
    checked = [
        {
            "name": "check",
            PLATFORM: {"method": "DELETE", "path": "/x?token=abc"},
            "register": "check",
            "check_mode": True,
        }
    ]
    loops = [
        {
            "name": "loop",
            GATEWAY: {"path": "/devices/{{ item }}"},
            "loop": ["sw-001", "none"],
            "register": "loop",
            "ignore_errors": True,
        }
    ]
    results = {}
    for execution in ("controller", "target"):
        ansible.execution = execution
        ansible.environment["ANSIBLE_INJECT_INVOCATION"] = "true"
        dest.unlink(missing_ok=True)
        done, results[execution] = ansible.play([*tasks, *checked, *loops])
        modes.add(dest.stat().st_mode)
        assert set(results[execution]) == {*cases, "check", "loop"}, done.stdout
    for name in results["target"]:
        here, there = steady(results["controller"][name]), steady(results["target"][name])
        assert here == there, (
            f"{name}:\n{json.dumps(here, indent=1)}\n{json.dumps(there, indent=1)}"
        )
    assert len(modes) == 1, "both put the file in its place with the same mode"
    shown = results["controller"]["read"].get(
        "invocation", {"module_args": {"client_secret": None}}
    )
    assert shown["module_args"]["client_secret"] in (None, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"), (
        "cores before 2.21 keep it to themselves"
    )
    assert CLIENT_SECRET not in json.dumps(results)


def test_both_paths_give_the_same_result_for_keystone(
    ansible: Ansible, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ansible.folder / "plan.txt"
    plan.write_text("Genomes need hours.")
    request, info, resource, batch = (
        f"restops.clients.keystone_{name}" for name in ("request", "info", "resource", "batch")
    )
    team, user = {"name": "Lab D"}, {"username": "grace", "password": "initial-secret-1"}
    members = [
        {"team": "lab-d", "user": name, "role": "Member"} for name in ("ada", "ben", "grace")
    ]
    again = {"path": str(plan), "filename": "again.txt"}
    made = {"method": "POST", "path": "/users/teams/", "payload": {"name": "Lab E"}, "ref": "team"}
    member = {
        "method": "POST",
        "path": "/users/memberships/",
        "payload": {"team": "@ref{team.id}", "user": 3, "role": "MB"},
    }
    cases: dict[str, dict[str, Any]] = {
        "read": {request: {"path": "/users/teams/1"}},
        "pages": {request: {"path": "/users/teams/", "paginate": {"page_size": 2}}},
        "upload": {
            request: {
                "method": "POST",
                "path": "/allocations/attachments/",
                "body": {"request": 1},
                "files": {"file": str(plan)},
            }
        },
        "missing": {request: {"path": "/users/teams/99/"}},
        "html": {request: {"path": "/no/such/path/"}},
        "several": {
            request: {
                "requests": [{"path": "/users/teams/1/"}, {"path": "/users/teams/99/"}],
                "continue_on_error": True,
            }
        },
        "refused": {request: {"path": "/users/teams/", "password": "not the horse"}},
        "token": {
            request: {
                "path": "/authentication/whoami/",
                "username": None,
                "password": None,
                "token": KEY,
            }
        },
        "both_credentials": {
            request: {"path": "/version/", "token": KEY, "username": "admin", "password": PASSWORD}
        },
        "own_token": {request: {"path": "/version/", "token": KEY}},
        "no_credentials": {request: {"path": "/version/", "username": None, "password": None}},
        "no_url": {request: {"path": "/version/", "url": None}},
        "bad_url": {request: {"path": "/version/", "url": "keystone.example"}},
        "info": {
            info: {
                "resource": "grant",
                "filters": {"team": "lab-a", "amount__gt": 1000},
                "order": ["-amount"],
                "fields": ["title", "amount", "_team"],
            }
        },
        "info_limit": {info: {"resource": "user", "search": "ada", "limit": "1"}},
        "info_field": {info: {"resource": "cluster", "filters": {"nam": "x"}}},
        "info_operator": {info: {"resource": "cluster", "filters": {"name__icontains": "x"}}},
        "info_search": {info: {"resource": "review", "search": "x"}},
        "info_resource": {info: {"resource": "clusters"}},
        "create": {resource: {"resource": "team", "data": team}, "diff": True},
        "again": {resource: {"resource": "team", "data": team}},
        "secret": {resource: {"resource": "user", "data": user}, "diff": True},
        "secret_again": {resource: {"resource": "user", "data": user, "update_secrets": "always"}},
        "renamed": {
            resource: {
                "resource": "team",
                "match": ["slug"],
                "data": {"slug": "lab-d", "name": "Another"},
            }
        },
        "records": {resource: {"resource": "membership", "records": members, "concurrency": 1}},
        "purge": {
            resource: {
                "resource": "membership",
                "records": [{"team": "lab-d", "user": "ada", "role": "Owner"}],
                "purge": True,
                "filters": {"team": "lab-d"},
            },
            "diff": True,
        },
        "partly": {
            resource: {
                "resource": "cluster",
                "records": [{"name": "good"}, {"name": "x" * 51}],
                "concurrency": 1,
            }
        },
        "wrong_value": {
            resource: {"resource": "cluster", "data": {"name": "x", "access_mode": "Everybody"}}
        },
        "wrong_name": {
            resource: {
                "resource": "membership",
                "data": {"team": "none", "user": "ada", "role": "Member"},
            }
        },
        "attachment": {
            resource: {
                "resource": "attachment",
                "data": {
                    "request": {"team": "lab-a", "title": "Sequencing"},
                    "name": "P",
                    "file": again,
                },
            }
        },
        "protected": {
            resource: {"resource": "cluster", "state": "absent", "data": {"name": "cluster-000"}}
        },
        "deleted": {
            resource: {"resource": "cluster", "state": "absent", "data": {"name": "cluster-001"}},
            "diff": True,
        },
        "neither": {resource: {"resource": "cluster"}},
        "purge_all": {resource: {"resource": "cluster", "records": [], "purge": True}},
        "batch": {batch: {"actions": [made, member]}},
        "batch_fails": {batch: {"actions": [made, member]}},
        "batch_tries": {
            batch: {"actions": [{"method": "DELETE", "path": "/users/teams/3/"}], "dry_run": True}
        },
        "batch_method": {batch: {"actions": [{"method": "HEAD", "path": "/version/"}]}},
        "check": {
            resource: {
                "resource": "membership",
                "data": {"team": "to come", "user": "ben", "role": "Owner"},
            },
            "check_mode": True,
            "diff": True,
        },
        "check_batch": {batch: {"actions": [made, member]}, "check_mode": True},
        "check_request": {
            request: {"method": "DELETE", "path": "/users/teams/1"},
            "check_mode": True,
        },
    }
    tasks = [
        {"name": name, **task, "register": name, "ignore_errors": True}
        for name, task in cases.items()
    ]
    simulator = ansible.keystone.simulator
    monkeypatch.setattr(simulator, "clock", lambda: 1_800_000_000.0)
    results, left = {}, {}
    for execution in ("controller", "target"):
        ansible.execution = execution
        ansible.environment["ANSIBLE_INJECT_INVOCATION"] = "true"
        simulator.seed()
        done, results[execution] = ansible.play(tasks)
        left[execution] = {
            model: len(table)
            for model, table in simulator.store.tables.items()
            if not model.endswith("Log")
        }
        assert set(results[execution]) == set(cases), done.stdout
        assert "initial-secret-1" not in done.stdout
    for name in cases:
        here, there = steady(results["controller"][name]), steady(results["target"][name])
        assert here == there, (
            f"{name}:\n{json.dumps(here, indent=1)}\n{json.dumps(there, indent=1)}"
        )
    assert left["controller"] == left["target"]
    shown = json.dumps(results)
    assert "initial-secret-1" not in shown
    assert PASSWORD not in shown
    failed = {name for name in cases if results["target"][name].get("failed")}
    refused = {
        name
        for name in cases
        if name.startswith(("wrong_", "both_", "no_", "bad_", "info_")) and name != "info_limit"
    }
    assert failed == refused | {
        "missing",
        "html",
        "refused",
        "partly",
        "protected",
        "neither",
        "purge_all",
        "batch_fails",
        "batch_method",
    }


# Sessions


def left_behind(ansible: Ansible) -> list[str]:
    return [str(path) for path in (ansible.folder / ".ansible").rglob("restops-*")]


@pytest.mark.parametrize("strategy", ["linear", "free", "host_pinned"])
def test_many_hosts_and_forks_are_one_login_per_principal(ansible: Ansible, strategy: str) -> None:
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
        tasks, "-i", ansible.inventory(40), "-f", "20", hosts="all", strategy=strategy
    )[0]
    assert done.returncode == 0, done.stdout[-3000:]
    assert ansible.platform.simulator.counters["logins"] == 1
    assert ansible.platform.simulator.counters["GET /health/server"] == 40 * 5
    assert left_behind(ansible) == []


def test_a_wrong_password_is_one_login_and_every_host_is_told(ansible: Ansible) -> None:
    tasks = [{"name": "Refused", GATEWAY: {"path": "/status", "password": "not the horse"}}]
    done = ansible.play(tasks, "-i", ansible.inventory(200), "-f", "50", hosts="all")[0]
    assert done.returncode == 2
    told = set(
        re.findall(
            r"fatal: \[(h\d+)\]: FAILED!.*401 Unauthorized: Invalid username or password; check 'username' and 'password'",
            done.stdout,
        )
    )
    assert len(told) == 200
    assert ansible.gateway.simulator.counters["logins"] == 1
    assert "not the horse" not in done.stdout
    assert left_behind(ansible) == []


def test_a_session_that_the_server_kills_is_one_more_login_for_all_workers(
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
        [HEALTH, kill, HEALTH, HEALTH], "-i", ansible.inventory(20), "-f", "10", hosts="all"
    )[0]
    assert done.returncode == 0, done.stdout[-3000:]
    assert ansible.platform.simulator.counters["logins"] == 2


def test_principals_do_not_share(ansible: Ansible) -> None:
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
    variables = {
        f"itential_platform_{name}": value
        for name, value in ansible.defaults["group/restops.clients.itential_platform"].items()
    }
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
    variables = {
        f"itential_platform_{name}": value
        for name, value in ansible.defaults["group/restops.clients.itential_platform"].items()
    }
    expression = (
        "{{ lookup('restops.clients.itential_platform', '/health/server', attribute='version') }}"
    )
    look = {"name": "Look", "ansible.builtin.debug": {"msg": expression}, "loop": list(range(5))}
    done = ansible.play([look, look], vars=variables)[0]
    assert done.returncode == 0, done.stdout
    assert ansible.platform.simulator.counters["logins"] == 2
    assert left_behind(ansible) == []


def test_a_session_of_its_own_is_ended(ansible: Ansible) -> None:
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
def test_each_step_aside_says_why(
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


def test_another_machine_is_the_modules_place(ansible: Ansible) -> None:
    (ansible.folder / "far.ini").write_text(
        "far ansible_host=192.0.2.1 ansible_connection=ssh ansible_ssh_timeout=1 ansible_ssh_retries=0\n"
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
def test_what_the_user_insists_on_and_cannot_be(
    ansible: Ansible, execution: str, keywords: dict[str, Any], said: str
) -> None:
    ansible.execution = execution
    done = ansible.play([{**HEALTH, **keywords}])[0]
    assert done.returncode == 2
    assert said in done.stdout


def test_secrets_from_the_environment_are_not_in_the_commands_that_ansible_prints(
    ansible: Ansible,
) -> None:
    ansible.execution = "target"
    given = {
        "ITENTIAL_GATEWAY_HOST": "127.0.0.1",
        "ITENTIAL_GATEWAY_PORT": str(ansible.gateway.port),
        "ITENTIAL_GATEWAY_USE_TLS": "false",
    }
    given.update(
        ITENTIAL_GATEWAY_USERNAME="ada@itential", ITENTIAL_GATEWAY_PASSWORD=PASSWORD, OTHER="stays"
    )
    task = {"name": "Task", GATEWAY: {"path": "/status"}, "environment": given, "register": "state"}
    done, registered = ansible.play([task], "-vvvv", module_defaults={})
    assert registered["state"]["json"]["version"] == "4.4.1", done.stdout
    executed = [line for line in done.stdout.splitlines() if "EXEC" in line]
    assert executed
    assert PASSWORD not in done.stdout
    assert any("OTHER=stays" in line for line in executed)


def test_the_tasks_environment_holds_on_the_controller(ansible: Ansible) -> None:
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


def test_sources_and_their_order(ansible: Ansible) -> None:
    (ansible.folder / "ansible.cfg").write_text(
        "[restops_clients]\nitential_gateway_username = ada@itential\nitential_gateway_password = wrong-from-file\n"
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


def test_keywords(ansible: Ansible) -> None:
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


def test_vaulted_values(ansible: Ansible) -> None:
    (ansible.folder / "key").write_text("vault-key")
    sealed = ansible.run(
        "ansible-vault",
        "encrypt_string",
        "--vault-password-file",
        "key",
        CLIENT_SECRET,
        "--name",
        "sealed",
    ).stdout
    (ansible.folder / "vars.yml").write_text(sealed)
    where = {
        **ansible.at(ansible.platform),
        "client_id": CLIENT_ID,
        "client_secret": "{{ sealed }}",
    }
    for execution in ("controller", "target"):
        ansible.execution = execution
        tasks = [
            {"name": "Read", PLATFORM: {"path": "/health/server", **where}, "register": "read"}
        ]
        done, registered = ansible.play(
            tasks,
            "-vvvv",
            "--vault-password-file",
            "key",
            module_defaults={},
            vars_files=["vars.yml"],
        )
        assert registered["read"]["status"] == 200, done.stdout
        assert CLIENT_SECRET not in done.stdout


def test_attempts_are_seen_at_vv(ansible: Ansible) -> None:
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
    return f"host=127.0.0.1 port={ansible.platform.port} use_tls=false client_id={CLIENT_ID} client_secret={CLIENT_SECRET} path=/health/server"


def test_ad_hoc(ansible: Ansible, where: str) -> None:
    done = ansible.run("ansible", "localhost", "-m", PLATFORM, "-a", f"{where} retry=1", "-v")
    assert done.returncode == 0, done.stdout
    assert '"version": "6.5.2"' in done.stdout
    assert "runs as a module" not in done.stdout


def test_the_console(ansible: Ansible, where: str) -> None:
    done = ansible.run("ansible-console", "localhost", typed=f"{PLATFORM} {where}\nexit\n")
    assert '"version": "6.5.2"' in done.stdout, done.stdout + done.stderr


def test_runner(ansible: Ansible) -> None:
    project = ansible.folder / "project"
    project.mkdir()
    tasks = [
        {"name": "Read", PLATFORM: {"path": "/health/server"}, "register": "server"},
        {"name": "Say", "ansible.builtin.debug": {"msg": "{{ server.json.version }}"}},
    ]
    (project / "site.yml").write_text(
        json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    )
    given = {
        f"ITENTIAL_PLATFORM_{name.upper()}": str(value)
        for name, value in ansible.defaults["group/restops.clients.itential_platform"].items()
    }
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


def test_a_missing_module_is_found_out() -> None:
    """Every module has an action of its name, and every action a module."""
    plugins = pathlib.Path(__file__).parents[2] / "plugins"
    modules, actions = (
        {path.stem for path in (plugins / kind).glob("*.py")} - {"__init__"}
        for kind in ("modules", "action")
    )
    assert modules == actions
