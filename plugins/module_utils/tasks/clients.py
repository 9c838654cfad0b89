# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments of the client factories, from a task's options.

Each service makes its client in a file of its own: Ansible ships a module with everything that its
files import, and a module needs the client of one service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.exceptions import ConfigurationError


def require_credentials(options: Mapping[str, Any], *ways: tuple[str, ...]) -> None:
    """Refuse options that hold no credentials, half of them, or those of two logins.

    Args:
        options: The connection options by their Ansible names.
        *ways: The names of the options that each way to log in needs.

    Raises:
        ConfigurationError: The options do not give exactly one of the ways.
    """
    given = [name for way in ways for name in way if options.get(name)]
    wanted = ", or ".join(" and ".join(way) for way in ways)
    if not given:
        raise ConfigurationError(
            f"no credentials: give {wanted} (as options, in module_defaults, as variables, or through the environment)"
        )
    for way in ways:
        missing = [name for name in way if name not in given]
        if 0 < len(missing) < len(way):
            raise ConfigurationError(f"{missing[0]} is missing: give {wanted}")
    if sum(way[0] in given for way in ways) > 1:
        raise ConfigurationError(
            f"too many credentials ({', '.join(given)}): give {wanted}, not both"
        )


def common_arguments(options: Mapping[str, Any], want_async: bool, *more: str) -> dict[str, Any]:
    """Return the arguments that the factories of both Itential services take, as far as they are
    given, and more that one takes.
    """
    given = given_arguments(options, want_async, "host", "port", "use_tls", *more)
    return {**given, "user": options["username"]} if options.get("username") is not None else given


def given_arguments(options: Mapping[str, Any], want_async: bool, *more: str) -> dict[str, Any]:
    """Return the arguments that every factory takes, as far as they are given, and more that one
    takes.
    """
    renamed = {"validate_certs": "verify"}
    names = (
        *("validate_certs", "ca_path", "client_cert", "client_key", "client_key_password"),
        *("password", "timeout", "ttl", "proxy", "correlation_id", "max_response_bytes", "retry"),
        *more,
    )
    given = {
        renamed.get(name, name): options[name] for name in names if options.get(name) is not None
    }
    return {**given, "want_async": want_async}
