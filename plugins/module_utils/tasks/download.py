# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call whose response is written to a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from . import files
from .call_arguments import request_arguments, writes
from .call_results import without_body
from .calling import Result
from .client import Connection
from .context import Context, TaskError


def download(client: Connection, params: Mapping[str, Any], context: Context) -> Result:
    """Send a call, and write the body of its response to the file `dest` if they differ.

    Args:
        client: Sends the call.
        params: The options of the task.
        context: The runner. In check mode, the body is compared and not kept.

    Raises:
        ClientError: The call failed, or no file can be written there.
        TaskError: The file could not be written; the result describes the response.
    """
    name = os.path.basename(params["path"].partition("?")[0].rstrip("/")) or "index"
    path = files.destination(params["dest"], name)
    try:
        handle, temporary = tempfile.mkstemp(
            prefix=".restops-", dir=None if context.check_mode else os.path.dirname(path)
        )
    except OSError as exc:
        raise files.cannot_write(path, exc) from exc
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            answered, download = _save(client, params, file, path)
        differs = files.checksum(path) != download["checksum"]
        if differs and not context.check_mode:
            _replace(temporary, path, answered)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    return {**answered, "changed": differs or writes(params), "download": download}


def _save(
    client: Connection, params: Mapping[str, Any], file: IO[bytes], path: str
) -> tuple[Result, Result]:
    """Write the body of a response to a file.

    Returns:
        The parts of the result that describe the response, and the file.
    """
    digest, size = hashlib.sha256(), 0
    request = request_arguments(params)
    del request["raise_on_error"]
    with client.stream(**request) as stream:
        answered = {"changed": writes(params), "method": request["method"]}
        for piece in stream:
            try:
                files.write(file, piece)
            except OSError as exc:
                raise _write_error(
                    path, exc, {**answered, **without_body(stream.response)}
                ) from exc
            digest.update(piece)
            size += len(piece)
    return (
        {**answered, **without_body(stream.response)},
        {"dest": path, "checksum": digest.hexdigest(), "size": size},
    )


def _replace(temporary: str, path: str, answered: Result) -> None:
    try:
        files.replace(temporary, path)
    except OSError as exc:
        raise _write_error(path, exc, answered) from exc


def _write_error(path: str, exc: OSError, answered: Result) -> TaskError:
    """Return the error for a response that cannot be written; it includes the status."""
    message = files.cannot_write(path, exc).message
    return TaskError(f"{message}; the call was answered {answered['status']}", **answered)
