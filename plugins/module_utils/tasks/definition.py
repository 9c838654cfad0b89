# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Definitions of modules: task, service and options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from .context import Context

if TYPE_CHECKING:
    from typing_extensions import Unpack

Spec = dict[str, dict[str, Any]]
"""Options, as an argument specification of Ansible."""


class Rules(TypedDict, total=False):
    """Rules about several options, in Ansible's terms."""

    mutually_exclusive: Sequence[Sequence[str]]
    required_one_of: Sequence[Sequence[str]]
    required_if: Sequence[tuple[str, Any, Sequence[str]] | tuple[str, Any, Sequence[str], bool]]
    required_by: Mapping[str, Sequence[str]]


class OptionNames:
    """The names under which one connection option can be given.

    Args:
        name: The option.
        option: Its argument specification.
        prefix: Beginning of the environment variable's name.

    Attributes:
        names: The option and its aliases.
        environment: The environment variable.
        variable: The Ansible variable, which is also the key in `ansible.cfg`.
    """

    __slots__ = ("environment", "name", "names", "variable")

    def __init__(self, name: str, option: Mapping[str, Any], prefix: str) -> None:
        self.name = name
        self.names = (name, *option.get("aliases", ()))
        self.environment = f"{prefix}_{name.upper()}"
        self.variable = self.environment.lower()


class Service:
    """The connection options of one service.

    Args:
        prefix: Beginning of the names of its environment variables.
        options: The argument specification of its connection options.
        credentials: The ways to authenticate, each the options that it needs together.
        choice: The option that selects one of the ways by name; `""` if the credentials that are
            given decide.
        uses: The credentials that each choice uses.
    """

    __slots__ = ("choice", "credentials", "option_names", "options", "prefix", "uses")

    def __init__(
        self,
        prefix: str,
        options: Spec,
        credentials: Sequence[tuple[str, ...]],
        choice: str = "",
        uses: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.prefix = prefix
        self.options = options
        self.credentials = tuple(credentials)
        self.choice = choice
        self.uses = uses or {}
        self.option_names = tuple(
            OptionNames(name, option, prefix) for name, option in options.items()
        )


def never(dummy_options: Mapping[str, Any]) -> bool:
    """Return `False`."""
    return False


def always(dummy_options: Mapping[str, Any]) -> bool:
    """Return `True`, for tasks that wait or use devices, which can be slow."""
    return True


class Task:
    """One row per module; modules and the action plugin read it.

    Args:
        run: Performs the task: from options and context to a result.
        service: The service that is called.
        options: The task's own options.
        is_heavy: Tells from the options if the task waits, makes many calls or writes a file; the
            controller then performs it in its worker, because the process that tasks share has
            other work to do.
        **rules: Rules about several options.
    """

    __slots__ = ("argument_spec", "is_heavy", "options", "rules", "run", "service")

    def __init__(
        self,
        run: Callable[[Mapping[str, Any], Context], dict[str, Any]],
        service: Service,
        options: Spec,
        is_heavy: Callable[[Mapping[str, Any]], bool] = never,
        **rules: Unpack[Rules],
    ) -> None:
        self.run = run
        self.service = service
        self.options = options
        self.is_heavy = is_heavy
        self.argument_spec = {**service.options, **options}
        self.rules = rules
