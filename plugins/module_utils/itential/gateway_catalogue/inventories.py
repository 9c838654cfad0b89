# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices and groups of the Ansible inventory, and the devices of the other inventories.

Sources: docs/protocols/itential-gateway.md sections 6 and 7. Which form the bodies of variables and
members have is not settled: the bare form is preferred, the wrapped one is the second choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.records.access import Access, One, Write
from ...core.records.documents import Document
from ...core.records.fields import Field
from ...core.records.kinds import ID, Relation
from ...core.records.types import ResourceType
from .common import RECORD, deleted, listed, written

SINGULAR = "1"
"""Stands for the release whose other inventories are below `/inventory`: which releases these are
is not known, so the store looks. The first choice is `/inventories`.
"""

_NAME = Field("name", ID, required=True)
_VARIABLES = Field("variables", Document(merge=True, levels=1), default={})
"""Merged by their names: a nested value is replaced as a whole, as the server does it."""


def _in_two_forms(path: str, method: str, field: str, wrapper: str, **options: Any) -> Write:
    """Return a route whose body is the value of a field, or that value below a wrapper."""
    value = f"{{{field}}}"
    options = {"fields": (field,), **options}
    wrapped = written(path, method, body={wrapper: value}, **options)
    return written(path, method, body=value, otherwise=wrapped, **options)


def _variables(path: str, method: str) -> Write:
    """Return the route that merges (PATCH) or replaces (PUT) the variables of a record."""
    return _in_two_forms(path, method, "variables", "variables", merges=method == "PATCH")


def _members(path: str, field: str, wrapper: str) -> Write:
    """Return the route that adds members to a group and removes them."""
    return _in_two_forms(path, "POST", field, wrapper, remove=deleted(f"{path}/{{item}}"))


DEVICE = ResourceType(
    "device",
    Access(
        listed("/devices"),
        one=One("/devices/{name}", unwrap=RECORD),
        create=written("/devices", body={"variables": {}}),
        update=(_variables("/devices/{name}", "PATCH"), _variables("/devices/{name}", "PUT")),
        delete=deleted("/devices/{name}"),
    ),
    (_NAME, _VARIABLES),
    key=("name",),
    id_field="name",
)

GROUP = ResourceType(
    "group",
    Access(
        listed("/groups"),
        one=One("/groups/{name}", unwrap=RECORD),
        create=written("/groups", body={"devices": []}),
        update=(
            _variables("/groups/{name}", "PUT"),
            _members("/groups/{name}/devices", "devices", "devices"),
            _members("/groups/{name}/children", "childGroups", "children"),
        ),
        delete=deleted("/groups/{name}"),
    ),
    (
        _NAME,
        Field("devices", Relation("device"), many=True, default=[], objects="name"),
        Field("childGroups", Relation("group"), many=True, default=[], objects="name"),
        _VARIABLES,
    ),
    key=("name",),
    id_field="name",
    reserved={"name": ("all",)},
)

_PREFIXES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("/inventories", {"until": SINGULAR}),
    ("/inventory", {"since": SINGULAR}),
)
"""The places of the other inventories, the first choice first."""


def _inventory(name: str, kind: str) -> ResourceType:
    """Return the devices of one kind of further inventories."""
    routes = [
        (f"{prefix}/{kind}/{{inventory}}/devices", releases) for prefix, releases in _PREFIXES
    ]
    return ResourceType(
        name,
        Access(
            [listed(path, **releases) for path, releases in routes],
            one=[One(f"{path}/{{name}}", unwrap=RECORD, **releases) for path, releases in routes],
            create=[written(path, body={"variables": {}}, **releases) for path, releases in routes],
            update=[
                write for path, releases in routes for write in _entry(f"{path}/{{name}}", releases)
            ],
            delete=[deleted(f"{path}/{{name}}", **releases) for path, releases in routes],
        ),
        (Field("inventory", ID, path_only=True), _NAME, _VARIABLES),
        key=("inventory", "name"),
        id_field="name",
        defaults={"inventory": "default"},
    )


def _entry(path: str, releases: Mapping[str, Any]) -> tuple[Write, Write]:
    """Return the routes that merge and replace the variables of a device."""
    fields = ("variables",)
    return (
        written(path, "PATCH", fields=fields, merges=True, **releases),
        written(path, "PUT", fields=fields, body={"name": "{name}"}, **releases),
    )


HTTP_DEVICE = _inventory("http_device", "http_requests")
NETCONF_DEVICE = _inventory("netconf_device", "netconf")
NETMIKO_DEVICE = _inventory("netmiko_device", "netmiko")

ROWS = (DEVICE, GROUP, HTTP_DEVICE, NETCONF_DEVICE, NETMIKO_DEVICE)
