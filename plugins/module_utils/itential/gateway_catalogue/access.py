# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts, and the groups and roles of role-based access.

Sources: docs/protocols/itential-gateway.md sections 4 and 5.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, One, Write
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import ID, TEXT, Relation
from ...core.records.types import ResourceType
from .common import RECORD, listed, made_by_server

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
        create=Write("/accounts", unwrap=None),
        update=(
            # All three must be there.
            Write(
                "/accounts/{username}",
                "PUT",
                fields=_PROFILE,
                body={name: f"{{{name}}}" for name in _PROFILE},
                unwrap=None,
            ),
            Write(
                "/accounts/{username}/update_password",
                fields=("old_password", "password"),
                body=_PASSWORD,
                unwrap=None,
                # The path of older releases.
                otherwise=Write("/account/{username}/change_password", body=_PASSWORD, unwrap=None),
            ),
        ),
        delete=Delete("/accounts/{username}"),
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

RBAC_GROUP = ResourceType(
    "rbac_group",
    Access(
        listed("/rbac/groups"),
        one=One("/rbac/groups/{name}", unwrap=RECORD),
        create=Write("/rbac/groups", unwrap=None),
        # Each list that is sent replaces the one that is there.
        update=Write("/rbac/groups/{name}", "PUT", unwrap=None),
        delete=Delete("/rbac/groups/{name}"),
    ),
    (
        Field("name", ID, required=True),
        Field("description", default=""),
        Field("roles", Relation("rbac_role"), many=True, required=True, stays=True),
        Field("users", Relation("account"), many=True, default=[]),
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
