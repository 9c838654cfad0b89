# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking secrets out of a result as Ansible does for modules. One file, because core 2.22 replaces
the function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.module_utils.common.parameters import remove_values

from ..module_utils.core.secrets.redaction import in_json, may_hold


def masked(result: Mapping[str, Any], secrets: Iterable[str]) -> dict[str, Any]:
    """Return the result with every secret masked wherever it stands; booleans and `None` at the top
    are kept as they are, as modules keep them.
    """
    if not may_hold(result, map(in_json, secrets)):
        return dict(result)
    kept = {
        name: value for name, value in result.items() if value is None or isinstance(value, bool)
    }
    return {**remove_values(dict(result), set(secrets)), **kept}
