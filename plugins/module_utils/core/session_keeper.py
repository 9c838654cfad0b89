# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session of a client: when it is renewed, and by whom."""

from __future__ import annotations

import copy
from collections.abc import Callable

from .exceptions import AuthenticationError, ClientError
from .flow import Flow, Pause
from .secrets.redaction import SecretValues
from .session import Session, SessionStore

REFUSAL_KEPT = 30.0
"""Seconds for which a refused login is the result of every further login: a wrong password is sent
once and does not lock the account."""

LOCK_WAIT, LOCK_POLL = 30.0, 0.01
"""Seconds: the longest wait for another process that logs in, and the polling interval."""


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
