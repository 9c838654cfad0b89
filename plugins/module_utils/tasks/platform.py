# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Platform client of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .clients import ITENTIAL_TERMS, common_arguments, make, require
from .options import PLATFORM


def make_client(options: Mapping[str, Any], want_async: bool = False, **more: Any) -> Any:
    """Make a Platform client.

    Args:
        options: The connection options by their Ansible names; what is absent or `None` takes the
            factory's default.
        want_async: Make one for an event loop.
        **more: Further arguments of the factory.

    Raises:
        ConfigurationError: Missing, half or mixed credentials, or another value that cannot work.
    """
    from ..itential.platform import platform_factory

    require(options, PLATFORM)
    return make(
        platform_factory,
        ITENTIAL_TERMS,
        **more,
        **common_arguments(
            options, want_async, "client_id", "client_secret", "token_in_query", "cookie_name"
        ),
    )
