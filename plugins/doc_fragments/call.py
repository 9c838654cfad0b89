# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module takes that makes calls of its own."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the calls behind a task."""

    DOCUMENTATION = r"""
options:
  retry:
    description:
      - A number of tries, or a dict of V(max_tries), V(max_time) in seconds, V(statuses), V(methods) and V(wait), which is V(exponential), V(fibonacci),
        V(constant) or a number of seconds.
    type: raw
  correlation_id:
    description:
      - Sent along with every call, for the server's log. By default a new one is made.
    type: str
  max_response_bytes:
    description:
      - The most bytes of a decoded answer.
    type: int
    default: 67108864
"""
