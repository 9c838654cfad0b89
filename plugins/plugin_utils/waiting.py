# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether anybody still waits for what a client is about to do: nothing is sent for a worker that
has gone, whose task Ansible has reported as failed.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from multiprocessing.connection import Connection

asker: ContextVar[Connection | None] = ContextVar("asker", default=None)
"""The conversation with the worker that waits for what is done here; `None` where the worker does
it itself."""


class Abandoned(BaseException):
    """The worker has gone. Not an error of the call: nothing must try again because of it."""


def sleep(seconds: float) -> None:
    """Wait.

    Args:
        seconds: How long.

    Raises:
        Abandoned: Nobody waits for the outcome any more.
    """
    conversation = asker.get()
    if conversation is None:
        time.sleep(seconds)
    # A worker says nothing after its question: what can be read there is the end of it.
    elif conversation.poll(seconds):
        raise Abandoned


def check() -> None:
    """Do nothing where somebody waits.

    Raises:
        Abandoned: Nobody does.
    """
    conversation = asker.get()
    if conversation is not None and conversation.poll():
        raise Abandoned
