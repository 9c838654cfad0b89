# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call in the main process, answered from memory, before workers are forked.

Each separate task runs in its own fork. Without this, each fork compiles the same patterns, fills
the same caches and warms the same code, in memory that it must copy first.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from ..module_utils.core import tokens
from ..module_utils.core.auth import AuthMixinBase
from ..module_utils.core.connection import Connection
from ..module_utils.core.flow import Flow
from ..module_utils.core.net.httplib import httpcore
from ..module_utils.core.secrets.redaction import SecretValues, scrub_all
from ..module_utils.core.session import Session
from ..module_utils.tasks import options, request
from ..module_utils.tasks.clients import TERMS, given_arguments, make, require
from ..module_utils.tasks.context import Context
from ..module_utils.tasks.definition import Task
from . import in_process, session_file

TIMES = 3
"""From the third time on Python runs the code in the form that it has specialised."""

# The value is random, because it is masked while its client is in memory: a common word would be
# masked in the user's output.
_SECRET = uuid.uuid4().hex
_BODY = b'{"access_token": "%s"}' % _SECRET.encode()
_RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_BODY),
    _BODY,
)


class _Client(AuthMixinBase, Connection):
    """A client of no service, so that a play imports only the services that it calls."""

    def _login(self) -> Flow[Session]:
        response = yield from tokens.request(
            self, "/login", lambda: {"json": {"password": _SECRET}}, ""
        )
        token = tokens.read(response, ("access_token",))[0] or ""
        return Session(token, headers=(("Authorization", f"Bearer {token}"),))


def _factory(url: str, username: str, password: str, want_async: bool, **more: Any) -> _Client:
    del want_async
    credentials = SimpleNamespace(secrets=SecretValues((username, password)))
    return _Client(credentials, url, **more)


def _make_client(given: Mapping[str, Any], **more: Any) -> _Client:
    require(given, SERVICE)
    responses = httpcore.MockBackend([_RESPONSE] * 3)
    arguments = given_arguments(given, "url", "username")
    return make(_factory, TERMS, transport=responses, **more, **arguments)


def _perform(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    return request.run(_make_client, params, context)


SERVICE = options.KEYSTONE
"""Only its options are used, not its client."""
TASK = Task(_perform, SERVICE, request.OPTIONS, **request.RULES)
_ARGUMENTS = {
    "url": "http://localhost",
    "username": _SECRET,
    "password": _SECRET,
    "path": "/",
    "shared_session": False,
}


def rehearse() -> None:
    """Log in, call and log out, without a network."""
    # If the environment makes this fail, the affected task reports it.
    with suppress(Exception):
        for dummy in range(TIMES):
            in_process.run(TASK, "rehearsal", _ARGUMENTS, check_mode=False, inject_invocation=True)
        # Patterns are compiled on first use.
        scrub_all("token: x, password=y")
        if session_file.KEY is not None:
            session_file.digest(session_file.unseal(session_file.seal(b"", _SECRET), _SECRET))
