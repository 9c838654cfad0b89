# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies with files in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .net.httplib import httpx


def encode(data: Mapping[str, Any], files: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return a `multipart/form-data` body, whole, so that it can be sent again, and its content
    type.

    Args:
        data: Plain fields.
        files: Name to a file object, bytes, or a tuple of file name, content and content type.
    """
    request = httpx().Request("POST", "http://localhost/", data=data, files=files)
    return request.read(), request.headers["content-type"]
