# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The comparison with other ways to call a Platform in the README: a test for each row.

The column of `ansible.builtin.uri` is shown here by running it. The column of `itential.platform`
is from its source; it is not installed here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.playbooks.conftest import CLIENT_ID, CLIENT_SECRET, Ansible, Servers, new_ansible
from tests.playbooks.test_guides import ROOT

URI = "ansible.builtin.uri"
PLAYBOOKS = "tests/playbooks"
START = "/operations-manager/jobs/start"

TESTS = {
    "logins of a run": (
        f"{PLAYBOOKS}/test_paths.py::test_many_hosts_and_forks_log_in_once",
        "a_login_is_a_task_and_its_token_is_passed_on",
    ),
    "a session that ends during the run": (
        (
            f"{PLAYBOOKS}/test_paths.py"
            "::test_a_session_that_the_server_ends_is_renewed_once_for_all_workers"
        ),
        "a_session_that_ends_fails_the_task",
    ),
    "secrets in the output": (
        f"{PLAYBOOKS}/test_modules.py::test_no_secret_appears_anywhere",
        "secrets_are_shown",
    ),
    "`changed`": (
        (
            f"{PLAYBOOKS}/test_itential_guide.py"
            "::test_every_task_of_the_guide_runs_and_changes_nothing_when_it_runs_again"
        ),
        "a_write_is_repeated_and_no_change",
    ),
    "check mode": (
        f"{PLAYBOOKS}/test_modules.py::test_check_mode_reads_and_predicts",
        "check_mode_skips",
    ),
    "`--diff`": (
        (
            f"{PLAYBOOKS}/test_both_paths.py"
            "::test_keystone_modules_give_the_same_results_on_both_paths"
        ),
        "a_write_is_repeated_and_no_change",
    ),
    "long lists": (
        f"{PLAYBOOKS}/test_guides.py::test_the_first_playbook_of_the_readme_runs",
        "a_list_is_one_page",
    ),
    "many calls in one task": (
        f"{PLAYBOOKS}/test_modules.py::test_a_task_with_many_requests_logs_in_once",
        "a_loop_makes_a_connection_for_each_call",
    ),
    "retries": (
        "tests/unit/test_repeated_attempts.py::test_a_status_is_retried_only_if_repeating_is_safe",
        "until_starts_a_job_twice",
    ),
    "a start without a response": (
        (
            f"{PLAYBOOKS}/test_interruptions.py"
            "::test_a_job_that_was_started_when_the_run_was_killed_is_not_started_again"
        ),
        "until_starts_a_job_twice",
    ),
    "waiting for jobs": (
        f"{PLAYBOOKS}/test_jobs.py::test_progress_is_shown_on_the_controller_without_secrets",
        "a_job_that_failed_is_a_success",
    ),
    "a job that failed": (
        f"{PLAYBOOKS}/test_jobs.py::test_jobs_are_started_watched_and_changed_on_both_paths",
        "a_job_that_failed_is_a_success",
    ),
    "other machines, `become`, `async`": (
        f"{PLAYBOOKS}/test_ssh.py::test_results_over_ssh_equal_those_of_the_controller",
        "it_can_be_asynchronous",
    ),
    "any other server": (
        f"{PLAYBOOKS}/test_modules.py::test_failures_are_one_line_and_have_the_response",
        "it_calls_any_server",
    ),
}
"""For each row of the table, the test of this collection and the function of `uri` below."""


