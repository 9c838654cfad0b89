# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failed exchange means: the HTTP library's errors, each as one line that says what to
do.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..exceptions import RequestError

if TYPE_CHECKING:
    from ..flow import Exchange
    from .wire import Wire


@contextmanager
def explained(effect: Exchange, wire: Wire) -> Iterator[None]:
    """Turn the HTTP library's errors into ours.

    Args:
        effect: What was asked for.
        wire: The connection that carries it.

    Raises:
        RequestError: `sent` tells whether any of the request may have reached the server, `stale`
            whether an idle connection was found closed.
    """
    # The core lets errors of TLS through that come after the handshake, in event loops.
    kinds: tuple[type[Exception], ...] = (*wire.errors, ssl.SSLError)
    try:
        yield
    except kinds as exc:
        error = explain(exc, effect)
        error.sent = error.sent and wire.deadline.wrote
        error.stale = wire.reused and _is(
            exc, "RemoteProtocolError", "ReadError", "WriteError", "SSLError"
        )
        raise error from error.cause
    except UnicodeError as exc:
        raise _unsent(_NO_HOST, exc) from exc


def _is(exc: Exception, *names: str) -> bool:
    """Tell whether an error is one of these or derived from one: the core's errors and the
    library's bear the same names.
    """
    return any(kind.__name__ in names for kind in type(exc).__mro__)


def _unsent(message: str, exc: Exception | None) -> RequestError:
    error = RequestError(message, cause=exc)
    error.sent = False
    return error


_NO_HOST = "the host cannot be looked up; check the host"
_PASSING = (
    (
        re.compile(
            r"(?i)name or service not known|nodename|getaddrinfo|no address associated|name resolution"
        ),
        "the name cannot be resolved; check host and DNS",
    ),
    (
        re.compile(r"(?i)refused|all connection attempts failed"),
        "the connection was refused; check host and port, and that the server runs",
    ),
    (re.compile(r"(?i)unreachable|no route"), "the network is unreachable; check host and routing"),
)
_REFUSED = (
    re.compile(r"(?i)certificate.required|handshake failure|bad certificate|unknown ca"),
    "it refused the TLS handshake; it may want 'client_cert' and 'client_key'",
)
_PERMANENT = (
    (
        re.compile(r"(?i)hostname mismatch|ip address mismatch|doesn't match"),
        "its certificate is for another name; check the host",
    ),
    (
        re.compile(r"(?i)certificate has expired"),
        "its certificate has expired; renew it on the server",
    ),
    (
        re.compile(r"(?i)certificate_verify_failed|self.signed"),
        "its certificate is not trusted; give its authority with 'ca_path', or turn 'verify' off for a test",
    ),
    (
        re.compile(r"(?i)wrong_version_number|record layer failure|http_request|packet length"),
        "it does not speak TLS there; check the port, or use plain http",
    ),
    _REFUSED,
    (
        re.compile(r"(?i)protocol version|unsupported protocol"),
        "it offers no TLS version from 1.2 on; update the server",
    ),
)


def explain(exc: Exception, effect: Exchange) -> RequestError:
    """Say in one line why there is no answer, and what to do.

    Args:
        exc: The error of the HTTP library or of its core. Its own text may hold a header's value,
            and is used only to tell causes apart.
        effect: What was asked for.

    Returns:
        The error to raise; `sent` tells whether bytes may have reached the server.
    """
    if _is(exc, "ConnectTimeout", "PoolTimeout"):
        return _unsent(
            f"no connection within {effect.timeout:.3g} s; check host, port and firewalls, or raise 'timeout'",
            exc,
        )
    if _is(exc, "TimeoutException"):
        return RequestError(
            f"no answer within {effect.timeout:.3g} s; raise 'timeout' if the server needs longer",
            cause=exc,
        )
    for pattern, meaning in (*_PASSING, *_PERMANENT) if _is(exc, "ConnectError") else ():
        if pattern.search(str(exc)):
            error = _unsent(meaning, exc)
            error.permanent = (pattern, meaning) in _PERMANENT
            return error
    if _is(exc, "ReadError", "WriteError", "SSLError") and _REFUSED[0].search(str(exc)):
        # With TLS 1.3 a server that wants a certificate says so after the handshake, when the
        # client has begun to send.
        error = RequestError(_REFUSED[1], cause=exc)
        error.permanent = True
        return error
    if _is(exc, "ProxyError"):
        return _unsent(
            "the proxy did not let it through; check 'proxy', HTTPS_PROXY and NO_PROXY", exc
        )
    if _is(exc, "ConnectError", "UnsupportedProtocol"):
        return _unsent(f"the connection failed ({type(exc).__name__})", exc)
    if _is(exc, "InvalidURL"):
        return _unsent(_NO_HOST, exc)
    if _is(exc, "LocalProtocolError"):
        # Its text repeats the header that it refuses, which may be a credential.
        return _unsent("the request holds a header that HTTP does not allow", None)
    tls = "" if effect.url.startswith("https:") else ", or does it want TLS (https)"
    return RequestError(
        f"the connection broke before the answer was complete ({type(exc).__name__}); is the port right, does the server stay up{tls}?",
        cause=exc,
    )
