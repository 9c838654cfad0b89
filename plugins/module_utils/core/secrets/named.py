# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the secrets in the input of a user by their names."""

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
from .names import Sensitivity, is_harmless_in_secret, names_in_pair, sensitivity_of
from .values import is_secret, looks_random

LONGEST_TEXT = 1024 * 1024
"""Characters of a text that are searched for secrets."""

_HINTS = tuple(
    "pass pw secret token key auth cred cookie sess sig psk jwt csrf bearer basic ://".split()
)
"""A text is searched only if it contains one of these."""
_FORM = Pattern(r"[^\s=&<>{}\"]{1,256}=[^\s&]*(?:&[^\s=&]{1,256}(?:=[^\s&]*)?)*\s*")
_KEY_PARTS = Pattern(r"[^\[\].]+")


def named_secrets(value: Any, *, headers: bool = False) -> Iterator[str]:
    """Yield the texts and numbers under the name of a secret, such as `password`.

    Args:
        value: JSON-like data. A mapping under the key `headers` contains headers. Texts are
            searched too: they may be JSON, a form, XML, YAML, a URL or a header line.
        headers: The value itself contains headers.
    """
    if isinstance(value, Mapping):
        yield from _secrets_of_headers(value) if headers else _secrets_of_mapping(value)
    elif isinstance(value, str):
        yield from _secrets_of_text(value)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from named_secrets(item)


def _secrets_of_mapping(value: Mapping[Any, Any]) -> Iterator[str]:
    # One entry of a list of variables: {name: password, value: ...}.
    pair = names_in_pair(value)
    for key, item in value.items():
        names = pair if key == "value" and pair else [str(key)]
        sensitivity = max(map(_sensitivity_of, names))
        if str(key).lower() == "headers":
            yield from _secrets_of_unchecked_headers(item)
        elif sensitivity:
            yield from _secrets_under(item, sensitivity)
        else:
            yield from named_secrets(item)


@lru_cache(maxsize=4096)
def _sensitivity_of(key: str) -> Sensitivity:
    """Return the highest sensitivity of the parts of a key: `filter[password]`, `user.token`."""
    parts = [match.group() for match in _KEY_PARTS.finditer(key)]
    return max(map(sensitivity_of, parts), default=Sensitivity.HARMLESS)


def _secrets_under(value: Any, sensitivity: Sensitivity) -> Iterator[str]:
    """Yield the secrets in a value under a name of this sensitivity."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if is_harmless_in_secret(str(key)):
                yield from named_secrets({key: item})
            else:
                yield from _secrets_under(item, max(sensitivity, sensitivity_of(str(key))))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _secrets_under(item, sensitivity)
    elif sensitivity >= Sensitivity.TEXT:
        yield from texts_of(value)
    elif isinstance(value, str):
        if sensitivity is Sensitivity.PERHAPS and is_secret(value, sensitivity, quoted=True):
            yield value
        yield from _secrets_of_text(value)


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in secret data, and every number that may be masked."""
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


def _secrets_of_unchecked_headers(headers: Any) -> Iterator[str]:
    """Yield the secrets in headers, also if these have a type that is refused later."""
    if isinstance(headers, Mapping):
        yield from _secrets_of_headers(headers)
    elif isinstance(headers, (list, tuple)):
        if len(headers) == 2 and isinstance(headers[0], str):
            yield from _secrets_of_headers({headers[0]: headers[1]})
        for item in headers:
            yield from _secrets_of_unchecked_headers(item)
    else:
        yield from _secrets_of_header_text(str(headers))


def _secrets_of_headers(headers: Mapping[Any, Any]) -> Iterator[str]:
    for name, item in headers.items():
        for value in texts_of(item):
            yield from header_secrets(str(name), value)


def _secrets_of_header_text(text: str) -> Iterator[str]:
    """Yield the secrets in headers that were given as a text by mistake."""
    words = text.split()
    for number, word in enumerate(words[:-1], 1):
        if sensitivity_of(word.rstrip(":=")) >= Sensitivity.TEXT:
            yield " ".join(words[number:])
            yield from words[number:]
    yield from _secrets_of_text(text)


def header_secrets(name: str, value: str) -> Iterator[str]:
    """Yield the secrets in a header; there are none if its name does not name a secret.

    Args:
        name: The name of the header.
        value: Its value. The secrets of `Authorization` include the credentials without the scheme
            and the password of HTTP Basic (RFC 7617), those of `Cookie` its single values.
    """
    sensitivity = sensitivity_of(name)
    if name.lower() in ("cookie", "set-cookie"):
        yield value
        yield from cookie_secrets(value)
    elif sensitivity >= Sensitivity.TEXT or (
        sensitivity and is_secret(value, sensitivity, quoted=True)
    ):
        yield value
        scheme, dummy, credentials = value.strip().partition(" ")
        if credentials:
            yield credentials
            if scheme.lower() == "basic":
                with suppress(binascii.Error, ValueError):
                    yield base64.b64decode(credentials).decode().partition(":")[2]
    else:
        yield from _secrets_of_text(value)


def cookie_secrets(header: str) -> Iterator[str]:
    """Yield the values in a `Cookie` header that have a secret name or look random.

    The cookie of a load balancer that names its node, `SERVERID=node1`, is no secret.
    """
    for pair in header.split(";"):
        name, dummy, value = pair.strip().partition("=")
        value = value.strip('"')
        if sensitivity_of(name) or looks_random(value):
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


def _secrets_of_text(text: str) -> Iterator[str]:
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
        yield from _secrets_of_form(query.partition("#")[0])
    elif _FORM.fullmatch(text):
        yield from _secrets_of_form(text)
    for span in search(text):
        yield from _decodings(text[span.start : span.end])


def _secrets_of_form(form: str) -> Iterator[str]:
    for pair in form.split("&"):
        key, dummy, value = pair.partition("=")
        sensitivity = _sensitivity_of(unquote_plus(key))
        if sensitivity and value:
            yield from _secrets_under(unquote_plus(value), sensitivity)
            yield from _secrets_under(value, sensitivity)


def _decodings(written: str) -> Iterable[str]:
    """Return the possible meanings of a part of a text: itself, and its unescaped form."""
    found = {written, html.unescape(written), unquote(written), unquote_plus(written)}
    found.add(written.replace("''", "'"))
    if "\\" in written:
        with suppress(ValueError):
            found.add(json.loads(f'"{written}"'))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
