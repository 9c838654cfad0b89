# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of a Gateway client, and the login with them.

Source: docs/protocols/itential-gateway.md section 1. The token goes into `Authorization` as it is,
without a scheme.
"""

from __future__ import annotations

from typing import Any

from ..core import headers, tokens
from ..core.auth import AuthMixinBase
from ..core.flow import Flow
from ..core.secrets.redaction import SecretValues
from ..core.session import Session, expiry

DEFAULT_USER = "admin@itential"
DEFAULT_PASSWORD = "admin"  # noqa: S105  # nosec B105  # default of the vendor's images
LOGIN_REFUSALS = tokens.REFUSALS | {500}
"""The response of a Gateway to a wrong password is not documented. The Platform sends 500, so 500
is not tried again here either."""


class GatewayAuth:
    """The credentials of a Gateway client, checked.

    Args:
        user: User name; default `admin@itential`.
        password: Password; default `admin`.

    Raises:
        ConfigurationError: An empty value.
    """

    __slots__ = ("password", "secrets", "user")

    def __init__(self, user: str | None, password: str | None) -> None:
        self.user = headers.checked_secret("user", DEFAULT_USER if user is None else user)
        self.password = headers.checked_secret(
            "password", DEFAULT_PASSWORD if password is None else password
        )
        self.secrets = SecretValues((self.password if self.password != DEFAULT_PASSWORD else None,))
        self.secrets.add_basic(self.user or "", self.password or "")

    def __repr__(self) -> str:
        return "<GatewayAuth user and password>"

    def body(self) -> dict[str, Any]:
        """Return the body of the login."""
        return {"json": {"username": self.user, "password": self.password}}


class GatewayLogin(AuthMixinBase):
    """The login to a Gateway, with user and password."""

    __slots__ = ()

    def _login(self) -> Flow[Session]:
        auth: GatewayAuth = self._auth
        response = yield from tokens.request(
            self, "/login", auth.body, "check 'user' and 'password'", refusals=LOGIN_REFUSALS
        )
        jar = tokens.cookies_of(self, response)
        token, expires_in = tokens.read(response, ("token",))
        presented = () if token is None else (("Authorization", token),)
        token = token or tokens.cookie_token(response, jar, self.calls.origin)
        if token is None:
            raise tokens.missing(response)
        ends = expiry(self.calls.runtime.clock(), self._ttl, expires_in)
        return Session(token, headers=presented, cookies=jar, expires_at=ends)
