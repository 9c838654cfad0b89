# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors, with the name that programs for the Itential SDK know."""

from __future__ import annotations

from .core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
    SerializationError,
)

__all__ = [
    "AuthenticationError",
    "ClientError",
    "ConfigurationError",
    "HTTPStatusError",
    "IpsdkError",
    "RequestError",
    "SerializationError",
]

IpsdkError = ClientError
