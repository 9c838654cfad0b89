# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests and responses as a caller sees them."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.http import (
    Headers,
    HTTPMethod,
    Request,
    Response,
    header_values,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
REQUEST = Request("GET", "/x", "https://host.example/x", {"accept": "*/*"})


def response(content=b"", kind="", status=200, **more):
    return Response(status, {"content-type": kind} if kind else {}, content, REQUEST, **more)


@pytest.mark.parametrize("method", list(HTTPMethod))
def test_a_method_is_its_name(method):
    assert str(method) == method == method.value == f"{method}"


def test_requests_and_responses_have_a_short_representation():
    assert repr(REQUEST) == "<Request GET https://host.example/x>"
    assert repr(response(b"secret", status=404)) == "<Response 404 GET https://host.example/x>"


def test_times_are_in_utc_and_apart_by_what_the_call_took():
    answer = response(started=1_700_000_000.0, elapsed=2.5, attempts=3, correlation_id="c")

    assert answer.started_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)
    assert (answer.finished_at - answer.started_at).total_seconds() == 2.5
    assert (answer.url, answer.attempts, answer.correlation_id, answer.records) == (
        "https://host.example/x",
        3,
        "c",
        [],
    )


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ("Zürich".encode(), "", "Zürich"),
        ("Zürich".encode("latin-1"), "text/plain; charset=ISO-8859-1", "Zürich"),
        ("Zürich".encode("latin-1"), "text/plain; Charset='latin1'", "Zürich"),
        ("Zürich".encode("utf-16"), 'text/plain; charset="utf-16"', "Zürich"),
        ("\ufeffZürich".encode(), "text/plain", "Zürich"),
        # What cannot be decoded is shown as such; a charset that is unknown, or that is none of
        # texts, stands for UTF-8.
        (b"Z\xfcrich", "text/plain", "Z\ufffdrich"),
        ("Zürich".encode(), "text/plain; charset=klingon", "Zürich"),
        ("Zürich".encode(), "text/plain; charset=base64", "Zürich"),
        ("Zürich".encode(), "text/plain; charset=idna", "Zürich"),
        ("Zürich".encode(), "text/plain; charset=undefined", "Zürich"),
        (b"", "text/plain; charset=", ""),
    ],
)
def test_text_is_in_the_charset_that_is_named_or_utf8(content, kind, text):
    assert response(content, kind).text == text


@pytest.mark.parametrize(
    ("content", "kind", "value"),
    [
        (b'{"a": 1}', "application/json", {"a": 1}),
        (b"\xef\xbb\xbf[1]", "application/json", [1]),
        ('"Zürich"'.encode(), "application/json; charset=iso-8859-1", "Zürich"),
        ('"Zürich"'.encode("latin-1"), "application/json; charset=iso-8859-1", "Zürich"),
        ('"Zürich"'.encode("utf-16"), "application/json", "Zürich"),
        (b"", "", None),
        (b" \r\n", "application/json", None),
        (b"null", "", None),
    ],
)
def test_json_is_read(content, kind, value):
    assert response(content, kind).json() == value


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (b"<html>", "text/html; charset=utf-8", "text/html"),
        (b"<html>", "text/html; charset=UTF8", "text/html"),
        (b"<html>", "text/html; charset=iso-8859-1", "text/html"),
        (b"<html>", "", "no content type"),
        (b'{"a": NaN}', "application/json", "application/json"),
        (b'"\xff"', "application/json; charset=utf-8", "application/json"),
    ],
)
def test_the_error_for_invalid_json_names_the_call(content, kind, told):
    answer = response(content, kind, 502)

    with pytest.raises(
        SerializationError,
        match=f"^GET https://host.example/x: answered 502 with {told}, not JSON: .*; check host",
    ) as caught:
        answer.json()

    assert caught.value.request is REQUEST
    assert caught.value.response is answer
    assert isinstance(caught.value.cause, SerializationError)


@given(
    content=st.binary(max_size=50),
    kind=st.sampled_from(
        [
            "",
            "text/plain; charset=utf-16",
            "x; charset=utf-7",
            "x; charset=idna",
            "x; charset=punycode",
            "x; charset=utf-8",
        ]
    ),
)
@PROPERTY
def test_no_body_and_no_charset_raises_anything_else(content, kind):
    answer = response(content, kind)

    assert isinstance(answer.text, str)
    try:
        value = answer.json()
    except SerializationError:
        return
    json.dumps(value)


@pytest.mark.parametrize(
    ("status", "gone", "success", "error"),
    [
        (199, False, False, False),
        (200, False, True, False),
        (299, False, True, False),
        (304, False, False, False),
        (400, False, False, True),
        (404, False, False, True),
        (599, False, False, True),
        # A repeated DELETE that finds nothing has done what it was to do.
        (404, True, True, False),
    ],
)
def test_success_and_error(status, gone, success, error):
    answer = response(status=status, gone=gone)

    assert (answer.is_success(), answer.is_error()) == (success, error)


def test_a_header_that_comes_more_than_once_keeps_its_values_apart():
    headers = Headers([(b"set-cookie", b"a=1, b"), (b"Set-Cookie", b"c=2"), (b"X-\xe4", b"\xfc")])

    assert header_values(headers, "set-cookie") == ["a=1, b", "c=2"]
    assert header_values({"set-cookie": "a=1"}, "set-cookie") == ["a=1"]
    assert header_values({}, "set-cookie") == []
    assert header_values(headers, "cookie") == []


def test_headers_are_found_in_any_case_and_do_not_show_their_values():
    headers = Headers([(b"Set-Cookie", b"token=secret"), (b"Accept", b"a"), (b"accept", b"b")])

    assert (headers["SET-COOKIE"], headers["Accept"], "aCCept" in headers, "other" in headers) == (
        "token=secret",
        "a, b",
        True,
        False,
    )
    assert (len(headers), list(headers)) == (2, ["set-cookie", "accept"])
    assert "secret" not in repr(headers)
