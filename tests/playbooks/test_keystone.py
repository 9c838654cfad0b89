# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keystone in real playbooks.

Records and the requests sent for them, check mode, secrets, errors, batches, the guide's playbook.
"""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest
import yaml

from tests.playbooks.both_paths import PATHS, writes_of
from tests.playbooks.conftest import PASSWORD, Ansible, find_leaks
from tests.simulators.keystone import TOKENS, KeystoneSimulator
from tests.simulators.serving import serving

REQUEST, INFO, RESOURCE, BATCH = (
    f"restops.clients.keystone_{name}" for name in ("request", "info", "resource", "batch")
)
LOOKUP = "restops.clients.keystone"
GROUP = "group/restops.clients.keystone"
GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "keystone.md"


@pytest.fixture
def simulator(ansible: Ansible) -> KeystoneSimulator:
    return ansible.keystone.simulator


def recap(output: str) -> dict[str, int]:
    return {
        name: int(count)
        for name, count in re.findall(r"(\w+)=(\d+)", output.rpartition("PLAY RECAP")[2])
    }


def ensure(resource: str, *records: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {
        RESOURCE: {
            "resource": resource,
            **({"data": records[0]} if len(records) == 1 else {"records": list(records)}),
            **options,
        }
    }


# The guide's playbook


def allocate(ansible: Ansible, *arguments: str) -> str:
    ansible.environment.update(ansible.exports("keystone"))
    done = ansible.run("ansible-playbook", "restops.clients.keystone_allocation", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_allocation_playbook_creates_everything_once(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    before = {model: dict(table) for model, table in simulator.store.tables.items()}
    checked = allocate(ansible, "--check", "--diff")
    assert recap(checked)["changed"] == 6
    assert writes_of(simulator) == {}
    made = allocate(ansible, "--diff")
    assert recap(made)["changed"] == 6
    assert "Genome Lab has 1000 units on hpc1 until 2026-12-31" in made
    tables = simulator.store.tables
    new = {
        model: len(tables[model]) - len(before[model])
        for model in (
            "Cluster",
            "Team",
            "User",
            "Membership",
            "AllocationRequest",
            "ResourceAllocation",
        )
    }
    assert new == {
        "Cluster": 1,
        "Team": 1,
        "User": 2,
        "Membership": 2,
        "AllocationRequest": 1,
        "ResourceAllocation": 1,
    }
    (request,) = [
        record
        for record in tables["AllocationRequest"].values()
        if record["title"] == "Genome assembly"
    ]
    assert (request["status"], request["expire"]) == ("AP", "2026-12-31")
    (allocation,) = [
        record
        for record in tables["ResourceAllocation"].values()
        if record["request"] == request["id"]
    ]
    assert (allocation["awarded"], tables["Cluster"][allocation["cluster"]]["name"]) == (
        1000,
        "hpc1",
    )
    simulator.counters.clear()
    again = allocate(ansible, "--diff")
    assert recap(again)["changed"] == 0
    assert "+++ after" not in again
    assert recap(allocate(ansible, "--check"))["changed"] == 0
    assert writes_of(simulator) == {}
    more = allocate(ansible, "-e", '{"allocation_units": 1500}')
    assert recap(more)["changed"] == 1
    assert simulator.store.tables["ResourceAllocation"][allocation["id"]]["awarded"] == 1500
    assert len(writes_of(simulator)) == 1


def test_the_examples_of_the_guide_run(ansible: Ansible, simulator: KeystoneSimulator) -> None:
    text = GUIDE.read_text(encoding="utf-8").replace(
        "http://127.0.0.1:8000", ansible.defaults[GROUP]["url"]
    )
    examples = [
        item
        for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for item in yaml.safe_load(block)
    ]
    plays = [example for example in examples if "hosts" in example]
    tasks = [example for example in examples if "hosts" not in example]
    assert len(plays) == 1
    assert len(tasks) > 5
    (ansible.folder / "plan.pdf").write_bytes(b"%PDF-1.4")
    (ansible.folder / "guide.yml").write_text(yaml.safe_dump(plays, sort_keys=False))
    (ansible.folder / "vault.yml").write_text(yaml.safe_dump({"vault_keystone_password": PASSWORD}))
    for changed in (5, 0):
        done = ansible.run("ansible-playbook", "guide.yml", "-e", "@vault.yml")
        assert done.returncode == 0, done.stdout
        assert recap(done.stdout)["changed"] == changed
    variables = ansible.variables("keystone")
    done = ansible.play(tasks, vars={**variables, "initial_password": "a long secret 1"})[0]
    assert done.returncode == 0, done.stdout
    assert "Plant Lab" in done.stdout
    assert "Lab Z" not in {team["name"] for team in simulator.store.tables["Team"].values()}


def test_every_example_of_the_documentation_runs(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    (ansible.folder / "plan.pdf").write_bytes(b"%PDF-1.4")
    simulator.settings["clusters"] = 4
    simulator.seed()
    for name in ("grace", "linus"):
        simulator.add("User", username=name, password="!")
    simulator.add(
        "AllocationRequest",
        submitter=2,
        team=1,
        title="Genome assembly",
        description="x",
        submitted="2026-01-01",
    )
    for number in range(2, 8):
        simulator.add(
            "AllocationRequest",
            submitter=2,
            team=2,
            title=f"request {number}",
            description="x",
            submitted="2026-01-01",
        )
    modules = (REQUEST, INFO, BATCH, RESOURCE)
    documented = json.loads(ansible.run("ansible-doc", "-t", "module", "-j", *modules).stdout)
    tasks = []
    for module in modules:
        for task in yaml.safe_load(documented[module]["examples"]):
            for option in ("url", "username", "password"):
                task[module].pop(option, None)
            for action in task[module].get("actions", [])[:1]:
                action["payload"]["name"] = "Lab D"
            tasks.append(task)
    assert len(tasks) > 10
    variables = ansible.variables("keystone")
    # The clusters and teams of the examples are created by the tasks before they are used.
    tasks.insert(0, {"name": "Prepare", **ensure("cluster", {"name": "hpc1"})})
    done = ansible.play(tasks, vars={**variables, "initial_password": "a long secret 1"})[0]
    assert done.returncode == 0, done.stdout
    documented = json.loads(ansible.run("ansible-doc", "-t", "lookup", "-j", LOOKUP).stdout)
    lookups = yaml.safe_load(documented[LOOKUP]["examples"])
    for number, task in enumerate(lookups):
        task.pop("vars", None)
        task["register"] = f"shown{number}"
    done, registered = ansible.play(lookups, vars=variables)
    assert done.returncode == 0, done.stdout
    assert set(registered["shown1"]["msg"]) >= {"Lab A", "Lab B", "Lab Closed"}


# Wanted states


def test_a_record_is_created_updated_and_deleted_once(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    wanted = {
        "name": "hpc1",
        "description": "The large one",
        "access_mode": "Whitelist",
        "access_teams": ["lab-a", "Lab B"],
    }
    tasks = [
        {
            "name": "Predict",
            **ensure("cluster", wanted),
            "check_mode": True,
            "diff": True,
            "register": "predicted",
        },
        {"name": "Create", **ensure("cluster", wanted), "diff": True, "register": "created"},
        {"name": "Again", **ensure("cluster", wanted), "register": "again"},
        {
            "name": "Order",
            **ensure("cluster", {**wanted, "access_teams": ["lab-b", "lab-a"], "enabled": "yes"}),
            "register": "order",
        },
        {
            "name": "Change",
            **ensure("cluster", {"name": "hpc1", "description": None, "access_teams": []}),
            "diff": True,
            "register": "changed",
        },
        {
            "name": "Predict the end",
            **ensure("cluster", {"name": "hpc1"}, state="absent"),
            "check_mode": True,
            "register": "doomed",
        },
        {
            "name": "Delete",
            **ensure("cluster", {"name": "hpc1"}, state="absent"),
            "register": "deleted",
        },
        {
            "name": "Delete again",
            **ensure("cluster", {"name": "hpc1"}, state="absent"),
            "register": "gone",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    actions = {name: (result["changed"], result["action"]) for name, result in registered.items()}
    assert actions == {
        "predicted": (True, "create"),
        "created": (True, "create"),
        "again": (False, "none"),
        "order": (False, "none"),
        "changed": (True, "update"),
        "doomed": (True, "delete"),
        "deleted": (True, "delete"),
        "gone": (False, "none"),
    }
    assert registered["predicted"]["diff"] == registered["created"]["diff"]
    (difference,) = registered["changed"]["diff"]
    assert (difference["before"], difference["after"]) == (
        {"description": "The large one", "access_teams": [1, 2]},
        {"description": None, "access_teams": []},
    )
    assert sorted(writes_of(simulator)) == [
        "DELETE /allocations/clusters/4/",
        "PATCH /allocations/clusters/4/",
        "POST /allocations/clusters/",
    ]


def test_purge_stays_within_its_filters(ansible: Ansible, simulator: KeystoneSimulator) -> None:
    for user in (1, 3):
        simulator.add("Membership", user=user, team=1, role="MB")
    members = [
        {"team": "lab-a", "user": "ada", "role": "Admin"},
        {"team": "lab-a", "user": "ben", "role": "Owner"},
    ]
    purge = ensure("membership", *members, purge=True, filters={"team": "lab-a"})
    tasks = [
        {"name": "Predict", **purge, "check_mode": True, "register": "predicted"},
        {"name": "Purge", **purge, "register": "purged"},
        {"name": "Again", **purge, "register": "again"},
        {
            "name": "Without filters",
            **ensure("membership", *members, purge=True),
            "ignore_errors": True,
            "register": "whole",
        },
        {
            "name": "Empty filters",
            **ensure("membership", *members, purge=True, filters={}),
            "ignore_errors": True,
            "register": "empty",
        },
        {
            "name": "Typo",
            **ensure("membership", *members, purge=True, filters={"teams": 1}),
            "ignore_errors": True,
            "register": "typo",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    expected = {"created": 0, "updated": 1, "deleted": 1, "unchanged": 1}
    assert registered["predicted"]["summary"] == registered["purged"]["summary"] == expected
    assert (registered["again"]["changed"], registered["again"]["summary"]) == (
        False,
        {"created": 0, "updated": 0, "deleted": 0, "unchanged": 2},
    )
    # The members of other teams are who they were.
    assert sorted(
        (member["team"], member["user"], member["role"])
        for member in simulator.store.tables["Membership"].values()
    ) == [
        (1, 2, "AD"),
        (1, 3, "OW"),
        (2, 1, "OW"),
        (2, 3, "MB"),
    ]
    for name in ("whole", "empty", "typo"):
        assert registered[name]["failed"]
        assert (
            "filters" in registered[name]["msg"] or "no field 'teams'" in registered[name]["msg"]
        ), registered[name]["msg"]


def test_a_field_that_the_server_ignores_is_reported_and_not_a_change(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    rename = ensure("team", {"slug": "lab-a", "name": "Lab Alpha"}, match=["slug"])
    done, registered = ansible.play([{"name": "Rename", **rename, "register": "renamed"}])
    assert done.returncode == 0, done.stdout
    renamed = registered["renamed"]
    assert (
        renamed["changed"],
        renamed["action"],
        renamed["ignored"],
        renamed["record"]["name"],
    ) == (False, "none", ["name"], "Lab A")
    assert "team slug='lab-a': the server does not take name and keeps what it has" in " ".join(
        (done.stdout + done.stderr).split()
    )
    assert "DEPRECATION" not in done.stdout + done.stderr
    assert writes_of(simulator) == {}


def test_a_second_run_over_a_thousand_records_changes_nothing(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    wanted = [
        {"name": f"made-{number:04d}", "description": f"rack {number}", "access_mode": "Open"}
        for number in range(1000)
    ]
    (ansible.folder / "wanted.json").write_text(json.dumps({"wanted": wanted}))
    task = {
        "name": "Have them",
        RESOURCE: {"resource": "cluster", "records": "{{ wanted }}"},
        "register": "made",
    }
    done, registered = ansible.play([task], "-e", "@wanted.json")
    assert done.returncode == 0, done.stdout[-3000:]
    assert registered["made"]["summary"] == {
        "created": 1000,
        "updated": 0,
        "deleted": 0,
        "unchanged": 0,
    }
    simulator.counters.clear()
    done, registered = ansible.play([task], "-e", "@wanted.json")
    assert (registered["made"]["changed"], registered["made"]["summary"]["unchanged"]) == (
        False,
        1000,
    ), done.stdout[-3000:]
    # A login, and the list in pages of 1,000.
    assert simulator.counters["requests"] == 3
    assert writes_of(simulator) == {}


def test_a_record_that_cannot_be_written_does_not_stop_the_others(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    records = [
        {"name": "first"},
        {"name": "x" * 51},
        {"name": "cluster-000", "enabled": False},
        {"name": "last"},
    ]
    done, registered = ansible.play(
        [
            {
                "name": "Several",
                **ensure("cluster", *records),
                "ignore_errors": True,
                "register": "several",
            }
        ]
    )
    assert done.returncode == 0, done.stdout
    several = registered["several"]
    assert several["failed"]
    assert re.match(
        (
            r"1 of 4 records could not be written; the first, cluster name='x+': POST "
            r"http\S+: 400 Bad Request: name: Ensure this"
        ),
        several["msg"],
    )
    assert [result["ok"] for result in several["results"]] == [True, False, True, True]
    assert several["results"][1]["msg"].endswith(
        "Ensure this field has no more than 50 characters; check the body and parameters"
    )
    assert several["summary"] == {"created": 2, "updated": 1, "deleted": 0, "unchanged": 0}
    assert several["changed"]
    names = {
        record["name"]: record["enabled"] for record in simulator.store.tables["Cluster"].values()
    }
    assert (names["first"], names["last"], names["cluster-000"]) == (True, True, False)


def test_an_attachment_is_uploaded_from_a_path_once(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    plan = ansible.folder / "plan.txt"
    plan.write_text("Genomes need hours.")
    wanted = {
        "request": {"team": "lab-a", "title": "Sequencing"},
        "name": "The plan",
        "file": str(plan),
    }
    tasks = [
        {
            "name": "Predict",
            **ensure("attachment", wanted),
            "check_mode": True,
            "register": "predicted",
        },
        {"name": "Attach", **ensure("attachment", wanted), "register": "attached"},
        {"name": "Again", **ensure("attachment", wanted), "register": "again"},
        {
            "name": "Missing",
            **ensure("attachment", {**wanted, "name": "x", "file": "/no/such/file"}),
            "ignore_errors": True,
            "register": "missing",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert [registered[name]["changed"] for name in ("predicted", "attached", "again")] == [
        True,
        True,
        False,
    ]
    assert registered["predicted"]["record"] == {"id": None, "request": 1, "name": "The plan"}
    assert registered["attached"]["record"]["file"] == "allocations/plan.txt"
    assert "/no/such/file" in registered["missing"]["msg"]
    assert len(simulator.store.tables["Attachment"]) == 1


# Secrets


@pytest.mark.parametrize("execution", PATHS)
def test_passwords_are_sent_on_creation_and_shown_nowhere(
    ansible: Ansible, simulator: KeystoneSimulator, execution: str
) -> None:
    ansible.execution = execution
    grace = {"username": "grace", "password": "first-secret-word", "first_name": "Grace"}
    others = [
        {"username": name, "password": f"{name}-secret-word"} for name in ("linus", "barbara")
    ]
    token, secret = next(iter(TOKENS)), {"password": "batch-secret-word"}
    tasks = [
        {"name": "Predict", **ensure("user", grace), "check_mode": True, "register": "predicted"},
        {"name": "Create", **ensure("user", grace), "register": "created"},
        {
            "name": "Another word",
            **ensure("user", {**grace, "password": "second-secret-word"}),
            "register": "untouched",
        },
        {
            "name": "Always",
            **ensure("user", {**grace, "password": "third-secret-word"}, update_secrets="always"),
            "register": "sent",
        },
        {"name": "Several", **ensure("user", *others), "register": "several"},
        {
            "name": "Weak",
            **ensure("user", {"username": "weak", "password": "12345678"}),
            "ignore_errors": True,
            "register": "weak",
        },
        {
            "name": "Batch",
            BATCH: {
                "actions": [
                    {
                        "method": "POST",
                        "path": "/users/users/",
                        "payload": {"username": "batch", **secret},
                    }
                ]
            },
            "register": "batch",
        },
        {
            "name": "Predicted batch",
            BATCH: {"actions": [{"method": "PATCH", "path": "/users/users/1/", "payload": secret}]},
            "check_mode": True,
        },
        {"name": "Users", INFO: {"resource": "user"}, "register": "users"},
        {"name": "Raw", REQUEST: {"path": "/users/users/", "paginate": "auto"}, "register": "raw"},
        {"name": "Audit", INFO: {"resource": "log_audit"}, "register": "audit"},
        {
            "name": "By token",
            REQUEST: {
                "path": "/authentication/whoami/",
                "username": None,
                "password": None,
                "token": token,
            },
        },
        {
            "name": "Wrong token",
            REQUEST: {"path": "/version/", "username": None, "password": None, "token": "f" * 40},
            "ignore_errors": True,
        },
    ]
    ansible.environment["ANSIBLE_INJECT_INVOCATION"] = "true"
    done, registered = ansible.play(tasks, "-vvvv", "--diff")
    assert done.returncode == 0, done.stdout
    assert (registered["untouched"]["changed"], registered["untouched"]["action"]) == (
        False,
        "none",
    )
    assert (registered["sent"]["changed"], registered["sent"]["action"]) == (True, "update")
    assert registered["weak"]["failed"]
    assert registered["predicted"]["record"] == {
        "id": None,
        "username": "grace",
        "first_name": "Grace",
    }
    assert registered["created"]["diff"][0]["after"] == {"username": "grace", "first_name": "Grace"}
    assert registered["sent"]["diff"][0]["after"] == {}
    hashes = [user["password"] for user in simulator.store.tables["User"].values()]
    tails = [text[len(text) // 2 :] for text in hashes]
    assert len(tails) == 7
    shown = done.stdout + done.stderr + ansible.log() + json.dumps(registered)
    words = [
        "first-secret-word",
        "second-secret-word",
        "third-secret-word",
        "linus-secret-word",
        "barbara-secret-word",
        "batch-secret-word",
        token,
        "f" * 40,
    ]
    for word in [*words, PASSWORD, *simulator.sessions, *tails]:
        assert find_leaks(word, shown) == []
    assert "_history" not in json.dumps([registered["users"], registered["raw"]])


def test_a_user_can_log_in_with_the_password_that_was_sent(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    who = {
        REQUEST: {
            "path": "/authentication/whoami/",
            "username": "grace",
            "password": "second-secret-word",
        },
        "register": "who",
        "ignore_errors": True,
    }
    grace = {"username": "grace", "password": "first-secret-word"}
    tasks = [
        {"name": "Create", **ensure("user", grace)},
        {"name": "Kept", **ensure("user", {**grace, "password": "second-secret-word"})},
        {"name": "Too early", **who, "register": "early"},
        {
            "name": "Always",
            **ensure("user", {**grace, "password": "second-secret-word"}, update_secrets="always"),
        },
    ]
    done, registered = ansible.play(tasks)
    assert (
        "Invalid username or password; check 'username' and 'password'"
        in registered["early"]["msg"]
    ), done.stdout
    done, registered = ansible.play([{"name": "Now", **who}])
    assert registered["who"]["json"]["username"] == "grace", done.stdout


# Errors


def test_a_wrong_password_is_sent_once_for_all_hosts(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    task = {
        "name": "Refused",
        RESOURCE: {"resource": "team", "data": {"name": "x"}, "password": "not the horse"},
    }
    done = ansible.play([task], "-i", ansible.inventory(8), "-f", "4", hosts="all")[0]
    assert done.returncode == 2
    said = (
        r"POST http\S+/authentication/login/: 400 Bad Request: Invalid username or password; "
        r"check 'username' and 'password'"
    )
    assert len(set(re.findall(rf"fatal: \[(h\d+)\]: FAILED!.*{said}", done.stdout))) == 8
    assert simulator.counters["logins"] == 1
    assert "not the horse" not in done.stdout


def test_failures_are_one_line_with_advice(ansible: Ansible, simulator: KeystoneSimulator) -> None:
    simulator.faults.append(
        {
            "path": "/research/publications/",
            "status": 200,
            "body": "<html>proxy</html>",
            "type": "text/html",
        }
    )
    cases = {
        "down": (
            {INFO: {"resource": "team", "url": "http://127.0.0.1:1", "retry": 1}},
            "the connection was refused",
        ),
        "tls": (
            {
                INFO: {
                    "resource": "team",
                    "url": f"https://127.0.0.1:{ansible.keystone.port}",
                    "retry": 1,
                }
            },
            "does not speak TLS",
        ),
        "html": ({INFO: {"resource": "publication"}}, "not JSON"),
        "elsewhere": (
            {INFO: {"resource": "team", "url": f"http://127.0.0.1:{ansible.gateway.port}"}},
            "404 Not Found",
        ),
        "no_scheme": ({INFO: {"resource": "team", "url": "keystone.example"}}, "https://"),
        "filter": (
            {INFO: {"resource": "cluster", "filters": {"naem": "hpc1"}}},
            "cluster has no field 'naem'; its fields are id, name",
        ),
        "operator": (
            {INFO: {"resource": "cluster", "filters": {"name__icontains": "h"}}},
            "name has no filter 'icontains': use not_eq",
        ),
        "choice": (
            ensure("cluster", {"name": "x", "access_mode": "Everybody"}),
            "access_mode must be one of WL (Whitelist), BL (Blacklist), OP (Open)",
        ),
        "relation": (
            ensure("membership", {"team": "lab-x", "user": "ada", "role": "Member"}),
            "there is no team 'lab-x': name a team by name or slug",
        ),
        "needed": (
            ensure("grant", {"team": "lab-a", "grant_number": "G-1"}),
            "to create it, give title, agency, amount, start_date",
        ),
        "unknown": (
            ensure("cluster", {"name": "x", "colour": "red"}),
            "cluster has no field 'colour'",
        ),
        "made": (
            ensure("cluster", {"name": "x", "id": 5, "colour": 1}),
            "cluster has no field 'colour'",
        ),
        "key": (ensure("publication", {"title": "x"}), "found by its doi, but doi is missing"),
        "twice": (
            ensure("cluster", {"name": "x"}, {"name": "x"}),
            "cluster name='x' is listed twice",
        ),
        "protected": (
            ensure("cluster", {"name": "cluster-000"}, state="absent"),
            "Server Error (500)'; other records may still refer to this cluster",
        ),
        "forbidden": (
            ensure("cluster", {"name": "x"}, username="ben", password="tropical fish"),
            "403 Forbidden: You do not have permission",
        ),
        # The task's own token has precedence over the user of module_defaults.
        "token": (
            {INFO: {"resource": "team", "token": "a" * 40}},
            "401 Unauthorized: Invalid token",
        ),
        "half": (
            {INFO: {"resource": "team", "username": None}},
            "username is missing: give username and password, or token",
        ),
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
        assert "<" not in message, name
    assert list(writes_of(simulator)) == [
        "DELETE /allocations/clusters/1/",
        "POST /allocations/clusters/",
    ]


def test_throttling_is_waited_for(ansible: Ansible, simulator: KeystoneSimulator) -> None:
    start = simulator.clock()
    simulator.clock = lambda: start
    simulator.settings["throttle_user"] = 5
    read = {INFO: {"resource": "cluster"}}
    done = ansible.play([{"name": "Read", **read, "loop": [1, 2, 3, 4, 5]}])[0]
    assert done.returncode == 0, done.stdout

    def two_seconds_before_the_end_of_the_window() -> float:
        log = list(simulator.store.tables["RequestLog"].values())
        return start + (60 if any(entry["response_code"] == 429 for entry in log) else 58)

    simulator.clock = two_seconds_before_the_end_of_the_window
    done, registered = ansible.play([{"name": "Read on", **read, "register": "read"}], "-vv")
    assert registered["read"]["count"] == 3, done.stdout
    assert re.search(r"restops.clients: GET \S+: 429; attempt 2 in \d", done.stdout), done.stdout


# Reading and calling


def test_records_are_read_with_filters_order_and_limits(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    filters = {"team": "lab-a", "amount__gte": 1000, "start_date__year": 2020}
    tasks = [
        {"name": "All", INFO: {"resource": "grant"}, "register": "all"},
        {
            "name": "Some",
            INFO: {
                "resource": "grant",
                "filters": filters,
                "order": ["-amount"],
                "fields": ["title", "_team"],
            },
            "register": "some",
        },
        {
            "name": "None",
            INFO: {"resource": "grant", "filters": {"team__in": []}},
            "register": "nothing",
        },
        {"name": "Words", INFO: {"resource": "user", "search": "byron"}, "register": "words"},
        {
            "name": "Two",
            INFO: {"resource": "cluster", "limit": 2, "order": ["-id"]},
            "register": "two",
        },
        {
            "name": "Checked",
            INFO: {"resource": "cluster"},
            "check_mode": True,
            "register": "checked",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert registered["all"]["count"] == 3
    assert [
        (record["title"], record["_team"]["name"]) for record in registered["some"]["records"]
    ] == [("grant 000", "Lab A")]
    assert registered["nothing"]["records"] == []
    assert [record["username"] for record in registered["words"]["records"]] == ["ada"]
    assert [record["name"] for record in registered["two"]["records"]] == [
        "cluster-002",
        "cluster-001",
    ]
    assert registered["checked"]["count"] == 3
    assert not [name for name, result in registered.items() if result["changed"]]


def test_options_come_from_variables_defaults_arguments_and_environment(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    options = ansible.defaults[GROUP]
    variables = ansible.variables("keystone")
    ansible.environment["KEYSTONE_PASSWORD"] = "wrong-from-process"
    look = (
        "{{ lookup('restops.clients.keystone', '/users/teams/', params={'name': 'Lab B'}, "
        "paginate='auto', attribute='slug') }}"
    )
    tasks = [
        {
            "name": "Variables",
            INFO: {"resource": "team"},
            "vars": variables,
            "register": "variable",
        },
        {
            "name": "Group",
            INFO: {"resource": "team"},
            "module_defaults": {GROUP: options},
            "register": "group",
        },
        {"name": "Arguments", REQUEST: {"path": "users/teams", **options}, "register": "argument"},
        {
            "name": "Environment",
            BATCH: {"actions": [{"method": "GET", "path": "/users/teams/"}]},
            "vars": variables,
            "register": "by_task",
        },
        {
            "name": "Look",
            "ansible.builtin.debug": {"msg": look},
            "vars": variables,
            "register": "looked",
        },
        {
            "name": "Process",
            INFO: {"resource": "team", "url": options["url"], "username": "admin"},
            "ignore_errors": True,
            "register": "process",
        },
    ]
    tasks[3]["environment"] = {"KEYSTONE_PASSWORD": PASSWORD}
    tasks[3]["vars"] = {**variables, "keystone_password": "wrong-from-variable"}
    done, registered = ansible.play(tasks, module_defaults={})
    assert done.returncode == 0, done.stdout
    assert (
        registered["variable"]["count"],
        registered["group"]["count"],
        registered["argument"]["json"]["count"],
    ) == (3, 3, 3)
    assert registered["by_task"]["results"][0]["body"]["count"] == 3
    assert registered["looked"]["msg"] == "lab-b"
    assert "Invalid username or password" in registered["process"]["msg"]
    for word in ("wrong-from-process", "wrong-from-variable", PASSWORD):
        assert word not in done.stdout


def test_a_run_on_many_hosts_logs_in_once(ansible: Ansible, simulator: KeystoneSimulator) -> None:
    simulator.settings["login_delay"] = 0.1
    tasks = [
        {"name": "Read", INFO: {"resource": "team"}},
        {
            "name": "Write",
            **ensure("membership", {"team": "lab-a", "user": "ben", "role": "Member"}),
            "run_once": True,
        },
        {"name": "Call", REQUEST: {"requests": [{"path": "/version/"}, {"path": "/config/"}]}},
    ]
    done = ansible.play(tasks, "-i", ansible.inventory(8), "-f", "4", hosts="all")[0]
    assert done.returncode == 0, done.stdout[-3000:]
    assert simulator.counters["logins"] == 1
    own = {"name": "Own", INFO: {"resource": "team", "shared_session": False}}
    simulator.sessions.clear()
    assert ansible.play([own])[0].returncode == 0
    assert simulator.counters["logins"] == 2
    assert simulator.counters["POST /authentication/logout/"] == 1
    assert not simulator.sessions


def test_a_record_is_written_over_tls(ansible: Ansible) -> None:
    with serving(KeystoneSimulator(ssl_tokens=True), tls=True) as secure:
        where = {
            "url": f"https://127.0.0.1:{secure.port}",
            "ca_path": str(secure.authority.ca) if secure.authority else "",
        }
        done, registered = ansible.play(
            [{"name": "Write", **ensure("team", {"name": "Lab D"}, **where), "register": "made"}]
        )
        assert registered["made"]["action"] == "create", done.stdout


# Batches


def test_a_batch_is_predicted_tried_and_executed_whole(
    ansible: Ansible, simulator: KeystoneSimulator
) -> None:
    plan = ansible.folder / "plan.txt"
    plan.write_text("hours")
    team = {"method": "POST", "path": "/users/teams/", "payload": {"name": "Lab D"}, "ref": "team"}
    member = {
        "method": "POST",
        "path": "/users/memberships/",
        "payload": {"team": "@ref{team.id}", "user": 2, "role": "OW"},
    }
    wrong = {
        "method": "POST",
        "path": "/users/memberships/",
        "payload": {"team": "@ref{team.id}", "user": 2},
    }
    attach = {
        "method": "POST",
        "path": "/allocations/attachments/",
        "payload": {"request": 1, "file": "@file{plan}"},
    }
    read = {"method": "GET", "path": "/users/teams/", "query_params": {"name": "Lab A"}}
    tasks = [
        {
            "name": "Predict",
            BATCH: {"actions": [team, member]},
            "check_mode": True,
            "register": "predicted",
        },
        {
            "name": "Predicted reads",
            BATCH: {"actions": [read]},
            "check_mode": True,
            "register": "reads",
        },
        {"name": "Try", BATCH: {"actions": [team, member], "dry_run": True}, "register": "tried"},
        {
            "name": "Try in check mode",
            BATCH: {"actions": [team, member], "dry_run": True},
            "check_mode": True,
            "register": "both",
        },
        {
            "name": "Fail",
            BATCH: {"actions": [team, wrong]},
            "ignore_errors": True,
            "register": "failed",
        },
        {"name": "Teams", INFO: {"resource": "team"}, "register": "teams"},
        {
            "name": "Do",
            BATCH: {"actions": [team, member, attach], "files": {"plan": str(plan)}},
            "register": "done",
        },
    ]
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert (registered["predicted"]["changed"], registered["predicted"]["results"]) == (True, [])
    assert registered["predicted"]["request"]["body"]["actions"] == [team, member]
    assert (registered["reads"]["changed"], registered["reads"]["results"][0]["body"]["count"]) == (
        False,
        1,
    )
    for name in ("tried", "both"):
        assert (
            registered[name]["changed"],
            [result["status"] for result in registered[name]["results"]],
        ) == (False, [201, 201])
    for said in (
        "Step #2 (POST /users/memberships/) failed with status 400",
        "role: This field is required",
        "nothing of the batch was kept",
    ):
        assert said in registered["failed"]["msg"]
    assert registered["teams"]["count"] == 3
    assert registered["done"]["changed"]
    assert [result["status"] for result in registered["done"]["results"]] == [201, 201, 201]
    assert (
        registered["done"]["results"][1]["body"]["team"]
        == registered["done"]["results"][0]["body"]["id"]
    )
