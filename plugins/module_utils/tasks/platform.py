# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Platform client of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .clients import ITENTIAL_TERMS, itential_arguments, make, require
from .options import PLATFORM

if TYPE_CHECKING:
    from ..itential.platform import Platform


def make_client(options: Mapping[str, Any], **more: Any) -> Platform:
    """Make a Platform client.

    Args:
        options: The connection options by their Ansible names; what is absent or `None` takes the
            factory's default.
        **more: Further arguments of the factory. With `want_async=True`, the client is one for
            event loops; only `Context.open_async` asks for it.

    Raises:
        ConfigurationError: Missing, half or mixed credentials, or another value that cannot work.
    """
    from ..itential.platform import platform_factory

    require(options, PLATFORM)
    given = itential_arguments(
        options, "client_id", "client_secret", "token_in_query", "cookie_name"
    )
    return make(platform_factory, ITENTIAL_TERMS, **more, **given)
