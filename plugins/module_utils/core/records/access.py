# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways to reach the records of a type, as data.

A route for listing, reading, creating, updating, deleting and validating.

A route is a path, what goes around the record in the request, and where the record is in the
response. Paths and bodies are templates (see `templates`): `{id}` is the record's id, `{name}` its
field `name`. Releases of a server differ: an access may have several routes for one purpose, each
with the releases that have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..exceptions import ConfigurationError
from ..jsonutils import dig, equal
from ..page_styles import PageStyle
from .dialects import Dialect
from .failures import Failure
from .templates import placeholders

if TYPE_CHECKING:
    from typing import TypeAlias

    Release: TypeAlias = tuple[int, ...]
    Order: TypeAlias = Callable[[str], Release]

_WRITING = ("POST", "PUT", "PATCH", "DELETE")


class Route:
    """A path and the releases that have it.

    Args:
        path: Below the base URL, a template with a leading slash.
        method: The HTTP method.
        params: Query parameters that are always sent; their values are templates.
        since: The first release that has the route; `""` for any.
        until: The first release that no longer has it; `""` for none.

    Attributes:
        placeholders: The names of the placeholders in the path and in the query.

    Raises:
        ConfigurationError: The path has no leading slash, or there is no such method.
    """

    __slots__ = ("method", "params", "path", "placeholders", "since", "until")

    methods: tuple[str, ...] = ("GET", "POST")

    def __init__(
        self,
        path: str,
        *,
        method: str,
        params: Mapping[str, Any] | None = None,
        since: str = "",
        until: str = "",
    ) -> None:
        if not isinstance(path, str) or not path.startswith("/"):
            raise ConfigurationError(f"path must be a text that begins with '/', not {path!r}")
        if method not in self.methods:
            raise ConfigurationError(
                f"{path}: method must be one of {', '.join(self.methods)}, not {method!r}"
            )
        self.path = path
        self.method = method
        self.params = dict(params or {})
        self.placeholders = placeholders([path, self.params])
        self.since = since
        self.until = until

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.method} {self.path}>"

    def exists_in(self, release: Release | None, order: Order) -> bool:
        """Tell whether a release has the route.

        Args:
            release: The server's release; `None` if it is unknown, for the newest.
            order: Makes a release that can be compared from its text.
        """
        if release is None:
            return not self.until
        return (not self.since or order(self.since) <= release) and (
            not self.until or release < order(self.until)
        )


class List(Route):
    """The route that lists records.

    Args:
        path: See `Route`. Placeholders name fields whose value the caller must give, such as the
            parent of the records.
        paging: The envelope of the list, and how it is cut into pages; the page's size is
            the most that the server gives. `None` for the usual way of the service.
        method: `POST` for lists that are searched for.
        params: See `Route`.
        body: The fixed part of a search's body.
        item: Dotted path of the record in an item of the list.
        filters: The filter dialect; `None` if the server cannot filter.
        order: The parameters that sort by one field: names and values are templates of `{field}`,
            `{sign}` (`-` or nothing) and `{direction}` (1 or -1).
        include: The parameter that takes the names of the wanted fields.
        partial: The records lack fields: a record that is compared is read alone.
        full: Parameters with which the records of a partial list have all fields.
        since: See `Route`.
        until: See `Route`.
    """

    __slots__ = ("body", "filters", "full", "include", "item", "order", "paging", "partial")

    def __init__(
        self,
        path: str,
        paging: PageStyle | None = None,
        *,
        method: str = "GET",
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        item: str = "",
        filters: Dialect | None = None,
        order: Mapping[str, str] | None = None,
        include: str = "",
        partial: bool = False,
        full: Mapping[str, Any] | None = None,
        since: str = "",
        until: str = "",
    ) -> None:
        super().__init__(path, method=method, params=params, since=since, until=until)
        self.full = dict(full or {})
        self.paging = paging
        self.body = None if body is None else dict(body)
        self.item = item
        self.filters = filters or Dialect({})
        self.order = dict(order or {})
        self.include = include
        self.partial = partial

    def sorting(self, order: Sequence[str]) -> dict[str, str] | None:
        """Return the parameters that sort the list; `None` if the server cannot."""
        if not order:
            return {}
        if not self.order or len(order) > 1:
            return None
        name = order[0].removeprefix("-")
        sign = "-" if order[0].startswith("-") else ""
        values = {"field": name, "sign": sign, "direction": f"{sign}1"}
        return {
            key.format_map(values): value.format_map(values) for key, value in self.order.items()
        }


