# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the secrets in what a user gives, by the names they stand under."""

from __future__ import annotations

import base64
import binascii
import html
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, unquote_plus

from .finding import search
from .known import SHORTEST
from .lazy import Pattern
from .names import Verdict, describes, verdict
from .values import is_secret, looks_random

LONGEST_TEXT = 1024 * 1024
"""Characters of a text that are searched for secrets."""

_HINTS = tuple(
    "pass pw secret token key auth cred cookie sess sig psk jwt csrf bearer basic ://".split()
)
"""A text is worth a search only if it holds one of these."""
_FORM = Pattern(r"[^\s=&<>{}\"]{1,256}=[^\s&]*(?:&[^\s=&]{1,256}(?:=[^\s&]*)?)*\s*")
_KEY_PARTS = Pattern(r"[^\[\].]+")


def named_secrets(value: Any, *, headers: bool = False) -> Iterator[str]:
    """Yield the texts and numbers that stand under a name of a secret, `password` for example.

    Args:
        value: JSON-like data. A mapping under the key `headers` holds headers. Texts are searched
            too: they may be JSON, a form, XML, YAML, a URL or a header line.
        headers: The value itself holds headers.
    """
    if isinstance(value, Mapping):
        yield from _of_headers(value) if headers else _of_mapping(value)
    elif isinstance(value, str):
        yield from _of_text(value)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from named_secrets(item)


def _of_mapping(value: Mapping[Any, Any]) -> Iterator[str]:
    # One entry of a list of variables: {name: password, value: ...}.
    pair = value.get("name", value.get("key")) if "value" in value else None
    for key, item in value.items():
        says = _verdict_of(str(pair if key == "value" and pair is not None else key))
        if str(key).lower() == "headers":
            yield from _of_headers_as_given(item)
        elif says:
            yield from _under(item, says)
        else:
            yield from named_secrets(item)


@lru_cache(maxsize=4096)
def _verdict_of(key: str) -> Verdict:
    """Return what a key says, all its parts considered: `filter[password]`, `user.token`."""
    parts = [match.group() for match in _KEY_PARTS.finditer(key)]
    return max(map(verdict, parts), default=Verdict.HARMLESS)


def _under(value: Any, says: Verdict) -> Iterator[str]:
    """Yield the secrets in what stands under a name that says this."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if describes(str(key)):
                yield from named_secrets({key: item})
            else:
                yield from _under(item, max(says, verdict(str(key))))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _under(item, says)
    elif says >= Verdict.TEXT:
        yield from texts_of(value)
    elif isinstance(value, str):
        if says is Verdict.PERHAPS and is_secret(value, says, quoted=True):
            yield value
        yield from _of_text(value)


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in data all of which is secret, and every number that may be masked."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from texts_of(item)
    elif _is_number(value) and len(str(value)) >= SHORTEST:
        yield str(value)


def _of_headers_as_given(headers: Any) -> Iterator[str]:
    """Yield the secrets in headers, also if these have a type that is refused later."""
    if isinstance(headers, Mapping):
        yield from _of_headers(headers)
    elif isinstance(headers, (list, tuple)):
        if len(headers) == 2 and isinstance(headers[0], str):
            yield from _of_headers({headers[0]: headers[1]})
        for item in headers:
            yield from _of_headers_as_given(item)
    else:
        yield from _of_header_text(str(headers))


def _of_headers(headers: Mapping[Any, Any]) -> Iterator[str]:
    for name, item in headers.items():
        for value in texts_of(item):
            yield from header_secrets(str(name), value)


def _of_header_text(text: str) -> Iterator[str]:
    """Yield the secrets in headers that were given as a text by mistake."""
    words = text.split()
    for number, word in enumerate(words[:-1], 1):
        if verdict(word.rstrip(":=")) >= Verdict.TEXT:
            yield " ".join(words[number:])
            yield from words[number:]
    yield from _of_text(text)


def header_secrets(name: str, value: str) -> Iterator[str]:
    """Yield the secrets in a header: nothing unless its name says that it holds one.

    Args:
        name: Of the header.
        value: Of `Authorization`, the credentials without the scheme are secret too, and of HTTP
            Basic the password (RFC 7617). Of `Cookie`, single values are.
    """
    says = verdict(name)
    if name.lower() in ("cookie", "set-cookie"):
        yield value
        yield from cookie_secrets(value)
    elif says >= Verdict.TEXT or (says and is_secret(value, says, quoted=True)):
        yield value
        scheme, dummy, credentials = value.strip().partition(" ")
        if credentials:
            yield credentials
            if scheme.lower() == "basic":
                with suppress(binascii.Error, ValueError):
                    yield base64.b64decode(credentials).decode().partition(":")[2]
    else:
        yield from _of_text(value)


def cookie_secrets(header: str) -> Iterator[str]:
    """Yield the values in a `Cookie` header that are secret by their name or their look.

    What a load balancer sets to find its node again, `SERVERID=node1`, is not.
    """
    for pair in header.split(";"):
        name, dummy, value = pair.strip().partition("=")
        value = value.strip('"')
        if verdict(name) or looks_random(value):
            yield value


def user_info_secrets(url: str) -> Iterator[str]:
    """Yield the password in the URL of a proxy or a server, as written and decoded.

    The URL may be malformed or have no scheme.
    """
    user_info = url.rpartition("@")[0]
    rest = user_info.partition("://")[2] or user_info
    user, colon, password = rest.partition(":")
    secret = password if colon else user if looks_random(user) else ""
    yield from {secret, unquote(secret)}


def _of_text(text: str) -> Iterator[str]:
    """Yield the secrets in a text, as they are written and decoded."""
    text = text[:LONGEST_TEXT]
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            yield from named_secrets(json.loads(text))
            return
    url, mark, query = text.partition("?")
    if mark and (url.startswith("/") or "://" in url):
        yield from _of_form(query.partition("#")[0])
    elif _FORM.fullmatch(text):
        yield from _of_form(text)
    for span in search(text):
        yield from _decoded(text[span.start : span.end])


def _of_form(form: str) -> Iterator[str]:
    for pair in form.split("&"):
        key, dummy, value = pair.partition("=")
        says = _verdict_of(unquote_plus(key))
        if says and value:
            yield from _under(unquote_plus(value), says)
            yield from _under(value, says)


def _decoded(written: str) -> Iterable[str]:
    """Return what a part of a text may stand for: itself, and with its escapes undone."""
    found = {written, html.unescape(written), unquote(written), unquote_plus(written)}
    found.add(written.replace("''", "'"))
    if "\\" in written:
        with suppress(ValueError):
            found.add(json.loads(f'"{written}"'))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
