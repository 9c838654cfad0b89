# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending a login, and reading its response.

A response that is not clearly a token is an error, a page of HTML for example.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import jsonutils
from .cookies import CookieJar
from .exceptions import AuthenticationError, SerializationError
from .flow import Flow
from .http import Response, header_values

if TYPE_CHECKING:
    from .connection import ConnectionBase

REFUSALS = frozenset((400, 401, 403, 422, 423))
"""Statuses by which a server says that it does not accept the credentials."""

_ABSENT = frozenset((404, 405, 410, 501))
"""Statuses of a server that has no login at this path."""
_TOKEN = re.compile(r"[!-~]{1,16384}")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d+)?", re.ASCII)


def request(
    connection: ConnectionBase,
    path: str,
    options: Callable[[], Mapping[str, Any]],
    hint: str,
    *,
    refusals: frozenset[int] = REFUSALS,
    absent: str = "check host, port and product",
) -> Flow[Response]:
    """Send a login.

    It is repeated after the default statuses, and if nothing was sent. It is not repeated if there
    was no response: a wrong password must not be tried twice.

    Args:
        connection: The client's connection.
        path: The login's path.
        options: Returns the body, and headers if there are any, for `CallFactory.build`. A
            function, so that no frame that an error leaves holds a secret.
        hint: Advice if the login is refused.
        refusals: The statuses that refuse the credentials.
        absent: Advice if the path does not exist.

    Returns:
        The response, which is 2xx.

    Raises:
        AuthenticationError: Refused.
        HTTPStatusError: Another status: the next call logs in again.
        RequestError: There is no response.
    """
    calls = connection.calls
    calls.require_open()
    call = calls.build(
        "POST",
        path,
        authenticate=False,
        is_login=True,
        retry=calls.retry.for_login(),
        **options(),
    )
    response: Response = yield from calls.engine.send(call)
    status = response.status_code
    if status in refusals or 300 <= status < 400:
        raise calls.engine.refusal(response, hint)
    calls.engine.check(response, absent if status in _ABSENT else None)
    return response


def read(
    response: Response, keys: Sequence[str], *, bare: bool = True
) -> tuple[str | None, float | None]:
    """Return the token of a login's response and the seconds it lives.

    Args:
        response: The response: an object with the token under one of the keys, quoted text, or bare
            text.
        keys: Keys under which an object may have the token.
        bare: `True` if the whole body may be the token; that of OAuth is an object (RFC 6749
            section 5.1).

    Returns:
        The token, or `None` if there is none; and the seconds, or `None` if the server does not
        say.
    """
    data: object = response.text.strip()
    if response.text.lstrip().startswith(("{", "[", '"')):
        data = _json(response)
    if isinstance(data, dict):
        token = next((data[key] for key in keys if data.get(key)), None)
        expires_in = _seconds(data.get("expires_in"))
    else:
        token, expires_in = data if bare else None, None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token) or token.startswith("<"):
        token = None
    return token, expires_in


def cookie_token(response: Response, jar: CookieJar, origin: str) -> str | None:
    """Return the value of the cookie that identifies the session; `None` if there is none.

    There is none either if the response to the login is a page or a text.
    """
    data = _json(response) if response.content.strip() else {}
    silent = isinstance(data, dict) and not (data.get("error") or data.get("errors"))
    return jar.identify(origin) if silent else None


def cookies_of(connection: ConnectionBase, response: Response) -> CookieJar:
    """Return the cookies that the response to a login sets.

    A cookie without a path is for all paths, because it belongs to the session.
    """
    jar, runtime = CookieJar(), connection.calls.runtime
    lines = header_values(response.headers, "set-cookie")
    jar.take(connection.calls.origin, lines, runtime.clock(), runtime.wall())
    return jar


def missing(
    response: Response,
    what: str = "a token",
    hint: str = "check host, port and product",
) -> AuthenticationError:
    """Make the error for a 2xx response to a login that holds no session.

    Args:
        response: The response.
        what: The missing part.
        hint: The advice.
    """
    kind = response.headers.get("content-type", "no content type").partition(";")[0]
    size = len(response.content)
    return AuthenticationError(
        f"{response.request.method} {response.url}: answered {response.status_code}"
        f" ({kind}, {size} bytes) without {what}; {hint}",
        response=response.without_body(),
    )


def _json(response: Response) -> Any:
    try:
        return jsonutils.loads(response.text)
    except SerializationError:
        return None


def _seconds(granted: object) -> float | None:
    """Return the number in `expires_in`, which some servers write as text."""
    if isinstance(granted, bool) or not (
        isinstance(granted, (int, float))
        or (isinstance(granted, str) and _NUMBER.fullmatch(granted.strip()))
    ):
        return None
    try:
        return float(granted)
    except OverflowError:
        return None
