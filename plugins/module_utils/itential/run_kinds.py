# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content that a Gateway can run: paths, bodies and dry runs of each kind, as data.

Sources: docs/protocols/itential-gateway.md sections 8.1 to 8.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..core.exceptions import ConfigurationError
from ..core.http import READING
from . import inputs

Record = dict[str, Any]

_RUN = {"": ("execute",)}


class Kind(NamedTuple):
    """One kind of content or command.

    Attributes:
        title: Its name in messages.
        path: The path of the content; `/execute`, `/schema` and `/history` are below it.
        takes: The options that become keys of the body, beside the arguments.
        verbs: The last part of the path of a run, by action; further ones are tried if a release
            lacks the first.
        dry: The action that is a dry run of another action, by that action.
        inventory: The type of the records that hosts are.
        is_command: True for a command, whose body has its arguments and one host, so that there is
            one run for each host. The body of a run of content has its arguments below `args`.
        needs: The arguments that a command needs, by its name, if the server has no schema of it.
        reads: The actions, or names of commands, that change nothing.
        answers_data: The answer of a run may be that of another server, of any form.
    """

    title: str
    path: str
    takes: frozenset[str]
    verbs: Mapping[str, tuple[str, ...]] = _RUN
    dry: Mapping[str, str] = {}
    inventory: str = "device"
    is_command: bool = False
    needs: Mapping[str, Sequence[str]] = {}
    reads: frozenset[str] = frozenset()
    answers_data: bool = False


_MODULE = frozenset(("hosts", "groups", "provider_required", "strict_args", "template"))
_ROLE = frozenset(("hosts", "groups", "strict_args", "template"))
_HOSTS = frozenset(("hosts",))
TERRAFORM_ACTIONS = ("init", "plan", "apply", "validate", "destroy")

KINDS = {
    "playbook": Kind(
        "playbook",
        "/playbooks/{name}",
        frozenset(("hosts", "groups", "strict_args", "syntax_check", "template", "verbosity")),
        verbs={**_RUN, "dry_run": ("dry_run",)},
        dry={"": "dry_run"},
        reads=frozenset(("dry_run",)),
    ),
    "script": Kind(
        "script", "/scripts/{name}", frozenset(("hosts", "env", "strict_args", "template"))
    ),
    "role": Kind("role", "/roles/{name}", _ROLE),
    "module": Kind("module", "/modules/{name}", _MODULE),
    "collection_module": Kind(
        "collection module", "/collections/{collection}/modules/{name}", _MODULE
    ),
    "collection_role": Kind("collection role", "/collections/{collection}/roles/{name}", _ROLE),
    "nornir": Kind(
        "nornir", "/nornir/{name}", frozenset(("hosts", "groups", "env", "strict_args"))
    ),
    "terraform": Kind(
        "terraform",
        "/terraforms/{name}",
        frozenset(("action", "strict_args")),
        verbs={action: (f"terraform_{action}", action) for action in TERRAFORM_ACTIONS},
        dry={"apply": "plan", "plan": "plan", "validate": "validate"},
        reads=frozenset(("plan", "validate")),
    ),
    "netmiko": Kind(
        "netmiko",
        "/netmiko/{name}",
        _HOSTS,
        inventory="netmiko_device",
        is_command=True,
        needs={"send_command": ["command_string"], "send_config_set": ["config_commands"]},
        reads=frozenset(("send_command",)),
    ),
    "netconf": Kind(
        "netconf",
        "/netconf/{name}",
        _HOSTS,
        inventory="netconf_device",
        is_command=True,
        needs={
            "get_config": ["target_datastore"],
            "set_config": ["config_content", "target_datastore"],
            "exec_rpc": ["rpc"],
        },
        reads=frozenset(("get_config",)),
    ),
    "http_request": Kind(
        "HTTP request",
        "/http_requests/request",
        _HOSTS,
        inventory="http_device",
        is_command=True,
        answers_data=True,
    ),
}
"""The kinds by the names of their options."""

TAKEN = frozenset().union(*(kind.takes for kind in KINDS.values()))


