# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeping the secrets that are known out of everything that leaves a client."""

from __future__ import annotations

import json
import re
import weakref
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

from .heuristics import MASK, scan_and_redact
from .names import Verdict, describes, names_secret, verdict
from .values import is_secret

SHORTEST = 4
"""Values shorter than this are not searched for: masking every "a" would destroy the text and tell
the secret's length."""

SHOWN_HEADERS = frozenset(
    "accept accept-encoding accept-language accept-ranges age allow cache-control connection content-disposition content-encoding content-length"
    " content-range content-type date etag expires host if-match if-none-match if-modified-since last-modified location retry-after server"
    " strict-transport-security transfer-encoding user-agent vary via x-correlation-id x-powered-by x-ratelimit-limit"
    " x-ratelimit-remaining x-ratelimit-reset x-request-id".split()
)
_encode = json.JSONEncoder(ensure_ascii=False).encode
SHOWN_QUERY_KEYS = frozenset(
    "contains containsfield count detail dereference end equals equalsfield exclude exclude-services fields filter greaterthanequals"
    " greaterthanequalsfield include limit offset order owner page pagesize per_page perpage search skip sort start startswith startswithfield".split()
)

_SAME_EVERYWHERE = re.compile(r"[A-Za-z0-9_.~-]+")
"""Characters that neither URLs nor JSON write differently."""

concerned: ContextVar[tuple[SecretValues, ...] | None] = ContextVar("concerned", default=None)
"""The secrets of which texts in this context may tell; `None` for those of every client of the
process."""

_live: weakref.WeakSet[SecretValues] = weakref.WeakSet()


class _Forms:
    """What to look for: values, all texts in which they may stand, the longest first, and those as
    JSON holds them.
    """

    __slots__ = ("in_json", "texts", "values")

    def __init__(self, values: tuple[str, ...]) -> None:
        self.values = values
        self.texts = tuple(
            sorted({form for value in values for form in _forms_of(value)}, key=len, reverse=True)
        )
        self.in_json = tuple({in_json(form) for form in self.texts})


def _forms_of(value: str) -> set[str]:
    # Environment variables that are not UTF-8 hold surrogates, which only this kind of encoding
    # takes.
    raw = value.encode("utf-8", "surrogatepass")
    forms = {value, b64encode(raw).decode()}
    if not _SAME_EVERYWHERE.fullmatch(value):
        escaped = json.dumps(value)[1:-1]
        forms |= {
            quote(raw, safe=""),
            quote(raw),
            quote_plus(raw),
            escaped,
            json.dumps(value, ensure_ascii=False)[1:-1],
            json.dumps(escaped)[1:-1],
        }
    return forms


