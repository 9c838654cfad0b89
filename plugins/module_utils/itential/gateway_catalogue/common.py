# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Common parts of the rows of several areas of the Gateway.

Names in URLs are the keys of all records. Neither statuses nor bodies of responses to writes are
documented: any 2xx is a success, and the record is read back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from ...core.records.access import Delete, List, Write
from ...core.records.failures import Failure
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import JSON, Kind
from ..dialects import by_field
from ..paging import GATEWAY_DATA

RECORD = ("data", "")
"""The place of the record in a response: bare; an envelope is taken too."""


FAILED = (Failure("status", equals="failure"), Failure("status", equals="error"))
"""Failures in a response of 2xx. None is documented; other Itential servers have them."""

written = partial(Write, unwrap=None, failures=FAILED)
"""Makes a route that writes."""
deleted = partial(Delete, failures=FAILED)
"""Makes a route that deletes."""


def listed(path: str, name: str = "name", **options: Any) -> List:
    """Return a list that can be filtered by the name of its records.

    Args:
        path: Its path.
        name: The field with the name. That others can be filtered by is not documented.
        **options: Further arguments of `List`.
    """
    return List(path, GATEWAY_DATA, filters=by_field(name), **options)


def made_by_server(names: Iterable[str], kind: Kind = JSON) -> list[Field]:
    """Return fields that only the server writes."""
    return [Field(name, kind, access=FieldAccess.READ_ONLY) for name in names]
