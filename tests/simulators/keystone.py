# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Keystone: sessions and CSRF, tokens, throttling, records, the batch. Section numbers
are those of docs/protocols/keystone.md."""

from __future__ import annotations

import asyncio
import dataclasses
import email.utils
import json
import math
import secrets
import string
import time
import urllib.parse
import uuid
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import keystone_access as access
from . import keystone_batch, keystone_query, keystone_rules
from .base import Handler, Simulator
from .keystone_call import (
    EPOCH,
    Answer,
    Body,
    Call,
    RefusedError,
    ServerFaultError,
    Upload,
    detail,
    fault_page,
    not_found_page,
    page,
)
from .keystone_schema import BY_MODEL, CHOICES, RESOURCES, Field, Record, Resource
from .keystone_store import Store

ACCOUNTS = {"admin": "correct horse", "ada": "battery staple", "ben": "tropical fish"}
TOKENS = {"0123456789abcdef0123456789abcdef01234567": "admin"}
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
SAFE = ("GET", "HEAD", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
CSRF_AGE = 31449600
WINDOW = 60.0
LETTERS = string.ascii_lowercase + string.digits


@dataclasses.dataclass
class LiveSession:
    """A session: it ends at its maximum age, or if the password it was opened with changes."""

    user: int
    expires: float
    password: str


@dataclasses.dataclass(frozen=True)
class View:
    """The handlers of a path.

    Attributes:
        handlers: By method; HEAD and OPTIONS come by themselves.
        public: Whether it can be called without a login.
        plain: Whether it is outside the API: no login, throttle or content negotiation.
        resource: Whose fields OPTIONS lists.
    """

    handlers: dict[str, Callable[..., Answer]]
    public: bool = False
    plain: bool = False
    resource: Resource | None = None
    forms: tuple[str, ...] = FORMS

    def allowed(self) -> str:
        """Return the `Allow` header."""
        if list(self.handlers) == ["GET", "PATCH"]:
            return "GET, HEAD, OPTIONS, PATCH"
        return ", ".join([*self.handlers, *(["HEAD"] if "GET" in self.handlers else []), "OPTIONS"])


class KeystoneSimulator(Simulator):
    """Keystone 0.10.

    Settings:
        session_age: Seconds that a session lives, from its login (1).
        throttle_user: Calls per minute of a user, 300 on a real server; 0 is no limit (5).
        throttle_anon: The same of an address that is not signed in; 120 on a real server.
        clock_offset: Seconds that the server's clock is ahead of `clock`.
        lists: `envelope`, or `headers` and `plain` as older servers answer (11).
        without: Paths that the server does not have: `["/batch/"]` is a server before 0.10.0.
        locking: Seconds that a write with relations locks the database. Another one that begins in
            this time keeps its row, loses its relations and answers 500, as SQLite does; 0 for
            never.
        clusters, grants: How many there are to begin with.
        allowed_hosts: Names in `Host` that are served; `None` for any (3).
        ssl_tokens: Whether cookies are marked Secure (1).
        healthy: What `/health/` says.
        version: What `/version/` says.

    Attributes:
        clock: Returns seconds since the epoch; tests put their own here.
        store: The records.
        tokens: Key to user name, for `Authorization: Token`.
    """

    def __init__(self, **settings: Any) -> None:
        defaults = {
            "session_age": 1209600,
            "throttle_user": 0,
            "throttle_anon": 0,
            "clock_offset": 0,
            "lists": "envelope",
            "without": [],
            "locking": 0,
            "clusters": 3,
            "grants": 3,
            "allowed_hosts": ["localhost", "127.0.0.1", "[::1]"],
            "ssl_tokens": False,
            "healthy": True,
            "version": "0.10.9",
        }
        super().__init__(**{**defaults, **settings})
        self.views: dict[str, View] = self.services()
        self.details: dict[str, View] = {}
        for resource in RESOURCES:
            self.views[resource.path] = View(self.handlers(resource, one=False), resource=resource)
            if resource.methods[1]:
                self.details[resource.path] = View(
                    self.handlers(resource, one=True), resource=resource
                )
        self.clock: Callable[[], float] = time.time
        self.tokens = dict(TOKENS)
        self.calls: dict[str, deque[float]] = defaultdict(deque)
        self.sessions: dict[str, LiveSession] = {}
        self.writing = 0
        self.store = Store(self.now)
        self.seed()

    def now(self) -> float:
        """Return the server's time."""
        return self.clock() + self.settings["clock_offset"]

    def seed(self) -> None:
        """Restore the first records and drop all sessions."""
        self.sessions.clear()
        self.calls.clear()
        self.store = Store(self.now)
        names = {"admin": ("Grace", "Hopper"), "ada": ("Ada", "Byron"), "ben": ("Ben", "Bitdiddle")}
        for number, (username, password) in enumerate(ACCOUNTS.items()):
            first, last = names[username]
            who = {
                "username": username,
                "first_name": first,
                "last_name": last,
                "email": f"{username}@example.org",
                "is_staff": number == 0,
            }
            # Users have a history, so that there is the tail of a hash to be careful with (1).
            self.add(
                "User",
                logged=True,
                password=keystone_rules.password_hash(password),
                date_joined=self.store.moment(),
                **who,
            )
        for number, name in enumerate(("Lab A", "Lab B", "Lab Closed")):
            self.add("Team", name=name, slug=keystone_rules.slug(name), is_active=number < 2)
        for user, team, role in ((2, 1, "AD"), (3, 2, "MB"), (1, 2, "OW")):
            self.add("Membership", user=user, team=team, role=role)
        for number in range(self.settings["clusters"]):
            self.add("Cluster", name=f"cluster-{number:03d}", description=f"rack {number}")
        for number in range(self.settings["grants"]):
            team, dates = (
                number % 2 + 1,
                {
                    "start_date": f"202{number % 6}-01-01",
                    "end_date": None if number % 2 else "2030-12-31",
                },
            )
            self.add(
                "Grant",
                title=f"grant {number:03d}",
                agency="NSF",
                amount=f"{1000 + number}.50",
                team=team,
                grant_number=f"G-{number:03d}",
                **dates,
            )
        self.add("Publication", title="On seeds", doi="10.1000/1", team=1)
        texts = {"title": "Sequencing", "description": "Genomes need hours."}
        self.add(
            "AllocationRequest",
            submitter=2,
            team=1,
            submitted=self.store.moment(),
            grants=[1] if self.settings["grants"] else [],
            **texts,
        )
        if self.settings["clusters"]:
            self.add("ResourceAllocation", requested=1000, cluster=1, request=1)
        self.add("Preference", user=2)
        for user, subject in ((2, "Welcome"), (1, "A request waits")):
            message = {
                "subject": subject,
                "message_html": f"<p>{subject}</p>",
                "notification_type": "GM",
            }
            self.add("Notification", user=user, time=self.store.moment(), **message)

    def add(self, model: str, *, logged: bool = False, **values: Any) -> Record:
        """Add a record without checks; missing fields get their defaults."""
        initial = {field.name: field.initial() for field in BY_MODEL[model].fields}
        return self.store.create(model, {**initial, **values}, logged=logged)

    # From the request to a view and back

    def routes(self) -> list[Route]:
        """Return one route for everything: a missing slash, an unknown path and a wrong method are
        answered as Keystone answers them."""
        return [self.route("/{path:path}", self.serve, *EVERY_METHOD)]

    def awkward(self) -> list[tuple[str, Handler, tuple[str, ...]]]:
        """Return the awkward responses also with a trailing slash, which every path of Keystone
        has."""
        return [
            (path + end, handler, methods)
            for path, handler, methods in super().awkward()
            for end in ("", "/")
        ]

    def authorised(self, request: Request) -> bool:
        """Tell whether the call carries a live session. Only the awkward responses use this; views
        check sessions in their own order."""
        if not request.url.path.startswith("/_sim/"):
            return True
        session = self.sessions.get(request.cookies.get("sessionid", ""))
        return (
            self.user_of(session) is not None
            or request.headers.get("authorization", "").removeprefix("Token ") in self.tokens
        )

    def unauthorised(self, request: Request) -> Response:
        """Return the response to a call without a login."""
        return detail(
            401, "Authentication credentials were not provided.", ("WWW-Authenticate", "Token")
        ).answer.response()

    async def serve(self, request: Request) -> Response:
        """Answer a call and log it."""
        call = await self.read_call(request)
        if call.path == "/authentication/login/":
            await asyncio.sleep(self.settings["login_delay"])
        await self.lock(call)
        try:
            answer = self.respond(call)
        except RefusedError as refusal:
            answer = refusal.answer
        except ServerFaultError:
            answer = fault_page()
        if answer.status == 401:
            self.counters["refused"] += 1
        # The log is written after the call, so a call does not see itself in it.
        self.store.log_request(
            call,
            request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            answer.status,
        )
        return answer.response()

    async def lock(self, call: Call) -> None:
        """Wait as long as a write takes, and note whether another one is running."""
        seconds = self.settings["locking"]
        if not seconds or call.method not in ("POST", "PUT", "PATCH"):
            return
        call.locked = self.writing > 0
        self.writing += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self.writing -= 1

    async def read_call(self, request: Request) -> Call:
        """Return the call with its body parsed; errors in the body are reported later (4, 5)."""
        cid = request.headers.get("x-keystone-cid", "")
        try:
            uuid.UUID(cid)
        except ValueError:
            cid = str(uuid.uuid4())
        forwarded = request.headers.get("x-forwarded-for", "")
        return Call(
            method=request.method,
            path=request.url.path,
            query_string=request.url.query,
            host=request.headers.get("host", ""),
            scheme=request.headers.get("x-forwarded-proto", request.url.scheme),
            content=await _content(request),
            headers=dict(request.headers),
            cookies=request.cookies,
            address="".join(forwarded.split()) or (request.client.host if request.client else ""),
            port=request.client.port if request.client else 0,
            cid=cid,
        )

    def resolve(self, path: str) -> tuple[View, str | None] | None:
        """Return the view of a path, and the id in the path."""
        if not path.startswith("/") or any(
            path.startswith(missing) for missing in self.settings["without"]
        ):
            return None
        if path in self.views:
            return self.views[path], None
        head, dummy, key = path[:-1].rpartition("/")
        view = (
            self.details.get(f"{head}/") if path.endswith("/") and key and "." not in key else None
        )
        return None if view is None else (view, key)

    def respond(self, call: Call) -> Answer:
        """Return the response to a call, checking in the server's order."""
        hosts = self.settings["allowed_hosts"]
        if (
            hosts is not None
            and urllib.parse.urlsplit(f"//{call.host}").netloc.rpartition("@")[2]
            and _hostname(call.host) not in hosts
        ):
            raise ServerFaultError
        found = self.resolve(call.path)
        if found is None:
            if not call.path.endswith("/") and self.resolve(f"{call.path}/"):
                location = urllib.parse.quote(f"{call.path}/", safe="/%") + (
                    f"?{call.query_string}" if call.query_string else ""
                )
                return Answer(301, kind="text/html", headers=[("Location", location)])
            return not_found_page()
        view, key = found
        if view.plain:
            return (
                view.handlers["GET"](call)
                if call.method in SAFE
                else page(405, "Method Not Allowed")
            )
        dead = False
        try:
            if not _accepts_json(call.headers.get("accept", "*/*")):
                raise detail(406, "Could not satisfy the request Accept header.")
            dead = self.authenticate(call)
            answer = self.run_view(call, view, key)
        except RefusedError as refusal:
            answer = refusal.answer
        except ServerFaultError:
            answer = fault_page()
        if not any(name == "Allow" for name, dummy in answer.headers) and answer.status != 500:
            answer.headers.append(("Allow", view.allowed()))
        if dead and not any(value.startswith("sessionid=") for dummy, value in answer.headers):
            answer.headers.append(_deleted_session())
        return answer

    def run_view(self, call: Call, view: View, key: str | None) -> Answer:
        """Return a view's response; steps of a batch enter here."""
        if not view.public and call.user is None:
            raise detail(
                401, "Authentication credentials were not provided.", ("WWW-Authenticate", "Token")
            )
        self.throttle(call)
        if call.method == "OPTIONS":
            return self.options(call, view, key)
        handler = view.handlers.get("GET" if call.method == "HEAD" else call.method)
        if handler is None:
            raise detail(405, f'Method "{call.method}" not allowed.', ("Allow", view.allowed()))
        return handler(call) if key is None else handler(call, key)

    def step(self, call: Call) -> Answer:
        """Return the response to a step of a batch (7)."""
        found = self.resolve(call.path)
        if found is None:
            raise detail(404, f"No route matched: {call.path}")
        view, key = found
        if view.plain:
            return Answer(kind="")
        return self.run_view(call, view, key)

    def throttle(self, call: Call) -> None:
        """Count a call in its time window; refused calls are not counted (5)."""
        key = f"user {call.user['id']}" if call.user else f"address {call.address}"
        most = self.settings["throttle_user" if call.user else "throttle_anon"]
        now, counted = self.now(), self.calls[key]
        while counted and counted[0] <= now - WINDOW:
            counted.popleft()
        if most and len(counted) >= most:
            wait = math.ceil(counted[0] + WINDOW - now)
            unit = "second" if wait == 1 else "seconds"
            text = f"Request was throttled. Expected available in {wait} {unit}."
            raise detail(429, text, ("Retry-After", str(wait)))
        counted.append(now)

    # 1. Authentication

    def authenticate(self, call: Call) -> bool:
        """Find the caller by token or session; return whether a dead session was sent.

        Raises:
            RefusedError: 401 for a bad token, 403 for CSRF.
        """
        scheme, *rest = call.headers.get("authorization", "").split() or [""]
        if scheme.lower() == "token":
            call.user = self.token_user(rest)
            call.by_token = True
            return False
        sent = call.cookies.get("sessionid")
        session = self.sessions.get(sent or "")
        if (
            session is None
            or session.expires <= self.now()
            or not self.is_password_unchanged(session)
        ):
            self.sessions.pop(sent or "", None)
            return sent is not None
        user = self.user_of(session)
        if user is not None:
            if call.method not in SAFE:
                check_csrf(call)
            call.user, call.session = user, sent
        return False

    def token_user(self, words: list[str]) -> Record:
        """Return the user of a token header."""
        challenge = ("WWW-Authenticate", "Token")
        if len(words) != 1:
            problem = (
                "Token string should not contain spaces." if words else "No credentials provided."
            )
            raise detail(401, f"Invalid token header. {problem}", challenge)
        user = self.store.with_value("User", "username", self.tokens.get(words[0]))
        if user is None:
            raise detail(401, "Invalid token.", challenge)
        if not user["is_active"]:
            raise detail(401, "User inactive or deleted.", challenge)
        return user

    def is_password_unchanged(self, session: LiveSession) -> bool:
        """Tell whether the password is unchanged since the session was opened."""
        user = self.store.get("User", session.user)
        return user is None or user["password"] == session.password

    def user_of(self, session: LiveSession | None) -> Record | None:
        """Return the user of a live session if the user is active."""
        if (
            session is None
            or session.expires <= self.now()
            or not self.is_password_unchanged(session)
        ):
            return None
        user = self.store.get("User", session.user)
        return user if user is not None and user["is_active"] else None

    def login(self, call: Call) -> Answer:
        """Open a session; a live session of the same user keeps its id."""
        if call.step:
            raise ServerFaultError
        sent = call.body.first()
        if not isinstance(call.body.data, dict):
            raise RefusedError(
                400,
                {
                    "non_field_errors": [
                        (
                            "Invalid data. Expected a dictionary,"
                            f" but got {type(call.body.data).__name__}."
                        )
                    ]
                },
            )
        errors = {}
        for name in ("username", "password"):
            problem = _login_problem(sent, name)
            if problem:
                errors[name] = [problem]
        if errors:
            raise RefusedError(400, errors)
        self.counters["logins"] += 1
        user = self.store.with_value("User", "username", str(sent["username"]).strip())
        if (
            user is None
            or not user["is_active"]
            or not keystone_rules.matches_password(str(sent["password"]), user["password"])
        ):
            raise RefusedError(400, {"non_field_errors": ["Invalid username or password."]})
        kept = call.session if call.user is not None and call.user["id"] == user["id"] else None
        if call.session and not kept:
            del self.sessions[call.session]
        key = kept or _random(32, LETTERS)
        user = self.store.update("User", user, {"last_login": self.store.moment()})
        age = self.settings["session_age"]
        self.sessions[key] = LiveSession(user["id"], self.now() + age, user["password"])
        secure = "; Secure" if self.settings["ssl_tokens"] else ""
        cookies = [
            (
                "Set-Cookie",
                (
                    f"csrftoken={_random(32, string.ascii_letters + string.digits)};"
                    f" {self.until(CSRF_AGE)}; Path=/; SameSite=Lax{secure}"
                ),
            ),
            (
                "Set-Cookie",
                f"sessionid={key}; {self.until(age)}; HttpOnly; Path=/; SameSite=Lax{secure}",
            ),
        ]
        call.user = user
        return Answer(data=self.store.show(BY_MODEL["User"], user), headers=cookies)

    def until(self, age: float) -> str:
        """Return the lifetime of a cookie as cookie attributes."""
        return (
            f"expires={email.utils.formatdate(time.time() + age, usegmt=True)}; Max-Age={int(age)}"
        )

    def whoami(self, call: Call) -> Answer:
        return Answer(data=self.store.show(BY_MODEL["User"], call.caller))

    def logout(self, call: Call) -> Answer:
        if call.step:
            raise ServerFaultError
        self.sessions.pop(call.session or "", None)
        return Answer(kind="", headers=[_deleted_session()])

    # 6, 9. Records

    def handlers(self, resource: Resource, *, one: bool) -> dict[str, Callable[..., Answer]]:
        """Return the view of a resource, or of one of its records."""
        known: dict[str, Callable[..., Answer]] = {
            "GET": self.reader(resource) if one else self.lister(resource),
            "POST": self.creator(resource),
            "PUT": self.updater(resource),
            "PATCH": self.updater(resource),
            "DELETE": self.deleter(resource),
        }
        return {method: known[method] for method in resource.methods[one]}

    def lister(self, resource: Resource) -> Callable[[Call], Answer]:
        def handler(call: Call) -> Answer:
            records = access.listed(self.store, call.caller, resource)
            found = keystone_query.found(self.store, resource, records, call.query)
            return keystone_query.listing(
                self.store,
                resource,
                keystone_query.ordered(resource, found, call.query),
                call,
                self.settings["lists"],
            )

        return handler

    def creator(self, resource: Resource) -> Callable[[Call], Answer]:
        def handler(call: Call) -> Answer:
            access.check_create(self.store, call.caller, resource, call.body)
            values = keystone_rules.validated(self.store, resource, call, None)
            lost = _lost_relations(resource, call, values)
            record = self.store.create(resource.model, {**values, **lost}, call)
            if lost:
                raise ServerFaultError
            return Answer(201, self.store.show(resource, record))

        return handler

    def reader(self, resource: Resource) -> Callable[[Call, str], Answer]:
        def handler(call: Call, key: str) -> Answer:
            return Answer(data=self.store.show(resource, self.record(call, resource, key)))

        return handler

    def updater(self, resource: Resource) -> Callable[[Call, str], Answer]:
        def handler(call: Call, key: str) -> Answer:
            old = self.record(call, resource, key)
            values = keystone_rules.validated(self.store, resource, call, old)
            lost = _lost_relations(resource, call, values)
            kept = {name: old[name] for name in lost}
            record = self.store.update(resource.model, old, {**values, **kept}, call)
            if lost:
                raise ServerFaultError
            return Answer(data=self.store.show(resource, record))

        return handler

    def deleter(self, resource: Resource) -> Callable[[Call, str], Answer]:
        def handler(call: Call, key: str) -> Answer:
            self.store.delete(resource.model, self.record(call, resource, key)["id"], call)
            return Answer(204, kind="")

        return handler

    def record(self, call: Call, resource: Resource, key: str) -> Record:
        """Return the record of a path; filters apply there too (4).

        Raises:
            RefusedError: 404 or 403.
        """
        if resource.access.read == "staff" and not call.caller["is_staff"]:
            raise access.forbidden()
        if not (key.isascii() and key.isdigit()):
            raise detail(404, "Not found.")
        record = self.store.get(resource.model, int(key))
        there = record is not None and access.exists_for(self.store, call.caller, resource, record)
        found = keystone_query.found(
            self.store, resource, [record] if record is not None and there else [], call.query
        )
        if not found:
            raise detail(404, f"No {resource.model} matches the given query.")
        access.check_record(self.store, call.caller, resource, found[0], call.method)
        return found[0]

    def options(self, call: Call, view: View, key: str | None) -> Answer:
        """Return the methods and fields of a path (3)."""
        described: Record = {
            "name": "",
            "description": "",
            "renders": ["application/json"],
            "parses": ["application/json", *FORMS],
        }
        if view.resource is not None:
            described["name"] = f"{view.resource.model} {'List' if key is None else 'Instance'}"
            writable = view.resource.writable(staff=call.caller["is_staff"])
            fields = {
                "id": {"type": "integer", "required": False, "read_only": True, "label": "ID"}
            }
            fields.update(
                {
                    field.name: _field_options(field, field in writable)
                    for field in view.resource.fields
                }
            )
            method = "POST" if key is None else "PUT"
            if method in view.handlers:
                described["actions"] = {method: fields}
        return Answer(data=described)

    # 12. Services

    def services(self) -> dict[str, View]:
        """Return the paths that serve no records."""
        views = {
            "/": View(
                {
                    "GET": lambda call: Answer(
                        data=f"Keystone API Version {self.settings['version']}", kind="text/html"
                    )
                },
                plain=True,
            ),
            "/admin/": View(
                {
                    "GET": lambda call: Answer(
                        302, kind="text/html", headers=[("Location", "/admin/login/?next=/admin/")]
                    )
                },
                plain=True,
            ),
            "/admin/login/": View(
                {"GET": lambda call: page(200, "Log in | Django site admin")}, plain=True
            ),
            "/authentication/login/": View({"POST": self.login}, public=True),
            "/authentication/logout/": View({"POST": self.logout}),
            "/authentication/whoami/": View({"GET": self.whoami}),
            "/batch/": View({"POST": self.batch}),
            "/config/": View({"GET": self.config}),
            "/health/": View(
                {"GET": lambda call: Answer(200 if self.settings["healthy"] else 500, kind="")},
                public=True,
            ),
            "/health/json/": View({"GET": self.health}, public=True),
            "/health/prom/": View({"GET": self.prometheus}, public=True),
            "/openapi/json/": View({"GET": self.openapi}, public=True),
            "/openapi/yaml/": View(
                {
                    "GET": lambda call: Answer(
                        data=json.dumps(self.openapi(call).data), kind="application/vnd.oai.openapi"
                    )
                },
                public=True,
            ),
            "/version/": View({"GET": self.version}, public=True),
            "/stats/requests/": View(
                {"GET": self.statistics("AllocationRequest", _request_numbers)}
            ),
            "/stats/grants/": View({"GET": self.statistics("Grant", _grant_numbers)}),
            "/stats/publications/": View(
                {"GET": self.statistics("Publication", _publication_numbers)}
            ),
            "/stats/notifications/": View(
                {"GET": self.statistics("Notification", _notification_numbers)}
            ),
        }
        for path, labels in CHOICES.items():
            views[path] = View({"GET": _constant(labels)})
        for group in ("allocations", "users", "research", "notifications", "logs"):
            views[f"/{group}/"] = View({"GET": _index(group)})
        return views

    def batch(self, call: Call) -> Answer:
        if call.headers.get("content-type", "").startswith(FORMS[0]):
            raise detail(
                415, f'Unsupported media type "{call.headers["content-type"]}" in request.'
            )
        return keystone_batch.run(self.store, call, self.step)

    def version(self, call: Call) -> Answer:
        return Answer(data=self.settings["version"], kind="text/plain")

    def config(self, call: Call) -> Answer:
        limits = {
            "max_upload_size": keystone_rules.UPLOAD_MOST,
            "max_upload_count": 15,
            "allowed_file_types": list(keystone_rules.FILE_TYPES),
        }
        return Answer(
            data={
                **limits,
                "session_age": self.settings["session_age"],
                "version": self.settings["version"],
            }
        )

    def health(self, call: Call) -> Answer:
        healthy = self.settings["healthy"]
        checks = [
            {
                "check": check,
                "healthy": healthy,
                "error": None if healthy else "unavailable: connection refused",
                "time_taken": 0.01,
            }
            for check in ("SMTP", "Database", "Storage", "Redis", "Celery")
        ]
        return Answer(data={"data": checks})

    def prometheus(self, call: Call) -> Answer:
        value = 200.0 if self.settings["healthy"] else 500.0
        text = "".join(
            f'keystone_health{{check="{item["check"]}"}} {value}\n'
            for item in self.health(call).data["data"]
        )
        return Answer(data=text, kind="text/plain")

    def openapi(self, call: Call) -> Answer:
        paths = {
            path: {method.lower(): {} for method in view.handlers}
            for path, view in sorted(self.views.items())
            if not view.plain
        }
        return Answer(
            data={
                "openapi": "3.0.3",
                "info": {"title": "Keystone API", "version": self.settings["version"]},
                "paths": paths,
            }
        )

    def statistics(
        self, model: str, numbers: Callable[[Store, list[Record]], Record]
    ) -> Callable[[Call], Answer]:
        """Return a handler that counts the records of a list with the same filters."""

        def handler(call: Call) -> Answer:
            resource = BY_MODEL[model]
            return Answer(
                data=numbers(
                    self.store,
                    keystone_query.found(
                        self.store,
                        resource,
                        access.listed(self.store, call.caller, resource),
                        call.query,
                    ),
                )
            )

        return handler


