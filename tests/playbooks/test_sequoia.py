# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sequoia in real playbooks, over TLS.

Resources and the requests sent for them, lists, calls, logins, secrets, errors, the guide.
"""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest
import yaml

from tests.playbooks.both_paths import PATHS
from tests.playbooks.conftest import SECRET, Ansible, find_leaks
from tests.simulators.sequoia import CLIENTS, SequoiaSimulator
from tests.simulators.serving import serving

REQUEST, INFO, RESOURCE = (
    f"restops.clients.sequoia_{name}" for name in ("request", "info", "resource")
)
LOOKUP = "restops.clients.sequoia"
GROUP = "group/restops.clients.sequoia"
GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "sequoia.md"
TOKENS = "POST /identity/oauth/token"


@pytest.fixture
def simulator(ansible: Ansible) -> SequoiaSimulator:
    return ansible.sequoia.simulator


def data(simulator: SequoiaSimulator, *methods: str) -> list[str]:
    """Return the calls of the services' data, of these methods or all."""
    return [
        f"{request.method} {request.url.path}"
        for request in simulator.seen
        if "/data/" in request.url.path and request.method in (methods or request.method)
    ]


def items(
    simulator: SequoiaSimulator, resource: str = "contents", owner: str = "acme"
) -> dict[str, Any]:
    return {
        item["name"]: item
        for item in simulator.tables["metadata", resource].items.values()
        if item["owner"] == owner
    }


def ensure(*records: dict[str, Any], resource: str = "contents", **options: Any) -> dict[str, Any]:
    wanted = {"data": records[0]} if len(records) == 1 else {"records": list(records)}
    return {
        RESOURCE: {
            "service": "metadata",
            "resource": resource,
            "owner": "acme",
            **wanted,
            **options,
        }
    }


def info(resource: str = "contents", **options: Any) -> dict[str, Any]:
    return {INFO: {"service": "metadata", "resource": resource, "owner": "testmock", **options}}


# Wanted states


