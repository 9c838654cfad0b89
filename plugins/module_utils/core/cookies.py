# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cookies of a session (RFC 6265).

A session has one jar, and the jar keeps the cookies of each origin apart. `Domain` therefore only
tells whether a cookie may be set; it never sends one to another host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .secrets.names import Verdict, verdict
from .secrets.values import looks_random

MAX_COOKIES = 50
"""Cookies per origin (RFC 6265 section 6.1); the oldest makes room for another one."""
MAX_LENGTH = 4096
"""Characters of a cookie's name and value (RFC 6265 section 6.1)."""

_BLANK = " \t"
_PAIR = re.compile(r"([!#-+.-:<>-~-]+)[ \t]*=[ \t]*(\"[^\"\x00-\x1f\x7f;]*\"|[!-:<-~\x80-\xff]*)")
_SECONDS = re.compile(r"-?\d+", re.ASCII)
_ADDRESS = re.compile(r"[\d.]+|.*:.*", re.ASCII)
_BALANCER = re.compile(
    r"(?i)aws(?:alb|elb)(?:tg|app-\d+)?(?:cors)?|gclb|gaesa|server_?id|srv(?:_?id)?|server|node|route(?:id)?|backend(?:id)?"
    r"|bigipserver.*|ts[0-9a-f]{6,}|arraffinity\w*|applicationgatewayaffinity\w*|ingresscookie"
    r"|x-oracle-bmc-lbs-route|nsc_.*|citrix_ns_id.*|incap_ses_.*|visid_incap_.*|nlbi_.*|__cf\w*"
    r"|_cfuvid|.*(?:sticky|affinity|balance|haproxy|lb_?node).*|lb"
)
"""Names of the cookies by which load balancers recognise a client. They are no secrets."""
_LONG = 16
"""Characters from which a value that looks random is a secret, whatever its name."""


class Cookie(NamedTuple):
    """One cookie.

    Attributes:
        name: Its name, as it was set.
        value: Its value, as it was set, quotes included.
        domain: The host or domain it was set for.
        path: The path below which it is sent.
        expires_at: Clock reading in seconds from which it is not sent; infinity for never.
        is_secret: Whether it may identify the session.
    """

    name: str
    value: str
    domain: str
    path: str
    expires_at: float
    is_secret: bool


