# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport: the meaning of its errors, TLS settings, proxies, and its silence in logs."""

from __future__ import annotations

import contextvars
import logging
import os
import ssl
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest
import trustme
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Exchange
from ansible_collections.restops.clients.plugins.module_utils.core.net import (
    faults,
    httplib,
    internals,
    network,
    pool,
    proxies,
    quiet,
    tls,
    wire,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net.async_transport import (
    AsyncTransport,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net.tls import TlsSettings
from ansible_collections.restops.clients.plugins.module_utils.core.net.transport import (
    SyncTransport,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net.wire_settings import (
    WireSettings,
)
from ansible_collections.restops.clients.tests.unit.support import Case, Server


def exchange(url: str = "https://server.example/x") -> Exchange:
    return Exchange("GET", url, (), b"", 30, 1000)


@pytest.mark.parametrize(
    ("error", "expected", "sent"),
    [
        (httpx.ConnectTimeout("SECRET"), "there was no connection within 30 s", False),
        (httpx.PoolTimeout("SECRET"), "there was no connection within 30 s", False),
        (httpx.ReadTimeout("SECRET"), "no response within 30 s; raise 'timeout'", True),
        (
            httpx.ConnectError("[Errno -2] Name or service not known SECRET"),
            "cannot be resolved; check host",
            False,
        ),
        (
            httpx.ConnectError("[Errno 111] Connection refused SECRET"),
            "refused; check host and port",
            False,
        ),
        (
            httpx.ConnectError("CERTIFICATE_VERIFY_FAILED: certificate has expired"),
            "has expired; renew it",
            False,
        ),
        (
            httpx.ConnectError("CERTIFICATE_VERIFY_FAILED: Hostname mismatch"),
            "another name; check the host",
            False,
        ),
        (
            httpx.ConnectError("CERTIFICATE_VERIFY_FAILED: self-signed certificate"),
            "not trusted; give its authority with 'ca_path'",
            False,
        ),
        (
            httpx.ConnectError("[SSL: WRONG_VERSION_NUMBER] wrong version number"),
            "does not speak TLS there; check the port, or connect without TLS ('use_tls')",
            False,
        ),
        (
            httpx.ConnectError("[SSL] tlsv1 alert protocol version"),
            "no TLS version from 1.2 on",
            False,
        ),
        (
            httpx.ConnectError("sslv3 alert handshake failure"),
            "it may require 'client_cert'",
            False,
        ),
        (httpx.ConnectError("Network is unreachable"), "network is unreachable", False),
        (httpx.ConnectError("SECRET"), "the connection failed (ConnectError)", False),
        (httpx.UnsupportedProtocol("SECRET"), "the connection failed (UnsupportedProtocol)", False),
        (
            httpx.LocalProtocolError("Illegal header value b'Bearer SECRET\\n'"),
            "a header that HTTP does not allow",
            False,
        ),
        (
            httpx.RemoteProtocolError("SECRET"),
            "broke before the response was complete (RemoteProtocolError)",
            True,
        ),
        (httpx.ReadError("SECRET"), "broke before the response was complete (ReadError)", True),
    ],
)
def test_every_network_error_is_one_line_with_advice(
    error: httpx.HTTPError, expected: str, sent: bool
) -> None:
    request_error = faults.explain(error, exchange(), network.WireState(lambda: 0.0))
    assert expected in request_error.message
    assert request_error.sent is sent
    assert "SECRET" not in request_error.message
    assert "\n" not in request_error.message


def test_plain_http_on_a_tls_port_is_suspected() -> None:
    assert (
        "expects TLS"
        in faults.explain(
            httpx.RemoteProtocolError(""),
            exchange("http://server.example/x"),
            network.WireState(lambda: 0.0),
        ).message
    )
    assert (
        "expects TLS"
        not in faults.explain(
            httpx.RemoteProtocolError(""), exchange(), network.WireState(lambda: 0.0)
        ).message
    )


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("illegal header line: bytearray(b'X-SECRET : 1')", "a header line of it"),
        ("Only Transfer-Encoding: chunked is supported", "its Transfer-Encoding"),
        ("conflicting Content-Length headers", "its Content-Length is not valid"),
        ("Receive buffer too long", "its headers are too long"),
        ("without a pending proposal", "it switches to another protocol"),
        ("illegal status line: bytearray(b'SECRET')", "check the port"),
        ("Server disconnected without sending a response.", "whether the server stays up"),
    ],
)
def test_an_invalid_response_is_an_error_that_may_be_temporary(error: str, reason: str) -> None:
    request_error = faults.explain(
        httpcore.RemoteProtocolError(error), exchange(), network.WireState(lambda: 0.0)
    )
    assert reason in request_error.message
    assert not request_error.permanent
    assert request_error.sent
    assert "SECRET" not in request_error.message


@pytest.mark.parametrize(
    "reason",
    [
        "Missing Authority Key Identifier",
        "Missing Subject Key Identifier",
        "Basic Constraints of CA cert not marked critical",
        "CA cert does not include key usage extension",
    ],
)
def test_a_certificate_refused_by_strict_checks_is_not_called_untrusted(reason: str) -> None:
    error = httpcore.ConnectError(
        f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason} (_ssl.c:1032)"
    )
    request_error = faults.explain(error, exchange(), network.WireState(lambda: 0.0))
    assert f"violates RFC 5280 ({reason.lower()}), which Python 3.13" in request_error.message
    assert request_error.permanent


