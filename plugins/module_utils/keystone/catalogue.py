# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources of Keystone, as data.

Source: docs/protocols/keystone.md section 9 (fields, keys), 4 (which resources can be searched), 12
and the server's log models (logs).
"""

from __future__ import annotations

from typing import Any

from ..core.records.fields import Field, FieldAccess
from ..core.records.kinds import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    FILE,
    ID,
    INTEGER,
    JSON,
    Choice,
    Kind,
    Relation,
    Text,
)
from ..core.records.types import ResourceType

ACCESS_MODES = {"WL": "Whitelist", "BL": "Blacklist", "OP": "Open"}
REQUEST_STATUSES = {"PD": "Pending", "AP": "Approved", "DC": "Declined", "CR": "Changes Requested"}
REVIEW_STATUSES = {"AP": "Approved", "DC": "Declined", "CR": "Changes Requested"}
ROLES = {"OW": "Owner", "AD": "Admin", "MB": "Member"}
NOTIFICATION_TYPES = {
    "GM": "General Message",
    "RE": "Upcoming Request Expiration",
    "RD": "Request Past Expiration",
}

AUDIT_ACTIONS = {"0": "create", "1": "update", "2": "delete", "3": "access"}
RECORD_TYPES = {"request": "Request", "task": "Task", "audit": "Audit"}

READ_ONLY = ("retrieve",)


class Unsearchable(ResourceType):
    """A resource on which `_search` fails on the server (docs/protocols/keystone.md section 4)."""

    __slots__ = ()


class Unfiltered(Field):
    """A field that the server has no filter for, although others of its kind have one.

    The client alone filters by it.
    """

    __slots__ = ()


class Computed(Unfiltered):
    """A field that is not a column of the database: the server does not order by it either."""

    __slots__ = ()


class TrimmedText(Text):
    """Text that the server stores without blanks at its ends."""

    __slots__ = ()

    def parse(self, value: Any) -> str:
        return super().parse(value).strip()


TRIMMED = TrimmedText()


class NumberedChoice(Choice):
    """A choice that records show by its label and filters take by its number."""

    __slots__ = ()

    def _normalized(self, value: Any) -> Any:
        return int(super()._normalized(value))


def _made(name: str, kind: Kind = TRIMMED, *, of: type[Field] = Field, many: bool = False) -> Field:
    """Return a field that the server makes."""
    return of(name, kind, access=FieldAccess.READ_ONLY, many=many)


def _only_filtered(name: str, kind: Kind = TRIMMED) -> Field:
    """Return a field that only filters know: records do not have it."""
    return Field(name, kind, access=FieldAccess.READ_ONLY, returned=False)


_ID = _made("id", INTEGER)

CATALOGUE = {
    row.name: row
    for row in (
        ResourceType(
            "cluster",
            "/allocations/clusters/",
            (
                _ID,
                Field("name", TRIMMED, required=True),
                Field("description", TRIMMED),
                Field("enabled", BOOLEAN),
                Field("access_mode", Choice(ACCESS_MODES)),
                Field("access_teams", Relation("team"), many=True),
            ),
            key=("name",),
        ),
        ResourceType(
            "request",
            "/allocations/requests/",
            (
                _ID,
                Field("title", TRIMMED, required=True),
                Field("description", TRIMMED, required=True),
                Field("submitter", Relation("user"), required=True),
                Field("team", Relation("team"), required=True),
                Field("status", Choice(REQUEST_STATUSES)),
                Field("active", DATE),
                Field("expire", DATE),
                Field("assignees", Relation("user"), many=True),
                Field("publications", Relation("publication"), many=True),
                Field("grants", Relation("grant"), many=True),
                _made("submitted", DATETIME),
            ),
            key=("team", "title"),
            names=("title",),
        ),
        ResourceType(
            "allocation",
            "/allocations/allocations/",
            (
                _ID,
                Field("requested", INTEGER, required=True),
                Field("awarded", INTEGER),
                Field("final", INTEGER),
                Field("cluster", Relation("cluster"), required=True),
                Field("request", Relation("request"), required=True),
            ),
            key=("request", "cluster"),
        ),
        Unsearchable(
            "review",
            "/allocations/reviews/",
            (
                _ID,
                Field("status", Choice(REVIEW_STATUSES), required=True),
                Field("request", Relation("request"), required=True),
                Field("reviewer", Relation("user")),
                _made("submitted", DATETIME),
            ),
            key=("request", "reviewer"),
        ),
        Unsearchable(
            "attachment",
            "/allocations/attachments/",
            (
                _ID,
                Field("file", FILE, required=True),
                Field("name", TRIMMED),
                Field("request", Relation("request"), required=True),
                _made("uploaded", DATETIME),
            ),
            key=("request", "name"),
        ),
        ResourceType(
            "comment",
            "/allocations/comments/",
            (
                _ID,
                Field("content", TRIMMED, required=True),
                Field("request", Relation("request"), required=True),
                Field("user", Relation("user")),
                Field("private", BOOLEAN),
                _made("created", DATETIME),
            ),
        ),
        ResourceType(
            "user",
            "/users/users/",
            (
                _ID,
                Field("username", TRIMMED, required=True),
                Field("password", required=True, secret=True),
                Field("first_name", TRIMMED),
                Field("last_name", TRIMMED),
                Field("email", TRIMMED),
                Field("department", TRIMMED),
                Field("role", TRIMMED),
                Field("is_active", BOOLEAN),
                Field("is_staff", BOOLEAN),
                Field("is_superuser", BOOLEAN),
                Field("is_ldap_user", BOOLEAN),
                Field("groups", Relation(), many=True),
                Field("user_permissions", Relation(), many=True),
                _made("date_joined", DATETIME),
                _made("last_login", DATETIME),
                _made("display_name", of=Computed),
                _made("abbreviation", of=Computed),
            ),
            key=("username",),
        ),
        ResourceType(
            "team",
            "/users/teams/",
            (
                _ID,
                Field("name", TRIMMED, required=True, access=FieldAccess.CREATE_ONLY),
                Field("is_active", BOOLEAN),
                _made("slug"),
                _made("users", Relation("user"), many=True),
            ),
            key=("name",),
            names=("slug",),
        ),
        ResourceType(
            "membership",
            "/users/memberships/",
            (
                _ID,
                Field("user", Relation("user"), required=True),
                Field("team", Relation("team"), required=True),
                Field("role", Choice(ROLES), required=True),
            ),
            key=("user", "team"),
        ),
        ResourceType(
            "grant",
            "/research/grants/",
            (
                _ID,
                Field("title", TRIMMED, required=True),
                Field("agency", TRIMMED, required=True),
                Field("amount", DECIMAL, required=True),
                Field("start_date", DATE, required=True),
                Field("team", Relation("team"), required=True),
                Field("end_date", DATE),
                Field("pi", TRIMMED),
                Field("grant_number", TRIMMED),
                Field("description", TRIMMED),
            ),
            key=("team", "grant_number"),
            names=("grant_number", "title"),
        ),
        ResourceType(
            "publication",
            "/research/publications/",
            (
                _ID,
                Field("title", TRIMMED, required=True),
                Field("team", Relation("team"), required=True),
                Field("abstract", TRIMMED),
                Field("published", DATE),
                Field("submitted", DATE),
                Field("journal", TRIMMED),
                # A second empty one makes the server fail; any number may be null
                # (docs/protocols/keystone.md section 9).
                Field("doi", TRIMMED, empty_is_null=True),
                Field("volume", TRIMMED),
                Field("issue", TRIMMED),
            ),
            key=("doi",),
            names=("title",),
        ),
        ResourceType(
            "preference",
            "/notifications/preferences/",
            (
                _ID,
                Unfiltered("user", Relation("user")),
                Field("request_expiry_thresholds", JSON),
                Field("notify_on_expiration", BOOLEAN),
            ),
            key=("user",),
        ),
        Unsearchable(
            "notification",
            "/notifications/notifications/",
            (
                _ID,
                Field("read", BOOLEAN),
                _made("time", DATETIME),
                _made("subject"),
                _made("message_html"),
                _only_filtered("message_text"),
                Field(
                    "notification_type", Choice(NOTIFICATION_TYPES), access=FieldAccess.READ_ONLY
                ),
                _made("user", Relation("user")),
            ),
            key=("id",),
            verbs=("retrieve", "update"),
        ),
        ResourceType(
            "log_request",
            "/logs/requests/",
            (
                _ID,
                _made("method"),
                _made("endpoint"),
                _made("response_code", INTEGER),
                _made("remote_address"),
                _made("timestamp", DATETIME),
                _made("cid"),
                _made("user", Relation("user")),
            ),
            verbs=READ_ONLY,
        ),
        Unsearchable(
            "log_audit",
            "/logs/audit/",
            (
                _ID,
                _made("record_name", of=Computed),
                _made("record_id", INTEGER, of=Computed),
                _only_filtered("object_id", INTEGER),
                _only_filtered("object_pk"),
                _only_filtered("object_repr"),
                _made("action", NumberedChoice(AUDIT_ACTIONS)),
                _made("changes", JSON),
                _only_filtered("changes_text"),
                _made("cid"),
                _made("remote_addr", ID),
                _only_filtered("actor_email"),
                _made("remote_port", INTEGER),
                _made("timestamp", DATETIME),
                _made("actor", Relation("user")),
            ),
            verbs=READ_ONLY,
        ),
        ResourceType(
            "log_task",
            "/logs/tasks/",
            (
                _ID,
                _made("task_id"),
                _made("task_name"),
                _made("task_args"),
                _made("task_kwargs"),
                _made("periodic_task_name"),
                _made("status"),
                _made("worker"),
                _made("result"),
                _made("content_type"),
                _made("content_encoding"),
                _made("traceback"),
                _made("meta"),
                _made("date_created", DATETIME),
                _made("date_started", DATETIME),
                _made("date_done", DATETIME),
            ),
            verbs=READ_ONLY,
        ),
        ResourceType(
            "log_feed",
            "/logs/feed/",
            (
                _made("id"),
                _made("record_id", INTEGER),
                _made("record_type", Choice(RECORD_TYPES)),
                _made("timestamp", DATETIME),
                _made("summary"),
                _made("cid"),
                _made("status"),
                _made("user", Relation("user")),
            ),
            verbs=READ_ONLY,
        ),
    )
}


def searchable(row: ResourceType) -> bool:
    """Tell whether `_search` works."""
    return not isinstance(row, Unsearchable)


def shown(row: ResourceType) -> list[str]:
    """Return the names of the fields that records of a resource have."""
    return [field.name for field in row.fields.values() if field.returned is not False]
