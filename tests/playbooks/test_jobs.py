# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of the Platform in playbooks, on both paths."""

from __future__ import annotations

import re
from typing import Any

from tests.playbooks.both_paths import Runs, run_on_both_paths
from tests.playbooks.conftest import Ansible
from tests.playbooks.test_guides import examples

JOB = "restops.clients.itential_platform_job"
TASK = "restops.clients.itential_platform_task"
START = "POST /operations-manager/jobs/start"
WORD = "do-not-show-7"
SEEDED = {
    "stuck": f"{1:024x}",
    "failed": f"{2:024x}",
    "waiting": f"{3:024x}",
    "complete": f"{4:024x}",
}


def prepare(ansible: Ansible) -> None:
    """Give the Platform a workflow and a job of each sort."""
    sim = ansible.platform.simulator
    schema = {"properties": {"count": {"type": "integer"}}, "required": ["device"]}
    outputs = {"properties": {"report": {"type": "string"}}}
    sim.tables["workflow"].seed(
        [{"name": "Upgrade", "inputSchema": schema, "outputSchema": outputs}]
    )
    sim.settings.update(job_polls=2, job_outputs={"report": "ok, % Invalid input"})
    error = [{"task": "1a", "message": {"IAPerror": {"displayString": "no route"}}}]
    tasks = {"1a": {"name": "backup", "summary": "Back up", "status": "error"}}
    sim.tables["job"].seed(
        {"_id": SEEDED[name], "name": "Upgrade", "status": status, **more}
        for name, status, more in (
            ("stuck", "running", {}),
            ("failed", "error", {"error": error, "tasks": tasks}),
            ("waiting", "running", {}),
            ("complete", "complete", {"variables": {"report": "done"}}),
        )
    )
    sim.tables["task"].seed(
        {"name": "Approve", "groups": ["Operations"], "job": {"_id": SEEDED[name], "task": "4d"}}
        for name in ("waiting", "stuck")
    )


def run(ansible: Ansible, cases: dict[str, dict[str, Any]], **options: Any) -> Runs:
    tasks = {
        name: {JOB: {"wait_interval": 0.01, **case.pop("job_options")}, **case}
        for name, case in cases.items()
    }
    return run_on_both_paths(ansible, tasks, prepare=lambda: prepare(ansible), **options)


def case(check_mode: bool = False, **options: Any) -> dict[str, Any]:
    return {"job_options": options, "check_mode": check_mode}


def test_jobs_are_started_watched_and_changed_on_both_paths(ansible: Ansible) -> None:
    upgrade = {"workflow": "Upgrade", "variables": {"device": "r1", "count": "2"}}
    wrong = {"workflow": "Upgrade", "variables": {"device": "r1", "count": "two"}}
    runs = run(
        ansible,
        {
            "predicted": case(check_mode=True, **upgrade),
            "wrong": case(check_mode=True, **wrong),
            "finished": case(**upgrade),
            "unexpected": case(
                job=SEEDED["complete"], assert_outputs={"report": {"not_contains": "done"}}
            ),
            "started": case(state="started", unique_by="device", **upgrade),
            "attached": case(state="started", unique_by="device", **upgrade),
            "failed": case(job=SEEDED["failed"]),
            "waiting": case(job=SEEDED["waiting"], wait_timeout=0.05),
            "would_pause": case(check_mode=True, job=SEEDED["stuck"], state="paused"),
            "paused": case(job=SEEDED["stuck"], state="paused"),
            "paused_again": case(job=SEEDED["stuck"], state="paused"),
            "resumed": case(job=SEEDED["stuck"], state="running"),
            "canceled": case(job=[*SEEDED.values()], state="canceled"),
            "canceled_again": case(job=[*SEEDED.values()], state="canceled"),
            "deleted": case(filters={"status": "canceled", "name": "Upgrade"}, state="absent"),
            "deleted_again": case(
                filters={"status": "canceled", "name": "Upgrade"}, state="absent"
            ),
            "nothing": case(),
            "no_kind": case(trigger={"automation": "x"}),
            "too_late": case(job=SEEDED["complete"], state="paused"),
            "no_job": case(job="nowhere"),
            "not_paused": case(job="nowhere", state="paused"),
            "unknown": case(workflow="Upgrde"),
        },
    )
    assert runs.failed == {
        *("wrong", "unexpected", "failed", "waiting", "nothing", "no_kind", "too_late"),
        *("no_job", "not_paused", "unknown"),
    }
    assert runs.changed == {
        *("predicted", "finished", "started", "would_pause", "paused", "resumed", "canceled"),
        "deleted",
    }
    assert runs.writes == {
        START: 2,
        "POST /operations-manager/jobs/pause": 1,
        "POST /operations-manager/jobs/resume": 1,
        "POST /operations-manager/jobs/cancel": 1,
        "POST /operations-manager/jobs/delete": 1,
    }
    results = runs.results
    assert results["finished"]["outputs"] == {"report": "ok, % Invalid input"}
    assert results["attached"]["job"]["id"] == results["started"]["job"]["id"]
    assert results["canceled"]["summary"] == {"canceled": 3, "complete": 1}
    assert runs.message("wrong") == "variables.count must be of type integer, not string"
    assert runs.message("failed").endswith("ended as error: task 'Back up': no route")
    assert "waits for a person: task 'Approve' (group Operations)" in runs.message("waiting")
    late = f"job {SEEDED['complete']} (Upgrade) is complete and cannot become paused"
    assert runs.message("too_late").startswith(late)
    for name in ("no_job", "not_paused"):
        assert runs.message(name) == "there is no job nowhere: check its id"
    assert runs.message("unknown") == "there is no workflow 'Upgrde': did you mean 'Upgrade'?"
    assert "report not_contains 'done' does not hold" in runs.message("unexpected")


