# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting in tasks: the options `WAITING`, and what is shown while a task waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError
from ..core.polling import schedule_of
from .context import Context, TaskError
from .definition import Spec

if TYPE_CHECKING:
    from ..core.polling import WaitOptions

WAIT: Spec = {
    "wait_timeout": {"type": "float", "default": 600.0},
    "wait_interval": {"type": "float", "default": 2.0},
}
WAITING: Spec = {**WAIT, "progress": {"type": "bool", "default": True}}


def wait_options(params: Mapping[str, Any], context: Context) -> WaitOptions:
    """Return the options of waiting for the methods of a client.

    Args:
        params: The module's options.
        context: Shows the progress, unless the option `progress` is false.

    Raises:
        ConfigurationError: A time cannot work: an error here comes before anything is sent.
    """
    options: WaitOptions = {
        "wait_timeout": params["wait_timeout"],
        "wait_interval": params["wait_interval"],
        "notify": context.report if params["progress"] else None,
    }
    schedule_of(options)
    return options


@contextmanager
def interruption_reported(context: Context, line: Callable[[], str]) -> Iterator[None]:
    """Show a line if the task is interrupted: its time is up, or the run is stopped.

    Such a task has no result, and what it has started goes on.

    Args:
        context: The runner.
        line: Returns what goes on.
    """
    try:
        yield
    except (ClientError, TaskError):
        raise
    except BaseException:
        context.report(line())
        raise
