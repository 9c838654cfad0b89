# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Desired state and information of Platform and Gateway, in real playbooks.

Every type of record is written on the controller; one stands for all of them on both paths.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests import itential_samples as samples
from tests.itential_samples import Sample
from tests.playbooks.both_paths import run_on_both_paths
from tests.playbooks.conftest import Ansible

ROOT = pathlib.Path(__file__).parents[2]
SERVICES = {"itential_platform": samples.PLATFORM, "itential_gateway": samples.GATEWAY}
PLATFORM_INFO = "restops.clients.itential_platform_info"
SECRETS = ("initial-secret-1", "initial-secret-2", "initial-secret-3")
NEVER_CREATED = {"application": "none", "config": "update"}
"""Types that always exist: what becomes of the record at first."""
NEVER_DELETED = ("application", "config", "lifecycle_instance")


def merged(one: Any, other: Any) -> Any:
    """Return a record with the changes of a sample."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other
    return {**one, **{key: merged(one.get(key), value) for key, value in other.items()}}


def literal(value: Any) -> Any:
    """Return data whose texts Ansible does not evaluate."""
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [literal(item) for item in value]
    return value.replace("{{", "{{ '{{' }}") if isinstance(value, str) else value


def key_of(sample: Sample) -> dict[str, Any]:
    """Return the fields by which a record is found."""
    names = ("name", "username", "id", "cluster_id", "alias", "model", "automation", "path", "kind")
    return {name: sample.record[name] for name in names if name in sample.record}


def lives(service: str, known: Mapping[str, Sample]) -> dict[str, dict[str, Any]]:
    """Return cases that create, change and delete a record of each type, each step twice."""
    module = f"restops.clients.{service}_resource"
    prefix = service.partition("_")[2]
    cases: dict[str, dict[str, Any]] = {}

    def add(resource: str, step: str, record: dict[str, Any], **more: Any) -> None:
        state = {"state": "absent"} if step in ("deleted", "gone") else {}
        cases[f"{prefix}_{resource}_{step}"] = {
            module: {"resource": resource, "data": literal(record), **state},
            **more,
        }

    check = {"check_mode": True, "diff": True}
    for resource, sample in known.items():
        add(resource, "predicted", sample.record, **check)
        add(resource, "created", sample.record, diff=True)
        add(resource, "again", sample.record)
        if sample.change is not None:
            changed = merged(sample.record, sample.change)
            add(resource, "prediction", changed, **check)
            add(resource, "changed", changed, diff=True)
            add(resource, "same", changed)
    for resource, sample in reversed(known.items()):
        if resource not in NEVER_DELETED:
            add(resource, "deleted", key_of(sample))
            add(resource, "gone", key_of(sample))
    return cases


def expected(service: str, known: Mapping[str, Sample]) -> dict[str, str]:
    """Return what becomes of the records in these cases."""
    prefix = service.partition("_")[2]
    steps = {
        "predicted": "create",
        "created": "create",
        "again": "none",
        "prediction": "update",
        "changed": "update",
        "same": "none",
        "deleted": "delete",
        "gone": "none",
    }
    return {
        name: NEVER_CREATED.get(resource, action) if action == "create" else action
        for resource, sample in known.items()
        for step, action in steps.items()
        for name in [f"{prefix}_{resource}_{step}"]
        if name in lives(service, known)
    }


def test_a_record_of_each_type_is_created_changed_and_deleted_once(ansible: Ansible) -> None:
    cases: dict[str, Any] = {}
    actions: dict[str, str] = {}
    for service, known in SERVICES.items():
        cases |= lives(service, known)
        actions |= expected(service, known)
    modules = [name for name in cases if name.startswith(("platform_template_", "gateway_device_"))]
    runs = run_on_both_paths(ansible, cases, "-vvvv", as_modules=modules)
    failed = {name: runs.results[name]["msg"] for name in runs.failed}
    assert failed == {}, json.dumps(failed, indent=1)
    assert runs.actions == actions
    for secret in SECRETS:
        assert runs.leaks(secret) == []


def play_of(tasks: list[dict[str, Any]]) -> str:
    """Return a playbook with tasks."""
    return yaml.safe_dump(
        [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}], sort_keys=False
    )


def test_tasks_for_existing_records_change_nothing(ansible: Ansible) -> None:
    tasks: list[dict[str, Any]] = []
    for service, known in SERVICES.items():
        for resource, sample in known.items():
            name = f"{service}_{resource}"
            tasks += [
                {
                    f"restops.clients.{service}_resource": {
                        "resource": resource,
                        "data": literal(sample.record),
                    }
                },
                {
                    f"restops.clients.{service}_info": {
                        "resource": resource,
                        "filters": dict(sample.filters),
                        "as_tasks": True,
                        "limit": 20,
                    },
                    "register": name,
                },
            ]
    done, results = ansible.play(tasks)
    assert done.returncode == 0, done.stdout + done.stderr
    written = [task for result in results.values() for task in result["tasks"]]
    assert len(written) > 100
    assert [secret for secret in SECRETS if secret in json.dumps(results)] == []
    simulators = [running.simulator for running in (ansible.platform, ansible.gateway)]
    for simulator in simulators:
        simulator.log.clear()
    done, dummy = ansible.play(written)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed=0" in done.stdout, done.stdout
    assert [list(simulator.writes) for simulator in simulators] == [[], []]


def examples(module: str) -> list[dict[str, Any]]:
    """Return the examples in the documentation of a module."""
    text = (ROOT / f"plugins/modules/{module}.py").read_text(encoding="utf-8")
    tasks: list[dict[str, Any]] = yaml.safe_load(text.split('EXAMPLES = r"""')[1].split('"""')[0])
    return tasks


@pytest.mark.parametrize("service", SERVICES)
def test_the_examples_of_the_modules_run_and_change_nothing_the_second_time(
    ansible: Ansible, service: str
) -> None:
    (ansible.folder / "files").mkdir()
    (ansible.folder / "files/Port Turn Up.workflow.json").write_text(
        json.dumps({"name": "Port Turn Up", "_id": "other", "tasks": {"1a": {}}})
    )
    ansible.platform.simulator.settings["adapter_models"].append(
        "@itentialopensource/adapter-netbox"
    )
    own = ("host", "port", "client_id", "client_secret", "username", "password")
    tasks = [
        {
            key: {name: item for name, item in value.items() if name not in own}
            if key.startswith("restops.")
            else value
            for key, value in task.items()
        }
        for kind in ("resource", "info")
        for task in examples(f"{service}_{kind}")
    ]
    variables = {"netbox_password": "initial-secret-1"}
    done, dummy = ansible.play(tasks, vars=variables)
    assert done.returncode == 0, done.stdout + done.stderr
    done, dummy = ansible.play(tasks, vars=variables)
    assert "changed=0" in done.stdout, done.stdout


def test_long_reads_show_their_progress_when_asked(ansible: Ansible) -> None:
    task = {PLATFORM_INFO: {"resource": "workflow"}}
    quiet, dummy = ansible.play([task])
    verbose, dummy = ansible.play([task], "-v")
    line = "restops.clients: workflow: 230 of 230 read"
    assert line not in quiet.stdout
    assert line in verbose.stdout, verbose.stdout