class One(Route):
    """The route that reads one record.

    Args:
        path: See `Route`.
        unwrap: Dotted path of the record in the response; several, if responses differ: the first
            that leads to an object counts.
        into: Key of the record that takes what is there; `""` if it is the record.
        absent: Tells a response of 2xx that means "there is none", beside one without a record.
        statuses: The statuses that mean "there is none".
        params: See `Route`.
        since: See `Route`.
        until: See `Route`.
    """

    __slots__ = ("absent", "into", "statuses", "unwrap")

    def __init__(
        self,
        path: str,
        *,
        unwrap: str | Sequence[str] = "",
        into: str = "",
        absent: Failure | None = None,
        statuses: Iterable[int] = (404,),
        params: Mapping[str, Any] | None = None,
        since: str = "",
        until: str = "",
    ) -> None:
        super().__init__(path, method="GET", params=params, since=since, until=until)
        self.unwrap = texts(unwrap)
        self.into = into
        self.absent = absent
        self.statuses = frozenset(statuses)


class Write(Route):
    """A route that creates, updates or validates a record.

    Args:
        path: See `Route`.
        method: `POST`, `PUT` or `PATCH`.
        wrap: Dotted path of the document in the body; `forms.0` for a list of one.
        body: The rest of the body, a template. Fields that it names stand only there; a text of one
            placeholder makes a field's value the whole body.
        unwrap: Dotted path of the record in the response; several, if responses differ: the first
            that leads to an object counts. `None` if the response has none: the record is read.
        partial: The response lacks fields of the record: it is read after the write.
        whole: Send the whole record, or all of `fields`, which replaces what is there; otherwise
            only the fields that change.
        merges: The server merges objects into those that are there: only the keys that change are
            sent. An object that loses keys is left to the next route.
        remove: The route that removes one item, `{item}`, of a list; then this one adds some: only
            new items are sent.
        optional: Fields that are not sent if they are empty, because the server refuses that.
        empties: Only lists that become empty are written by this route, because the server does not
            take empty ones by the next.
        keep: Fields that the server makes and that it wants back with a whole record.
        fields: The only fields that this route takes; `None` for all that no other one takes.
        failures: Responses of 2xx that mean a failure.
        clears: Fields that the server empties in this write: they are written again afterwards.
        otherwise: The same write in another form, for servers that refuse this one or ignore it.
        beside: Keys of the response that stand beside the record and belong to it.
        defaults: Keys of the server's record with the values that are sent if the record has none.
        together: Keys of the server's record that are sent together: if one is, all are.
        only: Dotted path in the server's record: the route takes what stands there, and is used if
            nothing else changes.
        when: Values of fields: the route is used for records that have them.
        params: See `Route`.
        since: See `Route`.
        until: See `Route`.
    """

    __slots__ = (
        "beside",
        "body",
        "clears",
        "defaults",
        "empties",
        "failures",
        "fields",
        "keep",
        "merges",
        "only",
        "optional",
        "otherwise",
        "partial",
        "remove",
        "together",
        "unwrap",
        "when",
        "whole",
        "wrap",
    )

    methods = _WRITING[:3]

    def __init__(
        self,
        path: str,
        method: str = "POST",
        *,
        wrap: str = "",
        body: Mapping[str, Any] | str | None = None,
        unwrap: str | Sequence[str] | None = "",
        partial: bool = False,
        whole: bool = False,
        merges: bool = False,
        remove: Delete | None = None,
        optional: Iterable[str] = (),
        empties: bool = False,
        keep: Iterable[str] = (),
        fields: Iterable[str] | None = None,
        failures: Iterable[Failure] = (),
        clears: Iterable[str] = (),
        otherwise: Write | None = None,
        beside: Iterable[str] = (),
        defaults: Mapping[str, Any] | None = None,
        together: Iterable[str] = (),
        only: str = "",
        when: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        since: str = "",
        until: str = "",
    ) -> None:
        super().__init__(path, method=method, params=params, since=since, until=until)
        self.wrap = wrap
        self.body = body if isinstance(body, str) else dict(body or {})
        self.unwrap = None if unwrap is None else texts(unwrap)
        self.partial = partial
        self.whole = whole
        self.merges = merges
        self.optional = frozenset(optional)
        self.empties = empties
        self.remove = remove
        self.keep = frozenset(keep)
        self.fields = None if fields is None else tuple(fields)
        self.failures = tuple(failures)
        self.clears = tuple(clears)
        self.otherwise = otherwise
        self.beside = tuple(beside)
        self.defaults = dict(defaults or {})
        self.together = tuple(together)
        self.only = only
        self.when = dict(when or {})

    def fits(self, record: Mapping[str, Any]) -> bool:
        """Tell whether the route is for a record."""
        return all(equal(record.get(name), value) for name, value in self.when.items())


