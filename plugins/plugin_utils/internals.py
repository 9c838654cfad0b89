# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Uses of ansible-core's internals that have no public counterpart.

The tests fail if a release of ansible-core changes any of them. `defaults.py` has those for
`module_defaults`.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ValidationResult
from ansible.plugins.action import ActionBase


def environment_of(action: ActionBase) -> dict[str, Any]:
    """Return the `environment` of an action's task, templates resolved."""
    environment: dict[str, Any] = {}
    action._compute_environment_string(environment)
    return environment


def runs_modules_on_controller(connection: Any) -> bool:
    """Tell if a connection runs modules on the controller, as the network connections do."""
    return bool(getattr(connection, "_remote_is_local", False))


def alias_warnings(validated: ValidationResult) -> list[dict[str, Any]]:
    """Return a dict of `option` and `alias` for each option that was given under both names.

    The list is that of the result: what is added to it belongs to the result.
    """
    warnings: list[dict[str, Any]] = validated._warnings
    return warnings
