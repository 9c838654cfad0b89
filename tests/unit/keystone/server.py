# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Keystone in memory, as far as unit tests need one: sessions, CSRF, slashes, lists, records, a
throttle. It counts what it is sent."""

from __future__ import annotations

import copy
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from typing import Any

import httpx
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    AsyncKeystoneClient,
    KeystoneClient,
)
from ansible_collections.restops.clients.tests.unit.support import Case

URL = "https://ks.example"
USER = {"username": "ada", "password": "correct horse"}
TOKEN = "operator-made-key"
HISTORY = [
    {"id": 1, "action": "create", "changes": {"password": ["None", "******0f0f-tail-of-a-hash"]}}
]
ADA = {
    "id": 7,
    "username": "ada",
    "display_name": "Ada Byron",
    "_membership": [],
    "_history": HISTORY,
}

CLUSTERS = "/allocations/clusters/"
REQUESTS = "/allocations/requests/"
ATTACHMENTS = "/allocations/attachments/"
TEAMS = "/users/teams/"
USERS = "/users/users/"
MEMBERSHIPS = "/users/memberships/"
AUDIT = "/logs/audit/"


def said(status: int, text: str, **headers: str) -> httpx.Response:
    return httpx.Response(
        status,
        json={"detail": text},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def page(status: int, title: str) -> httpx.Response:
    return httpx.Response(
        status, html=f"<!doctype html>\n<html>\n<title>{title}</title>\n<body>\n</body></html>"
    )


def clusters(count: int) -> list[dict[str, Any]]:
    return [
        {"id": number, "name": f"c{number:04d}", "enabled": bool(number % 2), "description": None}
        for number in range(1, count + 1)
    ]


def in_order(records: list[dict[str, Any]], name: str, downwards: bool) -> list[dict[str, Any]]:
    return sorted(records, key=lambda record: str(record.get(name, "")).zfill(9), reverse=downwards)


class Keystone:
    """A server.

    Args:
        *script: Answers for the next calls that are no logins, as for `support.Server`; then the
            tables answer.
        tables: Path to records.

    Attributes:
        login: Answers logins in place of cookies.
        shape: `envelope`; `headers` or `plain` as older servers.
        per_minute: Calls that the throttle lets through; 0 for all.
        clock: The clock of the throttle.
        ignoring: Fields that writes may name without effect.
        refusing: Coming creations that keep the row, lose its relations and answer 500, as a locked
            database does.
        filtering: `True` if filters are obeyed; a server ignores those it does not know.
        most: Records of a page at most.
        total: A lie about the number of records.
        before_list: Called with the number of the list's reading, to change tables during it.
    """

    def __init__(
        self, *script: Any, tables: Mapping[str, list[dict[str, Any]]] | None = None
    ) -> None:
        self.script = list(script)
        self.tables = {path: copy.deepcopy(records) for path, records in (tables or {}).items()}
        self.login: Any = None
        self.password = USER["password"]
        self.sessions: dict[str, str] = {}
        self.logins: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []
        self.shape = "envelope"
        self.per_minute = 0
        self.clock: Callable[[], float] = lambda: 0.0
        self.counted: deque[float] = deque()
        self.ignoring: set[str] = set()
        self.refusing = 0
        self.filtering = True
        self.most = 1000
        self.total: int | None = None
        self.before_list: Callable[[int], None] = lambda dummy: None
        self.lists = 0
        self.lock = threading.RLock()
        self.transport = httpx.MockTransport(self.answer)

    # What tests look at

    @property
    def targets(self) -> list[str]:
        return [f"{call.method} {call.url.raw_path.decode()}" for call in self.calls]

    @property
    def paths(self) -> list[str]:
        return [f"{call.method} {call.url.path}" for call in self.calls]

    @property
    def queries(self) -> list[dict[str, str]]:
        return [dict(call.url.params) for call in self.calls]

    @property
    def writes(self) -> list[str]:
        return [path for path in self.paths if not path.startswith("GET ")]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(call.content) for call in self.calls if call.content]

    # What it does

    def answer(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            if request.url.path == "/authentication/login/":
                self.logins.append(request)
                return (
                    self.turn(self.login, request)
                    if self.login is not None
                    else self.logged_in(request)
                )
            self.calls.append(request)
            return self.turn(self.script.pop(0), request) if self.script else self.serve(request)

    def turn(self, turn: Any, request: httpx.Request) -> httpx.Response:
        if isinstance(turn, BaseException):
            raise turn
        answer: httpx.Response = turn(request) if callable(turn) else turn
        return (
            httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
            if answer.is_closed
            else answer
        )

    def logged_in(self, request: httpx.Request) -> httpx.Response:
        assert "cookie" not in request.headers
        if json.loads(request.content) != {**USER, "password": self.password}:
            return httpx.Response(400, json={"non_field_errors": ["Invalid username or password."]})
        number = len(self.logins)
        self.sessions[f"session-{number}"] = f"csrf-{number}"
        cookies = [
            f"csrftoken=csrf-{number}; Max-Age=31449600; Path=/; SameSite=Lax",
            f"sessionid=session-{number}; HttpOnly; Max-Age=1209600; Path=/",
        ]
        return httpx.Response(200, json=ADA, headers=[("set-cookie", cookie) for cookie in cookies])

    def serve(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if not path.endswith("/"):
            return httpx.Response(301, headers={"location": f"{path}/"})
        if path == "/version/":
            return httpx.Response(200, text="0.10.9")
        refusal = self.refusal(request) or self.throttled()
        if refusal is not None:
            return refusal
        if path == "/authentication/whoami/":
            return httpx.Response(200, json=ADA)
        if path == "/authentication/logout/":
            self.sessions.pop(self.cookies(request).get("sessionid", ""), None)
            return httpx.Response(200, headers={"set-cookie": 'sessionid=""; Max-Age=0; Path=/'})
        if path in self.tables:
            return self.listed(request) if request.method == "GET" else self.created(request)
        return self.one(request)

    def cookies(self, request: httpx.Request) -> dict[str, str]:
        return {
            name: morsel.value
            for name, morsel in SimpleCookie(request.headers.get("cookie", "")).items()
        }

    def refusal(self, request: httpx.Request) -> httpx.Response | None:
        if "authorization" in request.headers:
            return (
                None
                if request.headers["authorization"] == f"Token {TOKEN}"
                else said(401, "Invalid token.")
            )
        cookies = self.cookies(request)
        if cookies.get("sessionid") not in self.sessions:
            return said(
                401, "Authentication credentials were not provided.", WWW_Authenticate="Token"
            )
        if request.method == "GET":
            return None
        if (
            request.headers.get("x-csrftoken") != self.sessions[cookies["sessionid"]]
            or cookies.get("csrftoken") != request.headers["x-csrftoken"]
        ):
            return said(403, "CSRF Failed: CSRF token missing.")
        if request.url.scheme == "https" and request.headers.get("referer", "").split("/")[2:3] != [
            request.headers["host"]
        ]:
            return said(403, "CSRF Failed: Referer checking failed - no Referer.")
        return None

    def throttled(self) -> httpx.Response | None:
        now = self.clock()
        while self.counted and self.counted[0] <= now - 60:
            self.counted.popleft()
        if self.per_minute and len(self.counted) >= self.per_minute:
            wait = -int(-(self.counted[0] + 60 - now) // 1)
            return said(
                429,
                f"Request was throttled. Expected available in {wait} seconds.",
                Retry_After=str(wait),
            )
        self.counted.append(now)
        return None

    # Records

    def shown(self, record: dict[str, Any]) -> dict[str, Any]:
        return {
            **{name: value for name, value in record.items() if name != "password"},
            "_history": HISTORY,
        }

    def matches(self, record: dict[str, Any], query: Mapping[str, str]) -> bool:
        for name, text in query.items():
            bare, dummy, operation = name.partition("__")
            if (
                name.startswith("_")
                or bare not in record
                or operation not in ("", "in", "isnull")
                or not self.filtering
            ):
                continue
            value = (
                str(record[bare]).lower() if isinstance(record[bare], bool) else str(record[bare])
            )
            if operation == "isnull":
                fits = (record[bare] is None) is (text == "true")
            else:
                fits = value in text.split(",") if operation else value == text
            if not fits:
                return False
        return True

    def listed(self, request: httpx.Request) -> httpx.Response:
        self.lists += 1
        self.before_list(self.lists)
        query = dict(request.url.params)
        records = [
            self.shown(record)
            for record in self.tables[request.url.path]
            if self.matches(record, query)
        ]
        for name in reversed(query.get("_order", "").split(",")):
            records = in_order(records, name.removeprefix("-"), name.startswith("-"))
        if self.shape == "plain":
            return httpx.Response(200, json=records)
        offset, size = (
            int(query.get("_offset", "0")),
            min(int(query.get("_limit", "100")), self.most),
        )
        total, part = (
            len(records) if self.total is None else self.total,
            records[offset : offset + size],
        )
        if self.shape == "headers":
            return httpx.Response(
                200,
                json=part,
                headers={
                    "x-total-count": str(total),
                    "x-limit": str(size),
                    "x-offset": str(offset),
                },
            )
        return httpx.Response(
            200,
            json={
                "count": total,
                "next": "http://elsewhere.example/",
                "previous": None,
                "results": part,
            },
        )

    def created(self, request: httpx.Request) -> httpx.Response:
        table = self.tables[request.url.path]
        sent = (
            json.loads(request.content)
            if request.headers["content-type"] == "application/json"
            else {"form": True}
        )
        record = {
            "id": max((record["id"] for record in table), default=0) + 1,
            **{name: value for name, value in sent.items() if name not in self.ignoring},
        }
        table.append(record)
        if self.refusing > 0:
            self.refusing -= 1
            record["access_teams"] = []
            return page(500, "Server Error (500)")
        return httpx.Response(201, json=self.shown(record))

    def one(self, request: httpx.Request) -> httpx.Response:
        head, key = request.url.path.rstrip("/").rsplit("/", 1)
        table = self.tables.get(f"{head}/")
        if table is None:
            return page(404, "Not Found")
        record = next((record for record in table if str(record["id"]) == key), None)
        if record is None:
            return said(404, "No record matches the given query.")
        if request.method == "DELETE":
            table.remove(record)
            return httpx.Response(204)
        if request.method == "PATCH":
            sent = (
                json.loads(request.content)
                if request.headers["content-type"] == "application/json"
                else {}
            )
            record.update(
                {name: value for name, value in sent.items() if name not in self.ignoring}
            )
        return httpx.Response(200, json=self.shown(record))


def client_of(case: Case, server: Keystone, url: str = URL, **options: Any) -> Any:
    """Return a client of the case's kind; without options one with credentials."""
    kind = AsyncKeystoneClient if case.kind.want_async else KeystoneClient
    given = (
        options
        if {"username", "password", "token", "anonymous"} & set(options)
        else {**USER, **options}
    )
    given = {name: value for name, value in given.items() if name != "anonymous"}
    return kind(url, transport=server.transport, runtime=case.kind.runtime(case.time), **given)