@pytest.mark.parametrize(
    ("error", "source", "expected"),
    [
        (
            httpcore.ConnectError("Connection refused"),
            "'proxy'",
            "(from 'proxy'): the connection was refused; correct 'proxy'",
        ),
        (
            httpcore.ConnectError("Connection refused"),
            "HTTP_PROXY",
            (
                "(from HTTP_PROXY): the connection was refused; correct HTTP_PROXY, or add "
                "the host to NO_PROXY"
            ),
        ),
        (
            httpcore.ConnectError("Name or service not known"),
            "'proxy'",
            "the name cannot be resolved; correct 'proxy'",
        ),
        (
            httpcore.ConnectError("CERTIFICATE_VERIFY_FAILED"),
            "'proxy'",
            "its certificate is not trusted; give its authority with 'ca_path'",
        ),
        (
            httpcore.ConnectTimeout("out of time"),
            "'proxy'",
            "there was no connection within 30 s; correct 'proxy'",
        ),
        (
            httpcore.ConnectTimeout("the name was not resolved"),
            "'proxy'",
            "the name was not resolved within 30 s; correct 'proxy'",
        ),
        (
            httpcore.ReadTimeout("out of time"),
            "'proxy'",
            "no response within 30 s; correct 'proxy', or raise 'timeout'",
        ),
        (
            httpcore.ProxyError("407 Proxy Authentication Required"),
            "'proxy'",
            "it refused with status 407; check its user and password",
        ),
        (httpcore.ProxyError("SECRET"), "'proxy'", "it refused; check its user and password"),
        (httpcore.ReadError("SECRET"), "'proxy'", "the connection to it broke (ReadError)"),
    ],
)
def test_a_proxy_that_failed_is_named_with_its_source(
    error: Exception, source: str, expected: str
) -> None:
    state = network.WireState(lambda: 0.0)
    state.proxy = proxies.Proxy("http", "proxy.example", 3128, None, source)
    state.at_proxy = True
    request_error = faults.explain(error, exchange(), state)
    assert request_error.message.startswith(f"proxy http://proxy.example:3128 (from {source}): ")
    assert expected in request_error.message
    assert str(request_error) == request_error.message
    assert not request_error.sent
    state.at_proxy = False
    behind = faults.explain(httpcore.ReadError(""), exchange(), state)
    assert "the connection went through the proxy http://proxy.example:3128" in behind.message
    assert str(behind) == behind.message


def test_a_slow_name_resolution_is_named() -> None:
    request_error = faults.explain(
        httpcore.ConnectTimeout("the name was not resolved"),
        exchange(),
        network.WireState(lambda: 0.0),
    )
    assert request_error.message == (
        "the name was not resolved within 30 s; check host, DNS, or raise 'timeout'"
    )


