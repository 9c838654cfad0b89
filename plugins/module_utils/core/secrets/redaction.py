# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of this package: masking secrets in all output.

`SecretValues` are the secrets that are known, of a client or a task. `named_secrets` finds the ones
that a user gives. `safe_url` and `safe_headers` show what is harmless. `redact_data` masks by names
and looks.
"""

from __future__ import annotations

from .data import mask_named, redact_data, scrub_all
from .known import MASK, SHORTEST, SecretValues, in_scope, join_scope, scope, scrub_live
from .named import cookie_secrets, named_secrets
from .shown import SHOWN_HEADERS, SHOWN_QUERY_KEYS, safe_headers, safe_url

__all__ = [
    "MASK",
    "SHORTEST",
    "SHOWN_HEADERS",
    "SHOWN_QUERY_KEYS",
    "SecretValues",
    "cookie_secrets",
    "in_scope",
    "join_scope",
    "mask_named",
    "named_secrets",
    "redact_data",
    "safe_headers",
    "safe_url",
    "scope",
    "scrub_all",
    "scrub_live",
]
