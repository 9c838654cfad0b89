# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turning what a caller gives into the bytes of a body."""

from __future__ import annotations

import datetime
import email
import enum
import io
import json
import pathlib
from urllib.parse import parse_qs, parse_qsl

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import body
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
    SerializationError,
)

FORM = "application/x-www-form-urlencoded"


class Kind(str, enum.Enum):
    ROUTER = "router"


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
def test_no_arguments_give_an_empty_body(method):
    assert body.encode(method, None, None, None) == (b"", "")


@pytest.mark.parametrize("value", [{"a": "ü"}, [], {}, 0, False, "", "text"])
def test_json_is_sent_as_json_even_if_it_is_empty(value):
    content, kind = body.encode("POST", value, None, None)

    assert kind == "application/json"
    assert json.loads(content) == value


def test_invalid_json_is_a_serialization_error():
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


FIELDS = {
    "none": None,
    "true": True,
    "number": 1.5,
    "kind": Kind.ROUTER,
    "raw": b"abc",
    "list": (number for number in (1, None, 2)),
    "deep": {"a": {"b": "c"}},
    "day": datetime.date(2026, 1, 2),
    "pair": "\ud83d\ude00",
}
TEXTS = [
    ("true", "true"),
    ("number", "1.5"),
    ("kind", "router"),
    ("raw", "abc"),
    ("list", "1"),
    ("list", "2"),
    ("deep[a][b]", "c"),
    ("day", "2026-01-02"),
    ("pair", "\U0001f600"),
]


def test_a_form_has_the_text_of_each_value():
    content, dummy = body.encode("POST", None, {**FIELDS, "list": iter([1, None, 2])}, None)

    assert parse_qsl(content.decode()) == TEXTS


def test_form_fields_beside_files_have_the_same_texts():
    content, kind = body.encode("POST", None, {**FIELDS, "list": iter([1, None, 2])}, {"f": b"x"})

    parts = parts_of(content, kind)
    assert [(name, payload.decode()) for name, dummy, dummy_kind, payload in parts[:-1]] == TEXTS
    assert parts[-1] == ("f", "upload", "application/octet-stream", b"x")


@pytest.mark.parametrize("value", ["\ud800", float("nan"), b"\xff", object()])
@pytest.mark.parametrize("files", [None, {"f": b"x"}])
def test_a_form_field_without_a_text_is_refused(value, files):
    with pytest.raises(ConfigurationError, match="^form: k "):
        body.encode("POST", None, {"k": value}, files)


def test_text_that_utf_8_cannot_hold_is_refused_and_json_escapes_it():
    with pytest.raises(ConfigurationError, match="unpaired surrogate"):
        body.encode("POST", None, "half \ud800", None)

    assert body.encode("POST", None, "\ud83d\ude00", None)[0] == "\U0001f600".encode()
    assert body.encode("POST", {"a": "half \ud800"}, None, None)[0] == b'{"a":"half \\ud800"}'


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


def test_files_may_be_pairs_and_have_any_name():
    named = io.BytesIO(b"named")
    named.name = "/tmp/report.txt"
    files = [
        ("f", ('r\u00e9sum\u00e9 "x"\\\r\n.txt', "text")),
        ("f", (pathlib.PurePosixPath("data.json"), bytearray(b"{}"), None)),
        ("f", (None, b"no name")),
        ("f", named),
    ]

    content, kind = body.encode("POST", None, None, files)

    assert 'filename="r\u00e9sum\u00e9 %22x%22\\\\%0D%0A.txt"'.encode() in content
    first, second, third, fourth = parts_of(content, kind)
    assert first[3] == b"text"
    assert second == ("f", "data.json", "application/json", b"{}")
    assert third == ("f", None, None, b"no name")
    assert fourth == ("f", "report.txt", "text/plain", b"named")


