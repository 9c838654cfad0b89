# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contents of an owner as a service keeps them: stores that replace wholly, versions, lists in
pages, reads that may lag behind writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from ansible_collections.restops.clients.tests.unit.support import Case

from .support import Server, client_of, error

FIELDS = {
    "ref": {"type": "ref", "readOnly": True},
    "owner": {"type": "name"},
    "name": {"type": "name"},
    "title": {"type": "string"},
    "tags": {"type": "string"},
    "active": {"type": "boolean"},
    "releaseYear": {"type": "year"},
    "startAt": {"type": "timestamp"},
    "version": {"type": "version", "readOnly": True},
    "createdAt": {"type": "timestamp", "readOnly": True},
    "slug": {"type": "string", "readOnly": True},
}
DESCRIPTOR = {"resourcefuls": {"contents": {"pluralName": "contents", "fields": FIELDS}}}
MADE = ("version", "createdAt", "slug")


class Store:
    """Responds as a metadata service does.

    Args:
        *names: Contents of `acme` that are there.
        **more: `descriptor`, what the service says of itself; `None` for 404, a response for that.

    Attributes:
        items: By reference.
        page_size: Items of a page at most.
        failing: Names that no request may write.
        filtering: `True` if lists obey filters; a service that does not, lists everything.
        lagging: `True` if reads still see what was there before all writes.
    """

    def __init__(self, *names: str, **more: Any) -> None:
        self.descriptor: Any = more.get("descriptor", DESCRIPTOR)
        self.items: dict[str, dict[str, Any]] = {}
        self.page_size = 100
        self.failing: set[str] = set()
        self.filtering = True
        self.lagging = False
        self.versions = 0
        for name in names:
            self.keep({"owner": "acme", "name": name, "title": f"Title of {name}"})
        self.before = dict(self.items)

    def keep(self, item: Mapping[str, Any]) -> dict[str, Any]:
        self.versions += 1
        made = {
            "ref": f"{item['owner']}:{item['name']}",
            "version": f"v{self.versions}",
            "createdAt": "2020-01-01T00:00:00.000Z",
            "slug": item["name"],
        }
        kept = self.items[made["ref"]] = {"title": item["name"], **item, **made}
        return kept

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/descriptor/raw":
            if isinstance(self.descriptor, httpx.Response):
                return self.descriptor
            return (
                error(404) if self.descriptor is None else httpx.Response(200, json=self.descriptor)
            )
        if request.method == "GET":
            return self.browse(dict(parse_qsl(request.url.query.decode())))
        if request.method == "DELETE":
            return self.delete(path.rpartition("/")[2].split(","))
        given = json.loads(request.content)["contents"]
        if self.failing.intersection(item["name"] for item in given):
            return error(400, "title is not allowed")
        unknown = [name for item in given for name in MADE if name in item]
        if unknown:
            return error(400, f"{unknown[0]} is not allowed")
        if request.method == "PUT":
            (item,) = given
            if (
                "if-match" in request.headers
                and request.headers["if-match"] != f'"{self.items[item["ref"]]["version"]}"'
            ):
                return error(412, "document cannot be changed - versions do not match")
        return httpx.Response(
            201 if request.method == "POST" else 200,
            json={"meta": {}, "contents": [self.keep(item) for item in given]},
        )

    def browse(self, query: Mapping[str, str]) -> httpx.Response:
        found = list((self.before if self.lagging else self.items).values())
        for name, value in query.items():
            if name.startswith("with") and self.filtering:
                wanted = value.split("||")
                found = [
                    item for item in found if str(item.get(name[4].lower() + name[5:])) in wanted
                ]
        start = 0 if query["continue"] == "true" else int(query["continue"])
        meta: dict[str, Any] = {"perPage": self.page_size}
        if start + self.page_size < len(found):
            meta["continue"] = (
                f"/data/contents?{urlencode({**query, 'continue': str(start + self.page_size)})}"
            )
        return httpx.Response(
            200, json={"meta": meta, "contents": found[start : start + self.page_size]}
        )

    def delete(self, refs: Sequence[str]) -> httpx.Response:
        if self.failing.intersection(ref.partition(":")[2] for ref in refs):
            return error(403, "no permission")
        for ref in refs:
            self.items.pop(ref, None)
        return httpx.Response(204)


class Metadata:
    """A client's contents, and what its requests were."""

    def __init__(self, case: Case, store: Store, **options: Any) -> None:
        self.case = case
        self.store = store
        self.server = Server(store)
        self.contents = client_of(case, self.server, **options).metadata.contents

    async def ensure(self, *wanted: Mapping[str, Any], **wish: Any) -> list[Any]:
        changes: list[Any] = await self.case.kind.wait(self.contents.ensure("acme", wanted, **wish))
        return changes

    @property
    def reads(self) -> list[dict[str, str]]:
        """The queries of the lists that were read."""
        lists = [
            request
            for request in self.server.requests
            if request.method == "GET" and request.url.path == "/data/contents"
        ]
        return [dict(parse_qsl(request.url.query.decode())) for request in lists]

    @property
    def writes(self) -> list[tuple[str, int]]:
        """Method and number of items of every write, in the order of methods."""
        return sorted(
            (request.method, len(self.items_of(request)))
            for request in self.server.requests
            if request.method != "GET"
        )

    @staticmethod
    def items_of(request: httpx.Request) -> list[Any]:
        return (
            request.url.path.rpartition("/")[2].split(",")
            if request.method == "DELETE"
            else list(json.loads(request.content)["contents"])
        )

    def sent(self, method: str) -> list[Any]:
        """The items of all writes of a method."""
        return [
            item
            for request in self.server.requests
            if request.method == method
            for item in self.items_of(request)
        ]
