# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Gateway clients of ipsdk."""

from __future__ import annotations

from typing import Any

from ...itential import gateway as core
from ...itential.gateway_auth import GatewayAuth
from . import connection
from .exceptions import ConfigurationError
from .inner_client import adapt


class AuthMixin(connection.ConnectionBase):
    """Logs in to a Gateway."""

    def _make_connection(self, origin: str, base_path: str, **options: Any) -> Any:
        kind = core.AsyncGateway if self.want_async else core.Gateway
        # The credentials are those that are set when a call is made.
        return adapt(kind)(GatewayAuth(None, None), origin, base_path, **options)

    def _credentials(self) -> Any:
        if self.user is None or self.password is None:
            raise ConfigurationError("no credentials: give user and password")
        return GatewayAuth(self.user, self.password)


AsyncAuthMixin = AuthMixin


class Gateway(AuthMixin, connection.Connection):
    """A Gateway client for threads."""


class AsyncGateway(AuthMixin, connection.AsyncConnection):
    """A Gateway client for event loops."""


GatewayType = Gateway
AsyncGatewayType = AsyncGateway
"""Names that ipsdk 0.8 had for annotations."""


def gateway_factory(
    host: str = "localhost",
    port: int | str | None = 0,
    use_tls: bool = True,
    verify: Any = True,
    user: str | None = "admin@itential",
    password: str | None = connection.DEFAULT_PASSWORD,
    timeout: Any = 30,
    ttl: float = 0,
    want_async: bool = False,
    **options: Any,
) -> Any:
    """Make a Gateway client; all paths are below `/api/v2.0`.

    For the arguments see `connection.ConnectionBase`.
    """
    kind = AsyncGateway if want_async else Gateway
    return kind(
        host=host,
        port=port,
        base_path=core.BASE_PATH,
        use_tls=use_tls,
        verify=verify,
        user=user,
        password=password,
        timeout=timeout,
        ttl=ttl,
        **options,
    )