class SecretValues:
    """The secrets that one client holds, each in every form in which a server or a log might repeat
    it.
    """

    __slots__ = ("__weakref__", "_forms", "_values")

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        self._values: dict[str, None] = {}
        self._forms = _Forms(())
        for value in values:
            self.add(value)
        _live.add(self)

    def __repr__(self) -> str:
        return f"<{len(self._values)} masked values>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("secrets are not pickled")

    def add(self, value: str | None) -> None:
        """Mask this value from now on.

        Args:
            value: A secret; `None`, and one shorter than `SHORTEST` characters, is ignored.
        """
        if value is not None and len(value) >= SHORTEST:
            self._values[value] = None

    def _all(self) -> _Forms:
        """Return the forms of all values; they are made when something is to be masked, for all
        values at once.
        """
        forms = self._forms
        if len(forms.values) != len(self._values):
            forms = self._forms = _Forms(tuple(self._values))
        return forms

    def add_basic(self, username: str, password: str) -> None:
        """Mask the base64 form in which HTTP Basic carries these (RFC 7617)."""
        self.add(b64encode(f"{username}:{password}".encode("utf-8", "surrogatepass")).decode())

    @property
    def values(self) -> tuple[str, ...]:
        """Every masked form, the longest first."""
        return self._all().texts

    def scrub(self, text: str) -> str:
        """Return the text with every known secret masked."""
        for form in self._all().texts:
            if form in text:
                text = text.replace(form, MASK)
        return text

    def scrub_value(self, value: Any) -> Any:
        """Return JSON-like data with every known secret masked, in keys too; data without any is
        returned as it is.
        """
        return self._scrubbed(value) if may_hold(value, self._all().in_json) else value

    def _scrubbed(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, Mapping):
            return {self._scrubbed(key): self._scrubbed(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._scrubbed(item) for item in value]
        return value

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return the bytes with every known secret masked, in UTF-8."""
        for form in self._all().texts:
            raw = form.encode("utf-8", "surrogatepass")
            if raw in data:
                data = data.replace(raw, MASK.encode())
        return data


def in_json(text: str) -> str:
    """Return a text as JSON holds it, without the quotes; characters beyond ASCII stand for
    themselves.
    """
    return _encode(text)[1:-1]


def may_hold(value: Any, secrets: Iterable[str]) -> bool:
    """Tell whether one of these texts may stand somewhere in data; `False` is certain.

    Writing the data as JSON and searching that costs a tenth of walking through it.

    Args:
        value: JSON-like data. What JSON has no form for may hold anything.
        secrets: Texts as `in_json` writes them.
    """
    try:
        text = _encode(value)
    except (TypeError, ValueError, RecursionError):
        return True
    return any(secret in text for secret in secrets)


def scrub_live(text: str) -> str:
    """Mask every secret that any client of this process holds, or those that concern this
    context.
    """
    for secrets in _everybodys() if (own := concerned.get()) is None else own:
        text = secrets.scrub(text)
    return text


def _everybodys() -> tuple[SecretValues, ...]:
    while True:
        # Another thread may make a client meanwhile.
        with suppress(RuntimeError):
            return tuple(_live)


def scrub_all(text: str) -> str:
    """Mask what is known to be secret, then what looks like it."""
    return scan_and_redact(scrub_live(text))


def redact_data(value: Any) -> Any:
    """Return a text or JSON-like data with everything masked that is known to be a secret, looks
    like one, or stands under a key that names one.

    Args:
        value: A text, or data of dicts, lists and scalars; subclasses of these come back as the
            plain type.

    Returns:
        The same data, masked. Keys stay as they are, but for known secrets in them.
    """
    if isinstance(value, str):
        return scrub_all(str.__str__(value))
    if isinstance(value, Mapping):
        named = _says(value.get("name", value.get("key"))) if "value" in value else Verdict.HARMLESS
        return {
            redact_key(key): _masked(item, named if key == "value" else _says(key))
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact_data(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return int(value) if isinstance(value, int) else float(value)


def redact_key(key: Any) -> Any:
    """Return a key of a dict with known secrets masked."""
    return scrub_live(str.__str__(key)) if isinstance(key, str) else key


def _says(key: Any) -> Verdict:
    return verdict(key) if isinstance(key, str) else Verdict.HARMLESS


def _masked(value: Any, says: Verdict) -> Any:
    """Mask what stands under a key that says this."""
    if says is Verdict.HARMLESS or value is None or isinstance(value, bool):
        return redact_data(value)
    if isinstance(value, Mapping):
        return {
            redact_key(key): _masked(item, _inherited(says, key)) for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(item, says) for item in value]
    return MASK if is_secret(str(value), says, quoted=True) else redact_data(value)


def _inherited(says: Verdict, key: Any) -> Verdict:
    """Return what a key says of its value inside of data that stand under a key that says this."""
    own = _says(key)
    if own is Verdict.CODE or says < Verdict.TEXT or (isinstance(key, str) and describes(key)):
        return own
    return max(says, own)


def named_secrets(value: Any, *, headers: bool = False) -> Iterator[str]:
    """Yield the texts and numbers that stand under a key that names a secret, `password` or
    `client_secret` say.

    Args:
        value: JSON-like data.
        headers: It is a dict of headers, of which everything is secret that is not known to be
            harmless.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            secret = str(key).lower() not in SHOWN_HEADERS if headers else names_secret(str(key))
            yield from _scalars(item) if secret else named_secrets(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from named_secrets(item)


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not describes(str(key)):
                yield from _scalars(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _scalars(item)
    elif (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and len(str(value)) >= SHORTEST
    ):
        # A shorter number would mask every count that happens to be equal.
        yield str(value)


def safe_url(url: str) -> str:
    """Return a URL for people to read: no user information, no fragment, and values only of query
    keys that are known to be harmless.

    Args:
        url: An absolute URL or a path.

    Returns:
        The URL; the values of other query keys are `***`.
    """
    head, mark, query = url.partition("#")[0].partition("?")
    scheme, separator, rest = head.partition("://")
    if separator:
        authority, slash, path = rest.partition("/")
        head = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    if not mark:
        return head
    shown = []
    for pair in query.split("&"):
        key, equals, dummy = pair.partition("=")
        name = unquote_plus(key).partition("[")[0].lower().removeprefix("_")
        shown.append(pair if not equals or name in SHOWN_QUERY_KEYS else f"{key}=***")
    return f"{head}?{'&'.join(shown)}"


def safe_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that are known to be harmless, names in lower case."""
    lower = ((name.lower(), value) for name, value in headers.items())
    # Services name the header of their correlation id after themselves.
    return {name: value for name, value in lower if name in SHOWN_HEADERS or name.endswith("-cid")}
