# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources of Keystone, as data. Source: docs/protocols/keystone.md section 9 (fields, keys),
4 (where a search works), 12 and the server's log models (logs).
"""

from __future__ import annotations

from ..core.records.fields import Field
from ..core.records.types import Resource

ACCESS_MODES = {"WL": "Whitelist", "BL": "Blacklist", "OP": "Open"}
REQUEST_STATUSES = {"PD": "Pending", "AP": "Approved", "DC": "Declined", "CR": "Changes Requested"}
REVIEW_STATUSES = {"AP": "Approved", "DC": "Declined", "CR": "Changes Requested"}
ROLES = {"OW": "Owner", "AD": "Admin", "MB": "Member"}
NOTIFICATION_TYPES = {
    "GM": "General Message",
    "RE": "Upcoming Request Expiration",
    "RD": "Request Past Expiration",
}

READ_ONLY = ("retrieve",)
_UNSEARCHABLE = frozenset(("review", "attachment", "notification", "log_audit"))


def _made(name: str, kind: str, to: str = "", *, many: bool = False) -> Field:
    """Return a field that the server makes."""
    return Field(name, kind, written="never", to=to, many=many)


_ID = _made("id", "integer")

CATALOGUE = {
    row.name: row
    for row in (
        Resource(
            "cluster",
            "/allocations/clusters/",
            (
                _ID,
                Field("name", required=True),
                Field("description"),
                Field("enabled", "boolean"),
                Field("access_mode", "choice", choices=ACCESS_MODES),
                Field("access_teams", "relation", to="team", many=True),
            ),
            key=("name",),
        ),
        Resource(
            "request",
            "/allocations/requests/",
            (
                _ID,
                Field("title", required=True),
                Field("description", required=True),
                Field("submitter", "relation", to="user", required=True),
                Field("team", "relation", to="team", required=True),
                Field("status", "choice", choices=REQUEST_STATUSES),
                Field("active", "date"),
                Field("expire", "date"),
                Field("assignees", "relation", to="user", many=True),
                Field("publications", "relation", to="publication", many=True),
                Field("grants", "relation", to="grant", many=True),
                _made("submitted", "date"),
            ),
            key=("team", "title"),
            names=("title",),
        ),
        Resource(
            "allocation",
            "/allocations/allocations/",
            (
                _ID,
                Field("requested", "integer", required=True),
                Field("awarded", "integer"),
                Field("final", "integer"),
                Field("cluster", "relation", to="cluster", required=True),
                Field("request", "relation", to="request", required=True),
            ),
            key=("request", "cluster"),
        ),
        Resource(
            "review",
            "/allocations/reviews/",
            (
                _ID,
                Field("status", "choice", choices=REVIEW_STATUSES, required=True),
                Field("request", "relation", to="request", required=True),
                Field("reviewer", "relation", to="user"),
                _made("submitted", "datetime"),
            ),
            key=("request", "reviewer"),
        ),
        Resource(
            "attachment",
            "/allocations/attachments/",
            (
                _ID,
                Field("file", "file", required=True),
                Field("name"),
                Field("request", "relation", to="request", required=True),
                _made("uploaded", "datetime"),
            ),
            key=("request", "name"),
        ),
        Resource(
            "comment",
            "/allocations/comments/",
            (
                _ID,
                Field("content", required=True),
                Field("request", "relation", to="request", required=True),
                Field("user", "relation", to="user"),
                Field("private", "boolean"),
                _made("created", "datetime"),
            ),
        ),
        Resource(
            "user",
            "/users/users/",
            (
                _ID,
                Field("username", required=True),
                Field("password", required=True, secret=True),
                Field("first_name"),
                Field("last_name"),
                Field("email"),
                Field("department"),
                Field("role"),
                Field("is_active", "boolean"),
                Field("is_staff", "boolean"),
                Field("is_superuser", "boolean"),
                Field("is_ldap_user", "boolean"),
                Field("groups", "relation", many=True),
                Field("user_permissions", "relation", many=True),
                _made("date_joined", "datetime"),
                _made("last_login", "datetime"),
            ),
            key=("username",),
        ),
        Resource(
            "team",
            "/users/teams/",
            (
                _ID,
                Field("name", required=True, written="create"),
                Field("is_active", "boolean"),
                _made("slug", "text"),
                _made("users", "relation", "user", many=True),
            ),
            key=("name",),
            names=("slug",),
        ),
        Resource(
            "membership",
            "/users/memberships/",
            (
                _ID,
                Field("user", "relation", to="user", required=True),
                Field("team", "relation", to="team", required=True),
                Field("role", "choice", choices=ROLES, required=True),
            ),
            key=("user", "team"),
        ),
        Resource(
            "grant",
            "/research/grants/",
            (
                _ID,
                Field("title", required=True),
                Field("agency", required=True),
                Field("amount", "decimal", required=True),
                Field("start_date", "date", required=True),
                Field("team", "relation", to="team", required=True),
                Field("end_date", "date"),
                Field("pi"),
                Field("grant_number"),
                Field("description"),
            ),
            key=("team", "grant_number"),
            names=("grant_number", "title"),
        ),
        Resource(
            "publication",
            "/research/publications/",
            (
                _ID,
                Field("title", required=True),
                Field("team", "relation", to="team", required=True),
                Field("abstract"),
                Field("published", "date"),
                Field("submitted", "date"),
                Field("journal"),
                # A second empty one makes the server fail; any number may be null
                # (docs/protocols/keystone.md section 9).
                Field("doi", never_empty=True),
                Field("volume"),
                Field("issue"),
            ),
            key=("doi",),
            names=("title",),
        ),
        Resource(
            "preference",
            "/notifications/preferences/",
            (
                _ID,
                Field("user", "relation", to="user"),
                Field("request_expiry_thresholds", "json"),
                Field("notify_on_expiration", "boolean"),
            ),
            key=("user",),
        ),
        Resource(
            "notification",
            "/notifications/notifications/",
            (
                _ID,
                Field("read", "boolean"),
                _made("time", "datetime"),
                _made("subject", "text"),
                _made("message_html", "text"),
                Field("notification_type", "choice", choices=NOTIFICATION_TYPES, written="never"),
                _made("user", "relation", "user"),
            ),
            key=("id",),
            verbs=("retrieve", "update"),
        ),
        Resource(
            "log_request",
            "/logs/requests/",
            (
                _ID,
                _made("method", "text"),
                _made("endpoint", "text"),
                _made("response_code", "integer"),
                _made("remote_address", "text"),
                _made("timestamp", "datetime"),
                _made("cid", "text"),
                _made("user", "relation", "user"),
            ),
            verbs=READ_ONLY,
        ),
        Resource(
            "log_audit",
            "/logs/audit/",
            (
                _ID,
                _made("object_id", "integer"),
                _made("action", "integer"),
                _made("cid", "text"),
                _made("remote_addr", "text"),
                _made("remote_port", "integer"),
                _made("timestamp", "datetime"),
                _made("actor", "relation", "user"),
            ),
            verbs=READ_ONLY,
        ),
        Resource(
            "log_task",
            "/logs/tasks/",
            (
                _ID,
                _made("task_id", "text"),
                _made("task_name", "text"),
                _made("periodic_task_name", "text"),
                _made("status", "text"),
                _made("worker", "text"),
                _made("result", "text"),
                _made("date_created", "datetime"),
                _made("date_done", "datetime"),
            ),
            verbs=READ_ONLY,
        ),
        Resource(
            "log_feed",
            "/logs/feed/",
            (
                _made("id", "text"),
                _made("record_id", "integer"),
                _made("record_type", "text"),
                _made("timestamp", "datetime"),
                _made("summary", "text"),
                _made("cid", "text"),
                _made("status", "text"),
                _made("user", "relation", "user"),
            ),
            verbs=READ_ONLY,
        ),
    )
}

NOT_FILTERED = frozenset((("preference", "user"),))
"""Fields that the server has no filter for though others of their kind have one; they are filtered
by the client alone."""

NOT_SHOWN = frozenset((("log_audit", "object_id"), ("log_audit", "action")))
"""Fields that records show under another name or in other words; only the server can filter by
them."""


def searchable(row: Resource) -> bool:
    """Tell whether `_search` works; on the others it is a fault of the server
    (docs/protocols/keystone.md section 4).
    """
    return row.name not in _UNSEARCHABLE
