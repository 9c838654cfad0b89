# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The broker, the process that runs the tasks of a run that have no process of their own.

The tests are about what it shares, how it ends, and the error if it ends too early.
"""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from tests.playbooks.conftest import Ansible

PLATFORM = "restops.clients.itential_platform_request"
READ = {"name": "Read", PLATFORM: {"path": "/health/server"}}
WRITE = {"name": "Write", PLATFORM: {"method": "POST", "path": "/_sim/echo", "body": {}}}
SLOW = {"path": "/_sim/echo", "status": 200, "delay": 4}


class Run:
    """A playbook that runs while the test goes on."""

    def __init__(self, ansible: Ansible, tasks: list[dict[str, Any]]) -> None:
        self.file = ansible.folder / "run.yml"
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": ansible.defaults,
            "tasks": tasks,
        }
        self.file.write_text(yaml.safe_dump([play], sort_keys=False))
        command = [str(pathlib.Path(sys.executable).parent / "ansible-playbook"), str(self.file)]
        self.main = subprocess.Popen(
            command,
            cwd=ansible.folder,
            env=ansible.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A group of its own, which ansible-runner kills to cancel a job.
            start_new_session=True,
        )

    def processes(self) -> dict[int, int]:
        """Return the processes of this run with their parents."""
        found = {}
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if str(self.file) in (folder / "cmdline").read_text().split("\0"):
                    found[int(folder.name)] = int(
                        (folder / "stat").read_text().rpartition(")")[2].split()[1]
                    )
            except OSError:
                # The process has ended.
                continue
        return found

    def broker(self) -> int:
        """Return the one that is no child of the main process: its worker has ended."""
        return next(
            process
            for process, parent in self.processes().items()
            if parent != self.main.pid != process
        )


@pytest.fixture
def start(ansible: Ansible) -> Iterator[Callable[[list[dict[str, Any]]], Run]]:
    runs = []

    def begin(tasks: list[dict[str, Any]]) -> Run:
        runs.append(Run(ansible, tasks))
        return runs[-1]

    yield begin
    for run in runs:
        for process in run.processes():
            os.kill(process, signal.SIGKILL)
        run.main.communicate()


def wait_until(condition: Callable[[], Any]) -> None:
    for dummy in range(15_000):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("what was waited for has not happened")


def test_tasks_share_the_connections_of_the_broker(ansible: Ansible) -> None:
    ansible.platform.simulator.connections.clear()
    done, dummy = ansible.play([READ] * 6, "-i", ansible.inventory(5), "-f", "5", hosts="all")
    assert done.returncode == 0, done.stdout
    assert ansible.platform.simulator.counters["GET /health/server"] == 30
    assert len(ansible.platform.simulator.connections) <= 5


def test_loops_and_lists_of_requests_run_in_their_own_workers(ansible: Ansible) -> None:
    ansible.platform.simulator.connections.clear()
    tasks = [
        {**READ, "loop": [1, 2, 3]},
        {"name": "Many", PLATFORM: {"requests": [{"path": "/health/server"}], "concurrency": 1}},
        READ,
        READ,
    ]
    done, dummy = ansible.play(tasks)
    assert done.returncode == 0, done.stdout
    assert len(ansible.platform.simulator.connections) == 3
    assert ansible.platform.simulator.counters["logins"] == 1


def test_killing_the_broker_fails_only_the_call_in_progress(
    ansible: Ansible, start: Callable[..., Run]
) -> None:
    simulator = ansible.platform.simulator
    simulator.faults.append(dict(SLOW))
    run = start([READ, {**WRITE, "ignore_errors": True}, READ])
    wait_until(lambda: simulator.counters["POST /_sim/echo"])
    os.kill(run.broker(), signal.SIGKILL)
    output, dummy = run.main.communicate(timeout=600)
    assert run.main.returncode == 0, output
    assert "ended before this one was answered; look on the server" in output
    assert simulator.counters["POST /_sim/echo"] == 1
    assert simulator.counters["GET /health/server"] == 2


def test_a_task_sends_nothing_after_its_timeout(ansible: Ansible) -> None:
    simulator = ansible.platform.simulator
    calls = {"path": "/whoami", "retry": {"max_tries": 10_000, "max_time": 600, "wait": 0.2}}
    # A busy machine may need more than a second until the task sends its first request.
    for seconds in (1, 8, 64):
        simulator.faults.append({"path": "/whoami", "status": 503, "times": 10_000})
        simulator.seen.clear()
        late = {"name": "Call", PLATFORM: calls, "timeout": seconds, "ignore_errors": True}
        wait = {"name": "Wait", "ansible.builtin.pause": {"seconds": 1}}
        done, dummy = ansible.play([late, READ, wait])
        assert done.returncode == 0, done.stdout
        paths = [request.url.path for request in simulator.seen]
        assert "/whoami" not in paths[paths.index("/health/server") :], paths
        if "/whoami" in paths:
            return
    pytest.fail("the task never sent a request")


@pytest.mark.parametrize(
    "call",
    [
        WRITE[PLATFORM],
        {**WRITE[PLATFORM], "shared_session": False},
        {"path": "/_sim/download/1000", "dest": "file"},
    ],
)
def test_a_task_whose_timeout_ends_during_login_does_nothing_more(
    ansible: Ansible, call: dict[str, Any]
) -> None:
    simulator = ansible.platform.simulator
    simulator.settings["login_delay"] = 2.0
    task = {"name": "Late", PLATFORM: call, "timeout": 1, "ignore_errors": True}
    done, dummy = ansible.play([task, {"name": "Wait", "ansible.builtin.pause": {"seconds": 3}}])
    assert done.returncode == 0, done.stdout
    assert {name: count for name, count in simulator.counters.items() if "_sim" in name} == {}
    assert [
        path.name
        for path in ansible.folder.iterdir()
        if path.name == "file" or "restops-" in path.name
    ] == []


@pytest.mark.parametrize("end", [None, signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_of_a_run_remains(
    ansible: Ansible, start: Callable[..., Run], end: signal.Signals | None
) -> None:
    simulator = ansible.platform.simulator
    simulator.faults.append(dict(SLOW))
    run = start([READ, WRITE])
    wait_until(lambda: simulator.counters["POST /_sim/echo"])
    assert run.broker()
    if end is not None:
        os.kill(run.main.pid, end)
    run.main.communicate(timeout=600)
    wait_until(lambda: not run.processes())


AGAIN = {"retry": {"max_tries": 1000, "max_time": 600, "wait": 0.2}}
BUSY = {"method": "POST", "path": "/_sim/echo", "read_only": True, **AGAIN}
LOOKUP = f"lookup('restops.clients.itential_platform', '/_sim/echo', retry={AGAIN['retry']})"


def test_a_worker_whose_results_nothing_reads_ends_with_the_run(
    ansible: Ansible, start: Callable[..., Run]
) -> None:
    """Ansible's pipe is full if the main process is slow: a worker waits in the middle of it."""
    simulator = ansible.platform.simulator
    simulator.faults.append({"path": "/_sim/echo", "status": 503, "times": 100_000})
    task = {PLATFORM: {**BUSY, "retry": 1}, "until": False, "retries": 99_999, "delay": 0}
    variables = ansible.variables("itential_platform")
    run = start([{"name": "Call a server that is busy", **task, "vars": variables}])
    wait_until(lambda: calls(simulator) > 2)
    os.kill(run.main.pid, signal.SIGSTOP)
    sent = -1
    while calls(simulator) != sent:
        sent = calls(simulator)
        time.sleep(0.5)
    os.killpg(run.main.pid, signal.SIGKILL)
    run.main.communicate(timeout=600)
    wait_until(lambda: not run.processes())


