# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface between a task and its runner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ..core.runtime import Runtime
from ..core.secrets.redaction import SecretValues
from .client import AsyncClient, Client, ClientT, Factory


class TaskError(Exception):
    """Ends a task as failed.

    Args:
        msg: One line.
        **result: Further keys of the result.
    """

    def __init__(self, msg: str, **result: Any) -> None:
        super().__init__(msg)
        self.msg = msg
        self.result = result


class Context:
    """The runner's side of a task.

    Args:
        check_mode: Predict writes instead of sending them.
        secrets: The secrets of the task, masked in everything it returns and logs.
        runtime: The clock of the clients; `None` for their own.
    """

    __slots__ = ("_arguments", "check_mode", "secrets")

    def __init__(
        self,
        check_mode: bool = False,
        secrets: SecretValues | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        self.check_mode = check_mode
        self.secrets = secrets or SecretValues()
        self._arguments = {} if runtime is None else {"runtime": runtime}

    def register_secret(self, value: str) -> None:
        """Mask one more value from now on."""
        self.secrets.add(value)

    def report(self, line: str) -> None:
        """Show a line while the task goes on, whatever the verbosity, if the runner can.

        A module cannot: Ansible reads what it writes when it has ended.
        """

    def open(self, factory: Factory[ClientT], options: Mapping[str, Any]) -> ClientT:
        """Return a client for threads.

        Args:
            factory: Makes one from the options.
            options: The task's options.
        """
        return factory(options, want_async=False, **self._arguments)

    def open_async(self, factory: Factory[Client], options: Mapping[str, Any]) -> AsyncClient:
        """Return a client for event loops. For the arguments see `open`."""
        return cast(AsyncClient, factory(options, want_async=True, **self._arguments))

    def close(self, client: Client) -> None:
        """Take back a client for threads."""
        client.close()
