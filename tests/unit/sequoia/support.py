# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A scripted Sequoia, and clients of it."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import parse_qsl

import httpx
from ansible_collections.restops.clients.plugins.module_utils.sequoia.client import sequoia_factory
from ansible_collections.restops.clients.tests.unit.support import Case

GRANT = {"grant_client_id": "client-id", "grant_client_secret": "client-secret-value"}
REGISTRY = "https://registry.example/services/acme"
LOCATIONS = {
    "identity": "https://identity.example",
    "metadata": "https://metadata.example",
    "workflow": "https://gateway.example/workflow",
    "validation": "https://gateway.example/validation/",
}


class Server:
    """Answers the registry and the identity service by itself and everything else from a script.

    Args:
        *script: For one request each: a response, a JSON value, an error to raise, or a function of
            the request. The last one stays.
        locations: The locations in the registry, by service.
        registry: The registry's answer instead of that.
        login: The identity service's answer instead of a numbered token.
        expires_in: Seconds that its tokens live.
    """

    def __init__(
        self,
        *script: Any,
        locations: dict[str, str] | None = None,
        registry: Any = None,
        login: Any = None,
        expires_in: float = 3600,
    ) -> None:
        self.script = list(script)
        self.locations = {**LOCATIONS, **(locations or {})}
        self.registry = registry
        self.login = login
        self.expires_in = expires_in
        self.requests: list[httpx.Request] = []
        self.registries: list[httpx.Request] = []
        self.logins: list[httpx.Request] = []
        self.lock = threading.Lock()
        self.transport = httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            if request.url.path.startswith("/services/"):
                self.registries.append(request)
                turn = (
                    {
                        "services": [
                            {"name": name, "location": where}
                            for name, where in self.locations.items()
                        ]
                    }
                    if self.registry is None
                    else self.registry
                )
            elif request.url.path.endswith("/oauth/token"):
                self.logins.append(request)
                token = {
                    "access_token": f"token-{len(self.logins)}-of-the-server",
                    "token_type": "bearer",
                    "expires_in": self.expires_in,
                }
                turn = token if self.login is None else self.login
            else:
                self.requests.append(request)
                turn = (
                    self.script.pop(0)
                    if len(self.script) > 1
                    else self.script[0]
                    if self.script
                    else {"meta": {}}
                )
        if isinstance(turn, BaseException):
            raise turn
        if callable(turn):
            turn = turn(request)
        if isinstance(turn, (dict, list)):
            return httpx.Response(200, json=turn)
        # A response object is used up by its first reader.
        return httpx.Response(turn.status_code, headers=turn.headers, content=turn.content)

    @property
    def targets(self) -> list[str]:
        """Path and query of the requests."""
        return [request.url.raw_path.decode() for request in self.requests]

    @property
    def queries(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(request.url.query.decode())) for request in self.requests]

    @property
    def correlation_ids(self) -> list[str]:
        return [request.headers["x-correlation-id"] for request in self.requests]


def error(status: int, message: str = "no", **more: Any) -> httpx.Response:
    return httpx.Response(
        status,
        json={
            "statusCode": status,
            "error": httpx.codes.get_reason_phrase(status),
            "message": message,
            **more,
        },
    )


def client_of(case: Case, server: Server, registry_url: str = REGISTRY, **options: Any) -> Any:
    given = options if "auth_type" in options else {**GRANT, **options}
    return sequoia_factory(
        registry_url,
        want_async=case.kind.want_async,
        transport=server.transport,
        runtime=case.kind.runtime(case.time),
        **given,
    )


async def browse(case: Case, endpoint: Any, *args: Any, **options: Any) -> Any:
    """Browse and read page one, as both kinds of client do it."""
    found = endpoint.browse(*args, **options)
    return await case.kind.wait(found) if case.kind.want_async else found
