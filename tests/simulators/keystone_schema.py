# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Keystone's resources as tables: fields, summaries, deletion, search, access.
Section numbers are those of docs/protocols/keystone.md."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

Record = dict[str, Any]

ACCESS_MODES = {"WL": "Whitelist", "BL": "Blacklist", "OP": "Open"}
REVIEW_STATES = {"AP": "Approved", "DC": "Declined", "CR": "Changes Requested"}
REQUEST_STATES = {"PD": "Pending", **REVIEW_STATES}
ROLES = {"OW": "Owner", "AD": "Admin", "MB": "Member"}
NOTIFICATION_TYPES = {
    "GM": "General Message",
    "RE": "Upcoming Request Expiration",
    "RD": "Request Past Expiration",
}
AUDIT_ACTIONS = {"0": "create", "1": "update", "2": "delete", "3": "access"}

CHOICES = {
    "/allocations/cluster-choices/access-mode/": ACCESS_MODES,
    "/allocations/request-choices/status/": REQUEST_STATES,
    "/allocations/review-choices/status/": REVIEW_STATES,
    "/users/membership-choices/role/": ROLES,
    "/notifications/notification-choices/type/": NOTIFICATION_TYPES,
}


@dataclasses.dataclass(frozen=True)
class Field:
    """A column.

    Attributes:
        kind: `text choice email username slug flag whole money date moment fk one many json file
            plain`; `one` is a one-to-one fk.
        most: The longest text.
        default: What a create without it stores; `CALLER` for the id of who calls.
        to: The model that a `fk`, `one` or `many` points at.
        protects: Whether its target cannot be deleted; otherwise the record goes with the target.
        staff_only: Others may send it, and it is ignored.
    """

    name: str
    kind: str
    most: int | None = None
    required: bool = False
    null: bool = False
    blank: bool = False
    unique: bool = False
    default: Any = None
    choices: dict[str, str] | None = None
    to: str = ""
    protects: bool = False
    read_only: bool = False
    write_only: bool = False
    staff_only: bool = False

    def initial(self) -> Any:
        """Return the default value of a new record."""
        return list(self.default or ()) if self.kind in ("many", "json") else self.default


CALLER = object()


@dataclasses.dataclass(frozen=True)
class Reverse:
    """A read-only list of the records of `model` whose `via` is this one: summaries with `names`,
    or one plain value of each."""

    name: str
    model: str
    via: str
    names: tuple[str, ...] = ()
    pick: str = ""


@dataclasses.dataclass(frozen=True)
class Access:
    """Levels of access for users who are not staff: `anyone`, `self`, `member` or `manager` of the
    record's team, `staff`; `owner` also applies to staff."""

    listed: str
    read: str
    create: str
    change: str


@dataclasses.dataclass(frozen=True)
class Resource:
    """The resource of a path.

    Attributes:
        team: The way from a record to its team.
        search: Fields that `_search` looks into; `None` where the server fails (4).
        together: Fields that are unique as a set.
        history: Whether the record carries `_history`, and the audit log its changes.
        methods: What the collection and a record answer to.
    """

    path: str
    app: str
    model: str
    fields: tuple[Field, ...]
    access: Access
    search: tuple[str, ...] | None = ()
    team: str = ""
    reverse: tuple[Reverse, ...] = ()
    together: tuple[str, ...] = ()
    history: bool = True
    newest_first: bool = False
    methods: tuple[tuple[str, ...], tuple[str, ...]] = (
        ("GET", "POST"),
        ("GET", "PUT", "PATCH", "DELETE"),
    )

    def writable(self, *, staff: bool) -> list[Field]:
        """Return the fields that a body may set; others are ignored."""
        return [
            field
            for field in self.fields
            if not field.read_only and (staff or not field.staff_only)
        ]


READ_ONLY = (("GET",), ("GET",))
STAFF = Access("staff", "staff", "staff", "staff")

