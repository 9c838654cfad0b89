# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logger `kclient`.

Importing this registers it: every record that passes it has the fields that formatters may name, no
matter which library made it.

It speaks from DEBUG on and to its own handlers alone, as Keystone's reference document wants it:
requests are visible to those who add a handler.
"""

from __future__ import annotations

import logging

from ..core.logging import RedactingFilter

FIELDS = ("cid", "baseurl", "method", "endpoint", "url", "status_code", "elapsed", "attempt")


class FieldsFilter(logging.Filter):
    """Gives records the fields that they lack, as empty texts."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Complete the record and let it pass."""
        for name in FIELDS:
            record.__dict__.setdefault(name, "")
        return True


KCLIENT = logging.getLogger("kclient")
KCLIENT.setLevel(logging.DEBUG)
KCLIENT.propagate = False
KCLIENT.addHandler(logging.NullHandler())
KCLIENT.addFilter(FieldsFilter())
KCLIENT.addFilter(RedactingFilter())
