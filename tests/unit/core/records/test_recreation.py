# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records that are deleted and created again, and the records that lead to them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.access import (
    Access,
    List,
    Write,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.documents import Document
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import (
    Field,
    FieldAccess,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.references import (
    References,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType
from ansible_collections.restops.clients.tests.unit.support import Case

from .rest import Bench, body_of

ID = Field("id", kinds.ID, access=FieldAccess.READ_ONLY)
NAME = Field("name", required=True)
FORM = ResourceType(
    "form",
    "/forms",
    (
        ID,
        NAME,
        Field("kind", access=FieldAccess.CREATE_ONLY),
        Field("text"),
        Field("secret", secret=True),
    ),
    key=("name",),
)


def user(name: str, *fields: Field, **options: Any) -> ResourceType:
    """Return a type of records that lead to forms."""
    path = options.pop("path", f"/{name}s")
    return ResourceType(name, path, (ID, NAME, *fields), key=("name",), **options)


USERS = (
    user("flow", Field("form", kinds.Relation("form"), wire="formId")),
    user("page", Field("forms", kinds.Relation("form"), many=True)),
    user("plan", Field("steps", Document(relations={"*.form": "form"}))),
    user("team", Field("members", References({"form": "form"}))),
    user(
        "hook",
        Field("form", kinds.Relation("form"), access=FieldAccess.CREATE_ONLY),
        Field("note"),
    ),
    # These are left out: nothing leads to forms, or they are not written or listed.
    user("other", Field("size", kinds.INTEGER)),
    user("seen", Field("form", kinds.Relation("form"), access=FieldAccess.READ_ONLY)),
    user("told", Field("form", kinds.Relation("form")), verbs=("retrieve",)),
    user("addon", Field("form", kinds.Relation("form"))),
    user(
        "part",
        Field("form", kinds.Relation("form")),
        Field("parent"),
        path=Access(List("/parents/{parent}/parts")),
    ),
)
OLD = {"id": "f1", "name": "order", "kind": "a", "text": "t"}
THERE: dict[str, Any] = {
    "GET /forms": [OLD],
    "DELETE /forms/f1": {},
    "POST /forms": lambda request: {"id": "f2", **body_of(request)},
    "GET /flows": [
        {"id": "1", "name": "a", "formId": "f1"},
        {"id": "2", "name": "b", "formId": "f9"},
    ],
    "PATCH /flows/1": lambda request: {"id": "1", "name": "a", **body_of(request)},
    "GET /pages": [
        {"id": "1", "name": "a", "forms": ["f9", "f1"]},
        {"id": "2", "name": "b", "forms": None},
    ],
    "PATCH /pages/1": lambda request: {"id": "1", "name": "a", **body_of(request)},
    "GET /plans": [{"id": "1", "name": "a", "steps": [{"form": "f1", "x": 1}, {"form": "f9"}]}],
    "PATCH /plans/1": lambda request: {"id": "1", "name": "a", **body_of(request)},
    "GET /teams": [{"id": "1", "name": "a", "members": [{"type": "form", "reference": "f1"}]}],
    "PATCH /teams/1": lambda request: {"id": "1", "name": "a", **body_of(request)},
    "GET /hooks": [{"id": "h1", "name": "a", "form": "f1", "note": "n"}],
    "DELETE /hooks/h1": {},
    "POST /hooks": lambda request: {"id": "h2", **body_of(request)},
}
WANTED = {"name": "order", "kind": "b"}


async def test_what_led_to_the_old_record_leads_to_the_new_one(case: Case) -> None:
    bench = Bench(case, THERE, FORM, *USERS)
    (change,) = await bench.bring(WANTED, recreate=True)
    assert (change.action, change.is_recreated, change.ignored) == ("update", True, [])
    assert change.after == {"id": "f2", "name": "order", "kind": "b", "text": "t"}
    assert bench.server.writes == [
        ("DELETE /forms/f1", None),
        ("POST /forms", {"name": "order", "kind": "b", "text": "t"}),
        ("PATCH /flows/1", {"formId": "f2"}),
        ("PATCH /pages/1", {"forms": ["f9", "f2"]}),
        ("PATCH /plans/1", {"steps": [{"form": "f2", "x": 1}, {"form": "f9"}]}),
        ("PATCH /teams/1", {"members": [{"type": "form", "reference": "f2"}]}),
        ("DELETE /hooks/h1", None),
        ("POST /hooks", {"name": "a", "note": "n", "form": "f2"}),
    ]


async def test_a_record_is_only_created_again_if_that_is_needed_and_asked_for(case: Case) -> None:
    bench = Bench(case, {**THERE, "PATCH /forms/f1": {**OLD, "text": "u"}}, FORM)
    (kept,) = await bench.bring(WANTED)
    assert (kept.action, kept.ignored) == ("none", ["kind"])
    (same,) = await bench.bring({"name": "order", "kind": "a"}, recreate=True)
    assert same.action == "none"
    (changed,) = await bench.bring({"name": "order", "text": "u"}, recreate=True)
    assert (changed.action, changed.is_recreated) == ("update", False)
    (predicted,) = await bench.bring(WANTED, recreate=True, predict=True)
    assert (predicted.action, predicted.is_recreated) == ("update", True)
    assert bench.server.writes == [("PATCH /forms/f1", {"text": "u"})]


async def test_a_record_that_is_replaced_is_created_with_what_is_given(case: Case) -> None:
    bench = Bench(case, THERE, FORM)
    await bench.bring({**WANTED, "secret": "s"}, recreate=True, replace=True)
    assert bench.server.writes[1] == (
        "POST /forms",
        {"name": "order", "kind": "b", "secret": "s"},
    )


async def test_a_type_without_updates_is_created_again_and_one_without_deletion_is_not(
    case: Case,
) -> None:
    fixed = ResourceType(
        "form", Access("/forms", update=()), (ID, NAME, Field("text")), key=("name",)
    )
    wanted = {"name": "order", "text": "u"}
    bench = Bench(case, THERE, fixed)
    with pytest.raises(ClientError, match="does not update any: give 'recreate' to delete it"):
        await bench.bring(wanted)
    (change,) = await bench.bring(wanted, recreate=True)
    assert change.after == {"id": "f2", "name": "order", "text": "u"}
    kept = ResourceType(
        "form", Access("/forms", update=(), delete=()), (ID, NAME, Field("text")), key=("name",)
    )
    with pytest.raises(ClientError, match="'order' cannot be created again"):
        await Bench(case, THERE, kept).bring(wanted, recreate=True)


@pytest.mark.parametrize(
    ("route", "status", "told"),
    [
        ("POST /forms", 400, "; the form was deleted, and is not created again"),
        (
            "PATCH /flows/1",
            403,
            "; the form was created again, but its old id is still in flow name='a', page name='a'",
        ),
    ],
)
async def test_the_error_says_what_is_left_half_done(
    case: Case, route: str, status: int, told: str
) -> None:
    bench = Bench(case, {**THERE, route: httpx.Response(status)}, FORM, *USERS[:2])
    (change,) = await bench.bring(WANTED, recreate=True)
    assert isinstance(change.error, HTTPStatusError)
    assert change.error.message.endswith(told)


async def test_a_record_that_a_server_error_kept_from_being_deleted_is_not_updated(
    case: Case,
) -> None:
    routes = {**THERE, "GET /forms/f1": OLD, "DELETE /forms/f1": httpx.Response(503)}
    bench = Bench(case, routes, FORM)
    (change,) = await bench.bring({**WANTED, "text": "u"}, recreate=True)
    assert isinstance(change.error, HTTPStatusError)
    assert bench.server.writes == [("DELETE /forms/f1", None)]


async def test_nothing_is_deleted_if_what_leads_to_it_cannot_be_read(case: Case) -> None:
    bench = Bench(case, {**THERE, "GET /flows": httpx.Response(403)}, FORM, *USERS)
    (change,) = await bench.bring(WANTED, recreate=True)
    assert isinstance(change.error, HTTPStatusError)
    assert bench.server.writes == []


async def test_a_record_whose_id_is_its_name_keeps_its_referrers(case: Case) -> None:
    named = ResourceType(
        "form",
        Access("/forms", create=Write("/forms"), update=()),
        (Field("id", kinds.ID), Field("text")),
        key=("id",),
    )
    bench = Bench(case, {**THERE, "GET /forms/f1": OLD}, named, *USERS)
    (change,) = await bench.bring({"id": "f1", "text": "u"}, recreate=True)
    assert change.error is None
    assert [call for call, dummy in bench.server.writes] == ["DELETE /forms/f1", "POST /forms"]
    assert "GET /flows" not in bench.server.calls
