# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Known secrets, and masking them in all their encodings."""

from __future__ import annotations

import json
import math
import re
import unicodedata
import weakref
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any

from . import forms

if TYPE_CHECKING:
    from ..exceptions import ClientError

MASK = "[REDACTED]"

SHORTEST = 4
"""Characters. A shorter value is not masked: it occurs in many ordinary texts. Masking it would
make them unreadable and reveal the length of the value."""

KEPT = 600.0
"""Seconds for which the secrets of a session are masked after another session replaced it."""

in_scope: ContextVar[tuple[SecretValues, ...] | None] = ContextVar("in_scope", default=None)
"""The secrets that are masked in this context in addition to those of the client: a task's own.
`None` in a program that has no tasks."""

_UNKNOWN = -1.0
"""The expiry of a value that is not known."""

_live: weakref.WeakSet[SecretValues] = weakref.WeakSet()
_encode = json.JSONEncoder(ensure_ascii=False).encode


class _Needle:
    """One text to search for.

    Attributes:
        anchor: A part of it that no encoder changes. A text without the anchor does not contain it.
    """

    __slots__ = ("_compiled", "_source", "anchor")

    def __init__(self, anchor: str, source: Callable[[], str]) -> None:
        self.anchor = anchor
        self._source = source
        self._compiled: re.Pattern[str] | None = None

    def mask(self, text: str) -> str:
        """Return the text with every occurrence masked."""
        if self._compiled is None:
            self._compiled = re.compile(self._source())
        return self._compiled.sub(MASK, text)


def _needles_of(value: str) -> Iterator[_Needle]:
    spellings = {value}
    if not value.isascii():
        spellings.update(unicodedata.normalize(form, value) for form in ("NFC", "NFD"))
    for spelling in sorted(spellings):
        yield _Needle(forms.anchor_of(spelling), partial(forms.pattern_of, spelling))
        for anchor, pattern in forms.base64_patterns(spelling):
            yield _Needle(anchor, partial(str, pattern))


