# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of type `multipart/form-data` (RFC 7578): form fields and files."""

from __future__ import annotations

import mimetypes
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from io import UnsupportedOperation
from pathlib import PurePath
from typing import Any

from . import headers
from .encoding import items_of, pairs_of, text_of
from .exceptions import ConfigurationError

_BOUNDARY = re.compile(
    r"""boundary=("?)([A-Za-z0-9'()+_,./:=?-]{1,70})\1\s*(?:;|$)""", re.IGNORECASE
)
_ESCAPES = {
    **{number: f"%{number:02X}" for number in (*range(32), 127)},
    ord('"'): "%22",
    ord("\\"): "\\\\",
}
"""Escapes in quoted names, as browsers write them (HTML standard, "multipart/form-data encoding
algorithm"). A backslash is doubled, so that it does not escape the closing quote."""
_WRONG = (
    "files must be a dict of binary files, bytes, texts,"
    " or tuples of file name, content and content type"
)


def encode(fields: Mapping[Any, Any], files: Any, declared: str = "") -> tuple[bytes, str]:
    """Return a complete body, which can be sent again, and its content type.

    Args:
        fields: Form fields, as `encoding.pairs_of` takes them.
        files: A dict or pairs of name and file: a binary file object, bytes, a text, or a tuple of
            file name, content and, optionally, content type.
        declared: The caller's own content type; its boundary is used if it has one.

    Raises:
        ConfigurationError: Not fields and files, or a file cannot be read.
    """
    own = _BOUNDARY.search(declared)
    boundary = own[2] if own else uuid.uuid4().hex
    parts = [
        _part(boundary, f'name="{name.translate(_ESCAPES)}"', text.encode())
        for name, text in pairs_of(fields, "form")
    ]
    for name, file in items_of(files, "files"):
        key = text_of(name, "files: a name")
        filename, content, kind = _file_parts(file, key)
        disposition = f'name="{key.translate(_ESCAPES)}"'
        if filename:
            disposition += f'; filename="{filename.translate(_ESCAPES)}"'
        parts.append(_part(boundary, disposition, _read(content, key), kind))
    parts.append(f"--{boundary}--\r\n".encode())
    kind = declared if own else f"multipart/form-data; boundary={boundary}"
    return b"".join(parts), kind


def _part(boundary: str, disposition: str, content: bytes, kind: str = "") -> bytes:
    type_line = f"\r\nContent-Type: {kind}" if kind else ""
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}{type_line}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def _file_parts(file: Any, key: str) -> tuple[str, Any, str]:
    """Return the file name, the content and the content type of a file."""
    kind = None
    if isinstance(file, tuple):
        if len(file) not in (2, 3):
            raise ConfigurationError(f"{_WRONG}: {key} is a tuple of {len(file)}")
        name, content, kind = (*file, None)[:3]
        filename = "" if name is None else text_of(name, f"files: {key}: the file name")
    else:
        content = file
        name = getattr(file, "name", None)
        filename = (
            PurePath(text_of(name, f"files: {key}: the file name")).name
            if isinstance(name, str)
            else "upload"
        )
    if kind is None:
        guessed = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        return filename, content, guessed if filename else ""
    ((dummy, checked),) = headers.checked({"Content-Type": kind})
    return filename, content, checked


def _read(content: Any, key: str) -> bytes:
    if isinstance(content, str):
        return text_of(content, f"files: {key}").encode()
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    if not hasattr(content, "read"):
        raise ConfigurationError(f"{_WRONG}: {key} is a {type(content).__name__}")
    try:
        # The whole file, also if the caller has read from it before.
        with suppress(AttributeError, UnsupportedOperation):
            content.seek(0)
        found = content.read()
    except (OSError, ValueError) as exc:
        raise ConfigurationError(f"files: {key} cannot be read: {exc}", cause=exc) from exc
    if not isinstance(found, bytes):
        raise ConfigurationError(f"{_WRONG}: {key} is open in text mode")
    return found
