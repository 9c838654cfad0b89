# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options from all their sources.

These are the task's arguments, `module_defaults`, the task's `environment`, variables, the
environment of the process, and `ansible.cfg`, in this order.

An option comes from the first source that gives it under any of its names. A source that does not
have it, or has null, an empty text or `omit`, is passed over; but null as the task's own argument
also hides the value from `module_defaults`.
"""

from __future__ import annotations

import configparser
import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ansible import constants as C

from ..module_utils.tasks.definition import OptionNames, Service
from ..module_utils.tasks.given import is_set

SECTION = "restops_clients"

TASK, DEFAULTS, TASK_ENVIRONMENT, VARIABLE, ENVIRONMENT, CONFIGURATION = range(6)
"""The sources by precedence: a smaller number comes first."""

_SOURCE_TEXTS = {
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
        connection = {name for option in service.option_names for name in option.names}
        self._service = service
        self.arguments = {
            name: value for name, value in arguments.items() if name not in connection
        }
        self.levels: dict[str, int] = {}

    def explain(self, message: str) -> str:
        """Return an error message, with the source of each option that its subject names.

        Nothing is said of options of the task itself. The subject ends with the first colon: in the
        advice that follows it, the same words have other meanings.
        """
        subject = message.partition(": ")[0]
        texts = [
            f"{option.name} is from {_SOURCE_TEXTS[level].format(option)}"
            for option in self._service.option_names
            if (level := self.levels.get(option.name, TASK)) in _SOURCE_TEXTS
            and re.search(rf"\b({'|'.join(option.names)})\b", subject)
        ]
        return f"{message} ({'; '.join(texts)})" if texts else message

    def drop(self, names: Iterable[str]) -> None:
        """Remove connection options that are given, under all their names."""
        for option in self._service.option_names:
            if option.name in names:
                del self.levels[option.name]
                for name in option.names:
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

    Returns:
        The arguments with the connection options of all sources.
    """
    result = Resolution(service, {**defaults, **own})
    elsewhere = functools.partial(_elsewhere, environment, variables, template, _configuration())
    for option in service.option_names:
        level, given = _as_argument(option, own, defaults)
        if not given:
            level, given = _first(option, elsewhere(option))
        if given:
            result.arguments.update(given)
            result.levels[option.name] = level
    _drop_rival_credentials(service, result)
    return result


def _as_argument(
    option: OptionNames, own: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    """Return the level of an option among the task's arguments, and its values by name, if any."""
    for level, arguments in ((TASK, own), (DEFAULTS, defaults)):
        present = {name: arguments[name] for name in option.names if name in arguments}
        given = {name: value for name, value in present.items() if is_set(value)}
        # Null as the task's own argument hides the value from `module_defaults`.
        if given or None in present.values():
            return level, given
    return DEFAULTS, {}


def _first(option: OptionNames, found: Iterable[tuple[int, Any]]) -> tuple[int, dict[str, Any]]:
    """Return the level of the first source that gives an option, and its value by name, if any."""
    for level, value in found:
        if is_set(value):
            return level, {option.name: value}
    return CONFIGURATION, {}


def _elsewhere(
    environment: Mapping[str, Any],
    variables: Mapping[str, Any],
    template: Callable[[Any], Any],
    configuration: Mapping[str, str],
    option: OptionNames,
) -> Iterator[tuple[int, Any]]:
    """Yield what the sources below `module_defaults` have, each with its level."""
    yield TASK_ENVIRONMENT, environment.get(option.environment)
    if option.variable in variables:
        # As the value of a dict, because `omit` alone cannot be resolved: it takes the key away.
        resolved = template({option.variable: variables[option.variable]})
        yield VARIABLE, resolved.get(option.variable)
    # Asking first costs a third of `get`: most variables are not set.
    if option.environment in os.environ:
        yield ENVIRONMENT, os.environ[option.environment]
    yield CONFIGURATION, configuration.get(option.variable)


def _drop_rival_credentials(service: Service, result: Resolution) -> None:
    """Drop credentials that do not belong to the way to authenticate that is used.

    If an option chooses the way, these are credentials that it does not use, from sources that come
    after that of the choice. Otherwise, these are the credentials outside the first complete
    way of which all sources come before theirs; if there is none, all of them stay.
    """
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
            last = max(levels[name] for name in way)
            if all(levels[name] > last for name in rest):
                result.drop(rest)
                return


def has_rivals(service: Service, arguments: Mapping[str, Any]) -> bool:
    """Tell if it matters which arguments are the task's own and which are from `module_defaults`.

    It does if an option has two names or an empty value, or if there is more than one way to
    authenticate.
    """
    given = set()
    for option in service.option_names:
        values = [arguments[name] for name in option.names if name in arguments]
        if len(values) > 1 or (values and values[0] is not None and not is_set(values[0])):
            return True
        if values:
            given.add(option.name)
    return service.choice in given or sum(not given.isdisjoint(w) for w in service.credentials) > 1


def _configuration() -> Mapping[str, str]:
    path = C.CONFIG_FILE
    return _read(path, os.stat(path).st_mtime_ns) if path and os.path.exists(path) else {}


@functools.lru_cache(maxsize=1)
def _read(path: str, dummy_changed: int) -> Mapping[str, str]:
    """Return our section of ansible.cfg, read again after a change (mtime in nanoseconds)."""
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",))
    parser.read(path)
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}
