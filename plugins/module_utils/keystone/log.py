# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logger `kclient`.

Importing this module registers it. It logs from DEBUG on, and only to its own handlers, as
Keystone's reference document requires: requests are visible to those who add a handler.
"""

from __future__ import annotations

import logging

from ..core.logging import RedactingFilter

KCLIENT = logging.getLogger("kclient")
KCLIENT.setLevel(logging.DEBUG)
KCLIENT.propagate = False
KCLIENT.addHandler(logging.NullHandler())
KCLIENT.addFilter(RedactingFilter())
