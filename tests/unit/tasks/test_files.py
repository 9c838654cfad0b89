# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files on the machine of a task: where a response may be written, and with which attributes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import files


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/null")


def make_folder(path: Path) -> None:
    (path / "index").mkdir(parents=True)


@pytest.mark.parametrize("make", [make_fifo, make_link_to_a_device, make_folder])
def test_only_a_regular_file_is_replaced(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "there")
    with pytest.raises(ConfigurationError, match="is not a regular file, and is not replaced"):
        files.destination(str(tmp_path / "there"), "index")


def test_a_device_is_not_replaced() -> None:
    with pytest.raises(ConfigurationError, match="dest: /dev/null is not a regular file"):
        files.destination("/dev/null", "index")


def test_a_name_that_ends_like_a_folder_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="new/ is not a folder: create it"):
        files.destination(f"{tmp_path}/new/", "index")
    assert files.destination(f"{tmp_path}/", "index") == str(tmp_path / "index")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("file/below", "Not a directory"), ("x" * 300, "File name too long"), ("a\0b", "null")],
)
def test_a_path_that_cannot_be_is_one_line(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=rf"^cannot write .*{reason}.* \(on .*\)$"):
        files.destination(f"{tmp_path}/{name}", "index")


def test_a_relative_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert files.destination("rel.bin", "index") == str(tmp_path / "rel.bin")


def test_a_new_file_gets_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    temporary, path = tmp_path / "temporary", tmp_path / "path"
    temporary.write_bytes(b"new")
    temporary.chmod(0o600)
    before = os.umask(0o027)
    try:
        files.replace(str(temporary), str(path))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_is_replaced_keeps_its_attributes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, path = tmp_path / "temporary", tmp_path / "path"
    temporary.write_bytes(b"new")
    path.write_bytes(b"old")
    path.chmod(0o604)
    os.utime(path, (1, 1))
    owned: list[Any] = []
    monkeypatch.setattr(os, "chown", lambda *given: owned.append(given))
    status = path.stat()
    files.replace(str(temporary), str(path))
    assert owned == [(str(temporary), status.st_uid, status.st_gid)]
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert path.stat().st_mtime > 1


def test_a_file_of_another_user_is_replaced_by_one_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*dummy: Any) -> None:
        raise PermissionError

    temporary, path = tmp_path / "temporary", tmp_path / "path"
    temporary.write_bytes(b"new")
    path.write_bytes(b"old")
    path.chmod(0o640)
    monkeypatch.setattr(os, "chown", refuse)
    files.replace(str(temporary), str(path))
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)


def test_all_is_written_if_the_system_takes_it_in_parts(tmp_path: Path) -> None:
    class Slow:
        def __init__(self) -> None:
            self.data = b""

        def write(self, data: memoryview) -> int:
            self.data += bytes(data[:3])
            return min(3, len(data))

    file: Any = Slow()
    files.write(file, b"0123456789")
    assert file.data == b"0123456789"


@pytest.mark.parametrize("path", ["/nonexistent/file", "a\0b"])
def test_a_file_that_cannot_be_read_names_the_machine(path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^cannot read .*: .* \(on .*, where this task"):
        files.read(path)
