# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments of the client factories, from the options of a task.

Each service makes its client in its own file: Ansible ships a module with everything that its files
import, and a module needs the client of one service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ..core.exceptions import ConfigurationError
from ..core.messages import Wording
from .definition import Service
from .given import is_set

Made = TypeVar("Made")

TERMS = {"verify": "validate_certs"}
ITENTIAL_TERMS = {**TERMS, "user": "username"}
"""The Ansible names of options, by the names of the factories' arguments."""


def require(
    options: Mapping[str, Any],
    service: Service,
    credentials: Sequence[tuple[str, ...]] | None = None,
) -> None:
    """Check that the connection options name a server and one way to log in.

    Args:
        options: The connection options by their Ansible names.
        service: The service.
        credentials: The ways to log in, each the options that it needs; `None` for those of the
            service.

    Raises:
        ConfigurationError: No server, or no complete way to log in, or more than one.
    """
    server = "host" if "host" in service.options else "url"
    if not is_set(options.get(server)):
        option = next(option for option in service.option_names if option.name == server)
        raise ConfigurationError(
            f"no {server}: give {server}, the variable {option.variable} or {option.environment}"
        )
    ways = service.credentials if credentials is None else credentials
    given = [name for way in ways for name in way if is_set(options.get(name))]
    wanted = ", or ".join(" and ".join(way) for way in ways)
    if ways and not given:
        raise ConfigurationError(
            f"no credentials: give {wanted} (as options, as variables that begin with"
            f" {service.prefix.lower()}_, or in the environment as {service.prefix}_...)"
        )
    for way in ways:
        missing = [name for name in way if name not in given]
        if 0 < len(missing) < len(way):
            raise ConfigurationError(f"{missing[0]} is missing: give {wanted}")
    if sum(way[0] in given for way in ways) > 1:
        raise ConfigurationError(
            f"too many credentials ({', '.join(given)}): give {wanted}, not both"
        )


def make(
    factory: Callable[..., Made], terms: Mapping[str, str], /, *args: Any, **arguments: Any
) -> Made:
    """Make a client whose errors name the options of a task.

    Args:
        factory: Makes the client.
        terms: The Ansible names of options, by the names of the factory's arguments.
        *args: Arguments of the factory.
        **arguments: More arguments of the factory.

    Raises:
        ConfigurationError: An argument cannot work.
    """
    try:
        return factory(*args, **arguments, terms=terms)
    except ConfigurationError as exc:
        exc.reword(Wording(terms=terms).in_terms(exc.message))
        raise


def itential_arguments(options: Mapping[str, Any], *more: str) -> dict[str, Any]:
    """Return the given options as arguments of the factories of both Itential services.

    Args:
        options: The connection options.
        *more: Options that one of the factories takes beside those of both.
    """
    given = given_arguments(options, "host", "port", "use_tls", *more)
    return {**given, "user": options["username"]} if is_set(options.get("username")) else given


def given_arguments(options: Mapping[str, Any], *more: str) -> dict[str, Any]:
    """Return the given options as arguments of a factory.

    Args:
        options: The connection options.
        *more: Options that this factory takes beside those of every factory.
    """
    renamed = {option: argument for argument, option in TERMS.items()}
    names = (
        *("validate_certs", "ca_path", "client_cert", "client_key", "client_key_password"),
        *("password", "timeout", "ttl", "proxy", "max_response_bytes", "retry"),
        *more,
    )
    given = {renamed.get(name, name): options[name] for name in names if is_set(options.get(name))}
    # An empty one means that none is sent.
    if options.get("correlation_id") is not None:
        given["correlation_id"] = options["correlation_id"]
    return given
