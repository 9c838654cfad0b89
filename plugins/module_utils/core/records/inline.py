# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Types of records from plain data, for those that a catalogue lacks.

Users write them in a playbook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..exceptions import ClientError, ConfigurationError
from ..page_styles import PageStyle
from .access import Access, Delete, List, One, Route, Write
from .dialects import Dialect
from .documents import Document
from .failures import Failure
from .fields import Field, FieldAccess
from .kinds import (
    BOOLEAN,
    CONTENT,
    DATE,
    DATETIME,
    DECIMAL,
    FILE,
    ID,
    INTEGER,
    JSON,
    JSON_TEXT,
    MILLISECONDS,
    TEXT,
    Kind,
    Relation,
)
from .types import ResourceType

T = TypeVar("T")

KINDS: Mapping[str, Kind] = {
    "text": TEXT,
    "content": CONTENT,
    "id": ID,
    "integer": INTEGER,
    "number": DECIMAL,
    "boolean": BOOLEAN,
    "date": DATE,
    "datetime": DATETIME,
    "milliseconds": MILLISECONDS,
    "json": JSON,
    "json_text": JSON_TEXT,
    "file": FILE,
}
"""Kinds of fields by name; `relation` and `document` are further ones, with options."""
ACCESS: Mapping[str, FieldAccess] = {
    "read_write": FieldAccess.READ_WRITE,
    "create_only": FieldAccess.CREATE_ONLY,
    "update_only": FieldAccess.UPDATE_ONLY,
    "read_only": FieldAccess.READ_ONLY,
}
_SIMPLE: Mapping[str, Kind] = {"str": TEXT, "bool": BOOLEAN, "int": INTEGER}
"""Types of arguments, as they are written in the source, to the kinds of their values."""
_ROUTES: Mapping[str, type[Route]] = {
    "many": List,
    "one": One,
    "create": Write,
    "update": Write,
    "delete": Delete,
    "validate": Write,
}


def row_of(
    data: Any,
    styles: Mapping[str, PageStyle] | None = None,
    dialects: Mapping[str, Dialect] | None = None,
) -> ResourceType:
    """Return a type of records from plain data.

    Args:
        data: The arguments of `ResourceType` by name. `fields` are names or dicts of the arguments
            of `Field`; `access` is a path, or a dict of the arguments of `Access`, whose routes are
            paths or dicts of the arguments of `List`, `One`, `Write` and `Delete`. Fields that are
            not listed are allowed. A field without a kind is an id if it is the id, a text if it
            is a part of the key, and JSON otherwise.
        styles: Page styles that `paging` may name.
        dialects: Dialects that `filters` may name.

    Raises:
        ConfigurationError: The data is not a type; the message says where.
    """
    given = _mapping(data, "resource")
    id_field = str(given.get("id_field") or "id")
    keys = Field("key", many=True).parse(_items(given.get("key", ()), "key"))
    usual = {**dict.fromkeys(keys, TEXT), id_field: ID}
    listed = [_field(field, usual) for field in _items(given.get("fields", ()), "fields")]
    if all(field.name != id_field for field in listed):
        listed.insert(0, Field(id_field, ID, access=FieldAccess.READ_ONLY))
    # The key is among the fields, whether it is listed or not.
    named = {field.name for field in listed}
    listed += [Field(name) for name in dict.fromkeys(keys) if name not in named]
    routes = _Routes(styles or {}, dialects or {})
    own = {
        "closed": False,
        **given,
        "key": keys,
        "fields": listed,
        "access": routes.access(given.get("access", given.get("path"))),
    }
    own.pop("path", None)
    return _make(ResourceType, own, "resource")


