# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interfaces of other clients, for programs that were written for them.

`ipsdk`, `keystone_client` and `sequoia` have the names of the modules that they stand in for. A
program imports `restops_clients.compat.ipsdk` instead of `ipsdk`; for a program that cannot be
changed, `install("ipsdk")` has the same effect. docs/migration.md says what differs.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import walk_packages

NAMES = ("ipsdk", "keystone_client", "sequoia")


def install(name: str) -> None:
    """Import the compatible modules under the name of another package.

    Every later `import` of that name finds them.

    Args:
        name: `ipsdk`, `keystone_client` or `sequoia`.

    Raises:
        ValueError: There are no compatible modules of this name.
    """
    if name not in NAMES:
        raise ValueError(f"name must be one of {', '.join(NAMES)}, not {name!r}")
    package = import_module(f".{name}", __name__)
    sys.modules[name] = package
    for module in walk_packages(package.__path__, ""):
        sys.modules[f"{name}.{module.name}"] = import_module(f".{module.name}", package.__name__)