@pytest.mark.parametrize(
    "task",
    [
        {PLATFORM: BUSY},
        {PLATFORM: {**BUSY, "shared_session": False}},
        {PLATFORM: BUSY, "loop": [1, 2]},
        {PLATFORM: BUSY, "environment": {"NO_PROXY": "127.0.0.1"}},
        {PLATFORM: {**BUSY, "retry": 1}, "until": False, "retries": 999, "delay": 0},
        {
            PLATFORM: {**BUSY, "retry": 1},
            "until": False,
            "retries": 999,
            "delay": 0,
            "vars": {"restops_execution": "target"},
        },
        {PLATFORM: {"requests": [BUSY] * 4}},
        {PLATFORM: {"requests": [BUSY], "shared_session": False}},
        {"ansible.builtin.debug": {"msg": "{{ " + LOOKUP + " }}"}},
        {"ansible.builtin.debug": {"msg": "{{ " + LOOKUP[:-1] + ", shared_session=false) }}"}},
    ],
    ids=[
        "broker",
        "alone",
        "loop",
        "environment",
        "until",
        "until as a module",
        "requests",
        "requests alone",
        "lookup",
        "lookup alone",
    ],
)
def test_a_cancelled_run_sends_nothing_more(
    ansible: Ansible, start: Callable[..., Run], task: dict[str, Any]
) -> None:
    """The signal is the one of ansible-runner, which AWX uses; only the main process gets it."""
    simulator = ansible.platform.simulator
    simulator.faults.append({"path": "/_sim/echo", "status": 503, "times": 10_000})
    variables = {**ansible.variables("itential_platform"), **task.get("vars", {})}
    run = start([{"name": "Call a server that is busy", **task, "vars": variables}])
    wait_until(lambda: calls(simulator) > 2)
    os.killpg(run.main.pid, signal.SIGKILL)
    run.main.communicate(timeout=600)
    wait_until(lambda: not run.processes())
    before = calls(simulator)
    time.sleep(0.6)
    assert calls(simulator) == before


def calls(simulator: Any) -> int:
    return sum(count for name, count in simulator.counters.items() if "/_sim/echo" in name)


def test_killing_an_idle_broker_fails_no_task(ansible: Ansible, start: Callable[..., Run]) -> None:
    simulator = ansible.platform.simulator
    simulator.faults.append(dict(SLOW))
    run = start([READ, {**WRITE, "loop": [1]}, READ])
    wait_until(lambda: simulator.counters["POST /_sim/echo"])
    os.kill(run.broker(), signal.SIGKILL)
    output, dummy = run.main.communicate(timeout=600)
    assert run.main.returncode == 0, output
    assert simulator.counters["GET /health/server"] == 2
    assert simulator.counters["POST /_sim/echo"] == 1
