# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the SDK. Each is also a `ClientError` of this library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ...core import exceptions as core
from ...sequoia import errors


class ClientError(core.ClientError):
    """The root of all errors.

    Args:
        message: One line.
        cause: The error of this library.
    """

    def __init__(self, message: str, cause: BaseException | None = None) -> None:
        super().__init__(
            message,
            request=getattr(cause, "request", None),
            response=getattr(cause, "response", None),
            cause=cause,
        )


class AuthorisationError(ClientError):
    """The server does not accept the credentials."""


class TokenExpiredError(ClientError):
    """Never raised: a token that has expired is replaced."""


class RequestError(ClientError):
    """A request failed."""


class ConnectionError(RequestError):  # noqa: A001  # the SDK's name
    """There is no response."""


class Timeout(RequestError):  # noqa: N818  # the SDK's name
    """There is no response in time."""


class TooManyRedirects(RequestError):  # noqa: N818  # the SDK's name
    """Never raised: the last redirect is an `HttpError`."""


class HttpError(RequestError):
    """The status is not 2xx.

    Args:
        message: One line.
        status_code: The status.
        cause: The error of this library.

    Attributes:
        message: The body of the response if it is JSON; otherwise the line.
    """

    message: Any

    def __init__(self, message: str, status_code: int, cause: BaseException | None = None) -> None:
        super().__init__(message, cause)
        self.status_code = status_code
        if self.response is not None:
            with suppress(core.SerializationError):
                self.message = self.response.json() or message


class ReferencesMismatchException(ClientError):  # noqa: N818  # the SDK's name
    """The document is not the one that its reference names."""


class NotMatchingVersion(ClientError):  # noqa: N818  # the SDK's name
    """The document has changed since it was read."""


class UnknownService(ClientError, KeyError):  # noqa: N818  # the name in this library
    """The registry does not name this service; the SDK raises a `KeyError`."""

    def __str__(self) -> str:
        return self.message


@contextmanager
def sdk_errors() -> Iterator[None]:
    """Raise errors of this library as those of the SDK.

    The error for an argument stays a `ValueError`.
    """
    try:
        yield
    except errors.ReferenceMismatch as exc:
        raise ReferencesMismatchException(exc.message, exc) from exc
    except core.ConfigurationError:
        raise
    except core.ClientError as exc:
        raise translate(exc) from exc


def translate(error: core.ClientError) -> ClientError:
    """Convert an error of this library to one of the SDK."""
    for ours, theirs in (
        (errors.UnknownService, UnknownService),
        (errors.VersionMismatch, NotMatchingVersion),
        (core.AuthenticationError, AuthorisationError),
    ):
        if isinstance(error, ours):
            return theirs(error.message, error)
    if isinstance(error, core.HTTPStatusError):
        return HttpError(error.message, error.status_code, error)
    if isinstance(error, core.RequestError):
        late = isinstance(error.cause, TimeoutError) or "Timeout" in type(error.cause).__name__
        return (Timeout if late else ConnectionError)(error.message, error)
    return ClientError(error.message, error)
