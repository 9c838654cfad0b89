# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that a client raises, under one root.

A message is one line: the call, its outcome, and what to do. Secrets are removed before an error is
made, so an error may be printed, logged, pickled or sent to another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol


class RequestInfo(Protocol):
    """The request of an error; `http.Request` is one."""

    method: str
    path: str
    url: str
    headers: Mapping[str, str]


class ResponseInfo(Protocol):
    """The response of an error; `http.Response` is one."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    elapsed: float
    attempts: int
    correlation_id: str

    @property
    def request(self) -> RequestInfo: ...
    @property
    def url(self) -> str: ...
    @property
    def text(self) -> str: ...
    def json(self) -> Any: ...
    def is_success(self) -> bool: ...
    def is_error(self) -> bool: ...


class ClientError(Exception):
    """The base class of all errors that a call raises.

    Args:
        message: One line, free of secrets.
        request: The request, without credentials; `None` for that of `response`.
        response: The response; `None` if there is none.
        cause: The error that led to this one, if there is one. Of a `ClientError`, this error has
            request and response too, unless one of them is given.

    Attributes:
        during_login: `True` if the login failed, so that the call itself was not sent; with
            `after_write`, not sent again.
        after_write: `True` if something may have been written before: by an earlier attempt of the
            call, or as a part of the same change.
    """

    request: RequestInfo | None
    response: ResponseInfo | None
    during_login: bool = False
    after_write: bool = False

    def __init__(
        self,
        message: str,
        *,
        request: RequestInfo | None = None,
        response: ResponseInfo | None = None,
        cause: BaseException | None = None,
    ) -> None:
        super().__init__(message)
        if isinstance(cause, ClientError) and request is None and response is None:
            request, response = cause.request, cause.response
            self.during_login = self.during_login or cause.during_login
            self.after_write = self.after_write or cause.after_write
        self.message = message
        self.request = response.request if request is None and response is not None else request
        self.response = response
        self.cause = cause

    def reword(self, message: str) -> None:
        """Replace the message: one line, free of secrets."""
        self.message = message
        self.args = (message,)

    def __reduce__(self) -> tuple[Any, ...]:
        # The cause may hold sockets or TLS objects, which cannot be pickled; its text is already
        # part of the message.
        return _rebuild, (type(self), self.args[0], {**self.__dict__, "cause": None})

    def __copy__(self) -> ClientError:
        twin = _rebuild(type(self), self.args[0], self.__dict__)
        twin.__cause__ = self.__cause__
        return twin


def _rebuild(kind: type[ClientError], message: str, state: dict[str, Any]) -> ClientError:
    error = kind.__new__(kind, message)
    error.args = (message,)
    error.__dict__.update(state)
    return error


class ConfigurationError(ClientError, ValueError):
    """An argument cannot be used; nothing was sent."""


class RequestError(ClientError):
    """There is no response: the connection failed, the time was up, or the response broke off.

    Attributes:
        sent: `True` if bytes of the request may have reached the server.
        stale: `True` if the request was sent on an idle connection that the server had closed.
        permanent: `True` if another attempt would fail in the same way.
    """

    sent: bool = True
    stale: bool = False
    permanent: bool = False


class HTTPStatusError(ClientError):
    """The server answered with a status that is not 2xx. There is always a response."""

    if TYPE_CHECKING:
        request: RequestInfo
        response: ResponseInfo

    @property
    def status_code(self) -> int:
        """The status of the response, 100 to 599; 0 if the error was made without a response."""
        return 0 if self.response is None else self.response.status_code

    @property
    def call_status(self) -> int:
        """The status of the response to the call itself; 0 if its login failed."""
        return 0 if self.during_login else self.status_code


class AuthenticationError(HTTPStatusError):
    """The server does not accept the credentials, or the response to a login has no token.

    In the second case the status is 2xx, and the response is without its body.
    """

    during_login = True


class SerializationError(ClientError, ValueError):
    """A text is not the JSON that was expected, or a value cannot be written as JSON."""