def rows() -> list[str]:
    """Return the first cell of each row of the table in the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| \| `restops\.clients` \|.*?\n\n", text, re.MULTILINE | re.DOTALL)
    return [line.split(" | ")[0].removeprefix("| ") for line in table.strip().splitlines()[2:]]


def test_every_row_of_the_comparison_has_a_test() -> None:
    assert rows() == list(TESTS)
    for place, shown in TESTS.values():
        path, dummy, name = place.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        assert name in {node.name for node in tree.body if isinstance(node, functions)}, place
        assert shown in CHECKS


class Uri:
    """Calls the Platform with `ansible.builtin.uri`.

    Attributes:
        simulator: The Platform.
        address: Its URL.
        headers: The headers with the token of a login.
        results: The results of the tasks.
        output: What Ansible printed.
    """

    def __init__(self, ansible: Ansible) -> None:
        self.simulator = ansible.platform.simulator
        self.address = f"http://127.0.0.1:{ansible.platform.port}"
        self.headers = {"Authorization": "Bearer {{ login.json.access_token }}"}
        self._tasks: dict[str, dict[str, Any]] = {}
        self.add(
            "login",
            "/oauth/token",
            method="POST",
            body_format="form-urlencoded",
            body={
                "grant_type": "client_credentials",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            },
            headers={},
        )

    def add(self, task: str, path: str, keywords: Any = None, **options: Any) -> None:
        given = {"url": self.address + path, "headers": self.headers, **options}
        self._tasks[task] = {"name": task, URI: given, **(keywords or {})}

    def run(self, ansible: Ansible) -> None:
        tasks = [
            {**task, "register": name, "ignore_errors": True} for name, task in self._tasks.items()
        ]
        done, self.results = ansible.play(tasks, "-v")
        assert done.returncode == 0, done.stdout + done.stderr
        self.output = done.stdout


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Uri:
    """The results of all tasks: one play, since each costs seconds."""
    ansible = new_ansible(tmp_path_factory.mktemp("uri"), servers)
    made = Uri(ansible)
    simulator = made.simulator
    simulator.tables["workflow"].seed([{"name": "Upgrade"}])
    simulator.tables["job"].seed([{"_id": f"{9:024x}", "status": "error", "error": "no route"}])
    write = {"method": "POST", "body_format": "json", "body": {"name": "x"}}
    made.add("write", "/_sim/echo", **write)
    made.add("write_again", "/_sim/echo", {"diff": True}, **write)
    made.add("checked", "/_sim/echo", {"check_mode": True}, **write)
    made.add("listed", "/automation-studio/workflows")
    made.add("looped", "/health/server", {"loop": [1, 2, 3]})
    made.add("failed_job", f"/operations-manager/jobs/{9:024x}")
    made.add("later", "/health/server", {"async": 30, "poll": 1})
    made.add("elsewhere", "/health/status", headers={})
    simulator.settings["start_delay"] = 2
    start = {"method": "POST", "body_format": "json", "body": {"workflow": "Upgrade"}}
    again = {"until": "started is succeeded", "retries": 1, "delay": 0}
    made.add("started", START, again, timeout=1, **start)
    made.add("expire", "/_sim/expire", method="POST", status_code=204)
    made.add("ended", "/health/server")
    made.run(ansible)
    return made


def a_login_is_a_task_and_its_token_is_passed_on(uri: Uri) -> None:
    assert uri.simulator.counters["logins"] == 1
    assert uri.results["listed"]["status"] == 200


def a_session_that_ends_fails_the_task(uri: Uri) -> None:
    assert uri.results["ended"]["failed"]
    assert uri.results["ended"]["status"] == 401


def secrets_are_shown(uri: Uri) -> None:
    assert uri.results["login"]["json"]["access_token"] in uri.output


def a_write_is_repeated_and_no_change(uri: Uri) -> None:
    assert uri.simulator.counters["POST /_sim/echo"] == 2
    assert not uri.results["write"]["changed"]
    assert "diff" not in uri.results["write_again"]


def check_mode_skips(uri: Uri) -> None:
    assert uri.results["checked"]["skipped"]


def a_list_is_one_page(uri: Uri) -> None:
    answer = uri.results["listed"]["json"]
    assert (len(answer["items"]), answer["total"]) == (25, 231)


def a_loop_makes_a_connection_for_each_call(uri: Uri) -> None:
    assert len(uri.results["looped"]["results"]) == 3
    assert len(uri.simulator.connections) == uri.simulator.counters["requests"]


def until_starts_a_job_twice(uri: Uri) -> None:
    assert uri.results["started"]["failed"]
    jobs = [job for job in uri.simulator.tables["job"] if job.get("name") == "Upgrade"]
    assert len(jobs) == 2


def a_job_that_failed_is_a_success(uri: Uri) -> None:
    assert uri.results["failed_job"]["json"]["data"]["status"] == "error"
    assert not uri.results["failed_job"].get("failed")


def it_can_be_asynchronous(uri: Uri) -> None:
    assert uri.results["later"]["finished"]


def it_calls_any_server(uri: Uri) -> None:
    assert uri.results["elsewhere"]["json"]["apps"] == "running"


CHECKS: dict[str, Callable[[Uri], None]] = {
    check.__name__: check
    for check in (
        a_login_is_a_task_and_its_token_is_passed_on,
        a_session_that_ends_fails_the_task,
        secrets_are_shown,
        a_write_is_repeated_and_no_change,
        check_mode_skips,
        a_list_is_one_page,
        a_loop_makes_a_connection_for_each_call,
        until_starts_a_job_twice,
        a_job_that_failed_is_a_success,
        it_can_be_asynchronous,
        it_calls_any_server,
    )
}


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_uri_behaves_as_the_comparison_says(uri: Uri, name: str) -> None:
    CHECKS[name](uri)
