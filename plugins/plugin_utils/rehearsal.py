# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call in the main process, answered from memory, before workers are forked.

A separate task is a fork of its own: without this each of them compiles the same patterns, fills
the same caches and warms the same code, in memory that it must copy first.
"""

from __future__ import annotations

import functools
import uuid
from contextlib import suppress

from ..module_utils.core.net.httplib import httpcore
from ..module_utils.core.secrets.redaction import scrub_all
from ..module_utils.tasks import options, platform, request
from ..module_utils.tasks.definition import Task
from . import in_process, session_file

TIMES = 3
"""From the third time on Python runs the code in the form that it has specialised."""

# Secrets are masked for as long as their client is in memory: these must not be words of a user.
_NAME = uuid.uuid4().hex
_BODY = b'{"access_token": "%s"}' % _NAME.encode()
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_BODY),
    _BODY,
)
_ARGUMENTS = {
    "host": "localhost",
    "use_tls": False,
    "client_id": _NAME,
    "client_secret": _NAME,
    "path": "/",
    "shared_session": False,
}


def rehearse() -> None:
    """Log in, call and log out, without a network."""
    factory = functools.partial(platform.make_client, transport=httpcore.MockBackend([_ANSWER] * 3))
    task = Task(
        functools.partial(request.run, factory),
        options.PLATFORM,
        options.REQUEST,
        **options.REQUEST_RULES,
    )
    # If something in the environment makes this fail, the task that it concerns will say so.
    with suppress(Exception):
        for dummy in range(TIMES):
            in_process.run(task, _NAME, _ARGUMENTS, check_mode=False, inject_invocation=True)
        # Patterns are compiled on first use.
        scrub_all("token: x, password=y")
        if session_file.KEY is not None:
            session_file.digest(session_file.unsealed(session_file.sealed(b"", _NAME), _NAME))
