# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The four ways to authenticate, and their sessions (docs/protocols/sequoia.md section 3)."""

from __future__ import annotations

import functools
import hashlib
import secrets
from base64 import b64encode
from collections.abc import Mapping
from enum import Enum
from typing import Any

from ..core import headers
from ..core.cookies import CookieJar
from ..core.exceptions import ConfigurationError
from ..core.secrets.redaction import SecretValues
from ..core.session import MemoryStore, Session

_KEY = secrets.token_bytes(32)


class AuthType(str, Enum):
    """The ways to authenticate."""

    CLIENT_GRANT = "client_grant"
    """With a token obtained with `grant_client_id` and `grant_client_secret`, and renewed when it
    ends; `byo_token` is used until it ends."""
    BYO_TOKEN = "byo_token"  # noqa: S105  # nosec B105  # a name, not a token
    """With the token `byo_token`, which is never renewed."""
    NO_AUTH = "no_auth"
    """Not at all."""
    MUTUAL = "mutual"
    """With a certificate: `client_cert`, `client_key` and `server_cert`."""


_ADVICE = {
    AuthType.BYO_TOKEN: "'byo_token' is not accepted, or no longer; give a new one, or use"
    " 'auth_type' CLIENT_GRANT, which renews its token",
    AuthType.NO_AUTH: "the service wants authentication, and 'auth_type' is NO_AUTH",
    AuthType.MUTUAL: "the certificate is not accepted; check 'client_cert' and 'client_key'",
}


_REQUIRED = {
    AuthType.CLIENT_GRANT: ("grant_client_id", "grant_client_secret"),
    AuthType.BYO_TOKEN: ("byo_token",),
}


def _check_credentials(auth_type: AuthType, given: Mapping[str, str | None]) -> None:
    needed = _REQUIRED.get(auth_type, ())
    used = (*needed, "byo_token") if auth_type is AuthType.CLIENT_GRANT else needed
    for name, value in given.items():
        if name in needed and value is None:
            raise ConfigurationError(
                f"auth_type {auth_type.name} needs {' and '.join(map(repr, needed))}:"
                f" {name!r} is missing"
            )
        if name not in used and value is not None:
            raise ConfigurationError(
                f"{name!r} is given, and auth_type {auth_type.name} does not use it"
            )


class Auth:
    """The credentials of a client, checked.

    Args:
        auth_type: One of `AuthType`, or its value.
        client_id: For CLIENT_GRANT.
        client_secret: For CLIENT_GRANT.
        token: For BYO_TOKEN, and for CLIENT_GRANT to begin with.

    Attributes:
        type: An `AuthType`.
        basic: The value of `Authorization` for the identity service (RFC 7617).
        secrets: Values that must not be shown.

    Raises:
        ConfigurationError: Something is missing, or is given and not used.
    """

    __slots__ = ("basic", "client_id", "client_secret", "secrets", "token", "type")

    def __init__(
        self,
        auth_type: AuthType | str,
        client_id: str | None,
        client_secret: str | None,
        token: str | None,
    ) -> None:
        try:
            self.type = AuthType(auth_type)
        except ValueError as exc:
            raise ConfigurationError(
                f"auth_type must be one of {', '.join(AuthType.__members__)}, not {auth_type!r}",
                cause=exc,
            ) from exc
        self.client_id = headers.checked_secret("grant_client_id", client_id)
        self.client_secret = headers.checked_secret("grant_client_secret", client_secret)
        self.token = headers.checked_token("byo_token", token)
        given = {
            "grant_client_id": self.client_id,
            "grant_client_secret": self.client_secret,
            "byo_token": self.token,
        }
        _check_credentials(self.type, given)
        self.secrets = SecretValues((self.client_secret, self.token))
        self.basic = ""
        if self.client_id is not None and self.client_secret is not None:
            self.secrets.add_basic(self.client_id, self.client_secret)
            self.basic = (
                f"Basic {b64encode(f'{self.client_id}:{self.client_secret}'.encode()).decode()}"
            )

    def __repr__(self) -> str:
        return f"<Auth {self.type.name}>"

    @property
    def is_secret(self) -> bool:
        """`True` if requests carry credentials."""
        return self.type is not AuthType.NO_AUTH

    def client_form(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Return a form and headers with the client's id and secret (RFC 6749 section 2.3.1)."""
        headers = {
            "Authorization": self.basic,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
        }
        return {"data": form, "headers": headers}

    def session_of(
        self, token: str, expires_at: float = float("inf"), cookies: CookieJar | None = None
    ) -> Session:
        """Return the session of a token that may be renewed."""
        credentials = (("Authorization", f"Bearer {token}"),)
        return Session(token, headers=credentials, expires_at=expires_at, cookies=cookies)

    def fixed_session(self) -> Session:
        """Return the session of the types that cannot renew theirs."""
        credentials = (("Authorization", f"Bearer {self.token}"),) if self.token is not None else ()
        return Session(self.token or "", headers=credentials, no_renewal=_ADVICE[self.type])

    def store(self, registry_url: str, client_cert: str | None) -> MemoryStore:
        """Return where the session is kept.

        Clients of this process with the same credentials for the same registry share it.

        The secret is a part of what must be the same, so that a wrong one never gets the token of
        the right one. A token that the user brings is not shared.

        Args:
            registry_url: The client's.
            client_cert: Tokens may be bound to it (RFC 8705).
        """
        if self.type is not AuthType.CLIENT_GRANT or self.token is not None:
            return MemoryStore()
        fingerprint = hashlib.blake2b((self.client_secret or "").encode(), key=_KEY).digest()
        return _shared(registry_url, self.client_id, fingerprint, client_cert)


@functools.lru_cache(maxsize=64)
def _shared(*dummy_identity: object) -> MemoryStore:
    return MemoryStore()
