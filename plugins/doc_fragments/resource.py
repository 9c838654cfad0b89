# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules share whose records have keys that may be chosen, and secrets."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of such records, beside those of the fragment `wanted`."""

    DOCUMENTATION = r"""
options:
  match:
    description:
      - The fields to find records by, in place of their natural key.
    type: list
    elements: str
    default: []
  update_secrets:
    description:
      - When to send fields that never come back, such as passwords. They cannot be compared. With V(always) they are sent each time, and count as changed.
    type: str
    choices: [on_create, always]
    default: on_create
"""
