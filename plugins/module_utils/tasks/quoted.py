# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking of secrets in texts that quote lines of configurations: `missing: username ...`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.secrets.redaction import redact_data

_BEFORE_QUOTE = ": "


def mask_quoted(value: Any) -> Any:
    """Return a text, or JSON-like data, without what looks like a secret.

    Secrets in configurations are recognised by the words with which their lines begin, so each part
    of a line after a colon is searched alone, too.
    """
    return _mask_parts(redact_data(value))


def _mask_parts(value: Any) -> Any:
    if isinstance(value, str):
        return "\n".join(map(_mask_parts_of_line, value.split("\n")))
    if isinstance(value, Mapping):
        return {key: _mask_parts(item) for key, item in value.items()}
    return [_mask_parts(item) for item in value] if isinstance(value, list) else value


def _mask_parts_of_line(line: str) -> str:
    parts = line.split(_BEFORE_QUOTE)
    return _BEFORE_QUOTE.join(map(redact_data, parts)) if len(parts) > 1 else line