class Delete(Route):
    """The route that deletes records.

    Args:
        path: See `Route`.
        method: `DELETE`, or `POST`.
        body: The body, a template; `{"ids": ["{id}"]}` is a list of all records of a request.
        batch: The most records of a request.
        statuses: The statuses that mean "there is none", which is no error.
        failures: Responses of 2xx that mean a failure.
        first: The records to be deleted before, such as the content of a record.
        params: See `Route`.
        since: See `Route`.
        until: See `Route`.

    Raises:
        ConfigurationError: Several records at a time, but their ids are in the path.
    """

    __slots__ = ("batch", "body", "failures", "first", "statuses")

    methods = _WRITING

    def __init__(
        self,
        path: str,
        method: str = "DELETE",
        *,
        body: Any = None,
        batch: int = 1,
        statuses: Iterable[int] = (404,),
        failures: Iterable[Failure] = (),
        first: Delete | None = None,
        params: Mapping[str, Any] | None = None,
        since: str = "",
        until: str = "",
    ) -> None:
        super().__init__(path, method=method, params=params, since=since, until=until)
        if batch < 1 or (batch > 1 and self.placeholders):
            raise ConfigurationError(
                f"{path}: batch must be 1 if the path names a record, and never less than 1"
            )
        self.body = body
        self.batch = batch
        self.statuses = frozenset(statuses)
        self.failures = tuple(failures)
        self.first = first


AnyRoute = TypeVar("AnyRoute", bound=Route)


class Part(NamedTuple):
    """The records that a field of another one lists.

    Attributes:
        resource: The name of their type. The field has those of their fields that may be written.
            `""` if the store reads them in a way of its own.
        filters: The filters that choose them, a template: `{"inventory": "{id}"}`.
    """

    resource: str = ""
    filters: Mapping[str, Any] = MappingProxyType({})


