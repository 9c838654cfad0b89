# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts and groups for an inventory, read from a Platform or a Gateway page by page.

Attributes are named in Itential's own terms, `itential_host` and so on. The variables of devices
and groups of a Gateway are Ansible's and keep their names. Secrets are left out unless they are
asked for.

Sources: docs/protocols/itential-platform.md sections 2.2 and 8, docs/protocols/itential-gateway.md
sections 6 and 7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ..core.exceptions import ConfigurationError
from ..core.flow import Emit, Flow, forward
from ..core.iteration import Pages
from ..core.records.filters import Filters
from .inventory_pages import PREFIX, Group, Host, Page
from .inventory_secrets import without_secrets

if TYPE_CHECKING:
    from ..core.connection import Connection
    from ..core.records.store import RestStore
    from ..core.records.types import Record, ResourceType

TYPES = {
    "http_requests": "http_device",
    "netconf": "netconf_device",
    "netmiko": "netmiko_device",
}
"""The types of the devices of a Gateway's further inventories, by the names of these."""

_KEPT = (PREFIX, "ansible_")
"""Beginnings of names that have no prefix put before them."""


def pages(client: Connection, flow: Flow[None]) -> Iterator[Page]:
    """Return the parts of an inventory that a flow emits, each when it is asked for.

    Args:
        client: Sends the requests.
        flow: One of the flows below, over the store of the client.
    """
    return cast("Iterator[Page]", Pages(client._driver, flow))


def configuration_manager(
    store: RestStore, filters: Mapping[str, Any] | None = None, *, secrets: bool = False
) -> Flow[None]:
    """Emit the devices of Configuration Manager and the groups that they are in.

    Args:
        store: Reads the records.
        filters: Conditions on the fields of devices, see `core.records.filters.Filters`.
        secrets: Keep passwords and references to secrets.

    Raises:
        ConfigurationError: An unknown field or operator.
        ClientError: The records could not be read.
    """
    device = yield from _select(store, "device", filters)
    groups = yield from store.read_all((yield from store.row("device_group")))
    members = _members(groups, "devices")
    yield Emit(Page([Group(_name(group)) for group in groups if _name(group)]))

    def host(record: Record) -> Host:
        variables = _with_prefix(record, ("attributes", "variables"), but=("name",))
        return Host(_name(record), variables, members.get(_name(record), ()))

    yield from _hosts(store, device, filters, host, secrets=secrets)


def inventory_manager(
    store: RestStore,
    filters: Mapping[str, Any] | None = None,
    *,
    inventories: Sequence[str] = (),
    secrets: bool = False,
) -> Flow[None]:
    """Emit the nodes of Inventory Manager. Each inventory and each tag is a group.

    Args:
        store: Reads the records.
        filters: Conditions on the fields of nodes, see `core.records.filters.Filters`.
        inventories: The names of the inventories to read; none for all.
        secrets: Keep passwords and references to secrets.

    Raises:
        ConfigurationError: An unknown field or operator, or an inventory that does not exist.
        ClientError: The records could not be read.
    """
    if "inventory" in (filters or {}):
        raise ConfigurationError("filters: inventory: name the inventories in 'inventories'")
    node = yield from _select(store, "inventory_node", filters)
    found = yield from store.read_all((yield from store.row("inventory")))
    by_name = {_name(one): one for one in found if _name(one)}
    missing = sorted(set(inventories) - set(by_name))
    if missing:
        raise ConfigurationError(f"inventories: there is no inventory {', '.join(missing)}")
    for name in inventories or by_name:
        inventory = by_name[name]
        groups = [Group(tag, children=[name]) for tag in _names(inventory.get("tags"))]
        yield Emit(Page([Group(name), *groups]))
        nodes = Filters(node, {**(filters or {}), "inventory": inventory["_id"]})
        yield from _hosts(store, node, nodes, partial(_node, name), secrets=secrets)


def _node(inventory: str, record: Record) -> Host:
    attributes = record.get("attributes")
    variables = dict(attributes) if isinstance(attributes, Mapping) else {}
    return Host(_name(record), variables, [inventory, *_names(record.get("tags"))])