class Plan(NamedTuple):
    """A run as the caller wants it.

    Attributes:
        kind: The kind.
        name: The name of the content or command; the endpoint of an HTTP request.
        action: The action of `Kind.verbs`.
        arguments: The arguments.
        hosts: The hosts, as given.
        groups: The groups, as given.
        more: Further keys of the body.
    """

    kind: Kind
    name: str
    action: str
    arguments: Record
    hosts: list[str]
    groups: list[str]
    more: Record

    @property
    def title(self) -> str:
        """The content that is run, for messages."""
        action = f"{self.action.replace('_', ' ')} of " if self.action else ""
        return f"{action}{self.kind.title} {self.name!r}"

    @property
    def path_params(self) -> Record:
        """The values in the path."""
        collection, dummy, name = self.name.rpartition(".")
        if "{collection}" in self.kind.path:
            return {"collection": collection, "name": name}
        return {"name": self.name} if "{name}" in self.kind.path else {}

    @property
    def verbs(self) -> tuple[str, ...]:
        """The last parts of the path that the server may have for the run."""
        return self.kind.verbs[self.action]

    @property
    def changes(self) -> bool:
        """Tell if the run may change something."""
        if self.kind.title == "HTTP request":
            return str(self.arguments["method"]).upper() not in READING
        word = self.name if self.kind.is_command else self.action
        return not (word in self.kind.reads or self.more.get("syntax_check"))

    def bodies(self) -> list[Record]:
        """Return the bodies of the requests: one, or one for each host."""
        if self.kind.is_command:
            return [{"host": host, **self.arguments} for host in self.hosts]
        places = {"hosts": self.hosts, "groups": self.groups}
        given = {name: value for name, value in places.items() if value}
        return [{"args": self.arguments, **given, **self.more}]

    def dry_run(self) -> Plan | None:
        """Return the dry run of this run; `None` if the server has none."""
        action = self.kind.dry.get(self.action)
        return None if action is None else self._replace(action=action)

    def check_arguments(self, schema: Mapping[str, Any] | None) -> Plan:
        """Return the run with its arguments in the types of their schema.

        Args:
            schema: The schema of the content or command; `None` if it is unknown.

        Raises:
            ConfigurationError: An argument is missing, is unknown or has the wrong type.
        """
        if self.kind.is_command:
            schema = schema or {"required": self.kind.needs.get(self.name, [])}
            fields = inputs.check({"host": self.hosts[0], **self.arguments}, schema, "arguments")
            del fields["host"]
            return self._replace(arguments=fields)
        if self.more.get("strict_args") and schema and schema.get("properties"):
            schema = {**schema, "additionalProperties": False}
        return self._replace(arguments=inputs.check(self.arguments, schema, "arguments"))

    def secrets(self, schema: Mapping[str, Any] | None) -> list[str]:
        """Return the values of the arguments that the schema declares as secret."""
        return list(inputs.secrets(self.arguments, schema))


def plan_of(options: Mapping[str, Any]) -> Plan:
    """Return the run that options describe.

    Args:
        options: See `runs.RunOptions`.

    Raises:
        ConfigurationError: They do not name one kind, or have something that the kind does not
            take.
    """
    given = [name for name in KINDS if options.get(name)]
    if len(given) != 1:
        raise ConfigurationError(f"give one of {', '.join(KINDS)}")
    kind, name = KINDS[given[0]], str(options[given[0]])
    for option in sorted(TAKEN - kind.takes):
        if options.get(option):
            known = ", ".join(sorted(kind.takes))
            raise ConfigurationError(
                f"{option} is not for {given[0]}: leave it out; {given[0]} takes {known}"
            )
    _check_name(given[0], kind, name)
    arguments = options.get("arguments") or {}
    if not isinstance(arguments, Mapping):
        raise ConfigurationError(f"arguments must be a dict, not {arguments!r}")
    arguments = dict(arguments)
    if given[0] == "http_request":
        arguments = {"endpoint": name, "method": "GET", **arguments}
    if kind.is_command and "host" in arguments:
        raise ConfigurationError("arguments.host is given by 'hosts'")
    hosts = _names("hosts", options)
    if kind.is_command and not hosts:
        raise ConfigurationError(f"hosts is missing: {given[0]} needs at least one")
    extra = kind.takes - {"hosts", "groups", "action"}
    return Plan(
        kind,
        name,
        _action(kind, options),
        arguments,
        hosts,
        _names("groups", options),
        {key: options[key] for key in sorted(extra) if options.get(key) is not None},
    )


def _action(kind: Kind, options: Mapping[str, Any]) -> str:
    if "action" not in kind.takes:
        return ""
    action = options.get("action") or "apply"
    if action not in kind.verbs:
        raise ConfigurationError(f"action must be one of {', '.join(kind.verbs)}, not {action!r}")
    return str(action)


def _check_name(option: str, kind: Kind, name: str) -> None:
    if kind.needs and name not in kind.needs:
        raise ConfigurationError(f"{option} must be one of {', '.join(kind.needs)}, not {name!r}")
    if "{collection}" in kind.path and not all(name.rpartition(".")):
        raise ConfigurationError(
            f"{option} must be the full name, such as cisco.ios.ios_command, not {name!r}"
        )


def _names(option: str, options: Mapping[str, Any]) -> list[str]:
    names = options.get(option) or ()
    if isinstance(names, str) or not all(isinstance(name, str) and name for name in names):
        raise ConfigurationError(f"{option} must be a list of names, not {names!r}")
    return list(dict.fromkeys(names))
