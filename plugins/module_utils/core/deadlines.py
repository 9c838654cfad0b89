# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time limits of effects: a single flight that a call leads may take no longer than the call."""

from __future__ import annotations

import copy
from typing import TypeVar

from .exceptions import RequestError
from .flow import Pause, SingleFlight, Together, Waiting

T = TypeVar("T", bound=Waiting)


def within(effect: T, seconds: float) -> T:
    """Return an effect that takes no longer than a number of seconds.

    Raises:
        RequestError: The effect would take longer; nothing was sent.
    """
    if isinstance(effect, Together):
        return effect
    if seconds <= 0 or (isinstance(effect, Pause) and effect.seconds >= seconds):
        error = RequestError(
            "the time of the call is used up; raise 'timeout', or max_time in 'retry'"
        )
        error.sent, error.permanent = False, True
        raise error
    if isinstance(effect, Pause) or effect.timeout <= seconds:
        return effect
    shorter = copy.copy(effect)
    shorter.timeout = seconds
    return shorter


def too_late(effect: SingleFlight) -> RequestError:
    """Return the error for a single flight that is not finished in time.

    The call that waits for it was not sent.
    """
    error = RequestError(
        f"the {effect.name} was not finished within {rounded(effect.timeout)} s;"
        " raise 'timeout', or max_time in 'retry'"
    )
    error.sent = False
    return error


def rounded(seconds: float) -> str:
    """Return a number of seconds as messages show it."""
    return f"{seconds:.3g}" if seconds < 999 else f"{seconds:.0f}"