def _lost_relations(resource: Resource, call: Call, values: Record) -> Record:
    """Return empty relations: what a write leaves of them if the database is locked."""
    many = [field.name for field in resource.fields if field.kind == "many"]
    return {name: [] for name in many if call.locked and values.get(name)}


# Bodies and headers


async def _content(request: Request) -> Body | RefusedError:
    raw = await request.body()
    kind = request.headers.get("content-type", "")
    media = kind.partition(";")[0].strip().lower()
    if not raw:
        return Body({}, form=media in FORMS)
    if media == "application/json":
        try:
            return Body(json.loads(raw, parse_constant=_no_constant))
        except ValueError as problem:
            return detail(400, f"JSON parse error - {problem}")
    if media not in FORMS:
        return detail(415, f'Unsupported media type "{kind}" in request.')
    data: dict[str, list[Any]] = {}
    try:
        async with request.form(max_part_size=16 * 1024 * 1024) as form:
            for name, part in form.multi_items():
                data.setdefault(name, []).append(
                    part
                    if isinstance(part, str)
                    else Upload(part.filename or "", await part.read())
                )
    except HTTPException as problem:
        return detail(400, f"Multipart form parse error - {problem.detail}")
    return Body(data, form=True)


def _no_constant(name: str) -> None:
    raise ValueError(f"Out of range float values are not JSON compliant: {name}")


