# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the declarations of Keystone's verbs for type checkers, from the catalogue.

The methods are created in a loop, which type checkers cannot follow. `make generate` runs this
program; a unit test fails if the declarations differ from the catalogue.
"""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).parent.parent / "plugins/module_utils/keystone/verb_types.py"
MARK = "    # Written by tools/write_keystone_verbs.py from the catalogue.\n"


def declarations() -> str:
    """Return one line per verb."""
    from ansible_collections.restops.clients.plugins.module_utils.core.records.types import VERBS
    from ansible_collections.restops.clients.plugins.module_utils.keystone.catalogue import (
        CATALOGUE,
    )

    return "".join(
        f"    {verb}_{row.name}: {verb.capitalize()}\n"
        for row in sorted(CATALOGUE.values(), key=lambda row: row.name)
        for verb in VERBS
        if verb in row.verbs
    )


def main() -> None:
    """Replace the declarations at the end of the file."""
    head = FILE.read_text(encoding="utf-8").partition(MARK)[0]
    FILE.write_text(f"{head}{MARK}{declarations()}", encoding="utf-8")


if __name__ == "__main__":
    main()
