# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a `Set-Cookie` header (RFC 6265 section 5)."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from urllib.parse import urlsplit

from .cookie import Cookie, is_secret, path_of

MAX_LENGTH = 4096
"""Characters of a cookie's name and value (RFC 6265 section 6.1)."""

_BLANK = " \t"
_PAIR = re.compile(r"([!#-+.-:<>-~-]+)[ \t]*=[ \t]*(\"[^\"\x00-\x1f\x7f;]*\"|[!-:<-~\x80-\xff]*)")
_SECONDS = re.compile(r"-?\d+", re.ASCII)
_ADDRESS = re.compile(r"[\d.]+|.*:.*", re.ASCII)


def parse(line: str, origin: str, now: float, wall: float, path: str = "/") -> Cookie | None:
    """Read a `Set-Cookie` header (RFC 6265 sections 5.2 and 5.3).

    Args:
        line: Its value.
        origin: `scheme://host[:port]` of the response.
        now: Clock reading in seconds.
        wall: Unix time in seconds.
        path: The path of a cookie that names none.

    Returns:
        The cookie, expired if the response deletes it; `None` if it is malformed, or not this
        origin's to set.
    """
    pair, dummy, rest = line.partition(";")
    match = _PAIR.fullmatch(pair.strip(_BLANK))
    if match is None or len(pair) > MAX_LENGTH:
        return None
    name, value = match.groups()
    given = {}
    for attribute in rest.split(";"):
        key, dummy, text = attribute.partition("=")
        given[key.strip(_BLANK).lower()] = text.strip(_BLANK)
    host = urlsplit(origin).hostname or ""
    domain = given.get("domain", "").removeprefix(".").lower() or host
    https = origin.startswith("https:")
    if not _may_be_set(name, given, https) or not _belongs(host, domain):
        return None
    return Cookie(
        name,
        value,
        domain,
        given["path"] if given.get("path", "").startswith("/") else path,
        _expiry(given, now, wall),
        is_secret(name, value),
    )


def default_path(url: str) -> str:
    """Return the path of a cookie that has none.

    It is the folder of the URL that set the cookie (RFC 6265 section 5.1.4).
    """
    return path_of(url).rpartition("/")[0] or "/"


def _may_be_set(name: str, given: dict[str, str], https: bool) -> bool:
    """Tell whether the requirements of `Secure` and of the prefix of the name are met.

    See draft-ietf-httpbis-rfc6265bis sections 4.1.3 and 5.7.
    """
    secure, prefix = "secure" in given, name.lower()
    if secure and not https:
        return False
    if prefix.startswith("__host-"):
        return secure and given.get("path") == "/" and not given.get("domain")
    return secure or not prefix.startswith("__secure-")


def _belongs(host: str, domain: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and not _ADDRESS.fullmatch(host))


def _expiry(given: dict[str, str], now: float, wall: float) -> float:
    seconds = given.get("max-age", "")
    if _SECONDS.fullmatch(seconds):
        return now + max(int(seconds[:12]), 0)
    date = cookie_date(given["expires"]) if "expires" in given else None
    return float("inf") if date is None else now + max(date - wall, 0.0)


_SEPARATORS = re.compile(r"[\t -/;-@\[-`{-~]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D.*)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:\D.*)?", re.ASCII)
_MONTH = re.compile(r"(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"(\d{2,4})(?:\D.*)?", re.ASCII)


def cookie_date(text: str) -> float | None:
    """Read the date of `Expires`, in any of the forms that servers write (RFC 6265 section 5.1.1).

    Returns:
        Unix time in seconds, or `None` if it is not a date.
    """
    found: dict[re.Pattern[str], tuple[str, ...]] = {}
    for part in _SEPARATORS.split(text):
        for pattern in (_TIME, _DAY, _MONTH, _YEAR):
            match = None if pattern in found else pattern.fullmatch(part)
            if match:
                found[pattern] = match.groups()
                break
    if len(found) < 4:
        return None
    year = int(found[_YEAR][0])
    year += 1900 if 70 <= year <= 99 else 2000 if year < 70 else 0
    month = _MONTHS.index(found[_MONTH][0].lower()) + 1
    hour, minute, second = map(int, found[_TIME])
    try:
        date = datetime(year, month, int(found[_DAY][0]), hour, minute, second, 0, timezone.utc)
        return date.timestamp()
    except (ValueError, OverflowError):
        return None