class _Routes:
    """Makes routes from plain data."""

    __slots__ = ("_dialects", "_styles")

    def __init__(self, styles: Mapping[str, PageStyle], dialects: Mapping[str, Dialect]) -> None:
        self._styles = styles
        self._dialects = dialects

    def access(self, data: Any) -> Access:
        """Return an access from a path or a dict."""
        given = {"many": data} if isinstance(data, str) else _mapping(data, "access")
        routes = {
            name: [self._route(name, item) for item in _items(route, name)]
            for name, route in given.items()
            if name in _ROUTES and route is not None
        }
        return _make(Access, {**given, **routes}, "access")

    def _route(self, name: str, data: Any) -> Route:
        given: dict[str, Any] = {"path": data} if isinstance(data, str) else {}
        given = given or dict(_mapping(data, name))
        if given.get("paging") is not None:
            given["paging"] = self._style(given["paging"], f"{name}.paging")
        if given.get("filters") is not None:
            given["filters"] = self._dialect(given["filters"], f"{name}.filters")
        for failure in ("absent", "failures"):
            if given.get(failure) is not None:
                found = [
                    _make(Failure, item, f"{name}.{failure}")
                    for item in _items(given[failure], f"{name}.{failure}")
                ]
                given[failure] = next(iter(found), None) if failure == "absent" else found
        for inner, kind in (("otherwise", name), ("remove", "delete"), ("first", "delete")):
            if given.get(inner) is not None:
                given[inner] = self._route(kind, given[inner])
        return _make(_ROUTES[name], given, name)

    def _style(self, data: Any, where: str) -> PageStyle:
        if isinstance(data, str):
            return _choose(self._styles, data, where)
        return _make(PageStyle, {"name": "own", **_mapping(data, where)}, where)

    def _dialect(self, data: Any, where: str) -> Dialect:
        if isinstance(data, str):
            return _choose(self._dialects, data, where)
        return _make(Dialect, data, where)


def _field(data: Any, usual: Mapping[str, Kind]) -> Field:
    """Return a field.

    Args:
        data: Its name, or a dict of the arguments of `Field`.
        usual: The kinds of fields for which none is given, by their names; JSON for all others.
    """
    given: dict[str, Any] = {"name": data} if isinstance(data, str) else {}
    given = given or dict(_mapping(data, "fields"))
    if not isinstance(given.get("name"), str):
        raise ConfigurationError("fields: give each field a name, as a text or below 'name'")
    where = f"field {given['name']!r}"
    kind = given.pop("kind", None)
    options = {name: given.pop(name) for name in ("to", "document") if name in given}
    if kind is None:
        given["kind"] = usual.get(given["name"], JSON)
    elif kind == "relation":
        given["kind"] = Relation(str(options.get("to", "")))
    elif kind == "document":
        given["kind"] = _make(Document, options.get("document", {}), f"{where}: document")
    else:
        given["kind"] = _choose(KINDS, kind, f"{where}: kind")
    if "access" in given:
        given["access"] = _choose(ACCESS, given["access"], f"{where}: access")
    return _make(Field, given, where)


def _make(kind: Callable[..., T], data: Any, where: str) -> T:
    """Return an object made from the arguments of its class by name."""
    given = _mapping(data, where)
    code = kind.__init__.__code__
    known = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    unknown = sorted(str(name) for name in given if name not in known)
    if unknown:
        raise ConfigurationError(
            f"{where}: unknown {', '.join(unknown)}; known are {', '.join(known)}"
        )
    try:
        return kind(**_parse(kind, given))
    except ClientError as exc:
        raise ConfigurationError(f"{where}: {exc.message}") from exc
    except (TypeError, ValueError, AttributeError) as exc:
        raise ConfigurationError(f"{where}: {str(exc).rpartition('__init__() ')[2]}") from exc


def _parse(kind: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments with their values parsed, as far as the types of the arguments are simple.

    Null means the default of a simple argument, `2023.2` for its text, and one text for a list
    of it.
    """
    types = kind.__init__.__annotations__
    result = dict(given)
    for name, value in given.items():
        expected = types[name]
        if expected in _SIMPLE and value is None:
            del result[name]
        elif expected in _SIMPLE:
            result[name] = Field(name, _SIMPLE[expected]).parse(value)
        elif isinstance(value, str) and expected.startswith("str |"):
            continue
        elif "[str]" in expected and not isinstance(value, Mapping):
            texts = [value] if isinstance(value, str) else value
            result[name] = Field(name, TEXT, many=True).parse(texts)
    return result


def _choose(known: Mapping[str, T], name: Any, where: str) -> T:
    if not isinstance(name, str) or name not in known:
        raise ConfigurationError(f"{where}: unknown {name!r}; known are {', '.join(known)}")
    return known[name]


def _mapping(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ConfigurationError(f"{where} must be a dict, not {data!r}")
    return data


def _items(data: Any, where: str) -> list[Any]:
    """Return one thing or several as several."""
    if isinstance(data, (str, Mapping)):
        return [data]
    if not isinstance(data, (list, tuple)):
        raise ConfigurationError(f"{where} must be a list, not {data!r}")
    return list(data)
