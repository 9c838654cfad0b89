# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Sequoia: registry, identity and the services metadata, workflow and validation.
Section numbers are those of docs/protocols/sequoia.md.

Each service lies below a path of its own. They are one origin unless `locations` says otherwise;
`localhost` and `127.0.0.1` are two origins of one server.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .base import RefusalError, Simulator
from .sequoia_resources import OWNERS, RESOURCES, Relation, Resource, matcher, samples

CLIENTS = {"clientId": "clientSecret", "ada": "correct horse battery"}
MEDIA_TYPES = ("application/vnd.piksel+json", "application/json")
SERVICES = ("identity", "metadata", "workflow", "validation")
PAGE_MOST, STORE_MOST, DELETE_MOST, BATCH = 100, 100, 119, 10
Record = dict[str, Any]
Pairs = list[tuple[str, str]]


class LaggingItems:
    """The items of one resource; a write becomes visible to reads after a number of reads or
    seconds (5, 9).

    Attributes:
        items: The written items, by ref.
        visible: The items that reads see, by ref.
    """

    def __init__(self) -> None:
        self.items: dict[str, Record] = {}
        self.visible: dict[str, Record] = {}
        self._pending: list[tuple[str, int, float]] = []

    def write(self, ref: str, item: Record | None, reads: int = 0, due: float = 0.0) -> None:
        """Write an item, or remove it with `None`.

        Reads see the change after that many reads and not before that time.
        """
        if item is None:
            self.items.pop(ref, None)
        else:
            self.items[ref] = item
        if reads or due:
            self._pending.append((ref, reads, due))
        else:
            self._show(ref)

    def _show(self, ref: str) -> None:
        if ref in self.items:
            self.visible[ref] = self.items[ref]
        else:
            self.visible.pop(ref, None)

    def read(self, now: float) -> Sequence[Record]:
        """Return the items that a read at this time sees."""
        waiting = []
        for ref, reads, due in self._pending:
            if reads > 0 or due > now:
                waiting.append((ref, reads - 1, due))
            else:
                self._show(ref)
        self._pending = waiting
        return list(self.visible.values())


class Generated(Sequence[Record]):
    """Items that are generated when they are read, so a list can be larger than memory."""

    def __init__(self, owner: str, length: int) -> None:
        self.owner = owner
        self.length = length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self.length))]
        return {
            "ref": f"{self.owner}:l{index}",
            "owner": self.owner,
            "name": f"l{index}",
            "title": f"line {index}",
        }


