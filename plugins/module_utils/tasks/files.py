# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files on the machine where a task runs: files to send, and the file for a response."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import platform
import shutil
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from ..core.exceptions import ConfigurationError

BLOCK = 1 << 20
_PRIVATE = 0o600
"""The mode of a file that only its owner may read."""


def read(path: str) -> bytes:
    """Return the content of a file to send.

    Raises:
        ConfigurationError: The file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as exc:
        raise ConfigurationError(
            f"cannot read {path}: {_reason(exc)} ({_machine()})", cause=exc
        ) from exc


def part(name: str, value: Any) -> tuple[str, bytes, str]:
    """Return a file to upload.

    Args:
        name: Name of the field.
        value: A path, or a dict of `path filename content_type`.

    Returns:
        File name, content and content type.

    Raises:
        ConfigurationError: The value is neither, or the file cannot be read.
    """
    given = value if isinstance(value, Mapping) else {"path": value}
    if not isinstance(given.get("path"), str) or set(given) - {"path", "filename", "content_type"}:
        raise ConfigurationError(
            f"files: {name} must be a path, or a dict of path, filename and content_type"
        )
    path = os.path.expanduser(given["path"])
    kind = given.get("content_type") or content_type(path)
    return given.get("filename") or os.path.basename(path), read(path), kind


def content_type(path: str) -> str:
    """Return the content type for the name of a file."""
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


def destination(dest: str, name: str) -> str:
    """Return the path of the file to write.

    Args:
        dest: The option `dest`: a file or an existing folder.
        name: The name of the file, if `dest` is a folder.

    Returns:
        The absolute path of a file that exists and is a regular one, or does not exist.

    Raises:
        ConfigurationError: No file can be written there.
    """
    path = os.path.abspath(os.path.join(dest, name) if os.path.isdir(dest) else dest)
    if dest.endswith(os.sep) and not os.path.isdir(dest):
        raise ConfigurationError(f"dest: {dest} is not a folder: create it, or give a file name")
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    except (OSError, ValueError) as exc:
        raise cannot_write(path, exc) from exc
    if not stat.S_ISREG(mode):
        raise ConfigurationError(f"dest: {path} is not a regular file, and is not replaced")
    return path


def cannot_write(path: str, exc: OSError | ValueError) -> ConfigurationError:
    """Return the error for a file that cannot be written."""
    return ConfigurationError(f"cannot write {path}: {_reason(exc)} ({_machine()})", cause=exc)


def _reason(exc: OSError | ValueError) -> str:
    # An invalid path, for example with a null character, is a ValueError.
    return getattr(exc, "strerror", None) or str(exc)


def _machine() -> str:
    return f"on {platform.node()}, where this task runs"


def write(file: IO[bytes], data: bytes) -> None:
    """Write all of the data to a file.

    The file is unbuffered, so that a full disk is an error here and not when the file is closed.

    Raises:
        OSError: The data cannot be written.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def checksum(path: str) -> str | None:
    """Return the SHA-256 of a file; `None` if it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


def save_secret(path: str, data: bytes, *, predict: bool) -> bool:
    """Write a file that only its owner may read, if it has another content or mode.

    Args:
        path: The file.
        data: Its content.
        predict: Write nothing.

    Returns:
        Whether there was something to write.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    if checksum(path) == hashlib.sha256(data).hexdigest() and _is_private(path):
        return False
    if predict:
        return True
    try:
        # The mode of a temporary file is that of a secret.
        handle, temporary = tempfile.mkstemp(prefix=".restops-", dir=os.path.dirname(path))
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                write(file, data)
            os.replace(temporary, path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
    except OSError as exc:
        raise cannot_write(path, exc) from exc
    return True


def _is_private(path: str) -> bool:
    return stat.S_IMODE(os.stat(path).st_mode) == _PRIVATE


def replace(temporary: str, path: str) -> None:
    """Move a complete file to its place, atomically.

    As with other modules of Ansible, a file that is replaced keeps its owner, group, mode, access
    control list and SELinux context, as far as the user may set them; a new file gets the mode that
    the umask allows.

    Raises:
        OSError: The file cannot be moved.
    """
    try:
        before = os.stat(path)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
    else:
        # A user other than root cannot change the owner, nor set every attribute.
        with suppress(PermissionError):
            os.chown(temporary, before.st_uid, before.st_gid)
        os.chmod(temporary, stat.S_IMODE(before.st_mode))
        with suppress(PermissionError):
            shutil.copystat(path, temporary)
        os.utime(temporary)
    os.replace(temporary, path)
