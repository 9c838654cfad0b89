# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Terms and options of the lookups, which read paths."""

from __future__ import annotations

from typing import ClassVar

from ..plugin_utils.documentation import fragment, options_of
from ..plugin_utils.lookup import OPTIONS
from .call import RETRY

_TERMS = {
    "description": ["Paths to read with C(GET). All of them share one login."],
    "type": "list",
    "elements": "str",
    "required": True,
}


class ModuleDocFragment:
    """Terms and options."""

    DOCUMENTATION: ClassVar[str] = fragment(
        requirements=["The Python library C(httpcore) 1.0 or newer on the controller"],
        options={
            "_terms": _TERMS,
            **options_of(
                OPTIONS,
                {
                    "params": [
                        (
                            "Parameters to add to the query of every path. A list repeats its key;"
                            " a dict becomes C(key[inner]). A text such as C(limit=2&offset=3) is"
                            " parsed as a query."
                        )
                    ],
                    "paginate": [
                        "Read whole lists, page by page, and return their records one by one.",
                        (
                            "V(auto), V(none), the name of a style, or a dict of V(style),"
                            " V(page_size), V(limit), V(items) and V(total)."
                        ),
                    ],
                    "attribute": [
                        (
                            "Dotted path of the part to return of each response, or with"
                            " O(paginate) of each record. The result is null if it is missing."
                        )
                    ],
                    "retry": [RETRY],
                },
            ),
        },
    )