def test_a_resource_is_created_updated_and_deleted_once(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    wanted = {
        "name": "c1",
        "title": "A title",
        "tags": ["a", "b"],
        "active": True,
        "releaseYear": 2001,
    }
    tasks = [
        {
            "name": "Predict",
            **ensure(wanted),
            "check_mode": True,
            "diff": True,
            "register": "predicted",
        },
        {"name": "Create", **ensure(wanted), "diff": True, "register": "created"},
        {"name": "Again", **ensure(wanted), "register": "again"},
        {
            "name": "In other words",
            **ensure({"ref": "acme:c1", "active": "yes", "releaseYear": "2001"}),
            "register": "words",
        },
        {
            "name": "Change",
            **ensure({"name": "c1", "title": "Another", "tags": None}),
            "diff": True,
            "register": "changed",
        },
        {
            "name": "Replace",
            **ensure({"name": "c1", "active": True}, replace=True),
            "register": "replaced",
        },
        {
            "name": "Replace again",
            **ensure({"name": "c1", "active": True}, replace=True),
            "register": "still",
        },
        {
            "name": "Predict the end",
            **ensure({"name": "c1"}, state="absent"),
            "check_mode": True,
            "register": "doomed",
        },
        {
            "name": "Delete",
            **ensure({"name": "c1"}, state="absent"),
            "diff": True,
            "register": "deleted",
        },
        {"name": "Delete again", **ensure({"name": "c1"}, state="absent"), "register": "gone"},
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    actions = {name: (result["changed"], result["action"]) for name, result in registered.items()}
    assert actions == {
        "predicted": (True, "create"),
        "created": (True, "create"),
        "again": (False, "none"),
        "words": (False, "none"),
        "changed": (True, "update"),
        "replaced": (True, "update"),
        "still": (False, "none"),
        "doomed": (True, "delete"),
        "deleted": (True, "delete"),
        "gone": (False, "none"),
    }
    assert registered["predicted"]["diff"] == registered["created"]["diff"]
    assert registered["created"]["record"]["ref"] == "acme:c1"
    (difference,) = registered["changed"]["diff"]
    assert (difference["before"], difference["after"]) == (
        {"title": "A title", "tags": ["a", "b"]},
        {"title": "Another", "tags": None},
    )
    assert registered["changed"]["record"]["releaseYear"] == 2001
    assert {name: registered["replaced"]["record"].get(name) for name in wanted} == {
        "name": "c1",
        "title": "c1",
        "tags": None,
        "active": True,
        "releaseYear": None,
    }
    assert (
        registered["deleted"]["diff"][0]["before"]["name"],
        registered["deleted"]["diff"][0]["after"],
    ) == ("c1", {})
    path = "/metadata/data/contents/"
    assert data(simulator, "POST", "PUT", "DELETE") == [
        f"POST {path}",
        f"PUT {path}acme:c1",
        f"PUT {path}acme:c1",
        f"DELETE {path}acme:c1",
    ]
    assert all(request.headers["if-match"] for request in simulator.seen if request.method == "PUT")


def test_a_second_run_over_250_resources_changes_nothing(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    wanted = [
        {"name": f"c{number:03d}", "title": f"Content {number}", "type": "movie"}
        for number in range(250)
    ]
    (ansible.folder / "wanted.json").write_text(json.dumps({"wanted": wanted}))
    options = {
        "service": "metadata",
        "resource": "contents",
        "owner": "acme",
        "records": "{{ wanted }}",
    }
    task = {"name": "Have them", RESOURCE: options, "register": "made"}
    predicted = ansible.play([task], "-e", "@wanted.json", "--check")[1]["made"]
    assert (predicted["summary"]["created"], data(simulator, "POST")) == (250, [])
    done, registered = ansible.play([task], "-e", "@wanted.json")
    assert registered["made"]["summary"] == {
        "created": 250,
        "updated": 0,
        "deleted": 0,
        "unchanged": 0,
    }, done.stdout[-3000:]
    assert data(simulator, "POST", "PUT", "DELETE") == ["POST /metadata/data/contents/"] * 3
    simulator.counters.clear()
    done, registered = ansible.play([task], "-e", "@wanted.json")
    assert (registered["made"]["changed"], registered["made"]["summary"]["unchanged"]) == (
        False,
        250,
    ), done.stdout[-3000:]
    once = dict.fromkeys(
        ("logins", TOKENS, "GET /services/acme", "GET /metadata/descriptor/raw"), 1
    )
    assert simulator.counters == {**once, "GET /metadata/data/contents": 5, "requests": 8}


def test_conditional_changes_are_sent_singly_and_others_in_groups(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    names = [f"c{number}" for number in range(30)]
    tasks = [
        {"name": "Create", **ensure(*({"name": name} for name in names))},
        {
            "name": "One by one",
            **ensure(*({"name": name, "type": "movie"} for name in names)),
            "register": "single",
        },
        {
            "name": "Together",
            **ensure(*({"name": name, "type": "episode"} for name in names), conditional=False),
            "register": "together",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert (
        registered["single"]["summary"]
        == registered["together"]["summary"]
        == {"created": 0, "updated": 30, "deleted": 0, "unchanged": 0}
    )
    assert (len(data(simulator, "PUT")), len(data(simulator, "POST"))) == (30, 2)
    assert {item["type"] for item in items(simulator).values()} == {"episode"}


def test_purge_stays_within_its_filters(ansible: Ansible, simulator: SequoiaSimulator) -> None:
    assets = [
        {"name": f"a{number}", "contentRef": "acme:c1" if number < 3 else "acme:c2"}
        for number in range(5)
    ]
    wanted = [{"name": "a0", "contentRef": "acme:c1"}, {"name": "new", "contentRef": "acme:c1"}]

    def purge(**options: Any) -> dict[str, Any]:
        return ensure(*wanted, resource="assets", purge=True, **options)

    tasks = [
        {"name": "Prepare", **ensure(*assets, resource="assets")},
        {
            "name": "Predict",
            **purge(filters={"contentRef": "acme:c1"}),
            "check_mode": True,
            "register": "predicted",
        },
        {"name": "Purge", **purge(filters={"contentRef": "acme:c1"}), "register": "purged"},
        {"name": "Again", **purge(filters={"contentRef": "acme:c1"}), "register": "again"},
        {"name": "Without filters", **purge(), "ignore_errors": True, "register": "whole"},
        {"name": "Empty filters", **purge(filters={}), "ignore_errors": True, "register": "empty"},
        {
            "name": "Of the owner",
            **purge(filters={"owner": "acme"}),
            "ignore_errors": True,
            "register": "owner",
        },
        {
            "name": "Not filled in",
            **purge(filters={"contentRef": "{{ '' }}"}),
            "ignore_errors": True,
            "register": "blank",
        },
        {
            "name": "Typo",
            **purge(filters={"contentref": "acme:c1"}),
            "ignore_errors": True,
            "register": "typo",
        },
        {
            "name": "None wanted",
            RESOURCE: {**purge(filters={"contentRef": "acme:c2"})[RESOURCE], "records": []},
            "register": "nothing",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    expected = {"created": 1, "updated": 0, "deleted": 2, "unchanged": 1}
    assert registered["predicted"]["summary"] == registered["purged"]["summary"] == expected
    assert (registered["again"]["changed"], registered["again"]["summary"]["unchanged"]) == (
        False,
        2,
    )
    for name in ("whole", "empty", "owner", "blank", "typo"):
        assert registered[name]["failed"], name
    assert "withContentref is not allowed" in registered["typo"]["msg"]
    assert registered["nothing"]["summary"]["deleted"] == 2
    assert set(items(simulator, "assets")) == {"a0", "new"}
    assert data(simulator, "DELETE") == [
        "DELETE /metadata/data/assets/acme:a1,acme:a2",
        "DELETE /metadata/data/assets/acme:a3,acme:a4",
    ]


def test_a_record_that_cannot_be_written_does_not_stop_the_others(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    simulator.faults.append(
        {
            "path": "/contents/acme:c1",
            "status": 403,
            "body": '{"statusCode": 403, "error": "Forbidden", "message": "not yours"}',
            "times": 1,
        }
    )
    tasks = [
        {"name": "Prepare", **ensure({"name": "c0"}, {"name": "c1"})},
        {
            "name": "Several",
            **ensure({"name": "c0", "title": "x"}, {"name": "c1", "title": "x"}, {"name": "c2"}),
            "ignore_errors": True,
            "register": "several",
        },
    ]
    done, registered = ansible.play(tasks)
    several = registered["several"]
    assert several["failed"], done.stdout
    said = (
        r"1 of 3 records could not be written; the first, contents ref='acme:c1': PUT "
        r"https\S+/contents/acme:c1\S*: 403 Forbidden.*not yours"
    )
    assert re.match(said, several["msg"]), several["msg"]
    assert [result["ok"] for result in several["results"]] == [True, False, True]
    assert several["summary"] == {"created": 1, "updated": 1, "deleted": 0, "unchanged": 0}
    assert {name: item["title"] for name, item in items(simulator).items()} == {
        "c0": "x",
        "c1": "c1",
        "c2": "c2",
    }


def test_a_stale_read_is_a_conflict_and_loses_no_change(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    ansible.play([{"name": "Prepare", **ensure({"name": "c1"})}])
    simulator.settings["lag_reads"] = 1
    tasks = [
        {"name": "Title", **ensure({"name": "c1", "title": "One"})},
        {
            "name": "Too early",
            **ensure({"name": "c1", "type": "movie"}),
            "ignore_errors": True,
            "register": "early",
        },
        {
            "name": "Type",
            **ensure({"name": "c1", "type": "movie"}),
            "until": "typed is success",
            "retries": 3,
            "delay": 0,
            "register": "typed",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert registered["early"]["status"] == 412
    assert "versions do not match; read acme:c1 again" in registered["early"]["msg"]
    assert {name: items(simulator)["c1"][name] for name in ("title", "type")} == {
        "title": "One",
        "type": "movie",
    }


# Reading and calling


def test_records_are_read_with_filters_order_and_limits(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    included = {"assets": ["name", "ref"], "categories": None}
    tasks = [
        {"name": "All", **info("contents", page_size=4), "register": "all"},
        {
            "name": "Some",
            **info(
                criteria={"releaseYear": {"between": [2001, 2003]}, "engine": "steam"},
                fields=["name"],
            ),
            "register": "some",
        },
        {
            "name": "One of",
            **info(criteria={"ref": ["testmock:c02", "testmock:c0007", "testmock:none"]}),
            "register": "listed",
        },
        {
            "name": "Linked",
            **info(include=included, page_size=4),
            "check_mode": True,
            "register": "linked",
        },
        {
            "name": "Two",
            **info("flow-instances", service="workflow", limit=2, include="flow"),
            "register": "two",
        },
        {"name": "Long", **info("logs", page_size=100), "register": "long"},
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert (registered["all"]["count"], "linked" in registered["all"]) == (10, False)
    assert sorted(record["name"] for record in registered["some"]["records"]) == ["c02", "c100"]
    assert {tuple(record) for record in registered["some"]["records"]} == {("name",)}
    assert sorted(record["name"] for record in registered["listed"]["records"]) == ["c0007", "c02"]
    assert registered["linked"]["count"] == 10
    assert sorted(asset["name"] for asset in registered["linked"]["linked"]["assets"]) == sorted(
        items(simulator, "assets", "testmock")
    )
    assert sorted(
        category["name"] for category in registered["linked"]["linked"]["categories"]
    ) == ["comedy", "drama"]
    assert [
        len(registered["two"]["records"]),
        [flow["name"] for flow in registered["two"]["linked"]["flow"]],
    ] == [2, ["transcode"]]
    assert (registered["long"]["count"], registered["long"]["records"][-1]["name"]) == (
        1000,
        "l999",
    )
    assert not [name for name, result in registered.items() if result["changed"]]
    assert len(data(simulator)) == 3 + 1 + 1 + 3 + 1 + 10


def test_linked_resources_are_read_through_all_their_pages(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    simulator.settings.update(linked_depth=1, linked_per_page=7)
    done, registered = ansible.play(
        [{"name": "Linked", **info(include=["assets"], page_size=4), "register": "linked"}]
    )
    assert len(registered["linked"]["linked"]["assets"]) == 30, done.stdout
    assert data(simulator).count("GET /metadata/data/contents") == 3
    simulator.settings["linked_failures"] = {"assets": {"statusCode": 404, "error": "Not Found"}}
    done, registered = ansible.play(
        [
            {
                "name": "Linked",
                **info(include=["assets"]),
                "register": "linked",
                "ignore_errors": True,
            }
        ]
    )
    assert (
        "reading the linked assets failed with 404 on the server: Not Found"
        in registered["linked"]["msg"]
    )


def test_requests_reach_services_by_name(ansible: Ansible, simulator: SequoiaSimulator) -> None:
    at = {"service": "metadata"}
    store = {
        "method": "POST",
        "path": "/data/contents/",
        "params": {"owner": "acme"},
        "body": {"contents": [{"owner": "acme", "name": "c1"}]},
    }
    check = {
        "service": "validation",
        "method": "POST",
        "path": "/v/acme/content-rule",
        "read_only": True,
        "body": {"title": "x"},
    }
    several = [
        {"path": f"/data/contents/testmock:c10{number}", "params": {"owner": "testmock"}}
        for number in range(7)
    ]
    tasks = [
        {"name": "Predict", REQUEST: {**at, **store}, "check_mode": True, "register": "predicted"},
        {"name": "Store", REQUEST: {**at, **store}, "register": "stored"},
        {
            "name": "Progress",
            REQUEST: {
                "service": "workflow",
                "path": "/flow-execution-progress/testmock:execution-1",
            },
            "register": "progress",
        },
        {"name": "Check", REQUEST: check, "check_mode": True, "register": "checked"},
        {"name": "Several", REQUEST: {**at, "requests": several}, "register": "several"},
        {
            "name": "List",
            REQUEST: {
                **at,
                "path": "/data/logs",
                "params": {"owner": "acme"},
                "paginate": {"page_size": 50, "limit": 120},
            },
            "register": "list",
        },
        {
            "name": "All",
            REQUEST: {
                **at,
                "path": "/data/assets?owner=testmock",
                "params": {"perPage": 20},
                "paginate": "auto",
            },
            "register": "all",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert (
        registered["predicted"]["request"]["url"]
        == f"https://127.0.0.1:{ansible.sequoia.port}/metadata/data/contents/?owner=acme"
    )
    assert registered["stored"]["json"]["contents"][0]["ref"] == "acme:c1"
    assert registered["progress"]["json"]["progress"] == 50
    assert (registered["checked"]["changed"], registered["checked"]["json"]["message"]) == (
        False,
        "Validation succeeded",
    )
    assert [item["json"]["contents"][0]["name"] for item in registered["several"]["results"]] == [
        f"c10{number}" for number in range(7)
    ]
    assert (
        [record["name"] for record in registered["list"]["records"]],
        registered["list"]["pages"],
    ) == ([f"l{number}" for number in range(120)], 3)
    assert (len(registered["all"]["records"]), registered["all"]["pages"]) == (30, 2)
    changed = {name for name, result in registered.items() if result["changed"]}
    assert changed == {"predicted", "stored"}
    assert data(simulator, "POST") == ["POST /metadata/data/contents/"]


def test_lookups_read_services_and_share_the_session_of_the_tasks(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    one = (
        f"lookup('{LOOKUP}', '/data/contents/testmock:c02', service='metadata', "
        f"params={{'owner': 'testmock'}}, attribute='contents.0.title')"
    )
    many = (
        f"query('{LOOKUP}', '/data/assets', service='metadata', "
        f"params={{'owner': 'testmock', 'perPage': 10}}, paginate='auto', attribute='name')"
    )
    elsewhere = (
        f"lookup('{LOOKUP}', '/flow-execution-progress/testmock:execution-1', "
        "service='workflow', attribute='progress', shared_session=false)"
    )
    wrong = f"lookup('{LOOKUP}', '/x', service='meta')"
    shown = [
        {
            "name": "Look",
            "ansible.builtin.debug": {"msg": f"{{{{ [{one}, {many} | length, {elsewhere}] }}}}"},
            "register": "found",
        }
    ]
    shown.append(
        {
            "name": "Wrong",
            "ansible.builtin.debug": {"msg": f"{{{{ {wrong} }}}}"},
            "register": "wrong",
            "ignore_errors": True,
        }
    )
    first = {"name": "First", **info("profiles", service="workflow")}
    done, registered = ansible.play([first, *shown], vars=ansible.variables("sequoia"))
    assert registered["found"]["msg"] == ["Content 2", 30, 50], done.stdout
    assert (
        "the registry names no service 'meta'; it names identity, metadata, validation, workflow"
        in registered["wrong"]["msg"]
    )
    # The lookups have the session of the task, but for the one that wants its own, which it ends.
    assert (simulator.counters[TOKENS], simulator.counters["POST /identity/oauth/revoke"]) == (2, 1)
    assert SECRET not in done.stdout


# Logging in


def test_a_wrong_secret_is_sent_once_for_all_hosts(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    task = {"name": "Refused", **ensure({"name": "c1"}, client_secret="not the battery")}
    done = ansible.play([task], "-i", ansible.inventory(8), "-f", "4", hosts="all")[0]
    assert done.returncode == 2
    said = (
        r"POST https\S+/identity/oauth/token: 401 Unauthorized: Client authentication "
        r"failed; check 'client_id' and 'client_secret'"
    )
    assert len(set(re.findall(rf"fatal: \[(h\d+)\]: FAILED!.*{said}", done.stdout))) == 8, (
        done.stdout
    )
    assert simulator.counters[TOKENS] == 1
    assert "not the battery" not in done.stdout


def test_a_run_requests_one_token_and_another_if_the_server_ends_it(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    simulator.settings["login_delay"] = 0.1
    read = {"name": "Read", **info("categories")}
    call = {
        "name": "Call",
        REQUEST: {
            "service": "metadata",
            "requests": [
                {"path": "/data/contents?owner=test"},
                {"path": "/data/assets?owner=test"},
            ],
        },
    }
    url = f"https://127.0.0.1:{ansible.sequoia.port}/_sim/expire"
    kill = {
        "name": "Kill",
        "ansible.builtin.uri": {
            "url": url,
            "method": "POST",
            "status_code": 204,
            "validate_certs": False,
        },
        "run_once": True,
    }
    hosts = ("-i", ansible.inventory(6), "-f", "6")
    done = ansible.play([read, call], *hosts, hosts="all")[0]
    assert done.returncode == 0, done.stdout[-3000:]
    assert simulator.counters[TOKENS] == 1
    done = ansible.play([read, kill, read, call], *hosts, hosts="all")[0]
    assert done.returncode == 0, done.stdout[-3000:]
    assert simulator.counters[TOKENS] == 3


def test_every_auth_type_is_supported(ansible: Ansible, simulator: SequoiaSimulator) -> None:
    simulator.sessions["a-token-of-another-client"] = "oauth"
    anonymous = {"client_id": None, "client_secret": None}
    tasks = [
        {
            "name": "Brought",
            **info(auth_type="byo_token", token="a-token-of-another-client", **anonymous),
            "register": "brought",
        },
        {
            "name": "Begin with",
            **info(byo_token="a-token-that-ended-1", registry_url=ansible.defaults[GROUP]["url"]),
            "register": "begun",
        },
        {
            "name": "Ended",
            **info(auth_type="byo_token", token="a-token-that-ended-2", **anonymous),
            "ignore_errors": True,
            "register": "ended",
        },
        {
            "name": "Anonymous",
            **info(auth_type="no_auth", **anonymous),
            "ignore_errors": True,
            "register": "anonymous",
        },
        {"name": "Own", **info(shared_session=False), "register": "own"},
    ]
    done, registered = ansible.play(tasks)
    assert [registered[name]["count"] for name in ("brought", "begun", "own")] == [10, 10, 10], (
        done.stdout
    )
    assert "'token' is not accepted, or no longer" in registered["ended"]["msg"]
    assert (
        "the service wants authentication, and 'auth_type' is NO_AUTH"
        in registered["anonymous"]["msg"]
    )
    assert simulator.counters["POST /identity/oauth/revoke"] == 1
    simulator.settings["auth"] = "none"
    assert (
        ansible.play(
            [
                {
                    "name": "Anonymous",
                    **info(auth_type="no_auth", **anonymous),
                    "register": "anonymous",
                }
            ]
        )[1]["anonymous"]["count"]
        == 10
    )
    for word in ("a-token-of-another-client", "a-token-that-ended-1", "a-token-that-ended-2"):
        assert word not in done.stdout


def test_client_certificates_authenticate(ansible: Ansible) -> None:
    with serving(SequoiaSimulator(auth="none"), tls=True, ask_client=True) as running:
        assert running.authority is not None
        where = {
            **ansible.registry(running, "testmock"),
            "auth_type": "mutual",
            "client_cert": str(running.authority.client),
        }
        tasks = [
            {
                "name": "Read",
                **info(client_key=str(running.authority.client), **where),
                "register": "read",
            },
            {
                "name": "Write",
                **ensure({"name": "c1"}, client_key=str(running.authority.client), **where),
                "register": "written",
            },
            {"name": "Half", **info(**where), "ignore_errors": True, "register": "half"},
            {
                "name": "None",
                **info(auth_type="no_auth", retry=1, **ansible.registry(running)),
                "ignore_errors": True,
                "register": "nothing",
            },
        ]
        done, registered = ansible.play(tasks, module_defaults={})
    assert (registered["read"]["count"], registered["written"]["action"]) == (10, "create"), (
        done.stdout
    )
    assert (
        "client_cert, client_key and server_cert must be given with auth_type MUTUAL"
        in registered["half"]["msg"]
    )
    assert registered["nothing"]["failed"]


def test_options_come_from_variables_defaults_arguments_and_environment(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    options = ansible.defaults[GROUP]
    given = ansible.variables("sequoia")
    ansible.environment["SEQUOIA_CLIENT_SECRET"] = "wrong-from-process"
    tasks = [
        {"name": "Variables", **info(), "vars": given, "register": "variable"},
        {"name": "Group", **info(), "module_defaults": {GROUP: options}, "register": "group"},
        {"name": "Arguments", **info(**options), "register": "argument"},
        {
            "name": "Environment",
            **info(),
            "vars": {**given, "sequoia_client_secret": "wrong-from-variable"},
            "register": "by_task",
        },
        {
            "name": "Process",
            **info(url=options["url"], ca_path=options["ca_path"], client_id="ada"),
            "ignore_errors": True,
            "register": "process",
        },
        {
            "name": "Nothing",
            **info(url=options["url"], client_secret="x"),
            "ignore_errors": True,
            "register": "half",
        },
    ]
    tasks[3]["environment"] = {"SEQUOIA_CLIENT_SECRET": SECRET}
    done, registered = ansible.play(tasks, module_defaults={})
    assert done.returncode == 0, done.stdout
    assert [registered[name]["count"] for name in ("variable", "group", "argument", "by_task")] == [
        10
    ] * 4
    assert "Client authentication failed" in registered["process"]["msg"]
    assert "client_id is missing: give client_id and client_secret" in registered["half"]["msg"]
    for word in ("wrong-from-process", "wrong-from-variable"):
        assert word not in done.stdout


# Secrets and errors


@pytest.mark.parametrize("execution", PATHS)
def test_no_secret_appears_anywhere(
    ansible: Ansible, simulator: SequoiaSimulator, execution: str
) -> None:
    ansible.execution = execution
    simulator.sessions["a-token-of-another-client"] = "oauth"
    content = {"name": "c1", "custom": {"password": "custom-secret-1"}}
    tasks = [
        {"name": "Write", **ensure(content), "diff": True},
        {"name": "Predict", **ensure({**content, "name": "c2"}), "check_mode": True, "diff": True},
        {
            "name": "Echo",
            REQUEST: {
                "service": "metadata",
                "path": "/x?api_key=url-secret-1",
                "headers": {"X-Api-Key": "header-secret-1"},
            },
            "ignore_errors": True,
        },
        {"name": "Refused", **info(client_secret="wrong-secret-1"), "ignore_errors": True},
        {
            "name": "Brought",
            **info(
                auth_type="byo_token",
                token="a-token-of-another-client",
                client_id=None,
                client_secret=None,
            ),
        },
        {
            "name": "Ended",
            **info(
                auth_type="byo_token",
                token="a-token-that-ended",
                client_id=None,
                client_secret=None,
            ),
            "ignore_errors": True,
        },
    ]
    ansible.environment["ANSIBLE_INJECT_INVOCATION"] = "true"
    done = ansible.play(tasks, "-vvvv")[0]
    assert done.returncode == 0, done.stdout
    shown = done.stdout + done.stderr + ansible.log()
    assert len(simulator.sessions) >= 2
    words = [
        "custom-secret-1",
        "url-secret-1",
        "header-secret-1",
        "wrong-secret-1",
        "a-token-that-ended",
        *CLIENTS.values(),
        *simulator.sessions,
    ]
    for secret in words:
        assert find_leaks(secret, shown) == []


def test_failures_are_one_line_with_advice(ansible: Ansible, simulator: SequoiaSimulator) -> None:
    simulator.faults.append(
        {
            "path": "/data/categories",
            "status": 200,
            "body": "<html><title>proxy</title></html>",
            "type": "text/html",
        }
    )
    simulator.faults.append(
        {"path": "/data/offers", "status": 200, "body": '{"meta": {}}', "type": "application/json"}
    )
    here = f"127.0.0.1:{ansible.sequoia.port}"
    cases = {
        "down": (
            info(url="https://127.0.0.1:1/services/acme", retry=1),
            "the connection was refused",
        ),
        "tls": (
            info(url=f"https://127.0.0.1:{ansible.platform.port}/services/acme", retry=1),
            "does not speak TLS",
        ),
        "untrusted": (info(ca_path=None, retry=1), "certificate"),
        "plain": (
            info(url="http://sequoia.example/services/acme"),
            "credentials are not sent in the clear to another machine; use https",
        ),
        "no_scheme": (info(url="sequoia.example"), "https://"),
        "registry": (
            info(url=f"https://{here}/services/nobody"),
            "404 Not Found: no services for nobody",
        ),
        "elsewhere": (
            info(url=f"https://{here}/_sim/stats"),
            "is its address https://<registry>/services/<owner>?",
        ),
        "service": (
            info(service="meta"),
            (
                "the registry names no service 'meta'; it names identity, metadata, "
                "validation, workflow"
            ),
        ),
        "resource": (info("content"), "404 Not Found: no such resource"),
        "owner": (info(owner="nobody"), "403 Forbidden: no permission for nobody"),
        "html": (info("categories"), "answered 200 with text/html, not JSON"),
        "no_list": (info("offers"), "the response has no list of offers"),
        "filter": (info(criteria={"colour": "red"}), "withColour is not allowed"),
        "operator": (
            info(criteria={"name": {"like": "c"}}),
            "name has no operator 'like': use one of equal_to, not_equal_to",
        ),
        "operand": (
            info(criteria={"releaseYear": {"between": 2001}}),
            "releaseYear: between takes a list of two values",
        ),
        "include": (info(include=["actors"]), "include is invalid - actors is not allowed"),
        "limit": (info(limit=0), "limit must be a whole number from 1"),
        "field": (
            ensure({"name": "c1", "colour": "red"}),
            "contents has no field 'colour'; its fields are ref, owner, name",
        ),
        "made": (ensure({"name": "c1", "version": "x"}), "contents.version is read-only"),
        "value": (ensure({"name": "c1", "active": "perhaps"}), "active must be true or false"),
        "key": (ensure({"title": "x"}), "a record needs name, or ref as owner:name"),
        "mismatch": (
            ensure({"ref": "test:c1"}),
            "the ref, owner and name of test:c1 contradict each other, or the owner is not acme",
        ),
        "twice": (
            ensure({"name": "c1"}, {"ref": "acme:c1"}),
            "contents ref='acme:c1' is listed twice",
        ),
        "name": (ensure({"name": "not a name"}), "400 Bad Request: name is required"),
        "both": (
            info(auth_type="mutual"),
            "client_cert, client_key and server_cert must be given with auth_type MUTUAL",
        ),
        "retry": (info(retry={"tries": 3}), "retry: unknown tries; known are max_tries, max_time"),
    }
    tasks = [
        {"name": name, **task, "register": name, "ignore_errors": True}
        for name, (task, dummy) in cases.items()
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    wrong = {
        name: registered[name]["msg"]
        for name, (dummy, said) in cases.items()
        if said not in registered[name]["msg"]
    }
    assert not wrong
    for name in cases:
        message = registered[name]["msg"]
        assert registered[name]["failed"], name
        assert "\n" not in message, name
        assert "<html" not in message, name
    assert data(simulator, "POST", "PUT", "DELETE") == ["POST /metadata/data/contents/"]


# The documentation


def test_every_example_of_the_documentation_runs(
    ansible: Ansible, simulator: SequoiaSimulator
) -> None:
    simulator.tables["workflow", "flow-executions"].write(
        "acme:e1", {"ref": "acme:e1", "owner": "acme", "name": "e1"}
    )
    modules = (RESOURCE, REQUEST, INFO)
    documented = json.loads(ansible.run("ansible-doc", "-t", "module", "-j", *modules).stdout)
    tasks = []
    for module in modules:
        for task in yaml.safe_load(documented[module]["examples"]):
            for option in ("url", "client_id", "client_secret"):
                task[module].pop(option, None)
            if task[module].get("path") == "/v/acme/r1":
                task[module]["path"] = "/v/acme/content-rule"
            tasks.append(task)
    assert len(tasks) == 8
    done = ansible.play(tasks)[0]
    assert done.returncode == 0, done.stdout
    assert (set(items(simulator)), set(items(simulator, "assets"))) == ({"c1"}, {"a1"})
    simulator.tables["metadata", "contents"].write(
        "acme:c1", {"ref": "acme:c1", "owner": "acme", "name": "c1", "title": "A title"}
    )
    lookups = yaml.safe_load(
        json.loads(ansible.run("ansible-doc", "-t", "lookup", "-j", LOOKUP).stdout)[LOOKUP][
            "examples"
        ]
    )
    for number, task in enumerate(lookups):
        task.pop("vars", None)
        task["register"] = f"shown{number}"
    done, registered = ansible.play(lookups, vars=ansible.variables("sequoia"))
    assert (registered["shown0"]["msg"], registered["shown1"]["msg"]) == ("A title", ["a1"]), (
        done.stdout
    )


def test_the_examples_of_the_guide_run(ansible: Ansible) -> None:
    where = ansible.defaults[GROUP]
    text = GUIDE.read_text().replace("http://127.0.0.1:8086/services/acme", where["url"])
    blocks = [
        yaml.safe_load(block)
        for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]
    plays = [play for block in blocks for play in block if "hosts" in play]
    tasks = [task for block in blocks for task in block if "hosts" not in task]
    assert (len(plays), len(tasks)) == (1, 10)
    (ansible.folder / "guide.yml").write_text(yaml.safe_dump(plays, sort_keys=False))
    ansible.environment["SEQUOIA_CA_PATH"] = where["ca_path"]
    run = (
        "ansible-playbook",
        "guide.yml",
        "--diff",
        "-e",
        f"vault_sequoia_secret={CLIENTS['clientId']}",
    )
    assert "changed=2 " in ansible.run(*run, "--check").stdout
    made = ansible.run(*run)
    assert "changed=2 " in made.stdout, made.stdout + made.stderr
    assert '"msg": "A film has film-image, film-video"' in made.stdout
    again = ansible.run(*run)
    assert "changed=0 " in again.stdout, again.stdout
    done = ansible.play(tasks, vars=ansible.variables("sequoia"))[0]
    assert done.returncode == 0, done.stdout
