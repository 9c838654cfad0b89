# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A filter with which a play writes a file without the half second that a module takes."""

from __future__ import annotations

import pathlib


class FilterModule:
    """The filters of the playbook tests."""

    def filters(self):
        return {"write_text": write_text}


def write_text(text: str, path: str) -> str:
    """Write a text to a file and return the path."""
    pathlib.Path(path).write_text(text)
    return path
