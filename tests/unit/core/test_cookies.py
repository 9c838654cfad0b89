# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cookies: which are kept, for how long, and where they are sent (RFC 6265)."""

from __future__ import annotations

import json

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.cookies import (
    MAX_COOKIES,
    CookieJar,
)
from ansible_collections.restops.clients.plugins.module_utils.core.set_cookie import (
    cookie_date,
    default_path,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

ORIGIN = "https://api.example.com"
NOW, WALL = 1000.0, 1_767_225_600.0  # 2026-01-01 00:00:00 UTC


def jar_of(*lines: str, origin: str = ORIGIN, path: str = "/") -> CookieJar:
    jar = CookieJar()
    jar.take(origin, lines, NOW, WALL, path)
    return jar


def sent(jar: CookieJar, path: str = "/x", *, origin: str = ORIGIN, now: float = NOW) -> str:
    return jar.header(origin, f"{origin}{path}", now)[0]


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        (["sid=abc"], "sid=abc"),
        (["sid=abc; Path=/; HttpOnly; Secure; SameSite=Lax"], "sid=abc"),
        (["a=1", "b=2"], "a=1; b=2"),
        (["a=1", "b=2", "a=3"], "a=3; b=2"),
        ([" sid = abc ;Path=/"], "sid=abc"),
        (['sid="ab cd"; Path=/'], 'sid="ab cd"'),
        (["sid=ab,cd"], "sid=ab,cd"),
        (["sid=YWJjZA=="], "sid=YWJjZA=="),
        (["sid=\xfcber"], "sid=\xfcber"),
        (["sid="], "sid="),
        (["sid=abc; ; Path"], "sid=abc"),
        # Removal, in every order and writing.
        (["sid=abc", "sid=; Max-Age=0"], ""),
        (["sid=abc", "sid=; max-age = 00"], ""),
        (["sid=abc", "sid=gone; Max-Age=-1"], ""),
        (["sid=abc", "sid=gone; EXPIRES=Thu, 01 Jan 1970 00:00:00 GMT"], ""),
        (["sid=abc", "sid=gone; expires=Thu, 01-Jan-70 00:00:10 GMT"], ""),
        (["sid=abc", "sid=gone; expires=Thu Jan  1 00:00:00 1970"], ""),
        (["sid=; Max-Age=0", "sid=abc"], "sid=abc"),
        (["sid=abc; Max-Age=0"], ""),
        # Max-Age goes before Expires, and what is no number or date is not there.
        (["sid=abc; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "sid=abc"),
        (["sid=abc; Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT"], ""),
        (["sid=abc; Max-Age=soon; Expires=never"], "sid=abc"),
        (["sid=abc; Max-Age=99999999999999999999999"], "sid=abc"),
        (["sid=abc; Max-Age=60; Max-Age=0"], ""),
        # Another cookie of the same name.
        (["sid=abc", "sid=gone; Path=/other; Max-Age=0"], "sid=abc"),
        # Domains.
        (["sid=abc; Domain=api.example.com"], "sid=abc"),
        (["sid=abc; Domain=.Example.COM"], "sid=abc"),
        (["sid=abc; Domain="], "sid=abc"),
        (["sid=abc; Domain=other.example"], ""),
        (["sid=abc; Domain=pi.example.com"], ""),
        (["sid=abc; Domain=www.api.example.com"], ""),
        # Prefixes.
        (["__Host-sid=abc; Secure; Path=/"], "__Host-sid=abc"),
        (["__Host-sid=abc; Secure; Path=/; Domain=api.example.com"], ""),
        (["__Host-sid=abc; Secure; Path=/x"], ""),
        (["__Host-sid=abc; Secure"], ""),
        (["__host-sid=abc; Path=/"], ""),
        (["__Secure-sid=abc; Secure"], "__Secure-sid=abc"),
        (["__SECURE-sid=abc"], ""),
        # No cookies.
        (["not a cookie"], ""),
        (["=abc"], ""),
        (["sid=ab cd"], ""),
        (["sid=a\x01b"], ""),
        (['sid="a\x01b"'], ""),
        (["s d=abc"], ""),
        ([f"sid={'x' * 4097}"], ""),
        ([""], ""),
    ],
)
def test_cookies_that_are_kept_and_sent(lines: list[str], header: str) -> None:
    assert sent(jar_of(*lines)) == header


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("sid=abc; Secure", False),
        ("__Secure-sid=abc; Secure", False),
        ("sid=abc", True),
        ("sid=abc; Domain=10.0.0.1", True),
        ("sid=abc; Domain=0.0.1", False),
    ],
)
def test_a_secure_cookie_comes_over_https_and_an_address_has_no_domain(line, kept) -> None:
    assert (parse(line, "http://10.0.0.1:8080", NOW, WALL) is not None) is kept