class SequoiaSimulator(Simulator):
    """Sequoia.

    Settings:
        locations: Base URL by service; the others are where the registry was asked.
        auth: `bearer`, or `none` where the network or TLS authenticates.
        expires_in: Seconds that a token lives; `None` to leave it out of the answer.
        page_caps: The last page of the page style by service (7).
        cap_shows_next: Whether the last page still has a `next`, which is then refused.
        linked_depth: Pages of each chain of linked items that the server reads itself.
        linked_per_page: Their size.
        linked_failures: By relation, what a failed sub-request says: `statusCode` and so on.
        lag_reads, lag_seconds: How reads lag behind writes.
        logs: Items of the resource `logs`, which are made when they are read.
    """

    def __init__(self, **settings: Any) -> None:
        self.tables: dict[tuple[str, str], LaggingItems] = {
            (resource.service, resource.name): LaggingItems() for resource in RESOURCES
        }
        self.clock: Callable[[], float] = time.time
        self.expiries: dict[str, float] = {}
        super().__init__(
            **{
                "locations": {},
                "auth": "bearer",
                "expires_in": 3600,
                "page_caps": {"metadata": 1000, "workflow": 100},
                "cap_shows_next": False,
                "linked_depth": 2,
                "linked_per_page": 100,
                "linked_failures": {},
                "lag_reads": 0,
                "lag_seconds": 0.0,
                "logs": 1000,
                **settings,
            }
        )
        for resource, item in samples():
            self.put(resource, item)

    def put(self, resource: Resource, item: Record, lag: bool = False) -> Record:
        """Store an item as the server does: replaced as a whole, with server-managed fields."""
        table = self.tables[resource.service, resource.name]
        ref = f"{item['owner']}:{item['name']}"
        own = {
            key: value
            for key, value in item.items()
            if key in resource.fields and not resource.fields[key].read_only
        }
        before = table.items.get(ref, {})
        now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.clock()))
        kept = {
            "ref": ref,
            "title": item["name"],
            **own,
            "version": hashlib.sha1(json.dumps(own, sort_keys=True).encode()).hexdigest(),
            "createdAt": before.get("createdAt", now),
            "createdBy": before.get("createdBy", "testmock:admin"),
            "updatedAt": now,
            "updatedBy": "testmock:admin",
        }
        self.write(table, ref, kept, lag)
        return kept

    def write(self, table: LaggingItems, ref: str, item: Record | None, lag: bool) -> None:
        """Write to a table; with `lag`, reads see the change later."""
        seconds = self.settings["lag_seconds"]
        table.write(
            ref,
            item,
            self.settings["lag_reads"] if lag else 0,
            self.clock() + seconds if lag and seconds else 0.0,
        )

    def routes(self) -> list[Route]:
        """Return the routes of all services."""
        data = [
            route
            for service in ("metadata", "workflow")
            for route in (
                self.route(f"/{service}/descriptor/raw", self.descriptor),
                self.route(f"/{service}/data/{{resource}}", self.browse),
                self.route(f"/{service}/data/{{resource}}/", self.store, "POST"),
                self.route(
                    f"/{service}/data/{{resource}}/{{refs}}", self.one, "GET", "PUT", "DELETE"
                ),
            )
        ]
        return [
            self.route("/services/{owner}", self.registry),
            self.route("/services/{owner}/", self.registry),
            self.route("/identity/oauth/token", self.token, "POST"),
            self.route("/identity/oauth/revoke", self.revoke, "POST"),
            *data,
            self.route("/workflow/flow-execution-progress/{which}", self.progress),
            self.route("/validation/v/{owner}/{rule}", self.validate, "POST"),
        ]

    # 1. Registry

    async def registry(self, request: Request) -> Response:
        if "authorization" in request.headers:
            raise refusal(400, "the registry takes no credentials")
        owner = request.path_params["owner"]
        if owner not in OWNERS:
            raise refusal(404, f"no services for {owner}")
        here = f"{request.url.scheme}://{request.url.netloc}"
        entries = [
            {
                "owner": "root",
                "name": name,
                "ref": f"root:{name}",
                "title": name.title(),
                "location": f"{self.settings['locations'].get(name, here)}/{name}",
                "version": hashlib.sha1(name.encode()).hexdigest(),
                "createdAt": "2020-01-01T00:00:00.000Z",
                "createdBy": "root:root",
            }
            for name in SERVICES
        ]
        return JSONResponse({"services": entries})

    # 2. Token

    async def form_of(self, request: Request) -> Record:
        """Return the form that a client of the identity service sent; check its credentials."""
        if (
            request.headers.get("content-type", "").partition(";")[0]
            != "application/x-www-form-urlencoded"
        ):
            raise refusal(415, "a form is expected")
        form = dict(parse_qsl((await request.body()).decode()))
        try:
            name, dummy, secret = (
                base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic "))
                .decode()
                .partition(":")
            )
        except ValueError:
            name = secret = ""
        if not secret or CLIENTS.get(name) != secret:
            self.counters["logins"] += 1
            raise RefusalError(
                JSONResponse(
                    {
                        "code": 401,
                        "error": "invalid_client",
                        "error_description": "Client authentication failed.",
                    },
                    401,
                )
            )
        return form

    async def token(self, request: Request) -> Response:
        form = await self.form_of(request)
        if form != {"grant_type": "client_credentials"}:
            return JSONResponse(
                {
                    "code": 400,
                    "error": "invalid_grant",
                    "error_description": "The provided authorization grant is invalid.",
                },
                400,
            )
        token = await self.new_session("oauth")
        lifetime = self.settings["expires_in"]
        answer: Record = {"access_token": token, "token_type": "bearer"}
        if lifetime is not None:
            answer["expires_in"] = lifetime
            self.expiries[token] = self.clock() + lifetime
        return JSONResponse(answer)

    async def revoke(self, request: Request) -> Response:
        self.sessions.pop((await self.form_of(request)).get("token", ""), None)
        return Response(status_code=200)

    def authorised(self, request: Request) -> bool:
        if (
            request.url.path.startswith(("/services/", "/identity/"))
            or self.settings["auth"] == "none"
        ):
            return True
        scheme, dummy, token = request.headers.get("authorization", "").partition(" ")
        return (
            scheme == "Bearer"
            and token in self.sessions
            and self.clock() < self.expiries.get(token, float("inf"))
        )

    def unauthorised(self, request: Request) -> Response:
        attributes = {"error": "Invalid token"}
        return JSONResponse(
            {
                "statusCode": 401,
                "error": "Unauthorized",
                "message": "Invalid token",
                "attributes": attributes,
            },
            401,
        )

    # 5. Resource endpoints

    def resource(self, request: Request) -> Resource:
        """Return the resource in the path, after the checks that apply to every call."""
        service = request.url.path.split("/")[1]
        accepted = [
            kind.partition(";")[0].strip() for kind in request.headers.get("accept", "").split(",")
        ]
        if not {*MEDIA_TYPES, "*/*"}.intersection(accepted):
            raise refusal(406, f"one of {', '.join(MEDIA_TYPES)} can be had")
        for resource in RESOURCES:
            if (resource.service, resource.name) == (service, request.path_params["resource"]):
                owner = request.query_params.get("owner")
                if owner is None:
                    raise bad_query("owner", "owner is required")
                if owner not in OWNERS:
                    raise refusal(403, f"no permission for {owner}")
                return resource
        raise refusal(404, "no such resource")

    def visible_items(self, resource: Resource, owner: str) -> Sequence[Record]:
        """Return the items of an owner that a read sees."""
        if resource.name == "logs":
            return Generated(owner, self.settings["logs"])
        return [
            item
            for item in self.tables[resource.service, resource.name].read(self.clock())
            if item["owner"] == owner
        ]

    async def payload(self, request: Request, resource: Resource) -> list[Record]:
        """Return the items in a body, which must be a list below the resource's name, of items with
        their fields."""
        if request.headers.get("content-type", "").partition(";")[0] not in MEDIA_TYPES:
            raise refusal(415, "unsupported media type")
        try:
            body = json.loads(await request.body())
        except ValueError:
            raise refusal(400, "invalid JSON") from None
        items = body.get(resource.key) if isinstance(body, dict) else None
        if not isinstance(items, list) or not items or len(items) > STORE_MOST:
            raise bad_payload(
                resource.key, f"{resource.key} must be a list of 1 to {STORE_MOST} items"
            )
        for item in items:
            for field in ("owner", "name"):
                if not isinstance(item, dict) or not re.fullmatch(
                    "[a-zA-Z0-9_-]+", str(item.get(field, ""))
                ):
                    raise bad_payload(field, f"{field} is required")
            for field in item:
                if field not in resource.fields:
                    raise bad_payload(field, f"{field} is not allowed")
            if item["owner"] not in OWNERS:
                raise refusal(403, f"no permission for {item['owner']}")
        return items

    async def store(self, request: Request) -> Response:
        resource = self.resource(request)
        items = await self.payload(request, resource)
        return JSONResponse(
            {"meta": {}, resource.key: [self.put(resource, item, lag=True) for item in items]}, 201
        )

    async def one(self, request: Request) -> Response:
        resource = self.resource(request)
        refs = request.path_params["refs"].split(",")
        if request.method == "GET":
            return self.get(request, resource, refs)
        if request.method == "PUT":
            return await self.update(request, resource, refs)
        table = self.tables[resource.service, resource.name]
        if not any(ref in table.items for ref in refs):
            raise refusal(404, "nothing to delete")
        for ref in refs[:DELETE_MOST]:
            self.write(table, ref, None, lag=True)
        return Response(status_code=204)

    def get(self, request: Request, resource: Resource, refs: list[str]) -> Response:
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        for key, dummy in pairs:
            if key not in ("owner", "fields", "include") and not key.endswith(".fields"):
                raise bad_query(key, f"{key} is not allowed")
        by_ref = {
            item["ref"]: item
            for item in self.visible_items(resource, request.query_params["owner"])
        }
        found = [by_ref[ref] for ref in refs if ref in by_ref]
        if not found:
            raise refusal(404, f"{', '.join(refs)} not found")
        return self.answer(resource, found, {}, pairs)

    async def update(self, request: Request, resource: Resource, refs: list[str]) -> Response:
        items = await self.payload(request, resource)
        if (
            len(refs) != 1
            or len(items) != 1
            or f"{items[0]['owner']}:{items[0]['name']}" != refs[0]
        ):
            raise bad_payload("ref", "ref must be the one in the path")
        condition = request.headers.get("if-match")
        if condition is not None:
            if not re.fullmatch('"[^"]*"', condition):
                raise refusal(400, "If-Match must hold a quoted version")
            there = self.tables[resource.service, resource.name].items.get(refs[0])
            if there is None or there["version"] != condition.strip('"'):
                raise refusal(412, "document cannot be changed - versions do not match")
        return JSONResponse({"meta": {}, resource.key: [self.put(resource, items[0], lag=True)]})

    # 6. Browse

    async def browse(self, request: Request) -> Response:
        resource = self.resource(request)
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        found = self.matching_items(
            resource, self.visible_items(resource, request.query_params["owner"]), pairs
        )
        page, meta = self.page(resource, found, pairs)
        return self.answer(resource, page, meta, pairs)

    def matching_items(
        self, resource: Resource, found: Sequence[Record], pairs: Pairs
    ) -> Sequence[Record]:
        """Return the items that match the filters, sorted."""
        for key, value in pairs:
            if key.startswith("with"):
                field = resource.fields.get(key[4:5].lower() + key[5:])
                if field is None:
                    raise bad_query(key, f"{key} is not allowed")
                try:
                    holds = matcher(field, value)
                except ValueError as exc:
                    raise bad_query(key, f"{key} is invalid - {exc}") from None
                found = [item for item in found if holds(item.get(field.name))]
            elif key == "q":
                found = [
                    item
                    for item in found
                    if all(word in json.dumps(item).lower() for word in value.lower().split())
                ]
            elif key == "sort":
                name = value.removeprefix("-")
                if name not in resource.fields:
                    raise bad_query("sort", f"sort is invalid - {name} is not allowed")
                found = sorted(
                    found, key=lambda item: str(item.get(name, "")), reverse=value.startswith("-")
                )
            elif key not in (
                "owner",
                "fields",
                "include",
                "page",
                "perPage",
                "continue",
                "count",
            ) and not key.endswith(".fields"):
                raise bad_query(key, f"{key} is not allowed")
        return found

    def answer(
        self, resource: Resource, page: Sequence[Record], meta: Record, pairs: Pairs
    ) -> Response:
        """Return a page with the requested linked items; each item has the requested fields."""
        query = dict(pairs)
        body: Record = {
            "meta": meta,
            resource.key: [self.cut(resource, item, query.get("fields")) for item in page],
        }
        wanted = [name for name in query.get("include", "").split(",") if name]
        for name in wanted:
            relation = resource.relations.get(name)
            if relation is None:
                raise bad_query("include", f"include is invalid - {name} is not allowed")
            items, entries = self.linked(resource, relation, page, query)
            meta.setdefault("linked", {})[name] = entries
            if items is not None:
                body.setdefault("linked", {})[name] = items
        return JSONResponse(body)

    def cut(self, resource: Resource, item: Record, fields: str | None) -> Record:
        """Return an item with the requested fields."""
        if not fields:
            return item
        names = fields.split(",")
        for name in names:
            if name not in resource.fields:
                raise bad_query("fields", f"fields is invalid - {name} is not allowed")
        return {key: value for key, value in item.items() if key in names}

    # 7. Paging

    def page(
        self, resource: Resource, found: Sequence[Record], pairs: Pairs
    ) -> tuple[Sequence[Record], Record]:
        """Return one page and its `meta`, in the requested style."""
        query = dict(pairs)
        size = number(query, "perPage", PAGE_MOST, PAGE_MOST)
        rest = [(key, value) for key, value in pairs if key not in ("page", "perPage", "continue")]
        meta: Record = {"perPage": size}
        if "continue" in query:
            # Links to further linked items carry no owner, and the caller adds it.
            mark = hashlib.sha1(
                repr(
                    (resource.name, size, sorted(pair for pair in rest if pair[0] != "owner"))
                ).encode()
            ).hexdigest()[:8]
            start = 0 if query["continue"] == "true" else from_cursor(query["continue"], mark)
            if start + size < len(found):
                meta["continue"] = link(
                    resource,
                    [("continue", cursor(start + size, mark)), *rest, ("perPage", str(size))],
                )
        else:
            cap = self.settings["page_caps"][resource.service]
            here = number(query, "page", 1, cap)
            start = (here - 1) * size
            meta.update(
                page=here, first=link(resource, [*rest, ("page", "1"), ("perPage", str(size))])
            )
            if here > 1:
                meta["prev"] = link(
                    resource, [*rest, ("page", str(here - 1)), ("perPage", str(size))]
                )
            if start + size < len(found) and (here < cap or self.settings["cap_shows_next"]):
                meta["next"] = link(
                    resource, [*rest, ("page", str(here + 1)), ("perPage", str(size))]
                )
        if "count" in query:
            meta["totalCount"] = len(found)
            if "continue" not in query:
                meta["last"] = link(
                    resource,
                    [*rest, ("page", str(max(-(-len(found) // size), 1))), ("perPage", str(size))],
                )
            if query["count"] != "true":
                meta["facetCount"] = {
                    query["count"]: dict(Counter(str(item.get(query["count"])) for item in found))
                }
        return found[start : start + size], meta

    def linked(
        self, resource: Resource, relation: Relation, page: Sequence[Record], query: Record
    ) -> tuple[list[Record] | None, list[Record]]:
        """Return the items that are linked to a page, and the sub-requests for them; `None` if they
        failed."""
        there = next(
            other
            for other in RESOURCES
            if (other.service, other.name) == (resource.service, relation.resource)
        )
        fields = query.get(f"{relation.name}.fields") or ",".join(relation.fields)
        batches = self.batches(relation, there, page, fields)
        if relation.name in self.settings["linked_failures"]:
            return None, [
                {**self.settings["linked_failures"][relation.name], "request": batch[1]}
                for batch in batches
            ]
        items: list[Record] = []
        entries: list[Record] = []
        for pairs, request, found in batches:
            if pairs is None:
                items += [self.cut(there, item, fields) for item in found]
                entries.append(
                    {"request": request}
                    if found
                    else {"statusCode": 404, "error": "Not Found", "request": request}
                )
                continue
            asked = request
            for dummy in range(self.settings["linked_depth"]):
                part, meta = self.page(there, found, parse_qsl(asked.partition("?")[2]))
                items += [self.cut(there, item, fields) for item in part]
                entries.append({**meta, "request": asked})
                if "continue" not in meta:
                    break
                asked = meta["continue"]
        failed = not items and any("statusCode" in entry for entry in entries)
        return None if failed else items, entries

    def batches(
        self, relation: Relation, there: Resource, page: Sequence[Record], fields: str
    ) -> list[tuple[Pairs | None, str, Sequence[Record]]]:
        """Return the sub-requests for a page: their query, `None` for a read by refs, their link,
        and what they find."""
        owners = sorted({item["owner"] for item in page})
        known = [item for owner in owners for item in self.visible_items(there, owner)]
        if relation.direct:
            refs = list(
                dict.fromkeys(ref for item in page for ref in listed(item.get(relation.field)))
            )
            if not refs:
                return []
            return [
                (
                    None,
                    f"/data/{there.name}/{','.join(refs)}?fields={quote(fields)}",
                    [item for item in known if item["ref"] in refs],
                )
            ]
        name = f"with{relation.field[0].upper()}{relation.field[1:]}"
        result: list[tuple[Pairs | None, str, Sequence[Record]]] = []
        for start in range(0, len(page), BATCH):
            refs = [item["ref"] for item in page[start : start + BATCH]]
            pairs = [
                ("continue", "true"),
                ("fields", fields),
                (name, "||".join(refs)),
                ("perPage", str(self.settings["linked_per_page"])),
            ]
            result.append(
                (
                    pairs,
                    link(there, pairs),
                    [
                        item
                        for item in known
                        if set(refs).intersection(listed(item.get(relation.field)))
                    ],
                )
            )
        return result

    # 5, 8. Business endpoints and the descriptor

    async def progress(self, request: Request) -> Response:
        ref = request.path_params["which"]
        if ref not in self.tables["workflow", "flow-executions"].items:
            raise refusal(404, "FlowExecution not found")
        return JSONResponse({"ref": ref, "progress": 50, "status": "RUNNING"})

    async def validate(self, request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] not in MEDIA_TYPES:
            raise refusal(415, "unsupported media type")
        if request.path_params["rule"] != "content-rule":
            raise refusal(404, "Rule not found")
        try:
            json.loads(await request.body())
        except ValueError:
            raise refusal(400, "invalid JSON") from None
        keys = sorted(request.query_params)
        return JSONResponse(
            {
                "statusCode": 200,
                "message": "Validation succeeded",
                "validation": {"source": "query", "keys": keys},
            }
        )

    async def descriptor(self, request: Request) -> Response:
        service = request.url.path.split("/")[1]
        pages = self.settings["page_caps"][service]
        described = {
            resource.key: resource.descriptor_entry(pages)
            for resource in RESOURCES
            if resource.service == service
        }
        return JSONResponse(
            {
                "name": service,
                "urn": f"urn:piksel:service:{service}",
                "title": service.title(),
                "routes": {},
                "resourcefuls": described,
            }
        )


def refusal(status: int, message: str, **more: Any) -> RefusalError:
    """Return an error in the form of the services (10)."""
    phrases = {
        400: "Bad Request",
        403: "Forbidden",
        404: "Not Found",
        406: "Not Acceptable",
        412: "Precondition Failed",
        415: "Unsupported Media Type",
    }
    return RefusalError(
        JSONResponse(
            {"statusCode": status, "error": phrases[status], "message": message, **more}, status
        )
    )


def bad_query(key: str, message: str) -> RefusalError:
    """Return the error for an invalid query (6)."""
    return refusal(400, message, validation={"source": "query", "keys": [key]})


def bad_payload(key: str, message: str) -> RefusalError:
    """Return the error for an invalid body."""
    return refusal(400, message, validation={"source": "payload", "keys": [key]})


def listed(value: Any) -> list[Any]:
    """Return the refs in a field, which may hold one or a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def number(query: Record, key: str, default: int, most: int) -> int:
    """Read a whole number of a query, from 1."""
    text = query.get(key, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise bad_query(key, f"{key} must be a number from 1 to {most}")
    return int(text)


def link(resource: Resource, pairs: Pairs) -> str:
    """Return a link as the services write it: relative to the service's location."""
    return f"/data/{resource.name}?{urlencode(pairs)}"


def cursor(start: int, mark: str) -> str:
    """Return a cursor: base64, different for each list."""
    return base64.b64encode(f"{mark}.{start}".encode()).decode()


def from_cursor(text: str, mark: str) -> int:
    """Read a cursor of the same list."""
    try:
        there, dummy, start = base64.b64decode(text, validate=True).decode().partition(".")
        if there == mark:
            return int(start)
    except ValueError:
        pass
    raise bad_query("continue", "continue is invalid")
