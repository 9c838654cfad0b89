# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wire: the one file that knows the HTTP library.

`httpx` is taken first because users catch its exceptions; where only its successor `httpx2` is installed, that one is.
"""

from __future__ import annotations

import contextvars
import functools
import importlib
import logging
import os
import re
import ssl
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .decoding import BodyReader, Decoder, decoder
from .exceptions import ConfigurationError, RequestError
from .redaction import safe_url


def find_library() -> tuple[Any, str | None]:
    """Return the HTTP library, or `None` and the traceback of the failed import."""
    try:
        return importlib.import_module("httpx"), None
    except ImportError:
        failure = traceback.format_exc()
    try:
        return importlib.import_module("httpx2"), None
    except ImportError:
        return None, failure


if TYPE_CHECKING:
    import httpx

    from .flow import Exchange

    IMPORT_ERROR: str | None
else:
    httpx, IMPORT_ERROR = find_library()

DEFAULT_LIMIT = 20
"""Connections that a client keeps open at most."""


class TlsSettings:
    """How a server's certificate is checked and which one is shown to it.

    Args:
        verify: Check the server's certificate and name.
        ca_path: A PEM file, or a folder of hashed ones; `None` for the HTTP library's own bundle, or `SSL_CERT_FILE`.
        client_cert: A PEM file with the certificate to show, and possibly its key.
        client_key: A PEM file with its key.
    """

    __slots__ = ("ca_path", "client_cert", "client_key", "verify")

    def __init__(self, verify: bool = True, ca_path: str | None = None, client_cert: str | None = None, client_key: str | None = None) -> None:
        self.verify = verify
        self.ca_path = ca_path
        self.client_cert = client_cert
        self.client_key = client_key

    def context(self) -> ssl.SSLContext:
        """Return the context for these settings: one per process, made anew where a file has changed.

        Raises:
            ConfigurationError: A file cannot be read or does not hold what it should.
        """
        files = (("ca_path", self.ca_path), ("client_cert", self.client_cert), ("client_key", self.client_key))
        try:
            stamps = tuple(os.stat(path).st_mtime_ns if path else 0 for dummy, path in files)
            return _context(self.verify, self.ca_path, self.client_cert, self.client_key, os.environ.get("SSL_CERT_FILE"), stamps)
        except (OSError, ssl.SSLError) as exc:
            given = ", ".join(f"{name}={path}" for name, path in files if path)
            raise ConfigurationError(f"TLS files cannot be used ({given}): {exc.strerror or exc}", cause=exc) from exc


@functools.lru_cache(maxsize=32)
def _context(verify: bool, ca_path: str | None, cert: str | None, key: str | None, dummy_env: str | None, dummy_stamps: tuple[int, ...]) -> ssl.SSLContext:
    if ca_path is None:
        context = httpx.create_ssl_context(verify=verify)
    elif os.path.isdir(ca_path):
        context = ssl.create_default_context(capath=ca_path)
    else:
        context = ssl.create_default_context(cafile=ca_path)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cert is not None:
        # Without a password callback OpenSSL would ask on the terminal and hang a playbook.
        context.load_cert_chain(cert, key, password=lambda: b"")
    return context


@functools.cache
def no_tls() -> ssl.SSLContext:
    """Return the context for plain http: it trusts no authority, so that nothing reached through it by TLS can pass unverified."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Answer:
    """What a transport gives back: read to its end, or open for a stream."""

    __slots__ = ("content", "headers", "reader", "status_code")

    def __init__(self, status_code: int, headers: Mapping[str, str], content: bytes, reader: Any = None) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.reader = reader


