# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the calls that a module makes, for modules that choose the calls themselves."""

from __future__ import annotations

from typing import ClassVar

from ..module_utils.tasks.options import CALL
from ..plugin_utils.documentation import fragment, options_of

RETRY = (
    "A number of attempts, or a dict of V(max_tries), V(max_time) in seconds, V(statuses),"
    " V(methods) and V(wait), which is V(exponential), V(fibonacci), V(constant) or a number of"
    " seconds."
)


class ModuleDocFragment:
    """Options of calls."""

    DOCUMENTATION: ClassVar[str] = fragment(
        options=options_of(
            CALL,
            {
                "retry": [RETRY],
                "correlation_id": [
                    (
                        "Sent with every call, for the log of the server. By default, each call"
                        " gets a new one."
                    )
                ],
                "max_response_bytes": ["Maximum size of a response after decompression, in bytes."],
            },
        )
    )
