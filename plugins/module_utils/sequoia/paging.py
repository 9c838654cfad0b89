# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading page after page, and linked resources (docs/protocols/sequoia.md section 7).

Two styles: numbered pages with a link `next`, and cursors with a link `continue`. Links are below
the service's location. A walk cannot loop: it ends at an empty page and refuses a link that comes a
second time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from ..core import logging, urls
from ..core.exceptions import ClientError, HTTPStatusError
from ..core.flow import Emit, Flow, Together
from ..core.retry import RetryPolicy
from ..core.secrets.redaction import safe_url, scrub_live
from .backoff import Backoff, Expected, until_complete
from .errors import LinkedFailure
from .names import camel
from .response import ResourceResponse

if TYPE_CHECKING:
    from .hub import Hub

LEAST_CAP = 100
"""No service ends its numbered pages before this one (docs/protocols/sequoia.md section 7: 100 or
1000)."""


class Query:
    """The request of a browse.

    Args:
        hub: The shared parts of the client.
        service: The service's name.
        key: The resource's name in bodies.
        target: Path and query of page one.
        owner: The owner of the resources.
        backoff: The strategy of repetitions.
        expected: The resources that page one must have.
        inclusions: The relationships whose resources go into models.

    Attributes:
        correlation_id: Of all requests that it takes.
    """

    __slots__ = (
        "backoff",
        "correlation_id",
        "expected",
        "hub",
        "inclusions",
        "key",
        "owner",
        "service",
        "target",
    )

    def __init__(
        self,
        hub: Hub,
        service: str,
        key: str,
        target: str,
        owner: str,
        backoff: Backoff,
        expected: Expected,
        inclusions: tuple[str, ...],
    ) -> None:
        self.hub = hub
        self.correlation_id = hub.operation_id()
        self.service = service
        self.key = key
        self.target = target
        self.owner = owner
        self.backoff = backoff
        self.expected = expected
        self.inclusions = inclusions

    @property
    def included(self) -> tuple[str, ...]:
        """The relationships that the query includes."""
        return tuple(
            name
            for key, value in self.pairs()
            if key == "include"
            for name in value.split(",")
            if name
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query of page one, decoded."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)


class Walk:
    """One way through the pages of a query, and through those of what is linked to them.

    Args:
        query: The request for page one.

    Attributes:
        ready: Pages that are read and not handed out yet.
    """

    __slots__ = ("_model", "_model_is_known", "_query", "_seen", "ready")

    def __init__(self, query: Query) -> None:
        self._query = query
        self._seen: set[int] = set()
        self._model: Callable[[Any], Any] | None = None
        self._model_is_known = False
        self.ready: deque[ResourceResponse] = deque()

    def fetch(
        self, target: str, key: str, policy: RetryPolicy | None = None
    ) -> Flow[ResourceResponse]:
        """Read one page."""
        query = self._query
        connection = yield from query.hub.connection(query.service)
        model = (yield from self._model_builder()) if key == query.key else None
        page: ResourceResponse = yield from connection.request_resources(
            "GET",
            urls.escape_braces(target),
            key=key,
            model=model,
            correlation_id=query.correlation_id,
            retry=policy or query.backoff.reads,
        )
        for failure in page.linked_failures:
            logging.warning(connection.calls.engine.scrub(f"{page!r}: {describe(failure)}"))
        return page

    def _model_builder(self) -> Flow[Callable[[Any], Any] | None]:
        """Return the function that makes models, the same for all pages.

        A descriptor that cannot be read now would otherwise delay every page.
        """
        query = self._query
        if not self._model_is_known:
            self._model = yield from query.hub.model_builder(
                query.service, query.key, query.inclusions
            )
            self._model_is_known = True
        return self._model

    def begin(self, prefetch: int) -> Flow[None]:
        """Read page one, and more pages if they are wanted.

        They are read side by side if the response tells their number.
        """
        query = self._query
        page = yield from until_complete(
            lambda policy: self.fetch(query.target, query.key, policy),
            query.backoff.reads,
            query.expected,
            query.included,
            query.hub.runtime,
        )
        self.ready.append(page)
        links = _numbered_links(page.meta, prefetch)
        self._seen.update(map(hash, links))
        for outcome in (
            (yield Together([self.fetch(link, query.key) for link in links], prefetch))
            if links
            else ()
        ):
            if isinstance(outcome, ClientError):
                raise outcome
            self.ready.append(outcome)
        while len(self.ready) < prefetch:
            following = yield from self._next_page(self.ready[-1])
            if following is None:
                return
            self.ready.append(following)

    def after(self, page: ResourceResponse) -> Flow[ResourceResponse | None]:
        """Return the page that follows, or `None` after the last one."""
        if self.ready:
            return self.ready.popleft()
        return (yield from self._next_page(page))

    def _next_page(self, page: ResourceResponse) -> Flow[ResourceResponse | None]:
        if not page.resources:
            return None
        link = self._new_link(page.meta)
        if link is None:
            yield from self._check_cap(page)
            return None
        try:
            return (yield from self.fetch(link, self._query.key))
        except HTTPStatusError as exc:
            is_last = _number(page.meta, "page") >= LEAST_CAP
            if exc.call_status == 400 and is_last:
                raise self._capped(page) from exc
            raise

    def _new_link(self, meta: Mapping[str, Any]) -> str | None:
        link = meta.get("next") or meta.get("continue")
        if link is None:
            return None
        if not isinstance(link, str) or not link.startswith("/"):
            raise ClientError(
                f"{self._query.service}: the link to the next page is not below the service's"
                " location"
            )
        if hash(link) in self._seen:
            raise ClientError(
                f"{self._query.service}: the server gives the same link to the next page twice:"
                f" {scrub_live(safe_url(link))[:200]}"
            )
        self._seen.add(hash(link))
        return link

    def _check_cap(self, page: ResourceResponse) -> Flow[None]:
        """Raise an error if numbered pages ended before the list did."""
        number, size = _number(page.meta, "page"), _number(page.meta, "perPage")
        if number < LEAST_CAP or len(page.resources) < size:
            return
        query = self._query
        pairs = [
            pair
            for pair in query.pairs()
            if pair[0] not in ("page", "perPage", "count", "include")
            and not pair[0].endswith(".fields")
        ]
        path = query.target.partition("?")[0]
        counting = urlencode([*pairs, ("count", "true"), ("perPage", "1")])
        counted = yield from self.fetch(f"{path}?{counting}", query.key)
        total = _number(counted.meta, "totalCount")
        if not total or total > number * size:
            raise self._capped(page)

    def _capped(self, page: ResourceResponse) -> ClientError:
        return ClientError(
            f"{self._query.service}: the server gives no page after page"
            f" {_number(page.meta, 'page')} of {self._query.key}, and there are more;"
            " use query_string='continue=true', which has no such end",
            request=page.response.request,
        )

    def chains(self, page: ResourceResponse, name: str) -> Flow[None]:
        """Emit the lists of linked resources that a page of the main list only links to."""
        ends = [{"continue": end} for end in open_ends(page.linked_requests(name))]
        while (further := (yield from self._next_linked(ends))) is not None:
            yield Emit(further)

    def complete(self, page: ResourceResponse) -> Flow[ResourceResponse]:
        """Return a page of the main list with all resources that are linked to it."""
        linked = {}
        for name in self._query.included:
            linked[name] = list(page.linked(name) or ())
            ends = [{"continue": end} for end in open_ends(page.linked_requests(name))]
            while (further := (yield from self._next_linked(ends))) is not None:
                linked[name] += further
        return page.with_linked(linked)

    def _next_linked(self, ends: list[Any]) -> Flow[list[Any] | None]:
        """Return the next list of linked resources, or `None` after the last one.

        What an end leads to takes its place.
        """
        while ends:
            link = self._new_link(ends.pop(0))
            if link is not None:
                path, dummy, text = link.partition("?")
                target = (
                    link
                    if any(key == "owner" for key, dummy_value in parse_qsl(text))
                    else urls.target(link, {"owner": self._query.owner})
                )
                page = yield from self.fetch(target, camel(path.rstrip("/").rpartition("/")[2]))
                if page.resources:
                    ends.insert(0, page.meta)
                    found: list[Any] = page.resources
                    return found
        return None


def open_ends(entries: list[Mapping[str, Any]]) -> list[str]:
    """Return the links at which the chains of sub-requests stop.

    Those that no sub-request of the same response has followed.

    Args:
        entries: The sub-requests for a relationship, from a response. Several chains may be
            mixed.
    """
    followed = {_cursor(entry.get("request")) for entry in entries}
    ends: dict[Any, str] = {}
    for entry in entries:
        link = entry.get("continue") or entry.get("next")
        if link and _cursor(link) not in followed:
            ends.setdefault(_cursor(link), link)
    return list(ends.values())


def _cursor(link: Any) -> Any:
    """Return the identity of a link.

    Its cursor, or, if it has none, path and query in any order.
    """
    path, dummy, query = str(link).partition("?")
    pairs = parse_qsl(query)
    return next((value for key, value in pairs if key == "continue"), (path, tuple(sorted(pairs))))


def _numbered_links(meta: Mapping[str, Any], prefetch: int) -> list[str]:
    """Return the links to the pages after page one, up to the last wanted one.

    There are none if the response does not tell the number of pages.
    """
    number, size, total, link = (
        _number(meta, "page"),
        _number(meta, "perPage"),
        _number(meta, "totalCount"),
        meta.get("next"),
    )
    if not number or not size or not total or not isinstance(link, str) or not link.startswith("/"):
        return []
    path, dummy, query = link.partition("?")
    rest = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "page"]
    last = min(number + prefetch - 1, -(-total // size))
    return [
        f"{path}?{urlencode([*rest, ('page', str(following))])}"
        for following in range(number + 1, last + 1)
    ]


def _number(meta: Mapping[str, Any], key: str) -> int:
    value = meta.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def describe(failure: LinkedFailure) -> str:
    """Return what failed, as a line of a log or an error says it."""
    status = "" if failure.status_code is None else f" with {failure.status_code}"
    return f"reading the linked {failure.name} failed{status} on the server: {failure.message}"
