# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module's task, performed in one of Ansible's own processes.

Options and result are the same as those of the module, but no interpreter is started.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.errors import UnsupportedError

from ..module_utils.core.secrets.redaction import SecretValues, scope, scrub_all
from ..module_utils.tasks import masking
from ..module_utils.tasks.client import AsyncClient, Client, ClientT, Factory
from ..module_utils.tasks.context import Context, TaskError
from ..module_utils.tasks.definition import Task
from . import display, internals, pool


class InProcess(Context):
    """The controller's side of a task.

    Args:
        check_mode: Predict writes instead of sending them.
        secrets: The task's secrets.
        connection: The connection options.
        shared: Share session and connections with other tasks.
    """

    __slots__ = ("_connection", "_shared")

    def __init__(
        self,
        check_mode: bool,
        secrets: SecretValues,
        connection: Mapping[str, Any],
        shared: bool,
    ) -> None:
        super().__init__(check_mode, secrets)
        self._connection = connection
        self._shared = shared

    def report(self, line: str) -> None:
        """Show a line now, without the secrets of the task and its clients."""
        display.log_sink.get()(display.REPORT, scrub_all(line))

    def open(self, factory: Factory[ClientT], options: Mapping[str, Any]) -> ClientT:
        """Return a client for threads: the process's own, if it is shared."""
        client: ClientT = (
            pool.client_for(factory, options, self._connection)
            if self._shared
            else pool.make_client(factory, options)
        )
        return client

    def open_async(self, factory: Factory[Client], options: Mapping[str, Any]) -> AsyncClient:
        """Return a new client for event loops, with the shared session if it is shared."""
        more = {}
        if self._shared:
            more["session_store"] = pool.store_for(factory, options, self._connection)
        client: AsyncClient = pool.make_client(factory, options, want_async=True, **more)
        return client

    def close(self, client: Client) -> None:
        """Keep what is shared."""
        if self._shared:
            pool.give_back(client)
        else:
            super().close(client)


def run(
    task: Task,
    name: str,
    arguments: Mapping[str, Any],
    *,
    check_mode: bool,
    inject_invocation: bool,
) -> dict[str, Any]:
    """Validate options and perform the task.

    Args:
        task: The module's row.
        name: The module's name, for messages.
        arguments: The options as given, plain data.
        check_mode: Predict writes.
        inject_invocation: Return the options as `invocation`, as modules do.

    Returns:
        The result that the module would have, secrets masked.
    """
    secrets = _reuse_secrets(task, masking.secrets_of(arguments, task.argument_spec))
    with scope(secrets):
        params, validated = _validate(task, arguments)
        result = (
            _refusal(name, validated)
            if validated.error_messages
            else _perform(task, params, check_mode, secrets)
        )
        warnings = internals.alias_warnings(validated)
        if warnings:
            result["warnings"] = [
                f"Both option {warning['option']} and its alias {warning['alias']} are set."
                for warning in warnings
            ]
        if inject_invocation:
            result["invocation"] = masking.invocation_of(params, task.argument_spec)
        return masking.mask_result(result, secrets.scrub_value)


def _reuse_secrets(task: Task, secrets: SecretValues) -> SecretValues:
    """Return the secrets of the previous item if these are the same.

    Preparing the search for them costs more than validating the options.
    """
    before = _latest_secrets.get(task)
    if before is None or before.values != secrets.values:
        before = _latest_secrets[task] = secrets
    return before


_latest_secrets: dict[Task, SecretValues] = {}
"""The latest secrets of each task."""


def _refusal(name: str, validated: ValidationResult) -> dict[str, Any]:
    """Return the result for options that are wrong."""
    message = validated.errors.msg
    if isinstance(validated.errors[0], UnsupportedError):
        message = f"Unsupported parameters for ({name}) module: {message}"
    return {"failed": True, "msg": message}


def _perform(
    task: Task, params: Mapping[str, Any], check_mode: bool, secrets: SecretValues
) -> dict[str, Any]:
    """Return the result of a task whose options are right."""
    shared = params.get("shared_session") is not False
    context = InProcess(check_mode, secrets, task.service.options, shared)
    try:
        return {"changed": False, **task.run(params, context)}
    except TaskError as exc:
        return {"failed": True, "msg": exc.msg, "changed": False, **exc.result}


def prepare(task: Task) -> None:
    """Make the validators of a task's options: in the main process, for all its forks."""
    for part in ("argument_spec", "connection", "options"):
        _validator(task, part)
    _connection_names(task)


def _validate(task: Task, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], ValidationResult]:
    """Return all options, and what the validator says.

    The connection options are the same for all items of a loop: from the second item on, they are
    validated separately, once. Error messages name all options.
    """
    names = _connection_names(task)
    shared = {name: value for name, value in arguments.items() if name in names}
    given = repr(shared)
    known, connection = _latest.get(task, ("", None))
    if known == given:
        connection = connection or _validator(task, "connection").validate(shared)
        own = _validator(task, "options").validate(
            {name: value for name, value in arguments.items() if name not in names}
        )
        if not connection.error_messages and not own.error_messages:
            _latest[task] = given, connection
            params = {
                **dict.fromkeys(task.argument_spec),
                **connection.validated_parameters,
                **own.validated_parameters,
            }
            warnings = internals.alias_warnings(own)
            warnings.extend(
                warning
                for warning in internals.alias_warnings(connection)
                if warning not in warnings
            )
            return params, own
    _latest[task] = given, None
    whole = _validator(task, "argument_spec").validate(arguments)
    return {**dict.fromkeys(task.argument_spec), **whole.validated_parameters}, whole


_latest: dict[Task, tuple[str, ValidationResult | None]] = {}
"""The latest connection options of each task and, if they have come twice, the validator's
result."""


@functools.cache
def _connection_names(task: Task) -> frozenset[str]:
    return frozenset(name for option in task.service.option_names for name in option.names)


@functools.cache
def _validator(task: Task, part: str) -> ArgumentSpecValidator:
    spec = task.service.options if part == "connection" else getattr(task, part)
    return ArgumentSpecValidator(
        masking.without_no_log(spec), **({} if part == "connection" else task.rules)
    )
