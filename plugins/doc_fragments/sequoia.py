# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options of Sequoia."""

from __future__ import annotations

from ..plugin_utils.documentation import Sequoia


class ModuleDocFragment(Sequoia):
    """Options for modules, and for plugins."""