RESOURCES = (
    Resource(
        "/allocations/clusters/",
        "allocations",
        "Cluster",
        (
            Field("name", "text", 50, required=True, unique=True),
            Field("description", "text", 150, null=True),
            Field("enabled", "flag", default=True),
            Field("access_mode", "choice", choices=ACCESS_MODES, default="OP"),
            Field("access_teams", "many", to="Team"),
        ),
        Access("reachable", "anyone", "staff", "staff"),
        ("name", "description"),
    ),
    Resource(
        "/allocations/requests/",
        "allocations",
        "AllocationRequest",
        (
            Field("title", "text", 250, required=True),
            Field("description", "text", 20000, required=True),
            Field("submitted", "moment", read_only=True),
            Field("submitter", "fk", to="User", required=True, protects=True),
            Field("team", "fk", to="Team", required=True),
            Field("status", "choice", choices=REQUEST_STATES, default="PD"),
            Field("active", "date", null=True),
            Field("expire", "date", null=True),
            Field("assignees", "many", to="User"),
            Field("publications", "many", to="Publication"),
            Field("grants", "many", to="Grant"),
        ),
        Access("team", "member", "manager", "staff"),
        ("title", "description", "team.name"),
        "team",
        (
            Reverse("_allocations", "ResourceAllocation", "request"),
            Reverse("_attachments", "Attachment", "request"),
            Reverse("_comments", "Comment", "request"),
        ),
    ),
    Resource(
        "/allocations/allocations/",
        "allocations",
        "ResourceAllocation",
        (
            Field("requested", "whole", required=True),
            Field("awarded", "whole", null=True),
            Field("final", "whole", null=True),
            Field("cluster", "fk", to="Cluster", required=True, protects=True),
            Field("request", "fk", to="AllocationRequest", required=True),
        ),
        Access("team", "member", "manager", "staff"),
        ("request.team.name", "request.title", "cluster.name"),
        "request.team",
    ),
    Resource(
        "/allocations/reviews/",
        "allocations",
        "AllocationReview",
        (
            Field("status", "choice", choices=REVIEW_STATES, required=True),
            Field("submitted", "moment", read_only=True),
            Field("request", "fk", to="AllocationRequest", required=True),
            Field("reviewer", "fk", to="User", default=CALLER, protects=True),
        ),
        Access("team", "member", "staff", "staff"),
        None,
        "request.team",
    ),
    Resource(
        "/allocations/attachments/",
        "allocations",
        "Attachment",
        (
            Field("file", "file", 100, required=True),
            Field("name", "text", 250, blank=True, default=""),
            Field("uploaded", "moment", read_only=True),
            Field("request", "fk", to="AllocationRequest", required=True),
        ),
        Access("team", "member", "manager", "staff"),
        None,
        "request.team",
    ),
    Resource(
        "/allocations/comments/",
        "allocations",
        "Comment",
        (
            Field("content", "text", 2000, required=True),
            Field("created", "moment", read_only=True),
            Field("request", "fk", to="AllocationRequest", required=True),
            Field("user", "fk", to="User", default=CALLER, protects=True),
            Field("private", "flag", default=False),
        ),
        Access("team", "member", "member", "member"),
        ("content", "request.title", "user.username"),
        "request.team",
    ),
    Resource(
        "/users/users/",
        "users",
        "User",
        (
            Field("username", "username", 150, required=True, unique=True),
            Field("password", "text", 128, required=True, write_only=True),
            Field("first_name", "text", 150, null=True),
            Field("last_name", "text", 150, null=True),
            Field("email", "email", 254, null=True),
            Field("department", "text", 1000, null=True),
            Field("role", "text", 1000, null=True),
            Field("is_active", "flag", default=True, staff_only=True),
            Field("is_staff", "flag", default=False, staff_only=True),
            Field("is_superuser", "flag", default=False),
            Field("is_ldap_user", "flag", default=False, staff_only=True),
            Field("groups", "many", to="Group"),
            Field("user_permissions", "many", to="Permission"),
            Field("date_joined", "moment", read_only=True),
            Field("last_login", "moment", read_only=True),
        ),
        Access("active", "anyone", "staff", "self"),
        ("username", "first_name", "last_name", "email", "department", "role"),
        reverse=(Reverse("_membership", "Membership", "user", ("id", "team", "role", "_team")),),
    ),
    Resource(
        "/users/teams/",
        "users",
        "Team",
        (
            Field("name", "text", 255, required=True, unique=True),
            Field("slug", "slug", read_only=True, unique=True),
            Field("is_active", "flag", default=True),
        ),
        Access("team", "anyone", "anyone", "manager"),
        ("name",),
        "id",
        (
            Reverse("users", "Membership", "team", pick="user"),
            Reverse("_membership", "Membership", "team", ("id", "user", "role", "_user")),
        ),
    ),
    Resource(
        "/users/memberships/",
        "users",
        "Membership",
        (
            Field("user", "fk", to="User", required=True),
            Field("team", "fk", to="Team", required=True),
            Field("role", "choice", choices=ROLES, required=True),
        ),
        Access("anyone", "anyone", "manager", "manager"),
        ("team.name", "user.username"),
        "team",
        together=("user", "team"),
    ),
    Resource(
        "/research/grants/",
        "research_products",
        "Grant",
        (
            Field("title", "text", 250, required=True),
            Field("agency", "text", 100, required=True),
            Field("amount", "money", required=True),
            Field("start_date", "date", required=True),
            Field("end_date", "date", null=True),
            Field("team", "fk", to="Team", required=True),
            Field("pi", "text", 100, null=True),
            Field("grant_number", "text", 250, null=True),
            Field("description", "text", null=True),
        ),
        Access("team", "member", "member", "member"),
        ("title", "agency", "team.name"),
        "team",
    ),
    Resource(
        "/research/publications/",
        "research_products",
        "Publication",
        (
            Field("title", "text", 250, required=True),
            Field("abstract", "text", null=True),
            Field("published", "date", null=True),
            Field("submitted", "date", null=True),
            Field("journal", "text", 100, null=True),
            Field("doi", "text", 50, null=True, unique=True),
            Field("volume", "text", 20, null=True),
            Field("issue", "text", 20, null=True),
            Field("team", "fk", to="Team", required=True),
        ),
        Access("team", "member", "member", "member"),
        ("title", "abstract", "journal", "doi", "team.name"),
        "team",
    ),
    Resource(
        "/notifications/preferences/",
        "notifications",
        "Preference",
        (
            Field("user", "one", to="User", default=CALLER),
            Field("request_expiry_thresholds", "json", default=(30, 14)),
            Field("notify_on_expiration", "flag", default=True),
        ),
        Access("self", "self", "self", "self"),
        ("user.username",),
        history=False,
    ),
    Resource(
        "/notifications/notifications/",
        "notifications",
        "Notification",
        (
            Field("time", "moment", read_only=True),
            Field("read", "flag", default=False),
            Field("subject", "text", read_only=True),
            Field("message_html", "text", read_only=True),
            Field("notification_type", "choice", choices=NOTIFICATION_TYPES, read_only=True),
            Field("user", "fk", to="User", read_only=True),
        ),
        Access("self", "owner", "owner", "owner"),
        None,
        history=False,
        methods=(("GET",), ("GET", "PATCH")),
    ),
    Resource(
        "/logs/requests/",
        "logging",
        "RequestLog",
        (
            Field("method", "text"),
            Field("endpoint", "text"),
            Field("response_code", "whole"),
            Field("remote_address", "text"),
            Field("timestamp", "moment"),
            Field("cid", "text"),
            Field("user", "fk", to="User"),
        ),
        STAFF,
        ("endpoint", "method", "response_code", "remote_address"),
        history=False,
        methods=READ_ONLY,
    ),
    Resource(
        "/logs/audit/",
        "logging",
        "AuditLog",
        (
            Field("object_pk", "text"),
            Field("object_id", "whole"),
            Field("action", "choice", choices=AUDIT_ACTIONS),
            Field("changes", "json"),
            Field("cid", "text"),
            Field("remote_addr", "plain"),
            Field("remote_port", "whole"),
            Field("timestamp", "moment"),
            Field("actor", "fk", to="User"),
        ),
        STAFF,
        None,
        history=False,
        newest_first=True,
        methods=READ_ONLY,
    ),
    Resource(
        "/logs/tasks/",
        "logging",
        "TaskResult",
        (
            Field("task_id", "text"),
            Field("task_name", "text"),
            Field("status", "text"),
            Field("date_done", "moment"),
        ),
        STAFF,
        ("task_name", "status"),
        history=False,
        methods=READ_ONLY,
    ),
    Resource(
        "/logs/feed/",
        "logging",
        "FeedEntry",
        (
            Field("id", "text"),
            Field("record_id", "whole"),
            Field("record_type", "text"),
            Field("timestamp", "moment"),
            Field("summary", "text"),
            Field("user", "fk", to="User"),
            Field("cid", "text"),
            Field("status", "text"),
        ),
        STAFF,
        ("summary", "cid", "status"),
        history=False,
        newest_first=True,
        methods=(("GET",), ()),
    ),
)

