# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of one call: log in where needed, send, and decide what the outcome means. One flow, no
I/O.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from . import jsonutils, logging, messages
from .exceptions import AuthenticationError, HTTPStatusError, RequestError, SerializationError
from .flow import Exchange, Flow, Pause, SingleFlight
from .http import Request, Response
from .retry import RetryBudget, RetryPolicy, budget, retry_after
from .secrets.redaction import SecretValues, safe_url
from .session import Session, SessionKeeper
from .urls import same_origin

if TYPE_CHECKING:
    from logging import Logger

    from .net.transport import Answer

_CONDITIONS = frozenset(("if-match", "if-unmodified-since", "if-none-match"))
_OF_WRITING = _CONDITIONS | {"content-type", "idempotency-key"}
MAX_REDIRECTS = 5
MAX_STALE = 32
"""Idle connections, closed by the server meanwhile, that one call replaces without counting them as
attempts."""


class Runtime:
    """Time and chance, so that tests can give their own.

    Args:
        clock: Monotonic seconds.
        wall: Unix time in seconds.
        random: Numbers from 0 to 1.
        sleep: Waits for seconds: a function for threads, a coroutine function for event loops;
            `None` for the real ones.
        check: Called before each request is sent, and raises what ends the work instead; `None` for
            none.
    """

    __slots__ = ("check", "clock", "random", "sleep", "wall")

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        random: Callable[[], float] = random.random,
        sleep: Callable[[float], Any] | None = None,
        check: Callable[[], object] | None = None,
    ) -> None:
        self.check = check
        self.clock = clock
        self.wall = wall
        self.random = random
        self.sleep = sleep


class Call:
    """What a caller asked for, checked and encoded, ready to be sent any number of times.

    Args:
        method: In upper case.
        url: Absolute and encoded.
        path: As the caller gave it, for messages.
        headers: Everything but what the session adds.
        content: The body; empty for none.
        timeout: Seconds for one attempt.
        policy: When to send again.
        safe: Whether it may be repeated after bytes were sent, unless the policy names methods.
        correlation_id: Sent along; `""` for none.
        authenticate: Whether it needs a session.
        stream: Whether the body of the answer stays open.
        own: Names, in lower case, of headers that the caller set and the session must not.
        shown_headers: Those of the caller's headers that may be shown.
        every_status: Whether a 401 that a new login does not mend is an answer like any other.
    """

    __slots__ = (
        "authenticate",
        "content",
        "correlation_id",
        "every_status",
        "headers",
        "method",
        "own",
        "policy",
        "request",
        "safe",
        "stream",
        "timeout",
        "url",
    )

    def __init__(
        self,
        method: str,
        url: str,
        path: str,
        headers: Sequence[tuple[str, str]],
        content: bytes,
        *,
        timeout: float,
        policy: RetryPolicy,
        safe: bool,
        correlation_id: str = "",
        authenticate: bool = True,
        stream: bool = False,
        own: frozenset[str] = frozenset(),
        shown_headers: dict[str, str] | None = None,
        every_status: bool = False,
    ) -> None:
        self.every_status = every_status
        self.method = method
        self.url = url
        self.headers = headers
        self.content = content
        self.timeout = timeout
        self.policy = policy
        self.safe = safe
        self.correlation_id = correlation_id
        self.authenticate = authenticate
        self.stream = stream
        self.own = own
        self.request = Request(method, safe_url(path), safe_url(url), shown_headers or {})

    def reading(self) -> Call:
        """Return the call that reads what this one writes."""
        headers = [pair for pair in self.headers if pair[0].lower() not in _OF_WRITING]
        options: dict[str, Any] = {
            "timeout": self.timeout,
            "policy": self.policy,
            "correlation_id": self.correlation_id,
            "own": self.own,
        }
        return Call("GET", self.url, self.request.path, headers, b"", safe=True, **options)


def _holds(there: bytes, ours: bytes) -> bool:
    """Tell whether a representation has all that was written."""
    try:
        found, written = jsonutils.loads(there), jsonutils.loads(ours)
    except SerializationError:
        return there == ours
    return _includes(found, written)


def _includes(found: Any, written: Any) -> bool:
    """Tell whether JSON has all of another, objects with more members aside: servers add what only
    they write.
    """
    if isinstance(found, dict) and isinstance(written, dict):
        return all(
            name in found and _includes(found[name], value) for name, value in written.items()
        )
    if isinstance(found, list) and isinstance(written, list):
        return len(found) == len(written) and all(map(_includes, found, written))
    return bool(found == written)


