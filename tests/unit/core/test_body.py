# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turning what a caller gives into the bytes of a body."""

from __future__ import annotations

import email
import io
import json
from urllib.parse import parse_qs

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import body
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
    SerializationError,
)


def parts_of(content, kind):
    """Return name, file name, content type and content of each part, as an independent parser reads
    them."""
    message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + content)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get("content-type"),
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
    ]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nothing_given_is_no_body(method):
    assert body.encode(method, None, None, None) == (b"", "")


@pytest.mark.parametrize("value", [{"a": "ü"}, [], {}, 0, False, "", "text"])
def test_json_is_sent_as_json_even_where_it_is_empty(value):
    content, kind = body.encode("POST", value, None, None)

    assert kind == "application/json"
    assert json.loads(content) == value


def test_what_is_not_json_is_a_serialization_error():
    with pytest.raises(SerializationError):
        body.encode("POST", {"a": float("nan")}, None, None)


@pytest.mark.parametrize(
    ("data", "content", "kind"),
    [
        ("tëxt", "tëxt".encode(), "text/plain; charset=utf-8"),
        (b"\x00\xff", b"\x00\xff", "application/octet-stream"),
        (bytearray(b"ab"), b"ab", "application/octet-stream"),
        (memoryview(b"ab"), b"ab", "application/octet-stream"),
        ("", b"", "text/plain; charset=utf-8"),
    ],
)
def test_texts_and_bytes_are_sent_as_they_are(data, content, kind):
    assert body.encode("POST", None, data, None) == (content, kind)


def test_a_dict_is_sent_as_a_form():
    content, kind = body.encode("POST", None, {"a": "b & c", "list": [1, 2]}, None)

    assert kind == "application/x-www-form-urlencoded"
    assert parse_qs(content.decode()) == {"a": ["b & c"], "list": ["1", "2"]}


def test_files_are_sent_with_the_fields_beside_them():
    files = {"one": io.BytesIO(b"\x00binary"), "two": ("report.txt", b"text", "text/plain")}

    content, kind = body.encode("POST", None, {"field": "value"}, files)

    assert kind.startswith("multipart/form-data; boundary=")
    fields, one, two = parts_of(content, kind)
    assert (fields[0], fields[1], fields[3]) == ("field", None, b"value")
    assert (one[0], one[3]) == ("one", b"\x00binary")
    assert two == ("two", "report.txt", "text/plain", b"text")


def test_files_alone_are_whole_so_that_they_can_be_sent_again():
    content, kind = body.encode("PUT", None, None, {"f": b"x" * 100_000})

    ((name, dummy_file, dummy_kind, payload),) = parts_of(content, kind)
    assert (name, payload) == ("f", b"x" * 100_000)


@pytest.mark.parametrize(
    "files", [{"f": 7}, {"f": io.StringIO("text mode")}, {"f": ("name", None)}, 7]
)
def test_what_is_no_file_is_refused(files):
    with pytest.raises(ConfigurationError, match="^files must be"):
        body.encode("POST", None, None, files)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    ("json_value", "data", "files"), [({}, None, None), (None, "x", None), (None, None, {})]
)
def test_methods_that_only_read_take_no_body(method, json_value, data, files):
    with pytest.raises(ConfigurationError, match=f"{method} takes no body"):
        body.encode(method, json_value, data, files)


@pytest.mark.parametrize(("data", "files"), [({}, None), (None, {}), ("x", {"f": b""})])
def test_a_request_has_one_body(data, files):
    with pytest.raises(ConfigurationError, match="one body"):
        body.encode("POST", {"a": 1}, data, files)


@pytest.mark.parametrize("data", ["text", b"bytes", [("a", 1)]])
def test_beside_files_only_fields_can_stand(data):
    with pytest.raises(ConfigurationError, match="data beside files"):
        body.encode("POST", None, data, {"f": b"x"})


@pytest.mark.parametrize("data", [7, ["a"], object()])
def test_data_of_another_kind_is_refused(data):
    with pytest.raises(ConfigurationError, match="^data must be"):
        body.encode("POST", None, data, None)
