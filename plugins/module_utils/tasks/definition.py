# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes a module: its task, its options, and where options may come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .context import Context


class Source:
    """Where else a connection option can come from.

    Args:
        name: The option.
        option: Its argument specification; `fallback` names the environment variable.
    """

    __slots__ = ("environment", "name", "names", "variable")

    def __init__(self, name: str, option: Mapping[str, Any]) -> None:
        self.name = name
        self.names = (name, *option.get("aliases", ()))
        self.environment: str = option["fallback"][1][0]
        self.variable = self.environment.lower()


LABORIOUS = frozenset(("requests", "records", "dest"))
"""Options that make much work of one task: many calls, or a file to be written."""


class Task:
    """One row per module; modules and the action plugin read it.

    Args:
        run: Performs the task: from options and context to a result.
        connection: The connection options, each with its environment variable as `fallback`.
        options: The task's own options.
        **rules: `mutually_exclusive`, `required_one_of` and the like.
    """

    __slots__ = ("argument_spec", "connection", "options", "rules", "run", "sources")

    def __init__(
        self,
        run: Callable[[Mapping[str, Any], Context], dict[str, Any]],
        connection: dict[str, dict[str, Any]],
        options: dict[str, dict[str, Any]],
        **rules: Any,
    ) -> None:
        self.run = run
        self.connection = connection
        self.options = options
        self.sources = tuple(Source(name, option) for name, option in connection.items())
        self.argument_spec = {**connection, **options}
        self.rules = rules
