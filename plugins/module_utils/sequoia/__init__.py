# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client for the services of Sequoia (Piksel Palette). Names are loaded when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import criteria
    from .auth import AuthType
    from .client import AsyncClient, Client, sequoia_factory
    from .criteria import Criteria, Inclusion, StringExpressionFactory
    from .errors import (
        LinkedResourceError,
        PartlyStored,
        ReferenceMismatch,
        UnknownService,
        VersionMismatch,
    )

_HOMES = {
    "auth": ("AuthType",),
    "client": ("AsyncClient", "Client", "sequoia_factory"),
    "criteria": ("Criteria", "Inclusion", "StringExpressionFactory"),
    "errors": (
        "LinkedResourceError",
        "PartlyStored",
        "ReferenceMismatch",
        "UnknownService",
        "VersionMismatch",
    ),
}

__all__ = [
    "AsyncClient",
    "AuthType",
    "Client",
    "Criteria",
    "Inclusion",
    "LinkedResourceError",
    "PartlyStored",
    "ReferenceMismatch",
    "StringExpressionFactory",
    "UnknownService",
    "VersionMismatch",
    "criteria",
    "sequoia_factory",
]


def __getattr__(name: str) -> Any:
    if name == "criteria":
        return import_module(".criteria", __name__)
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{home}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