def test_a_file_is_sent_from_its_beginning():
    file = io.BytesIO(b"0123456789")
    file.seek(4)

    content, kind = body.encode("POST", None, None, {"f": file})

    assert parts_of(content, kind)[0][3] == b"0123456789"


def test_without_files_a_body_is_not_multipart():
    assert body.encode("POST", None, {"a": 1}, {}) == (b"a=1", FORM)
    assert body.encode("POST", None, None, {}) == (b"", "")


class Broken(io.RawIOBase):
    def read(self, dummy_size=-1):
        raise OSError(5, "Input/output error")


class Stream:
    def read(self):
        return b"cannot be rewound"


def test_a_file_that_cannot_be_read_is_named():
    with pytest.raises(ConfigurationError, match="^files: f cannot be read: .*Input/output"):
        body.encode("POST", None, None, {"f": Broken()})


def test_a_file_may_be_anything_that_can_be_read():
    content, kind = body.encode("POST", None, None, {"f": Stream()})

    assert parts_of(content, kind)[0][3] == b"cannot be rewound"


@pytest.mark.parametrize("name", ["\ud800", None])
def test_a_file_needs_a_name_that_can_be_sent(name):
    with pytest.raises(ConfigurationError, match="^files: a name "):
        body.encode("POST", None, None, {name: b"x"})


@pytest.mark.parametrize("kind", ["text/plain\r\nX-Evil: 1", "\u20ac"])
def test_the_content_type_of_a_file_stays_on_its_line(kind):
    with pytest.raises(ConfigurationError, match="Content-Type"):
        body.encode("POST", None, None, {"f": ("name", b"x", kind)})


@pytest.mark.parametrize("declared", ["multipart/form-data", "Multipart/Form-Data; charset=utf-8"])
def test_a_declared_multipart_type_gets_its_boundary(declared):
    content, kind = body.encode("POST", None, {"a": "1"}, {"f": b"x"}, declared)

    assert [part[3] for part in parts_of(content, kind)] == [b"1", b"x"]


@pytest.mark.parametrize("boundary", ["own", '"own"'])
def test_a_declared_boundary_is_used(boundary):
    declared = f"multipart/form-data; boundary={boundary}"

    content, kind = body.encode("POST", None, None, {"f": b"x"}, declared)

    assert kind == declared
    assert content.startswith(b"--own\r\n")
    assert content.endswith(b"--own--\r\n")


@pytest.mark.parametrize(
    ("json_value", "data", "files", "declared"),
    [
        ({}, None, None, "application/x-www-form-urlencoded"),
        ([], None, None, "Multipart/form-data"),
        (None, {"a": 1}, None, "application/json"),
        (None, {"a": 1}, None, "multipart/form-data; boundary=x"),
        (None, None, {"f": b"x"}, "application/json"),
    ],
)
def test_a_body_that_its_declared_type_does_not_describe_is_refused(
    json_value, data, files, declared
):
    with pytest.raises(ConfigurationError, match="^headers: Content-Type .* does not describe"):
        body.encode("POST", json_value, data, files, declared)


@pytest.mark.parametrize(
    ("json_value", "data", "declared"),
    [
        ({}, None, "application/merge-patch+json"),
        (None, "a=1", "application/x-www-form-urlencoded"),
        (None, {"a": 1}, "application/x-www-form-urlencoded; charset=utf-8"),
        (None, b"x", "multipart/form-data; boundary=x"),
    ],
)
def test_a_declared_type_that_fits_is_accepted(json_value, data, declared):
    assert body.encode("POST", json_value, data, None, declared)[0] in (b"{}", b"a=1", b"x")


@pytest.mark.parametrize(
    "files",
    [
        {"f": 7},
        {"f": io.StringIO("text mode")},
        {"f": ("name", None)},
        {"f": ("name",)},
        {"f": ("name", b"x", "text/plain", {})},
        {"f": [b"x"]},
        7,
    ],
)
def test_an_invalid_file_is_refused(files):
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
