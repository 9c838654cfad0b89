# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a caller asks for, checked and encoded: the making of a `Call`."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from . import body, metadata, urls
from .call import Call
from .encoding import text_of
from .exceptions import ConfigurationError
from .headers import checked
from .http import HTTPMethod
from .net import decoding
from .options import STREAM_OPTIONS, check_options
from .retry import IDEMPOTENT, MAX_SECONDS, RetryPolicy
from .secrets.redaction import safe_headers

if TYPE_CHECKING:
    import re

    from typing_extensions import Unpack

    from .options import StreamOptions

MAX_TIMEOUT = 1e6
"""Seconds: more does not fit into what operating systems take as a time limit (31 bits of
milliseconds)."""
_STANDING = (
    ("Accept", "application/json, */*;q=0.5"),
    ("Accept-Encoding", decoding.ACCEPTED),
    ("User-Agent", metadata.USER_AGENT),
)

_CHANGING = frozenset(("PUT", "DELETE"))


class CallFactory:
    """Makes the calls of one connection.

    Args:
        origin: `scheme://host[:port]`.
        prefix: Put before every path; `""` for none.
        timeout: Seconds for one attempt of a call that does not say.
        retry: The policy of a call that does not say.
        correlation_header: The header of the correlation id.
        correlation_id: Sent with every call; `None` for a new one per call, `""` for none.
        action_paths: Matches `METHOD /path`, the path as `urls.plain_path` gives it, of a PUT or
            DELETE that is not safe to repeat; `None` if there is none.
    """

    __slots__ = (
        "_action_paths",
        "_correlation_header",
        "_correlation_id",
        "_host",
        "_origin",
        "_prefix",
        "_retry",
        "_timeout",
    )

    def __init__(
        self,
        origin: str,
        prefix: str,
        *,
        timeout: float,
        retry: RetryPolicy,
        correlation_header: str,
        correlation_id: str | None,
        action_paths: re.Pattern[str] | None,
    ) -> None:
        self._origin = origin
        self._host = urls.authority_of(origin)
        self._prefix = prefix
        self._timeout = timeout
        self._retry = retry
        self._correlation_header = correlation_header
        self._correlation_id = correlation_id
        self._action_paths = action_paths

    def build(
        self,
        method: str,
        path: str,
        params: urls.Params = None,
        *,
        stream: bool = False,
        authenticate: bool = True,
        every_status: bool = False,
        is_login: bool = False,
        **options: Unpack[StreamOptions],
    ) -> Call:
        """Make a call.

        Args:
            method: `GET`, `POST`, ...; in any case.
            path: Below the prefix, with or without a leading slash; its own query is kept.
            params: Added to the query.
            stream: The body of the response stays open.
            authenticate: The call needs a session.
            every_status: A 401 that a new login does not resolve is returned like any other status.
            is_login: The call asks for a session, see `Call`.
            **options: See `options.StreamOptions`.

        Raises:
            ConfigurationError: An argument is not usable.
            SerializationError: `json` cannot be written as JSON.
            TypeError: An option is unknown.
        """
        method = text_of(method, "method").upper()
        if method not in HTTPMethod.__members__:
            raise ConfigurationError(
                f"method must be one of {', '.join(HTTPMethod.__members__)}, not {method[:20]!r}"
            )
        check_options(self.build, options, STREAM_OPTIONS)
        path = urls.fill(path, options.get("path_params"))
        target = urls.target(path, params)
        headers = options.get("headers")
        given = checked(headers) if headers else ()
        content, kind = body.encode(
            method,
            options.get("json"),
            options.get("data"),
            options.get("files"),
            next((text for name, text in given if name.lower() == "content-type"), ""),
        )
        if kind.startswith("multipart/"):
            # The caller's own type may lack the boundary.
            given = tuple(pair for pair in given if pair[0].lower() != "content-type")
        sent, own, correlation_id = self._headers(kind, given)
        timeout = options.get("timeout")
        return Call(
            method,
            f"{self._origin}{self._prefix}{target}",
            path,
            sent,
            content,
            timeout=self._timeout if timeout is None else seconds("timeout", timeout),
            policy=RetryPolicy.of(options.get("retry"), self._retry),
            safe=options.get("read_only", False)
            or "idempotency-key" in own
            or (method in IDEMPOTENT and not self._is_action(method, target)),
            correlation_id=correlation_id,
            authenticate=authenticate,
            stream=stream,
            own=own,
            shown_headers=safe_headers(dict(given)) if given else None,
            every_status=every_status,
            is_login=is_login,
        )

    def _headers(
        self, content_type: str, given: tuple[tuple[str, str], ...]
    ) -> tuple[list[tuple[str, str]], frozenset[str], str]:
        """Return the headers to send, the lower-case names of those that the caller gave, and the
        correlation id.
        """
        sent = [("Host", self._host), *_STANDING]
        if content_type:
            sent.append(("Content-Type", content_type))
        correlation_id = uuid.uuid4().hex if self._correlation_id is None else self._correlation_id
        if correlation_id:
            sent.append((self._correlation_header, correlation_id))
        if not given:
            return sent, frozenset(), correlation_id
        values = {name.lower(): value for name, value in given}
        sent = [pair for pair in sent if pair[0].lower() not in values]
        correlation_id = values.get(self._correlation_header.lower(), correlation_id)
        return [*sent, *given], frozenset(values), correlation_id

    def _is_action(self, method: str, target: str) -> bool:
        pattern = self._action_paths
        return (
            pattern is not None
            and method in _CHANGING
            and pattern.fullmatch(f"{method} {urls.plain_path(target)}") is not None
        )


def seconds(name: str, value: float, most: float = MAX_TIMEOUT) -> float:
    """Return a number of seconds.

    Args:
        name: The option, for the message.
        value: Its value.
        most: The highest number.

    Raises:
        ConfigurationError: Not a number above 0, or a higher one.
    """
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and value > most:
        raise ConfigurationError(f"{name} must be at most {most:.0f} seconds")
    if not number or not value > 0:
        raise ConfigurationError(f"{name} must be a number of seconds above 0, not {value!r:.80}")
    return float(value)


def seconds_or_zero(name: str, value: float | None) -> float:
    """Return a number of seconds; 0 for `None` and for every number that is not above 0.

    Raises:
        ConfigurationError: Not a finite number.
    """
    is_off = not value or (isinstance(value, (int, float)) and value < 0)
    return 0.0 if value is None or is_off else seconds(name, value, MAX_SECONDS)
