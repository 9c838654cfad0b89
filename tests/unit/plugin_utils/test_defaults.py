# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments of tasks and of `module_defaults`, read from ansible-core's own objects."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.playbook.task import Task
from ansible.template import Templar
from ansible_collections.restops.clients.plugins.plugin_utils import defaults

MODULE = "uri"
DEFAULTS = {"url": "http://default.example", "timeout": 5, "method": "POST"}


def make_task(arguments: Any, merged: dict[str, Any], more: dict[str, Any] | None = None) -> Task:
    """Return a task of a play with `module_defaults`, with the merged arguments of its action."""
    play = Play.load(
        {
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": {MODULE: DEFAULTS},
            "tasks": [{"name": "Call", MODULE: arguments, **(more or {})}],
        },
        loader=DataLoader(),
    )
    task: Task = play.tasks[0].block[0]
    task.args = merged
    return task


def test_own_arguments_are_those_in_the_text_even_if_a_default_is_the_same() -> None:
    own = {"url": "http://own.example", "timeout": 5}
    task = make_task(own, {**DEFAULTS, **own})
    assert defaults.split(task, Templar(DataLoader())) == (own, DEFAULTS)


def test_a_default_that_was_omitted_is_left_out() -> None:
    own = {"url": "http://own.example"}
    task = make_task(own, {**own, "timeout": 5})
    inherited = {"url": "http://default.example", "timeout": 5}
    assert defaults.split(task, Templar(DataLoader())) == (own, inherited)


def test_of_arguments_from_a_template_those_are_own_that_differ_from_the_defaults() -> None:
    own = {"url": "http://own.example", "timeout": 5}
    task = make_task({}, {**DEFAULTS, **own}, {"args": "{{ given }}"})
    assert defaults.split(task, Templar(DataLoader()))[0] == {"url": "http://own.example"}
    assert defaults.is_from_template(task, "url")


@pytest.mark.parametrize(("value", "is_template"), [("{{ records }}", True), ([], False)])
def test_a_list_in_the_text_is_not_from_a_template(value: Any, is_template: bool) -> None:
    task = make_task({"body": value}, {"body": []})
    assert defaults.is_from_template(task, "body") is is_template
