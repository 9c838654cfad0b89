# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of one call, in layers: each is a flow around the next one, and does no I/O.

`send` (times, log lines, response) → `_with_retries` (throttling, policy, pauses) → `_with_session`
(login, 401) → `_attempt` (one exchange; stale connections, redirects). The session is looked up
inside of the retries, because it may end while a call waits for its next try.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from . import logging, messages, repeated
from .attempts import Again, Attempts, decide, maybe_executed
from .call import Call, Runtime
from .cookies import default_path
from .exceptions import AuthenticationError, ClientError, HTTPStatusError, RequestError
from .flow import Exchange, Flow, Pause, SingleFlight
from .http import Request, Response, header_values
from .retry import RetryBudget, budget, retry_after
from .secrets.redaction import SecretValues, safe_url
from .session import Session, SessionKeeper
from .urls import same_origin

if TYPE_CHECKING:
    from logging import Logger

    from .net.transport import Answer

    Outcome: TypeAlias = "Answer | RequestError"

MAX_REDIRECTS = 5
MAX_STALE = 32
"""Idle connections found closed that one call replaces without counting them as attempts."""

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_READING = frozenset(("GET", "HEAD"))


class Engine:
    """Turns calls into responses for one client.

    Args:
        origin: `scheme://host[:port]`, for log records.
        secrets: What must not appear anywhere.
        keeper: Has the session.
        runtime: Clock, randomness and sleep.
        limit: The most bytes of a decoded body.
        logger: Where calls are logged to.
        wording: What the service and the interface bring to error texts.
    """

    __slots__ = (
        "_budget",
        "_gate",
        "_limit",
        "_logger",
        "_origin",
        "_runtime",
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
        self._gate = float("-inf")
        self._logger = logger
        self.wording = wording
        self.keeper = keeper

    def send(self, call: Call) -> Flow[Any]:
        """Perform a call; every status is returned, none raised.

        Returns:
            The `Response`; for a stream, a pair of the `transport.Answer`, open if the status is
            2xx, and the `Response`.

        Raises:
            RequestError: There is no response.
            AuthenticationError: The login was refused, or a second 401 came after it.
        """
        wall = self._runtime.wall()
        attempts = Attempts(call, self._runtime.clock())
        outcome = yield from self._with_retries(call, attempts)
        if isinstance(outcome, RequestError):
            raise self._failed(call, outcome, attempts)
        if attempts.maybe_executed and repeated.may_be_stored(call, outcome.status_code):
            outcome = yield from self._stored(call, attempts, outcome)
        response = self._response(call, outcome, attempts, wall)
        if response.is_success():
            self._allowance.succeeded()
        elif attempts.rejection and not call.every_status:
            raise self.refused(response, attempts.rejection)
        return (outcome, response) if call.stream else response

    def checked(self, call: Call) -> Flow[Response]:
        """Perform a call and raise for a status that is not 2xx.

        Raises:
            HTTPStatusError: The status is not 2xx.
        """
        response: Response = yield from self.send(call)
        self.check(response)
        return response

    def check(self, response: Response, hint: str | None = None) -> None:
        """Raise for a status that is not 2xx.

        Args:
            response: The response.
            hint: What to do about it; `None` for what the status suggests.

        Raises:
            HTTPStatusError: The status is not 2xx; its response has known secrets masked.
        """
        if not response.is_success():
            raise HTTPStatusError(
                messages.of_status(response, self.scrub, hint, self.wording),
                request=response.request,
                response=self._masked(response),
            )

    def refused(self, response: Response, hint: str) -> AuthenticationError:
        """Make the error for a login that did not succeed.

        Args:
            response: What came back.
            hint: What to do about it.
        """
        return AuthenticationError(
            messages.of_status(response, self.scrub, hint, self.wording),
            request=response.request,
            response=self._masked(response),
        )

    def scrub(self, text: str) -> str:
        """Take out of a text what is known to be secret, and what looks like it."""
        return logging.redact(self.secrets.scrub(text))

    # The layers

    def _with_retries(self, call: Call, attempts: Attempts) -> Flow[Outcome]:
        clock = self._runtime.clock
        waits: Iterator[float] | None = None
        while True:
            if self._gate > clock():
                yield from self._wait_while_throttled(call, attempts)
            attempts.tries += 1
            outcome = yield from self._with_session(call, attempts)
            verdict: RequestError | int
            if isinstance(outcome, RequestError):
                verdict, told = outcome, None
            else:
                verdict = outcome.status_code
                if verdict < 300 and verdict not in call.policy.statuses:
                    return outcome
                told = self._told(outcome)
            attempts.maybe_executed |= maybe_executed(verdict, told is not None)
            attempts.throttled = attempts.throttled + 1 if verdict == 429 else 0
            waits = waits or call.policy.waits(self._runtime.random)
            decision = decide(verdict, told, attempts, call, waits, clock())
            if verdict == 429 and told and 429 in call.policy.statuses:
                self._gate = max(self._gate, clock() + told)
            if not isinstance(decision, Again):
                return outcome
            if decision.throttled:
                attempts.tries -= 1
            elif not self._allowance.take():
                return outcome
            self._note_retry(call, verdict, decision.pause, attempts)
            if not decision.throttled:
                yield Pause(decision.pause)

    def _wait_while_throttled(self, call: Call, attempts: Attempts) -> Flow[None]:
        while (pause := self._gate - self._runtime.clock()) > 0:
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
        if (
            isinstance(outcome, RequestError)
            or outcome.status_code != 401
            or session.is_replaced_by(call.own)
        ):
            return outcome
        if not attempts.renewed and not session.no_renewal:
            attempts.renewed = True
            session = yield self._login(session, attempts)
            outcome = yield from self._attempt(call, session, attempts)
        if not isinstance(outcome, RequestError) and outcome.status_code == 401:
            attempts.rejection = (
                session.no_renewal or "a new login was accepted, but its session is not"
            )
        return outcome

    def _login(self, rejected: Session | None, attempts: Attempts) -> SingleFlight:
        left = max(attempts.ends - self._runtime.clock(), 0.0)
        return SingleFlight(functools.partial(self.keeper.renew, rejected), left)

    def _attempt(self, call: Call, session: Session | None, attempts: Attempts) -> Flow[Outcome]:
        """Make one exchange, and those that replace it at once: on another connection if the server
        has closed this one, and at another URL if it says so.
        """
        while True:
            try:
                answer: Answer = yield self._exchange(call, session, attempts)
            except RequestError as fault:
                if (
                    fault.stale
                    and attempts.stale < MAX_STALE
                    and call.policy.allows(call.method, call.safe, fault, False)
                ):
                    attempts.stale += 1
                    attempts.maybe_executed |= fault.sent
                    continue
                attempts.number += 1
                return fault
            attempts.number += 1
            if session is not None and "set-cookie" in answer.headers:
                self._keep_cookies(call, session, answer, attempts.url)
            if answer.status_code not in _REDIRECTS or not _is_followed(answer, call, attempts):
                return answer

    def _exchange(self, call: Call, session: Session | None, attempts: Attempts) -> Exchange:
        if self._runtime.check is not None:
            self._runtime.check()
        now, url, headers = self._runtime.clock(), attempts.url, call.headers
        if session is not None:
            presented = session.presented(self._origin, url, now)
            if call.own:
                presented = tuple(pair for pair in presented if pair[0].lower() not in call.own)
            headers = (*headers, *presented)
            if session.query:
                url = f"{url}{'&' if '?' in url else '?'}{session.query}"
        timeout = min(call.timeout, max(attempts.ends - now, 0.001))
        return Exchange(call.method, url, headers, call.content, timeout, self._limit, call.stream)

    def _keep_cookies(self, call: Call, session: Session, answer: Answer, url: str) -> None:
        """Keep the cookies that a response sets, whatever its status. If the call had credentials of
        its own, they are not this session's.
        """
        if "authorization" in call.own or "cookie" in call.own:
            return
        lines, runtime = header_values(answer.headers, "set-cookie"), self._runtime
        path = default_path(url)
        if session.cookies.take(self._origin, lines, runtime.clock(), runtime.wall(), path):
            self.keeper.keep(session)

    def _stored(self, call: Call, attempts: Attempts, answer: Answer) -> Flow[Answer]:
        """Read what a PUT collided with: if it has our content, that is the response."""
        read = call.as_read()
        reading = Attempts(read, self._runtime.clock())
        reading.url, reading.ends = attempts.url, attempts.ends
        with suppress(ClientError):
            found = yield from self._with_session(read, reading)
            if (
                not isinstance(found, RequestError)
                and 200 <= found.status_code < 300
                and repeated.holds(found.content, call.content)
            ):
                return found
        return answer

    # Results and log lines

    @property
    def _allowance(self) -> RetryBudget:
        return budget.get() or self._budget

    def _told(self, answer: Answer) -> float | None:
        headers = answer.headers
        return retry_after(headers.get("retry-after"), self._runtime.wall(), headers.get("date"))

    def _response(self, call: Call, answer: Answer, attempts: Attempts, wall: float) -> Response:
        request = call.request
        if attempts.redirects:
            request = Request(
                call.method, request.path, safe_url(attempts.url), call.request.headers
            )
        status = answer.status_code
        response = Response(
            status,
            answer.headers,
            answer.content,
            request,
            started=wall,
            elapsed=self._runtime.clock() - attempts.started,
            attempts=attempts.number,
            correlation_id=call.correlation_id,
            gone=attempts.maybe_executed and repeated.is_deleted(call, status),
            wording=self.wording,
        )
        if self._logger.isEnabledFor(logging.INFO):
            line = f"{call.method} {request.url}: {status} in {response.elapsed:.3f} s"
            self._log(logging.INFO, call, response.url, line, status, response.elapsed, attempts)
        return response

    def _failed(self, call: Call, fault: RequestError, attempts: Attempts) -> RequestError:
        elapsed = self._runtime.clock() - attempts.started
        tries = ""
        if attempts.number > 1:
            tries = f" (after {attempts.number} attempts)"
            if elapsed >= call.policy.max_time:
                tries += "; the time that 'retry' allows (max_time) is used up"
        what = self.wording.in_terms(fault.message)
        error = RequestError(
            self.secrets.scrub(f"{call.method} {call.request.url}: {what}{tries}"),
            request=call.request,
            cause=fault.cause or fault,
        )
        error.sent = attempts.maybe_executed
        error.__cause__ = fault.cause
        if self._logger.isEnabledFor(logging.WARNING):
            url = call.request.url
            self._log(logging.WARNING, call, url, error.message, "", elapsed, attempts)
        return error

    def _masked(self, response: Response) -> Response:
        response.content = self.secrets.scrub_bytes(response.content)
        return response

    def _note_retry(
        self, call: Call, outcome: RequestError | int, pause: float, attempts: Attempts
    ) -> None:
        if self._logger.isEnabledFor(logging.WARNING):
            what, status = (
                (self.wording.in_terms(outcome.message), "")
                if isinstance(outcome, RequestError)
                else (outcome, outcome)
            )
            url = call.request.url
            line = f"{call.method} {url}: {what}; attempt {attempts.number + 1} in {pause:.2f} s"
            self._log(logging.WARNING, call, url, line, status, 0.0, attempts)

    def _log(
        self,
        level: int,
        call: Call,
        url: str,
        line: str,
        status: int | str,
        elapsed: float,
        attempts: Attempts,
    ) -> None:
        fields = {
            "cid": call.correlation_id,
            "baseurl": self._origin,
            "method": call.method,
            "endpoint": self.secrets.scrub(call.request.path),
            "url": self.secrets.scrub(url),
            "status_code": status,
            "elapsed": elapsed,
            "attempt": attempts.number,
        }
        logging.emit(self._logger, level, self.secrets.scrub(line), fields)


def _is_followed(answer: Answer, call: Call, attempts: Attempts) -> bool:
    """Point the call at the target of a redirect, if it may be followed: that is, if the call reads,
    and the target is of the same origin.
    """
    if call.method not in _READING or attempts.redirects >= MAX_REDIRECTS:
        return False
    url = same_origin(attempts.url, answer.headers.get("location", ""))
    if url is None or url == attempts.url:
        return False
    attempts.url = url
    attempts.redirects += 1
    return True
