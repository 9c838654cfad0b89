# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copy the collection to `DEST/ansible_collections/restops/clients`, where Ansible finds it.

`DEST/restops_clients` is a link to the library in the copy. The collection is copied because
ansible-test does not work with symbolic links. Output of tests in the copy is kept.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

KEPT = ("tests/output", ".ansible", ".git")


def files_of(root: pathlib.Path) -> list[str]:
    """Return the project's files: those that git does not ignore, or all without build output."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        skipped = {"build", "dist", ".git", ".venv", ".tox", "__pycache__"}
        listed = [
            str(path.relative_to(root))
            for path in root.rglob("*")
            if path.is_file() and not skipped.intersection(path.relative_to(root).parts)
        ]
    return [name for name in listed if (root / name).is_file()]


def main() -> None:
    """Update the copy; do not touch unchanged files."""
    root = pathlib.Path(__file__).resolve().parent.parent
    dest = pathlib.Path(sys.argv[1]).resolve()
    copy = dest / "ansible_collections" / "restops" / "clients"
    wanted = set(files_of(root))
    for name in sorted(wanted):
        source, target = root / name, copy / name
        if (
            not target.exists()
            or target.stat().st_mtime_ns != source.stat().st_mtime_ns
            or target.stat().st_size != source.stat().st_size
        ):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    for path in sorted(copy.rglob("*"), reverse=True):
        name = str(path.relative_to(copy))
        if name.startswith(KEPT):
            continue
        if path.is_dir() and not path.is_symlink():
            if not os.listdir(path):
                path.rmdir()
        elif name not in wanted:
            path.unlink(missing_ok=True)
    if (root / ".git").exists() and not (copy / ".git").exists():
        # ansible-test asks git for the files; the repository around this copy ignores them.
        subprocess.run(["git", "init", "-q", str(copy)], check=True)
    library = dest / "restops_clients"
    if not library.is_symlink():
        library.symlink_to(copy / "plugins" / "module_utils")


if __name__ == "__main__":
    main()
