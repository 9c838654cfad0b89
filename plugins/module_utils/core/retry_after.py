# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a `Retry-After` header (RFC 9110 section 10.2.3)."""

from __future__ import annotations

import math
import re
from datetime import timezone
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"(\d{1,9})\d*(\.\d*)?\s*(?:,|$)", re.ASCII)


def retry_after(value: str | None, now: float, date: str | None = None) -> float | None:
    """Read a `Retry-After` header.

    Args:
        value: Seconds or an HTTP date; `None` for no header. Seconds with decimals are rounded up;
            if there are several values, the first is used.
        now: Unix time in seconds.
        date: The `Date` of the response, from the same clock as a date in `Retry-After`; `None` for
            no such header.

    Returns:
        Seconds to wait, 0 or more, or `None` if there is no header or it cannot be read.
    """
    if value is None:
        return None
    text = value.strip()
    number = _SECONDS.match(text)
    if number:
        return float(math.ceil(float(f"{number.group(1)}{number.group(2) or ''}")))
    until = _unix_time(text)
    if until is None:
        return None
    sent_at = _unix_time(date) if date else None
    return max(until - (now if sent_at is None else sent_at), 0.0)


def _unix_time(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text)
        # The asctime form of RFC 9110 section 5.6.7 names no zone and means UTC.
        return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
