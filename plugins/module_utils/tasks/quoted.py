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
    of a line after a colon is looked at alone, too. Texts of several lines are configurations
    themselves.
    """
    return _parts_masked(redact_data(value))


def _parts_masked(value: Any) -> Any:
    if isinstance(value, str) and "\n" not in value:
        return _BEFORE_QUOTE.join(map(redact_data, value.split(_BEFORE_QUOTE)))
    if isinstance(value, Mapping):
        return {key: _parts_masked(item) for key, item in value.items()}
    return [_parts_masked(item) for item in value] if isinstance(value, list) else value
