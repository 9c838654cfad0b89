# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON as ipsdk reads and writes it: NaN is accepted, and texts are ASCII."""

from __future__ import annotations

import json
from typing import Any

from .exceptions import SerializationError


def loads(s: str | bytes) -> Any:
    """Read JSON.

    Raises:
        SerializationError: Not JSON.
    """
    try:
        return json.loads(s)
    except (TypeError, ValueError, RecursionError) as exc:
        raise SerializationError(f"Failed to parse JSON: {exc}", exc) from exc


def dumps(o: Any) -> str:
    """Write JSON.

    Raises:
        SerializationError: The value cannot be written as JSON.
    """
    try:
        return json.dumps(o)
    except (TypeError, ValueError, RecursionError) as exc:
        raise SerializationError(f"Failed to serialize object to JSON: {exc}", exc) from exc
