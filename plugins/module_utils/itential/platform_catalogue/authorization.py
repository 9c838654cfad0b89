# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts, groups, roles and service accounts.

The server replaces `assignedRoles`, `memberOf`, `allowedMethods` and `allowedViews` as a whole, so
an update sends the existing items too (`merge=True`), unless the user asks to replace them.

Sources: docs/protocols/itential-platform.md section 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.records.access import Access, Delete, List, One, Write
from ...core.records.documents import Document
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import BOOLEAN, ID, Relation
from ...core.records.types import ResourceType
from ..dialects import PAIRS
from ..paging import RESULTS
from .common import FAILED, ORDER, RECORD, made_by_server

_AUTHORIZATION = "/authorization"
_SERVICE_ACCOUNTS = "/oauth/serviceAccounts"
_SERVICE_ACCOUNT = f"{_SERVICE_ACCOUNTS}/{{id}}"
_ACTIVE = {"inactive": False}
_LOCAL = {"provenance": "Pronghorn", **_ACTIVE}
"""The defaults of a new account or group: the Platform itself keeps it."""


def _list(path: str) -> List:
    return List(path, RESULTS, filters=PAIRS, order=ORDER)


def _update(
    path: str, fields: tuple[str, ...] | None = None, clears: tuple[str, ...] = ()
) -> Write:
    """Return a route that changes some fields; the record is read afterwards."""
    return Write(
        path,
        "PATCH",
        wrap="updates",
        fields=fields,
        clears=clears,
        unwrap=None,
        failures=FAILED,
    )


def _create(path: str, wrap: str, body: Mapping[str, Any], since: str = "") -> Write:
    return Write(
        path,
        wrap=wrap,
        body={wrap: body},
        unwrap=RECORD,
        partial=True,
        failures=FAILED,
        since=since,
    )


_ROLES = Field(
    "roles",
    Relation("role"),
    many=True,
    merge=True,
    wire="assignedRoles.*.roleId",
    default=[],
)
_GROUPS = Field(
    "groups",
    Relation("group"),
    many=True,
    merge=True,
    wire="memberOf.*.groupId",
    extra={"aaaManaged": False},
    default=[],
)
_PROVENANCE = Field("provenance", access=FieldAccess.CREATE_ONLY)

_ACCOUNT = f"{_AUTHORIZATION}/accounts/{{id}}"

ACCOUNT = ResourceType(
    "account",
    Access(
        _list(f"{_AUTHORIZATION}/accounts"),
        one=One(_ACCOUNT, unwrap=RECORD),
        # Before Platform 6, accounts are made by the first login only.
        create=_create(f"{_AUTHORIZATION}/accounts", "account", _LOCAL, since="6"),
        # A change of the roles empties the groups, so that these are written last. What the server
        # may refuse comes first, while the account still has its groups.
        update=(
            _update(_ACCOUNT),
            _update(_ACCOUNT, ("roles",), clears=("groups",)),
            _update(_ACCOUNT, ("groups",)),
        ),
        # Accounts are deactivated: there is no route that deletes one.
        delete=Delete(_ACCOUNT, "PATCH", body={"updates": {"inactive": True}}, failures=FAILED),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("username", required=True),
        _PROVENANCE,
        # That the server takes changes of names is not known: they are sent on request only.
        Field("firstname", stays=True),
        Field("lastname", stays=True),
        Field("email", default=""),
        Field("password", secret=True, access=FieldAccess.CREATE_ONLY),
        Field("inactive", BOOLEAN, default=False),
        _ROLES,
        _GROUPS,
        *made_by_server(("inheritedRoles", "lastLogin", "loggedIn")),
    ),
    key=("username",),
    optional_key=("provenance",),
    id_field="_id",
    prefer=_ACTIVE,
    deactivates=True,
)

_GROUP = f"{_AUTHORIZATION}/groups/{{id}}"

GROUP = ResourceType(
    "group",
    Access(
        _list(f"{_AUTHORIZATION}/groups"),
        one=One(_GROUP, unwrap=RECORD),
        create=_create(f"{_AUTHORIZATION}/groups", "group", _LOCAL),
        update=_update(_GROUP),
        delete=Delete(_GROUP, failures=FAILED),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        _PROVENANCE,
        Field("description", default=""),
        Field("inactive", BOOLEAN, default=False),
        _ROLES,
        _GROUPS,
    ),
    key=("name",),
    optional_key=("provenance",),
    id_field="_id",
    prefer=_ACTIVE,
)

_ROLE = f"{_AUTHORIZATION}/roles/{{id}}"

ROLE = ResourceType(
    "role",
    Access(
        _list(f"{_AUTHORIZATION}/roles"),
        one=One(_ROLE, unwrap=RECORD),
        # The server fails without a description.
        create=_create(
            f"{_AUTHORIZATION}/roles", "role", {"name": "{name}", "description": "{name}"}
        ),
        update=_update(_ROLE),
        delete=Delete(_ROLE, failures=FAILED),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        # Only custom roles can be written; the others come with applications and adapters.
        _PROVENANCE,
        # The server wants one.
        Field("description", stays=True),
        Field("allowedMethods", Document(), many=True, merge=True, default=[]),
        Field("allowedViews", Document(), many=True, merge=True, default=[]),
    ),
    key=("name", "provenance"),
    names=("name",),
    id_field="_id",
    defaults={"provenance": "Custom"},
)

SERVICE_ACCOUNT = ResourceType(
    "service_account",
    Access(
        _list(_SERVICE_ACCOUNTS),
        one=(),
        # The response is the only one that has the secret.
        create=Write(
            _SERVICE_ACCOUNTS,
            wrap="accountData",
            fields=("name", "description"),
            unwrap=("results", *RECORD),
            partial=True,
            failures=FAILED,
        ),
        update=(
            _update(_SERVICE_ACCOUNT, ("inactive",)),
            Write(
                f"{_SERVICE_ACCOUNT}/regenerate",
                "PATCH",
                fields=("client_secret",),
                unwrap=("results", *RECORD),
                partial=True,
                failures=FAILED,
            ),
        ),
        delete=Delete(_SERVICE_ACCOUNT, failures=FAILED),
    ),
    (
        Field("client_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", access=FieldAccess.CREATE_ONLY),
        Field("inactive", BOOLEAN, default=False),
        # Made by the server, and again if secrets are to be updated.
        Field("client_secret", secret=True, access=FieldAccess.READ_ONLY),
    ),
    key=("name",),
    id_field="client_id",
    prefer=_ACTIVE,
)

ROWS = (ACCOUNT, GROUP, ROLE, SERVICE_ACCOUNT)
