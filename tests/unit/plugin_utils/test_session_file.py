# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sealed file in which the forks of a run share a session."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.cookies import CookieJar
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.http import Request, Response
from ansible_collections.restops.clients.plugins.module_utils.core.session import Session
from ansible_collections.restops.clients.plugins.plugin_utils import session_file
from ansible_collections.restops.clients.plugins.plugin_utils.session_file import (
    FileStore,
    digest,
    store_for,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

OTHER_NONCE = b"\x01" * 12
TOKEN = "a-token-nobody-may-see"
SESSION = Session(TOKEN, headers=(("Cookie", f"token={TOKEN}"),), query="", expires_at=5000.0)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    # Test runners fork their workers as Ansible does; here every test is the main process.
    monkeypatch.setattr(session_file, "KEY", AESGCM.generate_key(256))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "restops-name"


def stores(folder: Path) -> tuple[FileStore, FileStore]:
    return FileStore(str(folder), "name"), FileStore(str(folder), "name")


def refused() -> AuthenticationError:
    request = Request("POST", "/login", "https://server.example/login", {})
    return AuthenticationError(
        "refused; check user and password",
        request=request,
        response=Response(401, {"content-type": "text/plain"}, b"\xe4", request),
    )


def test_a_process_that_has_none_looks_once_for_what_another_has_saved(tmp_path: Path) -> None:
    one, other = stores(tmp_path)
    one.save(SESSION)
    found = other.load()
    assert found is not None
    assert found.token == TOKEN
    other.drop(found)
    one.save(Session("a-newer-token"))
    assert other.load() is None


def test_what_one_saves_the_other_fetches(tmp_path: Path) -> None:
    one, other = stores(tmp_path)
    assert other.load() is None
    assert other.fetch() is None
    one.save(SESSION)
    found = other.fetch()
    assert found is not None
    assert (found.token, found.headers, found.query, found.expires_at) == (
        TOKEN,
        SESSION.headers,
        "",
        5000.0,
    )
    assert other.load() is found


def test_the_cookies_of_a_session_are_shared_and_so_are_those_that_are_renewed(
    tmp_path: Path,
) -> None:
    origin = "https://server.example"
    one, other = stores(tmp_path)
    jar = CookieJar()
    jar.take(origin, ["sid=first; Path=/; Max-Age=60", "SERVERID=node1"], 0, 0)
    session = Session("first", cookies=jar, repeated_cookies=(("X-Token", "sid"),))
    one.save(session)

    def shown() -> dict[str, str]:
        found = other.fetch()
        assert found is not None
        return dict(found.credentials_for(origin, f"{origin}/x", 0))

    assert shown() == {"Cookie": "sid=first; SERVERID=node1", "X-Token": "first"}
    jar.take(origin, ["sid=second; Path=/"], 0, 0)
    one.save(session)
    assert shown() == {"Cookie": "sid=second; SERVERID=node1", "X-Token": "second"}


def test_new_cookies_do_not_replace_what_another_has_put_there(tmp_path: Path) -> None:
    one, other = stores(tmp_path)
    one.save(SESSION)
    other.save(newer := Session("a-newer-token"))
    one.save(SESSION)
    found = other.fetch()
    assert found is not None
    assert found.token == newer.token
    other.drop(found)
    other.refuse(error := refused(), 5000.0)
    one.save(SESSION)
    assert other.fetch() is None
    kept = one.refusal(0.0) or other.refusal(0.0)
    assert kept is not None
    assert kept.message == error.message


def test_the_file_tells_nothing_and_is_readable_by_its_user_only(
    tmp_path: Path, file: Path
) -> None:
    stores(tmp_path)[0].save(SESSION)
    assert file.stat().st_mode & 0o777 == 0o600
    assert TOKEN.encode() not in file.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["restops-name"]


def test_the_name_tells_nothing_and_a_wrong_secret_has_another_one() -> None:
    name = digest("https://server.example", "ada", "correct horse")
    assert name == digest("https://server.example", "ada", "correct horse")
    assert name != digest("https://server.example", "ada", "wrong horse")
    assert re.fullmatch("[0-9a-f]{64}", name)


def test_dropping_spares_what_another_has_put_there(tmp_path: Path) -> None:
    one, other = stores(tmp_path)
    one.save(SESSION)
    other.save(newer := Session("a-newer-token"))
    one.drop(SESSION)
    assert one.load() is None
    found = one.fetch()
    assert found is not None
    assert found.token == newer.token
    one.drop(found)
    assert one.fetch() is None
    one.drop(found)


def test_the_session_that_failed_is_known_again_however_often_it_is_read(tmp_path: Path) -> None:
    one, other = stores(tmp_path)
    one.save(SESSION)
    first, second = other.fetch(), other.fetch()
    assert first is not second
    assert first is not None
    assert second is not None
    assert first.login == second.login == SESSION.login
    other.drop(first)
    assert other.load() is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"not sealed",
        OTHER_NONCE
        + AESGCM(AESGCM.generate_key(256)).encrypt(OTHER_NONCE, b'{"session": {}}', None),
        "half",
    ],
    ids=["empty", "zeros", "foreign", "another key", "truncated"],
)
def test_what_is_damaged_or_foreign_is_as_good_as_nothing(
    tmp_path: Path, file: Path, content: Any
) -> None:
    one, other = stores(tmp_path)
    one.save(SESSION)
    file.write_bytes(file.read_bytes()[:50] if content == "half" else content)
    assert other.fetch() is None
    assert other.refusal(0) is None
    other.save(SESSION)
    assert stores(tmp_path)[0].fetch() is not None


