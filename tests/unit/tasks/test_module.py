# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a task as a module, as Ansible does."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from ansible import constants
from ansible.module_utils import basic
from ansible.module_utils.common.text.converters import to_bytes
from ansible_collections.restops.clients.plugins.module_utils.core.net import httplib
from ansible_collections.restops.clients.plugins.module_utils.tasks import module, results
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import (
    Service,
    Task,
)
from ansible_collections.restops.clients.plugins.modules import (
    itential_gateway_request,
    itential_platform_request,
)

# From core 2.21 on a module returns its arguments only where it is told to, and before it knows no
# such wish.
INJECT = (
    {"_ansible_inject_invocation": True}
    if "INJECT_INVOCATION" in constants.config.get_configuration_definitions()
    else {}
)
EXAMPLE = Service("EXAMPLE", {}, ())
Outcome = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Outcome:
    """Give a function that runs a module's `main` with arguments and returns its exit status and
    result."""

    def run(main: Callable[[], None], **arguments: Any) -> tuple[int, dict[str, Any]]:
        monkeypatch.setattr(
            basic, "_ANSIBLE_ARGS", to_bytes(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}))
        )
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    return run


def test_a_result(play: Outcome) -> None:
    def task(params: Any, context: Context) -> dict[str, Any]:
        context.register_secret("s3cret-token")
        return {"changed": context.check_mode, "echo": f"{params['word']} s3cret-token"}

    status, result = play(
        lambda: module.main(Task(task, EXAMPLE, {"word": {"type": "str"}})),
        word="w",
        _ansible_check_mode=True,
    )
    assert status == 0
    assert (result["changed"], result["echo"]) == (True, "w [REDACTED]")


@pytest.mark.parametrize("fails", [False, True])
def test_warnings_are_handed_to_ansible(
    play: Outcome, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def task(dummy_params: Any, dummy_context: Context) -> dict[str, Any]:
        if fails:
            raise TaskError("one line", warnings=["look out"])
        return {"changed": False, "warnings": ["look out"]}

    heard: list[str] = []
    monkeypatch.setattr(basic.AnsibleModule, "warn", lambda dummy, text: heard.append(text))
    status, result = play(lambda: module.main(Task(task, EXAMPLE, {})))
    assert status == int(fails)
    assert heard == ["look out"]
    assert "deprecations" not in result


def test_a_failure(play: Outcome) -> None:
    def task(dummy_params: Any, dummy_context: Context) -> dict[str, Any]:
        raise TaskError("one line", status=404)

    status, result = play(lambda: module.main(Task(task, EXAMPLE, {})))
    assert status == 1
    assert (result["msg"], result["failed"], result["changed"], result["status"]) == (
        "one line",
        True,
        False,
        404,
    )


@pytest.mark.parametrize("fails", [False, True])
def test_attempts_are_left_out_if_ansible_counts_its_own(
    play: Outcome, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def task(dummy_params: Any, dummy_context: Context) -> dict[str, Any]:
        if fails:
            raise TaskError("one line", tries=2, attempts=2)
        return {"tries": 2, "attempts": 2}

    main = functools.partial(module.main, Task(task, EXAMPLE, {}))
    assert play(main)[1]["attempts"] == 2
    monkeypatch.setenv(results.OMIT_ATTEMPTS, "1")
    result = play(main)[1]
    assert (result["tries"], "attempts" in result) == (2, False)


def test_a_missing_library_is_reported_with_a_command_that_a_shell_can_run(
    play: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(httplib, "IMPORT_ERROR", "Traceback: no httpcore")
    monkeypatch.setattr(sys, "executable", "/opt/my tools/python")
    status, result = play(
        lambda: module.main(Task(lambda dummy_params, dummy_context: {}, EXAMPLE, {}))
    )
    assert status == 1
    assert result["msg"].startswith(
        "the Python library httpcore is missing for /opt/my tools/python on "
    )
    assert (
        ": run '/opt/my tools/python' -m pip install 'httpcore[asyncio]>=1.0' there, or set"
        in result["msg"]
    )


@pytest.mark.parametrize("main", [itential_platform_request.main, itential_gateway_request.main])
def test_the_request_modules_take_their_options(play: Outcome, main: Callable[[], None]) -> None:
    where = {
        "host": "127.0.0.1",
        "port": 1,
        "use_tls": False,
        "user": "ada",
        "password": "correct horse",
        "retry": 1,
        **INJECT,
    }
    status, result = play(main, path="/x", **where)
    assert status == 1
    assert "refused" in result["msg"]
    assert result["invocation"]["module_args"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert (
        "mutually exclusive" in play(main, path="/x", requests=[{"path": "/x"}], **where)[1]["msg"]
    )
    assert "one of the following is required: path, requests" in play(main, **where)[1]["msg"]
    assert "no host: give host, the variable itential_" in play(main, path="/x")[1]["msg"]
