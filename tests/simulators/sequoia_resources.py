# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resources of the simulated Sequoia services, with fields, filters and relations, and their first
items. Section numbers are those of docs/protocols/sequoia.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

OWNERS = ("testmock", "test", "acme")
Record = dict[str, Any]


class Field:
    """A field and its filter.

    Args:
        name: In camel case.
        type: As the descriptor calls it.
        prefix: Whether the filter takes `v*`.
        ranged: Whether it takes `a/b`.
        read_only: Whether only the server writes it.
    """

    def __init__(
        self,
        name: str,
        type: str = "string",  # noqa: A002  (the descriptor's own word)
        *,
        prefix: bool = False,
        ranged: bool = False,
        read_only: bool = False,
    ) -> None:
        self.name = name
        self.type = type
        self.prefix = prefix
        self.ranged = ranged
        self.read_only = read_only


class Relation:
    """A relation of one level (8).

    Args:
        name: What `include` calls it.
        resource: Where it leads.
        field: Of the parent where it is direct, else of the child.
        direct: Whether the parent holds the refs.
        fields: Those that linked items have unless the caller names others.
    """

    def __init__(
        self,
        name: str,
        resource: str,
        field: str,
        *,
        direct: bool = False,
        fields: Sequence[str] = ("ref", "name"),
    ) -> None:
        self.name = name
        self.resource = resource
        self.field = field
        self.direct = direct
        self.fields = (*fields, *(() if direct else (field,)))


class Resource:
    """A resource of a service.

    Args:
        service: Its service.
        name: Hyphenated plural.
        fields: Those that not every resource has.
        relations: What can be included.
    """

    def __init__(
        self,
        service: str,
        name: str,
        fields: Sequence[Field] = (),
        relations: Sequence[Relation] = (),
    ) -> None:
        self.service = service
        self.name = name
        self.key = camel(name)
        self.fields = {field.name: field for field in (*COMMON, *fields)}
        self.relations = {relation.name: relation for relation in relations}

    def descriptor_entry(self, pages: int) -> Record:
        """Return the resource's part of the descriptor."""
        relationships = {}
        for relation in self.relations.values():
            where = (
                {"type": "direct", "fieldNamePath": relation.field}
                if relation.direct
                else {"type": "indirect", "filterName": with_name(relation.field), "batchSize": 10}
            )
            relationships[relation.name] = {
                "name": relation.name,
                "resourceType": camel(relation.resource),
                "fields": list(relation.fields),
                **where,
            }
        return {
            "path": "/data",
            "singularName": self.key.removesuffix("s"),
            "pluralName": self.key,
            "hyphenatedPluralName": self.name,
            "operations": {
                "browse": {},
                "get": {},
                "storeBatch": {"limit": 100},
                "storeOne": {},
                "delete": {},
            },
            "pagination": {
                "pageSize": {"min": 1, "max": 100, "default": 100},
                "pages": {"max": pages},
            },
            "fields": {name: self.descriptor_field(field) for name, field in self.fields.items()},
            "relationships": relationships,
            "conditionalUpdates": True,
        }

    def descriptor_field(self, field: Field) -> Record:
        """Return a field's part of the descriptor."""
        flags = {
            key: True
            for key, is_set in (("prefix", field.prefix), ("range", field.ranged))
            if is_set
        }
        return {
            "type": field.type,
            "fieldName": field.name,
            "fieldNamePath": field.name,
            **({"readOnly": True} if field.read_only else {}),
            "filters": [
                {
                    "type": "with",
                    "name": with_name(field.name),
                    "fieldNamePath": field.name,
                    "valueType": field.type,
                    **flags,
                }
            ],
        }


def camel(name: str) -> str:
    """Return `flowInstances` for `flow-instances`."""
    first, *others = name.split("-")
    return first + "".join(other.title() for other in others)


def with_name(field: str) -> str:
    """Return the name of a field's filter."""
    return f"with{field[0].upper()}{field[1:]}"


def matcher(field: Field, text: str) -> Callable[[Any], bool]:
    """Read the value of a filter (6).

    Raises:
        ValueError: The filter does not take that.
    """
    negated, body = text.startswith("!"), text.removeprefix("!")
    if body == "*":
        return lambda value: (value is None) == negated
    if "/" in body and field.ranged:
        low, dummy, high = body.partition("/")
        return lambda value: value is not None and within(field, value, low, high) != negated
    choices = body.split("||")
    for choice in choices:
        if choice.endswith("*") and not field.prefix:
            raise ValueError(f"{field.name} has no prefixes")

    def equal(value: Any, choice: str) -> bool:
        if field.type == "stringMap":
            key, dummy, wanted = choice.partition(":")
            return isinstance(value, dict) and equal_text(str(value.get(key)), wanted)
        values = value if isinstance(value, list) else [value]
        return any(
            item is not None
            and equal_text(str(item).lower() if isinstance(item, bool) else str(item), choice)
            for item in values
        )

    return lambda value: any(equal(value, choice) for choice in choices) != negated


