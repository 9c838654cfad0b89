# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command and analytic templates.

Sources: docs/protocols/itential-platform.md section 7.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, List, Write
from ...core.records.documents import Document
from ...core.records.failures import Failure
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import BOOLEAN, ID
from ...core.records.types import ResourceType
from ..paging import BARE
from .common import FAILED, STAMPS, TAGS, made_by_server

_NOT_THERE = Failure("n", equals=0)
"""An update of a template that does not exist answers 200."""
_COPIED = Failure("ops.*.name", differs="name")
_MANAGED = (*STAMPS, "namespace")

_COMMAND_DEFAULTS = {"description": "", "os": "", "passRule": True, "commands": []}

_ADDED = {"*.passRule": True, "*.rules": [], "*.rules.*.severity": "error"}
"""Defaults that a server may add to commands and their rules."""

COMMAND_TEMPLATE = ResourceType(
    "command_template",
    Access(
        # The list is read to find one: the read of a missing one fails in ways that differ.
        List("/mop/listTemplates", BARE),
        one=(),
        create=Write(
            "/mop/createTemplate",
            wrap="mop",
            defaults=_COMMAND_DEFAULTS,
            unwrap=("ops.0", ""),
            failures=(*FAILED, Failure("insertedCount", equals=0), _COPIED),
        ),
        update=Write(
            "/mop/updateTemplate/{id}",
            wrap="mop",
            unwrap=None,
            whole=True,
            failures=(*FAILED, _NOT_THERE),
        ),
        delete=Delete("/mop/deleteTemplate/{id}", "POST"),
        validate=Write(
            "/mop/validateTemplate",
            wrap="mop",
            unwrap=None,
            whole=True,
            failures=(Failure("errors.*", filled=True),),
        ),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", default=""),
        Field("os", default=""),
        Field("passRule", BOOLEAN, default=True),
        Field("ignoreWarnings", BOOLEAN, default=False),
        Field("commands", Document(defaults=_ADDED), default=[]),
        Field("tags", TAGS, default=[]),
        Field("document", Document(merge=True, levels=1), stays=True),
        *made_by_server(_MANAGED),
    ),
    key=("name",),
    id_field="_id",
    document="document",
)

ANALYTIC_TEMPLATE = ResourceType(
    "analytic_template",
    Access(
        List("/mop/listAnalyticTemplates", BARE),
        one=(),
        create=Write(
            "/mop/createAnalyticTemplate",
            wrap="template",
            unwrap=("ops.0", ""),
            failures=(*FAILED, Failure("insertedCount", equals=0), _COPIED),
        ),
        update=Write(
            "/mop/updateAnalyticTemplate/{id}",
            wrap="template",
            unwrap=None,
            whole=True,
            failures=(*FAILED, _NOT_THERE),
        ),
        delete=Delete("/mop/deleteAnalyticTemplate/{id}", "POST"),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", default=""),
        Field("os", default=""),
        Field("passRule", BOOLEAN, default=True),
        Field("prepostCommands", Document(defaults=_ADDED), default=[]),
        Field("tags", TAGS, default=[]),
        Field("document", Document(merge=True, levels=1), stays=True),
        *made_by_server(_MANAGED),
    ),
    key=("name",),
    id_field="_id",
    document="document",
)

ROWS = (COMMAND_TEMPLATE, ANALYTIC_TEMPLATE)
