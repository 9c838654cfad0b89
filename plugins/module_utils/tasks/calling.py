# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every task does around its own work: open a client, mask secrets, turn errors into results,
close.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core import jsonutils
from ..core.encoding import valid_text
from ..core.exceptions import ClientError, ResponseInfo, SerializationError
from ..core.secrets.redaction import join_scope, safe_headers
from . import masking, results
from .client import Client
from .context import Context, Factory, TaskError
from .given import with_nested

Result = dict[str, Any]

INNER_LEVELS = 3
"""Levels of a result around the JSON of an answer: `results`, an item, `json`."""


def perform(
    factory: Factory,
    params: Mapping[str, Any],
    context: Context,
    work: Callable[[Any], Result],
    want_async: bool = False,
) -> Result:
    """Perform a task's work with a client.

    Args:
        factory: Makes the client: from the options, and `want_async`.
        params: The module's options.
        context: The runner.
        work: Gives the result, from a client.
        want_async: The client is for an event loop; the work closes it, and logs out where nothing
            is shared.

    Returns:
        The result, secrets that the client knows masked.

    Raises:
        TaskError: A call failed or an option cannot work.
    """
    params = with_nested(params)
    try:
        client = context.open(factory, params, want_async)
    except ClientError as exc:
        raise TaskError(exc.message) from exc
    join_scope(client.secrets)
    try:
        return _finished(client, work(client))
    except ClientError as exc:
        raise TaskError(valid_text(exc.message), **_finished(client, of_error(exc))) from exc
    except TaskError as exc:
        raise TaskError(valid_text(exc.msg), **_finished(client, exc.result)) from exc
    except RecursionError as exc:
        raise TaskError(f"{results.TOO_DEEP}; read less of it") from exc
    finally:
        if not want_async:
            if params.get("shared_session") is False:
                client.logout()
            context.close(client)


def _finished(client: Client, result: Mapping[str, Any]) -> Result:
    """Return a result that can be shown: without secrets, valid, and not nested too deeply."""
    deep = [name for name, value in result.items() if results.is_too_deep(value)]
    if deep:
        kept = {name: value for name, value in result.items() if name not in deep}
        raise TaskError(f"{results.TOO_DEEP}; read less of it", **_finished(client, kept))
    finished: Result = results.acceptable(masking.present(result, client.presentable))
    return finished


def answer(response: ResponseInfo) -> Result:
    """Return the part of a result that describes an answer.

    Raises:
        TaskError: The answer is more than a result can hold.
    """
    result: Result = {
        "status": response.status_code,
        "url": response.url,
        "headers": safe_headers(response.headers),
        "elapsed": round(response.elapsed, 6),
        "tries": response.attempts,
        # Ansible's own name for the attempts of a task with `until`, which therefore loses it.
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
        # Text may look like JSON and mean something else: 1.10 is a version.
        result["content"] = response.text
    if deep:
        raise TaskError(
            f"{results.TOO_DEEP}; write it to a file with dest",
            **{**result, "json": None, "method": response.request.method},
        )
    return result


def of_error(exc: ClientError) -> Result:
    """Return what a result says of an error, beside its message."""
    result: Result = (
        {} if exc.request is None else {"method": exc.request.method, "url": exc.request.url}
    )
    if exc.response is None:
        return result
    try:
        return {**result, **answer(exc.response)}
    except TaskError as unreadable:
        # The error itself is what the reader needs.
        return {**result, **unreadable.result}
