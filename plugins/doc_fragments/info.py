# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that read records."""

from __future__ import annotations

from typing import ClassVar

from ..module_utils.tasks.options import READ
from ..plugin_utils.documentation import fragment, options_of

_ATTRIBUTES = {
    "check_mode": {"support": "full"},
    "diff_mode": {"support": "none"},
    "idempotent": {"support": "full"},
}
_DESCRIPTIONS = {
    "fields": ["The fields of each record to return. By default, all of them."],
    "limit": ["Maximum number of records to return."],
}


class ModuleDocFragment:
    """Options of all these modules, and their attributes."""

    DOCUMENTATION: ClassVar[str] = fragment(
        attributes=_ATTRIBUTES, options=options_of(READ, _DESCRIPTIONS)
    )
