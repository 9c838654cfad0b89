# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Encoding the body of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from . import jsonutils
from .encoding import pairs_of, text_of
from .exceptions import ConfigurationError

BODILESS = frozenset(("GET", "HEAD", "OPTIONS"))
FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


def encode(method: str, json: Any, data: Any, files: Any, declared: str = "") -> tuple[bytes, str]:
    """Return a body and its content type.

    Args:
        method: In upper case; GET, HEAD and OPTIONS take no body.
        json: Written as JSON; `None` for none.
        data: A dict for a form, a text, or bytes; `None` for none.
        files: As `multipart.encode` takes them, sent as `multipart/form-data` together with the
            fields of `data`; `None` for none.
        declared: The caller's own `Content-Type`; `""` for none.

    Returns:
        The body and its content type. A content type of the caller replaces it, unless the boundary
        of `multipart/form-data` is missing there.

    Raises:
        ConfigurationError: More than one body, a body for a method without one, a value that has no
            text, or a body that the declared type does not fit.
        SerializationError: `json` cannot be written as JSON.
    """
    given = [
        name
        for name, value in (("json", json), ("data", data), ("files", files))
        if value is not None
    ]
    if not given:
        return b"", ""
    if method in BODILESS:
        raise ConfigurationError(f"{method} takes no body ({given[0]}); use params for the query")
    if "json" in given and len(given) > 1:
        raise ConfigurationError(f"a request has one body: json or {given[1]}, not both")
    kind = declared.partition(";")[0].strip().lower()
    if json is not None:
        _require(kind not in (FORM, _MULTIPART), kind, "a JSON body", "give a form as data")
        return jsonutils.dumps(json).encode(), "application/json"
    if files:
        _require(kind in ("", _MULTIPART), kind, "files", "leave Content-Type out")
        return _with_files({} if data is None else data, files, declared)
    if isinstance(data, Mapping):
        _require(
            kind in ("", FORM), kind, "a form", "leave Content-Type out, or give files or json"
        )
        return urlencode(list(pairs_of(data, "form"))).encode(), FORM
    return _raw_body(data)


def _require(fits: bool, kind: str, what: str, advice: str) -> None:
    if not fits:
        raise ConfigurationError(f"headers: Content-Type {kind} does not describe {what}: {advice}")


def _with_files(fields: Any, files: Any, declared: str) -> tuple[bytes, str]:
    from . import multipart

    if not isinstance(fields, Mapping):
        raise ConfigurationError("data beside files must be a dict of form fields")
    return multipart.encode(fields, files, declared)


def _raw_body(data: Any) -> tuple[bytes, str]:
    if isinstance(data, str):
        return text_of(data, "the text of the body").encode(), "text/plain; charset=utf-8"
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data), "application/octet-stream"
    if data is None:
        return b"", ""
    raise ConfigurationError(f"data must be a dict, a text or bytes, not {type(data).__name__}")
