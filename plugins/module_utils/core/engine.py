# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of one call, in layers: each is a flow around the next one, and does no I/O.

`send` (times, response) → `_with_retries` (throttling, policy, pauses) → `_with_session` (login,
401) → `_attempt` (one exchange; stale connections, redirects). The session is looked up inside the
retries, because it may end while a call waits for its next try.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from . import logging, messages, repeated
from .attempts import Again, Attempts, decide, maybe_executed
from .call import Call
from .call_log import CallLog
from .exceptions import AuthenticationError, ClientError, HTTPStatusError, RequestError
from .flow import Exchange, Flow, Pause, SingleFlight
from .http import UNANSWERED, Request, Response, header_values
from .retry_after import retry_after
from .retry_budget import RetryBudget, budget
from .runtime import Runtime
from .secrets.redaction import SecretValues, safe_url
from .session import Session
from .session_keeper import SessionKeeper
from .set_cookie import default_path
from .urls import same_origin
from .writes import note_write

if TYPE_CHECKING:
    from logging import Logger

    from .net.received import RawResponse

    Outcome: TypeAlias = "RawResponse | RequestError"

MAX_REDIRECTS = 5
MAX_STALE = 32
"""Idle connections found closed that one call replaces without counting them as attempts."""

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_READS = frozenset(("GET", "HEAD"))