class SecretValues:
    """The secrets of one client or one task.

    Values shorter than `SHORTEST` are ignored. All others are masked in every place and
    every encoding.

    Args:
        values: The first values; `None` is ignored.
    """

    __slots__ = ("__weakref__", "_expiry", "_needles", "_version")

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        self._expiry: dict[str, float | None] = {}
        self._version = object()
        self._needles: tuple[object, tuple[_Needle, ...], tuple[_Needle, ...]] | None = None
        for value in values:
            self.add(value)
        _live.add(self)

    def __repr__(self) -> str:
        return f"<{len(self._expiry)} masked values>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("secrets are not pickled")

    def add(self, value: str | None) -> None:
        """Mask a value from now on.

        Args:
            value: A secret. White space around it is ignored.
        """
        self._learn(value, None)

    def add_basic(self, username: str, password: str) -> None:
        """Mask the base64 form of these in HTTP Basic (RFC 7617)."""
        self.add(b64encode(f"{username}:{password}".encode("utf-8", "surrogatepass")).decode())

    def replace(self, old: Iterable[str], new: Iterable[str], now: float) -> None:
        """Mask the secrets of a session that replaces another one.

        Args:
            old: The secrets of the session that ends. They are masked for another `KEPT` seconds:
                responses that contain them may still be on their way.
            new: The secrets of the session that begins.
            now: Clock reading in seconds.
        """
        for value in old:
            if self._expiry.get(value.strip()) is not None:
                self._expiry[value.strip()] = now + KEPT
        for value in new:
            self._learn(value, math.inf)
        for value, ends in list(self._expiry.items()):
            if ends is not None and ends <= now:
                self._expiry.pop(value, None)
                self._version = object()

    def _learn(self, value: str | None, expiry: float | None) -> None:
        value = (value or "").strip()
        if len(value) >= SHORTEST:
            before = self._expiry.get(value, _UNKNOWN)
            if before is not None:
                self._expiry[value] = expiry
            if before == _UNKNOWN:
                self._version = object()

    @property
    def values(self) -> tuple[str, ...]:
        """Every masked value, the longest first."""
        return tuple(sorted(self._expiry, key=len, reverse=True))

    def _current_needles(self) -> tuple[object, tuple[_Needle, ...], tuple[_Needle, ...]]:
        """Return the needles; they are made when a text is masked for the first time."""
        made = self._needles
        # Another thread may add a value while they are made: then they are made again.
        version = self._version
        if made is None or made[0] is not version:
            values = self.values
            usual = tuple(needle for value in values for needle in _needles_of(value))
            escaped = tuple(
                _Needle("", partial(forms.pattern_of, value, letters=True)) for value in values
            )
            made = self._needles = (version, usual, escaped)
        return made

    def _usual_needles(self) -> tuple[_Needle, ...]:
        return self._current_needles()[1]

    def _secrets_in_scope(self) -> tuple[SecretValues, ...]:
        others = in_scope.get()
        return (self, *(one for one in others if one is not self)) if others else (self,)

    def scrub(self, text: str) -> str:
        """Return a text with these secrets masked, and those in scope."""
        return _scrub(text, self._secrets_in_scope())

    def scrub_value(self, value: Any) -> Any:
        """Return JSON-like data with these secrets masked, and those in scope.

        Args:
            value: Data of dicts, lists and scalars. Keys are masked too, and numbers that are
                written like a secret.

        Returns:
            The same object if it contains no secret.
        """
        secrets = _candidates(value, self._secrets_in_scope())
        return _mask_data(value, secrets) if secrets else value

    def may_be_in(self, text: str) -> bool:
        """Tell whether one of these secrets, or of those in scope, may be in the texts of data.

        `False` is certain, except for numbers that are written like a secret, see `has_numbers`.
        """
        return bool(_candidates_in_text(text, self._secrets_in_scope()))

    @property
    def has_numbers(self) -> bool:
        """`True` if one of these secrets, or of those in scope, is a number."""
        several = self._secrets_in_scope()
        return any(_is_number(value) for secrets in several for value in secrets._expiry)

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return bytes with these secrets masked, and those in scope."""
        several = self._secrets_in_scope()
        anchors = (
            needle.anchor.encode() for secrets in several for needle in secrets._usual_needles()
        )
        if not any(anchor in data for anchor in anchors) and not _bytes_have_escaped_letters(data):
            return data
        text = data.decode("utf-8", "surrogateescape")
        return _scrub(text, several).encode("utf-8", "surrogateescape")

    def scrub_error(self, error: ClientError) -> None:
        """Mask these secrets, and those in scope, in an error that leaves a client."""
        error.message = self.scrub(error.message)
        error.args = (error.message, *error.args[1:])
        if error.request is not None:
            error.request.path = self.scrub(error.request.path)
            error.request.url = self.scrub(error.request.url)


def _candidates(value: Any, several: tuple[SecretValues, ...]) -> tuple[SecretValues, ...]:
    """Return those that data may contain; it certainly does not contain the others.

    Writing the data as JSON and searching that costs a tenth of walking through it.
    """
    several = tuple(secrets for secrets in several if secrets._usual_needles())
    if not several:
        return ()
    try:
        text = _encode(value)
    except (TypeError, ValueError, RecursionError):
        return several
    return _candidates_in_text(text, several)


def _candidates_in_text(text: str, several: tuple[SecretValues, ...]) -> tuple[SecretValues, ...]:
    """Return those that a text may contain."""
    if _has_escaped_letters(text):
        return tuple(secrets for secrets in several if secrets._usual_needles())
    return tuple(
        secrets
        for secrets in several
        if any(needle.anchor in text for needle in secrets._usual_needles())
    )


def _scrub(text: str, several: Iterable[SecretValues]) -> str:
    escaped = _has_escaped_letters(text)
    for secrets in several:
        for needle in secrets._usual_needles():
            if needle.anchor in text:
                text = needle.mask(text)
        if escaped:
            for needle in secrets._current_needles()[2]:
                text = needle.mask(text)
    return text


_ESCAPES = {"%": ("%",), "\\": ("\\u00", "\\x"), "&": ("&#",)}
"""The beginnings of escaped letters, by their first character, which is fast to search for."""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _has_escaped_letters(text: str) -> bool:
    return any(
        first in text and any(escape in text for escape in escapes)
        for first, escapes in _ESCAPES.items()
    ) and bool(forms.ESCAPED_LETTER.search(text))


def _bytes_have_escaped_letters(data: bytes) -> bool:
    return any(first.encode() in data for first in _ESCAPES) and _has_escaped_letters(
        data.decode("latin-1")
    )


def _mask_data(value: Any, several: tuple[SecretValues, ...]) -> Any:
    if isinstance(value, str):
        return _scrub(value, several)
    if isinstance(value, Mapping):
        return {
            _mask_data(key, several) if isinstance(key, str) else key: _mask_data(item, several)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_mask_data(item, several) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return MASK if any(str(value) in secrets._expiry for secrets in several) else value
    return value


@contextmanager
def scope(*secrets: SecretValues) -> Iterator[None]:
    """Mask these secrets in all output within the block."""
    token = in_scope.set(secrets)
    try:
        yield
    finally:
        in_scope.reset(token)


def join_scope(secrets: SecretValues) -> None:
    """Add the secrets of a client to the current scope; do nothing if there is none."""
    others = in_scope.get()
    if others is not None and secrets not in others:
        in_scope.set((*others, secrets))


def scrub_live(text: str) -> str:
    """Mask the secrets in scope; without a scope, those of every client of this process."""
    several = in_scope.get()
    return _scrub(text, _secrets_of_all_clients() if several is None else several)


def _secrets_of_all_clients() -> tuple[SecretValues, ...]:
    while True:
        # Another thread may make a client at the same time.
        with suppress(RuntimeError):
            return tuple(_live)
