# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turning what a caller gives into the bytes of a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from . import jsonutils
from .exceptions import ConfigurationError

BODILESS = frozenset(("GET", "HEAD", "OPTIONS"))


def encode(method: str, json: Any, data: Any, files: Mapping[str, Any] | None) -> tuple[bytes, str]:
    """Return a body and its content type.

    Args:
        method: In upper case; GET, HEAD and OPTIONS take no body.
        json: Written as JSON; `None` for none.
        data: A dict for a form, a text, or bytes; `None` for none.
        files: Name to a file object, bytes, or a tuple of file name, content and content type, sent
            as `multipart/form-data` together with the fields of `data`; `None` for none.

    Raises:
        ConfigurationError: More than one body, or a body where there can be none.
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
    if json is not None:
        return jsonutils.dumps(json).encode("utf-8", "surrogatepass"), "application/json"
    if files is not None:
        from . import multipart

        if data is not None and not isinstance(data, Mapping):
            raise ConfigurationError("data beside files must be a dict of form fields")
        try:
            return multipart.encode(data or {}, files)
        except (TypeError, ValueError, AttributeError) as exc:
            raise ConfigurationError(
                "files must be a dict of binary files, bytes, texts, or tuples of file name, content and content type",
                cause=exc,
            ) from exc
    if isinstance(data, Mapping):
        return urlencode(
            data, doseq=True, errors="surrogatepass"
        ).encode(), "application/x-www-form-urlencoded"
    if isinstance(data, str):
        return data.encode("utf-8", "surrogatepass"), "text/plain; charset=utf-8"
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data), "application/octet-stream"
    raise ConfigurationError(f"data must be a dict, a text or bytes, not {type(data).__name__}")
