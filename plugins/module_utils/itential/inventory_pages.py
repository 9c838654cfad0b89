# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts and groups of an inventory, and the pages in which they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PREFIX = "itential_"
"""Beginning of the names of attributes."""


class Group:
    """A group of hosts.

    Attributes:
        name: Its name, as the server has it.
        variables: The variables of its hosts.
        children: The names of the groups in it.
    """

    __slots__ = ("children", "name", "variables")

    def __init__(
        self,
        name: str,
        variables: Mapping[str, Any] | None = None,
        children: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.variables = dict(variables or {})
        self.children = list(children)

    def __repr__(self) -> str:
        return f"<Group {self.name}>"


class Host:
    """A device.

    Attributes:
        name: Its name.
        variables: Its attributes.
        groups: The names of the groups that it is in.
    """

    __slots__ = ("groups", "name", "variables")

    def __init__(
        self, name: str, variables: Mapping[str, Any] | None = None, groups: Iterable[str] = ()
    ) -> None:
        self.name = name
        self.variables = dict(variables or {})
        self.groups = list(groups)

    def __repr__(self) -> str:
        return f"<Host {self.name}>"


class Page:
    """A part of an inventory. The groups of a host are in the same part or in an earlier one.

    Attributes:
        groups: Groups.
        hosts: Hosts.
    """

    __slots__ = ("groups", "hosts")

    def __init__(self, groups: Sequence[Group] = (), hosts: Sequence[Host] = ()) -> None:
        self.groups = list(groups)
        self.hosts = list(hosts)

    def as_data(self) -> dict[str, Any]:
        """Return the page as JSON-like data."""
        return {
            "groups": [[group.name, group.variables, group.children] for group in self.groups],
            "hosts": [[host.name, host.variables, host.groups] for host in self.hosts],
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Page:
        """Return a page from what `as_data` returned."""
        groups = [Group(*given) for given in data["groups"]]
        return cls(groups, [Host(*given) for given in data["hosts"]])
