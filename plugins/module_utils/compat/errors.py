# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of this library as errors of the HTTP library, for interfaces that raise those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.exceptions import HTTPStatusError, RequestError
from ..core.net import conversion, httplib

if TYPE_CHECKING:
    import httpx


def as_httpx_error(error: HTTPStatusError | RequestError, url: str) -> httpx.HTTPError:
    """Convert an error of this library to one of the HTTP library.

    Args:
        error: The error.
        url: The URL of the request, without secrets; not used if a login failed.
    """
    library = httplib.httpx()
    result: httpx.HTTPError
    if isinstance(error, HTTPStatusError):
        response = conversion.as_httpx(error.response, None if error.during_login else url)
        result = library.HTTPStatusError(error.message, request=response.request, response=response)
    else:
        method = "GET" if error.request is None else error.request.method
        if error.during_login and error.request is not None:
            url = error.request.url
        result = _kind(error)(error.message, request=library.Request(method, url))
    return result


def _kind(error: RequestError) -> type[httpx.TransportError]:
    """Return the class of the HTTP library with the name of the cause, if there is one."""
    library = httplib.httpx()
    for name in (kind.__name__ for kind in type(error.cause).__mro__):
        found = getattr(library, "ReadTimeout" if name == "TimeoutError" else name, None)
        if isinstance(found, type) and issubclass(found, library.TransportError):
            return found
    kind: type[httpx.TransportError] = library.ReadError if error.sent else library.ConnectError
    return kind
