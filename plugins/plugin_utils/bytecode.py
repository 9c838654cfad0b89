# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bytecode of this collection, kept between runs by Python's own loader.

Ansible's loader of collections compiles each file in each run. For this collection, that takes
longer than the rest of its preparation for the first request. Python's loader keeps bytecode in
`__pycache__` beside the sources, as Ansible has it do for the plugin files themselves. It follows
`PYTHONDONTWRITEBYTECODE` and `PYTHONPYCACHEPREFIX`, and writes nothing if the user may not write
there; `python -m compileall` prepares such an installation.

Only documented parts of `importlib` are used. If Ansible's loader keeps bytecode one day, or files
are not where this looks, modules are loaded as if this file did not exist.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType

_RUN = "ansible.executor.task_queue_manager"
"""The module that programs have imported if they run tasks."""
_PLUGINS = f"{(__package__ or '').rpartition('.')[0]}."


@functools.cache
def _files_of(folder: str) -> FileFinder:
    return FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))


class Finder:
    """Finds the modules of this collection for Python's own loader."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, dummy_target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module of this collection.

        `None` leaves the module to other finders: it is of another package, or a folder without
        code.

        See `importlib.abc.MetaPathFinder`.
        """
        if not name.startswith(_PLUGINS):
            return None
        for folder in path or ():
            spec = _files_of(folder).find_spec(name)
            if spec is not None and spec.loader is not None:
                return spec
        return None


def keep() -> None:
    """Have the modules that are imported from now on keep their bytecode.

    This has no effect in programs that do not run tasks, such as checks of plugins, because they
    have nothing to gain.
    """
    already_kept = __spec__ is not None and isinstance(__spec__.loader, SourceFileLoader)
    if _RUN in sys.modules and not already_kept and Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)