def test_the_file_of_one_identity_is_nothing_under_the_name_of_another(tmp_path: Path) -> None:
    FileStore(str(tmp_path), "one").save(SESSION)
    (tmp_path / "restops-one").rename(tmp_path / "restops-other")
    assert FileStore(str(tmp_path), "other").fetch() is None
    (tmp_path / "restops-other").rename(tmp_path / "restops-one")
    assert FileStore(str(tmp_path), "one").fetch() is not None


def test_links_and_files_that_others_can_read_are_not_trusted(tmp_path: Path, file: Path) -> None:
    one, other = stores(tmp_path)
    one.save(SESSION)
    file.chmod(0o644)
    assert other.fetch() is None
    file.chmod(0o600)
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert other.fetch() is None
    lock = tmp_path / "restops-name.lock"
    lock.symlink_to(elsewhere)
    assert other.acquire(), "a lock that cannot be had is no reason not to log in"
    assert elsewhere.read_bytes()
    file.unlink()
    file.mkdir()
    assert other.fetch() is None
    other.save(SESSION)
    assert other.load() is SESSION


def test_one_logs_in_while_the_others_wait(tmp_path: Path) -> None:
    one, other = stores(tmp_path)
    assert one.acquire()
    assert not other.acquire()
    one.release()
    one.release()
    assert other.acquire()
    other.release()
    assert (tmp_path / "restops-name.lock").stat().st_mode & 0o777 == 0o600


def test_a_file_system_without_locks_is_no_reason_not_to_log_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*dummy: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    assert stores(tmp_path)[0].acquire()


def test_a_folder_that_is_gone_is_survived(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / "gone"), "name")
    store.save(SESSION)
    assert store.load() is SESSION
    assert store.acquire()


def test_a_refusal_reaches_everybody_with_all_it_told(tmp_path: Path) -> None:
    one, other = stores(tmp_path)
    one.refuse(refused(), until=100)
    told = other.refusal(99)
    assert told is not None
    assert (told.message, told.status_code) == ("refused; check user and password", 401)
    assert told.response is not None
    assert told.response.content == b"\xe4"
    assert told.request is not None
    assert told.request.url == "https://server.example/login"
    assert other.refusal(101) is None
    own = one.refusal(99)
    assert own is not None
    assert own.message == told.message
    one.refuse(AuthenticationError("no answer to show"), until=100)
    told = other.refusal(99)
    assert told is not None
    assert (told.message, told.response) == ("no answer to show", None)
    assert pickle.loads(pickle.dumps(told)).message == told.message
    one.save(SESSION)
    assert other.refusal(99) is None


def test_without_the_key_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(str(tmp_path), "name")
    monkeypatch.setattr(session_file, "KEY", None)
    store.save(SESSION)
    assert not list(tmp_path.iterdir())
    assert store.fetch() is SESSION
    assert not isinstance(store_for(str(tmp_path), "x"), FileStore)


def test_only_the_main_process_makes_a_key() -> None:
    code = """
import multiprocessing, sys
def worker(queue):
    from ansible_collections.restops.clients.plugins.plugin_utils import session_file
    queue.put(session_file.KEY is None)
if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    first = context.Process(target=worker, args=(queue,))
    first.start(); first.join()
    alone = queue.get()
    from ansible_collections.restops.clients.plugins.plugin_utils import session_file
    second = context.Process(target=worker, args=(queue,))
    second.start(); second.join()
    print(alone, session_file.KEY is None, queue.get())
"""
    path = [entry for entry in sys.path if entry]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert json.dumps(done.stdout.split()) == '["True", "False", "False"]', done.stderr
