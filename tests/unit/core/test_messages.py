# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one line a person reads when a call fails."""

from __future__ import annotations

import json

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import messages
from ansible_collections.restops.clients.plugins.module_utils.core.http import Request, Response
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)


def unchanged(text):
    return text


def answer(status, content=b"", headers=None, attempts=1):
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return Response(
        status,
        headers or {},
        content,
        Request("GET", "/x", "https://host.example/x", {}),
        attempts=attempts,
    )


@pytest.mark.parametrize(
    ("response", "line"),
    [
        (
            answer(404, {"message": "no such device"}),
            (
                "GET https://host.example/x: 404 Not Found: no such device;"
                " check the path, and the names in it"
            ),
        ),
        (answer(401), "GET https://host.example/x: 401 Unauthorized; check the credentials"),
        (
            answer(503, attempts=4),
            (
                "GET https://host.example/x: 503 Service Unavailable (after 4 attempts);"
                " the server is not ready; try again later"
            ),
        ),
        (answer(418), "GET https://host.example/x: 418 I'm a Teapot"),
        (answer(599), "GET https://host.example/x: 599; see the server's log"),
        (answer(507), "GET https://host.example/x: 507 Insufficient Storage; see the server's log"),
        # Words that say what the status says are not said twice.
        (
            answer(403, b"Forbidden"),
            (
                "GET https://host.example/x: 403 Forbidden; the account has no role for this;"
                " a new login is needed after roles were changed"
            ),
        ),
        (answer(499, b"gone"), "GET https://host.example/x: 499: gone"),
    ],
)
def test_an_error_names_the_call_the_response_and_the_advice(response, line):
    # Names of rarely used statuses differ between Python versions in case only.
    assert messages.of_status(response, unchanged).lower() == line.lower()


def test_a_callers_hint_replaces_the_usual_one():
    assert messages.of_status(answer(404), unchanged, "look elsewhere").endswith(
        "404 Not Found; look elsewhere"
    )
    assert messages.of_status(answer(404), unchanged, "").endswith("404 Not Found")


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        (
            {"location": "https://ada:pw@other.example/login?code=abc#token=def"},
            "'https://other.example/login?code=***'",
        ),
        ({}, "'nowhere'"),
        ({"location": "/x" * 1000}, f"'{'/x' * 100}'"),
    ],
)
def test_a_redirect_that_is_not_followed_says_where_it_leads(headers, shown):
    line = messages.of_status(answer(302, headers=headers), unchanged)

    assert f"it points to {shown}, which is not followed from here; check host" in line


def test_secrets_are_taken_out_of_everything_the_server_says():
    known = SecretValues(["sesame"])

    line = messages.of_status(
        answer(302, {"message": "sesame is wrong"}, {"location": "/open/sesame"}), known.scrub
    )

    assert "sesame" not in line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"message": "one"}, "one"),
        ({"error": {"message": "one"}}, "one"),
        ({"detail": "one"}, "one"),
        ({"error": "invalid_client", "error_description": "one"}, "one"),
        ({"error": "one"}, "one"),
        ({"errors": [{"message": "one"}]}, "one"),
        ({"errors": ["one"]}, "one"),
        ({"title": "one"}, "one"),
        ({"reason": "one"}, "one"),
        ({"message": "", "detail": "one"}, "one"),
        ({"message": {"deep": 1}, "detail": "one"}, "one"),
        ("one", "one"),
        ({"other": 1}, '{"other": 1}'),
        ([1, 2], "[1, 2]"),
        (b"", ""),
        (b"plain\r\n  text\x0bhere", "plain text here"),
        (
            b"<!DOCTYPE html><html><head><title>\n Bad Gateway </title>",
            "an HTML page titled 'Bad Gateway'",
        ),
        (b"  <HTML><body>no title", "an HTML page"),
        (b"<html><title lang=en>A</title>", "an HTML page titled 'A'"),
        (b"caf\xe9", "caf\ufffd"),
    ],
)
def test_the_servers_words_are_found_in_every_shape(content, words):
    assert messages.server_words(answer(500, content), unchanged) == words


