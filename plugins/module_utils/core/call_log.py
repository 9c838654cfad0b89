# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log records of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import logging
from .call import Call
from .http import Response
from .secrets.redaction import SecretValues

if TYPE_CHECKING:
    from logging import Logger


class CallLog:
    """Logs responses, retries and failures of calls, with their context as fields of the record.

    Args:
        logger: Receives the records.
        origin: `scheme://host[:port]`, for the field `baseurl`.
        secrets: Values to mask.
    """

    __slots__ = ("_logger", "_origin", "_secrets")

    def __init__(self, logger: Logger, origin: str, secrets: SecretValues) -> None:
        self._logger = logger
        self._origin = origin
        self._secrets = secrets

    def response(self, call: Call, response: Response) -> None:
        """Log a response at INFO."""
        if self._logger.isEnabledFor(logging.INFO):
            status, elapsed = response.status_code, response.elapsed
            line = f"{call.method} {response.url}: {status} in {elapsed:.3f} s"
            self._emit(logging.INFO, call, response.url, line, status, elapsed, response.attempts)

    def retry(self, call: Call, reason: str | int, pause: float, attempts: int) -> None:
        """Log at WARNING that a request will be sent again.

        Args:
            call: The call.
            reason: The text of the error, or the status of the response.
            pause: Seconds until then.
            attempts: Number of attempts so far.
        """
        if self._logger.isEnabledFor(logging.WARNING):
            url = call.request.url
            line = f"{call.method} {url}: {reason}; attempt {attempts + 1} in {pause:.2f} s"
            status = reason if isinstance(reason, int) else ""
            self._emit(logging.WARNING, call, url, line, status, 0.0, attempts)

    def failure(self, call: Call, message: str, elapsed: float, attempts: int) -> None:
        """Log at WARNING that a call has no response.

        Args:
            call: The call.
            message: The text of the error.
            elapsed: Seconds that the call took.
            attempts: Number of attempts.
        """
        if self._logger.isEnabledFor(logging.WARNING):
            url = call.request.url
            self._emit(logging.WARNING, call, url, message, "", elapsed, attempts)

    def _emit(
        self,
        level: int,
        call: Call,
        url: str,
        line: str,
        status: int | str,
        elapsed: float,
        attempts: int,
    ) -> None:
        fields = {
            "cid": call.correlation_id,
            "baseurl": self._origin,
            "method": call.method,
            "endpoint": self._secrets.scrub(call.request.path),
            "url": self._secrets.scrub(url),
            "status_code": status,
            "elapsed": elapsed,
            "attempt": attempts,
        }
        logging.emit(self._logger, level, self._secrets.scrub(line), fields)
