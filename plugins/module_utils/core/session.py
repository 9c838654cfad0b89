# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions, the results of logins, and the stores that keep them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

from .cookies import CookieJar
from .exceptions import AuthenticationError

_Headers: TypeAlias = "tuple[tuple[str, str], ...]"
_NO_CREDENTIALS: tuple[object, float, _Headers] = (None, 0.0, ())


class Session:
    """The result of a login. Only its cookies change; everything else is replaced as a whole.

    Args:
        token: The token, or the value of the cookie that identifies the session.
        headers: Sent with every request.
        query: Sent with every request as `key=value`, encoded; empty for none.
        expires_at: Clock reading in seconds from which it must not be used; infinity for never.
        login: Names the login it came from, in every process that has it; `None` for a new one. A
            server may give the same token twice.
        no_renewal: Advice if the server does not accept the session and another login cannot help;
            `""` if it can.
        cookies: Sent with every request to the origin that set them.
        repeated_cookies: Names of headers and of the cookies whose value they repeat, for servers
            that check both (protection against cross-site requests).
    """

    __slots__ = (
        "_credentials",
        "cookies",
        "expires_at",
        "headers",
        "login",
        "no_renewal",
        "query",
        "repeated_cookies",
        "token",
    )

    def __init__(
        self,
        token: str,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        query: str = "",
        expires_at: float = float("inf"),
        login: str | None = None,
        no_renewal: str = "",
        cookies: CookieJar | None = None,
        repeated_cookies: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.login = login or uuid.uuid4().hex
        self.no_renewal = no_renewal
        self.token = token
        self.headers = headers
        self.query = query
        self.expires_at = expires_at
        self.cookies = CookieJar() if cookies is None else cookies
        self.repeated_cookies = repeated_cookies
        self._credentials: dict[str, tuple[object, float, _Headers]] = {}

    def __repr__(self) -> str:
        return "<Session>"

    def credentials_for(self, origin: str, url: str, now: float) -> tuple[tuple[str, str], ...]:
        """Return the headers with the credentials of this session for a request.

        Args:
            origin: The request's `scheme://host[:port]`.
            url: Its URL.
            now: Clock reading in seconds.
        """
        version, until, credentials = self._credentials.get(origin, _NO_CREDENTIALS)
        jar = self.cookies
        if version is jar.version and now < until:
            return credentials
        version = jar.version
        cookie, until = jar.header(origin, url, now)
        credentials = self.headers
        if cookie:
            copies = ((name, jar.value(origin, of, now)) for name, of in self.repeated_cookies)
            known = tuple((name, value) for name, value in copies if value)
            credentials = (*credentials, ("Cookie", cookie), *known)
        self._credentials[origin] = version, until, credentials
        return credentials

    def is_replaced_by(self, own: frozenset[str]) -> bool:
        """Tell whether a call has credentials of its own.

        If it has, a 401 does not concern this session.

        Args:
            own: The names of the call's own headers, in lower case.
        """
        return "authorization" in own or (
            "cookie" in own
            and not self.query
            and not any(name == "Authorization" for name, dummy in self.headers)
        )

    def secrets(self) -> tuple[str, ...]:
        """Return the secrets: the token and the cookies that identify the session."""
        return (self.token, *self.cookies.secret_values())

    def to_json(self) -> dict[str, Any]:
        """Return the session as JSON, for a store."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "_credentials"}
        return {**fields, "cookies": self.cookies.to_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Session:
        """Return the session that `to_json` gave."""
        pairs = {name: tuple(map(tuple, stored[name])) for name in ("headers", "repeated_cookies")}
        return cls(**{**stored, **pairs, "cookies": CookieJar.from_json(stored["cookies"])})

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("sessions are not pickled")


def expiry(now: float, ttl: float, expires_in: float | None) -> float:
    """Return the clock reading at which a session that begins now must end.

    Args:
        now: Clock reading in seconds.
        ttl: Seconds that the user allows, exactly; 0 for no limit.
        expires_in: Seconds that the server granted (RFC 6749 section 5.1), shortened by max(30 s,
            10 %) but by half at most; `None` if it said nothing.
    """
    ends = [now + ttl] if ttl > 0 else []
    if expires_in is not None and expires_in > 0:
        ends.append(now + expires_in - min(max(30.0, expires_in / 10), expires_in / 2))
    return min(ends, default=float("inf"))


class SessionStore(Protocol):
    """The place where a session is kept: in the client, or shared with other processes."""

    def load(self) -> Session | None:
        """Return the session of this process, or `None`. Called before every request."""

    def fetch(self) -> Session | None:
        """Return the latest session of any process and keep it here too; or `None`."""

    def save(self, session: Session) -> None:
        """Keep a session instead of the present one."""

    def drop(self, session: Session) -> None:
        """Forget this session; another one that has taken its place stays."""

    def acquire(self) -> bool:
        """Take the lock for a login; return `False` if another process has it."""

    def release(self) -> None:
        """Release the lock for a login."""

    def refuse(self, error: AuthenticationError, until: float) -> None:
        """Keep the error of a refused login until a clock reading."""

    def refusal(self, now: float) -> AuthenticationError | None:
        """Return the error of a login that was refused not long ago, or `None`."""


class MemoryStore:
    """A store that keeps one session in this client."""

    __slots__ = ("_refusal", "_session")

    def __init__(self) -> None:
        self._session: Session | None = None
        self._refusal: tuple[AuthenticationError, float] | None = None

    def load(self) -> Session | None:
        """Return the session, or `None`."""
        return self._session

    def fetch(self) -> Session | None:
        """Return the session, or `None`."""
        return self._session

    def save(self, session: Session) -> None:
        """Keep a session instead of the present one."""
        self._session, self._refusal = session, None

    def drop(self, session: Session) -> None:
        """Forget this session; another one that has taken its place stays."""
        if self._session is not None and self._session.login == session.login:
            self._session = None

    def acquire(self) -> bool:
        """Return `True`: in one process, the driver runs one login at a time."""
        return True

    def release(self) -> None:
        """Do nothing."""

    def refuse(self, error: AuthenticationError, until: float) -> None:
        """Keep the error of a refused login until a clock reading."""
        self._refusal = error, until

    def refusal(self, now: float) -> AuthenticationError | None:
        """Return the error of a login that was refused not long ago, or `None`."""
        return self._refusal[0] if self._refusal is not None and now < self._refusal[1] else None
