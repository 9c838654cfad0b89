# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The form of paths. Source: docs/protocols/keystone.md section 3."""

from __future__ import annotations


def add_slash(path: str) -> str:
    """Return a path with the trailing slash that every path of the server has.

    Files below `/media/` have none.

    Args:
        path: With or without slashes, and possibly a query.
    """
    if not isinstance(path, str):
        # The error comes when the URL is built.
        return path
    bare, mark, query = path.partition("?")
    if not bare.endswith("/") and not bare.lstrip("/").startswith("media/"):
        bare += "/"
    return f"{bare}{mark}{query}"
