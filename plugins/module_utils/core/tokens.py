# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the answer to a login. Whatever is not plainly a token is an error: nobody is
"authenticated" by an HTML page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import jsonutils
from .engine import Engine
from .exceptions import AuthenticationError, SerializationError
from .http import Response
from .retry import STATUSES

_TOKEN = re.compile(r"[!-~]{1,16384}")


def read(
    engine: Engine, response: Response, keys: Sequence[str], wanted: str, *, bare: bool = True
) -> tuple[str, float | None]:
    """Return the token of a login's answer and the seconds it lives.

    Args:
        engine: The client's engine, for its errors.
        response: What the login answered: an object with the token under one of the keys, quoted
            text, or bare text.
        keys: Where an object may hold the token.
        wanted: What to check where the login is refused.
        bare: Whether the whole answer may be the token. OAuth's is an object (RFC 6749 section
            5.1).

    Raises:
        HTTPStatusError: The server cannot answer now (429, 502, 503, 504).
        AuthenticationError: Refused, or there is no token in the answer.
    """
    if response.status_code in STATUSES:
        engine.check(response)
    if not response.is_success():
        raise engine.refused(response, wanted)
    text = response.text.strip()
    expires_in: float | None = None
    token: object = text if bare else None
    if text.startswith(("{", "[", '"')):
        try:
            answer = jsonutils.loads(text)
        except SerializationError:
            answer = None
        token = (
            next((answer[key] for key in keys if answer.get(key)), None)
            if isinstance(answer, dict)
            else answer
            if bare
            else None
        )
        granted = answer.get("expires_in") if isinstance(answer, dict) else None
        if isinstance(granted, (int, float)) and not isinstance(granted, bool):
            expires_in = float(granted)
    if not isinstance(token, str) or not _TOKEN.fullmatch(token) or token.startswith("<"):
        what = response.headers.get("content-type", "no content type").partition(";")[0]
        raise AuthenticationError(
            f"{response.request.method} {response.url}: answered {response.status_code} ({what}, {len(response.content)} bytes) without a token;"
            " is this the right host, port and product?",
            response=response.without_body(),
        )
    return token, expires_in
