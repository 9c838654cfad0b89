# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checking and encoding the arguments of a call."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, TypeAlias

from . import body, metadata, urls
from .call import Call
from .encoding import text_of
from .exceptions import ConfigurationError
from .headers import checked
from .http import READING, HTTPMethod
from .net import decoding
from .numbers import seconds
from .retry import IDEMPOTENT, RetryPolicy
from .secrets.redaction import safe_headers

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from typing_extensions import Unpack

    from .options import StreamOptions

    _Headers: TypeAlias = "tuple[tuple[str, str], ...]"

_STANDARD_HEADERS = (
    ("Accept", "application/json, */*;q=0.5"),
    ("Accept-Encoding", decoding.ACCEPTED),
    ("User-Agent", metadata.USER_AGENT),
)

_ACTION_METHODS = frozenset(("PUT", "DELETE"))


class CallFactory:
    """Builds the calls of one connection.

    Args:
        origin: `scheme://host[:port]`.
        prefix: Put before every path; `""` for none.
        timeout: Seconds for one attempt, unless a call has its own.
        retry: The policy, unless a call has its own.
        correlation_header: The header of the correlation id.
        correlation_id: Sent with every call; `None` for a new one per call, `""` for none.
        action_paths: Matches `METHOD /path`, the path as `urls.plain_path` gives it, of a PUT or
            DELETE that is not safe to repeat; `None` if there is none.
        complete_path: Brings a path into the form that the service requires; `None` if it accepts
            any form.
    """

    __slots__ = (
        "_action_paths",
        "_complete_path",
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
        complete_path: Callable[[str], str] | None = None,
    ) -> None:
        self._origin = origin
        self._host = urls.authority_of(origin)
        self._prefix = prefix
        self._timeout = timeout
        self._retry = retry
        self._correlation_header = correlation_header
        self._correlation_id = correlation_id
        self._action_paths = action_paths
        self._complete_path = complete_path

    def build(
        self,
        method: str,
        path: str,
        params: urls.Params = None,
        *,
        stream: bool = False,
        authenticate: bool = True,
        return_401: bool = False,
        is_login: bool = False,
        **options: Unpack[StreamOptions],
    ) -> Call:
        """Build a call.

        Args:
            method: `GET`, `POST`, ...; in any case.
            path: Below the prefix, with or without a leading slash; its own query is kept.
            params: Added to the query.
            stream: Leave the body of the response open.
            authenticate: The call needs a session.
            return_401: Return a 401 like any other response if a new login does not help.
            is_login: The call is a login, see `Call`.
            **options: See `options.StreamOptions`; the callers have checked the names.

        Raises:
            ConfigurationError: An argument is not usable.
            SerializationError: `json` cannot be written as JSON.
        """
        method = _checked_method(method)
        if self._complete_path is not None:
            path = self._complete_path(path)
        path = urls.fill(path, options.get("path_params"))
        target = urls.target(path, params)
        headers = options.get("headers")
        given = checked(headers) if headers else ()
        content, content_type, given = _encode_body(method, options, given)
        all_headers, caller_headers, correlation_id = self._headers(content_type, given)
        timeout = options.get("timeout")
        return Call(
            method,
            f"{self._origin}{self._prefix}{target}",
            path,
            all_headers,
            content,
            timeout=self._timeout if timeout is None else seconds("timeout", timeout),
            policy=RetryPolicy.of(options.get("retry"), self._retry),
            safe=options.get("read_only", False)
            or "idempotency-key" in caller_headers
            or (method in IDEMPOTENT and not self._is_action(method, target)),
            correlation_id=correlation_id,
            authenticate=authenticate,
            stream=stream,
            caller_headers=caller_headers,
            shown_headers=safe_headers(dict(given)) if given else None,
            return_401=return_401,
            is_write=method not in READING and not (options.get("read_only") or is_login),
            is_login=is_login,
        )

    def _headers(
        self, content_type: str, given: tuple[tuple[str, str], ...]
    ) -> tuple[list[tuple[str, str]], frozenset[str], str]:
        """Complete the headers that the caller gave.

        Returns:
            All headers, the names in lower case of those that the caller gave, and the
            correlation id.
        """
        headers = [("Host", self._host), *_STANDARD_HEADERS]
        if content_type:
            headers.append(("Content-Type", content_type))
        correlation_id = uuid.uuid4().hex if self._correlation_id is None else self._correlation_id
        if correlation_id:
            headers.append((self._correlation_header, correlation_id))
        if not given:
            return headers, frozenset(), correlation_id
        values = {name.lower(): value for name, value in given}
        headers = [pair for pair in headers if pair[0].lower() not in values]
        correlation_id = values.get(self._correlation_header.lower(), correlation_id)
        return [*headers, *given], frozenset(values), correlation_id

    def _is_action(self, method: str, target: str) -> bool:
        pattern = self._action_paths
        return (
            pattern is not None
            and method in _ACTION_METHODS
            and pattern.fullmatch(f"{method} {urls.plain_path(target)}") is not None
        )


def _checked_method(method: str) -> str:
    method = text_of(method, "method").upper()
    if method not in HTTPMethod.__members__:
        raise ConfigurationError(
            f"method must be one of {', '.join(HTTPMethod.__members__)}, not {method[:20]!r}"
        )
    return method


def _encode_body(
    method: str, options: StreamOptions, headers: _Headers
) -> tuple[bytes, str, _Headers]:
    """Encode the body of a call.

    Returns:
        The body, its content type, and the caller's headers. Those of a multipart body are without
        `Content-Type`, because the caller's own may lack the boundary.
    """
    content, content_type = body.encode(
        method,
        options.get("json"),
        options.get("data"),
        options.get("files"),
        next((text for name, text in headers if name.lower() == "content-type"), ""),
    )
    if content_type.startswith("multipart/"):
        headers = tuple(pair for pair in headers if pair[0].lower() != "content-type")
    return content, content_type, headers