def equal_text(value: str, wanted: str) -> bool:
    """Compare a value with a pattern; a star at the end matches anything."""
    return value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted


def within(field: Field, value: Any, low: str, high: str) -> bool:
    """Tell whether a value lies between two bounds, either of which may be empty."""
    read: Callable[[Any], Any] = float if field.type in ("integer", "year") else str
    try:
        return (not low or read(value) >= read(low)) and (not high or read(value) <= read(high))
    except ValueError:
        raise ValueError("not a number") from None


COMMON = (
    Field("ref", "ref", read_only=True),
    Field("owner", "name"),
    Field("name", "name", prefix=True),
    Field("title", prefix=True),
    Field("tags"),
    Field("alternativeIdentifiers", "stringMap", prefix=True),
    Field("custom", "map"),
    Field("active", "boolean"),
    *(Field(name, "timestamp", ranged=True, read_only=True) for name in ("createdAt", "updatedAt")),
    *(Field(name, "ref", read_only=True) for name in ("createdBy", "updatedBy")),
    Field("version", "version", read_only=True),
)

RESOURCES = (
    Resource(
        "metadata",
        "contents",
        [
            *(
                Field(name)
                for name in ("type", "engine", "categoryRefs", "memberRefs", "parentRef")
            ),
            Field("releaseYear", "year", ranged=True),
            Field("duration", "duration", ranged=True),
        ],
        [
            Relation("categories", "categories", "categoryRefs", direct=True),
            Relation("parent", "contents", "parentRef", direct=True),
            Relation("members", "contents", "memberRefs", direct=True),
            Relation("assets", "assets", "contentRef"),
            Relation("children", "contents", "parentRef"),
            Relation("scopeOffers", "offers", "contentRef"),
        ],
    ),
    Resource(
        "metadata",
        "assets",
        [
            Field("type"),
            Field("url", prefix=True),
            Field("contentRef"),
            Field("fileSize", "integer", ranged=True),
        ],
    ),
    Resource("metadata", "categories", [Field("scheme")]),
    Resource("metadata", "offers", [Field("contentRef")]),
    Resource("metadata", "logs"),
    Resource("workflow", "profiles"),
    Resource("workflow", "flows"),
    Resource(
        "workflow",
        "flow-instances",
        [Field("flowRef"), Field("status")],
        [Relation("flow", "flows", "flowRef", direct=True)],
    ),
    Resource("workflow", "flow-executions", [Field("flowInstanceRef"), Field("status")]),
)


def samples() -> Iterator[tuple[Resource, Record]]:
    """Yield the items of a new server."""
    by_name = {resource.name: resource for resource in RESOURCES}
    for owner in ("testmock", "test"):
        for name in ("drama", "comedy", "news"):
            yield by_name["categories"], {"owner": owner, "name": name, "scheme": "genre"}
        for number, name in enumerate(
            ["sampleContent", "c0007", "c02", *(f"c{number:03d}" for number in range(100, 107))]
        ):
            content = {
                "owner": owner,
                "name": name,
                "title": f"Content {number}",
                "type": "movie" if number % 2 else "episode",
                "engine": "diesel" if number < 2 else "steam",
                "releaseYear": 2000 + number,
                "categoryRefs": [f"{owner}:drama", f"{owner}:comedy"][: 1 + number % 2],
                "alternativeIdentifiers": {"crid": f"crid{number}"},
                "active": number != 5,
            }
            yield (
                by_name["contents"],
                {**content, **({"parentRef": f"{owner}:sampleContent"} if number > 6 else {})},
            )
            for part in range(3):
                asset = {
                    "owner": owner,
                    "name": f"{name}-a{part}",
                    "type": "video",
                    "contentRef": f"{owner}:{name}",
                    "fileSize": part * 1000,
                }
                yield by_name["assets"], {**asset, "url": f"https://cdn.example/{name}/{part}.mp4"}
            yield (
                by_name["offers"],
                {"owner": owner, "name": f"{name}-offer", "contentRef": f"{owner}:{name}"},
            )
        for number in range(5):
            yield by_name["profiles"], {"owner": owner, "name": f"profile-{number}"}
        yield by_name["flows"], {"owner": owner, "name": "transcode"}
        for number in range(3):
            yield (
                by_name["flow-instances"],
                {
                    "owner": owner,
                    "name": f"run-{number}",
                    "flowRef": f"{owner}:transcode",
                    "status": "RUNNING",
                },
            )
        yield (
            by_name["flow-executions"],
            {
                "owner": owner,
                "name": "execution-1",
                "flowInstanceRef": f"{owner}:run-0",
                "status": "RUNNING",
            },
        )
