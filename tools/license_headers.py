# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that every Python file begins with the licence header; add it with `--fix`.

Empty files need none.
"""

from __future__ import annotations

import pathlib
import subprocess
import sys

HEADER = """# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""


def main() -> int:
    """Return 1 if a header is missing and was not added."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    missing = 0
    for path in map(pathlib.Path, listed):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        shebang, rest = text.split("\n", 1) if text.startswith("#!") else ("", text)
        if not text or rest.lstrip("\n").startswith(HEADER):
            continue
        if "--fix" in sys.argv:
            path.write_text(
                f"{shebang}\n\n{HEADER}\n{rest}" if shebang else f"{HEADER}\n{rest}",
                encoding="utf-8",
            )
            print(f"{path}: header added")
        else:
            missing += 1
            print(f"{path}: no licence header (make license-fix adds it)")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
