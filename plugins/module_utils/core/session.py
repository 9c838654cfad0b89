# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions: the result of a login, the stores that keep it, and its renewal."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from .cookies import CookieJar
from .exceptions import AuthenticationError, ClientError
from .flow import Flow, Pause
from .secrets.redaction import SecretValues

REFUSAL_KEPT = 30.0
"""Seconds for which a refused login is the result of every further login: a wrong password is sent
once and does not lock the account."""

LOCK_WAIT, LOCK_POLL = 30.0, 0.01
"""Seconds: the longest wait for another process that logs in, and the polling interval."""


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


class SessionKeeper:
    """The session of a client, renewed by a login if there is none to use.

    Args:
        login: Makes the flow that logs in.
        store: Keeps the session.
        secrets: Receives the secrets of every session.
        clock: Monotonic seconds.
    """

    __slots__ = (
        "_clock",
        "_ignores_refusal",
        "_known",
        "_known_secrets",
        "_login",
        "_secrets",
        "_store",
    )

    def __init__(
        self,
        login: Callable[[], Flow[Session]],
        store: SessionStore,
        secrets: SecretValues,
        clock: Callable[[], float],
    ) -> None:
        self._login = login
        self._store = store
        self._secrets = secrets
        self._clock = clock
        self._ignores_refusal = False
        self._known: object = None
        self._known_secrets: tuple[str, ...] = ()

    def current(self) -> Session | None:
        """Return the session to use now, or `None` if a login is due."""
        session = self._store.load()
        if session is None or self._clock() >= session.expires_at:
            return None
        if session.cookies.version is not self._known:
            # Another client that shares the store has logged in or received cookies.
            self._register_secrets(session)
        return session

    def _register_secrets(self, session: Session) -> None:
        """Mask the secrets of a session, and forget those that they replace after a while."""
        secrets = session.secrets()
        self._secrets.replace(self._known_secrets, secrets, self._clock())
        self._known, self._known_secrets = session.cookies.version, secrets

    def keep(self, session: Session) -> None:
        """Keep a session whose cookies have changed, unless another one has taken its place."""
        self._register_secrets(session)
        if self._store.load() is session:
            self._store.save(session)

    def forget(self) -> None:
        """Forget the session of this process, and that a login was refused.

        The next login may have other credentials.
        """
        session = self._store.load()
        if session is not None:
            self._store.drop(session)
        self._ignores_refusal = True

    def renew(self, seen: Session | None) -> Flow[Session]:
        """Log in, unless another caller or process has done so. To be run as a single flight.

        Args:
            seen: The session that the server rejected; `None` if there was none.

        Raises:
            AuthenticationError: The login was refused, now or up to `REFUSAL_KEPT` seconds ago.
        """
        session = self._usable_session(seen)
        if session is not None:
            return session
        until = self._clock() + LOCK_WAIT
        while not (held := self._store.acquire()) and self._clock() < until:
            yield Pause(LOCK_POLL)
        try:
            session = self._usable_session(seen)
            return session if session is not None else (yield from self._log_in(seen))
        finally:
            if held:
                self._store.release()

    def _log_in(self, seen: Session | None) -> Flow[Session]:
        refusal = None if self._ignores_refusal else self._store.refusal(self._clock())
        if refusal is not None:
            raise copy.copy(refusal)
        if seen is not None:
            self._store.drop(seen)
        try:
            session = yield from self._login()
        except ClientError as exc:
            exc.during_login = True
            if isinstance(exc, AuthenticationError):
                self._store.refuse(exc, self._clock() + REFUSAL_KEPT)
                self._ignores_refusal = False
            raise
        self._ignores_refusal = False
        self._register_secrets(session)
        self._store.save(session)
        return session

    def _usable_session(self, seen: Session | None) -> Session | None:
        session = self.current()
        if session is None or (seen is not None and session.login == seen.login):
            self._store.fetch()
            session = self.current()
        return (
            None
            if session is None or (seen is not None and session.login == seen.login)
            else session
        )
