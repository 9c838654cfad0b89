# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Differences as people read them."""

from __future__ import annotations

from typing import Any

from ansible_collections.restops.clients.plugins.module_utils.core.records.differences import (
    Difference,
    differences,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.documents import Document
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import (
    Field,
    FieldAccess,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.kinds import INTEGER
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import (
    Change,
    ResourceType,
)

ROW = ResourceType(
    "box",
    "/boxes",
    (
        Field("id", INTEGER, access=FieldAccess.READ_ONLY),
        Field("made", access=FieldAccess.READ_ONLY),
        Field("name"),
        Field("text"),
        Field("word", secret=True),
        Field("document", Document(managed=("stamp",), secrets=("**.key",))),
    ),
    key=("name",),
)


def shown(before: Any, after: Any, sent: Any = None, action: str = "update") -> list[Difference]:
    change = Change("box", before, action)
    change.after = after
    change.sent = (after or {}) if sent is None else sent
    return differences(ROW, change)


def of_documents(before: Any, after: Any) -> tuple[Any, Any]:
    (found,) = shown({"document": before}, {"document": after})
    assert found.place == ""
    return found.before.get("document"), found.after.get("document")


def test_a_new_record_is_shown_without_secrets() -> None:
    record = {"name": "a", "word": "x", "document": {"a": 1, "key": "x", "stamp": 1}}
    assert shown(None, record, action="create") == [
        Difference("", {}, {"name": "a", "document": {"a": 1}})
    ]


def test_a_deleted_record_is_shown_without_what_the_server_makes() -> None:
    before = {"id": 1, "made": "x", "name": "a", "unknown": 1}
    assert shown(before, None, {}, "delete") == [Difference("", {"id": 1, "name": "a"}, {})]


def test_of_documents_only_what_changed_is_shown() -> None:
    before = {"same": 1, "tasks": {"1a": {"x": 1, "y": 2}, "1b": {"x": 1}}, "gone": 1}
    after = {"same": 1, "tasks": {"1a": {"x": 1, "y": 3}, "1b": {"x": 1}}, "new": 2}
    assert of_documents(before, after) == (
        {"tasks": {"1a": {"y": 2}}, "gone": 1},
        {"tasks": {"1a": {"y": 3}}, "new": 2},
    )


def test_of_lists_what_is_the_same_at_both_ends_is_left_out() -> None:
    assert of_documents({"l": [1, 2, 3]}, {"l": [1, 9, 8, 3]}) == ({"l": [2]}, {"l": [9, 8]})
    assert of_documents({"l": [1]}, {"l": [1, 2]}) == ({"l": []}, {"l": [2]})


def test_a_document_that_differs_only_in_secrets_is_not_shown() -> None:
    (found,) = shown(
        {"name": "a", "document": {"key": "x"}}, {"name": "b", "document": {"key": "y"}}
    )
    assert found == Difference("", {"name": "a"}, {"name": "b"})


def test_texts_of_several_lines_stand_apart() -> None:
    assert shown({"text": "a\nb\n"}, {"text": "a\nc\n"}) == [Difference("text", "a\nb\n", "a\nc\n")]
    assert shown({"name": "a", "text": None}, {"name": "b", "text": "a\nb"}) == [
        Difference("", {"name": "a"}, {"name": "b"}),
        Difference("text", "", "a\nb"),
    ]
    assert shown(
        {"document": {"a": {"t": "x\ny"}, "b": 1}}, {"document": {"a": {"t": "x\nz"}, "b": 1}}
    ) == [Difference("document.a.t", "x\ny", "x\nz")]


def test_of_a_record_that_is_created_again_only_what_differs_is_shown() -> None:
    change = Change("box", {"name": "a", "text": "x"}, "update")
    change.is_recreated = True
    change.after = change.sent = {"name": "a", "text": "y"}
    assert differences(ROW, change) == [Difference("", {"text": "x"}, {"text": "y"})]
