# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepare ansible-test for machines that can reach only a package index.

ansible-test downloads a script that installs pip into a new virtual environment. This program
writes a script with the same effect into the cache of ansible-test, from pip's wheel on the package
index. It keeps a script that is already in the cache.

usage: seed_ansible_test.py     (run by the interpreter that has ansible-core)
"""

from __future__ import annotations

import base64
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

SCRIPT = '''\
"""Install pip from the wheel below; the arguments are pip's, and the packages to install."""
import base64, os, sys, tempfile

folder = tempfile.mkdtemp()
wheel = os.path.join(folder, {name!r})
with open(wheel, "wb") as file:
    file.write(base64.b64decode({content!r}))
sys.path.insert(0, wheel)

from pip._internal.cli.main import main

given = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--upgrade", "--force-reinstall", "--find-links", folder, *given]))
'''


def find_versions() -> set[str]:
    """Return the versions of pip that the installed ansible-test needs."""
    package = importlib.util.find_spec("ansible_test")
    if package is None or not package.submodule_search_locations:
        sys.exit("ansible-test is not installed: install ansible-core first")
    folder = pathlib.Path(package.submodule_search_locations[0])
    source = (folder / "_internal" / "python_requirements.py").read_text()
    versions = set(re.findall(r"""\bpip=['"](\d[\d.]*)['"]""", source))
    if not versions:
        sys.exit("ansible-test does not name a version of pip: update tools/seed_ansible_test.py")
    return versions


def write_script(version: str, target: pathlib.Path) -> None:
    """Write the script that installs one version of pip."""
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder]
        subprocess.run([*download, f"pip=={version}"], check=True)
        wheel = next(pathlib.Path(folder).glob("pip-*.whl"))
        content = base64.b64encode(wheel.read_bytes()).decode()
        text = SCRIPT.format(name=wheel.name, content=content)
    target.parent.mkdir(parents=True, exist_ok=True)
    # ansible-test may run at the same time: it must find a complete file or none.
    temporary = target.with_suffix(".new")
    temporary.write_text(text)
    temporary.replace(target)


def main() -> None:
    """Write the scripts that are missing from the cache."""
    cache = pathlib.Path.home() / ".ansible" / "test" / "cache"
    for version in sorted(find_versions()):
        target = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not target.exists():
            write_script(version, target)


if __name__ == "__main__":
    main()
