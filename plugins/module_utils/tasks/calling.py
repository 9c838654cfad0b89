# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every task does around its own work: open a client, mask secrets, turn errors into results,
close.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ..core.exceptions import ClientError, SerializationError
from ..core.secrets.redaction import safe_headers
from .context import Context, Factory, TaskError

Result = dict[str, Any]


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
    params = (
        {**params, "retry": understood(params["retry"])}
        if isinstance(params.get("retry"), str)
        else params
    )
    try:
        client = context.open(factory, params, want_async)
    except ClientError as exc:
        raise TaskError(exc.message) from exc
    try:
        result: Result = client.presentable(work(client))
        return result
    except ClientError as exc:
        raise TaskError(exc.message, **client.presentable(of_error(exc))) from exc
    except TaskError as exc:
        exc.result = client.presentable(exc.result)
        raise
    except RecursionError as exc:
        raise TaskError(
            "the answer is nested too deeply to be a result; write it to a file with dest"
        ) from exc
    finally:
        for value in client.secrets.values:
            context.register_secret(value)
        if not want_async:
            if params.get("shared_session") is False:
                client.logout()
            context.close(client)


def understood(text: str) -> Any:
    """Return what a text says that came from a command line or a template: a number, a dict, or
    itself.
    """
    with suppress(ValueError):
        return json.loads(text)
    return text


def answer(response: Any) -> Result:
    """Return what a result says of an answer."""
    result: Result = {
        "status": response.status_code,
        "url": response.url,
        "headers": safe_headers(response.headers),
        "elapsed": round(response.elapsed, 6),
        "attempts": response.attempts,
        "correlation_id": response.correlation_id,
    }
    try:
        result["json"] = response.json()
    except SerializationError:
        result["json"], result["content"] = None, response.text
    return result


def of_error(exc: ClientError) -> Result:
    """Return what a result says of an error, beside its message."""
    result: Result = (
        {} if exc.request is None else {"method": exc.request.method, "url": exc.request.url}
    )
    return result if exc.response is None else {**result, **answer(exc.response)}