@pytest.mark.parametrize(
    ("method", "idle", "duration", "connections"),
    [
        ("GET", 3, 0, 1),
        ("PUT", 3, 0, 1),
        ("POST", 0.5, 0, 1),
        ("POST", 0.5, 20, 1),
        ("POST", 3, 0, 2),
        ("PATCH", 3, 0, 2),
    ],
)
async def test_an_unsafe_request_is_not_sent_on_a_connection_that_was_idle_for_long(
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    idle: float,
    duration: float,
    connections: int,
) -> None:
    """Only the time after the exchange before counts, not its duration."""
    made, now = [], [100.0]
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    kind = (httpcore.AsyncMockBackend if case.kind.want_async else httpcore.MockBackend)(
        [answer, answer]
    )
    connect = kind.connect_tcp

    def counted(*given: Any, **more: Any) -> Any:
        made.append(given)
        now[0] += duration
        return connect(*given, **more)

    monkeypatch.setattr(kind, "connect_tcp", counted)
    settings = WireSettings("http://server.example", TlsSettings(), custom=kind)

    def read(method: str, transport: SyncTransport | AsyncTransport) -> Any:
        return transport.exchange(
            Exchange(
                method, "http://server.example/x", (("Host", "server.example"),), b"", 30, 1000
            )
        )

    if case.kind.want_async:
        transport = AsyncTransport(settings, lambda: now[0])
        await read("GET", transport)
        now[0] += idle
        await read(method, transport)
    else:
        transport = SyncTransport(settings, lambda: now[0])
        read("GET", transport)
        now[0] += idle
        read(method, transport)
    assert len(made) == connections


@pytest.mark.parametrize("error", [httpx.InvalidURL("x"), UnicodeError("label too long")])
async def test_a_host_name_that_cannot_be_looked_up_is_named(case: Case, error: Exception) -> None:
    with pytest.raises(RequestError, match="cannot be looked up; check the host") as caught:
        await case.get(case.platform(Server(login=error), retry=1))
    assert caught.value.sent is False


@pytest.mark.parametrize(
    "error",
    [httpx.LocalProtocolError("x"), httpx.InvalidURL("x"), httpx.UnsupportedProtocol("x")],
)
async def test_a_request_that_cannot_be_written_is_not_tried_again(
    case: Case, error: Exception
) -> None:
    server = Server(error)
    with pytest.raises(RequestError) as caught:
        await case.get(case.platform(server))
    assert len(server.requests) == 1
    assert caught.value.sent is False


async def test_the_error_of_an_invalid_header_is_not_chained_to_its_value(case: Case) -> None:
    with pytest.raises(RequestError, match="a header that HTTP does not allow") as caught:
        await case.get(
            case.platform(
                Server(httpx.LocalProtocolError("Illegal header value b'SECRET'")), retry=1
            )
        )
    error: BaseException | None = caught.value
    while error is not None:
        assert "SECRET" not in str(error)
        error = error.__cause__


# TLS


def test_a_tls_context_is_cached_by_its_settings_and_files(tmp_path: Path) -> None:
    assert TlsSettings().context() is TlsSettings().context()
    assert TlsSettings().context() is not TlsSettings(verify=False).context()
    assert TlsSettings().context().verify_mode == ssl.CERT_REQUIRED
    assert TlsSettings().context().check_hostname
    assert TlsSettings(verify=False).context().verify_mode == ssl.CERT_NONE
    for settings in (
        TlsSettings(),
        TlsSettings(verify=False),
        TlsSettings(ca_path=str(tmp_path)),
        TlsSettings(verify=False, ca_path=str(tmp_path)),
    ):
        assert settings.context().minimum_version >= ssl.TLSVersion.TLSv1_2
    first = TlsSettings(ca_path=str(tmp_path)).context()
    (tmp_path / "more.pem").write_text("")
    os.utime(tmp_path, ns=(1, 1))
    assert TlsSettings(ca_path=str(tmp_path)).context() is not first


