# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses as objects of the HTTP library, for interfaces that return those."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ..http import header_values
from . import httplib

if TYPE_CHECKING:
    import httpx

    from ..exceptions import ResponseInfo

_TRANSFER = frozenset(("content-encoding", "transfer-encoding", "content-length"))
"""Headers of how a body was transferred; the body of a response is decoded and whole."""


def as_httpx(response: ResponseInfo, url: str | None = None) -> httpx.Response:
    """Return a response as the HTTP library has it. Its request has no credentials.

    Args:
        response: The response.
        url: The URL of the request; `None` for the one that is safe to show.
    """
    library = httplib.httpx()
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name in response.headers
        if name.lower() not in _TRANSFER
        for value in header_values(response.headers, name)
    ]
    result: httpx.Response = library.Response(
        response.status_code,
        headers=headers,
        content=response.content,
        request=library.Request(response.request.method, url or response.url),
    )
    result.elapsed = timedelta(seconds=response.elapsed)
    return result
