# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Platform clients of ipsdk."""

from __future__ import annotations

from typing import Any

from ...itential import platform as core
from ...itential.platform_auth import PlatformAuth
from . import connection
from .exceptions import ConfigurationError
from .inner_client import adapt


class AuthMixin(connection.ConnectionBase):
    """Logs in to a Platform."""

    def _make_connection(self, origin: str, base_path: str, **options: Any) -> Any:
        kind = core.AsyncPlatform if self.want_async else core.Platform
        # The credentials are those that are set when a call is made.
        return adapt(kind)(PlatformAuth(None, None, None, None), origin, base_path, **options)

    def _credentials(self) -> Any:
        account = bool(self.client_id and self.client_secret)
        if not account and (self.user is None or self.password is None):
            raise ConfigurationError(
                "no credentials: give client_id and client_secret, or user and password"
            )
        given = (self.client_id, self.client_secret) if account else (None, None)
        return PlatformAuth(self.user, self.password, *given)


AsyncAuthMixin = AuthMixin


class Platform(AuthMixin, connection.Connection):
    """A Platform client for threads."""


class AsyncPlatform(AuthMixin, connection.AsyncConnection):
    """A Platform client for event loops."""


PlatformType = Platform
AsyncPlatformType = AsyncPlatform
"""Names that ipsdk 0.8 had for annotations."""


def platform_factory(
    host: str = "localhost",
    port: int | str | None = 0,
    use_tls: bool = True,
    verify: Any = True,
    user: str | None = "admin",
    password: str | None = connection.DEFAULT_PASSWORD,
    client_id: str | None = None,
    client_secret: str | None = None,
    timeout: Any = 30,
    ttl: float = 0,
    want_async: bool = False,
    **options: Any,
) -> Any:
    """Make a Platform client.

    A service account is used instead of `user` and `password`; half of one is ignored. For the
    arguments see `connection.ConnectionBase`.
    """
    kind = AsyncPlatform if want_async else Platform
    return kind(
        host=host,
        port=port,
        use_tls=use_tls,
        verify=verify,
        user=user,
        password=password,
        client_id=client_id,
        client_secret=client_secret,
        timeout=timeout,
        ttl=ttl,
        **options,
    )