def _accepts_json(accept: str) -> bool:
    ranges = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return bool(ranges & {"*/*", "application/*", "application/json"})


def _hostname(host: str) -> str:
    name, dummy, port = host.lower().rpartition(":")
    return name if port.isdigit() else host.lower()


def check_csrf(call: Call) -> None:
    """Refuse a write of a session without a valid CSRF token (1).

    Raises:
        RefusedError: 403.
    """
    origin, token = call.headers.get("origin"), call.headers.get("x-csrftoken")
    if origin is not None:
        if origin != f"{call.scheme}://{call.host}":
            raise _csrf(f"Origin checking failed - {origin} does not match any trusted origins.")
    elif call.scheme == "https":
        _check_referer(call)
    if not call.cookies.get("csrftoken"):
        raise _csrf("CSRF cookie not set.")
    if token is None:
        raise _csrf("CSRF token missing.")
    if len(token) not in (32, 64):
        raise _csrf("CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.")
    if token != call.cookies["csrftoken"]:
        raise _csrf("CSRF token from the 'X-Csrftoken' HTTP header incorrect.")


def _check_referer(call: Call) -> None:
    referer = call.headers.get("referer")
    if referer is None:
        raise _csrf("Referer checking failed - no Referer.")
    parts = urllib.parse.urlsplit(referer)
    if not parts.scheme or not parts.netloc:
        raise _csrf("Referer checking failed - Referer is malformed.")
    if parts.scheme != "https":
        raise _csrf("Referer checking failed - Referer is insecure while host is secure.")
    if parts.netloc.lower() != call.host.lower():
        raise _csrf(f"Referer checking failed - {referer} does not match any trusted origins.")


