# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the HTTP library in our words: what failed, and what to do."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ..deadlines import rounded
from ..exceptions import RequestError
from .addresses import NOT_RESOLVED

if TYPE_CHECKING:
    from ..flow import Exchange
    from .network import WireState
    from .proxies import Proxy
    from .wire import Wire


@contextmanager
def translate_errors(effect: Exchange, wire: Wire) -> Iterator[None]:
    """Turn the HTTP library's errors into ours.

    Args:
        effect: The request.
        wire: The connection that carries it.

    Raises:
        RequestError: With the attributes `sent`, if bytes of the request may have reached the
            server, and `stale`, if the server had closed an idle connection.
    """
    # Custom transports let errors of TLS through that come after the handshake.
    kinds: tuple[type[Exception], ...] = (*wire.errors, ssl.SSLError)
    try:
        yield
    except kinds as exc:
        error = explain(exc, effect, wire.state)
        error.sent = error.sent and wire.state.wrote
        error.stale = wire.reused and _is(
            exc, "RemoteProtocolError", "ReadError", "WriteError", "SSLError"
        )
        raise error from error.cause
    except UnicodeError as exc:
        is_header = isinstance(exc, UnicodeEncodeError) and exc.encoding == "latin-1"
        error = (
            _permanent_error(_BAD_HEADER, None) if is_header else _permanent_error(_NO_HOST, exc)
        )
        raise error from error.cause


class _Fault(NamedTuple):
    """A cause of a failed connection.

    Attributes:
        pattern: Matches the text of the library's error.
        what: The cause.
        advice: The advice to the user.
        permanent: `True` if another attempt would fail in the same way.
    """

    pattern: re.Pattern[str]
    what: str
    advice: str
    permanent: bool = True


_BAD_HEADER = "the request has a header that HTTP does not allow"
_NO_HOST = "the host cannot be looked up; check the host"
_TRUST = "give its authority with 'ca_path', or turn 'verify' off for a test"
_HANDSHAKE_REFUSED = _Fault(
    re.compile(r"(?i)certificate.required|handshake failure|bad certificate|unknown ca"),
    "it refused the TLS handshake",
    "it may require 'client_cert' and 'client_key'",
)
_CONNECTING = (
    _Fault(
        re.compile(
            r"(?i)name or service not known|nodename|getaddrinfo|no address associated"
            r"|name resolution"
        ),
        "the name cannot be resolved",
        "check host and DNS",
        permanent=False,
    ),
    _Fault(
        re.compile(r"(?i)refused|all connection attempts failed"),
        "the connection was refused",
        "check host and port, and that the server runs",
        permanent=False,
    ),
    _Fault(
        re.compile(r"(?i)unreachable|no route"),
        "the network is unreachable",
        "check host and routing",
        permanent=False,
    ),
)
_LOCAL = _Fault(
    re.compile(r"(?i)too many open files"),
    "this process has too many open files",
    "raise its limit (ulimit -n), or close clients that are not needed",
    permanent=False,
)
_TLS = (
    _Fault(
        re.compile(r"(?i)hostname mismatch|ip address mismatch|doesn't match"),
        "its certificate is for another name",
        "check the host",
    ),
    _Fault(
        re.compile(r"(?i)certificate has expired"),
        "its certificate has expired",
        "renew it on the server",
    ),
    _Fault(
        # Requirements of VERIFY_X509_STRICT.
        re.compile(
            r"(?i)((?:missing (?:authority|subject) key identifier|[a-z ]*basic constraints[a-z ]*"
            r"|[a-z ]*key usage[a-z ]*|[a-z ]*not marked critical))"
        ),
        "its certificate or authority violates RFC 5280 ({reason}), which Python 3.13 and newer"
        " refuse",
        "have it issued again with the missing extension",
    ),
    _Fault(
        re.compile(r"(?i)certificate_verify_failed|self.signed"),
        "its certificate is not trusted",
        _TRUST,
    ),
    _Fault(
        re.compile(r"(?i)wrong_version_number|record layer failure|http_request|packet length"),
        "it does not speak TLS there",
        "check the port, or connect without TLS ('use_tls')",
    ),
    _HANDSHAKE_REFUSED,
    _Fault(
        re.compile(r"(?i)protocol version|unsupported protocol"),
        "it offers no TLS version from 1.2 on",
        "update the server",
    ),
)
_INVALID = (
    (re.compile(r"(?i)illegal header|continuation line"), "a header line of it is not valid HTTP"),
    (
        re.compile(r"(?i)transfer-encoding"),
        "its Transfer-Encoding is none that HTTP/1.1 clients know",
    ),
    (re.compile(r"(?i)content-length"), "its Content-Length is not valid"),
    (re.compile(r"(?i)receive buffer too long"), "its headers are too long"),
    (re.compile(r"(?i)pending proposal"), "it switches to another protocol without being asked"),
)
"""Responses that h11 refuses."""


