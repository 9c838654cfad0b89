# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of ipsdk.

Each is also the corresponding error of this library, has the request and response as objects of the
HTTP library, and can be made from one of its errors.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ...core import exceptions as core
from ..errors import as_httpx_error


class IpsdkError(core.ClientError):
    """The root of all errors.

    Args:
        message: One line.
        exc: The error of a lower layer; the request and response are those of it.
    """

    request: Any
    response: Any

    def __init__(self, message: str, exc: BaseException | None = None) -> None:
        super().__init__(message, cause=exc)
        with suppress(AttributeError, RuntimeError):
            # The HTTP library raises a RuntimeError if its error has no request.
            self.request = getattr(exc, "request")  # noqa: B009  # a property that may raise
        self.response = getattr(exc, "response", None)


class RequestError(IpsdkError, core.RequestError):
    """There is no response.

    Args:
        exc: The error of the HTTP library.
    """

    def __init__(self, exc: BaseException) -> None:
        super().__init__(str(exc.args[0]), exc)


class HTTPStatusError(IpsdkError, core.HTTPStatusError):
    """The status is not 2xx.

    Args:
        exc: The error of the HTTP library.
    """

    def __init__(self, exc: BaseException) -> None:
        super().__init__(str(exc.args[0]), exc)


class AuthenticationError(HTTPStatusError, core.AuthenticationError):
    """The server does not accept the credentials; ipsdk has only `HTTPStatusError` for it."""


class SerializationError(IpsdkError, core.SerializationError):
    """A text is not JSON, or a value cannot be written as JSON."""


class ConfigurationError(IpsdkError, core.ConfigurationError):
    """An argument is not usable; ipsdk has only `IpsdkError` for it."""


def translate(error: core.ClientError, url: str) -> IpsdkError:
    """Convert an error of this library to one of ipsdk.

    Args:
        error: The error.
        url: The URL of the request, without secrets.
    """
    if isinstance(error, IpsdkError):
        return error
    if isinstance(error, core.HTTPStatusError):
        refused = isinstance(error, core.AuthenticationError)
        cause = as_httpx_error(error, url)
        return AuthenticationError(cause) if refused else HTTPStatusError(cause)
    if isinstance(error, core.RequestError):
        result = RequestError(as_httpx_error(error, url))
        result.sent, result.permanent = error.sent, error.permanent
        return result
    if isinstance(error, core.ConfigurationError):
        return ConfigurationError(error.message, error)
    if isinstance(error, core.SerializationError):
        return SerializationError(error.message, error)
    return IpsdkError(error.message, error)