class TransportSettings:
    """Everything a connection is made from.

    Args:
        origin: `scheme://host[:port]`.
        tls: For an https origin.
        proxy: A proxy's URL; `None` for what the environment says.
        limit: Connections at most.
        custom: A transport of the HTTP library to use instead of real connections, as tests do.
    """

    __slots__ = ("custom", "limit", "origin", "proxy", "tls")

    def __init__(self, origin: str, tls: TlsSettings, proxy: str | None = None, limit: int = DEFAULT_LIMIT, custom: Any = None) -> None:
        self.origin = origin
        self.tls = tls
        self.proxy = proxy
        self.limit = limit
        self.custom = custom

    def open(self, kind: str) -> Any:
        """Return a transport that holds one connection.

        Args:
            kind: `HTTPTransport` or `AsyncHTTPTransport`.

        Raises:
            ConfigurationError: The HTTP library is missing, or a proxy or TLS file cannot be used.
        """
        if self.custom is not None:
            return self.custom
        if IMPORT_ERROR is not None:
            raise ConfigurationError("the Python library httpx is missing: pip install httpx")
        context = self.tls.context() if self.origin.startswith("https:") else no_tls()
        proxy = self.proxy or proxy_from_environment(self.origin)
        try:
            return getattr(httpx, kind)(verify=context, proxy=proxy, limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=5.0))
        except (ValueError, ImportError, httpx.InvalidURL) as exc:
            raise ConfigurationError(f"proxy {safe_url(proxy or '')!r} cannot be used: give http://, https:// or socks5:// and a host", cause=exc) from None


def proxy_from_environment(origin: str) -> str | None:
    """Return the proxy that `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name for an origin, or `None`."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(origin)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


class SyncTransport:
    """A last-in-first-out set of one-connection transports, for threads.

    One connection each, because the library's own pool searches all waiting requests and all connections at every step; the last one used comes first,
    because it is the least likely to have been closed by the server.
    """

    __slots__ = ("_clock", "_idle", "_settings", "_turns")

    def __init__(self, settings: TransportSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._idle: list[tuple[Any, bool]] = []
        self._turns = threading.BoundedSemaphore(settings.limit)

    def exchange(self, effect: Exchange) -> Answer:
        """Perform an exchange.

        Raises:
            RequestError: There is no whole answer.
        """
        self._turns.acquire()
        wire, sound, streaming = None, False, False
        try:
            wire, reused = self._idle.pop() if self._idle else (self._settings.open("HTTPTransport"), False)
            with _errors_told(effect, reused):
                started = self._clock()
                raw = wire.handle_request(_request(effect))
                if effect.stream and 200 <= raw.status_code < 300:
                    streaming = True
                    return Answer(raw.status_code, raw.headers, b"", SyncReader(self, effect, wire, raw))
                try:
                    reader = BodyReader(raw.headers, effect.limit, effect.timeout, self._clock, started)
                    for piece in raw.stream:
                        reader.feed(piece)
                finally:
                    raw.stream.close()
                sound = True
                return Answer(raw.status_code, raw.headers, reader.finish())
        finally:
            if not streaming:
                self.put_back(wire, sound)

    def put_back(self, wire: Any, used: bool) -> None:
        """Take back a connection, and whether it has carried an answer before."""
        if wire is not None:
            self._idle.append((wire, used))
        self._turns.release()

    def close(self) -> None:
        """Close every idle connection."""
        with _quietly():
            while self._idle:
                self._idle.pop()[0].close()


class SyncReader:
    """The open body of a stream."""

    __slots__ = ("_decoder", "_effect", "_owner", "_raw", "_wire")

    def __init__(self, owner: SyncTransport, effect: Exchange, wire: Any, raw: Any) -> None:
        self._owner = owner
        self._effect = effect
        self._wire = wire
        self._raw = raw
        self._decoder = decoder(raw.headers)

    def pieces(self) -> Iterator[bytes]:
        """Yield the decoded body."""
        try:
            for raw in self._raw.stream:
                yield from decoded(self._decoder, raw)
        except httpx.HTTPError as exc:
            raise explain(exc, self._effect) from exc
        if self._decoder is not None:
            self._decoder.check_complete()

    def close(self) -> None:
        """Give the connection back; closed first where the body was not read to its end."""
        if self._wire is not None:
            wire, self._wire = self._wire, None
            try:
                self._raw.stream.close()
            finally:
                self._owner.put_back(wire, True)


class AsyncTransport:
    """A last-in-first-out set of one-connection transports, for the tasks of one event loop. For the reasons see `SyncTransport`."""

    __slots__ = ("_clock", "_idle", "_settings", "_turns")

    def __init__(self, settings: TransportSettings, clock: Callable[[], float] = time.monotonic) -> None:
        import asyncio

        self._settings = settings
        self._clock = clock
        self._idle: list[tuple[Any, bool]] = []
        self._turns = asyncio.Semaphore(settings.limit)

    async def exchange(self, effect: Exchange) -> Answer:
        """Perform an exchange.

        Raises:
            RequestError: There is no whole answer.
        """
        await self._turns.acquire()
        wire, sound, streaming = None, False, False
        try:
            wire, reused = self._idle.pop() if self._idle else (self._settings.open("AsyncHTTPTransport"), False)
            with _errors_told(effect, reused):
                started = self._clock()
                raw = await wire.handle_async_request(_request(effect))
                if effect.stream and 200 <= raw.status_code < 300:
                    streaming = True
                    return Answer(raw.status_code, raw.headers, b"", AsyncReader(self, effect, wire, raw))
                try:
                    reader = BodyReader(raw.headers, effect.limit, effect.timeout, self._clock, started)
                    async with aclosing(raw.stream.__aiter__()) as pieces:
                        async for piece in pieces:
                            reader.feed(piece)
                finally:
                    await raw.stream.aclose()
                sound = True
                return Answer(raw.status_code, raw.headers, reader.finish())
        finally:
            if not streaming:
                self.put_back(wire, sound)

    def put_back(self, wire: Any, used: bool) -> None:
        """Take back a connection, and whether it has carried an answer before."""
        if wire is not None:
            self._idle.append((wire, used))
        self._turns.release()

    async def close(self) -> None:
        """Close every idle connection."""
        with _quietly():
            while self._idle:
                await self._idle.pop()[0].aclose()


class AsyncReader:
    """The open body of a stream."""

    __slots__ = ("_decoder", "_effect", "_owner", "_raw", "_wire")

    def __init__(self, owner: AsyncTransport, effect: Exchange, wire: Any, raw: Any) -> None:
        self._owner = owner
        self._effect = effect
        self._wire = wire
        self._raw = raw
        self._decoder = decoder(raw.headers)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the decoded body."""
        try:
            async with aclosing(self._raw.stream.__aiter__()) as pieces:
                async for raw in pieces:
                    for part in decoded(self._decoder, raw):
                        yield part
        except httpx.HTTPError as exc:
            raise explain(exc, self._effect) from exc
        if self._decoder is not None:
            self._decoder.check_complete()

    async def close(self) -> None:
        """Give the connection back; closed first where the body was not read to its end."""
        if self._wire is not None:
            wire, self._wire = self._wire, None
            try:
                await self._raw.stream.aclose()
            finally:
                self._owner.put_back(wire, True)


