# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Common parts of the rows of several areas of the Platform."""

from __future__ import annotations

from collections.abc import Iterable

from ...core.records.documents import Document
from ...core.records.failures import Failure
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import JSON, Kind

ORDER = {"sort": "{field}", "order": "{direction}"}
"""The parameters that sort a list."""

RECORD = ("data", "")
"""The place of the record in a response: in an envelope, or bare."""

FAILED = (
    Failure("status", equals="failure"),
    Failure("status", equals="error"),
    Failure("success", equals=False),
)
"""Failures that hide in a response of 200, in any area."""

RENAMED = Failure("name", differs="name")
"""The server has made a copy `name (1)`, because the name is taken."""

STAMPS = ("created", "createdBy", "lastUpdated", "lastUpdatedBy")
"""The authors and times of the creation and the last change of a record."""

TAGS = Document(named={"*": "name"}, unordered=("",), empty=(None, []))
"""Tags are objects; names are taken too."""


def made_by_server(names: Iterable[str], kind: Kind = JSON) -> list[Field]:
    """Return fields that only the server writes."""
    return [Field(name, kind, access=FieldAccess.READ_ONLY) for name in names]
