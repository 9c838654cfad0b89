# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task behind every `*_request` module: one call or many, pages, uploads and downloads."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any, cast
from urllib.parse import urlsplit

from ..core import jsonutils
from ..core.body import FORM
from ..core.exceptions import ClientError, ConfigurationError
from ..core.http import Response
from ..core.secrets.redaction import safe_url
from ..core.urls import fill, target
from . import calling, files, masking
from .calling import of_error, of_response
from .client import (
    AsyncClient,
    AsyncConnection,
    AsyncServicesClient,
    Client,
    Connection,
    Factory,
    Place,
    ServicesClient,
)
from .context import Context, TaskError
from .given import is_set, with_nested
from .options import ITEM

READS = frozenset(("GET", "HEAD", "OPTIONS"))
Result = dict[str, Any]


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
            factory, params, context, lambda client: _many(client, params, context, service)
        )

    def work(client: Client) -> Result:
        connection = _connection(client, service)
        try:
            return _one(connection, params, context)
        except ClientError as exc:
            raise TaskError(_message(exc, connection, params), **of_error(exc)) from exc

    return calling.perform(factory, params, context, work)


def _connection(client: Client, service: str | None) -> Connection:
    if service is None:
        return cast("Connection", client)
    return cast("ServicesClient", client).connection(service)


def _message(exc: ClientError, client: Place, params: Mapping[str, Any]) -> str:
    """Return the message of an error, with advice if the options show its cause."""
    advice = "" if exc.response is None else _advice(exc.response.status_code, client, params)
    return f"{exc.message}; {advice}" if advice else exc.message


def _advice(status: int, client: Place, params: Mapping[str, Any]) -> str:
    prefix = urlsplit(client.base_url).path
    if status == 404 and prefix and f"/{params['path'].lstrip('/')}".startswith(f"{prefix}/"):
        return f"{prefix} is added to every path: leave it out of path"
    body = params.get("body")
    if status in (400, 415, 422) and isinstance(body, str) and _looks_like_json(body):
        return "the body begins like JSON but is not JSON, and was sent as text"
    return ""


def _looks_like_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "[")) and not jsonutils.is_json(text)


# One call


def _one(client: Connection, params: Mapping[str, Any], context: Context) -> Result:
    if _writes(params) and context.check_mode:
        return _prediction(client, params)
    if params.get("paginate") is not None:
        return _all_pages(client, params)
    if params.get("dest") is not None:
        return _download(client, params, context)
    response = client.request(**_request(params))
    if (error := _status_error(response, params)) is not None:
        raise TaskError(error, method=response.request.method, **of_response(response))
    return {"changed": _writes(params), "method": response.request.method, **of_response(response)}


def _writes(params: Mapping[str, Any]) -> bool:
    return (params.get("method") or "GET") not in READS and not params.get("read_only")


def _request(params: Mapping[str, Any]) -> Result:
    """Return the arguments of the client's `request`."""
    method = params.get("method") or "GET"
    if method in READS and params.get("body") is not None:
        raise ConfigurationError(
            f"{method} takes no body; use params for the query, or another method"
        )
    headers = {
        name: value for name, value in (params.get("headers") or {}).items() if value is not None
    }
    declared = next(
        (str(value) for name, value in headers.items() if str(name).lower() == "content-type"), ""
    )
    body = _body(params, declared)
    kind = body.pop("content_type", None)
    if kind is not None and not declared:
        headers["Content-Type"] = kind
    return {
        "method": method,
        "path": params["path"],
        "params": params.get("params"),
        "headers": headers or None,
        "path_params": params.get("path_params"),
        "retry": params.get("retry"),
        "timeout": params.get("timeout"),
        "read_only": bool(params.get("read_only")),
        "raise_on_error": not params.get("status_code"),
        **body,
    }


def _status_error(response: Response, params: Mapping[str, Any]) -> str | None:
    allowed = params.get("status_code")
    if not allowed or response.status_code in allowed:
        return None
    return (
        f"{response.request.method} {response.url}: answered {response.status_code},"
        f" but status_code allows only {', '.join(map(str, allowed))}"
    )


def _prediction(client: Place, params: Mapping[str, Any]) -> Result:
    request = _request(params)
    path = target(fill(request["path"], request["path_params"]), request["params"])
    url = safe_url(f"{client.base_url}{path}")
    method = request["method"]
    return {
        "changed": True,
        "status": None,
        "method": method,
        "url": url,
        "request": {"method": method, "url": url, "body": masking.mask_body(params.get("body"))},
    }


