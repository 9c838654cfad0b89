# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets in the variables of an inventory, which are left out unless they are asked for.

Sources: docs/protocols/itential-platform.md section 8, docs/protocols/itential-gateway.md section
6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..core.secrets.named import named_secrets
from ..core.secrets.names import Sensitivity, sensitivity_of
from ..core.secrets.values import is_secret
from .inventory_pages import PREFIX

_REFERENCE = re.compile(r"\s*\$(?:GATEWAY)?SECRET[._]")
"""A reference to a secret that the Platform or Gateway 5 resolves."""
_ALSO_SECRET = frozenset(("enable", f"{PREFIX}enable"))
"""Names of texts that are passwords, although their words do not say so."""


def without_secrets(value: Any) -> Any:
    """Return JSON-like data without secrets and without references to secrets.

    Args:
        value: Data. A key of a dict is left out with its value if the value is a secret by the name
            of the key, by its own look, or because it refers to one.
    """
    if isinstance(value, Mapping):
        # An entry of a list of variables names what it holds: {name: password, value: ...}.
        named = value.get("name", value.get("key", "value"))
        return {
            name: without_secrets(item)
            for name, item in value.items()
            if not _holds_secret(str(named if name == "value" else name), item)
        }
    if isinstance(value, list):
        return [without_secrets(item) for item in value if not _holds_secret("", item)]
    return value


def is_reference(value: Any) -> bool:
    """Tell whether a value is a reference to a secret, which the server resolves."""
    return isinstance(value, str) and _REFERENCE.match(value) is not None


def _holds_secret(name: str, value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return False
    says = sensitivity_of(name)
    if says is Sensitivity.SECRET or (name in _ALSO_SECRET and isinstance(value, str)):
        return True
    if isinstance(value, (Mapping, list)):
        return says >= Sensitivity.TEXT
    if says and is_secret(str(value), says, quoted=True):
        return True
    return is_reference(value) or next(named_secrets(value), None) is not None
