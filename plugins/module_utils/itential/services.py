# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adapters and applications of a Platform: `client.services.bring("restarted", adapter="iag")`.

Sources: docs/protocols/itential-platform.md sections 3 and 4.3.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.options import check_options
from ..core.polling import WaitOptions, schedule_of
from .service_changes import STATES, Change, Goal, LevelChange, ServiceReport
from .service_health import LEVELS, TRANSPORTS
from .service_requests import ServiceRequests

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase

__all__ = ["AsyncServices", "LevelChange", "ServiceError", "ServiceReport", "Services"]


class ServiceOptions(WaitOptions, total=False):
    """The services, and what is wanted of them beside their state. Give `adapter` or `application`.

    Attributes:
        adapter: The name of an adapter, or a list of names.
        application: The name of an application, or a list of names.
        log: The log level (`error warn info debug trace spam`) by transport (`file console
            syslog`).
        online: Wait until the connection of an adapter is up again too, unless it was down while
            the adapter ran; default true.
        predict: Change nothing, and return what would be changed.
    """

    adapter: str | Sequence[str] | None
    application: str | Sequence[str] | None
    log: Mapping[str, str] | None
    online: bool
    predict: bool


class ServiceOutcome(NamedTuple):
    """The services after a change.

    Attributes:
        reports: What became of each service, in order.
        waited: Seconds.
    """

    reports: list[ServiceReport]
    waited: float


class ServiceError(ClientError):
    """A service has not got its state; those after it were not tried.

    Attributes:
        reports: What became of each service, in order.
        waited: Seconds.
    """

    reports: Sequence[ServiceReport] = ()
    waited: float = 0.0


class ServicesBase:
    """The flows of the adapters and applications of a client.

    Args:
        connection: Sends the requests.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_perform", "_requests")

    def __init__(self, connection: ConnectionBase, perform: Callable[[Flow[Any]], Any]) -> None:
        self._requests = ServiceRequests(connection)
        self._perform = perform

    def _bring(self, state: str | None, options: ServiceOptions) -> Flow[ServiceOutcome]:
        check_options(Services.bring, options, ServiceOptions.__optional_keys__)
        kind, names = _chosen(options)
        goal = _goal(state, options)
        schedule = schedule_of(options)
        notify = options.get("notify")
        changes = [Change(self._requests, kind, name, goal, notify) for name in names]
        if len(names) > 1:
            yield from self._require(kind, names)
            if notify is not None and not goal.predict:
                # If the run is interrupted, this says which services it was about.
                notify(f"{kind}s, one after another: {', '.join(names)}")
        start = self._requests.clock()
        for change in changes:
            try:
                yield from change.run(schedule)
            except ClientError as exc:
                if isinstance(exc, ConfigurationError) and change is changes[0]:
                    raise
                raise _failure(exc, changes, self._requests.clock() - start) from exc
        return ServiceOutcome(
            [change.report() for change in changes], self._requests.clock() - start
        )

    def _require(self, kind: str, names: Sequence[str]) -> Flow[None]:
        """Check that services exist, before the first of them is changed."""
        known = yield from self._requests.names(kind)
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ConfigurationError(
                f"there is no {kind} {', '.join(map(repr, unknown))}:"
                f" use {', '.join(sorted(known)) or 'none'}"
            )


def _chosen(options: ServiceOptions) -> tuple[str, list[str]]:
    """Return the kind and the names of the services."""
    values = {"adapter": options.get("adapter"), "application": options.get("application")}
    given = [(kind, value) for kind, value in values.items() if value is not None]
    if len(given) != 1:
        raise ConfigurationError("give adapter or application: a name or a list of names")
    kind, value = given[0]
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Sequence) or not all(isinstance(name, str) and name for name in names):
        raise ConfigurationError(f"{kind} must be a name or a list of names, not {value!r}")
    return kind, list(dict.fromkeys(names))


def _goal(state: str | None, options: ServiceOptions) -> Goal:
    """Return the checked goal."""
    levels = options.get("log") or {}
    if state is None and not levels:
        raise ConfigurationError("state and log are missing: give at least one of them")
    if state is not None and state not in STATES:
        raise ConfigurationError(f"state must be one of {', '.join(STATES)}, not {state!r}")
    for transport, level in levels.items():
        if transport not in TRANSPORTS:
            raise ConfigurationError(f"log: {transport!r} is unknown: use {', '.join(TRANSPORTS)}")
        if level not in LEVELS:
            raise ConfigurationError(
                f"log.{transport} must be one of {', '.join(LEVELS)}, not {level!r}"
            )
    return Goal(state, levels, options.get("online", True), options.get("predict", False))


def _failure(exc: ClientError, changes: Sequence[Change], waited: float) -> ServiceError:
    reports = [change.report() for change in changes]
    parts = [exc.message]
    for outcome, text in (("changed", "changed before"), ("not_tried", "not tried")):
        names = [report.name for report in reports if report.outcome == outcome]
        if names:
            parts.append(f"{text}: {', '.join(names)}")
    error = ServiceError("; ".join(parts), cause=exc)
    error.reports = reports
    error.waited = waited
    return error


class Services(ServicesBase):
    """The adapters and applications of a Platform, for threads."""

    __slots__ = ()

    def bring(self, state: str | None, **options: Unpack[ServiceOptions]) -> ServiceOutcome:
        """Bring adapters or applications to a state, one after another.

        Each is healthy before the next is touched. Start, stop and restart are sent once: if the
        connection breaks, the health shows if the server has received it. On a Platform of several
        nodes, the client must lead to one node and not to a load balancer.

        Args:
            state: `started`, `stopped` or `restarted`; `None` to change log levels only. A service
                that is not running is started by `restarted`.
            **options: See `ServiceOptions` and `WaitOptions`. `wait_timeout` is for each service.

        Raises:
            ConfigurationError: The options are wrong, or there is no such service. Nothing was
                sent.
            ServiceError: A service cannot get its state, or has not got it in time.
        """
        outcome: ServiceOutcome = self._perform(self._bring(state, options))
        return outcome


class AsyncServices(ServicesBase):
    """Adapters and applications, for event loops. For arguments and errors see `Services`."""

    __slots__ = ()

    def bring(
        self, state: str | None, **options: Unpack[ServiceOptions]
    ) -> Awaitable[ServiceOutcome]:
        """Bring adapters or applications to a state, one after another."""
        outcome: Awaitable[ServiceOutcome] = self._perform(self._bring(state, options))
        return outcome
