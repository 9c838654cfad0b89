# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts that both Keystone clients share: how to log in, and the flows of their methods.

Sources: docs/protocols/keystone.md section 1 (login, cookies, CSRF), 2 (correlation id) and 11
(what the reference document, released clients and servers differ in).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from ..core import tokens, urls
from ..core.connection import ConnectionBase
from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.net import conversion
from ..core.options import CONNECTION_OPTIONS, ConnectionOptions, check_options
from ..core.paging import PageStyle
from ..core.records.ensure import ensure
from ..core.records.ensure_options import EnsureArguments, EnsureOptions
from ..core.records.store import content
from ..core.records.types import Change, Record, ResourceType
from ..core.session import Session, expiry
from . import log, records
from .auth import KeystoneAuth
from .batch_jobs import batch_job
from .paths import add_slash

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Unpack

    Files: TypeAlias = "Mapping[str, Any] | None"

LOGIN = "/authentication/login/"
LOGOUT = "/authentication/logout/"
WHOAMI = "/authentication/whoami/"

CONCURRENCY = 1
"""Writes at a time. The server's default database refuses relations of records that are written
side by side, and one server process performs one request at a time anyway."""

PAGES = (
    PageStyle(
        "results",
        "results",
        total=("count",),
        offset="_offset",
        limit="_limit",
        standing={"_order": "id"},
    ),
    PageStyle("bare", ""),
)


