# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each module gives the same result in the controller's process and as an ordinary module."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

from tests.playbooks.both_paths import run_on_both_paths
from tests.playbooks.conftest import CLIENT_SECRET, PASSWORD, SECRET, Ansible
from tests.simulators.keystone import TOKENS

KEY = next(iter(TOKENS))
PLATFORM, GATEWAY = (
    "restops.clients.itential_platform_request",
    "restops.clients.itential_gateway_request",
)


def leave_out(cases: dict[str, Any], *beginnings: str) -> list[str]:
    """Return the names of the cases to run as modules: of those with these beginnings only one.

    They fail in the task itself, which is the same on both paths, so one stands for the others.
    """
    alike = [name for name in cases if name.startswith(beginnings)]
    return [name for name in cases if name not in alike[1:]]


def test_sequoia_modules_give_the_same_results_on_both_paths(ansible: Ansible) -> None:
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
    runs = run_on_both_paths(ansible, cases, as_modules=leave_out(cases, "wrong_"))
    refused = {name for name in cases if name.startswith(("no_", "wrong_"))}
    assert runs.failed == refused | {
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
    assert runs.leaks(SECRET) == []
    assert "custom-secret-1" not in json.dumps(runs.results["create"])


def test_values_of_every_type_reach_the_server_unchanged_on_both_paths(ansible: Ansible) -> None:
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
    # YAML reads this name as a date.
    cases["day"] = mirrored({datetime.date(2026, 1, 2): "x"})
    found = run_on_both_paths(ansible, cases).results
    assert "path_params: name" in found["null"]["msg"]
    assert "no value for {name}" in found["unfilled"]["msg"]
    assert re.search(r"/_sim/true\?flag=(true|\*\*\*)$", found["flags"]["url"])
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


def test_itential_modules_give_the_same_results_on_both_paths(ansible: Ansible) -> None:
    source = ansible.folder / "source.txt"
    source.write_text("content")
    dest = ansible.folder / "down.bin"
    modes = []

    def remove_download() -> None:
        if dest.exists():
            modes.append(dest.stat().st_mode)
            dest.unlink()

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
    cases["check"] = {
        PLATFORM: {"method": "DELETE", "path": "/x?token=abc"},
        "check_mode": True,
    }
    cases["loop"] = {GATEWAY: {"path": "/devices/{{ item }}"}, "loop": ["sw-001", "none"]}
    runs = run_on_both_paths(ansible, cases, prepare=remove_download)
    remove_download()
    assert len(modes) == 2
    assert modes[0] == modes[1]
    # Cores before 2.21 do not return the invocation.
    invocation = runs.results["read"].get("invocation", {"module_args": {"client_secret": None}})
    assert invocation["module_args"]["client_secret"] in (
        None,
        "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
    )
    assert runs.leaks(CLIENT_SECRET) == []


def test_keystone_modules_give_the_same_results_on_both_paths(ansible: Ansible) -> None:
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
    chosen = leave_out(cases, "wrong_", "info_")
    runs = run_on_both_paths(ansible, cases, as_modules=chosen)
    refused = {
        name
        for name in cases
        if name.startswith(("wrong_", "both_", "no_", "bad_", "info_")) and name != "info_limit"
    }
    assert runs.failed == refused | {
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
    assert runs.leaks("initial-secret-1") == []
    assert runs.leaks(PASSWORD) == []
