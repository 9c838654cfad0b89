# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an option's value comes from: the task or `module_defaults`, its `environment`, a variable, the process's environment, the configuration."""

from __future__ import annotations

import configparser
import functools
import os
from collections.abc import Callable, Mapping
from typing import Any

from ansible import constants as C

SECTION = "restops_clients"


def resolved(
    arguments: Mapping[str, Any],
    connection: Mapping[str, Mapping[str, Any]],
    environment: Mapping[str, Any],
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
) -> dict[str, Any]:
    """Return the task's arguments with the connection options that other sources give.

    Args:
        arguments: What the task says, `module_defaults` merged in.
        connection: The connection options; `fallback` names the environment variable of each.
        environment: The task's own `environment`.
        variables: Ansible's variables; the name is the environment variable's in lower case.
        template: Resolves templates in variables.
    """
    result, configuration = dict(arguments), _configuration()
    for name, option in connection.items():
        if any(result.get(alias) is not None for alias in (name, *option.get("aliases", ()))):
            continue
        variable = variable_of(option)
        if variable in environment:
            result[name] = environment[variable]
        elif variable.lower() in variables:
            result[name] = template(variables[variable.lower()])
        elif variable in os.environ:
            result[name] = os.environ[variable]
        elif variable.lower() in configuration:
            result[name] = configuration[variable.lower()]
    return result


def variable_of(option: Mapping[str, Any]) -> str:
    """Return the environment variable of a connection option."""
    name: str = option["fallback"][1][0]
    return name


def _configuration() -> Mapping[str, str]:
    path = C.CONFIG_FILE
    return _read(path, os.stat(path).st_mtime_ns) if path and os.path.exists(path) else {}


@functools.lru_cache(maxsize=1)
def _read(path: str, dummy_changed: int) -> Mapping[str, str]:
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",))
    parser.read(path)
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}