class KeystoneBase(ConnectionBase):
    """The parts that both clients share.

    Logs in to a Keystone server; every write carries the CSRF token and, over TLS, a `Referer`.

    Args:
        url: `https://server.example[:port][/prefix]`.
        username: User name; with `password`, the first call logs in.
        password: Password.
        token: A key that an operator made, in place of the two.
        base_url: Another name of `url`.
        verify_ssl: Another name of `verify`.
        **options: As for `ConnectionBase`; `correlation_id` is the `cid`, and `None` makes a new
            one.

    Raises:
        ConfigurationError: A value that cannot work.
    """

    __slots__ = ("_auth",)

    page_styles = PAGES
    correlation_header = "X-KEYSTONE-CID"
    logout_path = LOGOUT
    logout_method = "POST"
    logger: ClassVar[Any] = log.KCLIENT
    unnamed_fields = ("non_field_errors",)
    terms: ClassVar[Mapping[str, str]] = {"use_tls": "url"}
    status_hints: ClassVar[Mapping[int, str]] = {
        403: "it is for staff, for the owner or an admin of the team, or for the record's owner"
    }
    # docs/protocols/keystone.md section 1: a 403 that is not about permissions.
    word_hints: ClassVar[Mapping[str, str]] = {
        "CSRF Failed": "the server refuses writes from this origin: check that 'url' has the"
        " scheme, host and port by which the server knows itself"
    }

    def __init__(
        self,
        url: str | None = None,
        username: str | None = None,
        password: str | None = None,
        token: str | None = None,
        *,
        base_url: str | None = None,
        verify_ssl: bool | None = None,
        **options: Unpack[ConnectionOptions],
    ) -> None:
        check_options(type(self), options, CONNECTION_OPTIONS)
        address = url if base_url is None else base_url
        if address is None or (url is not None and base_url is not None):
            raise ConfigurationError("give url, the address of the server")
        if verify_ssl is not None:
            options["verify"] = verify_ssl
        correlation_id = options.get("correlation_id")
        if isinstance(correlation_id, uuid.UUID):
            options["correlation_id"] = correlation_id = str(correlation_id)
        if correlation_id and not _is_uuid(correlation_id):
            raise ConfigurationError(
                "correlation_id must be a UUID: the server puts one of its own in the place of"
                " anything else"
            )
        options["correlation_id"] = correlation_id or str(uuid.uuid4())
        origin, prefix = urls.base_of(address)
        self._auth = KeystoneAuth(username, password, token)
        super().__init__(origin, prefix, secrets=self._auth.secrets, **options)

    def presentable(self, value: Any) -> Any:
        """Return JSON as it may be shown.

        Secrets and passwords in the audit log are masked, histories are left out.
        """
        return records.shown(super().presentable(value))

    def resource(self, name: str) -> ResourceType:
        """Return the row of a resource.

        Args:
            name: `cluster`, `team`, ...

        Raises:
            ConfigurationError: There is none of that name.
        """
        return records.KeystoneStore(self).resource(name)

    @property
    def cid(self) -> str:
        """The correlation id of this client, a UUID.

        The server keeps it with everything it logs of this client's calls.
        """
        return str(self._correlation_id)

    def _path_completion(self) -> Callable[[str], str]:
        return add_slash

    def _login(self) -> Flow[Session]:
        auth = self._auth
        if auth.username is None and auth.token is not None:
            return Session(
                auth.token,
                headers=(("Authorization", f"Token {auth.token}"),),
                no_renewal="the token is not accepted; ask an operator for another",
            )
        if auth.username is None:
            return Session(
                "", no_renewal="not signed in; call login(), or give 'username' and 'password'"
            )
        response = yield from tokens.request(
            self,
            LOGIN,
            auth.body,
            "check 'username' and 'password'",
            absent="is 'url' the address of a Keystone server?",
        )
        jar = tokens.cookies_of(self, response)
        now = self.calls.runtime.clock()
        token = jar.value(self.calls.origin, "sessionid", now)
        if not token:
            raise tokens.missing(response, "a session cookie", "is this a Keystone server?")
        referer = (("Referer", f"{self.base_url}/"),) if self.base_url.startswith("https:") else ()
        return Session(
            token,
            headers=referer,
            cookies=jar,
            repeated_cookies=(("X-CSRFToken", "csrftoken"),),
            expires_at=expiry(now, self._ttl, None),
        )

    # Flows of the public methods

    def _sign_in_flow(self, username: str, password: str) -> Flow[None]:
        self._auth.take(username, password)
        del password
        self.calls.engine.keeper.forget()
        try:
            yield from self.calls.log_in()
        except ClientError:
            self._auth.forget()
            self.calls.engine.keeper.forget()
            raise

    def _logout_flow(self) -> Flow[None]:
        yield from super()._logout_flow()
        self._auth.forget()

    def _whoami(self) -> Flow[Record]:
        if self._auth.username is None and self._auth.token is None:
            return {}
        response = yield from self.calls.request("GET", WHOAMI)
        return records.record_of(response)

    def _is_authenticated(self) -> Flow[bool]:
        session = self.calls.engine.keeper.current()
        if session is None:
            if self._auth.username is not None:
                return False
            session = yield from self._login()
        # Without the keeper: a session that has ended must not be renewed to be asked about.
        response = yield from self.calls.request(
            "GET",
            WHOAMI,
            headers=self.calls.credentials(session, WHOAMI),
            authenticate=False,
            raise_on_error=False,
        )
        if response.status_code == 401:
            return False
        self.calls.engine.check(response)
        return bool(records.record_of(response))

    def _raw(
        self,
        method: str,
        endpoint: str,
        params: urls.Params = None,
        json: Any = None,
        files: Files = None,
        timeout: float | None = None,
    ) -> Flow[httpx.Response]:
        call = self.calls.build(
            method, endpoint, params, timeout=timeout, return_401=True, **_content(json, files)
        )
        response = yield from self.calls.engine.send(call)
        return conversion.as_httpx(response)

    def _retrieve_flow(self, resource: str, *options: Any) -> Flow[list[Record]]:
        store = records.KeystoneStore(self)
        return store.retrieve_all(store.resource(resource), *options)

    def _access(
        self, resource: str | ResourceType
    ) -> tuple[records.KeystoneStore, Callable[[], Flow[ResourceType]]]:
        store = records.KeystoneStore(self)
        row = store.resource(resource) if isinstance(resource, str) else resource
        return store, lambda: store.row(row)

    def _ensure_flow(
        self, resource: str, wanted: Sequence[Mapping[str, Any]], options: EnsureArguments
    ) -> Flow[list[Change]]:
        store = records.KeystoneStore(self)
        given = EnsureOptions.of(options, concurrency=CONCURRENCY)
        return (yield from ensure(store, store.resource(resource), wanted, given))

    def _batch(
        self,
        actions: Sequence[Mapping[str, Any]],
        dry_run: bool,
        files: Files,
        timeout: float | None,
    ) -> Flow[list[Record]]:
        return batch_job(self, actions, dry_run=dry_run, files=files, timeout=timeout)


def _content(json: Any, files: Files) -> dict[str, Any]:
    """Return the body of a call.

    The server drops JSON beside files, so the fields become a form (docs/protocols/keystone.md
    section 8).
    """
    if not files:
        return {"json": json}
    if json is not None and not isinstance(json, Mapping):
        raise ConfigurationError("data beside files must be a dict of form fields")
    return content(json or {}, files)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return False
    return True
