# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Profiles, pre-builts and tags of the simulated Platform."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

from . import lists
from .base import RefusalError
from .operations import Action, Creating, Deleting, Listing, Reading, Updating, status_data
from .table import Call, Record, Row, text

# Profiles and pre-builts


def profile_exists(call: Call, record: Record) -> None:
    raise call.refuse(f"Profile {record['id']} already exists", 500)


def no_profile(call: Call) -> Any:
    raise call.refuse(f"Profile {call.params['id']} does not exist", 500)


def set_active(call: Call) -> Any:
    chosen = call.record()
    for record in call.table:
        record["_active"] = record is chosen
    return {"status": "OK", "message": "Profile is active"}


def show_profile(call: Call, record: Record) -> Record:
    profile = {key: value for key, value in record.items() if key != "_active"}
    return {"metadata": {"isActive": record["_active"]}, "profile": profile}


PROFILE = Row(
    "profile",
    (
        Listing("/profiles", envelope=lists.results, filters=lists.paired),
        Reading("/profiles/{id}", missing=no_profile),
        Creating(
            "/profiles",
            wrap="properties",
            needs=("id",),
            duplicate=profile_exists,
            read=lambda call, body: body,
            answer=lambda call, record: {
                "status": "Created",
                "message": "Success",
                "data": record["profile"],
            },
        ),
        Updating(
            "/profiles/{id}",
            method="PUT",
            wrap="properties",
            whole=True,
            answer=lambda call, record: status_data(call, record["profile"]),
            missing=no_profile,
        ),
        Action("/profiles/{id}/active", does=set_active, method="PUT"),
        Deleting("/profiles/{id}", missing=no_profile),
    ),
    id="id",
    key="id",
    unique=("id",),
    managed=("_active",),
    made=lambda sim, record: {"description": "", "_active": False},
    show=show_profile,
    refuse=text,
)


def no_prebuilt(message: str, status: int) -> RefusalError:
    content = {"error": "Not Found", "message": message, "statusCode": status}
    return RefusalError(JSONResponse(content, status))


def import_prebuilt(call: Call) -> Any:
    document = call.inner("prebuilt")
    name = (document.get("metadata") or {}).get("name") or document.get("name")
    existing = call.table.named(name or "")
    if existing is not None:
        if not (call.body.get("options") or {}).get("overwrite"):
            raise call.refuse(f"Prebuilt {name} already exists", 409)
        call.table.remove(existing)
    return {"status": "OK", "message": "Success", "data": call.table.add({"name": name})}


PREBUILT = Row(
    "prebuilt",
    (
        Listing("/prebuilts", envelope=lists.results, filters=lists.paired),
        Reading("/prebuilts/{id}"),
        Reading("/prebuilts/{id}/export"),
        Action("/prebuilts/import", does=import_prebuilt),
        Deleting("/prebuilts/{id}"),
    ),
    made=lambda sim, record: {"description": "", "version": "1.0.0", "components": []},
    refuse=no_prebuilt,
)


# Tags


def update_tag(call: Call) -> Any:
    """Change a tag; that the body is `data` with the id in it, or the bare tag, is assumed."""
    body = call.inner(None if "tag" in call.sim.settings["other_updates"] else "data")
    record = call.table.get(body.get("_id", ""))
    if record is None:
        raise call.refuse("tag not found", 404)
    record.update({key: body[key] for key in ("name", "description") if key in body})
    return record


def delete_tag(call: Call) -> Any:
    """Delete a tag; an unknown id answers 200 with `n` 0: assumed."""
    record = call.table.get(call.inner(None).get("_id", ""))
    if record is not None:
        call.table.remove(record)
    return {"ok": 1, "n": 0 if record is None else 1}


def read_tag(call: Call) -> Any:
    return call.table.get(call.inner(None).get("id", ""))


TAG = Row(
    "tag",
    (
        Listing("/tags/all", paging=lists.unpaged, sorts=False),
        Creating("/tags/create", wrap="data", fields=("name", "description")),
        Action("/tags/update", does=update_tag),
        Action("/tags/delete", does=delete_tag),
        Action("/tags/get", does=read_tag, reads=True),
    ),
    made=lambda sim, record: {"description": ""},
    refuse=text,
)

ROWS = (PROFILE, PREBUILT, TAG)
