# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making a client from a task's options. A task has no default credentials: what is missing is
said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.exceptions import ConfigurationError


def platform(options: Mapping[str, Any], want_async: bool = False, **more: Any) -> Any:
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

    _demand(options, ("client_id", "client_secret"), ("username", "password"))
    return platform_factory(
        **more,
        **_common(
            options, want_async, "client_id", "client_secret", "token_in_query", "cookie_name"
        ),
    )


def gateway(options: Mapping[str, Any], want_async: bool = False, **more: Any) -> Any:
    """Make a Gateway client. For arguments and errors see `platform`."""
    from ..itential.gateway import gateway_factory

    _demand(options, ("username", "password"))
    return gateway_factory(**more, **_common(options, want_async))


def keystone(options: Mapping[str, Any], want_async: bool = False, **more: Any) -> Any:
    """Make a Keystone client. For arguments and errors see `platform`."""
    from ..keystone.client import keystone_factory

    _demand(options, ("username", "password"), ("token",))
    return keystone_factory(**more, **_given(options, want_async, "url", "username", "token"))


def sequoia(options: Mapping[str, Any], want_async: bool = False, **more: Any) -> Any:
    """Make a Sequoia client. For arguments and errors see `platform`."""
    from ..sequoia.client import sequoia_factory

    if options.get("auth_type") in (None, "client_grant"):
        _demand(options, ("client_id", "client_secret"))
    document = ("grant_client_id", "grant_client_secret", "byo_token", "request_timeout")
    renamed = dict(zip(("client_id", "client_secret", "token", "timeout"), document, strict=True))
    names = (
        "client_id",
        "client_secret",
        "token",
        "auth_type",
        "content_type",
        "user_id",
        "application_id",
    )
    given = {
        renamed.get(name, name): value
        for name, value in _given(options, want_async, *names).items()
    }
    return sequoia_factory(options["url"], **more, **given)


def _demand(options: Mapping[str, Any], *ways: tuple[str, ...]) -> None:
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


def _common(options: Mapping[str, Any], want_async: bool, *more: str) -> dict[str, Any]:
    given = _given(options, want_async, "host", "port", "use_tls", *more)
    return {**given, "user": options["username"]} if options.get("username") is not None else given


def _given(options: Mapping[str, Any], want_async: bool, *more: str) -> dict[str, Any]:
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
