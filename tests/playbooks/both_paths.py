# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run many cases of a module in one playbook run for each path, and compare the paths.

A path is a way in which a task can run: `controller` (in Ansible's own process) or `target` (as an
ordinary module). Starting `ansible-playbook` takes more than a second and starting a module about
half a second, so a test gives all of its cases at once and checks their results afterwards:

    def test_a_project_can_be_created_and_deleted(ansible: Ansible) -> None:
        module = "restops.clients.itential_platform_resource"
        project = {"resource": "project", "data": {"name": "Edge"}}
        runs = run_on_both_paths(
            ansible,
            {
                "predicted": {module: project, "check_mode": True},
                "created": {module: project},
                "again": {module: project},
                "misspelt": {module: {"resource": "projcet", "data": {}}},
            },
        )
        assert runs.actions == {"predicted": "create", "created": "create", "again": "none"}
        assert runs.failed == {"misspelt"}
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any
from unittest import mock

from tests.playbooks.conftest import Ansible, find_leaks, restore_servers

PATHS = ("controller", "target")

VOLATILE = {
    "elapsed",
    "waited",
    "correlation_id",
    "date",
    "x-correlation-id",
    "x-keystone-cid",
    # Ansible adds this one to the results of modules only, from core 2.22 on.
    "ansible_parsed",
}
"""Keys of a result that differ from one call to the next."""

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
"""A time at which a simulator created or changed a record."""

SESSION_CALLS = ("/login", "/logout", "/oauth/token", "/oauth/revoke")
"""Ends of the paths of calls that begin or end a session: each module has its own."""

READING = ("GET", "HEAD", "OPTIONS")


class Runs:
    """The results of cases that were run on both paths, and found equal.

    Attributes:
        results: Result by name of the case, without volatile keys.
        outputs: What Ansible printed, by path.
        writes: Calls that write, with their number: `POST /users/teams/`. Those of all servers.
    """

    def __init__(
        self, results: dict[str, Any], outputs: dict[str, str], writes: Counter[str]
    ) -> None:
        self.results = results
        self.outputs = outputs
        self.writes = writes

    @property
    def failed(self) -> set[str]:
        """Names of the cases that failed."""
        return {name for name, result in self.results.items() if result.get("failed")}

    @property
    def changed(self) -> set[str]:
        """Names of the cases that reported a change."""
        return {name for name, result in self.results.items() if result.get("changed")}

    @property
    def actions(self) -> dict[str, str]:
        """The change to the record, for the cases that report it."""
        return {
            name: result["action"] for name, result in self.results.items() if "action" in result
        }

    def leaks(self, secret: str) -> list[str]:
        """Return the lines of output and results that show a secret."""
        texts = [*self.outputs.values(), json.dumps(self.results, indent=1)]
        return [line for text in texts for line in find_leaks(secret, text)]

    def message(self, name: str) -> str:
        """Return the error of a case, which must have failed with a single line."""
        result = self.results[name]
        assert result.get("failed"), f"{name} did not fail: {result}"
        assert "\n" not in result["msg"], result["msg"]
        return str(result["msg"])


def run_on_both_paths(
    ansible: Ansible,
    cases: Mapping[str, dict[str, Any]],
    *arguments: str,
    as_modules: Collection[str] | None = None,
    prepare: Callable[[], Any] | None = None,
    **play: Any,
) -> Runs:
    """Run cases in order, in one playbook run for each path, and demand equal results and writes.

    Before each run, the servers are restored to their first records, and their clocks stand still.
    A case may fail without ending the run. Calls that a case makes in parallel should have
    `concurrency: 1`, or the order of what the server creates may differ.

    Args:
        ansible: The fixture.
        cases: Task by name; without `name`, `register` and `ignore_errors`. Names must be
            identifiers.
        arguments: Arguments of `ansible-playbook`.
        as_modules: Names of the cases to run on the target path too; `None` for all. A module takes
            half a second: give a few that stand for the rest if many cases differ only in data.
        prepare: Prepares the servers or files, after the servers are restored.
        play: Keywords of the play.
    """
    chosen = dict(cases) if as_modules is None else {name: cases[name] for name in as_modules}
    ansible.environment["ANSIBLE_INJECT_INVOCATION"] = "true"
    # The simulators run in this process.
    with mock.patch("time.time", return_value=1_800_000_000.0):
        controller, target = (
            _run(ansible, path, tasks, *arguments, prepare=prepare, **play)
            for path, tasks in zip(PATHS, (cases, chosen), strict=True)
        )
    for name in chosen:
        ours, theirs = controller.results[name], target.results[name]
        assert ours == theirs, f"{name}:\n{_show(ours)}\n{_show(theirs)}"
    if as_modules is None:
        assert controller.writes == target.writes
    return Runs(controller.results, {**controller.outputs, **target.outputs}, controller.writes)


def _run(
    ansible: Ansible,
    path: str,
    cases: Mapping[str, dict[str, Any]],
    *arguments: str,
    prepare: Callable[[], Any] | None,
    **play: Any,
) -> Runs:
    restore_servers(ansible.servers)
    if prepare is not None:
        prepare()
    ansible.execution = path
    done, results = ansible.play(tasks_of(cases), *arguments, **play)
    missing = [name for name in cases if not results.get(name)]
    assert not missing, f"no result of {missing}\n{done.stdout}{done.stderr}"
    writes: Counter[str] = Counter()
    for running in ansible.servers:
        writes.update(writes_of(running.simulator))
    return Runs(remove_volatile(results), {path: done.stdout + done.stderr}, writes)


def tasks_of(cases: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return tasks that register their results under their names, and may fail."""
    return [
        {"name": name, **task, "register": name, "ignore_errors": True}
        for name, task in cases.items()
    ]


def writes_of(simulator: Any) -> dict[str, int]:
    """Return the number of each call that a server got, without reads and calls about sessions."""
    return {
        call: count
        for call, count in simulator.counters.items()
        if " " in call
        and call.split(" ")[0] not in READING
        and not call.rstrip("/").endswith(SESSION_CALLS)
    }


def remove_volatile(value: Any) -> Any:
    """Return a result without the keys that differ from one call to the next."""
    if isinstance(value, dict):
        return {key: remove_volatile(item) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [remove_volatile(item) for item in value]
    return "a time" if isinstance(value, str) and TIME.fullmatch(value) else value


def _show(result: Any) -> str:
    return json.dumps(result, indent=1, sort_keys=True)
