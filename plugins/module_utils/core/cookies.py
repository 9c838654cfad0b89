# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cookies of a session, by origin (RFC 6265).

A cookie is sent back to the origin that set it. Its `Domain` attribute only decides whether it may
be set; the cookie is never sent to another host.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from .cookie import Cookie, is_balancer, path_of
from .set_cookie import parse

MAX_COOKIES = 50
"""Cookies per origin (RFC 6265 section 6.1); beyond that, the one that was first stored goes."""


class CookieJar:
    """The cookies of one session, by origin.

    Threads share it without a lock. Each operation on a dict is atomic, and loops go over copies.
    Threads that store cookies at the same time may at most remove one too many or too few.

    Attributes:
        version: Another object after cookies were stored or removed.
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
            path: The path of a cookie that names none, see `set_cookie.default_path`.

        Returns:
            `True` if a cookie changed that may identify the session.
        """
        changed = False
        for line in lines:
            cookie = parse(line, origin, now, wall, path)
            if cookie is not None:
                changed |= self._store(origin, cookie, now)
        return changed

    def add(self, origin: str, name: str, value: str) -> None:
        """Store a cookie that identifies the session, for every path, that never expires."""
        host = urlsplit(origin).hostname or ""
        self._store(origin, Cookie(name, value, host, "/", float("inf"), True), 0.0)

    def _store(self, origin: str, cookie: Cookie, now: float) -> bool:
        """Store a cookie, or remove it if it has expired; tell if the session may have changed."""
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
        path = path_of(url)
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
        """Return the value of a cookie that identifies the session, or `None`.

        If no cookie is known to do so, all but those of load balancers are marked as secret first.
        It is for a new jar with the cookies of one response: it does not renew `version`.
        """
        cookies = list(self._cookies.get(origin, {}).items())
        if not any(cookie.is_secret for dummy, cookie in cookies):
            for key, cookie in cookies:
                if cookie.value and not is_balancer(cookie.name):
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


def _covers(cookie_path: str, path: str) -> bool:
    """Tell whether a cookie with this path is sent to a path (RFC 6265 section 5.1.4)."""
    return path == cookie_path or (
        path.startswith(cookie_path)
        and (cookie_path.endswith("/") or path[len(cookie_path)] == "/")
    )