@pytest.mark.parametrize(
    ("cookie_path", "path", "is_sent"),
    [
        ("/", "/", True),
        ("/", "/x", True),
        ("/admin", "/admin", True),
        ("/admin", "/admin?x=1", True),
        ("/admin", "/admin/users", True),
        ("/admin/", "/admin/users", True),
        ("/admin/", "/admin", False),
        ("/admin", "/administrator", False),
        ("/admin", "/x", False),
        ("/admin", "/x?/admin", False),
        ("admin", "/x", True),
    ],
)
def test_a_cookie_is_sent_below_its_path(cookie_path: str, path: str, is_sent: bool) -> None:
    assert bool(sent(jar_of(f"a=1; Path={cookie_path}"), path)) is is_sent


def test_cookies_with_longer_paths_come_first() -> None:
    jar = jar_of("a=1; Path=/", "a=2; Path=/api/v2", "b=3; Path=/api")
    assert sent(jar, "/api/v2/x") == "a=2; b=3; a=1"
    assert sent(jar, "/x") == "a=1"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"{ORIGIN}/login", "/"),
        (f"{ORIGIN}/", "/"),
        (f"{ORIGIN}/oauth/token?a=/b/c", "/oauth"),
        (f"{ORIGIN}/a/b/", "/a/b"),
    ],
)
def test_a_cookie_without_a_path_is_for_the_folder_that_set_it(url: str, path: str) -> None:
    assert default_path(url) == path
    assert parse("a=1", ORIGIN, NOW, WALL, default_path(url)).path == path


def test_a_cookie_ends_when_its_time_has_come() -> None:
    jar = jar_of("a=1; Max-Age=60", "b=2; Expires=Thu, 01 Jan 2026 00:02:00 GMT", "c=3")
    assert sent(jar, now=NOW + 59) == "a=1; b=2; c=3"
    assert sent(jar, now=NOW + 60) == "b=2; c=3"
    assert sent(jar, now=NOW + 120) == "c=3"
    assert jar.value(ORIGIN, "a", NOW) == "1"
    assert jar.value(ORIGIN, "a", NOW + 60) is None


def test_a_renewed_cookie_has_its_new_value_and_end() -> None:
    jar = jar_of("a=1; Max-Age=60")
    assert sent(jar) == "a=1"
    jar.take(ORIGIN, ["a=2; Max-Age=600"], NOW + 50, WALL + 50)
    assert sent(jar, now=NOW + 100) == "a=2"


@pytest.mark.parametrize(
    ("lines", "until"),
    [
        ([], float("inf")),
        (["a=1"], float("inf")),
        (["a=1; Max-Age=60", "b=2; Max-Age=30"], NOW + 30),
        (["a=1", "b=2; Path=/b"], float("-inf")),
    ],
)
def test_a_jar_says_how_long_its_header_is_valid(lines: list[str], until: float) -> None:
    jar = jar_of(*lines)
    assert jar.header(ORIGIN, f"{ORIGIN}/x", NOW)[1] == until


def test_a_change_is_another_version() -> None:
    jar = CookieJar()
    versions = [jar.version]
    for line in ("a=1", "a=2", "a=; Max-Age=0"):
        jar.take(ORIGIN, [line], NOW, WALL)
        versions.append(jar.version)
    assert len(set(map(id, versions))) == 4


def test_each_origin_has_cookies_of_its_own() -> None:
    jar = jar_of("a=1; Domain=example.com")
    assert sent(jar, origin="https://other.example.com") == ""
    assert sent(jar, origin=f"{ORIGIN}:8443") == ""
    assert jar.value("https://other.example.com", "a", NOW) is None


def test_the_oldest_cookie_makes_room() -> None:
    jar = jar_of(*(f"c{number}=x" for number in range(MAX_COOKIES + 2)))
    names = [pair.partition("=")[0] for pair in sent(jar).split("; ")]
    assert names == [f"c{number}" for number in range(2, MAX_COOKIES + 2)]


@pytest.mark.parametrize(
    "name",
    "SERVERID AWSALB AWSALBCORS AWSELB AWSALBTG AWSALBAPP-0 GCLB ROUTEID route BIGipServerweb_pool"
    " ARRAffinitySameSite ApplicationGatewayAffinity INGRESSCOOKIE incap_ses_1_2 NSC_abc __cf_bm"
    " my-sticky-session view lang".split(),
)
def test_a_cookie_of_a_load_balancer_is_no_secret(name: str) -> None:
    assert list(jar_of(f"{name}=node1").secret_values()) == []
    assert list(jar_of(f"{name}=node1", "sid=abcd").secret_values()) == ["abcd"]


