# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options of an Itential Platform."""

from __future__ import annotations

from ..plugin_utils.documentation import Platform


class ModuleDocFragment(Platform):
    """Options for modules, and for plugins."""
