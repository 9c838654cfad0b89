# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requirements of a module on a managed host, and one line for the user if they are not met.

This file and `__init__.py` must run on every Python that Ansible supports on managed hosts, so they
import nothing from the library.
"""

from __future__ import annotations

import json
import sys

PYTHON = (3, 10)

_ELSEWHERE = "or set restops_execution: controller to make the calls on the controller"


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
            f"set ansible_python_interpreter to a newer one, {_ELSEWHERE}"
        )
        sys.stdout.write(json.dumps({"failed": True, "changed": False, "msg": message}))
        raise SystemExit(1)


def missing_library(host: str, executable: str) -> str:
    """Return the message for a module whose Python has no HTTP library.

    Args:
        host: The name of the machine.
        executable: The path of the interpreter.
    """
    return (
        f"the Python library httpcore is missing for {executable} on {host}: "
        f"run '{executable} -m pip install httpcore httpx' there, {_ELSEWHERE}"
    )
