# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that read records."""

from __future__ import annotations

from typing import ClassVar

from ..module_utils.tasks.info import READ
from ..module_utils.tasks.itential import FILTERS
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


_FILTERS = {
    "filters": [
        (
            "A field to a value, to a list of values of which it must have one, or to a dict of an"
            " operator and its value. A record must match all of them. A relation is given by a"
            " name or an id; C(a.b) is the key C(b) of the field C(a)."
        ),
        (
            "Operators are C(equals), C(not_equals), C(contains), C(starts_with), C(ends_with),"
            " C(in), C(not_in), C(gt), C(gte), C(lt), C(lte) and C(exists). The server filters as"
            " far as it can; the records are checked again. An unknown field or operator is an"
            " error."
        ),
    ],
    "order": ["Fields to sort by, with V(-) in front for descending order."],
    "complete": [
        (
            "Read each record alone if the list has only a part of its fields, as the lists of some"
            " types do."
        )
    ],
    "as_tasks": [
        "Return RV(tasks), a playbook's tasks for the records, for the module of desired state."
    ],
}


class ModuleDocFragment:
    """Options of all these modules, and their attributes."""

    DOCUMENTATION: ClassVar[str] = fragment(
        attributes=_ATTRIBUTES, options=options_of(READ, _DESCRIPTIONS)
    )
    FILTERS: ClassVar[str] = fragment(options=options_of(FILTERS, _FILTERS))
