# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options from all their sources.

These are the task's arguments, `module_defaults`, the task's `environment`, variables, the
environment of the process, and `ansible.cfg`, in this order.

An option comes from the first source that gives it under any of its names. A source that does not
have it, or has null, an empty text or `omit`, is passed over.
"""

from __future__ import annotations

import configparser
import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ansible import constants as C

from ..module_utils.tasks.definition import Service, Source
from ..module_utils.tasks.given import is_set

SECTION = "restops_clients"

TASK, DEFAULTS, TASK_ENVIRONMENT, VARIABLE, ENVIRONMENT, CONFIGURATION = range(6)
"""The sources, highest first."""

_ORIGINS = {
    TASK_ENVIRONMENT: "the environment variable {0.environment} of the task",
    VARIABLE: "the variable {0.variable}",
    ENVIRONMENT: "the environment variable {0.environment}",
    CONFIGURATION: "{0.variable} in ansible.cfg",
}


class Resolution:
    """Arguments of a task or lookup, completed by other sources.

    Attributes:
        arguments: The arguments, with the connection options of all sources.
        levels: For each connection option that is given, the number of its source.
    """

    __slots__ = ("_service", "arguments", "levels")

    def __init__(self, service: Service, arguments: Mapping[str, Any]) -> None:
        connection = {name for source in service.sources for name in source.names}
        self._service = service
        self.arguments = {
            name: value for name, value in arguments.items() if name not in connection
        }
        self.levels: dict[str, int] = {}

    def explain(self, message: str) -> str:
        """Return an error message with the origin of each option that it names.

        An option of the task itself has none.

        What follows a colon is advice, in which the same words have other meanings.
        """
        subject = message.partition(": ")[0]
        origins = [
            f"{source.name} is from {_ORIGINS[level].format(source)}"
            for source in self._service.sources
            if (level := self.levels.get(source.name, TASK)) in _ORIGINS
            and re.search(rf"\b({'|'.join(source.names)})\b", subject)
        ]
        return f"{message} ({'; '.join(origins)})" if origins else message

    def drop(self, names: Iterable[str]) -> None:
        """Take options away."""
        for source in self._service.sources:
            if source.name in names:
                del self.levels[source.name]
                for name in source.names:
                    self.arguments.pop(name, None)


def resolve(
    service: Service,
    own: Mapping[str, Any],
    defaults: Mapping[str, Any],
    environment: Mapping[str, Any],
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
) -> Resolution:
    """Complete arguments by the connection options that other sources give.

    Args:
        service: The service whose options these are.
        own: The arguments that the task or lookup gives itself.
        defaults: The arguments from `module_defaults`. A null among `own` hides a default.
        environment: The task's own `environment`.
        variables: Ansible's variables.
        template: Resolves templates in variables.
    """
    result = Resolution(service, {**defaults, **own})
    elsewhere = functools.partial(_elsewhere, environment, variables, template, _configuration())
    for source in service.sources:
        level, given = _as_argument(source, own, defaults)
        if not given:
            level, given = _first(source, elsewhere(source))
        if given:
            result.arguments.update(given)
            result.levels[source.name] = level
    _compose(service, result)
    return result


def _as_argument(
    source: Source, own: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    """Return an option, under each name that it has among the task's arguments, and their level."""
    for level, arguments in ((TASK, own), (DEFAULTS, defaults)):
        present = {name: arguments[name] for name in source.names if name in arguments}
        given = {name: value for name, value in present.items() if is_set(value)}
        # Null among the task's own arguments takes a default back.
        if given or None in present.values():
            return level, given
    return DEFAULTS, {}


def _first(source: Source, found: Iterable[tuple[int, Any]]) -> tuple[int, dict[str, Any]]:
    """Return an option from the first source that gives it, and the level of that."""
    for level, value in found:
        if is_set(value):
            return level, {source.name: value}
    return CONFIGURATION, {}


def _elsewhere(
    environment: Mapping[str, Any],
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
    configuration: Mapping[str, str],
    source: Source,
) -> Iterator[tuple[int, Any]]:
    """Yield what the sources below `module_defaults` have, each with its level."""
    yield TASK_ENVIRONMENT, environment.get(source.environment)
    if source.variable in variables:
        # As the value of a dict, because `omit` alone cannot be resolved: it takes the key away.
        resolved = template({source.variable: variables[source.variable]})
        yield VARIABLE, resolved.get(source.variable)
    # Asking first costs a third of `get`: most variables are not set.
    if source.environment in os.environ:
        yield ENVIRONMENT, os.environ[source.environment]
    yield CONFIGURATION, configuration.get(source.variable)


def _compose(service: Service, result: Resolution) -> None:
    """Drop credentials of lower sources if a higher one gives a complete way to authenticate."""
    levels = result.levels
    given = {name for way in service.credentials for name in way if name in levels}
    if service.choice:
        chosen = levels.get(service.choice, CONFIGURATION)
        used = service.uses.get(str(result.arguments.get(service.choice)), given)
        result.drop([name for name in given.difference(used) if levels[name] > chosen])
        return
    for way in service.credentials:
        rest = given.difference(way)
        if given.issuperset(way):
            lowest = max(levels[name] for name in way)
            if all(levels[name] > lowest for name in rest):
                result.drop(rest)
                return


def has_rivals(service: Service, arguments: Mapping[str, Any]) -> bool:
    """Tell if it matters which arguments are the task's own and which are from `module_defaults`.

    It does if an option has two names or an empty value, or if there is more than one way to
    authenticate.
    """
    given = set()
    for source in service.sources:
        values = [arguments[name] for name in source.names if name in arguments]
        if len(values) > 1 or (values and values[0] is not None and not is_set(values[0])):
            return True
        if values:
            given.add(source.name)
    return service.choice in given or sum(not given.isdisjoint(w) for w in service.credentials) > 1


def _configuration() -> Mapping[str, str]:
    path = C.CONFIG_FILE
    return _read(path, os.stat(path).st_mtime_ns) if path and os.path.exists(path) else {}


@functools.lru_cache(maxsize=1)
def _read(path: str, dummy_changed: int) -> Mapping[str, str]:
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",))
    parser.read(path)
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}
