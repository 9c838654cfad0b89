# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of every lookup that reads paths."""

from __future__ import annotations


class ModuleDocFragment:
    """Terms and options."""

    DOCUMENTATION = r"""
requirements:
  - The Python library C(httpcore) 1.0 or newer on the controller
options:
  _terms:
    description:
      - Paths to read with C(GET). All of them share one login.
    type: list
    elements: str
    required: true
  params:
    description:
      - Parameters that are added to the query of every path. A list repeats its key; a dict becomes C(key[inner]). A text such as C(limit=2&offset=3) is read
        as a query.
    type: dict
  paginate:
    description:
      - Read whole lists, page by page, and return their records one by one.
      - V(auto), V(none), a style's name, or a dict of V(style), V(page_size), V(limit), V(items) and V(total).
    type: raw
  attribute:
    description:
      - Dotted path of what to return of each answer, or with O(paginate) of each record.
    type: str
  retry:
    description:
      - A number of tries, or a dict of V(max_tries), V(max_time) in seconds, V(statuses), V(methods) and V(wait), which is V(exponential), V(fibonacci),
        V(constant) or a number of seconds.
    type: raw
"""
