# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paging styles as data, and the `paginate` option of a caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from .encoding import text_of
from .exceptions import ConfigurationError
from .jsonutils import dig
from .numbers import as_number, whole_number

Body: TypeAlias = "Mapping[str, Any] | None"

MAX_DIGITS = 19
"""Digits of a number of records in a header; a longer one is nonsense."""


class PageStyle:
    """One way in which a server divides lists into pages.

    Args:
        name: Its name in the `paginate` option.
        items: Dotted path to the list in the response; `""` for a bare list, `*` for the only list
            at the top of an object. There may be several: the first that leads to a list counts.
        total: Dotted paths of the number of all records.
        doubtful: Dotted paths of numbers that are those of all records on some servers, and of the
            page on others: they count if they are larger than the page.
        total_header: The header with this number.
        counted: A list without that number is whole, although the style has pages.
        offset: The parameter that says where a page begins; `""` for a list that is not paged.
        limit: The parameter that says how many records a page has.
        page_size: Records to ask for; servers may give fewer.
        first_page: The number of the first page if `offset` counts pages; `None` if it counts
            records.
        body: Key of the object in the request's body that takes the parameters, `""` for the body
            itself; `None` for the query.
        links: Dotted paths at which the address of the next page may stand, below the client's base
            URL; then it is followed, and `offset` is `""`.
        standing: Parameters that paging needs beside these; the caller's own go before them.
        paths: Beginnings of the paths that are known to have this style, for styles whose first
            request needs their parameters.
        text: The server wants `offset` as a text in the body.
    """

    __slots__ = (
        "body",
        "counted",
        "doubtful",
        "first_page",
        "items",
        "limit",
        "links",
        "name",
        "offset",
        "page_size",
        "paths",
        "standing",
        "text",
        "total",
        "total_header",
    )

    def __init__(
        self,
        name: str,
        items: str | Sequence[str],
        *,
        total: Sequence[str] = (),
        doubtful: Sequence[str] = (),
        total_header: str = "",
        counted: bool = False,
        offset: str = "",
        limit: str = "",
        page_size: int = 100,
        first_page: int | None = None,
        body: str | None = None,
        links: Sequence[str] = (),
        standing: Mapping[str, Any] | None = None,
        paths: Sequence[str] = (),
        text: bool = False,
    ) -> None:
        self.name = name
        self.items = items
        self.total = tuple(total)
        self.doubtful = tuple(doubtful)
        self.total_header = total_header
        self.counted = counted
        self.offset = offset
        self.limit = limit
        self.page_size = page_size
        self.first_page = first_page
        self.body = body
        self.links = tuple(links)
        self.standing = standing or {}
        self.paths = tuple(paths)
        self.text = text

    def but(self, **changes: Any) -> PageStyle:
        """Return a copy with some values replaced."""
        return PageStyle(**{**{name: getattr(self, name) for name in self.__slots__}, **changes})

    def find_list(self, data: Any) -> Any:
        """Return the list in the JSON of a response; anything else if there is none."""
        if self.items == "*":
            lists = (
                [value for value in data.values() if isinstance(value, list)]
                if isinstance(data, Mapping)
                else []
            )
            return lists[0] if len(lists) == 1 else None
        if isinstance(self.items, str):
            return dig(data, self.items)
        found = (dig(data, path) for path in self.items)
        return next((listed for listed in found if isinstance(listed, list)), None)

    def count(self, data: Any, headers: Mapping[str, str]) -> int | None:
        """Return the number of all records; `None` if the server does not say.

        Some servers say -1 or 0 for "not counted".
        """
        for found in (dig(data, path) for path in self.total):
            if _is_number(found) and found > 0:
                return int(found)
        for found in (dig(data, path) for path in self.doubtful):
            listed = self.find_list(data)
            if _is_number(found) and isinstance(listed, list) and found > len(listed):
                return int(found)
        text = headers.get(self.total_header, "") if self.total_header else ""
        return int(text) if text.isdecimal() and 0 < len(text) < MAX_DIGITS else None

    def find_link(self, data: Any) -> str:
        """Return the link to the next page; `""` if this is the last one."""
        found = (dig(data, path) for path in self.links)
        return next((link for link in found if link and isinstance(link, str)), "")

    def start(self, params: Mapping[str, Any], json: Body = None) -> int:
        """Return where to begin.

        Where the caller's own parameters or body say, else at the beginning.
        """
        given = params if self.offset in params or self.body is None else self._inner(json)
        position = given.get(self.offset, self.first_page or 0) if self.offset else 0
        try:
            return int(position)
        except (TypeError, ValueError) as exc:
            raise ConfigurationError(
                f"params: {self.offset} must be a whole number, not {position!r}"
            ) from exc

    def _inner(self, json: Body) -> Mapping[str, Any]:
        """Return the object in the body that takes the parameters; empty if there is none."""
        found = (json or {}).get(self.body) if self.body else json
        return found if isinstance(found, Mapping) else {}

    def build_request(
        self, position: int, most: int | None, params: Mapping[str, Any], json: Body
    ) -> tuple[Mapping[str, Any], Body]:
        """Return the query parameters and the body that ask for one page.

        Args:
            position: A record's or a page's number.
            most: Records that are still wanted, `None` for all. The page's size is the caller's own
                parameter or `page_size`.
            params: The caller's own parameters.
            json: The caller's own body.
        """
        if not self.offset:
            return (
                {self.limit: self.page_size, **self.standing, **params} if self.links else params
            ), json
        size = (
            self.page_size
            if most is None or self.first_page is not None
            else min(self.page_size, most)
        )
        own = {self.limit: size, **self.standing, **params, self.offset: position}
        if self.body is None:
            return own, json
        written = str(position) if self.text else position
        inner = {**own, **self._inner(json), self.offset: written}
        return {}, {**(json or {}), self.body: inner} if self.body else inner


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


