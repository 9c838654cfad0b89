# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of keystone-api-client 0.9 and its successors.

Every error is one of httpx, and the content of responses is returned unchanged.
"""

from __future__ import annotations

from . import client, http
from .client import AsyncKeystoneClient, KeystoneClient
from .http import AsyncHTTPClient, HTTPClient

__all__ = [
    "AsyncHTTPClient",
    "AsyncKeystoneClient",
    "HTTPClient",
    "KeystoneClient",
    "client",
    "http",
]
