# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions shared by the forks of one run: a sealed file in the run's own temporary directory.

The key is made when this module is imported in the main process and reaches the forks as memory; it
is never written. A process that did not inherit it, such as a worker that is the first to load a
lookup, never touches the files and keeps its session to itself.
"""

from __future__ import annotations

import errno
import fcntl
import functools
import hashlib
import json
import multiprocessing
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..module_utils.core.exceptions import AuthenticationError
from ..module_utils.core.http import Request, Response
from ..module_utils.core.session import MemoryStore, Session

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:
    # ansible-core brings it; without it every task logs in for itself.
    KEY = None
else:
    KEY = AESGCM.generate_key(256) if multiprocessing.parent_process() is None else None

MOST_BYTES = 256 * 1024
_NONCE_BYTES = 12


@functools.lru_cache(maxsize=1)
def _cipher(key: bytes) -> AESGCM:
    """Return the cipher; made in the main process, so that no fork need set one up."""
    return AESGCM(key)


def seal(content: bytes, name: str) -> bytes:
    """Return the content, encrypted and authenticated with this run's key.

    The method is AES-GCM (NIST SP 800-38D), with a new nonce for each of a run's few files.

    Args:
        content: The bytes to encrypt.
        name: The name under which it can be unsealed.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(KEY or b"").encrypt(nonce, content, name.encode())


def unseal(content: bytes, name: str) -> bytes:
    """Return what was sealed under a name.

    Raises:
        InvalidTag: Damaged, or sealed with another key or under another name.
        ValueError: Too short to be anything.
    """
    nonce, encrypted = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
    return _cipher(KEY or b"").decrypt(nonce, encrypted, name.encode())


def digest(*identity: Any) -> str:
    """Return a name for these values, secrets among them; it reveals nothing without the key."""
    # BLAKE2 with a key (RFC 7693 section 2.9): Python has it built in, and a fork need not set up a
    # cryptographic library for it.
    return hashlib.blake2b(repr(identity).encode(), key=KEY or b"", digest_size=32).hexdigest()


class FileStore(MemoryStore):
    """Keeps a session in this process and, sealed, in a file for the others.

    Args:
        folder: The run's own directory, mode 0700.
        name: The file's name, from `digest`.
    """

    __slots__ = ("_lock", "_looked", "_name", "_path")

    def __init__(self, folder: str, name: str) -> None:
        super().__init__()
        self._name = name
        self._path = os.path.join(folder, f"restops-{name}")
        self._lock: int | None = None
        self._looked = False

    def load(self) -> Session | None:
        """Return what this process keeps; the first time, what any process has saved.

        Most tasks find a session there and need no turn to log in.
        """
        return super().load() if self._looked else self.fetch()

    def fetch(self) -> Session | None:
        """Return the session that some process has saved last, or `None`."""
        self._looked = True
        kept = self._read()
        session = kept.get("session")
        if session is None:
            return super().fetch()
        found = Session.from_json(session)
        super().save(found)
        return found

    def save(self, session: Session) -> None:
        """Keep a session here and for the others.

        New cookies of the session that is kept here already do not replace the login, or the
        refusal, that another process has put there since.
        """
        self._looked = True
        known = super().load()
        is_same_login = known is not None and known.login == session.login
        super().save(session)
        if not is_same_login or self._saved_login() == session.login:
            self._write({"session": session.to_json()})

    def _saved_login(self) -> str | None:
        """Return the id of the login in the file, or `None`."""
        login: str | None = (self._read().get("session") or {}).get("login")
        return login

    def drop(self, session: Session) -> None:
        """Forget this session here and in the file, unless another has taken its place there."""
        super().drop(session)
        if self._saved_login() == session.login:
            with suppress(FileNotFoundError):
                os.unlink(self._path)

    def acquire(self) -> bool:
        """Try to become the one that logs in."""
        try:
            lock = os.open(
                f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
            )
        except OSError:
            return True
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            os.close(lock)
            return exc.errno not in (errno.EAGAIN, errno.EACCES)
        self._lock = lock
        return True

    def release(self) -> None:
        """Let the next one log in."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def refuse(self, error: AuthenticationError, until: float) -> None:
        """Keep the error of a refused login, here and for the others."""
        super().refuse(error, until)
        kept: dict[str, Any] = {"message": error.message, "until": until}
        if error.request is not None:
            kept["request"] = [error.request.method, error.request.path, error.request.url]
        if error.response is not None:
            kept["response"] = [
                error.response.status_code,
                dict(error.response.headers),
                error.response.content.decode("latin-1"),
            ]
        self._write({"refusal": kept})

    def refusal(self, now: float) -> AuthenticationError | None:
        """Return the error of a login that any process was refused not long ago, or `None`."""
        own = super().refusal(now)
        kept = self._read().get("refusal")
        if own is not None or kept is None or now >= kept["until"]:
            return own
        request = Request(*kept["request"], {}) if "request" in kept else None
        response = None
        if request is not None and "response" in kept:
            status, headers, content = kept["response"]
            response = Response(status, headers, content.encode("latin-1"), request)
        return AuthenticationError(kept["message"], request=request, response=response)

    def _read(self) -> Mapping[str, Any]:
        """Return the content of the file.

        It is empty if the file is not ours, damaged, or encrypted with another key.
        """
        if KEY is None:
            return {}
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as file:
                found = os.fstat(handle)
                if (
                    not stat.S_ISREG(found.st_mode)
                    or found.st_uid != os.geteuid()
                    or stat.S_IMODE(found.st_mode) & 0o077
                ):
                    return {}
                content: Mapping[str, Any] = json.loads(unseal(file.read(MOST_BYTES), self._name))
                return content
        except (OSError, InvalidTag, ValueError):
            return {}

    def _write(self, content: Mapping[str, Any]) -> None:
        if KEY is None:
            return
        # A whole file replaces the old one: a process that reads without the lock reads one or the
        # other.
        with suppress(OSError):
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(self._path))
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(seal(json.dumps(content).encode(), self._name))
                os.replace(temporary, self._path)
            except OSError:
                os.unlink(temporary)
                raise


def store_for(folder: str, *identity: Any) -> MemoryStore:
    """Return the session store of this identity.

    It is shared within the run if this process has the key, else in memory.
    """
    return MemoryStore() if KEY is None else FileStore(folder, digest(*identity))
