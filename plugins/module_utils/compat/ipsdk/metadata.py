# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name of the package that these modules stand in for, and the version whose interface they
have.
"""

from __future__ import annotations

from ...core.metadata import AUTHOR

name = "ipsdk"
author = AUTHOR
version = "0.9.0"