@pytest.fixture
def tls_files(tmp_path: Path) -> dict[str, str]:
    """A certificate, the key of another one, both in one file, and a damaged key."""
    first, second = (trustme.CA().issue_cert("client@example") for dummy in range(2))
    files = {name: str(tmp_path / f"{name}.pem") for name in ("cert", "other", "mixed", "damaged")}
    first.cert_chain_pems[0].write_to_path(files["cert"])
    second.private_key_pem.write_to_path(files["other"])
    Path(files["mixed"]).write_bytes(
        first.cert_chain_pems[0].bytes() + second.private_key_pem.bytes()
    )
    key = second.private_key_pem.bytes()
    Path(files["damaged"]).write_bytes(key[:60] + key[-32:])
    return files


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"ca_path": "/nonexistent/ca.pem"},
            "'ca_path' cannot be used: /nonexistent/ca.pem: No such file or directory",
        ),
        (
            {"ca_path": __file__},
            f"'ca_path' cannot be used: {__file__}: it contains no certificate in PEM form",
        ),
        (
            {"client_cert": "/nonexistent/cert.pem"},
            "'client_cert' cannot be used: /nonexistent/cert.pem: No such file or directory",
        ),
        (
            {"client_cert": __file__},
            f"'client_cert' cannot be used: {__file__}: it contains no certificate in PEM form",
        ),
        ({"client_cert": "a\0b"}, "'client_cert' cannot be used: a"),
        (
            {"client_cert": "{cert}"},
            "'client_cert' cannot be used: {cert}: it contains no private key: give 'client_key'",
        ),
        (
            {"client_cert": "{cert}", "client_key": "/nonexistent/key.pem"},
            "'client_key' cannot be used: /nonexistent/key.pem: No such file or directory",
        ),
        (
            {"client_cert": "{cert}", "client_key": "{cert}"},
            "'client_key' cannot be used: {cert}: it contains no private key in PEM form",
        ),
        (
            {"client_cert": "{cert}", "client_key": "{other}"},
            (
                "'client_cert' cannot be used: {cert}: the key in 'client_key' ({other}) is "
                "not that of its certificate"
            ),
        ),
        (
            {"client_cert": "{mixed}"},
            "'client_cert' cannot be used: {mixed}: the key in it is not that of its certificate",
        ),
        (
            {"client_cert": "{cert}", "client_key": "{damaged}"},
            "'client_key' cannot be used: {damaged}: ",
        ),
    ],
)
async def test_a_tls_file_that_cannot_be_used_is_named(
    case: Case, tls_files: dict[str, str], options: dict[str, str], expected: str
) -> None:
    server = Server()
    server.transport = None
    client = case.platform(
        server, **{name: value.format(**tls_files) for name, value in options.items()}
    )
    for dummy in range(2):
        with pytest.raises(ConfigurationError) as caught:
            await case.get(client)
        assert expected.format(**tls_files) in str(caught.value)


@pytest.fixture
def locked(tmp_path: Path) -> tuple[str, str]:
    """A client certificate and its key, encrypted."""
    from cryptography.hazmat.primitives import serialization

    issued = trustme.CA().issue_cert("client@example")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"open sesame"),
    )
    (tmp_path / "key.pem").write_bytes(sealed)
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    return str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")


def test_a_client_key_with_a_passphrase_needs_the_right_one(locked: tuple[str, str]) -> None:
    TlsSettings(True, None, *locked, "open sesame").context()
    with pytest.raises(
        ConfigurationError, match="'client_key_password' does not open the key"
    ) as caught:
        TlsSettings(True, None, *locked, "close sesame").context()
    assert "sesame" not in str(caught.value)
    with pytest.raises(
        ConfigurationError, match="the key is encrypted: give 'client_key_password'"
    ):
        TlsSettings(True, None, *locked).context()


def test_httpcore_does_not_change_the_protocols_of_a_shared_context() -> None:
    context = TlsSettings(verify=False).context()
    # The real one refuses names that are longer than a byte can count.
    internals.CoreContext(context).set_alpn_protocols(["x" * 300])


def test_the_default_authorities_are_those_of_the_system_and_of_certifi(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    context = TlsSettings().context()
    assert context.cert_store_stats()["x509_ca"] > 50
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_ssl_cert_file_names_the_authorities_unless_ca_path_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert TlsSettings().context().cert_store_stats()["x509_ca"] == 1
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent/ca.pem")
    assert (
        TlsSettings(ca_path=str(tmp_path / "ca.pem")).context().cert_store_stats()["x509_ca"] == 1
    )
    with pytest.raises(
        ConfigurationError, match="SSL_CERT_FILE cannot be used: /nonexistent/ca.pem"
    ):
        TlsSettings().context()


def test_a_prepared_context_is_used_once() -> None:
    tls.prepare()
    spare = tls._spare[-1]
    tls._context.cache_clear()
    assert TlsSettings(verify=False).context() is spare
    assert spare not in tls._spare


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://server.example:8443/a/b?c=d/e", b"/a/b?c=d/e"),
        ("http://server.example/?", b"/?"),
        ("http://server.example", b"/"),
        ("http://server.example?a=/b", b"/?a=/b"),
        ("http://[::1]:81//x#part", b"//x"),
    ],
)
def test_the_request_target_is_the_url_after_the_host(url: str, target: bytes) -> None:
    found = wire._core_url(url)
    assert found.target == target
    assert found.host == (b"::1" if "[" in url else b"server.example")


