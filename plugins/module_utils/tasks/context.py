# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task needs to know of its runner, whichever that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core.secrets.redaction import SecretValues

Factory = Callable[..., Any]


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
    """

    __slots__ = ("check_mode", "secrets")

    def __init__(
        self,
        check_mode: bool = False,
        secrets: SecretValues | None = None,
    ) -> None:
        self.check_mode = check_mode
        self.secrets = secrets or SecretValues()

    def register_secret(self, value: str) -> None:
        """Mask one more value from now on."""
        self.secrets.add(value)

    def open(self, factory: Factory, options: Mapping[str, Any], want_async: bool) -> Any:
        """Return a client for the task.

        Args:
            factory: Makes one from the options.
            options: The task's options.
            want_async: For an event loop.
        """
        return factory(options, want_async=want_async)

    def close(self, client: Any) -> None:
        """Take back a client for threads."""
        client.close()