@pytest.mark.parametrize(
    "name",
    "token sid connect.sid sessionid JSESSIONID PHPSESSID csrftoken XSRF-TOKEN __Host-session"
    " AWSELBAuthSessionCookie-0 iap_session jwt".split(),
)
def test_a_cookie_that_names_a_session_is_a_secret(name: str) -> None:
    assert list(jar_of(f"{name}=ab; Secure; Path=/").secret_values()) == ["ab"]


def test_a_long_random_value_is_a_secret_whatever_its_name() -> None:
    value = "AQIC5wM2LY4SfcxvdvHOXjtC81sfHhyGr"
    assert list(jar_of(f"planet={value}", f"AWSALB={value}").secret_values()) == [value]


def test_the_cookie_of_a_session_is_recognised_without_a_known_name() -> None:
    jar = jar_of("SERVERID=node1", "product=abcd", "empty=")
    assert jar.identify(ORIGIN) == "abcd"
    assert list(jar.secret_values()) == ["abcd"]
    assert jar.take(ORIGIN, ["product=efgh"], NOW, WALL)
    assert list(jar.secret_values()) == ["efgh"]
    assert jar_of("SERVERID=node1").identify(ORIGIN) is None
    assert jar_of("product=abcd", "sid=efgh").identify(ORIGIN) == "efgh"
    assert CookieJar().identify(ORIGIN) is None


@pytest.mark.parametrize(
    ("lines", "changed"),
    [
        (["sid=new"], True),
        (["sid=abc"], False),
        (["sid=abc; Max-Age=60"], False),
        (["sid=; Max-Age=0"], True),
        (["SERVERID=node2"], False),
        (["SERVERID=; Max-Age=0"], False),
        (["nothing"], False),
        (["other_session=x"], True),
    ],
)
def test_a_jar_says_if_the_session_has_changed(lines: list[str], changed: bool) -> None:
    assert jar_of("sid=abc", "SERVERID=node1").take(ORIGIN, lines, NOW, WALL) is changed


def test_a_cookie_of_ones_own_is_for_every_path_and_for_ever() -> None:
    jar = CookieJar()
    jar.add(ORIGIN, "token", "abcd")
    assert sent(jar, "/a/b", now=1e12) == "token=abcd"
    assert list(jar.secret_values()) == ["abcd"]
    assert "abcd" not in repr(jar)


def test_a_jar_is_stored_as_json() -> None:
    jar = jar_of("sid=abc; Path=/a; Max-Age=60", "SERVERID=node1")
    twin = CookieJar.from_json(json.loads(json.dumps(jar.to_json())))
    assert twin.to_json() == jar.to_json()
    for path, now in (("/a", NOW), ("/b", NOW), ("/a", NOW + 61)):
        assert sent(twin, path, now=now) == sent(jar, path, now=now)
    assert list(twin.secret_values()) == ["abc"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu, 01 Jan 2026 00:00:00 GMT", WALL),
        ("Thu, 01-Jan-2026 00:00:00 GMT", WALL),
        ("Thu, 01-Jan-26 00:00:00 GMT", WALL),
        ("Thursday, 01-Jan-26 00:00:00 GMT", WALL),
        ("Thu Jan  1 00:00:00 2026", WALL),
        ("Thu Jan 01 2026 00:00:00 GMT+0000 (UTC)", WALL),
        ("2026 january 1 0:0:0", WALL),
        ("01 Jan 1970 00:00:00", 0),
        ("01-Jan-70 00:00:00", 0),
        ("01-Jan-69 00:00:00", 3124224000),
        ("31 Feb 2026 00:00:00", None),
        ("01 Jan 2026 25:00:00", None),
        ("01 Jan 2026", None),
        ("Jan 2026 00:00:00", None),
        ("1 2026 00:00:00", None),
        ("0", None),
        ("-1", None),
        ("", None),
    ],
)
def test_dates_in_every_form_that_servers_write(text: str, expected: float | None) -> None:
    assert cookie_date(text) == expected


@given(
    st.lists(st.text() | st.text('sid=;Max-Age Expires:,0123456789"/ Domain\x00\r\n')),
    st.text("/abc?"),
)
@settings(deadline=None)
def test_a_header_is_one_line_for_any_cookie_of_a_server(lines: list[str], path: str) -> None:
    header = sent(jar_of(*lines), f"/{path}")
    assert header.isprintable() or not header.isascii()
    assert not set("\r\n\x00") & set(header)
    header.encode("latin-1")
