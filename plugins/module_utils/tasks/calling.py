# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The frame of every task: open a client, mask secrets, turn errors into results, close."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..core import jsonutils
from ..core.encoding import valid_text
from ..core.exceptions import ClientError, ResponseInfo, SerializationError
from ..core.secrets.redaction import join_scope, safe_headers
from ..core.writes import noted_writes
from . import masking, results
from .client import AsyncClient, Client, ClientT, Factory, Shared
from .context import Context, TaskError
from .given import with_nested

Result = dict[str, Any]
AnyClient = TypeVar("AnyClient", bound=Shared)

INNER_LEVELS = 3
"""Levels of a result around the JSON of a response: `results`, an item, `json`."""


def perform(
    factory: Factory[ClientT],
    params: Mapping[str, Any],
    context: Context,
    work: Callable[[ClientT], Result],
) -> Result:
    """Perform the work of a task with a client for threads, and close the client.

    Args:
        factory: Makes the client.
        params: The module's options.
        context: The runner.
        work: Returns the result, given the client.

    Returns:
        The result, with the secrets that the client knows masked.

    Raises:
        TaskError: A call failed or an option cannot work.
    """
    options = with_nested(params)
    client = _open(lambda: context.open(factory, options))
    try:
        return _run(client, context, lambda: work(client))
    finally:
        if params.get("shared_session") is False:
            client.logout()
        context.close(client)


def perform_async(
    factory: Factory[Client],
    params: Mapping[str, Any],
    context: Context,
    work: Callable[[AsyncClient], Result],
) -> Result:
    """Perform the work of a task with a client for event loops.

    The work closes the client, and logs out if the session is not shared. For the arguments, the
    result and errors see `perform`.
    """
    options = with_nested(params)
    client = _open(lambda: context.open_async(factory, options))
    return _run(client, context, lambda: work(client))


def _open(open_client: Callable[[], AnyClient]) -> AnyClient:
    try:
        return open_client()
    except ClientError as exc:
        raise TaskError(exc.message) from exc


def _run(client: Shared, context: Context, work: Callable[[], Result]) -> Result:
    """Perform work; a failure after a write does not claim that nothing was changed."""
    join_scope(client.secrets)
    with noted_writes() as writes:
        try:
            return _perform_and_present(client, work)
        except TaskError as exc:
            changed = writes.any_performed and not context.check_mode
            exc.result.setdefault("changed", changed)
            raise


def _perform_and_present(client: Shared, work: Callable[[], Result]) -> Result:
    try:
        return _present(client, work())
    except ClientError as exc:
        raise TaskError(valid_text(exc.message), **_present(client, of_error(exc))) from exc
    except TaskError as exc:
        raise TaskError(valid_text(exc.msg), **_present(client, exc.result)) from exc
    except RecursionError as exc:
        raise TaskError(f"{results.TOO_DEEP}; read less of it") from exc


def _present(client: Shared, result: Mapping[str, Any]) -> Result:
    """Return a result that may be shown: without secrets, valid, and not nested too deeply."""
    ready = {
        name: value
        for name, value in result.items()
        if isinstance(value, results.PresentableRecords)
    }
    rest = {name: value for name, value in result.items() if name not in ready}
    deep = [name for name, value in rest.items() if results.is_too_deep(value)]
    if deep:
        kept = {name: value for name, value in result.items() if name not in deep}
        raise TaskError(f"{results.TOO_DEEP}; read less of it", **_present(client, kept))
    return {**results.valid(masking.mask_result(rest, client.presentable)), **ready}


def of_response(response: ResponseInfo) -> Result:
    """Return the part of a result that describes a response.

    Raises:
        TaskError: The response is more than a result can hold.
    """
    result: Result = {
        "status": response.status_code,
        "url": response.url,
        "headers": safe_headers(response.headers),
        "elapsed": round(response.elapsed, 6),
        "tries": response.attempts,
        # Removed from tasks with `until`: Ansible counts its attempts under the same name.
        "attempts": response.attempts,
        "correlation_id": response.correlation_id,
    }
    kind = response.headers.get("content-type", "").partition(";")[0].lower()
    deep = False
    try:
        result["json"] = response.json()
        deep = results.is_too_deep(result["json"], results.MAX_DEPTH - INNER_LEVELS)
    except jsonutils.TooManyValuesError as exc:
        raise TaskError(exc.message, **result, method=response.request.method) from exc
    except jsonutils.TooDeepError:
        deep = True
    except SerializationError:
        result["json"] = None
        kind = ""
    if response.content and "json" not in kind:
        # Text may look like JSON and mean something else: "1.10" may be a version.
        result["content"] = response.text
    if deep:
        raise TaskError(
            f"{results.TOO_DEEP}; write it to a file with dest",
            **{**result, "json": None, "method": response.request.method},
        )
    return result


def of_error(exc: ClientError) -> Result:
    """Return the part of a result that describes an error, without its message."""
    result: Result = (
        {} if exc.request is None else {"method": exc.request.method, "url": exc.request.url}
    )
    if exc.response is None:
        return result
    try:
        return {**result, **of_response(exc.response)}
    except TaskError as unreadable:
        # The error itself is what the reader needs.
        return {**result, **unreadable.result}
