# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of a Platform client, and the login with them.

Sources: docs/protocols/itential-platform.md section 1.1 (session login), 1.2 (OAuth client
credentials), 1.4 (expiry).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..core import headers, tokens
from ..core.auth import AuthMixinBase
from ..core.exceptions import ConfigurationError
from ..core.flow import Flow
from ..core.secrets.redaction import SecretValues
from ..core.session import Session, expiry

DEFAULT_USER = "admin"
DEFAULT_PASSWORD = "admin"  # noqa: S105  # nosec B105  # default of the vendor's images
LOGIN_REFUSALS = tokens.REFUSALS | {500}
"""500 is documented for a refused login."""


class PlatformAuth:
    """The credentials of a Platform client, checked.

    If a service account is given, `user` and `password` are not used.

    Args:
        user: User name; default `admin`.
        password: Password; default `admin`.
        client_id: A service account's id.
        client_secret: Its secret.
        token_in_query: Present a login's token as `?token=`, which writes it into the logs of every
            proxy; only for servers that take nothing else.
        cookie_name: The cookie that carries a login's token if the login's response sets none.

    Raises:
        ConfigurationError: Half a service account, or an empty value.
    """

    __slots__ = (
        "client_id",
        "client_secret",
        "cookie_name",
        "password",
        "secrets",
        "token_in_query",
        "user",
    )

    def __init__(
        self,
        user: str | None,
        password: str | None,
        client_id: str | None,
        client_secret: str | None,
        token_in_query: bool = False,
        cookie_name: str = "token",
    ) -> None:
        self.client_id = headers.checked_secret("client_id", client_id)
        self.client_secret = headers.checked_secret("client_secret", client_secret)
        self.user: str | None = None
        self.password: str | None = None
        if (self.client_id is None) != (self.client_secret is None):
            missing = "client_secret" if client_secret is None else "client_id"
            raise ConfigurationError(
                f"client_id and client_secret go together: {missing} is missing"
            )
        if self.client_id is None:
            self.user = headers.checked_secret("user", DEFAULT_USER if user is None else user)
            self.password = headers.checked_secret(
                "password", DEFAULT_PASSWORD if password is None else password
            )
        if not headers.is_name(cookie_name):
            raise ConfigurationError(
                "cookie_name holds characters that a cookie's name cannot have"
            )
        self.token_in_query = token_in_query
        self.cookie_name = cookie_name
        self.secrets = SecretValues(
            (self.client_secret, password if password != DEFAULT_PASSWORD else None)
        )
        for name, word in ((self.user, self.password), (self.client_id, self.client_secret)):
            if name and word:
                self.secrets.add_basic(name, word)

    def __repr__(self) -> str:
        kind = "user and password" if self.client_id is None else "client credentials"
        return f"<PlatformAuth {kind}>"

    @property
    def path(self) -> str:
        """The path of the login."""
        return "/login" if self.client_id is None else "/oauth/token"

    @property
    def token_keys(self) -> tuple[str, ...]:
        """The keys under which the response may have the token."""
        return ("token",) if self.client_id is None else ("access_token",)

    @property
    def hint(self) -> str:
        """The advice if the login is refused."""
        return (
            "check 'user' and 'password'"
            if self.client_id is None
            else "check 'client_id' and 'client_secret'"
        )

    def body(self) -> dict[str, Any]:
        """Return the body of the login."""
        if self.client_id is None:
            return {"json": {"user": {"username": self.user, "password": self.password}}}
        account = {"client_id": self.client_id, "client_secret": self.client_secret}
        return {"data": {"grant_type": "client_credentials", **account}}


class PlatformLogin(AuthMixinBase):
    """The login to a Platform, with an OAuth service account or with user and password."""

    __slots__ = ()

    logout_path = "/logout"

    def _login(self) -> Flow[Session]:
        auth: PlatformAuth = self._auth
        response = yield from tokens.request(
            self, auth.path, auth.body, auth.hint, refusals=LOGIN_REFUSALS
        )
        jar = tokens.cookies_of(self, response)
        uses_token = auth.client_id is not None or auth.token_in_query
        token, expires_in = tokens.read(response, auth.token_keys)
        if token is None and auth.client_id is None:
            token, uses_token = tokens.cookie_token(response, jar, self.calls.origin), False
        if token is None:
            raise tokens.missing(response)
        if not uses_token and not any(jar.secret_values()):
            jar.add(self.calls.origin, auth.cookie_name, token)
        ends = expiry(self.calls.runtime.clock(), self._ttl, expires_in)
        presented = (("Authorization", f"Bearer {token}"),) if auth.client_id is not None else ()
        query = f"token={quote(token, safe='')}" if uses_token and not presented else ""
        return Session(token, headers=presented, query=query, cookies=jar, expires_at=ends)
