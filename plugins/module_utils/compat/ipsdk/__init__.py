# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of ipsdk 0.9, for programs that were written for it.

Logging is set up at import, as in ipsdk.
"""

from __future__ import annotations

from . import (
    connection,
    exceptions,
    gateway,
    heuristics,
    http,
    jsonutils,
    logging,
    metadata,
    platform,
)
from .gateway import gateway_factory
from .platform import platform_factory

__version__ = metadata.version

__all__ = (
    "connection",
    "exceptions",
    "gateway",
    "gateway_factory",
    "heuristics",
    "http",
    "jsonutils",
    "logging",
    "metadata",
    "platform",
    "platform_factory",
)

logging.initialize()