def explain(exc: Exception, effect: Exchange, state: WireState) -> RequestError:
    """Return the error that says, in one line, why there is no response and what to do.

    Args:
        exc: The error of the HTTP library or of its core. Its text may contain the value of a
            header, so it is used only to distinguish causes.
        effect: The request.
        state: The state of the connection on which the attempt failed.

    Returns:
        The error; its attribute `sent` is `True` if bytes may have reached the server.
    """
    if state.proxy is None:
        return _explain(exc, effect)
    proxy = state.proxy
    if state.at_proxy and not state.wrote:
        return _explain_proxy(exc, effect, proxy)
    error = _explain(exc, effect)
    error.reword(f"{error.message}; the connection went through the proxy {proxy}")
    return error


def _explain(exc: Exception, effect: Exchange) -> RequestError:
    if _is(exc, "ConnectTimeout", "PoolTimeout"):
        what = "DNS" if NOT_RESOLVED in str(exc) else "port and firewalls"
        return _unsent_error(f"{_late(exc, effect)}; check host, {what}, or raise 'timeout'", exc)
    if _is(exc, "TimeoutException"):
        return RequestError(
            f"no response within {rounded(effect.timeout)} s;"
            " raise 'timeout' if the server needs longer",
            cause=exc,
        )
    if _is(exc, "ConnectError"):
        return _no_connection(exc, (*_CONNECTING, _LOCAL, *_TLS))
    if _is(exc, "ReadError", "WriteError", "SSLError") and _HANDSHAKE_REFUSED.pattern.search(
        str(exc)
    ):
        # With TLS 1.3 a server that requires a certificate says so after the handshake, when the
        # client has begun to send.
        error = RequestError(f"{_HANDSHAKE_REFUSED.what}; {_HANDSHAKE_REFUSED.advice}", cause=exc)
        error.permanent = True
        return error
    if _is(exc, "UnsupportedProtocol"):
        return _permanent_error(f"the connection failed ({type(exc).__name__})", exc)
    if _is(exc, "InvalidURL"):
        return _permanent_error(_NO_HOST, exc)
    if _is(exc, "LocalProtocolError"):
        # The text of the error has the header, which may be a credential.
        return _permanent_error(_BAD_HEADER, None)
    return _no_answer(exc, effect)


def _explain_proxy(exc: Exception, effect: Exchange, proxy: Proxy) -> RequestError:
    """Explain an error before the request was sent: the server was not reached yet."""
    correct = f"correct {proxy.source}"
    if proxy.source != "'proxy'":
        correct += ", or add the host to NO_PROXY"
    if _is(exc, "ConnectTimeout"):
        what = f"{_late(exc, effect)}; {correct}"
    elif _is(exc, "TimeoutException"):
        what = f"no response within {rounded(effect.timeout)} s; {correct}, or raise 'timeout'"
    elif _is(exc, "ProxyError"):
        status = re.match(r"\d{3}\b", str(exc))
        refused = f"it refused with status {status[0]}" if status else "it refused"
        what = f"{refused}; check its user and password and whether it may reach the server"
    elif _is(exc, "ConnectError"):
        corrected = [fault._replace(advice=correct) for fault in _CONNECTING]
        error = _no_connection(exc, (*corrected, _LOCAL, *_TLS))
        error.reword(f"proxy {proxy}: {error.message}")
        return error
    else:
        what = f"the connection to it broke ({type(exc).__name__}); {correct}"
    return _unsent_error(f"proxy {proxy}: {what}", exc)


def _late(exc: Exception, effect: Exchange) -> str:
    what = NOT_RESOLVED if NOT_RESOLVED in str(exc) else "there was no connection"
    return f"{what} within {rounded(effect.timeout)} s"


def _no_connection(exc: Exception, faults: tuple[_Fault, ...]) -> RequestError:
    text = str(exc)
    for fault in faults:
        if found := fault.pattern.search(text):
            what = fault.what.format(reason=found[0].strip().lower())
            error = _unsent_error(f"{what}; {fault.advice}", exc)
            error.permanent = fault.permanent
            return error
    return _unsent_error(f"the connection failed ({type(exc).__name__})", exc)


def _no_answer(exc: Exception, effect: Exchange) -> RequestError:
    for pattern, what in _INVALID if _is(exc, "RemoteProtocolError") else ():
        if pattern.search(str(exc)):
            # The text of the error may have a line of the header, such as a cookie.
            return RequestError(
                f"the response cannot be read: {what};"
                " correct the server, or what is in front of it"
            )
    advice = (
        "check the port and whether the server stays up"
        if effect.url.startswith("https:")
        else "check the port, whether the server stays up, and whether it expects TLS ('use_tls')"
    )
    return RequestError(
        f"the connection broke before the response was complete ({type(exc).__name__}); {advice}",
        cause=exc,
    )


def _is(exc: Exception, *names: str) -> bool:
    """Tell whether an error is one of these or derived from one.

    The errors of the core and of the library have the same names.
    """
    return any(kind.__name__ in names for kind in type(exc).__mro__)


def _permanent_error(message: str, exc: Exception | None) -> RequestError:
    """Return an error that every further attempt would have too, before anything is sent."""
    error = _unsent_error(message, exc)
    error.permanent = True
    return error


def _unsent_error(message: str, exc: Exception | None) -> RequestError:
    error = RequestError(message, cause=exc)
    error.sent = False
    return error