@pytest.mark.parametrize("content", ["w" * 301, "word " * 200])
def test_long_words_are_cut(content):
    words = messages.server_words(answer(500, content), unchanged)

    assert len(words) == messages.LONGEST + 3
    assert words.endswith("...")


def test_words_of_the_longest_length_are_whole():
    assert messages.server_words(answer(500, "w" * 300), unchanged) == "w" * 300


@given(
    status=st.integers(300, 599),
    content=st.binary(max_size=200),
    kind=st.sampled_from(
        ["", "text/html; charset=utf-16", "text/plain; charset=idna", "application/json"]
    ),
)
@PROPERTY
def test_any_response_gives_one_short_line(status, content, kind):
    line = messages.of_status(answer(status, content, {"content-type": kind}), unchanged)

    assert line.startswith("GET https://host.example/x: ")
    assert len(line.splitlines()) == 1
    assert len(line) < 700


KEYSTONE = messages.Wording(
    error_paths=("IAPerror.displayString",),
    unnamed_fields=("non_field_errors",),
    hints={403: "ask the owner"},
    terms={"verify": "validate_certs", "user": "username"},
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            {"actions": {"non_field_errors": ["This list may not be empty."]}},
            "actions: This list may not be empty.",
        ),
        ({"non_field_errors": ["Bad login."]}, "Bad login."),
        ({"items": [{}, {"name": ["Required."]}]}, "items.1.name: Required."),
        ({"a": {"b": {"c": ["One.", "Two."]}}, "d": ["Three."]}, "a.b.c: One. Two.; d: Three."),
        (["Null characters are not allowed."], "Null characters are not allowed."),
        ([{}, {"name": ["Required."]}], "1.name: Required."),
        # What is data is no complaint.
        ({"data": {"ids": ["1"], "count": 1}, "name": ["Required."]}, "name: Required."),
        ({"data": {"ids": ["1"], "count": 1}}, ""),
        ({"a": {"b": {"c": {"d": {"e": {"f": {"g": ["deep"]}}}}}}}, ""),
        ([], ""),
        ([1], ""),
        (7, ""),
        ({"IAPerror": {"displayString": "one"}}, "one"),
        ({"message": "first", "IAPerror": {"displayString": "one"}}, "first"),
        ({"title": "last", "IAPerror": {"displayString": "one"}}, "one"),
    ],
)
def test_the_words_of_a_service_are_where_it_says(content, words):
    assert messages.error_text(content, KEYSTONE) == words


def test_a_service_has_hints_of_its_own():
    assert messages.of_status(answer(403), unchanged, None, KEYSTONE).endswith("; ask the owner")
    assert messages.of_status(answer(404), unchanged, None, KEYSTONE).endswith("names in it")


def test_options_have_the_names_of_the_readers_interface_and_the_servers_words_stay():
    line = messages.of_status(
        answer(401, {"message": "'user' is unknown"}),
        unchanged,
        "check 'user' and 'password'",
        KEYSTONE,
    )
    assert line.endswith(": 'user' is unknown; check 'username' and 'password'")
    assert messages.PLAIN.in_terms("turn 'verify' off") == "turn 'verify' off"
    assert KEYSTONE.in_terms("turn 'verify' off") == "turn 'validate_certs' off"


@pytest.mark.parametrize(
    ("status", "phrase"),
    [
        (404, "Not Found"),
        (413, "Content Too Large"),
        (414, "URI Too Long"),
        (416, "Range Not Satisfiable"),
        (422, "Unprocessable Content"),
        (520, ""),
    ],
)
def test_a_reason_phrase_does_not_depend_on_the_version_of_python(status, phrase):
    assert messages.phrase_of(status) == phrase
