# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking secrets in data by their names and their looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .heuristics import scan_and_redact
from .known import MASK, scrub_live
from .names import Verdict, describes, verdict
from .values import is_secret


def scrub_all(text: str) -> str:
    """Mask what is known to be secret, then what looks like it."""
    return scan_and_redact(scrub_live(text))


def redact_data(value: Any) -> Any:
    """Mask secrets in a text or in JSON-like data.

    Masked are known secrets, texts that look like secrets, and values under a key that names one.

    Args:
        value: A text, or data of dicts, lists and scalars; subclasses of these come back as the
            plain type.

    Returns:
        The same data, masked. Of keys only known secrets are masked.
    """
    return _redacted(value, scrub_all)


def mask_named(value: Any) -> Any:
    """Return JSON-like data with the values masked that stand under a key that names a secret.

    Args:
        value: A record, as the caller or a server wrote it. Texts in it are left as they are.
    """
    return _redacted(value, str)


def _redacted(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(str.__str__(value))
    if isinstance(value, Mapping):
        named = (
            _verdict_of(value.get("name", value.get("key")))
            if "value" in value
            else Verdict.HARMLESS
        )
        return {
            _redacted_key(key): _masked(item, named if key == "value" else _verdict_of(key), clean)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted(item, clean) for item in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return int(value) if isinstance(value, int) else float(value)


def _redacted_key(key: Any) -> Any:
    return scrub_live(str.__str__(key)) if isinstance(key, str) else key


def _verdict_of(key: Any) -> Verdict:
    return verdict(key) if isinstance(key, str) else Verdict.HARMLESS


def _masked(value: Any, says: Verdict, clean: Callable[[str], str]) -> Any:
    """Mask what stands under a key that says this."""
    if says is Verdict.HARMLESS or value is None or isinstance(value, bool):
        return _redacted(value, clean)
    if isinstance(value, Mapping):
        return {
            _redacted_key(key): _masked(item, _inherited(says, key), clean)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(item, says, clean) for item in value]
    return MASK if is_secret(str(value), says, quoted=True) else _redacted(value, clean)


def _inherited(says: Verdict, key: Any) -> Verdict:
    """Return what a key says of its value inside of data that stand under a key that says this."""
    own = _verdict_of(key)
    if own is Verdict.CODE or says < Verdict.TEXT or (isinstance(key, str) and describes(key)):
        return own
    return max(says, own)
