# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Golden configurations: the nodes of a version of a tree, by their paths.

A path is the names of the nodes from the root on, with slashes between them. The text of a node is
a record of its own. Sources: docs/protocols/itential-platform.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError
from ..core.flow import Flow, gather
from ..core.http import Response
from ..core.records.access import unwrapped
from ..core.records.documents import Document
from ..core.records.kinds import PendingName
from ..core.records.types import Record

if TYPE_CHECKING:
    from ..core.connection import ConnectionBase

FIRST_VERSION = "initial"
"""The version that a new tree has."""

_TREES = "/configuration_manager/configs"
_VERSION = f"{_TREES}/{{tree}}/{{version}}"
_RENAMED = {"golden_config": "treeId", "device_groups": "deviceGroups"}
_MAX_CONCURRENT_REQUESTS = 4
_NOT_FOUND = 404


class TreeNodes(Document):
    """The nodes of a golden configuration: `path`, `template`, `devices`, `device_groups`."""

    __slots__ = ()

    _noun = "a list of nodes, each with its path"

    def parse(self, value: Any) -> Any:
        """Return the nodes."""
        if not _are_dicts(value) or not all(isinstance(node.get("path"), str) for node in value):
            raise TypeError(value)
        return super().parse(value)


class PlanNodes(Document):
    """The nodes of a compliance plan.

    A node is named by `golden_config`, `version` and `node`, the path of a node of that tree.
    """

    __slots__ = ()

    _noun = "a list of nodes, each a dict"

    def parse(self, value: Any) -> Any:
        """Return nodes with the names that the server has for their keys."""
        if not _are_dicts(value):
            raise TypeError(value)
        return [
            {
                "version": FIRST_VERSION,
                **{_RENAMED.get(key, key): item for key, item in node.items()},
            }
            for node in super().parse(value)
        ]


class Node(NamedTuple):
    """A node of a tree.

    Attributes:
        path: The names from the root on.
        config_id: The id of its text.
        devices: The names of its devices.
        groups: The ids of its device groups.
    """

    path: str
    config_id: str
    devices: list[str]
    groups: list[str]


