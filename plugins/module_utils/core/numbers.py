# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checking and reading numbers that callers give."""

from __future__ import annotations

import re
from typing import Any

from .exceptions import ConfigurationError

MAX_SECONDS = 1e9
"""The highest number of seconds that an option takes: 30 years, which clocks can still add up."""
MAX_TIMEOUT = 1e6
"""Seconds: operating systems take no longer time limit (31 bits of milliseconds)."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?")


def whole_number(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """Return a whole number that an argument gives.

    Args:
        name: The argument, for the message.
        value: Its value.
        least: The lowest number.
        most: The highest number; `None` for any.

    Raises:
        ConfigurationError: Not a whole number, or one out of range.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or value < least
        or (most is not None and value > most)
    ):
        span = f"from {least}" if most is None else f"from {least} to {most}"
        raise ConfigurationError(f"{name} must be a whole number {span}, not {value!r}")
    return value


def as_number(value: Any) -> Any:
    """Return the number that a text holds; any other value is returned as it is.

    Nothing converts what stands inside of the options `retry` and `paginate`, and numbers that come
    from a command line, or through templates of older Ansible versions, are texts.
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value) if "." in value else int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def seconds(name: str, value: float, most: float = MAX_TIMEOUT) -> float:
    """Return a number of seconds.

    Args:
        name: The option, for the message.
        value: Its value.
        most: The highest number.

    Raises:
        ConfigurationError: Not a number above 0, or a higher one.
    """
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and value > most:
        raise ConfigurationError(f"{name} must be at most {most:.0f} seconds")
    if not number or not value > 0:
        raise ConfigurationError(f"{name} must be a number of seconds above 0, not {value!r:.80}")
    return float(value)


def seconds_or_zero(name: str, value: float | None) -> float:
    """Return a number of seconds; 0 for `None` and for every number that is not above 0.

    Raises:
        ConfigurationError: Not a finite number.
    """
    is_off = not value or (isinstance(value, (int, float)) and value < 0)
    return 0.0 if value is None or is_off else seconds(name, value, MAX_SECONDS)
