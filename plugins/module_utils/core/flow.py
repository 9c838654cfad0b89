# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The effects: what a flow can ask its driver to do.

A flow is a generator. It yields effects, and the driver sends their outcome back: a value, or an
error that it throws into the flow. A flow does no I/O, does not sleep and holds no lock, so the
same flow serves threads and event loops, and a test can run it by answering its effects by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeAlias, TypeVar

from .exceptions import ClientError

T = TypeVar("T")

ENTERED_AGAIN = "the login made a call that needs a login itself; make it with authenticate=False"
"""Error text for a login that waits for itself."""


class Exchange:
    """Send one request and receive its response.

    Args:
        method: In upper case.
        url: Absolute, encoded.
        headers: Name and value, everything that goes on the wire but `Host` and `Content-Length`.
        content: The body; empty for none.
        timeout: Seconds for the whole exchange.
        limit: The most bytes of a decoded body.
        stream: Leave the body of a 2xx response unread and open.

    The outcome is a `RawResponse`; if there is none, a `RequestError` is thrown in.
    """

    __slots__ = ("content", "headers", "limit", "method", "stream", "timeout", "url")

    def __init__(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        content: bytes,
        timeout: float,
        limit: int,
        stream: bool = False,
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.content = content
        self.timeout = timeout
        self.limit = limit
        self.stream = stream


class Pause:
    """Wait.

    Args:
        seconds: The time to wait, 0 or more.
    """

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class SingleFlight:
    """Run a flow at most once at a time per client and name.

    Concurrent callers share its result or error.

    Args:
        run: Makes the flow.
        timeout: Seconds that a follower waits at most.
        name: The name of the work. A flight may start one of another name, but not one of its own
            name.
    """

    __slots__ = ("name", "run", "timeout")

    def __init__(self, run: Callable[[], Flow[Any]], timeout: float, name: str = "login") -> None:
        self.run = run
        self.timeout = timeout
        self.name = name


class Together:
    """Run flows side by side.

    Args:
        flows: Flows that emit nothing.
        concurrency: Maximum number at a time, 1 or more.

    The outcome is a list in the order of the flows: what each returned, or the `ClientError` it
        raised.
    """

    __slots__ = ("concurrency", "flows")

    def __init__(self, flows: Sequence[Flow[Any]], concurrency: int) -> None:
        self.flows = flows
        self.concurrency = concurrency


Waiting: TypeAlias = "Exchange | Pause | SingleFlight | Together"
"""The effects for which a flow waits."""


class Emit:
    """Hand a value to the code that iterates over the flow.

    Args:
        value: Anything.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


Effect: TypeAlias = "Exchange | Pause | SingleFlight | Together | Emit"
Flow = Generator[Effect, Any, T]


def forward(flow: Flow[Any], receive: Callable[[Any], Flow[bool]]) -> Flow[None]:
    """Run a flow that emits inside another one.

    Its effects are forwarded, and each value that it emits goes to a flow of the caller.

    Args:
        flow: A flow that emits values.
        receive: Makes a flow from a value; that flow returns whether to go on.
    """
    try:
        effect = next(flow)
        while True:
            if isinstance(effect, Emit):
                if not (yield from receive(effect.value)):
                    return
                effect = flow.send(None)
                continue
            try:
                outcome = yield effect
            except Exception as exc:  # noqa: BLE001  # whatever it is, the flow decides
                effect = flow.throw(exc)
            else:
                effect = flow.send(outcome)
    except StopIteration:
        return
    finally:
        flow.close()


def collect(flow: Flow[Any]) -> Flow[list[Any]]:
    """Run a flow that emits inside another one: its effects are forwarded, what it emits is kept.

    Args:
        flow: A flow that emits values.

    Returns:
        The values that it emitted, in order.
    """
    emitted: list[Any] = []

    def keep(value: Any) -> Flow[bool]:
        emitted.append(value)
        return True
        yield

    yield from forward(flow, keep)
    return emitted


def gather(flows: Sequence[Flow[Any]], concurrency: int) -> Flow[list[Any]]:
    """Run flows side by side and return what they return, in order.

    Args:
        flows: Flows that emit nothing.
        concurrency: Maximum number at a time, 1 or more.

    Raises:
        ClientError: The first error of any flow, after all have run.
    """
    outcomes: list[Any] = (yield Together(flows, concurrency)) if flows else []
    for outcome in outcomes:
        if isinstance(outcome, ClientError):
            raise outcome
    return outcomes