class Engine:
    """Turns calls into responses for one client.

    Args:
        origin: `scheme://host[:port]`.
        secrets: Values to mask in errors and log lines.
        keeper: Provides the session.
        runtime: Clock, randomness and sleep.
        limit: Maximum size of a decoded body in bytes.
        logger: Receives the log records of calls.
        wording: The terms of the service and of the interface, for error texts.
    """

    __slots__ = (
        "_budget",
        "_limit",
        "_log",
        "_origin",
        "_runtime",
        "_throttled_until",
        "keeper",
        "secrets",
        "wording",
    )

    def __init__(
        self,
        origin: str,
        secrets: SecretValues,
        keeper: SessionKeeper,
        runtime: Runtime,
        limit: int,
        logger: Logger,
        wording: messages.Wording = messages.PLAIN,
    ) -> None:
        self._origin = origin
        self.secrets = secrets
        self._runtime = runtime
        self._limit = limit
        self._budget = RetryBudget()
        self._throttled_until = float("-inf")
        self._log = CallLog(logger, origin, secrets)
        self.wording = wording
        self.keeper = keeper

    def send(self, call: Call) -> Flow[Any]:
        """Perform a call; a status that is not 2xx is not an error here.

        Returns:
            The `Response`; for a stream, a pair of the `RawResponse`, open if the status is 2xx,
            and the `Response`.

        Raises:
            RequestError: There is no response.
            AuthenticationError: The login was refused, or a second 401 came after it.
        """
        wall = self._runtime.wall()
        attempts = Attempts(call, self._runtime.clock())
        try:
            outcome = yield from self._with_retries(call, attempts)
        except ClientError as exc:
            if not (call.is_write and attempts.maybe_executed):
                raise
            raise _after_write(exc) from exc.__cause__
        if isinstance(outcome, RequestError):
            raise self._final_error(call, outcome, attempts)
        if attempts.maybe_executed and repeated.may_be_stored(call, outcome.status_code):
            outcome = yield from self._read_back(call, attempts, outcome)
        response = self._response(call, outcome, attempts, wall)
        if response.is_success():
            self._retry_budget.add_success()
        elif attempts.rejection and not call.return_401:
            raise self.refusal(response, attempts.rejection)
        return (outcome, response) if call.stream else response

    def checked(self, call: Call) -> Flow[Response]:
        """Perform a call and raise an error if the status is not 2xx.

        Raises:
            HTTPStatusError: The status is not 2xx.
        """
        response: Response = yield from self.send(call)
        self.check(response)
        return response

    def check(self, response: Response, hint: str | None = None) -> None:
        """Raise an error if the status is not 2xx.

        Args:
            response: The response.
            hint: Advice; `None` for the usual hint for the status.

        Raises:
            HTTPStatusError: The status is not 2xx; known secrets in its response are masked.
        """
        if not response.is_success():
            error = HTTPStatusError(
                messages.of_status(response, self.scrub, hint, self.wording),
                request=response.request,
                response=self._mask(response),
            )
            error.after_write = response.after_write
            raise error

    def refusal(self, response: Response, hint: str) -> AuthenticationError:
        """Return the error for a login that did not succeed.

        Args:
            response: The response to the login.
            hint: Advice.
        """
        error = AuthenticationError(
            messages.of_status(response, self.scrub, hint, self.wording),
            request=response.request,
            response=self._mask(response),
        )
        error.after_write = response.after_write
        return error

    def scrub(self, text: str) -> str:
        """Mask known secrets in a text, and parts that look like secrets."""
        return logging.redact(self.secrets.scrub(text))

    # The layers

    def _with_retries(self, call: Call, attempts: Attempts) -> Flow[Outcome]:
        waits = call.policy.waits(self._runtime.random)
        while True:
            if self._throttled_until > self._runtime.clock():
                yield from self._wait_while_throttled(call, attempts)
            attempts.tries += 1
            outcome = yield from self._with_session(call, attempts)
            if call.is_write and _may_be_performed(outcome):
                # Whatever comes of the next attempt, or of its login.
                note_write()
            again = self._after_attempt(call, outcome, attempts, waits)
            if again is None:
                return outcome
            if not again.throttled:
                yield Pause(again.pause)

    def _after_attempt(
        self, call: Call, outcome: Outcome, attempts: Attempts, waits: Iterator[float]
    ) -> Again | None:
        """Record the outcome of an attempt; return the next attempt, `None` if there is none."""
        result: RequestError | int
        if isinstance(outcome, RequestError):
            result, retry_after_s = outcome, None
        else:
            result = outcome.status_code
            # The body of a stream is open: it is the caller who closes it.
            if result < 300 and (call.stream or result not in call.policy.statuses):
                return None
            retry_after_s = self._retry_after(outcome)
        attempts.maybe_executed |= maybe_executed(result, retry_after_s is not None)
        attempts.throttled = attempts.throttled + 1 if result == 429 else 0
        now = self._runtime.clock()
        if result == 429 and retry_after_s and 429 in call.policy.statuses:
            self._throttled_until = max(self._throttled_until, now + retry_after_s)
        decision = decide(result, retry_after_s, attempts, call, waits, now)
        if not isinstance(decision, Again):
            return None
        if decision.throttled:
            # A throttled request is no failed attempt: it does not count.
            attempts.tries -= 1
        elif not self._retry_budget.take():
            return None
        self._log_retry(call, result, decision.pause, attempts)
        return decision

    def _wait_while_throttled(self, call: Call, attempts: Attempts) -> Flow[None]:
        while (pause := self._throttled_until - self._runtime.clock()) > 0:
            if self._runtime.clock() + pause > attempts.ends:
                error = RequestError(
                    f"{call.method} {call.request.url}: the server throttles this client for"
                    f" another {pause:.0f} s, longer than the call may take; call later, or raise"
                    " max_time in 'retry'",
                    request=call.request,
                )
                error.sent = attempts.maybe_executed
                raise error
            yield Pause(pause)

    def _with_session(self, call: Call, attempts: Attempts) -> Flow[Outcome]:
        if not call.authenticate:
            return (yield from self._attempt(call, None, attempts))
        session = self.keeper.current()
        if session is None:
            session = yield self._login(None, attempts)
        outcome = yield from self._attempt(call, session, attempts)
        if not _is_401(outcome) or session.is_replaced_by(call.caller_headers):
            return outcome
        if not attempts.renewed and not session.no_renewal:
            attempts.renewed = True
            session = yield self._login(session, attempts)
            outcome = yield from self._attempt(call, session, attempts)
        if _is_401(outcome):
            attempts.rejection = (
                session.no_renewal or "a new login was accepted, but its session is not"
            )
        return outcome

    def _login(self, rejected: Session | None, attempts: Attempts) -> SingleFlight:
        left = max(attempts.ends - self._runtime.clock(), 0.0)
        return SingleFlight(functools.partial(self.keeper.renew, rejected), left)

    def _attempt(self, call: Call, session: Session | None, attempts: Attempts) -> Flow[Outcome]:
        """Make one exchange, and those that replace it at once.

        It is replaced by one on another connection if the server has closed this one, and by one
        at another URL if the response is a redirect.
        """
        while True:
            try:
                response: RawResponse = yield self._exchange(call, session, attempts)
            except RequestError as fault:
                if self._is_repeated_at_once(call, fault, attempts):
                    attempts.stale += 1
                    attempts.maybe_executed |= fault.sent
                    continue
                attempts.number += 1
                return fault
            attempts.number += 1
            if session is not None and "set-cookie" in response.headers:
                self._keep_cookies(call, session, response, attempts.url)
            if response.status_code not in _REDIRECTS or not _follow(response, call, attempts):
                return response

    @staticmethod
    def _is_repeated_at_once(call: Call, fault: RequestError, attempts: Attempts) -> bool:
        return (
            fault.stale
            and attempts.stale < MAX_STALE
            and call.policy.allows(call.method, call.safe, fault, False)
        )

    def _exchange(self, call: Call, session: Session | None, attempts: Attempts) -> Exchange:
        if self._runtime.check is not None:
            self._runtime.check()
        now, url, headers = self._runtime.clock(), attempts.url, call.headers
        if session is not None:
            credentials = session.credentials_for(self._origin, url, now)
            if call.caller_headers:
                credentials = tuple(
                    pair for pair in credentials if pair[0].lower() not in call.caller_headers
                )
            headers = (*headers, *credentials)
            if session.query:
                url = f"{url}{'&' if '?' in url else '?'}{session.query}"
        timeout = min(call.timeout, max(attempts.ends - now, 0.001))
        return Exchange(call.method, url, headers, call.content, timeout, self._limit, call.stream)

    def _keep_cookies(self, call: Call, session: Session, response: RawResponse, url: str) -> None:
        """Store the cookies that a response sets, whatever its status.

        If the call has credentials of its own, the cookies do not belong to this session.
        """
        if "authorization" in call.caller_headers or "cookie" in call.caller_headers:
            return
        lines, runtime = header_values(response.headers, "set-cookie"), self._runtime
        path = default_path(url)
        if session.cookies.take(self._origin, lines, runtime.clock(), runtime.wall(), path):
            self.keeper.keep(session)

    def _read_back(
        self, call: Call, attempts: Attempts, response: RawResponse
    ) -> Flow[RawResponse]:
        """Read the resource of a PUT that failed, because an earlier attempt may have stored it.

        Returns:
            The response to the read if the resource already has the content of the PUT, else the
            response to the PUT.
        """
        read = call.as_read()
        reading = Attempts(read, self._runtime.clock())
        reading.url, reading.ends = attempts.url, attempts.ends
        with suppress(ClientError):
            found = yield from self._with_session(read, reading)
            if (
                not isinstance(found, RequestError)
                and 200 <= found.status_code < 300
                and repeated.already_applied(found.content, call.content)
            ):
                return found
        return response

    # Results

    @property
    def _retry_budget(self) -> RetryBudget:
        return budget.get() or self._budget

    def _retry_after(self, response: RawResponse) -> float | None:
        headers = response.headers
        return retry_after(headers.get("retry-after"), self._runtime.wall(), headers.get("date"))

    def _response(self, call: Call, raw: RawResponse, attempts: Attempts, wall: float) -> Response:
        request = call.request
        if attempts.redirects:
            request = Request(
                call.method, request.path, safe_url(attempts.url), call.request.headers
            )
        response = Response(
            raw.status_code,
            raw.headers,
            raw.content,
            request,
            started=wall,
            elapsed=self._runtime.clock() - attempts.started,
            attempts=attempts.number,
            correlation_id=call.correlation_id,
            gone=attempts.maybe_executed and repeated.is_deleted(call, raw.status_code),
            # A refused request was not executed itself.
            after_write=attempts.maybe_executed and call.is_write and 400 <= raw.status_code < 500,
            wording=self.wording,
        )
        self._log.response(call, response)
        return response

    def _final_error(self, call: Call, fault: RequestError, attempts: Attempts) -> RequestError:
        elapsed = self._runtime.clock() - attempts.started
        tries = ""
        if attempts.number > 1:
            tries = f" (after {attempts.number} attempts)"
            if elapsed >= call.policy.max_time:
                tries += "; the time that 'retry' allows (max_time) is used up"
        reason = self.wording.in_terms(f"{fault.message}{tries}")
        # The library's error may have a header in its text, unless it was kept as the cause.
        fault.__context__ = fault.cause
        error = RequestError(
            self.secrets.scrub(f"{call.method} {call.request.url}: {reason}"),
            request=call.request,
            cause=fault.cause or fault,
        )
        error.sent = attempts.maybe_executed
        error.__cause__ = fault.cause
        self._log.failure(call, error.message, elapsed, attempts.number)
        return error

    def _mask(self, response: Response) -> Response:
        """Mask known secrets in the content of a response, in place, and return the response."""
        response.content = self.secrets.scrub_bytes(response.content)
        return response

    def _log_retry(
        self, call: Call, result: RequestError | int, pause: float, attempts: Attempts
    ) -> None:
        reason = (
            self.wording.in_terms(result.message) if isinstance(result, RequestError) else result
        )
        self._log.retry(call, reason, pause, attempts.number)


def _is_401(outcome: Outcome) -> bool:
    return not isinstance(outcome, RequestError) and outcome.status_code == 401


def _after_write(exc: ClientError) -> ClientError:
    """Return an error of a write with the note that an earlier attempt may have been executed."""
    # A copy: the error of a login is also kept for other calls.
    error = copy.copy(exc)
    error.after_write = True
    if isinstance(error, RequestError):
        error.sent = True
    return error


def _may_be_performed(outcome: Outcome) -> bool:
    if isinstance(outcome, RequestError):
        return outcome.sent
    return outcome.status_code < 300 or outcome.status_code in UNANSWERED


def _follow(response: RawResponse, call: Call, attempts: Attempts) -> bool:
    """Set the URL of the call to the target of a redirect, if it may be followed.

    It may be if the call is a read and the target has the same origin.

    Returns:
        `True` if the redirect is to be followed.
    """
    if call.method not in _READS or attempts.redirects >= MAX_REDIRECTS:
        return False
    url = same_origin(attempts.url, response.headers.get("location", ""))
    if url is None or url == attempts.url:
        return False
    attempts.url = url
    attempts.redirects += 1
    return True
