# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Building URLs: nothing that a caller or a server gives leads away from the client's own
origin."""

from __future__ import annotations

import datetime
import enum
import posixpath
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import urls
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
ORIGIN = "https://host.example"


class Place(str, enum.Enum):
    LIST = "/devices"
    ONE = "/devices/{name}"


class Name(str, enum.Enum):
    NAME = "name"


@pytest.mark.parametrize(
    ("host", "port", "use_tls", "origin"),
    [
        ("host.example", 0, True, "https://host.example"),
        ("host.example", 0, False, "http://host.example"),
        ("host.example", 443, True, "https://host.example"),
        ("host.example", 80, False, "http://host.example"),
        # A port that belongs to the other scheme is kept.
        ("host.example", 80, True, "https://host.example:80"),
        ("host.example", 443, False, "http://host.example:443"),
        ("host.example", 65535, True, "https://host.example:65535"),
        (" host.example ", 8443, True, "https://host.example:8443"),
        ("192.0.2.7", 3000, False, "http://192.0.2.7:3000"),
        ("::1", 8443, True, "https://[::1]:8443"),
        ("[2001:db8::1]", 0, True, "https://[2001:db8::1]"),
        ("::ffff:192.0.2.7", 0, True, "https://[::ffff:192.0.2.7]"),
        ("fe80::1%25eth0", 0, True, "https://[fe80::1%25eth0]"),
        ("fe80::1%eth0", 0, True, "https://[fe80::1%25eth0]"),
        ("[fe80::1%1]", 8443, True, "https://[fe80::1%251]:8443"),
    ],
)
def test_an_origin_names_every_port_that_is_not_the_schemes_own(host, port, use_tls, origin):
    assert urls.origin_of(host, port, use_tls) == origin


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "https://host.example",
        "host.example/path",
        "user@host.example",
        "host.example%eth0",
        "fe80::1%",
        "host.example:8080",
        "192.0.2.7:8080",
        "cafe:80",
        "host example",
        "host\\example",
        "host?x",
        "host#x",
        "host\r\nX: y",
        "höst",
        None,
        7,
    ],
)
def test_a_host_is_a_name_or_an_address_and_nothing_else(host):
    with pytest.raises(ConfigurationError, match="^host must be"):
        urls.origin_of(host, 0, True)


def test_an_international_name_is_refused_with_the_form_that_is_accepted():
    with pytest.raises(ConfigurationError, match="xn--"):
        urls.origin_of("b\u00fccher.example", 0, True)

    with pytest.raises(ConfigurationError, match="^registry must be ASCII: .* xn--"):
        urls.base_of("https://b\u00fccher.example/x", "registry")
    assert urls.origin_of("xn--bcher-kva.example", 0, True) == "https://xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("origin", "authority"),
    [
        ("https://host.example", "host.example"),
        ("http://host.example:8080", "host.example:8080"),
        ("https://[::1]:8443", "[::1]:8443"),
        ("https://[fe80::1%25eth0]", "[fe80::1]"),
        ("https://[fe80::1%25eth0]:8443", "[fe80::1]:8443"),
    ],
)
def test_a_host_header_names_no_zone(origin, authority):
    assert urls.authority_of(origin) == authority


@pytest.mark.parametrize("port", [-1, 65536, True, "443", 443.0, None])
def test_a_port_is_a_whole_number_in_range(port):
    with pytest.raises(ConfigurationError, match="^port must be"):
        urls.origin_of("host.example", port, True)


@pytest.mark.parametrize(
    ("path", "values", "filled"),
    [
        ("/devices", None, "/devices"),
        ("/devices/%7Bname%7D", None, "/devices/%7Bname%7D"),
        ('/devices?filter={"name":"x"}', None, '/devices?filter={"name":"x"}'),
        ("/devices", {}, "/devices"),
        ("/devices/{name}", {"name": "core 1"}, "/devices/core%201"),
        ("/devices/{name}", {"name": "../admin"}, "/devices/..%2Fadmin"),
        ("/devices/{name}", {"name": "a?b#c"}, "/devices/a%3Fb%23c"),
        ("/devices/{name}", {"name": "%2e%2e"}, "/devices/%252e%252e"),
        ("/devices/{name}", {"name": "{name}"}, "/devices/%7Bname%7D"),
        ("/a/{x}/b/{y}", {"x": 1, "y": "ü"}, "/a/1/b/%C3%BC"),
        ("/a/{x}/{x}", {"x": "again"}, "/a/again/again"),
        ("/a/{name}.json", {"name": "report"}, "/a/report.json"),
        ("/a/{device-id}", {"device-id": 7}, "/a/7"),
        ("/a/{flag}", {"flag": True}, "/a/true"),
        ("/a/{day}", {"day": datetime.date(2026, 1, 2)}, "/a/2026-01-02"),
        ("/a/{raw}", {"raw": b"a/b"}, "/a/a%2Fb"),
        ("/a?name={name}", {"name": "x&y"}, "/a?name=x%26y"),
        ("/\ud83d\ude00", None, "/\U0001f600"),
        (Place.LIST, None, "/devices"),
        (Place.ONE, {Name.NAME: Name.NAME}, "/devices/name"),
    ],
)
def test_each_value_of_a_template_stays_in_its_segment(path, values, filled):
    found = urls.fill(path, values)

    assert found == filled
    assert found.__class__ is str


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/devices/{name}", {}),
        ("/devices/{name}", {"other": "x"}),
        ("/devices/{name}", {"name": "x", "other": "y"}),
        ("/devices", {"name": "x"}),
        ("/devices/{name}", {"name": ""}),
        ("/devices/{name}", {"name": "."}),
        ("/devices/{name}", {"name": ".."}),
        ("/devices/{name}", {"name": "half \ud800"}),
        ("/devices/{name}", {"name": None}),
        ("/devices/{name}", {"name": ["a"]}),
        ("/devices/{name}", {"name": {"a": 1}}),
        ("/devices/{name}", {"name": b"\xff"}),
        ("/devices/{name}", {"name": float("nan")}),
        ("/devices/{name}", {"name": object()}),
        ("/devices/{name}", [("name", "x")]),
        ("/devices/{name}", "x"),
    ],
)
def test_a_template_takes_exactly_its_names_and_no_value_that_climbs(path, values):
    with pytest.raises(ConfigurationError, match="^path_params"):
        urls.fill(path, values)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/devices/{name}", None),
        ("/devices/{device-id}", None),
        ("/devices?name={name}", None),
        ("/devices/{}", None),
        ("/devices/{0}", None),
        ("/devices/{ name }", None),
        ("/devices/{name!r}", None),
        ("/devices/{name", None),
        ("/devices/name}", None),
        ("/devices/{{name}}", {"name": "x"}),
        ("/devices/{name}/{}", {"name": "x"}),
        (None, None),
        (b"/a", None),
    ],
)
def test_an_unfilled_template_is_refused(path, values):
    with pytest.raises(ConfigurationError, match="^path "):
        urls.fill(path, values)


def test_the_error_of_an_unfilled_template_has_the_names_and_advice():
    with pytest.raises(ConfigurationError) as caught:
        urls.fill("/a/{b}/{a}?token=secret", None)

    assert caught.value.message == (
        "path has no value for {a}, {b}: give path_params, or write literal braces as %7B and %7D"
    )
    with pytest.raises(ConfigurationError) as caught:
        urls.fill("/x/{}", None)
    assert caught.value.message == (
        "path '/x/{}' has a brace that belongs to no {name}: write literal braces as %7B and %7D"
    )


@pytest.mark.parametrize("path", ["/a?cursor={x}", "/a/{}", "/a/b"])
def test_a_path_of_a_server_is_no_template(path):
    assert unquote(urls.fill(urls.escape_braces(path), None)) == path


@given(value=st.text(min_size=1).filter(lambda text: text not in (".", "..")))
@PROPERTY
def test_any_text_survives_as_one_segment(value):
    path = urls.target(urls.fill("/devices/{name}/config", {"name": value}))

    beginning, devices, segment, end = path.split("/")
    assert (beginning, devices, unquote(segment), end) == ("", "devices", value, "config")


@pytest.mark.parametrize(
    ("path", "params", "target"),
    [
        ("/health/server", None, "/health/server"),
        ("health/server", None, "/health/server"),
        ("", None, "/"),
        ("/", {}, "/"),
        ("/v1.2/a~b_c-d", None, "/v1.2/a~b_c-d"),
        ("/a b/ü", None, "/a%20b/%C3%BC"),
        ("/a%20b", None, "/a%20b"),
        ("/100%", None, "/100%25"),
        ("/a/...", None, "/a/..."),
        ("/a/..b", None, "/a/..b"),
        ("/a:b/c@d", None, "/a:b/c@d"),
        ("/a?x=1", None, "/a?x=1"),
        ("?x=1", None, "/?x=1"),
        ("/a?", None, "/a"),
        ("/a?x=what?", None, "/a?x=what?"),
        ("/a?next=//b/../c", None, "/a?next=//b/../c"),
        ("/a?x=50%&y=a b", None, "/a?x=50%25&y=a%20b"),
        ("/a", {"limit": 5}, "/a?limit=5"),
        # Parameters are added to the path's own query, and never replace it.
        ("/a?x=1", {"x": 2}, "/a?x=1&x=2"),
        ("/a", {"x": None}, "/a"),
        ("/a", {"x": True, "y": False}, "/a?x=true&y=false"),
        ("/a", {"x": [1, None, "b"]}, "/a?x=1&x=b"),
        ("/a", {"x": (1, 2)}, "/a?x=1&x=2"),
        ("/a", {"x": {3}}, "/a?x=3"),
        (
            "/a",
            {"equals": {"name": "a&b", "deep": {"er": 1}}},
            "/a?equals[name]=a%26b&equals[deep][er]=1",
        ),
        ("/a", [("x", 1), ("x", 2)], "/a?x=1&x=2"),
        ("/a", {"sp ace": "+ /"}, "/a?sp%20ace=%2B%20%2F"),
    ],
)
def test_the_target_is_the_path_with_its_query_encoded(path, params, target):
    assert urls.target(path, params) == target


@pytest.mark.parametrize(
    "path",
    [
        # With any of these the request and its credentials would go elsewhere.
        "http://other.example/steal",
        "HTTPS://other.example",
        "javascript:x",
        "other.example:80/x",
        "//other.example/steal",
        "/a//b",
        "\\\\other.example",
        "/\\other.example",
        "/a?x=\\",
        # These change which resource is meant.
        "/a/../b",
        "/..",
        "..",
        "/a/.",
        "/./a",
        "/a/%2e%2E/b",
        "/a/.%2e",
        "/a#b",
        "/a?x#y",
        "/a\r\nX: y",
        "/a\x00",
        "/a\x7f",
        "/a\ud800",
        None,
        b"/a",
    ],
)
def test_a_path_that_could_lead_elsewhere_is_refused(path):
    with pytest.raises(ConfigurationError, match="^path must"):
        urls.target(path)


@pytest.mark.parametrize("params", ["x=1", 7, [1], [("a", 1, 2)], ["abc"], ["ab"]])
def test_params_are_a_dict_or_pairs(params):
    with pytest.raises(ConfigurationError, match="^params must be"):
        urls.target("/a", params)


@given(
    path=st.text(st.sampled_from("ab/.\\?#:@%25eE[]{} \t\n\x00ü") | st.characters()),
    params=st.none() | st.dictionaries(st.text(), st.text(), max_size=3),
)
@example(path="//other.example", params=None)
@example(path="/@other.example", params=None)
@example(path="/%2e%2e/", params=None)
@PROPERTY
def test_no_path_leaves_the_origin(path, params):
    try:
        target = urls.target(path, params)
    except ConfigurationError:
        return

    url = f"{ORIGIN}{target}"
    split = urlsplit(url)
    assert (split.scheme, split.netloc, split.fragment) == ("https", "host.example", "")
    assert httpx.URL(url).host == "host.example"
    assert target.startswith("/")
    assert target.isascii()
    assert target.isprintable()
    assert " " not in target
    # No server that decodes and normalises the path comes to another one.
    decoded = "".join(unquote(split.path).rstrip("/")) or "/"
    if "%2f" not in split.path.lower():
        assert posixpath.normpath(decoded) == decoded


@given(pairs=st.lists(st.tuples(st.text(), st.text())))
@PROPERTY
def test_params_reach_the_server_as_they_were_given(pairs):
    target = urls.target("/a", pairs)

    assert parse_qsl(urlsplit(target).query, keep_blank_values=True) == pairs


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://host.example/b"),
        ("c", "https://host.example/a/c"),
        ("../c", "https://host.example/c"),
        ("?page=2", "https://host.example/a/b?page=2"),
        ("", "https://host.example/a/b"),
        ("#there", "https://host.example/a/b"),
        ("https://host.example/x?y#z", "https://host.example/x?y"),
        # Characters that a URL cannot hold, as servers send them.
        ("/files/annual report.json", "https://host.example/files/annual%20report.json"),
        ("/files/caf\xe9", "https://host.example/files/caf%E9"),
        ("/files/caf\xc3\xa9", "https://host.example/files/caf%C3%A9"),
        ("/a%20b?q=50%25", "https://host.example/a%20b?q=50%25"),
        ('/x?q=a|b{c}^"d', "https://host.example/x?q=a%7Cb%7Bc%7D%5E%22d"),
        (" /b ", "https://host.example/b"),
        ("/\u20ac", "https://host.example/%E2%82%AC"),
        ("HTTPS://HOST.example/x", "https://HOST.example/x"),
        ("//host.example/x", "https://host.example/x"),
        ("https://host.example:443/x", "https://host.example:443/x"),
        ("http://host.example/x", None),
        ("https://host.example:8443/x", None),
        ("https://host.example:0/x", None),
        ("https://host.example:99999/x", None),
        ("https://[broken/x", None),
        ("https://other.example/x", None),
        ("//other.example/x", None),
        ("https://host.example@other.example/", None),
        ("https://user@host.example/", None),
        ("https://host.example.other.example/", None),
        ("/\\other.example", None),
        ("/a\r\nX: y", None),
        ("ftp://host.example/x", None),
    ],
)
def test_a_reference_is_followed_only_within_the_origin(location, url):
    assert urls.same_origin("https://host.example/a/b", location) == url


@pytest.mark.parametrize(
    ("base", "location", "url"),
    [
        ("http://host.example:80/a", "http://host.example/b", "http://host.example/b"),
        ("http://host.example:8080/a", "/b", "http://host.example:8080/b"),
        ("http://host.example:8080/a", "http://host.example/b", None),
        ("https://[::1]:3000/a", "/b", "https://[::1]:3000/b"),
    ],
)
def test_the_ports_of_an_origin_are_compared_as_numbers(base, location, url):
    assert urls.same_origin(base, location) == url


@given(location=st.text(st.sampled_from("hH:/\\@?#.ot%[]0 \t") | st.characters()))
@example(location="https:\\\\other.example")
@example(location=" //other.example/")
@PROPERTY
def test_no_reference_leaves_the_origin(location):
    url = urls.same_origin("https://host.example/a/b", location)

    assert url is None or (url.isascii() and url.isprintable() and " " not in url)
    assert url is None or (
        urlsplit(url).scheme,
        urlsplit(url).hostname,
        urlsplit(url).username,
    ) == ("https", "host.example", None)


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("http://ada:p%40ss@proxy.example", "p@ss"),
        ("ada:pass@proxy.example:3128", "pass"),
        ("http://proxy.example", None),
        ("", None),
        ("http://[bad", None),
    ],
)
def test_the_password_in_a_url(url, password):
    assert urls.password_of(url) == password


@given(
    value=st.text() | st.integers() | st.booleans() | st.dates() | st.binary() | st.none(),
)
@PROPERTY
def test_a_value_fills_exactly_one_segment_or_is_refused(value):
    try:
        path = urls.target(urls.fill("/devices/{name}/config", {"name": value}))
    except ConfigurationError:
        assert value in (None, "", ".", "..", b"", b".", b"..") or isinstance(value, bytes)
        return

    assert path.count("/") == 3
    assert path.startswith("/devices/")
    assert path.endswith("/config")
    assert httpx.URL(f"{ORIGIN}{path}").path.startswith("/devices/")


@pytest.mark.parametrize(
    ("target", "plain"),
    [
        ("/", "/"),
        ("/a/b", "/a/b"),
        ("/A/b/?q=/C", "/a/b"),
        ("/a//b///", "/a/b"),
        ("//a", "/a"),
        ("/%61/%2562", "/a/b"),
        ("/a%2Fb", "/a/b"),
        ("/x/..%2Fa/./b", "/a/b"),
        ("/..%2F..%2Fa", "/a"),
        ("/%zz", "/%zz"),
    ],
)
def test_one_spelling_stands_for_all(target: str, plain: str) -> None:
    assert urls.plain_path(target) == plain
