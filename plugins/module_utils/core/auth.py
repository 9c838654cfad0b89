# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of auth mixins, and the classes that one makes together with a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .connection import ConnectionBase
from .secrets.redaction import SecretValues

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import ConnectionOptions


class Credentials(Protocol):
    """Credentials, checked when they were made."""

    secrets: SecretValues


class AuthMixinBase(ConnectionBase):
    """Keeps the credentials of a connection. A mixin adds `_login`.

    Args:
        auth: The credentials.
        origin: `scheme://host[:port]`.
        base_path: Put before every path.
        **options: As for `ConnectionBase`.
    """

    __slots__ = ("_auth",)

    def __init__(
        self,
        auth: Credentials,
        origin: str,
        base_path: str = "",
        **options: Unpack[ConnectionOptions],
    ) -> None:
        self._auth: Any = auth
        super().__init__(origin, base_path, secrets=auth.secrets, **options)


def composed(name: str, module: str, doc: str, *bases: type) -> Any:
    """Return the class that an auth mixin and a connection make together.

    Args:
        name: Its public name.
        module: The module it is public in.
        doc: Its docstring.
        *bases: The mixin, then the connection.
    """
    return type(name, bases, {"__slots__": (), "__module__": module, "__doc__": doc})