class Trees:
    """The trees of a Platform.

    Args:
        connection: Sends the requests.
    """

    __slots__ = ("_connection", "_engine")

    def __init__(self, connection: ConnectionBase) -> None:
        self._connection = connection
        self._engine = connection.calls.engine

    def read(self, tree: str, version: str) -> Flow[Record]:
        """Read a version of a tree; an empty dict if there is none."""
        call = self._call("GET", _VERSION, {"tree": tree, "version": version})
        response: Response = yield from self._engine.send(call)
        if response.status_code == _NOT_FOUND:
            return {}
        self._engine.check(response)
        return unwrapped(response.json(), ("data", "")) or {}

    def nodes(self, tree: str, version: str) -> Flow[list[Record]]:
        """Read the nodes of a version with their texts."""
        found = yield from self.read(tree, version)
        nodes = list(nodes_of(found))
        texts = yield from gather(
            [self._template(node.config_id) for node in nodes], _MAX_CONCURRENT_REQUESTS
        )
        return [
            {
                "path": node.path,
                "template": text,
                "devices": node.devices,
                "device_groups": node.groups,
            }
            for node, text in zip(nodes, texts, strict=True)
        ]

    def _template(self, config_id: str) -> Flow[str]:
        path = "/configuration_manager/config_specs/{id}"
        response = yield from self._engine.checked(self._call("GET", path, {"id": config_id}))
        found = unwrapped(response.json(), ("data", "")) or {}
        return found.get("template") or ""

    def locate_nodes(self, plans: Sequence[Record]) -> Flow[list[Record]]:
        """Return compliance plans with ids in place of the paths of nodes.

        Args:
            plans: The plans; the trees of their nodes are ids.

        Raises:
            ClientError: A tree has no such node.
        """
        known: dict[tuple[str, str], dict[str, str]] = {}
        result = []
        for plan in plans:
            flows = [self._locate(node, known) for node in plan.get("nodes") or ()]
            nodes = yield from gather(flows, 1)
            result.append({**plan, "nodes": nodes} if nodes else plan)
        return result

    def _locate(self, node: Record, known: dict[tuple[str, str], dict[str, str]]) -> Flow[Record]:
        """Return a node of a plan with its id in place of its path."""
        tree, version, path = node.get("treeId"), node["version"], node.get("node")
        rest = {key: value for key, value in node.items() if key != "node"}
        if path is None or tree is None:
            return rest
        if isinstance(tree, PendingName):
            return {**rest, "nodeId": PendingName(path)}
        if (tree, version) not in known:
            found = yield from self.read(tree, version)
            known[tree, version] = {one.path: one.config_id for one in nodes_of(found)}
        if path not in known[tree, version]:
            paths = ", ".join(known[tree, version]) or "none"
            raise ClientError(
                f"version {version} of the golden_config {tree} has no node {path!r}: its nodes"
                f" are {paths}"
            )
        return {**rest, "nodeId": known[tree, version][path]}

    def write(self, tree: str, version: str, wanted: Mapping[str, Any]) -> Flow[None]:
        """Change a version of a tree.

        If there is none, it is created as a copy of the first one, whose nodes and variables stay
        unless they are wanted in another form.

        Args:
            tree: The tree's id.
            version: The name of the version.
            wanted: `nodes`, all that there are to be, and `variables`; what is left out stays.

        Raises:
            ClientError: A path does not begin with the root, or the server refuses a change.
        """
        found = yield from self.read(tree, version)
        is_new = not found
        if is_new:
            body = {"name": version, "base": FIRST_VERSION}
            yield from self._send("POST", f"{_TREES}/{{tree}}", {"tree": tree}, body)
            found = yield from self.read(tree, version)
        there = yield from self.nodes(tree, version)
        if not there:
            raise ClientError(f"version {version} of the golden_config {tree} has no nodes")
        variables = found.get("variables") or {}
        added = wanted.get("variables") or {}
        if "variables" in wanted:
            variables = {**variables, **added} if is_new else added
        place = _Place(tree, version, variables)
        if "variables" in wanted:
            yield from self._write_text(place, there[0]["path"], there[0]["template"], True)
        if "nodes" in wanted:
            yield from self._write_nodes(place, there, wanted["nodes"] or [], keep=is_new)

    def _write_nodes(
        self, place: _Place, there: Sequence[Record], wanted: Sequence[Record], *, keep: bool
    ) -> Flow[None]:
        """Add and change nodes, parents first, and remove the others unless they are kept."""
        root = there[0]["path"]
        known = {node["path"]: node for node in there}
        nodes = sorted(wanted, key=lambda node: str(node["path"]).count("/"))
        for node in nodes:
            if node["path"] not in known:
                yield from self._add(place, node["path"], root)
            yield from self._change(place, node, known.get(node["path"], {}))
        needed = {root, *[node["path"] for node in nodes]}
        for path in () if keep else sorted(known, key=len, reverse=True):
            if not any(one == path or one.startswith(f"{path}/") for one in needed):
                yield from self._at_node("DELETE", place, path)

    def _add(self, place: _Place, path: str, root: str) -> Flow[None]:
        parent, dummy, name = path.rpartition("/")
        if path.partition("/")[0] != root or not parent:
            raise ClientError(f"the node {path!r} is not below the root {root!r}: begin with it")
        yield from self._at_node("POST", place, parent, {"name": name})

    def _change(self, place: _Place, node: Record, there: Record) -> Flow[None]:
        path, template = node["path"], node.get("template")
        if template is not None and template != (there.get("template") or ""):
            yield from self._write_text(place, path, template, False)
        for key, send in (("devices", self._devices), ("device_groups", self._groups)):
            if node.get(key) is not None:
                old, new = there.get(key) or [], node[key]
                added = [one for one in new if one not in old]
                removed = [one for one in old if one not in new]
                if added:
                    yield from send("POST", place, path, added)
                if removed:
                    yield from send("DELETE", place, path, removed)

    def _devices(self, method: str, place: _Place, path: str, names: list[str]) -> Flow[None]:
        return self._at_node(method, place, path, {"devices": names}, end="/devices")

    def _groups(self, method: str, place: _Place, path: str, ids: list[str]) -> Flow[None]:
        body = {**place.body(path), "deviceGroups": ids}
        return self._send(method, f"{_TREES}/devices/groups", {}, body)

    def _write_text(self, place: _Place, path: str, template: str, variables: bool) -> Flow[None]:
        """Write the text of a node, and the variables of the version if they change."""
        body = {
            **place.body(path),
            "data": {"template": template, "variables": place.variables},
            # Without it, variables are skipped silently.
            "updateVariables": variables,
        }
        return self._send("PUT", "/configuration_manager/node/config", {}, body)

    def _at_node(
        self, method: str, place: _Place, path: str, body: Any = None, end: str = ""
    ) -> Flow[None]:
        names = {f"node{number}": name for number, name in enumerate(path.split("/"))}
        parts = "/".join(f"{{{name}}}" for name in names)
        values = {"tree": place.tree, "version": place.version, **names}
        return self._send(method, f"{_VERSION}/{parts}{end}", values, body)

    def _send(self, method: str, path: str, values: Mapping[str, str], body: Any) -> Flow[None]:
        yield from self._engine.checked(self._call(method, path, values, json=body))

    def _call(self, method: str, path: str, values: Mapping[str, str], **options: Any) -> Any:
        return self._connection.calls.build(
            method, path, None, path_params=values or None, **options
        )


class _Place(NamedTuple):
    """A version of a tree, with the variables that it is to have."""

    tree: str
    version: str
    variables: Any

    def body(self, path: str) -> Record:
        """Return what names a node in a body."""
        return {"treeId": self.tree, "treeVersion": self.version, "nodePath": path}


def _are_dicts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def nodes_of(version: Mapping[str, Any]) -> Iterator[Node]:
    """Give the nodes of a version of a tree, parents first."""
    root = version.get("root")
    left = [("", root)] if isinstance(root, Mapping) else []
    while left:
        above, node = left.pop(0)
        path = f"{above}{node.get('name')}"
        attributes = node.get("attributes") or {}
        yield Node(
            path,
            str(attributes.get("configId")),
            list(attributes.get("devices") or ()),
            list(attributes.get("deviceGroups") or ()),
        )
        left += [(f"{path}/", child) for child in node.get("children") or ()]