def gateway(
    store: RestStore,
    filters: Mapping[str, Any] | None = None,
    *,
    sources: Sequence[str] = ("devices",),
    secrets: bool = False,
) -> Flow[None]:
    """Emit the devices and groups of a Gateway, and the devices of its other inventories.

    Args:
        store: Reads the records.
        filters: Conditions on the fields of devices, see `core.records.filters.Filters`.
        sources: `devices`, and `http_requests`, `netconf` and `netmiko`, whose devices are in a
            group of that name.
        secrets: Keep passwords.

    Raises:
        ConfigurationError: An unknown field or operator.
        ClientError: The records could not be read.
    """
    for source in sources:
        row = yield from _select(store, TYPES.get(source, "device"), filters)
        if source in TYPES:
            yield Emit(Page([Group(source)]))
            host = partial(_entry, source)
        else:
            groups = yield from store.read_all((yield from store.row("group")))
            named = [record for record in groups if _name(record)]
            yield Emit(Page([_group(record, secrets=secrets) for record in named]))
            host = partial(_device, _members(groups, "devices"))
        yield from _hosts(store, row, filters, host, secrets=secrets)


def _group(record: Record, *, secrets: bool) -> Group:
    variables = _variables(record)
    return Group(
        _name(record),
        variables if secrets else without_secrets(variables),
        _names(record.get("childGroups")),
    )


def _device(members: Mapping[str, Sequence[str]], record: Record) -> Host:
    return Host(_name(record), _variables(record), members.get(_name(record), ()))


def _entry(source: str, record: Record) -> Host:
    return Host(_name(record), _with_prefix(_variables(record)), [source])


# Records


def _select(
    store: RestStore, resource: str, filters: Mapping[str, Any] | None
) -> Flow[ResourceType]:
    """Return a type of records, after a check of the filters: no request is sent for wrong ones."""
    row = yield from store.row(resource)
    yield from store.select(row, filters, text_ids=True)
    return row


def _hosts(
    store: RestStore,
    row: ResourceType,
    filters: Mapping[str, Any] | Filters | None,
    make: Callable[[Record], Host],
    *,
    secrets: bool,
) -> Flow[None]:
    """Emit the hosts of one list, page by page."""

    def receive(records: Sequence[Record]) -> Flow[bool]:
        hosts = [make(record) for record in records if _name(record)]
        if not secrets:
            for host in hosts:
                host.variables = without_secrets(host.variables)
        yield Emit(Page(hosts=hosts))
        return True

    yield from forward(store.pages(row, filters), receive)


def _members(groups: Iterable[Record], field: str) -> Mapping[str, list[str]]:
    """Return the names of the groups by the names of their members."""
    found: dict[str, list[str]] = defaultdict(list)
    for group in groups:
        for name in _names(group.get(field)):
            if _name(group):
                found[name].append(_name(group))
    return found


def _names(value: Any) -> list[str]:
    """Return the names in a list of names or of objects with one."""
    items = value if isinstance(value, list) else []
    return [name for name in map(_name, items) if name]


def _name(value: Any) -> str:
    """Return the name of a record, or a name as it is; `""` if there is none.

    A number is a name too: some names look like one.
    """
    name = value.get("name") if isinstance(value, Mapping) else value
    is_name = isinstance(name, (str, int)) and not isinstance(name, bool)
    return str(name) if is_name else ""


def _variables(record: Record) -> dict[str, Any]:
    variables = record.get("variables")
    return dict(variables) if isinstance(variables, Mapping) else {}


def _with_prefix(
    record: Mapping[str, Any], spread: Sequence[str] = (), *, but: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the fields of a record as attributes.

    Args:
        record: The record.
        spread: Fields whose own fields are attributes, if they are objects.
        but: Fields to leave out, beside those of the server's database.
    """
    found: dict[str, Any] = {}
    for name, value in record.items():
        if name in spread and isinstance(value, Mapping):
            found.update(_with_prefix(value))
        elif name not in but and not name.startswith("_"):
            found[name if name.startswith(_KEPT) else f"{PREFIX}{name}"] = value
    return found
