# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of every `*_request` module: send one call or many, read pages, transfer files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ..core.exceptions import ClientError, ConfigurationError
from . import calling, many
from .call_arguments import ONE_CALL, request_arguments, search_body, writes
from .call_results import message_of, prediction, status_error, without_body
from .calling import Result, of_error, of_response
from .client import Client, Connection, Factory, ServicesClient
from .context import Context, TaskError
from .definition import Rules, Spec
from .download import download
from .given import is_set, with_nested
from .options import CALL

OPTIONS: Spec = {
    **ONE_CALL,
    "files": {"type": "dict"},
    "src": {"type": "path"},
    "dest": {"type": "path"},
    "paginate": {"type": "raw"},
    "requests": {"type": "list", "elements": "dict", "options": many.ITEM},
    "concurrency": {"type": "int", "default": 8},
    "continue_on_error": {"type": "bool", "default": False},
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [
        ("path", "requests"),
        ("body", "src"),
        ("src", "files"),
        ("dest", "paginate"),
        ("dest", "requests"),
        ("paginate", "requests"),
    ],
    "required_one_of": [("path", "requests")],
}


def is_heavy(options: Mapping[str, Any]) -> bool:
    """Tell if a task makes many calls or writes a file."""
    return is_set(options.get("requests")) or is_set(options.get("dest"))


def run(
    factory: Factory[Client],
    params: Mapping[str, Any],
    context: Context,
    service: str | None = None,
) -> Result:
    """Perform the task.

    Args:
        factory: Makes the client.
        params: The module's options.
        context: The runner.
        service: The service to call, if the client has connections to several.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A call failed or an option cannot work.
    """
    params = with_nested(params)
    if params.get("requests") is not None:
        return calling.perform_async(
            factory, params, context, lambda client: many.run(client, params, context, service)
        )

    def work(client: Client) -> Result:
        connection = _connection(client, service)
        try:
            return _one(connection, params, context)
        except ClientError as exc:
            raise TaskError(message_of(exc, connection, params), **of_error(exc)) from exc

    return calling.perform(factory, params, context, work)


def _connection(client: Client, service: str | None) -> Connection:
    if service is None:
        return cast(Connection, client)
    return cast(ServicesClient, client).connection(service)


def _one(client: Connection, params: Mapping[str, Any], context: Context) -> Result:
    if writes(params) and context.check_mode:
        return prediction(client, params)
    if params.get("paginate") is not None:
        return _all_pages(client, params)
    if params.get("dest") is not None:
        return download(client, params, context)
    response = client.request(**request_arguments(params))
    if (error := status_error(response, params)) is not None:
        raise TaskError(error, method=response.request.method, **of_response(response))
    return {"changed": writes(params), "method": response.request.method, **of_response(response)}


def _all_pages(client: Connection, params: Mapping[str, Any]) -> Result:
    if params.get("method") not in (None, "GET", "POST"):
        raise ConfigurationError(
            "paginate reads with GET, or with POST and read_only: true,"
            f" not with {params['method']}"
        )
    request = request_arguments(params)
    options = {name: request[name] for name in ("headers", "path_params", "retry", "timeout")}
    style = "auto" if params["paginate"] is True else params["paginate"]
    responses = []
    records: list[Any] = []
    for response in client.pages(
        params["path"],
        params.get("params"),
        paginate=style,
        method=request["method"],
        json=search_body(request),
        **options,
    ):
        records += response.records
        response.content = b""
        responses.append(response)
    tries = sum(response.attempts for response in responses)
    return {
        **without_body(responses[0]),
        "changed": writes(params),
        "method": request["method"],
        "records": records,
        "pages": len(responses),
        "elapsed": round(sum(response.elapsed for response in responses), 6),
        "tries": tries,
        "attempts": tries,
    }
