# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Content that the Gateway finds on its disk, its decorations, and what was executed.

Sources: docs/protocols/itential-gateway.md sections 3, 8 and 9.
"""

from __future__ import annotations

from ...core.records.access import Access, List, One, Write
from ...core.records.documents import Document
from ...core.records.fields import Field
from ...core.records.kinds import ID, Choice
from ...core.records.types import ResourceType
from ..paging import GATEWAY_DATA
from .common import RECORD, deleted, listed, made_by_server, written

KINDS = {
    "playbooks": "playbook",
    "scripts": "script",
    "modules": "module",
    "roles": "role",
    "nornir": "nornir",
    "terraforms": "terraform",
}
"""The paths of content that has a schema and is executed, with the names of the types."""
_KIND = Field("kind", Choice(KINDS), required=True, path_only=True)


def _content(name: str, path: str) -> ResourceType:
    """Return one kind of content, which the Gateway discovers: this API does not write it."""
    return ResourceType(
        name,
        Access(
            listed(path, partial=True, full={"detail": "full"}),
            one=One(f"{path}/{{name}}", unwrap=RECORD),
            create=(),
            update=(),
            delete=(),
        ),
        made_by_server(("name",), ID),
        key=("name",),
        id_field="name",
        closed=False,
    )


def _schema() -> Write:
    """Return the route that sets the user's schema."""
    path = "/{kind}/{name}/schema"
    return written(path, "PUT", otherwise=written(path, "PUT", body="{schema}"))


DECORATION = ResourceType(
    "decoration",
    Access(
        listed("/{kind}", partial=True),
        one=One("/{kind}/{name}/schema", unwrap=RECORD),
        create=_schema(),
        update=_schema(),
        delete=deleted("/{kind}/{name}/schema"),
    ),
    (
        _KIND,
        Field("name", ID, required=True, path_only=True),
        Field("schema", Document(unordered=("required",)), required=True),
    ),
    key=("kind", "name"),
    id_field="name",
)

AUDIT = ResourceType(
    "audit",
    Access(List("/audit", GATEWAY_DATA), one=(), create=(), update=(), delete=()),
    made_by_server(("audit_id",), ID),
    key=("audit_id",),
    id_field="audit_id",
    closed=False,
)

EXECUTION = ResourceType(
    "execution",
    Access(
        # Those of one playbook, script and so on, or all.
        (List("/{kind}/{name}/history", GATEWAY_DATA), List("/audit", GATEWAY_DATA)),
        one=One("/exec_history/{audit_id}", into="result"),
        create=(),
        update=(),
        delete=(),
    ),
    (
        *made_by_server(("audit_id",), ID),
        Field("kind", Choice(KINDS), path_only=True),
        Field("name", ID, path_only=True),
    ),
    key=("audit_id",),
    id_field="audit_id",
    closed=False,
)

ROWS = (
    *[_content(name, f"/{path}") for path, name in KINDS.items()],
    _content("collection", "/collections"),
    DECORATION,
    AUDIT,
    EXECUTION,
)
