# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules share that bring records to a wanted state."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of wanted states, and what the attributes mean for them."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: full
    details:
      - Records are read and compared; nothing is written. A relation to a record that an earlier task would have made is shown by its name.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - Whether the records should exist.
    type: str
    choices: [present, absent]
    default: present
  data:
    description:
      - The fields of one record. Those that are left out stay as they are; V(null) empties a field.
      - A relation is an id, a name, or a dict of the fields that the other record is found by. A choice is its code or its label.
    type: dict
  records:
    description:
      - The same for any number of records; one of O(data) and O(records) is needed.
    type: list
    elements: dict
  purge:
    description:
      - Delete the records that match O(filters) and are not among O(records).
      - If O(records) is a template that comes out empty, the task fails. An empty list that is written in the task deletes all that match.
    type: bool
    default: false
  filters:
    description:
      - Which records O(purge) may delete. Each record is checked against them once more before it is deleted.
      - Filters that match every record are refused, and so are empty values. A relation is named by a name or by a number that is its id; a text of digits is
        a name.
    type: dict
  concurrency:
    description:
      - How many records are written at a time.
    type: int
    default: 8
"""
