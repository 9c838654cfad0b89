# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task with `no_log` shows nothing of its calls, even at the highest verbosity."""

from __future__ import annotations

import pytest
from ansible.release import __version__

from tests.playbooks.conftest import Ansible, find_leaks

PLATFORM = "restops.clients.itential_platform_request"
MARK = "acme-confidential"
# ansible-core 2.18 does not tell a lookup which task it is for.
LOOKUPS_KNOW_THEIR_TASK = tuple(map(int, __version__.split(".")[:2])) >= (2, 19)


@pytest.mark.parametrize("execution", ["controller", "target"])
def test_a_task_with_no_log_shows_nothing_of_its_calls(ansible: Ansible, execution: str) -> None:
    ansible.execution = execution
    quiet = {"no_log": True, "ignore_errors": True}
    tasks = [
        {"name": "Read", PLATFORM: {"path": f"/_sim/echo?tenant={MARK}"}, **quiet},
        {"name": "Fail", PLATFORM: {"path": f"/{MARK}"}, **quiet, "register": "failed"},
        {"name": "Loop", PLATFORM: {"path": f"/{MARK}/{{{{ item }}}}"}, "loop": [1, 2], **quiet},
        {
            "name": "Many",
            PLATFORM: {"requests": [{"path": f"/{MARK}"}, {"path": f"/{MARK}/2"}]},
            **quiet,
        },
        {"name": "Write", PLATFORM: {"path": "/_sim/echo", "dest": f"/{MARK}/x"}, **quiet},
    ]
    done, registered = ansible.play(tasks, "-vvv")
    assert done.returncode == 0, done.stdout
    assert find_leaks(MARK, done.stdout + done.stderr + ansible.log()) == []
    assert registered["failed"]["msg"] == "GET: answered 404; no_log hides the rest"
    assert registered["failed"]["status"] == 404


def test_a_lookup_in_a_task_with_no_log_shows_nothing_of_its_calls(ansible: Ansible) -> None:
    where = ", ".join(
        f"{name}={value!r}"
        for name, value in ansible.defaults["group/restops.clients.itential_gateway"].items()
    )
    lookup = f"lookup('restops.clients.itential_gateway', '/status?tenant={MARK}', {where})"
    task = {
        "name": "Look",
        "ansible.builtin.set_fact": {"looked": f"{{{{ {lookup}.version }}}}"},
        "no_log": True,
    }
    done = ansible.play([task, {**task, "name": "Say", "no_log": False}], "-vvv")[0]
    assert done.returncode == 0, done.stdout
    lines = [
        line
        for line in find_leaks(MARK, done.stdout + ansible.log())
        if "restops.clients: GET" in line
    ]
    # On the screen and in the log file.
    assert len(lines) == (2 if LOOKUPS_KNOW_THEIR_TASK else 4), lines