class Engine:
    """Turns calls into responses for one client.

    Args:
        origin: `scheme://host[:port]`, for log records.
        secrets: What must not appear anywhere.
        keeper: Has the session.
        runtime: Time and chance.
        limit: The most bytes of a decoded body.
        logger: Where calls are logged to.
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
    )

    def __init__(
        self,
        origin: str,
        secrets: SecretValues,
        keeper: SessionKeeper,
        runtime: Runtime,
        limit: int,
        logger: Logger,
    ) -> None:
        self._origin = origin
        self.secrets = secrets
        self._runtime = runtime
        self._limit = limit
        self._budget = RetryBudget()
        self._gate = float("-inf")
        self._logger = logger
        self.keeper = keeper

    def send(self, call: Call) -> Flow[Any]:
        """Perform a call; every status is returned, none raised.

        Returns:
            The `Response`; for a stream, a pair of the `transport.Answer`, open where the status is
            2xx, and the `Response`.

        Raises:
            RequestError: There is no answer.
            AuthenticationError: The login was refused, or a second 401 came after it.
        """
        clock, policy = self._runtime.clock, call.policy
        wall, started = self._runtime.wall(), clock()
        ends = started + max(policy.max_time, call.timeout)
        url, attempts, tries, redirects, stale, renewed = call.url, 0, 0, 0, 0, False
        waits: Iterator[float] | None = None
        session: Session | None = None
        while True:
            yield from self._at_gate(call, ends)
            if call.authenticate:
                session = self.keeper.current() or (
                    yield SingleFlight(
                        functools.partial(self.keeper.renew, None), max(ends - clock(), 0.0)
                    )
                )
            attempts, tries = attempts + 1, tries + 1
            answer: Answer | None = None
            outcome: RequestError | int
            try:
                answer = yield self._exchange(
                    call, url, session, min(call.timeout, max(ends - clock(), 0.001))
                )
                outcome = answer.status_code
            except RequestError as fault:
                if (
                    fault.stale
                    and policy.allows(call.method, call.safe, fault, False)
                    and stale < MAX_STALE
                ):
                    attempts, tries, stale = attempts - 1, tries - 1, stale + 1
                    continue
                outcome = fault
            if (
                outcome == 412
                and call.method == "PUT"
                and attempts + stale > 1
                and not call.stream
                and not _CONDITIONS.isdisjoint(call.own)
            ):
                # It may be the attempt before that changed what the condition names.
                with suppress(RequestError):
                    found = yield self._exchange(
                        call.reading(), url, session, min(call.timeout, max(ends - clock(), 0.001))
                    )
                    if 200 <= found.status_code < 300 and _holds(found.content, call.content):
                        answer, outcome = found, found.status_code
            told = (
                retry_after(answer.headers.get("retry-after"), self._runtime.wall())
                if answer is not None
                else None
            )
            if answer is not None and outcome == 401 and session is not None:
                if renewed or session.no_renewal:
                    response = self._response(call, url, answer, wall, started, attempts, stale)
                    if call.every_status:
                        return response
                    raise self.refused(
                        response,
                        session.no_renewal or "a new login was accepted, but its session is not",
                    )
                renewed, tries = True, tries - 1
                session = yield SingleFlight(
                    functools.partial(self.keeper.renew, session), max(ends - clock(), 0.0)
                )
                continue
            if (
                answer is not None
                and outcome in (301, 302, 303, 307, 308)
                and call.method in ("GET", "HEAD")
                and redirects < MAX_REDIRECTS
            ):
                followed = same_origin(url, answer.headers.get("location", ""))
                if followed is not None and followed != url:
                    url, redirects, tries = followed, redirects + 1, tries - 1
                    continue
            # Without a wait there is no gate to stand at: that is an attempt like any other.
            if outcome == 429 and told and policy.allows(call.method, call.safe, 429, True):
                self._gate = max(self._gate, clock() + told)
                if self._gate < ends and policy.max_tries > 1:
                    tries -= 1
                    self._note_retry(call, outcome, told, attempts)
                    continue
            elif tries < policy.max_tries and policy.allows(
                call.method, call.safe, outcome, told is not None
            ):
                waits = waits or policy.waits(self._runtime.random)
                pause = max(next(waits, 0.0), told or 0.0)
                if clock() + pause < ends and self._allowance.take():
                    self._note_retry(call, outcome, pause, attempts)
                    yield Pause(pause)
                    continue
            if answer is None:
                raise self._failed(call, outcome, attempts, clock() - started)
            response = self._response(call, url, answer, wall, started, attempts, stale)
            if response.is_success():
                self._allowance.succeeded()
            return (answer, response) if call.stream else response

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
            response: The answer.
            hint: What to do about it; `None` for what the status suggests.

        Raises:
            HTTPStatusError: The status is not 2xx; its response has known secrets masked.
        """
        if not response.is_success():
            raise HTTPStatusError(
                messages.of_status(response, self.scrub, hint),
                request=response.request,
                response=self._masked(response),
            )

    def refused(self, response: Response, why: str) -> AuthenticationError:
        """Make the error for a login that did not succeed.

        Args:
            response: What came back.
            why: What to do about it.
        """
        return AuthenticationError(
            messages.of_status(response, self.scrub, why),
            request=response.request,
            response=self._masked(response),
        )

    def scrub(self, text: str) -> str:
        """Take out of a text what is known to be secret, and what looks like it."""
        return logging.redact(self.secrets.scrub(text))

    @property
    def _allowance(self) -> RetryBudget:
        return budget.get() or self._budget

    def _at_gate(self, call: Call, ends: float) -> Flow[None]:
        while (shut := self._gate - self._runtime.clock()) > 0:
            if self._runtime.clock() + shut > ends:
                raise RequestError(
                    f"{call.method} {call.request.url}: the server throttles this client for another {shut:.0f} s, longer than the call may take;"
                    " call later, or raise max_time in 'retry'",
                    request=call.request,
                )
            yield Pause(shut)

    def _exchange(self, call: Call, url: str, session: Session | None, timeout: float) -> Exchange:
        if self._runtime.check is not None:
            self._runtime.check()
        headers = call.headers
        if session is not None:
            headers = (
                (*headers, *(pair for pair in session.headers if pair[0].lower() not in call.own))
                if call.own
                else (*headers, *session.headers)
            )
            if session.query:
                url = f"{url}{'&' if '?' in url else '?'}{session.query}"
        return Exchange(call.method, url, headers, call.content, timeout, self._limit, call.stream)

    def _response(
        self,
        call: Call,
        url: str,
        answer: Answer,
        wall: float,
        started: float,
        attempts: int,
        stale: int,
    ) -> Response:
        request = (
            call.request
            if url is call.url
            else Request(call.method, call.request.path, safe_url(url), call.request.headers)
        )
        elapsed = self._runtime.clock() - started
        gone = call.method == "DELETE" and attempts + stale > 1 and answer.status_code == 404
        response = Response(
            answer.status_code,
            answer.headers,
            answer.content,
            request,
            started=wall,
            elapsed=elapsed,
            attempts=attempts,
            correlation_id=call.correlation_id,
            gone=gone,
        )
        if self._logger.isEnabledFor(logging.INFO):
            self._log(
                logging.INFO,
                call,
                request.url,
                f"{call.method} {request.url}: {answer.status_code} in {elapsed:.3f} s",
                answer.status_code,
                elapsed,
                attempts,
            )
        return response

    def _failed(self, call: Call, fault: Any, attempts: int, elapsed: float) -> RequestError:
        tries = f" (after {attempts} attempts)" if attempts > 1 else ""
        if attempts > 1 and elapsed >= call.policy.max_time:
            tries += "; the time that 'retry' allows (max_time) is used up"
        error = RequestError(
            self.secrets.scrub(f"{call.method} {call.request.url}: {fault.message}{tries}"),
            request=call.request,
            cause=fault.cause or fault,
        )
        error.sent = fault.sent
        error.__cause__ = fault.cause
        if self._logger.isEnabledFor(logging.WARNING):
            self._log(logging.WARNING, call, call.request.url, error.message, "", elapsed, attempts)
        return error

    def _masked(self, response: Response) -> Response:
        response.content = self.secrets.scrub_bytes(response.content)
        return response

    def _note_retry(
        self, call: Call, outcome: RequestError | int, pause: float, attempts: int
    ) -> None:
        if self._logger.isEnabledFor(logging.WARNING):
            what = outcome.message if isinstance(outcome, RequestError) else outcome
            line = self.secrets.scrub(
                f"{call.method} {call.request.url}: {what}; attempt {attempts + 1} in {pause:.2f} s"
            )
            self._log(
                logging.WARNING,
                call,
                call.request.url,
                line,
                "" if isinstance(outcome, RequestError) else outcome,
                0.0,
                attempts,
            )

    def _log(
        self,
        level: int,
        call: Call,
        url: str,
        line: str,
        status: int | str,
        elapsed: float,
        attempt: int,
    ) -> None:
        fields = {
            "cid": call.correlation_id,
            "baseurl": self._origin,
            "method": call.method,
            "endpoint": self.secrets.scrub(call.request.path),
            "url": self.secrets.scrub(url),
            "status_code": status,
            "elapsed": elapsed,
            "attempt": attempt,
        }
        logging.emit(self._logger, level, self.secrets.scrub(line), fields)