def _csrf(text: str) -> RefusedError:
    return detail(403, f"CSRF Failed: {text}")


def _login_problem(sent: Record, name: str) -> str | None:
    if name not in sent:
        return keystone_rules.REQUIRED
    if sent[name] is None:
        return keystone_rules.NULL
    if isinstance(sent[name], bool) or not isinstance(sent[name], (str, int, float)):
        return "Not a valid string."
    return None if str(sent[name]).strip() else "This field may not be blank."


def _deleted_session() -> tuple[str, str]:
    return "Set-Cookie", f'sessionid=""; expires={EPOCH}; Max-Age=0; Path=/; SameSite=Lax'


def _random(length: int, letters: str) -> str:
    return "".join(secrets.choice(letters) for dummy in range(length))


# Descriptions

TYPES = {
    "flag": "boolean",
    "whole": "integer",
    "money": "decimal",
    "date": "date",
    "moment": "datetime",
    "choice": "choice",
    "email": "email",
    "fk": "field",
    "one": "field",
    "many": "field",
    "json": "field",
    "file": "file upload",
}


def _field_options(field: Field, writable: bool) -> Record:
    described = {
        "type": TYPES.get(field.kind, "string"),
        "required": field.required,
        "read_only": not writable,
        "label": field.name.replace("_", " ").capitalize(),
    }
    if field.most:
        described["max_length"] = field.most
    if field.choices:
        described["choices"] = [
            {"value": code, "display_name": label} for code, label in field.choices.items()
        ]
    return described


