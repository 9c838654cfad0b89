# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Types that the parts of the simulated Keystone share: a call, its body, a response, and the two
exceptions that end a call early."""

from __future__ import annotations

import dataclasses
import json
import urllib.parse
from typing import Any

from starlette.responses import Response

from .keystone_schema import Record

EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"


@dataclasses.dataclass
class Answer:
    """A response: `data` is sent as JSON if `kind` is `json`, else as text of that media type;
    `kind` is empty for no body."""

    status: int = 200
    data: Any = None
    kind: str = "json"
    headers: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    def response(self) -> Response:
        """Return the HTTP response."""
        if self.kind == "json":
            response = Response(
                json.dumps(self.data, separators=(",", ":"), ensure_ascii=False).encode(),
                self.status,
                media_type="application/json",
            )
        else:
            response = Response(self.data or b"", self.status, media_type=self.kind or None)
            if self.kind == "text/plain":
                response.headers["content-type"] = self.kind
        for name, value in self.headers:
            response.headers.append(name, value)
        return response


class RefusedError(Exception):
    """Ends a call with a response."""

    def __init__(self, status: int, data: Any, *headers: tuple[str, str]) -> None:
        super().__init__()
        self.answer = Answer(status, data, headers=list(headers))


class ServerFaultError(Exception):
    """An error in the server: 500 as HTML, also in a batch."""


def detail(status: int, text: str, *headers: tuple[str, str]) -> RefusedError:
    """Return a refusal in the form of most errors (5)."""
    return RefusedError(status, {"detail": text}, *headers)


def page(status: int, title: str, text: str = "") -> Answer:
    """Return an error page, which is never JSON (3)."""
    html = (
        f'\n<!doctype html>\n<html lang="en">\n<head>\n  <title>{title}</title>\n</head>\n'
        f"<body>\n  <h1>{title}</h1><p>{text}</p>\n</body>\n</html>\n"
    )
    return Answer(status, html, "text/html")


def not_found_page() -> Answer:
    """Return the response to an unknown path."""
    return page(404, "Not Found", "The requested resource was not found on this server.")


def fault_page() -> Answer:
    """Return the response to an error in the server."""
    return page(500, "Server Error (500)")


@dataclasses.dataclass(frozen=True)
class Upload:
    """A file part."""

    filename: str
    content: bytes


@dataclasses.dataclass(frozen=True)
class Body:
    """A parsed body; a form is a dict of lists."""

    data: Any
    form: bool = False

    def first(self) -> Record:
        """Return one value per name."""
        if not isinstance(self.data, dict):
            return {}
        return {name: values[-1] for name, values in self.data.items()} if self.form else self.data


@dataclasses.dataclass
class Call:
    """One call: a request or a step of a batch.

    Attributes:
        content: The body, or why it could not be read: that is told only when someone asks for it,
            after sign-in and throttling.
        session: The id of the session that authenticates it.
        cookie: The session's id as it was sent, dead or alive.
        step: Whether this is a step of a batch.
        by_token: Whether a token authenticates it: histories do not name its user.
        locked: Whether the database is locked by another write when relations are written.
    """

    method: str
    path: str
    query_string: str
    host: str
    scheme: str
    content: Body | RefusedError
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    cookies: dict[str, str] = dataclasses.field(default_factory=dict)
    address: str = ""
    port: int = 0
    cid: str = ""
    user: Record | None = None
    session: str | None = None
    step: bool = False
    by_token: bool = False
    locked: bool = False

    def __post_init__(self) -> None:
        # The last value of a repeated name counts (4).
        self.query = dict(urllib.parse.parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def caller(self) -> Record:
        """The user, if the view needs one."""
        if self.user is None:
            raise detail(
                401, "Authentication credentials were not provided.", ("WWW-Authenticate", "Token")
            )
        return self.user

    @property
    def body(self) -> Body:
        """The body.

        Raises:
            RefusedError: 400 or 415.
        """
        if isinstance(self.content, RefusedError):
            raise self.content
        return self.content

    def url(self, path: str, query: dict[str, str] | None = None) -> str:
        """Return an absolute URL of this host; query names are sorted, as the server sorts
        them."""
        text = urllib.parse.urlencode(sorted((query or {}).items()))
        return f"{self.scheme}://{self.host}{path}" + (f"?{text}" if text else "")
