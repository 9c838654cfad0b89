# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The internals of ansible-core are as `internals.py` expects them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.plugins.connection import NetworkConnectionBase
from ansible.plugins.connection.local import Connection as Local
from ansible.release import __version__
from ansible_collections.restops.clients.plugins.plugin_utils import internals

LOOKUPS_KNOW_THEIR_TASK = tuple(map(int, __version__.split(".")[:2])) >= (2, 19)


class Action(ActionBase):
    def __init__(self, environment: list[dict[str, str]]) -> None:
        self._task = SimpleNamespace(environment=environment)
        self._templar = SimpleNamespace(template=lambda value, **dummy: value)
        self._connection = SimpleNamespace(_shell=SimpleNamespace(env_prefix=lambda **dummy: ""))

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        raise NotImplementedError


def test_the_environment_of_a_task_is_the_merged_one() -> None:
    action = Action([{"A": "outer", "B": "b"}, {"A": "inner"}])
    assert internals.environment_of(action) == {"A": "inner", "B": "b"}


def test_network_connections_run_modules_on_the_controller_and_local_does_not_say_so() -> None:
    assert internals.runs_modules_on_controller(NetworkConnectionBase)
    assert not internals.runs_modules_on_controller(Local)


def test_the_validator_warns_about_an_option_beside_its_alias() -> None:
    validator = ArgumentSpecValidator({"user": {"type": "str", "aliases": ["username"]}})
    validated = validator.validate({"user": "a", "username": "b"})
    assert internals.alias_warnings(validated) == [{"option": "user", "alias": "username"}]
    internals.alias_warnings(validated).append({"option": "x", "alias": "y"})
    assert len(internals.alias_warnings(validated)) == 2


@pytest.mark.parametrize("no_log", [False, True])
def test_a_lookup_knows_if_its_task_says_no_log(no_log: bool) -> None:
    assert not internals.current_task_says_no_log()
    if not LOOKUPS_KNOW_THEIR_TASK:
        return
    task, kind = SimpleNamespace(no_log=no_log), internals.TaskContext
    # From ansible-core 2.21 on.
    create = getattr(kind, "create", None)
    with kind(task=task) if create is None else create(task, {}, "host"):
        assert internals.current_task_says_no_log() is no_log
