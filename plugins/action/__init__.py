# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible imports this before any of the plugins here."""

from __future__ import annotations

from ..plugin_utils import bytecode

bytecode.keep()
