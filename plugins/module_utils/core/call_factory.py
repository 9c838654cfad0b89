# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checking and encoding the arguments of a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from . import body, metadata, urls
from .call import Call
from .encoding import text_of
from .exceptions import ClientError, ConfigurationError
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

Headers: TypeAlias = "tuple[tuple[str, str], ...]"

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
        new_correlation_id: Returns the correlation id of a call that has none; `""` for none.
        client_name: The name of the client's class, for errors.
        action_paths: Matches `METHOD /path`, the path as `urls.plain_path` gives it, of a PUT or
            DELETE that is not safe to repeat; `None` if there is none.
        complete_path: Brings a path into the form that the service requires; `None` if it accepts
            any form.
        complete_headers: Adds the headers of the service to those of a caller, which have
            precedence. It gets the caller's headers, checked, and `True` if the body is a form.
            `None` if there are no others.

    Attributes:
        closed: The client is closed: there are no more calls.
        origin: See above.
        retry: See above.
        timeout: See above.
    """

    __slots__ = (
        "_action_paths",
        "_client_name",
        "_complete_headers",
        "_complete_path",
        "_correlation_header",
        "_host",
        "_new_correlation_id",
        "_prefix",
        "closed",
        "origin",
        "retry",
        "timeout",
    )

    def __init__(
        self,
        origin: str,
        prefix: str,
        *,
        timeout: float,
        retry: RetryPolicy,
        correlation_header: str,
        new_correlation_id: Callable[[], str],
        client_name: str,
        action_paths: re.Pattern[str] | None,
        complete_path: Callable[[str], str] | None = None,
        complete_headers: Callable[[Headers, bool], Headers] | None = None,
    ) -> None:
        self.closed = False
        self.origin = origin
        self._host = urls.authority_of(origin)
        self._prefix = prefix
        self.timeout = timeout
        self.retry = retry
        self._correlation_header = correlation_header
        self._new_correlation_id = new_correlation_id
        self._client_name = client_name
        self._action_paths = action_paths
        self._complete_path = complete_path
        self._complete_headers = complete_headers

    @property
    def base_url(self) -> str:
        """The URL to which every path is appended."""
        return self.origin + self._prefix

    def require_open(self) -> None:
        """Refuse to go on if the client is closed.

        Raises:
            ClientError: It is.
        """
        if self.closed:
            raise ClientError(f"this {self._client_name} is closed: make a new one")

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
        correlation_id: str = "",
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
            correlation_id: The correlation id, unless a header has another; `""` for a new one.
            **options: See `options.StreamOptions`; the callers have checked the names.

        Raises:
            ClientError: The client is closed.
            ConfigurationError: An argument is not usable.
            SerializationError: `json` cannot be written as JSON.
        """
        self.require_open()
        method = _checked_method(method)
        if self._complete_path is not None:
            path = self._complete_path(path)
        path = urls.fill(path, options.get("path_params"))
        target = urls.target(path, params)
        headers = options.get("headers")
        given = checked(headers) if headers else ()
        if self._complete_headers is not None:
            is_form = bool(options.get("files")) or isinstance(options.get("data"), Mapping)
            given = self._complete_headers(given, is_form)
        content, content_type, given = _encode_body(method, options, given)
        all_headers, caller_headers, correlation_id = self._headers(
            content_type, given, correlation_id
        )
        timeout = options.get("timeout")
        return Call(
            method,
            f"{self.origin}{self._prefix}{target}",
            path,
            all_headers,
            content,
            timeout=self.timeout if timeout is None else seconds("timeout", timeout),
            policy=RetryPolicy.of(options.get("retry"), self.retry),
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
        self, content_type: str, given: Headers, correlation_id: str
    ) -> tuple[list[tuple[str, str]], frozenset[str], str]:
        """Complete the headers that the caller gave.

        Returns:
            All headers, the names in lower case of those that the caller gave, and the
            correlation id.
        """
        headers = [("Host", self._host), *_STANDARD_HEADERS]
        if content_type:
            headers.append(("Content-Type", content_type))
        correlation_id = correlation_id or self._new_correlation_id()
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


def with_defaults(defaults: Iterable[tuple[str, str]], given: Headers) -> Headers:
    """Return the headers of a caller, and before them the defaults that they do not replace."""
    names = {name.lower() for name, dummy in given}
    return (*(pair for pair in defaults if pair[0].lower() not in names), *given)


def _checked_method(method: str) -> str:
    method = text_of(method, "method").upper()
    if method not in HTTPMethod.__members__:
        raise ConfigurationError(
            f"method must be one of {', '.join(HTTPMethod.__members__)}, not {method[:20]!r}"
        )
    return method


def _encode_body(
    method: str, options: StreamOptions, headers: Headers
) -> tuple[bytes, str, Headers]:
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
