# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many calls in one task, sent concurrently in an event loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ..core.exceptions import ClientError
from ..core.http import Response
from .call_arguments import ONE_CALL, request_arguments, writes
from .call_results import message_of, prediction, status_error
from .calling import Result, of_error, of_response
from .client import AsyncClient, AsyncConnection, AsyncServicesClient, Place
from .context import Context, TaskError
from .definition import Spec
from .given import with_nested

ITEM: Spec = {
    **{
        name: {key: value for key, value in option.items() if key != "default"}
        for name, option in ONE_CALL.items()
    },
    "path": {"type": "str", "required": True},
    "timeout": {"type": "float"},
}
"""Options of an item of `requests`. Those that are not given are taken from the task."""


def run(
    client: AsyncClient, params: Mapping[str, Any], context: Context, service: str | None
) -> Result:
    """Send the calls of the option `requests`.

    Args:
        client: Sends the calls; it is closed afterwards.
        params: The options of the task.
        context: The runner.
        service: The service to call, if the client has connections to several.

    Raises:
        TaskError: Calls failed; the result has those that succeeded too.
    """
    import asyncio

    items = [
        {
            **{name: params.get(name) for name in ITEM},
            **{name: value for name, value in with_nested(item).items() if value is not None},
        }
        for item in params["requests"]
    ]
    results = asyncio.run(_batch(client, items, params, context, service))
    for result in results:
        result.pop("changed", None)
    failures = [result for result in results if not result["ok"]]
    summary: Result = {
        "changed": any(map(writes, items)),
        "results": results,
        "failed_count": len(failures),
    }
    if failures and not params.get("continue_on_error"):
        raise TaskError(
            f"{len(failures)} of {len(results)} requests failed; the first: {failures[0]['msg']}",
            **summary,
        )
    return summary


async def _batch(
    client: AsyncClient,
    items: list[Result],
    params: Mapping[str, Any],
    context: Context,
    service: str | None,
) -> list[Result]:
    async with client:
        connection = await _async_connection(client, service)
        predicted = {
            number: prediction(connection, item)
            for number, item in enumerate(items)
            if context.check_mode and writes(item)
        }
        sent = [number for number in range(len(items)) if number not in predicted]
        requests = [request_arguments(items[number]) for number in sent]
        outcomes = dict(
            zip(
                sent,
                await connection.batch(requests, params["concurrency"], return_exceptions=True),
                strict=True,
            )
        )
        if params.get("shared_session") is False:
            await client.logout()
    return [
        {"ok": True, **predicted[number]}
        if number in predicted
        else _result(outcomes[number], connection, item)
        for number, item in enumerate(items)
    ]


async def _async_connection(client: AsyncClient, service: str | None) -> AsyncConnection:
    if service is None:
        return cast(AsyncConnection, client)
    return await cast(AsyncServicesClient, client).connection(service)


def _result(outcome: Response | ClientError, client: Place, item: Mapping[str, Any]) -> Result:
    if isinstance(outcome, ClientError):
        return {"ok": False, "msg": message_of(outcome, client, item), **of_error(outcome)}
    error = status_error(outcome, item)
    try:
        result = of_response(outcome)
    except TaskError as exc:
        error, result = error or exc.msg, exc.result
    return {
        "ok": error is None,
        **({} if error is None else {"msg": error}),
        "method": outcome.request.method,
        **result,
    }
