# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the modules, for every runner."""

from __future__ import annotations

import sys

from .requirements import require_python

require_python(sys.version_info, sys.executable)