def test_progress_is_shown_on_the_controller_without_secrets(ansible: Ansible) -> None:
    def described(**options: Any) -> dict[str, Any]:
        variables = {"device": "r1", "password": WORD}
        return case(workflow="Upgrade", variables=variables, **options)

    runs = run(
        ansible,
        {
            "shown": described(unique_by=WORD, description=WORD),
            "waiting": case(job=SEEDED["waiting"], wait_timeout=0.05),
            "silent": described(progress=False),
        },
    )
    lines = re.findall(r"^job (\w+) \(Upgrade\)(.*)$", runs.outputs["controller"], re.MULTILINE)
    number = runs.results["shown"]["job"]["id"]
    assert [text for found, text in lines if found == number] == [
        " started",
        ": running 0 %",
        ": complete 100 %",
    ]
    assert (
        SEEDED["waiting"],
        ": running 100 %, waits for a person: task 'Approve' (group Operations)",
    ) in lines
    assert runs.results["silent"]["job"]["id"] not in [found for found, dummy in lines]
    assert not re.search(r"^job \w+ \(Upgrade\)", runs.outputs["target"], re.MULTILINE)
    assert runs.leaks(WORD) == []


def test_manual_tasks_are_claimed_assigned_and_finished_on_both_paths(ansible: Ansible) -> None:
    def manual(check_mode: bool = False, **options: Any) -> dict[str, Any]:
        return {TASK: options, "check_mode": check_mode}

    approve = {"job": SEEDED["waiting"], "name": "Approve"}
    finish = {**approve, "state": "finished", "variables": {"approved": True}}
    runs = run_on_both_paths(
        ansible,
        {
            "predicted": manual(check_mode=True, state="claimed", **approve),
            "claimed": manual(state="claimed", **approve),
            "claimed_again": manual(state="claimed", **approve),
            "assigned": manual(state="assigned", account="ada", **approve),
            "stolen": manual(state="claimed", **approve),
            "released": manual(state="released", **approve),
            "finished": manual(**finish),
            "finished_again": manual(**finish),
            "other_outcome": manual(outcome="failure", **finish),
            "missing": manual(job=SEEDED["complete"], state="claimed", wait_timeout=300),
            "no_job": manual(job="nowhere", state="claimed", wait_timeout=300),
            "later": manual(
                job=SEEDED["stuck"],
                name="Review",
                state="claimed",
                wait_timeout=0.05,
                wait_interval=0.01,
            ),
            "no_task": manual(state="claimed"),
        },
        prepare=lambda: prepare(ansible),
    )
    assert runs.changed == {"predicted", "claimed", "assigned", "released", "finished"}
    assert runs.failed == {"stolen", "other_outcome", "missing", "no_job", "later", "no_task"}
    assert sum(runs.writes.values()) == 5
    assert "is claimed by" in runs.message("stolen")
    assert "was finished with success" in runs.message("other_outcome")
    ended = f"job {SEEDED['complete']} (Upgrade) is complete and has no open manual task"
    assert runs.message("missing") == f"{ended}: it has no manual tasks"
    assert runs.message("no_job") == "there is no job nowhere: check its id"
    waits = "waiting for manual task 'Review', its open manual tasks are 'Approve' (running)"
    assert runs.message("later").endswith(waits)
    shown = rf"^job {SEEDED['stuck']} \(Upgrade\): running .*{re.escape(waits)}$"
    line = re.compile(shown, re.MULTILINE)
    assert line.search(runs.outputs["controller"])
    assert not line.search(runs.outputs["target"])


def test_a_task_that_says_no_log_shows_no_progress(ansible: Ansible) -> None:
    task = {**case(job=SEEDED["complete"]), "no_log": True}
    runs = run(ansible, {"hidden": task})
    assert SEEDED["complete"] not in runs.outputs["controller"]


def test_a_task_whose_time_is_up_names_the_job_that_goes_on(ansible: Ansible) -> None:
    prepare(ansible)
    ansible.execution = "controller"
    options = {"job": SEEDED["waiting"], "progress": False}
    done, registered = ansible.play(
        [{JOB: options, "timeout": 1, "register": "late", "ignore_errors": True}]
    )
    assert registered["late"]["failed"]
    assert f"job {SEEDED['waiting']} has not finished, and goes on" in done.stdout


def test_the_examples_of_the_guide_run(ansible: Ansible) -> None:
    sim = ansible.platform.simulator
    sim.tables["workflow"].seed({"name": name} for name in ("Upgrade router", "Verify", "Change"))
    sim.settings.update(job_polls=1, job_outputs={"report": "ok"})
    tasks = [one for one in examples("docs/operations.md") if JOB in one or TASK in one]
    approval = next(number for number, task in enumerate(tasks) if TASK in task)
    assert (len(tasks), approval) == (7, 4)
    ansible.execution = "controller"
    done, registered = ansible.play(tasks[:approval])
    assert done.returncode == 0, done.stdout + done.stderr
    # The job goes on until it needs an approval.
    change = registered["change"]["job"]["id"]
    (task,) = sim.tables["task"].seed([{"name": "Approve", "job": {"_id": change, "task": "4d"}}])
    known = {name: registered[name] for name in ("change", "verification")}
    done, dummy = ansible.play(tasks[approval:], vars=known)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (task["status"], task["variables"]) == ("complete", {"approved": True})