def _constant(data: Any) -> Callable[[Call], Answer]:
    return lambda call: Answer(data=data)


def _index(group: str) -> Callable[[Call], Answer]:
    paths = [
        resource.path
        for resource in RESOURCES
        if resource.path.startswith(f"/{group}/") and resource.model != "FeedEntry"
    ]
    return lambda call: Answer(data={path.split("/")[2]: call.url(path) for path in paths})


def _request_numbers(store: Store, records: list[Record]) -> Record:
    today = store.moment()[:10]
    groups = {
        "pending": [item for item in records if item["status"] == "PD"],
        "approved": [item for item in records if item["status"] == "AP"],
        "declined": [item for item in records if item["status"] == "DC"],
        **_by_time([item for item in records if item["status"] == "AP"], today, "active", "expire"),
    }
    units: Record = {f"su_{name}_total": _units(store, some) for name, some in groups.items()}
    for name in ("requested", "awarded", "final"):
        units[f"su_{name}{'ized' if name == 'final' else ''}_total"] = _units(store, records, name)
    return {
        "request_count": len(records),
        **{f"request_{name}_count": len(some) for name, some in groups.items()},
        **units,
        "days_pending_average": None,
        "days_active_average": None,
    }


def _units(store: Store, requests: list[Record], name: str = "requested") -> float:
    return float(
        sum(
            allocation[name] or 0
            for request in requests
            for allocation in store.referring(
                "AllocationRequest", request["id"], "ResourceAllocation", "request"
            )
        )
    )


