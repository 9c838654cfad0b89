# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of every simulator: sessions, counters, a log of requests, faults on demand, and a
control interface under `/_sim`."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Route

Handler = Callable[[Request], Awaitable[Response]]
READS = ("GET", "HEAD", "OPTIONS")


class Logged(NamedTuple):
    """One request in the log.

    Attributes:
        method: The HTTP method.
        path: The decoded path.
        query: The query as sent.
        body: The decoded JSON body; `None` for any other body.
        is_write: False for a login, and for a request that only reads, such as a search by POST.
    """

    method: str
    path: str
    query: str
    body: Any
    is_write: bool


class RefusalError(Exception):
    """Ends a request with a response."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Simulator:
    """A server that is strict about what it is sent.

    Subclasses define `routes`, `open_paths` (no session needed) and `authorised`.

    Attributes:
        counters: `logins`, `requests`, `refused`, and `METHOD /path` for each call.
        connections: The client's addresses seen, one per TCP connection.
        seen: The last requests, including those that failed.
        log: The requests in order, with their bodies.
        sessions: Token to kind of session.
        settings: What tests change: forms of responses, delays, lifetimes.
    """

    open_paths: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()

    def __init__(self, **settings: Any) -> None:
        self.settings: dict[str, Any] = {"login_delay": 0.0, **settings}
        self.counters: Counter[str] = Counter()
        self.connections: set[tuple[str, int]] = set()
        self.seen: deque[Request] = deque(maxlen=1000)
        self.log: deque[Logged] = deque(maxlen=100_000)
        self.sessions: dict[str, str] = {}
        self.faults: list[dict[str, Any]] = []
        self.bodies: list[str] = []
        self.app = Starlette(
            routes=[*self.control_routes(), *self.routes()],
        )

    @property
    def writes(self) -> list[Logged]:
        """The logged requests that change something, without logins."""
        return [entry for entry in self.log if entry.is_write]

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of the service."""
        raise NotImplementedError

    def authorised(self, request: Request) -> bool:
        """Tell whether the request carries a live session."""
        raise NotImplementedError

    def unauthorised(self, request: Request) -> Response:
        """Return the response to a request without a live session."""
        return JSONResponse({"message": "Unauthorized"}, 401)

    def route(self, path: str, handler: Handler, *methods: str, reads: bool = False) -> Route:
        """Return a route that counts, logs, obeys faults and needs a session.

        Args:
            path: The path, with parameters as Starlette writes them.
            handler: Answers the request.
            methods: GET if none is given.
            reads: Whether the other methods change nothing either.
        """
        return Route(path, self.guarded(handler, reads), methods=list(methods or ("GET",)))

    def guarded(self, handler: Handler, reads: bool = False) -> Handler:
        """Return a handler that counts, logs, obeys faults and needs a session."""

        async def endpoint(request: Request) -> Response:
            self.counters["requests"] += 1
            self.seen.append(request)
            self.counters[f"{request.method} {request.url.path}"] += 1
            if request.client is not None:
                self.connections.add((request.client.host, request.client.port))
            await self.note(request, reads)
            fault = await self.fault(request)
            if fault is not None:
                return fault
            if request.url.path not in self.open_paths and not self.authorised(request):
                self.counters["refused"] += 1
                return self.unauthorised(request)
            try:
                response = await handler(request)
            except RefusalError as exc:
                return exc.response
            return await self.fault(request, after=True) or response

        return endpoint

    async def note(self, request: Request, reads: bool) -> None:
        """Add a request to the log."""
        body = None
        if request.headers.get("content-type", "").startswith("application/json"):
            try:
                body = json.loads(await request.body())
            except ValueError:
                body = None
        self.log.append(
            Logged(
                request.method,
                request.url.path,
                request.url.query,
                body,
                not reads and request.method not in READS and request.url.path not in self.logins,
            )
        )

    async def fault(self, request: Request, after: bool = False) -> Response | None:
        """Return the response of a fault that is due for this request; each fault is due `times`
        times. One with `after` is due when the request has been performed: its response is lost."""
        for fault in self.faults:
            if (
                request.url.path.endswith(fault["path"])
                and fault.get("after", False) == after
                and fault.get("method", request.method) == request.method
                and fault.get("times", 1) > 0
            ):
                fault["times"] = fault.get("times", 1) - 1
                await asyncio.sleep(fault.get("delay", 0))
                return Response(
                    fault.get("body", ""),
                    fault["status"],
                    fault.get("headers"),
                    fault.get("type", "text/plain"),
                )
        return None

    async def json_body(self, request: Request) -> Any:
        """Return the request's JSON body; other content types are refused."""
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise RefusalError(PlainTextResponse("Unsupported Media Type", 415))
        try:
            return json.loads(await request.body())
        except ValueError:
            raise RefusalError(JSONResponse({"message": "Bad Request"}, 400)) from None

    async def new_session(self, kind: str, token: str | None = None) -> str:
        """Count a login and return its token."""
        await asyncio.sleep(self.settings["login_delay"])
        self.counters["logins"] += 1
        token = token or secrets.token_urlsafe(24)
        self.sessions[token] = kind
        return token

    # The control interface

    def control_routes(self) -> list[Route]:
        """Return the control routes, and awkward responses, which need a session."""
        return [
            Route("/_sim/stats", self.stats),
            Route("/_sim/reset", self.reset, methods=["POST"]),
            Route("/_sim/expire", self.expire, methods=["POST"]),
            Route("/_sim/faults", self.add_fault, methods=["POST"]),
            Route("/_sim/settings", self.change, methods=["POST"]),
            *[
                self.route(f"{self.prefix}/_sim/{path}", handler, *methods)
                for path, handler, methods in self.awkward()
            ],
        ]

    prefix = ""

    def awkward(self) -> list[tuple[str, Handler, tuple[str, ...]]]:
        """Return responses that test a client: path, handler, methods."""
        every = ("GET", "POST", "PUT", "PATCH", "DELETE")
        return [
            ("echo", self.echo, every),
            ("mirror", self.mirror, ("POST",)),
            ("html", self.html, ("GET",)),
            ("slow/{seconds:float}", self.slow, ("GET",)),
            ("status/{code:int}", self.status, every),
            ("redirect", self.redirect, every),
            ("upload", self.upload, ("POST",)),
            ("download/{size:int}", self.download, ("GET",)),
            ("empty", self.empty, every),
        ]

    async def stats(self, request: Request) -> Response:
        return JSONResponse(
            {
                "counters": dict(self.counters),
                "connections": len(self.connections),
                "sessions": len(self.sessions),
            }
        )

    async def reset(self, request: Request) -> Response:
        self.counters.clear()
        self.connections.clear()
        self.seen.clear()
        self.log.clear()
        self.faults.clear()
        self.bodies.clear()
        return Response(status_code=204)

    async def expire(self, request: Request) -> Response:
        self.sessions.clear()
        return Response(status_code=204)

    async def add_fault(self, request: Request) -> Response:
        self.faults.append(await request.json())
        return Response(status_code=204)

    async def change(self, request: Request) -> Response:
        self.settings.update(await request.json())
        return Response(status_code=204)

    async def mirror(self, request: Request) -> Response:
        """Return the body of the request, with the media type in the query."""
        kind = request.query_params.get("type", "application/json")
        return Response(await request.body(), media_type=kind)

    async def echo(self, request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        self.bodies.append(body)
        status = int(request.query_params.get("status", "200"))
        shown = {
            "method": request.method,
            "query": str(request.url.query),
            "headers": dict(request.headers),
            "body": body,
            "path": request.scope["raw_path"].decode(),
        }
        return JSONResponse({"message": json.dumps(shown), "echo": shown}, status)

    async def html(self, request: Request) -> Response:
        return HTMLResponse(
            "<!doctype html><html><title>Sign in</title><body>welcome</body></html>"
        )

    async def slow(self, request: Request) -> Response:
        await asyncio.sleep(request.path_params["seconds"])
        return JSONResponse({"slept": request.path_params["seconds"]})

    async def status(self, request: Request) -> Response:
        return JSONResponse(
            {"message": f"status {request.path_params['code']}"}, request.path_params["code"]
        )

    async def redirect(self, request: Request) -> Response:
        return RedirectResponse(
            request.query_params["to"], int(request.query_params.get("status", "302"))
        )

    async def upload(self, request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raw = await request.body()
            return JSONResponse(
                {
                    "size": len(raw),
                    "sha256": hashlib.sha256(raw).hexdigest(),
                    "type": request.headers.get("content-type"),
                }
            )
        parts: dict[str, Any] = {}
        async with request.form() as form:
            for name, part in form.items():
                if isinstance(part, str):
                    parts[name] = part
                else:
                    content = await part.read()
                    parts[name] = {
                        "filename": part.filename,
                        "size": len(content),
                        "sha256": hashlib.sha256(content).hexdigest(),
                        "type": part.content_type,
                    }
        return JSONResponse({"parts": parts})

    async def download(self, request: Request) -> Response:
        size = request.path_params["size"]

        async def pieces() -> Any:
            for start in range(0, size, 65536):
                yield b"0123456789abcdef"[: size - start] * (min(65536, size - start) // 16 + 1)

        return StreamingResponse(_cut(pieces(), size), media_type="application/octet-stream")

    async def empty(self, request: Request) -> Response:
        return Response(status_code=204)


async def _cut(pieces: Any, size: int) -> Any:
    async for piece in pieces:
        yield piece[:size]
        size -= len(piece[:size])


def now_ms() -> int:
    """Return the time in milliseconds since the epoch."""
    return int(time.time() * 1000)
