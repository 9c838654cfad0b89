# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a client that tasks use, whatever its service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ..core.http import Response
from ..core.secrets.redaction import SecretValues


class Place(Protocol):
    """A client, or the part of one that reaches one server."""

    @property
    def base_url(self) -> str: ...


class Client(Place, Protocol):
    """A client for threads."""

    secrets: SecretValues

    def request(self, **arguments: Any) -> Response: ...

    def pages(
        self, path: str, params: Mapping[str, Any] | None = None, **options: Any
    ) -> Iterable[Response]: ...

    def stream(self, **arguments: Any) -> AbstractContextManager[Any]: ...

    def presentable(self, value: Any) -> Any: ...

    def logout(self) -> None: ...

    def close(self) -> None: ...
