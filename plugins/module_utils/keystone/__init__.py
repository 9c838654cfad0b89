# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keystone, the HPC allocations API.

`KeystoneClient`, `AsyncKeystoneClient` and `keystone_factory`, loaded when they are used.

Importing this registers the logger `kclient`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import log

if TYPE_CHECKING:
    from .client import AsyncKeystoneClient, KeystoneClient, keystone_factory

__all__ = ["AsyncKeystoneClient", "KeystoneClient", "keystone_factory", "log"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import client

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