def _all_pages(client: Connection, params: Mapping[str, Any]) -> Result:
    if params.get("method") not in (None, "GET", "POST"):
        raise ConfigurationError(
            "paginate reads with GET, or with POST and read_only: true,"
            f" not with {params['method']}"
        )
    request = _request(params)
    options = {name: request[name] for name in ("headers", "path_params", "retry", "timeout")}
    style = "auto" if params["paginate"] is True else params["paginate"]
    responses = []
    records: list[Any] = []
    for response in client.pages(
        params["path"],
        params.get("params"),
        paginate=style,
        method=request["method"],
        json=_search(request),
        **options,
    ):
        records += response.records
        response.content = b""
        responses.append(response)
    tries = sum(response.attempts for response in responses)
    return {
        **_without_body(responses[0]),
        "changed": _writes(params),
        "method": request["method"],
        "records": records,
        "pages": len(responses),
        "elapsed": round(sum(response.elapsed for response in responses), 6),
        "tries": tries,
        "attempts": tries,
    }


def _search(request: Mapping[str, Any]) -> Any:
    """Return the body of a search. Paging adds its own parameters to it."""
    text = request.get("data")
    if text is None:
        return request.get("json")
    found = jsonutils.loads(text) if isinstance(text, str) and jsonutils.is_json(text) else None
    if not isinstance(found, Mapping):
        raise ConfigurationError("body beside paginate must be a dict, or JSON text of one")
    return found


# Bodies and files


def _body(params: Mapping[str, Any], declared: str) -> Result:
    """Return the body as arguments of the client's `request`.

    They include `content_type` if the client cannot know it.

    Args:
        params: The task's options.
        declared: The `Content-Type` among the headers of the task; `""` for none.
    """
    body = params.get("body")
    if params.get("src") is not None:
        path = params["src"]
        return {"data": files.read(path), "content_type": files.content_type(path)}
    if params.get("files"):
        if body is not None and not isinstance(body, Mapping):
            raise ConfigurationError("body beside files must be a dict of form fields")
        for name, value in (body or {}).items():
            if isinstance(value, Mapping):
                raise ConfigurationError(
                    f"body beside files: {name} must be a text, a number or a list of them, because"
                    " it is a form field; write JSON into it with the filter to_json"
                )
        return {
            "files": {name: files.part(name, value) for name, value in params["files"].items()},
            "data": body,
        }
    if isinstance(body, str):
        # The result of a template may be JSON as text. Only an object or a list counts as JSON, and
        # its text is sent: parsing it would change numbers and drop repeated names.
        if body.lstrip().startswith(("{", "[")) and jsonutils.is_json(body):
            return {"data": jsonutils.escaped(body), "content_type": "application/json"}
        return {"data": body}
    if isinstance(body, Mapping) and declared.partition(";")[0].strip().lower() == FORM:
        return {"data": body}
    return {"json": body}


def _download(client: Connection, params: Mapping[str, Any], context: Context) -> Result:
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
    return {**answered, "changed": differs or _writes(params), "download": download}


def _save(
    client: Connection, params: Mapping[str, Any], file: IO[bytes], path: str
) -> tuple[Result, Result]:
    """Write the body of a response to a file.

    Returns:
        The parts of the result that describe the response, and the file.
    """
    digest, size = hashlib.sha256(), 0
    request = _request(params)
    del request["raise_on_error"]
    with client.stream(**request) as stream:
        answered = {"changed": _writes(params), "method": request["method"]}
        for piece in stream:
            try:
                files.write(file, piece)
            except OSError as exc:
                raise _write_error(
                    path, exc, {**answered, **_without_body(stream.response)}
                ) from exc
            digest.update(piece)
            size += len(piece)
    return (
        {**answered, **_without_body(stream.response)},
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


def _without_body(response: Response) -> Result:
    """Return the part of a result that describes a response, without its body."""
    return {
        name: value
        for name, value in of_response(response).items()
        if name not in ("json", "content")
    }


# Many calls


def _many(
    client: AsyncClient, params: Mapping[str, Any], context: Context, service: str | None
) -> Result:
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
        "changed": any(map(_writes, items)),
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
            number: _prediction(connection, item)
            for number, item in enumerate(items)
            if context.check_mode and _writes(item)
        }
        sent = [number for number in range(len(items)) if number not in predicted]
        requests = [_request(items[number]) for number in sent]
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
        return cast("AsyncConnection", client)
    return await cast("AsyncServicesClient", client).connection(service)


def _result(outcome: Response | ClientError, client: Place, item: Mapping[str, Any]) -> Result:
    if isinstance(outcome, ClientError):
        return {"ok": False, "msg": _message(outcome, client, item), **of_error(outcome)}
    error = _status_error(outcome, item)
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