class CookieJar:
    """The cookies of one session, by origin.

    Threads share it without a lock: a cookie is stored or removed by one operation on a dict.

    Attributes:
        version: Another object after every change.
    """

    __slots__ = ("_cookies", "version")

    def __init__(self) -> None:
        self._cookies: dict[str, dict[tuple[str, str, str], Cookie]] = {}
        self.version = object()

    def __repr__(self) -> str:
        return "<CookieJar>"

    def take(
        self, origin: str, lines: Iterable[str], now: float, wall: float, path: str = "/"
    ) -> bool:
        """Store what a response sets, and remove what it deletes.

        Args:
            origin: `scheme://host[:port]` of the response.
            lines: The values of its `Set-Cookie` headers.
            now: Clock reading in seconds.
            wall: Unix time in seconds.
            path: The path of a cookie that names none, see `default_path`.

        Returns:
            Whether a cookie changed that may identify the session.
        """
        changed = False
        for line in lines:
            cookie = parse(line, origin, now, wall, path)
            if cookie is not None:
                changed |= self._store(origin, cookie, now)
        return changed

    def add(self, origin: str, name: str, value: str) -> None:
        """Store a cookie that identifies the session, for every path and for ever."""
        host = urlsplit(origin).hostname or ""
        self._store(origin, Cookie(name, value, host, "/", float("inf"), True), 0.0)

    def _store(self, origin: str, cookie: Cookie, now: float) -> bool:
        cookies = self._cookies.setdefault(origin, {})
        key = (cookie.name, cookie.domain, cookie.path)
        old = cookies.get(key)
        if cookie.expires_at <= now:
            cookies.pop(key, None)
        else:
            if old is not None and old.is_secret:
                cookie = cookie._replace(is_secret=True)
            if old is None and len(cookies) >= MAX_COOKIES:
                cookies.pop(next(iter(list(cookies))), None)
            cookies[key] = cookie
        self.version = object()
        if old is not None and old.value == cookie.value and cookie.expires_at > now:
            return False
        return cookie.is_secret or (old is not None and old.is_secret)

    def header(self, origin: str, url: str, now: float) -> tuple[str, float]:
        """Return the value of the `Cookie` header of a request, and until when it holds.

        Args:
            origin: The request's origin.
            url: The request's URL.
            now: Clock reading in seconds.

        Returns:
            The value, `""` for none, and the clock reading in seconds up to which it is the same
            for every path of the origin, unless `version` changes; minus infinity if it depends on
            the path.
        """
        cookies = list(self._cookies.get(origin, {}).values())
        kept = [cookie for cookie in cookies if now < cookie.expires_at]
        path = _path_of(url)
        # Longer paths come first (RFC 6265 section 5.4); the order is kept otherwise.
        sent = sorted(
            (cookie for cookie in kept if _covers(cookie.path, path)),
            key=lambda cookie: -len(cookie.path),
        )
        until = min((cookie.expires_at for cookie in kept), default=float("inf"))
        everywhere = all(cookie.path == "/" for cookie in kept)
        text = "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent)
        return text, until if everywhere else float("-inf")

    def value(self, origin: str, name: str, now: float) -> str | None:
        """Return the value of a cookie that has not expired, or `None`."""
        cookies = list(self._cookies.get(origin, {}).values())
        found = (each.value for each in cookies if each.name == name and now < each.expires_at)
        return next(found, None)

    def identify(self, origin: str) -> str | None:
        """Return the value of the cookie that identifies the session, or `None`.

        If no name and no value tells which cookie it is, every one that does not belong to a load
        balancer counts.
        """
        cookies = list(self._cookies.get(origin, {}).items())
        if not any(cookie.is_secret for dummy, cookie in cookies):
            for key, cookie in cookies:
                if cookie.value and not _BALANCER.fullmatch(cookie.name):
                    self._cookies[origin][key] = cookie._replace(is_secret=True)
        return next(self.secret_values(), None)

    def secret_values(self) -> Iterator[str]:
        """Yield the values of the cookies that may identify the session."""
        for cookies in list(self._cookies.values()):
            for cookie in list(cookies.values()):
                if cookie.is_secret:
                    yield cookie.value

    def to_json(self) -> dict[str, list[list[Any]]]:
        """Return the cookies as JSON."""
        return {
            origin: [list(cookie) for cookie in list(cookies.values())]
            for origin, cookies in list(self._cookies.items())
        }

    @classmethod
    def from_json(cls, stored: dict[str, list[list[Any]]]) -> CookieJar:
        """Return a jar with the cookies that `to_json` gave."""
        jar = cls()
        for origin, cookies in stored.items():
            for cookie in cookies:
                jar._store(origin, Cookie(*cookie), float("-inf"))
        return jar


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
        _is_secret(name, value),
    )


def default_path(url: str) -> str:
    """Return the path of a cookie that names none: the folder of the URL that set it (RFC 6265
    section 5.1.4).
    """
    return _path_of(url).rpartition("/")[0] or "/"


def _may_be_set(name: str, given: dict[str, str], https: bool) -> bool:
    """Tell whether the origin and the attributes are what `Secure` and the name's prefix demand
    (draft-ietf-httpbis-rfc6265bis sections 4.1.3 and 5.7).
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


def _is_secret(name: str, value: str) -> bool:
    if _BALANCER.fullmatch(name):
        return False
    return verdict(name) > Verdict.HARMLESS or (len(value) >= _LONG and looks_random(value))


def _path_of(url: str) -> str:
    return f"/{url.partition('://')[2].partition('/')[2]}".partition("?")[0]


def _covers(cookie_path: str, path: str) -> bool:
    """Tell whether a cookie with this path is sent to a path (RFC 6265 section 5.1.4)."""
    return path == cookie_path or (
        path.startswith(cookie_path)
        and (cookie_path.endswith("/") or path[len(cookie_path)] == "/")
    )
