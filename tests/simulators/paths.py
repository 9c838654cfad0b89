# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Routes by the segments of the undecoded path, so a name may contain an encoded slash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

Endpoint = Callable[[Request], Awaitable[Response]]


class _Node:
    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.rest: _Node | None = None
        self.endpoints: dict[str, tuple[list[str], Endpoint]] = {}


class Paths(BaseRoute):
    """Many routes in one.

    A segment of a path is a literal, `{name}`, or `{*name}` for one or more segments. Literals win.
    A method that a path does not have is answered like an unknown path, with 404.
    """

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, method: str, path: str, endpoint: Endpoint) -> None:
        """Add a route."""
        node, names = self._root, []
        for segment in path.strip("/").split("/"):
            if segment.startswith("{*"):
                names.append(segment[2:-1])
                node.rest = node = node.rest or _Node()
            elif segment.startswith("{"):
                names.append(segment[1:-1])
                node.any = node = node.any or _Node()
            else:
                node = node.literals.setdefault(segment, _Node())
        if method in node.endpoints:
            raise ValueError(f"{method} {path} is listed twice")
        node.endpoints[method] = (names, endpoint)

    def matches(self, scope: Any) -> tuple[Match, Any]:
        """Find the route of a request."""
        if scope["type"] != "http":
            return Match.NONE, {}
        raw = scope.get("raw_path") or scope["path"].encode()
        segments = [unquote(part) for part in raw.decode("latin-1").strip("/").split("/")]
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        for node, values in _walk(self._root, segments, 0):
            if method in node.endpoints:
                names, endpoint = node.endpoints[method]
                params = dict(zip(names, values, strict=True))
                return Match.FULL, {"path_params": params, "table_endpoint": endpoint}
        return Match.NONE, {}

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request that matched."""
        request = Request(scope, receive, send)
        response = await scope["table_endpoint"](request)
        await response(scope, receive, send)


def _walk(node: _Node, segments: list[str], at: int) -> Iterator[tuple[_Node, list[str]]]:
    """Yield the nodes that a path may lead to, with the values of the parameters."""
    if at == len(segments):
        yield node, []
        return
    literal = node.literals.get(segments[at])
    if literal is not None:
        yield from _walk(literal, segments, at + 1)
    if node.any is not None:
        for found, values in _walk(node.any, segments, at + 1):
            yield found, [segments[at], *values]
    if node.rest is not None:
        for end in range(at + 1, len(segments) + 1):
            for found, values in _walk(node.rest, segments, end):
                yield found, ["/".join(segments[at:end]), *values]