UNPAGED = PageStyle("none", "")


class Paginate:
    """The `paginate` option, parsed.

    Args:
        option: `auto`, `none`, a style's name, or a dict of `style page_size limit items total`,
            whose numbers may be texts; `True` is `auto` and `False` is `none`.
        styles: The styles of the service; the first one's parameters are used by an `auto` whose
            path is not known.
        path: The path of the list.

    Raises:
        ConfigurationError: Not such an option.
    """

    __slots__ = ("_changes", "limit", "recognise", "style", "styles")

    def __init__(
        self, option: str | Mapping[str, Any] | None, styles: Sequence[PageStyle], path: str
    ) -> None:
        values = _parse(option)
        name = values["style"]
        known = {"none": UNPAGED, **{style.name: style for style in styles}}
        path = f"/{text_of(path, 'path').lstrip('/')}"
        by_path = next((style for style in styles if path.startswith(style.paths)), None)
        if name == "auto":
            chosen = by_path or styles[0]
        elif isinstance(name, str) and name in known:
            chosen = known[name]
        else:
            raise ConfigurationError(
                f"paginate: unknown style {name!r}; known are auto, {', '.join(known)}"
            )
        self._changes = {
            key: values[key] for key in ("page_size", "items") if values[key] is not None
        }
        if values["total"] is not None:
            self._changes["total"] = (values["total"],)
        self.style = chosen.but(**self._changes)
        self.recognise = values["items"] is None and (
            name == "none" or (name == "auto" and by_path is None)
        )
        self.limit: int | None = values["limit"]
        self.styles = styles

    def settle(self, data: Any) -> PageStyle | None:
        """Return the style of the first response; `None` if it is unknown."""
        if not self.recognise:
            return self.style
        for style in self.styles:
            if not style.paths and isinstance(style.find_list(data), list):
                paged = style.offset == self.style.offset
                return (
                    style.but(**{**self._changes, "page_size": self.style.page_size})
                    if paged
                    else UNPAGED.but(items=style.items)
                )
        return None


def _style(option: Any) -> Any:
    if option is False:
        return UNPAGED.name
    return "auto" if option is None or option is True or option == "" else option


def _parse(option: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "style": "auto",
        "page_size": None,
        "limit": None,
        "items": None,
        "total": None,
    }
    given = (
        {key: value for key, value in option.items() if value is not None}
        if isinstance(option, Mapping)
        else {"style": _style(option)}
    )
    unknown = sorted(str(key) for key in given if key not in values)
    if unknown:
        raise ConfigurationError(
            f"paginate: unknown {', '.join(unknown)}; known are {', '.join(values)}"
        )
    values.update(given)
    for key in ("items", "total"):
        if values[key] is not None:
            values[key] = text_of(values[key], f"paginate: {key}")
    for key in ("page_size", "limit"):
        number = values[key] = as_number(values[key])
        if number is not None:
            whole_number(f"paginate: {key}", number)
    return values