# Connections


class Reading(TlsSettings):
    """Settings whose files change when the test says so."""

    changes = 0

    def stamp(self) -> tuple[object, ...]:
        return (self.changes,)


@pytest.mark.parametrize("origin", ["https://server.example", "http://server.example"])
def test_a_connection_is_not_used_after_a_tls_file_has_changed(origin: str) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    made: list[object] = []

    class Backend(httpcore.MockBackend):
        def connect_tcp(self, *given: Any, **more: Any) -> Any:
            made.append(given)
            return super().connect_tcp(*given, **more)

    settings = Reading(False)
    transport = SyncTransport(WireSettings(origin, settings, "", custom=Backend([answer] * 3)))
    host = (("Host", "server.example"),)
    for changes in (0, 0, 1):
        settings.changes = changes
        transport.exchange(Exchange("GET", f"{origin}/x", host, b"", 30, 1000))
    assert len(made) == (2 if origin.startswith("https") else 1)


@pytest.mark.parametrize(
    ("origin", "proxy", "kind", "layers"),
    [
        ("http://server.example", "", "HTTPConnection", 0),
        ("https://server.example", "", "HTTPConnection", 1),
        ("http://server.example", "http://proxy.example", "ForwardHTTPConnection", 0),
        ("https://server.example", "http://proxy.example", "TunnelHTTPConnection", 1),
        ("http://server.example", "https://proxy.example", "ForwardHTTPConnection", 1),
        ("https://server.example", "https://proxy.example", "TunnelHTTPConnection", 2),
    ],
)
@pytest.mark.parametrize("want_async", [False, True])
def test_an_origin_is_reached_directly_by_forwarding_or_through_a_tunnel(
    origin: str, proxy: str, kind: str, layers: int, want_async: bool
) -> None:
    state = network.WireState(time.monotonic)
    connection = WireSettings(origin, TlsSettings(False), proxy).connection(want_async, state)
    assert type(connection).__name__.removeprefix("Async") == kind
    assert state.tls_layers() == layers


class Breaking(httpcore.MockStream):
    """A connection that breaks during a handshake, after so many layers of TLS."""

    def __init__(self, layers: int) -> None:
        super().__init__([b"HTTP/1.1 200 OK\r\n\r\n"])
        self._layers = layers

    def start_tls(self, *given: Any, **more: Any) -> Breaking:
        if not self._layers:
            raise httpcore.ConnectError("handshake failure")
        return Breaking(self._layers - 1)


class Unreliable(httpcore.MockBackend):
    def __init__(self, layers: int) -> None:
        super().__init__([])
        self._layers = layers

    def connect_tcp(self, *given: Any, **more: Any) -> Breaking:
        return Breaking(self._layers)


@pytest.mark.parametrize(
    ("origin", "layers", "at_proxy"),
    [
        ("http://server.example", 0, True),
        ("https://server.example", 0, True),
        ("https://server.example", 1, False),
    ],
)
def test_a_failed_handshake_is_attributed_to_the_proxy_or_the_server(
    origin: str, layers: int, at_proxy: bool
) -> None:
    settings = WireSettings(
        origin, TlsSettings(False), "https://proxy.example", custom=Unreliable(layers)
    )
    effect = Exchange("GET", f"{origin}/x", (("Host", "server.example"),), b"", 30, 1000)
    with pytest.raises(RequestError) as caught:
        SyncTransport(settings).exchange(effect)
    assert ("the connection went through the proxy" not in caught.value.message) is at_proxy


def test_a_socks_proxy_needs_socksio(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*dummy: Any, **given: Any) -> Any:
        raise RuntimeError("Attempted to use SOCKS support, but the `socksio` package is missing")

    monkeypatch.setattr(httpcore, "SOCKSProxy", missing)
    settings = WireSettings("http://server.example", TlsSettings(), "socks5://ada:SECRET@proxy")
    with pytest.raises(ConfigurationError, match="needs the Python library socksio: pip") as error:
        settings.connection(False, network.WireState(time.monotonic))
    assert "SECRET" not in str(error.value)


