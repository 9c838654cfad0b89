# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests and responses as callers see them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from . import jsonutils, logging, messages
from .exceptions import HTTPStatusError, SerializationError
from .secrets.redaction import scrub_live

_CHARSET = re.compile(r"""charset=["']?([\w.:-]+)""", re.IGNORECASE)


READING = frozenset(("GET", "HEAD", "OPTIONS"))
"""Methods that change nothing (RFC 9110 section 9.2.1)."""
UNANSWERED = frozenset((502, 504))
"""Statuses by which a proxy says that it has not seen the server's response."""


class HTTPMethod(str, Enum):
    """The methods that a client can send (RFC 9110 section 9, RFC 5789)."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"
    HEAD = "HEAD"
    OPTIONS = "OPTIONS"

    def __str__(self) -> str:
        return self.value


class Request:
    """A request as it may be shown, without credentials.

    It has no user information, and only those values of the query and the headers that are known to
    be harmless.

    Attributes:
        method: In upper case.
        path: The path that the caller gave, with its templates filled in, safe to show.
        url: The whole URL, safe to show.
        headers: The headers that are safe to show, names in lower case.
    """

    __slots__ = ("headers", "method", "path", "url")

    def __init__(self, method: str, path: str, url: str, headers: Mapping[str, str]) -> None:
        self.method = method
        self.path = path
        self.url = url
        self.headers = headers

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url}>"


class Headers(Mapping[str, str]):
    """The headers of a response, by names in any case.

    The values of a header that is repeated are joined by commas (RFC 9110 section 5.2).

    Args:
        raw: Names and values as received.
    """

    __slots__ = ("_values",)

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in raw:
            self._values.setdefault(name.decode("latin-1").lower(), []).append(
                value.decode("latin-1")
            )

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._values[name.lower()])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Headers {', '.join(self._values)}>"

    def get_list(self, name: str) -> list[str]:
        """Return each value of a header; those of `Set-Cookie` may contain commas."""
        return self._values.get(name.lower(), [])


class Response:
    """The response to a call.

    Attributes:
        status_code: 100 to 599.
        headers: The headers; names are looked up in any case.
        content: The decoded body; empty for a stream.
        request: The request, without credentials.
        started: Unix time in seconds at which the first attempt began.
        elapsed: Seconds from then to the end of the last attempt, pauses included.
        attempts: Number of times that the request was sent, 1 or more.
        correlation_id: The correlation id that was sent, `""` for none.
        gone: `True` if a repeated DELETE found nothing left to delete.
        after_write: `True` if an earlier attempt of this write may have been executed, which its
            error tells then.
        wording: The terms of the service and of the interface, for `raise_for_status`.
        records: The records of this page, if the response is a page.
        total: The number of all records, if the response is a page and the server tells.
    """

    __slots__ = (
        "after_write",
        "attempts",
        "content",
        "correlation_id",
        "elapsed",
        "gone",
        "headers",
        "records",
        "request",
        "started",
        "status_code",
        "total",
        "wording",
    )

    def __init__(
        self,
        status_code: int,
        headers: Mapping[str, str],
        content: bytes,
        request: Request,
        *,
        started: float = 0.0,
        elapsed: float = 0.0,
        attempts: int = 1,
        correlation_id: str = "",
        gone: bool = False,
        after_write: bool = False,
        wording: messages.Wording = messages.PLAIN,
    ) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.request = request
        self.started = started
        self.elapsed = elapsed
        self.attempts = attempts
        self.correlation_id = correlation_id
        self.gone = gone
        self.after_write = after_write
        self.wording = wording
        self.records: list[Any] = []
        self.total: int | None = None

    def __repr__(self) -> str:
        return f"<Response {self.status_code} {self.request.method} {self.request.url}>"

    @property
    def url(self) -> str:
        """The URL of the request, safe to show."""
        return self.request.url

    @property
    def started_at(self) -> datetime:
        """The time at which the first attempt began, in UTC."""
        return datetime.fromtimestamp(self.started, timezone.utc)

    @property
    def finished_at(self) -> datetime:
        """The time at which the last attempt ended, in UTC."""
        return datetime.fromtimestamp(self.started + self.elapsed, timezone.utc)

    @property
    def text(self) -> str:
        """The body as text, in the charset of the content type, or else in UTF-8.

        Bytes that cannot be decoded become U+FFFD.
        """
        named = _CHARSET.search(self.headers.get("content-type", ""))
        try:
            text = self.content.decode(named.group(1) if named else "utf-8", "replace")
        except (LookupError, UnicodeError):
            text = self.content.decode("utf-8", "replace")
        return text.removeprefix("\ufeff")

    def json(self) -> Any:
        """Parse the body as JSON.

        Returns:
            The value; `None` for an empty body.

        Raises:
            SerializationError: The body is not JSON, or has too many values; the message names the
                call and the content type.
        """
        if not self.content.strip():
            return None
        try:
            jsonutils.check_size(self.content)
            return self._json()
        except jsonutils.TooManyValuesError as exc:
            raise jsonutils.TooManyValuesError(
                f"{self.request.method} {self.url}: answered {self.status_code}, but {exc.message}",
                request=self.request,
                response=self,
                cause=exc,
            ) from exc
        except SerializationError as exc:
            kind = self.headers.get("content-type", "no content type").partition(";")[0]
            raise type(exc)(
                f"{self.request.method} {self.url}: answered {self.status_code} with {kind},"
                f" {exc.message}; check host, port and path",
                request=self.request,
                response=self,
                cause=exc,
            ) from exc

    def _json(self) -> Any:
        try:
            return jsonutils.loads(self.content)
        except SerializationError:
            # JSON is UTF-8 whatever the header says (RFC 8259 section 8.1). The header is used only
            # if the body is not UTF-8.
            named = _CHARSET.search(self.headers.get("content-type", ""))
            if named and named.group(1).lower() not in ("utf-8", "utf8"):
                return jsonutils.loads(self.text)
            raise

    def raise_for_status(self) -> Response:
        """Raise an error if the status is not 2xx.

        A call does so itself, unless it is made with `raise_on_error=False`; the text of the error
        is the same.

        Returns:
            This response.

        Raises:
            HTTPStatusError: The status is not 2xx; the error's response has known secrets masked.
        """
        if self.is_success():
            return self
        masked = copy.copy(self)
        with suppress(UnicodeDecodeError):
            masked.content = scrub_live(self.content.decode()).encode()
        error = HTTPStatusError(
            messages.of_status(masked, logging.redact, wording=self.wording), response=masked
        )
        error.after_write = self.after_write
        raise error

    def without_body(self) -> Response:
        """Return this response without its body and cookies, which may contain a session."""
        headers = Headers(
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in self.headers.items()
            if name != "set-cookie"
        )
        return Response(
            self.status_code,
            headers,
            b"",
            self.request,
            started=self.started,
            elapsed=self.elapsed,
            attempts=self.attempts,
            correlation_id=self.correlation_id,
        )

    def is_success(self) -> bool:
        """Tell whether the status is 2xx, or a repeated DELETE found nothing left to delete."""
        return 200 <= self.status_code < 300 or self.gone

    def is_error(self) -> bool:
        """Tell whether the status is 4xx or 5xx."""
        return self.status_code >= 400 and not self.gone


def header_values(headers: Mapping[str, str], name: str) -> list[str]:
    """Return each value of a header that may be repeated."""
    several = getattr(headers, "get_list", None)
    if several is not None:
        values: list[str] = several(name)
        return values
    return [headers[name]] if name in headers else []
