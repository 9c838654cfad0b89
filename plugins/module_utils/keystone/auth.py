# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of a Keystone client. Source: docs/protocols/keystone.md section 1."""

from __future__ import annotations

from typing import Any

from ..core import headers
from ..core.exceptions import ConfigurationError
from ..core.secrets.redaction import SecretValues


class KeystoneAuth:
    """The credentials of a Keystone client, checked; none are needed to make one.

    Args:
        username: User name.
        password: Password.
        token: A key that an operator made, in place of the two.

    Raises:
        ConfigurationError: Half a pair, or both kinds.
    """

    __slots__ = ("_given", "password", "secrets", "token", "username")

    def __init__(
        self, username: str | None = None, password: str | None = None, token: str | None = None
    ) -> None:
        self.secrets = SecretValues()
        self.token = headers.checked_token("token", token)
        self.secrets.add(self.token)
        self.username: str | None = None
        self.password: str | None = None
        if username is not None or password is not None:
            if token is not None:
                raise ConfigurationError("give username and password, or token, not both")
            self.take(username, password)
        self._given = (self.username, self.password)

    def __repr__(self) -> str:
        kind = "username and password" if self.username else "none"
        return f"<KeystoneAuth {'token' if self.token else kind}>"

    def take(self, username: str | None, password: str | None) -> None:
        """Use these from now on.

        Raises:
            ConfigurationError: Half a pair.
        """
        name, word = (
            headers.checked_secret("username", username),
            headers.checked_secret("password", password),
        )
        if name is None or word is None:
            missing = "password" if word is None else "username"
            raise ConfigurationError(f"username and password go together: {missing} is missing")
        self.username, self.password = name, word
        self.secrets.add(word)
        self.secrets.add_basic(name, word)

    def body(self) -> dict[str, Any]:
        """Return the body of the login."""
        return {"json": {"username": self.username, "password": self.password}}

    def forget(self) -> None:
        """Use those that the client was made with again, if any."""
        self.username, self.password = self._given