def _by_time(records: list[Record], today: str, start: str, end: str) -> dict[str, list[Record]]:
    """Return the records that have not begun, that have begun, and that have ended."""
    over = [item for item in records if item[end] is not None and item[end] <= today]
    rest = [item for item in records if item not in over]
    upcoming = [item for item in rest if item[start] is None or item[start] > today]
    return {
        "upcoming": upcoming,
        "active": [item for item in rest if item not in upcoming],
        "expired": over,
    }


def _grant_numbers(store: Store, records: list[Record]) -> Record:
    groups = _by_time(records, store.moment()[:10], "start_date", "end_date")
    total = _funding(records)
    return {
        "grant_count": len(records),
        **{f"{name}_count": len(some) for name, some in groups.items()},
        "agency_count": len({record["agency"] for record in records}),
        "funding_total": f"{total:.2f}",
        **{f"funding_{name}": f"{_funding(some):.2f}" for name, some in groups.items()},
        "funding_average": f"{total / max(len(records), 1):.2f}",
    }


def _funding(records: list[Record]) -> float:
    return sum(float(record["amount"]) for record in records)


def _publication_numbers(dummy_store: Store, records: list[Record]) -> Record:
    submitted = [item for item in records if item["submitted"] is not None]
    published = [item for item in records if item["published"] is not None]
    return {
        "publications_count": len(records),
        "draft_count": sum(item not in submitted and item not in published for item in records),
        "submitted_count": len(submitted),
        "accepted_count": len(published),
        "journals_count": len({item["journal"] for item in records if item["journal"]}),
        "review_average": None,
    }


def _notification_numbers(dummy_store: Store, records: list[Record]) -> Record:
    return {"total": len(records), "unread": sum(not record["read"] for record in records)}
