# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python that a module needs, and one line for the user if it is too old.

This file and `__init__.py` must run on every Python that Ansible supports on managed hosts, so they
import nothing from the library.
"""

from __future__ import annotations

import json
import sys

PYTHON = (3, 10)

ELSEWHERE = "or set restops_execution: controller to make the calls on the controller"


def require_python(version: tuple[object, ...], executable: str) -> None:
    """End a module whose Python is too old, before an import fails.

    Args:
        version: Major, minor and patch number.
        executable: The path of the interpreter.
    """
    if tuple(version[:2]) < PYTHON:
        message = (
            f"restops.clients needs Python {'.'.join(map(str, PYTHON))} or newer, "
            f"and {executable} is Python {'.'.join(map(str, version[:3]))}: "
            f"set ansible_python_interpreter to a newer one, {ELSEWHERE}"
        )
        sys.stdout.write(json.dumps({"failed": True, "changed": False, "msg": message}))
        raise SystemExit(1)