def test_a_certificate_name_has_no_zone_and_no_trailing_dot() -> None:
    assert network.certificate_name("server.example.") == "server.example"
    assert network.certificate_name("fe80::1%eth0") == "fe80::1"


def test_the_internals_of_httpcore_that_are_used_exist() -> None:
    names = {name for name in logging.root.manager.loggerDict if name.startswith("httpcore.")}
    # Those of HTTP/2 and SOCKS exist only if the core finds the packages for them.
    assert {"httpcore.connection", "httpcore.http11", "httpcore.proxy"} <= names
    assert names <= {f"httpcore.{part}" for part in internals.LOGGERS}
    parser = types.SimpleNamespace(trailing_data=(b"surplus", False))
    inner = types.SimpleNamespace(_connection=None, _h11_state=parser)
    assert internals.has_surplus(types.SimpleNamespace(_connection=inner))
    surplus = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nsurplus"
    connection = httpcore.HTTPConnection(
        httpcore.Origin(b"http", b"server.example", 80),
        network_backend=httpcore.MockBackend([surplus]),
    )
    host = [("Host", "server.example")]
    request = httpcore.Request("GET", "http://server.example/", headers=host)
    connection.handle_request(request).read()
    assert internals.has_surplus(connection)


# The library


def test_a_missing_http_library_is_named_with_its_installation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "IMPORT_ERROR", "ImportError")
    with pytest.raises(ConfigurationError, match=r"httpcore is missing: pip install 'httpcore"):
        pool.open_wire(WireSettings("http://server.example", TlsSettings()), False, time.monotonic)


def test_httpx2_and_httpcore2_are_used_if_only_they_are_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert httplib.find_core() == (httpcore, None)
    assert httplib.httpx() is httpx
    core, successor = types.ModuleType("httpcore2"), types.ModuleType("httpx2")
    successor.BaseTransport = type("BaseTransport", (), {"__module__": "httpx2._transports"})
    monkeypatch.setitem(sys.modules, "httpcore2", core)
    monkeypatch.setitem(sys.modules, "httpx2", successor)
    assert httplib.httpx(httpx.MockTransport(str)) is httpx
    assert httplib.httpx(successor.BaseTransport()) is successor
    # httpx 1.0 has another interface, and brings no httpcore.
    monkeypatch.setitem(sys.modules, "httpcore", None)
    monkeypatch.setitem(sys.modules, "httpx", types.ModuleType("httpx"))
    assert httplib.find_core() == (core, None)
    assert httplib.httpx() is successor
    monkeypatch.setitem(sys.modules, "httpcore2", None)
    monkeypatch.setitem(sys.modules, "httpx2", None)
    found, error = httplib.find_core()
    assert found is None
    assert "ModuleNotFoundError" in str(error)
    with pytest.raises(ConfigurationError, match="need httpx before 1.0, or httpx2: pip install"):
        httplib.httpx()


@pytest.fixture
def library_records(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Collect the messages of two loggers of the HTTP library, which other tests may turn off."""
    messages: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    handler = Collector()
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore.http11")]
    for logger in loggers:
        caplog.set_level(logging.DEBUG, logger.name)
        logger.addHandler(handler)
    yield messages
    for logger in loggers:
        logger.removeHandler(handler)


async def test_only_log_records_of_the_http_library_during_our_calls_are_dropped(
    case: Case, library_records: list[str]
) -> None:
    library, core = logging.getLogger("httpx"), logging.getLogger("httpcore.http11")
    before = (library.level, list(library.handlers), library.propagate)

    def answer(dummy: httpx.Request) -> httpx.Response:
        library.info("inside: token-1")
        core.debug("inside: token-1")
        return httpx.Response(200)

    await case.get(case.platform(Server(answer)))
    library.info("outside")
    core.debug("outside too")
    assert library_records == ["outside", "outside too"]
    assert (library.level, list(library.handlers), library.propagate) == before


def test_a_request_may_end_in_another_context_than_it_began() -> None:
    """So does the call of a closed loop, when its coroutine is finalised."""
    sending = quiet.silence_loggers()
    contextvars.copy_context().run(sending.__enter__)
    sending.__exit__(None, None, None)
