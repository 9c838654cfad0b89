# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an option's value comes from: the task or `module_defaults`, its `environment`, a variable,
the process's environment, the configuration.
"""

from __future__ import annotations

import configparser
import functools
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible import constants as C

from ..module_utils.tasks.definition import Source

SECTION = "restops_clients"


def resolved(
    arguments: Mapping[str, Any],
    others: Iterable[Source],
    environment: Mapping[str, Any],
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
) -> dict[str, Any]:
    """Return the task's arguments with the connection options that other sources give.

    Args:
        arguments: What the task says, `module_defaults` merged in.
        others: Where the connection options can come from.
        environment: The task's own `environment`.
        variables: Ansible's variables.
        template: Resolves templates in variables.
    """
    result, configuration, process = dict(arguments), _configuration(), os.environ
    for source in others:
        for name in source.names:
            if result.get(name) is not None:
                break
        else:
            if source.environment in environment:
                result[source.name] = environment[source.environment]
            elif source.variable in variables:
                result[source.name] = template(variables[source.variable])
            elif source.environment in process:
                result[source.name] = process[source.environment]
            elif source.variable in configuration:
                result[source.name] = configuration[source.variable]
    return result


def _configuration() -> Mapping[str, str]:
    path = C.CONFIG_FILE
    return _read(path, os.stat(path).st_mtime_ns) if path and os.path.exists(path) else {}


@functools.lru_cache(maxsize=1)
def _read(path: str, dummy_changed: int) -> Mapping[str, str]:
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",))
    parser.read(path)
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}
