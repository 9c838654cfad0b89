# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that wait for a state."""

from __future__ import annotations

from typing import ClassVar

from ..module_utils.tasks.waiting import WAITING
from ..plugin_utils.documentation import fragment, options_of


class ModuleDocFragment:
    """Options of waiting."""

    DOCUMENTATION: ClassVar[str] = fragment(
        options=options_of(
            WAITING,
            {
                "wait_timeout": [
                    "Seconds to wait for the state. With V(0), the state is read once.",
                ],
                "wait_interval": [
                    "Seconds of the first pause between two reads. Pauses grow to 30 seconds.",
                ],
                "progress": [
                    "Show each change while the task waits.",
                    ("Only a task that runs on the controller can show something before it ends."),
                ],
            },
        )
    )
