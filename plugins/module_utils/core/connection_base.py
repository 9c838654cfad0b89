# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of both connections: their settings.

Making a connection does no I/O. A connection has no way to authenticate: a mixin adds `_login`, a
flow that returns a `Session`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from . import headers, logging, paging, urls
from .calls import Calls
from .encoding import text_of
from .engine import Engine
from .flow import Flow
from .messages import Wording
from .net.tls_options import is_unverified, tls_options
from .numbers import seconds, seconds_or_zero, whole_number
from .retry import DEFAULT, RetryPolicy
from .runtime import Runtime
from .secrets.redaction import SecretValues
from .session import MemoryStore, Session, SessionStore
from .session_keeper import SessionKeeper

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from logging import Logger

    from .call_factory import Headers
    from .net.wire_settings import WireSettings
    from .options import File, Verify

DEFAULT_TIMEOUT = 30.0
MAX_RESPONSE_BYTES = 64 * 1024 * 1024


class ConnectionBase:
    """The base of `Connection` and `AsyncConnection`: everything except the verbs.

    Args:
        origin: `scheme://host[:port]`, from `urls.origin_of`.
        base_path: Put before every path, with a leading and without a trailing slash; `""` for
            none.
        secrets: Values to mask in errors and log lines.
        verify: Check the server's certificate and name; a path is used as `ca_path`, and an
            `ssl.SSLContext` as it is. Default `True`.
        ca_path: A PEM file or a folder of PEM files; `None` for the usual authorities.
        client_cert: A PEM file with the client's certificate.
        client_key: A PEM file with its key.
        client_key_password: The password of that key.
        proxy: The URL of a proxy; `""` for none, `None` for that of the environment.
        timeout: Seconds for one attempt, from connecting to the last byte; default 30.
        ttl: Seconds after which a session is renewed; 0 to renew it only when it expires.
        retry: A number of tries, a dict of `max_tries max_time statuses methods wait`, or a
            `RetryPolicy`.
        correlation_id: Sent with every call; `None` for a new one per call, `""` for none.
        session_store: Keeps the session; `None` to keep it in this object.
        limits: Maximum number of open connections; default 20.
        max_response_bytes: Maximum size of a decoded body in bytes; default 64 MiB.
        transport: A transport of the HTTP library, or a network backend of its core, in place of
            real connections.
        runtime: Clock, randomness and sleep; tests inject their own.
        terms: The names that options have in the user's interface, by the names of the arguments
            here; for errors. `None` if they are the same.

    Attributes:
        calls: The flows of its calls, for code of this library.

    Raises:
        ConfigurationError: A value cannot be used.
    """

    __slots__ = ("__weakref__", "_correlation_id", "_driver", "_settings", "_ttl", "calls")

    page_styles: ClassVar[tuple[paging.PageStyle, ...]] = (paging.UNPAGED,)
    """The paging styles of this service."""
    action_paths: ClassVar[re.Pattern[str] | None] = None
    """A pattern for `METHOD /path` of a PUT or DELETE that is not safe to repeat; the path as
    `urls.plain_path` returns it."""
    correlation_header: ClassVar[str] = "X-Correlation-ID"
    logout_path: ClassVar[str] = ""
    """The path that ends a session; `""` if the service has none."""
    logout_method: ClassVar[str] = "GET"
    """The method for `logout_path`."""
    logger: ClassVar[Logger] = logging.get_logger()
    """The logger for calls."""
    error_paths: ClassVar[tuple[str, ...]] = ()
    """Dotted paths of the texts in errors of this service, in addition to the usual ones."""
    unnamed_fields: ClassVar[tuple[str, ...]] = ()
    """Keys under which this service reports errors that belong to no field."""
    status_hints: ClassVar[Mapping[int, str]] = {}
    """Hints in errors, by status, if this service needs others than the usual ones."""
    word_hints: ClassVar[Mapping[str, str]] = {}
    """Advice in errors, by the words of the server that they begin with."""
    terms: ClassVar[Mapping[str, str]] = {}
    """The names of this client for arguments that have another name here."""

    _driver: Any

    def __init__(
        self,
        origin: str,
        base_path: str = "",
        *,
        secrets: SecretValues,
        verify: Verify = True,
        ca_path: File | None = None,
        client_cert: File | None = None,
        client_key: File | None = None,
        client_key_password: str | None = None,
        proxy: str | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        ttl: float | None = 0,
        retry: RetryPolicy | Mapping[str, Any] | int | None = None,
        correlation_id: str | None = None,
        session_store: SessionStore | None = None,
        limits: int = 20,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        transport: Any = None,
        runtime: Runtime | None = None,
        terms: Mapping[str, str] | None = None,
    ) -> None:
        whole_number("limits", limits)
        whole_number("max_response_bytes", max_response_bytes)
        timeout = seconds("timeout", DEFAULT_TIMEOUT if timeout is None else timeout)
        self._ttl = seconds_or_zero("ttl", ttl)
        policy = RetryPolicy.of(retry, DEFAULT)
        runtime = runtime or Runtime()
        self._correlation_id = self._checked_correlation_id(correlation_id)
        tls = tls_options(verify, ca_path, client_cert, client_key, client_key_password)
        self._settings = (tls, proxy, limits, transport)
        secrets.add(client_key_password)
        secrets.add(urls.password_of(proxy or ""))
        store = session_store or MemoryStore()
        self.calls = Calls(
            self._make_engine(origin, secrets, store, runtime, max_response_bytes, terms or {}),
            runtime,
            self.page_styles,
            origin,
            base_path,
            timeout=timeout,
            retry=policy,
            correlation_header=self.correlation_header,
            new_correlation_id=self._new_correlation_id,
            client_name=type(self).__name__,
            action_paths=self.action_paths,
            complete_path=self._path_completion(),
            complete_headers=self._header_completion(),
        )
        self._driver = self._make_driver()
        if is_unverified(tls[0]) and origin.startswith("https:"):
            _warn_unverified(origin)

    def _checked_correlation_id(self, correlation_id: str | None) -> str | None:
        if correlation_id is None:
            return None
        text = text_of(correlation_id, "correlation_id").strip(" \t")
        headers.checked({self.correlation_header: text})
        return text

    def _new_correlation_id(self) -> str:
        return uuid.uuid4().hex if self._correlation_id is None else self._correlation_id

    def _path_completion(self) -> Callable[[str], str] | None:
        """Return the function that brings paths into the form that the service requires.

        `None` if the service accepts any form.
        """
        return None

    def _header_completion(self) -> Callable[[Headers, bool], Headers] | None:
        """Return the function that adds the headers of the service, see `CallFactory`.

        `None` if there are no others than those of every client.
        """
        return None

    def _make_engine(
        self,
        origin: str,
        secrets: SecretValues,
        store: SessionStore,
        runtime: Runtime,
        max_response_bytes: int,
        terms: Mapping[str, str],
    ) -> Engine:
        return Engine(
            origin,
            secrets,
            self._make_keeper(store, secrets, runtime.clock),
            runtime,
            max_response_bytes,
            self.logger,
            Wording(
                self.error_paths,
                self.unnamed_fields,
                self.status_hints,
                {**self.terms, **terms},
                self.word_hints,
            ),
        )

    def _make_keeper(
        self, store: SessionStore, secrets: SecretValues, clock: Callable[[], float]
    ) -> SessionKeeper:
        return SessionKeeper(self._login, store, secrets, clock)

    def _login(self) -> Flow[Session]:
        """Log in. Mixins that authenticate replace this."""
        yield from ()
        return Session("", no_renewal="this client has no credentials")

    def _make_driver(self) -> Any:
        raise NotImplementedError

    def _perform(self, flow: Flow[Any]) -> Any:
        return self._driver.run(flow)

    def _wire_settings(self) -> WireSettings:
        from .net.tls import TlsSettings
        from .net.wire_settings import WireSettings

        tls, proxy, limits, custom = self._settings
        return WireSettings(self.calls.origin, TlsSettings(*tls), proxy, limits, custom)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled, because it has credentials and"
            " connections: make another one with the same settings"
        )

    @property
    def base_url(self) -> str:
        """The URL to which every path is appended."""
        return self.calls.base_url

    @property
    def secrets(self) -> SecretValues:
        """The secrets of this client, for callers that must mask them too."""
        return self.calls.engine.secrets

    @property
    def authenticated(self) -> bool:
        """`True` if there is a session that has not expired."""
        return self.calls.engine.keeper.current() is not None

    def presentable(self, value: Any) -> Any:
        """Return JSON that is safe to show.

        The secrets that this client knows are masked, and so are values of the service that contain
        parts of secrets.

        Args:
            value: The result of a call, or data made of it.
        """
        return self.secrets.scrub_value(value)

    def _shut(self) -> None:
        self.calls.closed = True

    # Flows

    def _logout_flow(self) -> Flow[None]:
        return self.calls.log_out(self.logout_method, self.logout_path)


_unverified: set[str] = set()


def _warn_unverified(origin: str) -> None:
    if origin not in _unverified:
        _unverified.add(origin)
        logging.warning(
            f"{origin}: certificates are not checked, so that others can read and change what is"
            " sent: use 'ca_path' instead"
        )
