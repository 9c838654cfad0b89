# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User names, which both factories take as `user` and as `username`."""

from __future__ import annotations

from ..core.exceptions import ConfigurationError


def user_name(user: str | None, username: str | None) -> str | None:
    """Return the user name that was given as one of two arguments, or `None`.

    Raises:
        ConfigurationError: Both are given.
    """
    if user is not None and username is not None:
        raise ConfigurationError("user and username are two names of one argument: give one")
    return username if user is None else user
