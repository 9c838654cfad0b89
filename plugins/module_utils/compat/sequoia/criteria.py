# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Criteria of a browse."""

from __future__ import annotations

from ...sequoia.criteria import Criteria, Inclusion, StringExpressionFactory

__all__ = ["Criteria", "Inclusion", "StringExpressionFactory"]
