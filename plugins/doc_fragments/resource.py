# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that bring records to a wanted state."""

from __future__ import annotations

from typing import ClassVar

from ..module_utils.tasks.resource import ASSET, ENSURE, MATCH
from ..plugin_utils.documentation import fragment, options_of

_ATTRIBUTES = {
    "check_mode": {
        "support": "full",
        "details": [
            (
                "Records are read and compared; nothing is written. A relation to a record that an"
                " earlier task would have created is shown by its name."
            )
        ],
    },
    "diff_mode": {"support": "full"},
    "idempotent": {"support": "full"},
}
_DESCRIPTIONS = {
    "state": ["Whether the records should exist."],
    "data": [
        (
            "The fields of one record. Fields that are not given stay as they are; V(null) empties"
            " a field."
        ),
        (
            "A relation is an id, a name, or a dict of fields that identify the other record. A"
            " choice is given by its code or its label."
        ),
    ],
    "records": ["A list of records, each as in O(data). Either O(data) or O(records) is required."],
    "purge": [
        "Delete the records that match O(filters) and are not in O(records).",
        (
            "If O(records) is a template whose result is empty, the task fails. An empty list that"
            " is written in the task deletes all records that match."
        ),
    ],
    "filters": [
        (
            "The records that O(purge) may delete. Each record is checked against the filters again"
            " before it is deleted."
        ),
        (
            "Filters that match every record, and empty values, are refused. A relation is given by"
            " a name, or by a number, which is its id; a text of digits is a name."
        ),
    ],
    "concurrency": ["Maximum number of records to write at a time."],
}
_MATCH = {
    "match": ["The fields by which to find records, instead of their natural key."],
    "update_secrets": [
        (
            "When to send fields that the server never returns, such as passwords. They cannot be"
            " compared. With V(always), they are sent each time and count as changed."
        )
    ],
}


_ASSET = {
    "src": [
        (
            "A file with the record, on the machine where the call runs: JSON as the server or a"
            " promotion tool exports it, or the text of a template. What the file says of the"
            " server that it comes from is left out."
        ),
        (
            "O(data) adds fields or replaces them. An item of O(records) may have the key C(src)"
            " too."
        ),
    ],
    "replace": [
        (
            "Empty the fields that are not given, and replace documents and lists that would be"
            " merged. The nodes and variables of a golden configuration, and the nodes of an"
            " inventory, stay unless they are given."
        )
    ],
    "recreate": [
        (
            "Delete records that the server cannot change as wanted, and create them again. Records"
            " that lead to them are changed to lead to the new ones."
        ),
        (
            "Without it, such a change is an error, or the fields are returned in RV(ignored)."
            " Secrets of such a record must be given."
        ),
    ],
    "purge_limit": [
        "The number of records that O(purge) may delete. If more match, nothing is written."
    ],
}


class ModuleDocFragment:
    """Options of all these modules, and of those whose records have other keys and secrets."""

    DOCUMENTATION: ClassVar[str] = fragment(
        attributes=_ATTRIBUTES, options=options_of(ENSURE, _DESCRIPTIONS)
    )
    MATCH: ClassVar[str] = fragment(options=options_of(MATCH, _MATCH))
    ASSET: ClassVar[str] = fragment(options=options_of(ASSET, _ASSET))
