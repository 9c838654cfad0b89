# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of sequoia-client-sdk 4.4, for programs that were written for it.

It has the modules, the names of the errors, and the attributes of the responses.
"""

from __future__ import annotations

from . import auth, client, criteria, error

__all__ = ["auth", "client", "criteria", "error"]
