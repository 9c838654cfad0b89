# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name and version of this project."""

from __future__ import annotations

NAME = "restops_clients"
AUTHOR = "restops.clients contributors"
VERSION = "1.0.0"
USER_AGENT = f"restops-clients/{VERSION}"