class Access:
    """The ways to reach the records of a type.

    By default, GET and POST at the list's path list and create, and GET, PATCH and DELETE below it
    read, update and delete the record of an id.

    Args:
        many: The route that lists the records, or its path; several routes, if releases differ.
        one: The route that reads one; `None` for the default, `()` for none.
        create: The route that creates one. Fields that it does not take are written afterwards, by
            the routes that update.
        update: The routes that update one, in the order in which they are used.
        delete: The route that deletes.
        validate: The route by which the server checks a record without keeping it.
        parts: Fields that are lists of other records, which have a list of their own.

    Raises:
        ConfigurationError: A route of the wrong kind, or no list.
    """

    __slots__ = ("create", "delete", "many", "one", "parts", "update", "validate")

    def __init__(
        self,
        many: str | List | Sequence[List],
        *,
        one: One | Sequence[One] | None = None,
        create: Write | Sequence[Write] | None = None,
        update: Write | Sequence[Write] | None = None,
        delete: Delete | Sequence[Delete] | None = None,
        validate: Write | Sequence[Write] = (),
        parts: Mapping[str, Part] | None = None,
    ) -> None:
        self.many = _routes("many", List, List(many) if isinstance(many, str) else many)
        if not self.many:
            raise ConfigurationError("many: give the route of the list")
        path = self.many[0].path
        item = f"{path}{{id}}/" if path.endswith("/") else f"{path}/{{id}}"
        self.one = _routes("one", One, One(item) if one is None else one)
        self.create = _routes("create", Write, Write(path) if create is None else create)
        self.update = _routes("update", Write, Write(item, "PATCH") if update is None else update)
        self.delete = _routes("delete", Delete, Delete(item) if delete is None else delete)
        self.validate = _routes("validate", Write, validate)
        self.parts = dict(parts or {})

    def __repr__(self) -> str:
        return f"<Access {self.many[0].path}>"

    @property
    def routes(self) -> tuple[Route, ...]:
        """All routes."""
        return (
            *self.many,
            *self.one,
            *self.create,
            *self.update,
            *self.delete,
            *self.validate,
        )

    @property
    def verbs(self) -> frozenset[str]:
        """The verbs of the type: `create`, `retrieve`, `update` and `delete`."""
        routes = {
            "create": self.create,
            "retrieve": self.many,
            "update": self.update,
            "delete": self.delete,
        }
        return frozenset(verb for verb, found in routes.items() if found)

    @property
    def is_partial(self) -> bool:
        """`True` if listed records lack fields."""
        return bool(self.parts) or any(route.partial for route in self.many)

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of the fields that paths and bodies name."""
        bodies = [getattr(route, "body", None) for route in self.routes]
        return frozenset(
            (*placeholders([route.path for route in self.routes]), *placeholders(bodies))
        )

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that single routes take."""
        writes = (*self.create, *self.update, *self.validate)
        return frozenset(
            name
            for write in writes
            for name in (*(write.fields or ()), *write.clears, *write.keep, *write.when)
        )

    @property
    def differs_by_release(self) -> bool:
        """`True` if some releases lack some routes."""
        return any(route.since or route.until for route in self.routes)

    def for_release(self, release: Release | None, order: Order) -> Access:
        """Return the access with the routes that a release has.

        Args:
            release: The server's release; `None` if it is unknown, for the newest.
            order: Makes a release that can be compared from its text.
        """

        def existing(routes: Sequence[AnyRoute]) -> tuple[AnyRoute, ...]:
            return tuple(route for route in routes if route.exists_in(release, order))

        twin = Access.__new__(Access)
        twin.many = existing(self.many)
        twin.one = existing(self.one)
        twin.create = existing(self.create)
        twin.update = existing(self.update)
        twin.delete = existing(self.delete)
        twin.validate = existing(self.validate)
        twin.parts = self.parts
        return twin


def texts(value: str | Sequence[str]) -> tuple[str, ...]:
    """Return one text or several as several."""
    return (value,) if isinstance(value, str) else tuple(value)


def unwrapped(data: Any, paths: Sequence[str]) -> dict[str, Any] | None:
    """Return the object at the first path that leads to one; `None` if none does."""
    if paths == ("",):
        return data if isinstance(data, dict) and data else None
    found = (dig(data, path) for path in paths)
    return next((record for record in found if isinstance(record, dict) and record), None)


def _routes(
    name: str, kind: type[AnyRoute], given: AnyRoute | Sequence[AnyRoute]
) -> tuple[AnyRoute, ...]:
    routes = (given,) if isinstance(given, Route) else tuple(given)
    if not all(isinstance(route, kind) for route in routes):
        raise ConfigurationError(f"{name}: give a {kind.__name__} or several")
    return routes
