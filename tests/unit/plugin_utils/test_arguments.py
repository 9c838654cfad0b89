# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments made ready for the validator."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import options, request
from ansible_collections.restops.clients.plugins.plugin_utils import arguments

REQUEST = {**options.PLATFORM.options, **request.OPTIONS}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pth": "/x"}, "pth. Did you mean path?"),
        ({"url": "http://server"}, "url. Did you mean path?"),
        ({"requests": [{"paht": "/x"}]}, "requests.paht. Did you mean requests.path?"),
        ({"requests": [{"dest": "/x"}]}, "requests.dest. Supported parameters include: body, "),
        ({"zzz": 1, "usr": 2}, "zzz, usr. Did you mean user?"),
        (
            {"pth": 1, "requests": [{"paht": 1}]},
            "pth, requests.paht. Did you mean path and requests.path?",
        ),
        ({1: 2}, "1. Supported parameters include: body, ca_path, "),
    ],
)  # fmt: skip
def test_unknown_options_are_named_with_a_suggestion(given: dict[Any, Any], said: str) -> None:
    assert str(arguments.unknown_options(given, REQUEST)).startswith(said)


def test_known_options_are_not_complained_about() -> None:
    given = {"user": "a", "verify": True, "requests": [{"path": "/x"}, "text"], "path": None}
    assert arguments.unknown_options(given, REQUEST) is None


@pytest.mark.parametrize(
    ("given", "ready"),
    [
        ({"path": "", "dest": "", "status_code": None}, {}),
        ({"body": "", "correlation_id": ""}, {"body": "", "correlation_id": ""}),
        ({"body": None, "filters": ""}, {"filters": ""}),
        ({"method": "post"}, {"method": "POST"}),
        (
            {"requests": [{"method": "get", "timeout": "", "body": ""}]},
            {"requests": [{"method": "GET", "body": ""}]},
        ),
        ({"requests": ["text"]}, {"requests": ["text"]}),
        ({"params": "limit=2&offset=3"}, {"params": {"limit": "2", "offset": "3"}}),
        ({"params": "?in=a%20b&in=c&x="}, {"params": {"in": ["a b", "c"], "x": ""}}),
        ({"params": '{"a": "b=c"}'}, {"params": '{"a": "b=c"}'}),
        ({"params": {"a": 1}}, {"params": {"a": 1}}),
        ({"read_only": False}, {"read_only": False}),
    ],
)  # fmt: skip
def test_options_are_made_ready(given: dict[str, Any], ready: dict[str, Any]) -> None:
    assert arguments.ready(given, REQUEST) == ready


class Text(str):
    """A text with marks of its own."""


class Vaulted:
    """Stands for a vaulted value of ansible-core 2.18, which its encoder reads as text."""

    __ENCRYPTED__ = True

    def __str__(self) -> str:
        return "decrypted"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (
            {2: "a", True: "b", None: "c", 1.5: "d"},
            {"2": "a", "true": "b", "null": "c", "1.5": "d"},
        ),
        ({Text("a"): (Text("b"), 1)}, {"a": ["b", 1]}),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
        (datetime.time(3, 4), "03:04:00"),
        ({"b", "a"}, ["a", "b"]),
        ([True, None, 10**30, 0.1], [True, None, 10**30, 0.1]),
    ],
)
def test_data_is_plain(value: Any, plain: Any) -> None:
    found = arguments.plain(value)
    assert found == plain
    assert type(found) is type(plain)


@pytest.mark.parametrize("value", [b"bytes", object(), {datetime.date(2026, 1, 2): 1}])
def test_what_no_module_can_be_sent_is_refused_with_the_options_name(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^body: .*"):
        arguments.ready({"body": value}, REQUEST)


DAY = datetime.date(2026, 1, 2)


class AnsibleDate(datetime.date):
    __module__ = "ansible.module_utils._internal"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({DAY: "x"}, "date"),
        ({"body": [{"a": ({(1, 2): 3},)}]}, "tuple"),
        ({"body": {AnsibleDate(2026, 1, 2): "x"}}, "date"),
        ({datetime.datetime(2026, 1, 2): "x"}, "datetime"),
    ],
)
def test_a_name_that_json_has_no_form_for_is_refused(value: Any, kind: str) -> None:
    with pytest.raises(TypeError, match=f"a name of type {kind} cannot be sent: write it as text"):
        arguments.plain(value)


def test_names_and_texts_lose_the_marks_of_ansibles_types() -> None:
    class Marked(str):
        __slots__ = ()

    ready = arguments.ready({Marked("path"): Marked("/x")}, REQUEST)
    assert [*map(type, [*ready, *ready.values()])] == [str, str]
