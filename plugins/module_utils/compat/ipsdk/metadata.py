# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name and version of the package whose interface these modules have."""

from __future__ import annotations

from ...core.metadata import AUTHOR

name = "ipsdk"
author = AUTHOR
version = "0.9.0"
