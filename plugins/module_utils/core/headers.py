# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of headers and secrets; no message contains a value."""

from __future__ import annotations

import re
from typing import Any

from .encoding import Fields, items_of, text_of
from .exceptions import ConfigurationError

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OWN = frozenset(("host", "content-length", "transfer-encoding", "connection"))


def is_name(text: str) -> bool:
    """Tell whether a text may name a header or a cookie (RFC 9110 section 5.6.2, a token)."""
    return _NAME.fullmatch(text) is not None


def checked(headers: Fields) -> tuple[tuple[str, str], ...]:
    """Return headers as they may be sent.

    Args:
        headers: Names and values of the caller's own: a dict, or a list of pairs if a name comes
            more than once. Values as `encoding.text_of` takes them.

    Raises:
        ConfigurationError: HTTP does not allow a name or a value (RFC 9110 section 5), or the
            client sets the header itself. The message has the name and never the value.
    """
    return tuple(_checked(name, value) for name, value in items_of(headers, "headers"))


def _checked(name: Any, value: Any) -> tuple[str, str]:
    if not isinstance(name, str) or not is_name(name):
        raise ConfigurationError("headers: a name has characters that HTTP does not allow")
    name = str.__str__(name)
    if name.lower() in _OWN:
        raise ConfigurationError(f"headers: {name} is set by the client")
    text = text_of(value, f"headers: {name}").strip(" \t")
    if _FORBIDDEN.search(text):
        raise ConfigurationError(
            f"headers: the value of {name} has a line break, a control character or a character"
            " outside Latin-1"
        )
    return name, text


def checked_secret(name: str, value: str | None) -> str | None:
    """Return a secret without surrounding white space, which files and prompts add.

    Args:
        name: Its name in an error.
        value: The secret, or `None`.

    Raises:
        ConfigurationError: It is not a text, is empty, or has a control character.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise ConfigurationError(f"{name} must be a text, not {type(value).__name__}")
    stripped = value.strip()
    if not stripped:
        raise ConfigurationError(f"{name} is empty")
    if _CONTROL.search(stripped):
        raise ConfigurationError(f"{name} has a line break or a control character")
    return stripped


def checked_token(name: str, value: str | None) -> str | None:
    """Return a secret that is sent in a header. For arguments and errors see `checked_secret`.

    Raises:
        ConfigurationError: Also if it has a character that a header cannot have.
    """
    token = checked_secret(name, value)
    if token is not None and _FORBIDDEN.search(token):
        raise ConfigurationError(f"{name} has a character outside Latin-1: copy it again")
    return token