def decoded(with_: Decoder | None, raw: bytes) -> Iterator[bytes]:
    """Yield the decoded pieces of a raw piece of a stream."""
    if with_ is None:
        yield raw
    else:
        yield from with_.pieces(raw, 1 << 62)


def _request(effect: Exchange) -> Any:
    limit = effect.timeout
    return httpx.Request(
        effect.method,
        effect.url,
        headers=effect.headers,
        content=effect.content or None,
        extensions={"timeout": {"connect": limit, "read": limit, "write": limit, "pool": limit}},
    )


def encode_multipart(data: Mapping[str, Any], files: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return a `multipart/form-data` body, whole, so that it can be sent again, and its content type.

    Args:
        data: Plain fields.
        files: Name to a file object, bytes, or a tuple of file name, content and content type.
    """
    request = httpx.Request("POST", "http://localhost/", data=data, files=files)
    return request.read(), request.headers["content-type"]


# Quietness -----------------------------------------------------------------------------------------------------------------------

_sending: contextvars.ContextVar[bool] = contextvars.ContextVar("restops_clients_sending", default=False)


class _Quiet(logging.Filter):
    """Drops what the HTTP library says of our own requests: it would write headers with cookies and URLs with tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        del record
        return not _sending.get()


@functools.cache
def _hush() -> None:
    quiet = _Quiet()
    for name in ("httpx", *(f"{core}.{part}" for core in ("httpcore", "httpcore2") for part in ("connection", "http11", "http2", "proxy", "socks")), "httpx2"):
        logging.getLogger(name).addFilter(quiet)


# Errors --------------------------------------------------------------------------------------------------------------------------


@contextmanager
def _quietly() -> Iterator[None]:
    _hush()
    before = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(before)


@contextmanager
def _errors_told(effect: Exchange, reused: bool) -> Iterator[None]:
    try:
        with _quietly():
            yield
    except httpx.HTTPError as exc:
        error = explain(exc, effect)
        error.stale = reused and isinstance(exc, (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError))
        raise error from error.cause
    except (httpx.InvalidURL, UnicodeError) as exc:
        raise _unsent("the host cannot be looked up; check 'host'", exc) from exc


def _unsent(message: str, exc: Exception | None) -> RequestError:
    error = RequestError(message, cause=exc)
    error.sent = False
    return error


_PASSING = (
    (
        re.compile(r"(?i)name or service not known|nodename|getaddrinfo|no address associated|name resolution"),
        "the name cannot be resolved; check 'host' and DNS",
    ),
    (re.compile(r"(?i)refused|all connection attempts failed"), "the connection was refused; check 'host' and 'port', and that the server runs"),
    (re.compile(r"(?i)unreachable|no route"), "the network is unreachable; check 'host' and routing"),
)
_PERMANENT = (
    (re.compile(r"(?i)hostname mismatch|ip address mismatch|doesn't match"), "its certificate is for another name; check 'host'"),
    (re.compile(r"(?i)certificate has expired"), "its certificate has expired; renew it on the server"),
    (
        re.compile(r"(?i)certificate_verify_failed|self.signed"),
        "its certificate is not trusted; give its authority with 'ca_path', or turn 'validate_certs' off for a test",
    ),
    (
        re.compile(r"(?i)wrong_version_number|record layer failure|http_request|packet length"),
        "it does not speak TLS there; check 'port', or set 'use_tls' to false",
    ),
    (
        re.compile(r"(?i)certificate.required|handshake failure|bad certificate|unknown ca"),
        "it refused the TLS handshake; it may want 'client_cert' and 'client_key'",
    ),
    (re.compile(r"(?i)protocol version|unsupported protocol"), "it offers no TLS version from 1.2 on; update the server"),
)


def explain(exc: httpx.HTTPError, effect: Exchange) -> RequestError:
    """Say in one line why there is no answer, and what to do.

    Args:
        exc: The HTTP library's error. Its own text may hold a header's value, and is used only to tell causes apart.
        effect: What was asked for.

    Returns:
        The error to raise; `sent` tells whether bytes may have reached the server.
    """
    if isinstance(exc, (httpx.ConnectTimeout, httpx.PoolTimeout)):
        return _unsent(f"no connection within {effect.timeout:g} s; check 'host', 'port' and firewalls, or raise 'timeout'", exc)
    if isinstance(exc, httpx.TimeoutException):
        return RequestError(f"no answer within {effect.timeout:g} s; raise 'timeout' if the server needs longer", cause=exc)
    for pattern, meaning in (*_PASSING, *_PERMANENT) if isinstance(exc, httpx.ConnectError) else ():
        if pattern.search(str(exc)):
            error = _unsent(meaning, exc)
            error.permanent = (pattern, meaning) in _PERMANENT
            return error
    if isinstance(exc, httpx.ProxyError):
        return _unsent("the proxy did not let it through; check 'proxy', HTTPS_PROXY and NO_PROXY", exc)
    if isinstance(exc, (httpx.ConnectError, httpx.UnsupportedProtocol)):
        return _unsent(f"the connection failed ({type(exc).__name__})", exc)
    if isinstance(exc, httpx.LocalProtocolError):
        # Its text repeats the header that it refuses, which may be a credential.
        return _unsent("the request holds a header that HTTP does not allow", None)
    tls = "" if effect.url.startswith("https:") else ", or does it want TLS ('use_tls')"
    return RequestError(
        f"the connection broke before the answer was complete ({type(exc).__name__}); is 'port' right, does the server stay up{tls}?", cause=exc
    )
