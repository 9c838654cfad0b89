# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adapters, applications and workers of the Platform in playbooks, on both paths."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from tests.playbooks.both_paths import PATHS, Runs, run_on_both_paths, writes_of
from tests.playbooks.conftest import Ansible
from tests.playbooks.test_guides import ROOT, examples

SERVICE = "restops.clients.itential_platform_service"
WORKER = "restops.clients.itential_platform_worker"
PLAYBOOK = "restops.clients.maintenance"
QUICK = {"wait_interval": 0.01}


def case(module: str, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    return {module: {**QUICK, **options}, "check_mode": check_mode}


def run(ansible: Ansible, cases: dict[str, dict[str, Any]], **settings: Any) -> Runs:
    def prepare() -> None:
        sim = ansible.platform.simulator
        sim.settings.update(settings)
        sim.tables["adapter"].named("email").update(state="DEAD")

    return run_on_both_paths(ansible, cases, prepare=prepare)


def test_services_are_started_stopped_and_restarted_on_both_paths(ansible: Ansible) -> None:
    both = ["iag", "servicenow"]
    runs = run(
        ansible,
        {
            "predicted": case(SERVICE, check_mode=True, adapter="iag", state="restarted"),
            "running": case(SERVICE, adapter="iag", state="started"),
            "stopped": case(SERVICE, adapter="iag", state="stopped", log={"file": "debug"}),
            "stopped_again": case(SERVICE, adapter="iag", state="stopped", log={"file": "debug"}),
            "started": case(SERVICE, adapter=both, state="started"),
            "restarted": case(SERVICE, adapter=both, state="restarted"),
            "restarted_again": case(SERVICE, adapter=both, state="restarted"),
            "application": case(SERVICE, application="AGManager", state="restarted"),
            "levels": case(SERVICE, adapter="iag", log={"syslog": "error"}),
            "levels_again": case(SERVICE, adapter="iag", log={"syslog": "error"}),
            "dead": case(SERVICE, adapter=["iag", "email", "servicenow"], state="restarted"),
            "misspelt": case(SERVICE, adapter=["iag", "emial"], state="restarted"),
            "no_names": case(SERVICE, adapter=[], state="restarted"),
            "no_state": case(SERVICE, adapter="iag"),
            "no_name": case(SERVICE, state="started"),
        },
        start_polls=1,
        stop_polls=1,
    )
    assert runs.failed == {"dead", "misspelt", "no_state", "no_name"}
    assert runs.changed == {
        *("predicted", "stopped", "started", "restarted", "restarted_again", "application"),
        *("levels", "dead"),
    }
    assert runs.writes == {
        "PUT /adapters/iag/stop": 1,
        "PUT /adapters/iag/loglevel": 2,
        "PUT /adapters/iag/start": 1,
        "PUT /adapters/iag/restart": 3,
        "PUT /adapters/servicenow/restart": 2,
        "PUT /applications/AGManager/restart": 1,
    }
    results = runs.results
    assert results["restarted"]["summary"] == {
        "changed": 2,
        "unchanged": 0,
        "failed": 0,
        "not_tried": 0,
    }
    assert results["stopped"]["service"]["log"] == {"file": {"before": "info", "after": "debug"}}
    assert results["restarted"]["results"][0]["confirmed"] is True
    assert "adapter 'email' is DEAD, and a start has no effect on it" in runs.message("dead")
    assert "; changed before: iag; not tried: servicenow" in runs.message("dead")
    outcomes = [one["outcome"] for one in results["dead"]["results"]]
    assert outcomes == ["changed", "failed", "not_tried"]
    assert "there is no adapter 'emial': use email, iag" in runs.message("misspelt")


def seed_jobs(ansible: Ansible) -> dict[str, str]:
    """Give the Platform a job of each sort, and return their ids."""
    sim = ansible.platform.simulator
    sim.settings.update(job_polls=6)
    kinds = {
        "upgrade": {"status": "running", "tasks": {"1a": {"name": "backup", "status": "running"}}},
        "change": {"status": "running"},
        "paused": {"status": "paused"},
    }
    records = [{"name": name, **fields} for name, fields in kinds.items()]
    jobs = sim.tables["job"].seed(records)
    task = {"name": "Approve", "job": {"_id": jobs[1]["_id"], "task": "4d"}}
    sim.tables["task"].seed([{**task, "groups": ["Operations"]}])
    return {job["name"]: job["_id"] for job in jobs}


def test_workers_are_switched_and_drained_on_both_paths(ansible: Ansible) -> None:
    runs = run_on_both_paths(
        ansible,
        {
            "active": case(WORKER, state="active"),
            "predicted": case(WORKER, check_mode=True, state="drained"),
            "too_short": case(WORKER, state="drained", worker="job", wait_timeout=0),
            "drained": case(WORKER, state="drained"),
            "drained_again": case(WORKER, state="drained"),
            "activated": case(WORKER, state="active"),
            "activated_again": case(WORKER, state="active"),
            "off": case(WORKER, state="inactive", worker="task"),
            "no_state": {WORKER: {}},
        },
        prepare=lambda: seed_jobs(ansible),
    )
    assert runs.failed == {"too_short", "no_state"}
    assert runs.changed == {"predicted", "too_short", "drained", "activated", "off"}
    engine = "POST /workflow_engine"
    assert runs.writes == {
        f"{engine}/jobWorker/deactivate": 1,
        f"{engine}/deactivate": 2,
        f"{engine}/jobWorker/activate": 1,
        f"{engine}/activate": 1,
    }
    assert "jobs still run after 0 seconds: 1 job running: job " in runs.message("too_short")
    assert "(upgrade): running 100 %, at backup" in runs.message("too_short")
    drained = runs.results["drained"]
    assert drained["workers"] == {"job": "inactive", "task": "inactive"}
    assert [one["job"]["name"] for one in drained["remaining"]] == ["change", "paused"]
    assert drained["remaining"][0]["waiting_for"]["task"] == "Approve"


def test_progress_is_shown_on_the_controller(ansible: Ansible) -> None:
    runs = run(
        ansible,
        {
            "shown": case(SERVICE, adapter="iag", state="restarted"),
            "switched": case(WORKER, state="inactive", worker="job"),
            "silent": case(SERVICE, adapter="servicenow", state="restarted", progress=False),
        },
        start_polls=1,
    )
    lines = re.findall(r"^((?:adapter|job worker)\b.*)$", runs.outputs["controller"], re.MULTILINE)
    assert lines == [
        "adapter iag: RUNNING, ONLINE",
        "adapter iag: restart requested",
        "adapter iag: STARTING, OFFLINE",
        "adapter iag: RUNNING, ONLINE",
        "job worker: deactivate requested",
        "job worker: inactive",
    ]
    assert not re.search(r"^adapter iag", runs.outputs["target"], re.MULTILINE)


def test_a_task_whose_time_is_up_says_what_it_has_begun(ansible: Ansible) -> None:
    ansible.execution = "controller"
    ansible.platform.simulator.settings["failing_starts"] = {"iag": "STOPPED"}
    seed_jobs(ansible)
    ansible.platform.simulator.settings["job_polls"] = 10**9
    tasks = [
        {SERVICE: {"adapter": "iag", "state": "restarted"}},
        {WORKER: {"state": "drained"}},
    ]
    late = [{**task, "timeout": 1, "ignore_errors": True} for task in tasks]
    done, dummy = ansible.play(late)
    assert "iag: the change was interrupted; look at their health" in done.stdout
    assert "job and task worker: the change to drained was interrupted" in done.stdout


# The maintenance playbook


def maintain(
    ansible: Ansible, path: str, *arguments: str, **variables: Any
) -> tuple[int, dict[str, Any], str]:
    """Run the playbook; return its exit status, its report and its output."""
    ansible.environment.update(ansible.exports("itential_platform"))
    given = {"maintenance_interval": 0.01, "restops_execution": path, **variables}
    done = ansible.run("ansible-playbook", PLAYBOOK, "-e", json.dumps(given), *arguments)
    shown = re.search(r'"maintenance_report": ({.*?^    })', done.stdout, re.MULTILINE | re.DOTALL)
    assert shown is not None, done.stdout + done.stderr
    return done.returncode, json.loads(shown.group(1)), done.stdout


@pytest.mark.parametrize("path", PATHS)
def test_maintenance_restarts_services_and_reports_open_jobs(ansible: Ansible, path: str) -> None:
    jobs = seed_jobs(ansible)
    sim = ansible.platform.simulator
    sim.settings["start_polls"] = 1
    names = {"maintenance_adapters": ["iag", "email"], "maintenance_applications": ["AGManager"]}
    for dummy in range(2):
        sim.counters.clear()
        status, report, output = maintain(ansible, path, **names)
        assert status == 0, output
        assert writes_of(sim) == {
            "POST /workflow_engine/jobWorker/deactivate": 1,
            "POST /workflow_engine/deactivate": 1,
            "PUT /adapters/iag/restart": 1,
            "PUT /adapters/email/restart": 1,
            "PUT /applications/AGManager/restart": 1,
            "POST /workflow_engine/jobWorker/activate": 1,
            "POST /workflow_engine/activate": 1,
        }
        assert [(one["name"], one["outcome"]) for one in report["services"]] == [
            ("iag", "changed"),
            ("email", "changed"),
            ("AGManager", "changed"),
        ]
        assert (report["version"], report["not_tried"]) == ("6.5.2", [])
        assert report["workers"] == {"job": "active", "task": "active"}
        assert {one["_id"] for one in report["jobs_open"]} == {jobs["change"], jobs["paused"]}
        assert (report["jobs_failed"], report["jobs_gone"]) == ([], [])
    restarts = [one for one in sim.seen if one.url.path.endswith("/restart")]
    assert [one.url.path.split("/")[2] for one in restarts][-3:] == ["iag", "email", "AGManager"]


@pytest.mark.parametrize("path", PATHS)
def test_maintenance_activates_the_workers_if_an_adapter_does_not_start(
    ansible: Ansible, path: str
) -> None:
    jobs = seed_jobs(ansible)
    sim = ansible.platform.simulator
    sim.settings.update(failing_starts={"iag": "DEAD"}, job_status="error")
    sim.faults.append({"path": "/jobWorker/activate", "status": 503, "times": 2, "body": "wait"})
    status, report, output = maintain(
        ansible,
        path,
        maintenance_adapters=["servicenow", "iag", "email"],
        maintenance_applications=["AGManager"],
    )
    assert status == 2
    assert "adapter 'iag' did not start: it is DEAD" in output
    assert all(worker["running"] for worker in sim.tables["worker"])
    assert [one["outcome"] for one in report["services"]] == ["changed", "failed", "not_tried"]
    assert report["not_tried"] == ["email", "AGManager"]
    assert report["workers"] == {"job": "active", "task": "active"}
    assert [(one["_id"], one["status"]) for one in report["jobs_failed"]] == [
        (jobs["upgrade"], "error")
    ]
    assert {one["_id"] for one in report["jobs_open"]} == {jobs["change"], jobs["paused"]}


def test_maintenance_changes_nothing_before_its_names_are_checked(ansible: Ansible) -> None:
    ansible.environment.update(ansible.exports("itential_platform"))
    for given, message in (
        ({}, "no service is named: give maintenance_adapters or maintenance_applications"),
        ({"maintenance_adapters": "servicenw"}, "there is no adapter 'servicenw'"),
        (
            {"maintenance_adapters": "iag", "maintenance_applications": ["AGManger"]},
            "there is no application 'AGManger'",
        ),
    ):
        done = ansible.run("ansible-playbook", PLAYBOOK, "-e", json.dumps(given))
        assert done.returncode == 2
        assert message in done.stdout + done.stderr
    assert writes_of(ansible.platform.simulator) == {}


def test_maintenance_takes_names_in_one_text(ansible: Ansible) -> None:
    status, report, output = maintain(ansible, "controller", maintenance_adapters="iag, email")
    assert status == 0, output
    assert [one["name"] for one in report["services"]] == ["iag", "email"]


class _LateFault(dict[str, Any]):
    """A fault that is due as soon as the task worker was activated."""

    def __init__(self, sim: Any, **fields: Any) -> None:
        super().__init__(fields)
        self.sim = sim

    def get(self, key: str, default: Any = None) -> Any:
        is_times = key == "times"
        calls = self.sim.counters
        return calls["POST /workflow_engine/activate"] if is_times else super().get(key, default)


def test_maintenance_reports_that_jobs_cannot_be_read_after_the_restart(ansible: Ansible) -> None:
    seed_jobs(ansible)
    sim = ansible.platform.simulator
    sim.faults.append(_LateFault(sim, path="/operations-manager/jobs", status=403, body="no"))
    status, report, output = maintain(ansible, "controller", maintenance_adapters=["iag"])
    assert status == 0, output
    assert "403" in report["jobs_error"]
    assert (report["jobs_open"], report["jobs_failed"], report["jobs_gone"]) == ([], [], [])
    assert report["workers"] == {"job": "active", "task": "active"}


def test_maintenance_gives_each_attempt_to_activate_the_workers_a_short_time() -> None:
    (play,) = yaml.safe_load((ROOT / "playbooks/maintenance.yml").read_text())
    (tasks,) = (task["always"] for task in play["tasks"] if "always" in task)
    (activation,) = tasks[0]["block"]
    assert activation["retries"] * activation[WORKER]["wait_timeout"] <= 900


def test_maintenance_restarts_nothing_while_jobs_run(ansible: Ansible) -> None:
    seed_jobs(ansible)
    sim = ansible.platform.simulator
    sim.settings["job_polls"] = 10**9
    status, report, output = maintain(
        ansible, "controller", maintenance_adapters=["iag"], maintenance_drain_timeout=0.05
    )
    assert (status, report["services"], report["not_tried"]) == (2, [], ["iag"])
    assert "jobs still run after 0.05 seconds: 1 job running: job " in output
    assert "give a longer maintenance_drain_timeout, or activate the workers again" in output
    assert "wait_timeout" not in output
    assert sim.counters["PUT /adapters/iag/restart"] == 0
    assert all(worker["running"] for worker in sim.tables["worker"])


def test_maintenance_is_predicted_in_check_mode(ansible: Ansible) -> None:
    seed_jobs(ansible)
    sim = ansible.platform.simulator
    sim.tables["job"].seed({"name": "Sleep", "status": "paused"} for dummy in range(150))
    status, report, output = maintain(
        ansible, "controller", "--check", maintenance_adapters=["iag"]
    )
    assert (status, writes_of(sim)) == (0, {}), output
    assert report["services"][0]["action"] == "restart"
    assert len(report["jobs_open"]) == 153


def test_maintenance_after_one_that_was_killed_switches_the_workers_on(ansible: Ansible) -> None:
    sim = ansible.platform.simulator
    for worker in sim.tables["worker"]:
        worker["running"] = False
    status, report, output = maintain(ansible, "controller", maintenance_adapters=["iag"])
    assert status == 0, output
    assert report["workers_before"]["jobWorker"]["running"] is False
    assert report["workers"] == {"job": "active", "task": "active"}
    assert sim.counters["PUT /adapters/iag/restart"] == 1


def test_maintenance_of_several_nodes_follows_one_after_another_and_stops_at_a_failure(
    ansible: Ansible,
) -> None:
    sim = ansible.platform.simulator
    sim.settings["failing_starts"] = {"iag": "DEAD"}
    (ansible.folder / "nodes.yml").write_text(
        yaml.safe_dump(
            {"nodes": {"hosts": {"n1": {}, "n2": {}}, "vars": {"ansible_connection": "local"}}}
        )
    )
    ansible.environment.update(ansible.exports("itential_platform"))
    given = {
        "maintenance_hosts": "nodes",
        "maintenance_adapters": ["servicenow", "iag"],
        "maintenance_interval": 0.01,
    }
    done = ansible.run("ansible-playbook", "-i", "nodes.yml", PLAYBOOK, "-e", json.dumps(given))
    assert done.returncode == 2, done.stdout + done.stderr
    assert sim.counters["PUT /adapters/servicenow/restart"] == 1
    assert "n2" not in done.stdout


def test_the_examples_of_the_guide_run(ansible: Ansible) -> None:
    tasks = [task for task in examples("docs/operations.md") if SERVICE in task or WORKER in task]
    assert len(tasks) == 4
    ansible.execution = "controller"
    done, dummy = ansible.play(tasks)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(worker["running"] for worker in ansible.platform.simulator.tables["worker"])
