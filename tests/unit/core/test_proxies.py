# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies: which one leads to an origin, and how it is named."""

from __future__ import annotations

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net import proxies
from ansible_collections.restops.clients.plugins.module_utils.sequoia.registry import proxy_to


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("variables", "origin", "proxy"),
    [
        ({}, "https://server.example", "None"),
        (
            {"https_proxy": "http://proxy.example:3128"},
            "https://server.example",
            "http://proxy.example:3128 (from https_proxy)",
        ),
        (
            {"HTTPS_PROXY": "proxy.example"},
            "https://server.example",
            "http://proxy.example:80 (from HTTPS_PROXY)",
        ),
        ({"http_proxy": "http://proxy.example"}, "https://server.example", "None"),
        (
            {"all_proxy": "socks://proxy.example/"},
            "http://server.example",
            "socks5://proxy.example:1080 (from all_proxy)",
        ),
        (
            {"ALL_PROXY": "socks5h://[2001:db8::1]"},
            "https://server.example",
            "socks5://[2001:db8::1]:1080 (from ALL_PROXY)",
        ),
        (
            {"https_proxy": "https://ada:secret@proxy.example", "no_proxy": "other.example"},
            "https://server.example:8443",
            "https://proxy.example:443 (from https_proxy)",
        ),
        (
            {"http_proxy": "", "HTTP_PROXY": "http://proxy.example"},
            "http://server.example",
            "None",
        ),
        # A web server sets it from a header (CVE-2016-5385).
        (
            {"REQUEST_METHOD": "GET", "HTTP_PROXY": "http://proxy.example"},
            "http://server.example",
            "None",
        ),
    ],
)
def test_the_environment_names_a_proxy(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], origin: str, proxy: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert str(proxies.proxy_for(origin, None)) == proxy
    assert proxies.proxy_for(origin, "") is None


@pytest.mark.parametrize(
    ("excluded", "origin", "direct"),
    [
        ("server.example", "http://server.example", True),
        ("SERVER.example.", "http://server.example:81", True),
        ("example", "http://server.example", True),
        (".example", "http://server.example", True),
        ("*.example", "http://server.example", True),
        ("rver.example", "http://server.example", False),
        ("*", "http://server.example", True),
        ("a.example b.example,server.example", "http://server.example", True),
        ("server.example:81", "http://server.example:81", True),
        ("server.example:81", "http://server.example", False),
        ("server.example:80", "http://server.example", True),
        ("*:80", "http://server.example", True),
        ("server.example", "http://server.example.", True),
        ("192.0.2.7", "http://192.0.2.7:81", True),
        ("192.0.2.0/24", "http://192.0.2.7", True),
        ("192.0.2.7/24", "http://192.0.2.7", True),
        ("192.0.2.0/24:81", "http://192.0.2.7", False),
        ("192.0.2.0/24", "http://198.51.100.7", False),
        ("192.0.2.0/24", "http://server.example", False),
        ("192.0.2.0/24", "http://[2001:db8::7]", False),
        ("2001:db8::7", "http://[2001:db8::7]", True),
        ("[2001:db8::7]", "http://[2001:db8::7]:81", True),
        ("[2001:db8::7]:81", "http://[2001:db8::7]:81", True),
        ("[2001:db8::7]:81", "http://[2001:db8::7]", False),
        ("2001:DB8::/32", "http://[2001:db8::7]", True),
        ("fe80::/10", "http://[fe80::7%25eth0]", True),
        (" , ", "http://server.example", False),
        (":81", "http://server.example:81", False),
    ],
)
def test_no_proxy_excludes_names_addresses_networks_and_ports(
    monkeypatch: pytest.MonkeyPatch, excluded: str, origin: str, direct: bool
) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example")
    monkeypatch.setenv("no_proxy", excluded)
    assert (proxies.proxy_for(origin, None) is None) is direct


def test_a_proxy_of_the_system_is_said_to_be_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "getproxies", lambda: {"http": "http://proxy.example"})
    assert str(proxies.proxy_for("http://server.example", None)) == (
        "http://proxy.example:80 (from the system's settings)"
    )
    monkeypatch.setattr(proxies, "proxy_bypass", lambda host: host == "server.example")
    assert proxies.proxy_for("http://server.example", None) is None


def test_credentials_are_decoded_and_not_shown() -> None:
    proxy = proxies.proxy_for("http://server.example", "http://ada:p%40ss%20w%C3%B6rd@proxy:1")
    assert proxy is not None
    assert proxy.credentials == (b"ada", "p@ss wörd".encode())
    assert str(proxy) == "http://proxy:1 (from 'proxy')"
    alone = proxies.proxy_for("http://server.example", "http://ada@proxy:1")
    assert alone is not None
    assert alone.credentials == (b"ada", b"")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://ada:SECRET@proxy.example",
        "http://",
        "http://proxy.example:0",
        "http://proxy.example:x",
        "http://pröxy.example",
        "http://[::1",
        7,
        b"http://proxy",
    ],
)
def test_an_invalid_proxy_is_refused_without_showing_its_password(url: object) -> None:
    with pytest.raises(ConfigurationError, match="'proxy' is not the URL of a proxy: ") as caught:
        proxies.proxy_for("http://server.example", url)  # type: ignore[arg-type]
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("origin", "given", "secret", "proxy"),
    [
        ("https://registry.example", {}, True, None),
        (
            "https://registry.example",
            {"https": "http://proxy.example"},
            True,
            "http://proxy.example",
        ),
        ("http://registry.example", {"all": "http://proxy.example"}, False, "http://proxy.example"),
        ("http://127.0.0.1", {}, False, None),
        ("http://127.0.0.1", {}, True, ""),
        ("http://127.0.0.1", {"all": ""}, True, ""),
        ("http://127.0.0.1", {"all": "http://localhost:3128"}, True, "http://localhost:3128"),
    ],
)
def test_sequoias_credentials_do_not_leave_this_machine_in_the_clear(
    origin: str, given: dict[str, str], secret: bool, proxy: str | None
) -> None:
    assert proxy_to(origin, given, secret) == proxy


def test_a_proxy_elsewhere_is_refused_for_credentials_in_the_clear() -> None:
    with pytest.raises(ConfigurationError, match="not sent in the clear to a proxy"):
        proxy_to("http://127.0.0.1", {"all": "http://proxy.example"}, True)
