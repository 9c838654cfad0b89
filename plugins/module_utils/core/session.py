# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a login yields, where it is kept, and when it must be made anew."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Protocol

from .exceptions import AuthenticationError
from .flow import Flow

REFUSAL_KEPT = 30.0
"""Seconds for which a refused login answers all who ask, so that a wrong password is one login call and does not lock the account."""


class Session:
    """What a login yielded: immutable, replaced whole, read once per attempt.

    Args:
        token: The token; two sessions are the same only where they are the same object.
        headers: Presented with every request.
        query: Presented with every request as `key=value`, encoded; empty for none.
        expires_at: Clock reading in seconds from which it must not be used; infinity for never.
    """

    __slots__ = ("expires_at", "headers", "query", "token")

    def __init__(self, token: str, *, headers: tuple[tuple[str, str], ...] = (), query: str = "", expires_at: float = float("inf")) -> None:
        self.token = token
        self.headers = headers
        self.query = query
        self.expires_at = expires_at

    def __repr__(self) -> str:
        return "<Session>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("sessions are not pickled")


def expiry(now: float, ttl: float, expires_in: float | None) -> float:
    """Return the clock reading at which a session that begins now must end.

    Args:
        now: Clock reading in seconds.
        ttl: Seconds that the user allows, exactly; 0 for no limit.
        expires_in: Seconds that the server granted (RFC 6749 section 5.1), shortened by max(30 s, 10 %) but by half at most; `None` where it said nothing.
    """
    ends = [now + ttl] if ttl > 0 else []
    if expires_in is not None and expires_in > 0:
        ends.append(now + expires_in - min(max(30.0, expires_in / 10), expires_in / 2))
    return min(ends, default=float("inf"))


class SessionStore(Protocol):
    """Where sessions are kept: in the client, or shared with other processes."""

    def load(self) -> Session | None:
        """Return what is kept, or `None`."""

    def save(self, session: Session) -> None:
        """Keep a session in place of what was there."""

    def drop(self, session: Session) -> None:
        """Forget this session; another one that has taken its place stays."""


class MemoryStore:
    """Keeps one session in this client."""

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session: Session | None = None

    def load(self) -> Session | None:
        """Return what is kept, or `None`."""
        return self._session

    def save(self, session: Session) -> None:
        """Keep a session in place of what was there."""
        self._session = session

    def drop(self, session: Session) -> None:
        """Forget this session; another one that has taken its place stays."""
        if self._session is session:
            self._session = None


class SessionKeeper:
    """Decides when a client needs a login.

    Args:
        login: Makes the flow that logs in.
        store: Where the session is kept.
        clock: Monotonic seconds.
    """

    __slots__ = ("_clock", "_login", "_refusal", "_refused_until", "_store")

    def __init__(self, login: Callable[[], Flow[Session]], store: SessionStore, clock: Callable[[], float]) -> None:
        self._login = login
        self._store = store
        self._clock = clock
        self._refusal: AuthenticationError | None = None
        self._refused_until = 0.0

    def current(self) -> Session | None:
        """Return the session to use now, or `None` where a login is due."""
        session = self._store.load()
        return session if session is not None and self._clock() < session.expires_at else None

    def renew(self, seen: Session | None) -> Flow[Session]:
        """Log in, unless somebody has done so since. To be run as a single flight.

        Args:
            seen: The session that the caller found wanting; `None` where it had none.

        Raises:
            AuthenticationError: Refused, now or up to `REFUSAL_KEPT` seconds ago.
        """
        session = self.current()
        if session is not None and session is not seen:
            return session
        if self._refusal is not None and self._clock() < self._refused_until:
            raise copy.copy(self._refusal)
        if session is not None:
            self._store.drop(session)
        try:
            session = yield from self._login()
        except AuthenticationError as exc:
            self._refusal, self._refused_until = exc, self._clock() + REFUSAL_KEPT
            raise
        self._refusal = None
        self._store.save(session)
        return session
