# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every error that a client can raise, under one root.

A message is one line: what was called, what came back, what to do next. Secrets are taken out
before an error is made, so that an error may be printed, logged, pickled or sent to another process
as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .http import Request, Response


class ClientError(Exception):
    """The root of everything that a call can raise.

    Args:
        message: One line, free of secrets.
        request: What was sent, without credentials; `None` where nothing was built yet.
        response: What came back; `None` where nothing came back.
        cause: The error of a lower layer, where there is one.
    """

    def __init__(
        self,
        message: str,
        *,
        request: Request | None = None,
        response: Response | None = None,
        cause: BaseException | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.request = request
        self.response = response
        self.cause = cause

    def __reduce__(self) -> tuple[Any, ...]:
        # The cause may hold sockets or TLS objects, which cannot travel: its text is already part
        # of the message.
        return _rebuild, (type(self), self.message, {**self.__dict__, "cause": None})

    def __copy__(self) -> ClientError:
        twin = _rebuild(type(self), self.message, self.__dict__)
        twin.__cause__ = self.__cause__
        return twin


def _rebuild(kind: type[ClientError], message: str, state: dict[str, Any]) -> ClientError:
    error = kind.__new__(kind, message)
    error.args = (message,)
    error.__dict__.update(state)
    return error


class ConfigurationError(ClientError, ValueError):
    """An argument that cannot work, found before anything was sent."""


class RequestError(ClientError):
    """No answer: the connection failed, the time was up, or the answer broke off.

    Attributes:
        sent: Whether bytes of the request may have reached the server.
        stale: Whether it went out on an idle connection that the server had closed meanwhile.
        permanent: Whether another attempt would fail in the same way.
    """

    sent: bool = True
    stale: bool = False
    permanent: bool = False


class HTTPStatusError(ClientError):
    """The server answered with a status that is not 2xx."""

    @property
    def status_code(self) -> int:
        """The status of the answer, 100 to 599."""
        return self.response.status_code if self.response is not None else 0


class SerializationError(ClientError):
    """A text is not the JSON that was expected, or a value cannot be written as JSON."""


class AuthenticationError(ClientError):
    """The server does not accept the credentials, or its answer to a login holds no token."""

    @property
    def status_code(self) -> int | None:
        """The status of the refusing answer, or `None` where there was no such answer."""
        return self.response.status_code if self.response is not None else None


IpsdkError = ClientError
