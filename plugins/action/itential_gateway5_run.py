# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of the module itential_gateway5_run, written by tools/write_docs.py."""

from __future__ import annotations

from ..module_utils.itential import platform
from ..modules.itential_gateway5_run import TASK
from ..plugin_utils import action


class ActionModule(action.ActionModule):
    """Perform the module's task on the controller if possible."""

    task = TASK
    preloaded = platform