BY_MODEL = {resource.model: resource for resource in RESOURCES}
FIELDS = {
    resource.model: {field.name: field for field in resource.fields} for resource in RESOURCES
}

SUMMARIES = {
    "Team": ("id", "slug", "name", "is_active"),
    "Cluster": ("id", "name", "enabled"),
    "AllocationRequest": ("id", "title", "status", "active", "expire"),
    "User": (
        "id",
        "username",
        "first_name",
        "last_name",
        "display_name",
        "abbreviation",
        "email",
        "department",
        "role",
    ),
    "ResourceAllocation": ("id", "cluster", "requested", "awarded", "final", "_cluster"),
    "Attachment": ("file", "name"),
    "Comment": ("id", "user", "content", "created", "private", "_user"),
    "Grant": (
        "id",
        "title",
        "agency",
        "amount",
        "grant_number",
        "description",
        "start_date",
        "end_date",
        "pi",
        "team",
    ),
    "Publication": (
        "id",
        "title",
        "abstract",
        "published",
        "submitted",
        "journal",
        "doi",
        "volume",
        "issue",
        "team",
    ),
}


def display_name(user: Record) -> str:
    """Return the display name of a user."""
    return f"{user['first_name'] or ''} {user['last_name'] or ''}".strip() or user["username"]


def abbreviation(user: Record) -> str:
    """Return a user's initials."""
    return "".join(word[0] for word in display_name(user).split()).upper()


COMPUTED: dict[str, dict[str, Callable[[Record], Any]]] = {
    "User": {"display_name": display_name, "abbreviation": abbreviation}
}
