# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments of a call, from the options of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core import jsonutils
from ..core.body import FORM
from ..core.exceptions import ConfigurationError
from ..core.http import READING
from . import files
from .calling import Result
from .definition import Spec

ONE_CALL: Spec = {
    "method": {
        "type": "str",
        "choices": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
        "default": "GET",
    },
    "path": {"type": "str"},
    "path_params": {"type": "dict"},
    "params": {"type": "dict"},
    "body": {"type": "raw"},
    "headers": {"type": "dict"},
    "status_code": {"type": "list", "elements": "int"},
    "retry": {"type": "raw"},
    "read_only": {"type": "bool", "default": False},
}
"""Options of a task or of an item of `requests`."""


def writes(params: Mapping[str, Any]) -> bool:
    """Tell if a call may change something."""
    return (params.get("method") or "GET") not in READING and not params.get("read_only")


def request_arguments(params: Mapping[str, Any]) -> Result:
    """Return the arguments of the client's `request`.

    Args:
        params: The options of the task, or of an item of `requests`.

    Raises:
        ConfigurationError: The options contradict each other, or a file cannot be read.
    """
    method = params.get("method") or "GET"
    if method in READING and params.get("body") is not None:
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


def search_body(request: Mapping[str, Any]) -> Any:
    """Return the body of a search, to which paging adds its own parameters.

    Args:
        request: The arguments of the client's `request`.

    Raises:
        ConfigurationError: The body is not a dict.
    """
    text = request.get("data")
    if text is None:
        return request.get("json")
    found = jsonutils.loads(text) if isinstance(text, str) and jsonutils.is_json(text) else None
    if not isinstance(found, Mapping):
        raise ConfigurationError("body beside paginate must be a dict, or JSON text of one")
    return found


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
