# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that start or change something and must not be received twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .exceptions import ClientError, HTTPStatusError, RequestError, SerializationError
from .flow import Flow
from .http import UNANSWERED
from .retry import RetryPolicy

if TYPE_CHECKING:
    from .connection_base import ConnectionBase
    from .http import Response


def send_once(connection: ConnectionBase, method: str, path: str, **options: Any) -> Flow[Response]:
    """Send a request, and again only if the server cannot have performed it.

    Args:
        connection: Sends it.
        method: The HTTP method.
        path: The path.
        **options: As for `Connection.request`.

    Raises:
        ClientError: The server refuses it or does not answer, see `may_have_arrived`.
    """
    policy = connection.calls.retry
    # No method is repeated for its own sake, not even an idempotent one.
    once = RetryPolicy(policy.max_tries, policy.max_time, policy.statuses, (), policy.wait)
    return (yield from connection.calls.request(method, path, retry=once, **options))


def reason_of(exc: ClientError) -> str:
    """Return the message of the error of a request whose time limit is `wait_timeout`."""
    if isinstance(exc, RequestError):
        return exc.message.replace("'timeout'", "'wait_timeout'")
    return exc.message


def may_have_arrived(exc: ClientError) -> bool:
    """Tell if it is unknown whether the server has performed the request of an error."""
    if exc.during_login:
        return exc.after_write
    if isinstance(exc, RequestError):
        return exc.sent
    if isinstance(exc, HTTPStatusError):
        return exc.status_code in UNANSWERED
    # A response of 2xx that is not JSON; without a response, it is the body of the request.
    return isinstance(exc, SerializationError) and exc.response is not None


def may_be_performed(exc: ClientError) -> bool:
    """Tell if the state must show whether the request of an error was performed.

    Besides the errors of `may_have_arrived`, these are failures of the server, which may have
    happened after it had performed the request.
    """
    failed = isinstance(exc, HTTPStatusError) and exc.call_status >= 500
    return failed or may_have_arrived(exc)
