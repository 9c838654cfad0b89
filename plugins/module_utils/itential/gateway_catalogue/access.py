# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts, and the groups and roles of role-based access.

Sources: docs/protocols/itential-gateway.md sections 4 and 5.
"""

from __future__ import annotations

from ...core.records.access import Access, One
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import ID, TEXT, Relation
from ...core.records.types import ResourceType
from .common import RECORD, deleted, listed, made_by_server, written

_PROFILE = ("email", "firstname", "lastname")
_PASSWORD = {
    "old_password": "{old_password}",  # nosec B105  # a template
    "new_password": "{password}",  # nosec B105  # a template
}

ACCOUNT = ResourceType(
    "account",
    Access(
        listed("/accounts", "username"),
        one=One("/accounts/{username}", unwrap=RECORD),
        create=written("/accounts"),
        update=(
            # All three must be there.
            written(
                "/accounts/{username}",
                "PUT",
                fields=_PROFILE,
                body={name: f"{{{name}}}" for name in _PROFILE},
                # That a name may be null, as in responses, is assumed.
                otherwise=written(
                    "/accounts/{username}",
                    "PUT",
                    together=_PROFILE,
                    defaults={"firstname": "", "lastname": ""},
                ),
            ),
            written(
                "/accounts/{username}/update_password",
                fields=("old_password", "password"),
                body=_PASSWORD,
                # The path of older releases.
                otherwise=written("/account/{username}/change_password", body=_PASSWORD),
            ),
        ),
        delete=deleted("/accounts/{username}"),
    ),
    (
        Field("username", ID, required=True),
        Field("email", required=True, stays=True),
        Field("firstname"),
        Field("lastname"),
        Field("password", required=True, secret=True, stays=True),
        Field("old_password", secret=True, access=FieldAccess.UPDATE_ONLY),
    ),
    key=("username",),
    id_field="username",
)

_RBAC_GROUP = "/rbac/groups/{name}"
_USERS = f"{_RBAC_GROUP}/users"

RBAC_GROUP = ResourceType(
    "rbac_group",
    Access(
        listed("/rbac/groups"),
        one=One(_RBAC_GROUP, unwrap=RECORD),
        create=written("/rbac/groups", optional=("users",)),
        update=(
            written(_USERS, fields=("users",), remove=deleted(f"{_USERS}/{{item}}"), empties=True),
            # Each list that is sent replaces the one that is there.
            written(_RBAC_GROUP, "PUT", fields=("description", "roles", "users")),
        ),
        delete=deleted(_RBAC_GROUP),
    ),
    (
        Field("name", ID, required=True),
        Field("description", default=""),
        Field(
            "roles",
            Relation("rbac_role"),
            many=True,
            merge=True,
            required=True,
            stays=True,
            objects="name",
        ),
        Field("users", Relation("account"), many=True, merge=True, default=[], objects="username"),
    ),
    key=("name",),
    id_field="name",
)

RBAC_ROLE = ResourceType(
    "rbac_role",
    Access(
        listed("/rbac/roles"),
        one=One("/rbac/roles/{name}", unwrap=RECORD),
        create=(),
        update=(),
        delete=(),
    ),
    made_by_server(("name", "description"), TEXT),
    key=("name",),
    id_field="name",
    closed=False,
)

ROWS = (ACCOUNT, RBAC_GROUP, RBAC_ROLE)
