# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter that masks secrets in templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.core.secrets.redaction import redact_data

DOCUMENTATION = r"""
name: redact
short_description: Mask what looks like a secret
version_added: 1.0.0
author:
  - restops.clients contributors (@restops)
description:
  - Masks secrets in a text, or in a structure of dictionaries and lists, before it is shown, logged
    or sent.
  - In a text, secrets are recognised by what precedes them (C(password=), C(Authorization:),
    C("client_secret":)) and by their form (private keys, JSON web tokens, user information in URLs,
    tokens of well-known vendors).
  - In a structure, all values under keys that indicate a secret are masked too.
  - A secret that looks like ordinary text is not recognised. Use C(no_log) for known secrets.
positional: _input
options:
  _input:
    description: A text, or a structure of dictionaries and lists.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Show the result of a call
  ansible.builtin.debug:
    msg: "{{ result | restops.clients.redact }}"

- name: Mask a text
  ansible.builtin.debug:
    msg: "{{ 'login with password=hunter2 failed' | restops.clients.redact }}"
  # => login with password=[REDACTED] failed

- name: Mask a structure
  ansible.builtin.debug:
    msg: "{{ {'user': 'ada', 'password': 12345} | restops.clients.redact }}"
  # => {"password": "[REDACTED]", "user": "ada"}
"""

RETURN = r"""
_value:
  description: The same text or structure, with C([REDACTED]) instead of each secret.
  type: raw
"""


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[[Any], Any]]:
        """Return the filter by its name."""
        return {"redact": redact_data}
