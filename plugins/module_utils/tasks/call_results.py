# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a result that describe one call: prediction, response, error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..core import jsonutils
from ..core.exceptions import ClientError
from ..core.http import Response
from ..core.secrets.redaction import safe_url
from ..core.urls import fill, target
from . import masking
from .call_arguments import request_arguments
from .calling import Result, of_response
from .client import Place


def message_of(exc: ClientError, client: Place, params: Mapping[str, Any]) -> str:
    """Return the message of an error, with advice if the options show its cause."""
    response = None if exc.during_login else exc.response
    advice = "" if response is None else _advice(response.status_code, client, params)
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


def status_error(response: Response, params: Mapping[str, Any]) -> str | None:
    """Return the error for a status that `status_code` does not allow; `None` if it is allowed."""
    allowed = params.get("status_code")
    if not allowed or response.status_code in allowed:
        return None
    return (
        f"{response.request.method} {response.url}: answered {response.status_code},"
        f" but status_code allows only {', '.join(map(str, allowed))}"
    )


def prediction(client: Place, params: Mapping[str, Any]) -> Result:
    """Return the result of a call that check mode does not send."""
    request = request_arguments(params)
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


def without_body(response: Response) -> Result:
    """Return the part of a result that describes a response, without its body."""
    return {
        name: value
        for name, value in of_response(response).items()
        if name not in ("json", "content")
    }
