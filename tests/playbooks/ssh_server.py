# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A managed host on loopback: OpenSSH's server with its own keys and configuration.

The host has two Python interpreters, one of them without the HTTP library.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
USER = pwd.getpwuid(os.geteuid()).pw_name
IS_ROOT = os.geteuid() == 0
OTHER_USER = "nobody"
BECOME_METHODS = [name for name in ("su", "sudo") if IS_ROOT and shutil.which(name)]
"""Ways to become the other user without a password."""
LIBRARIES = ("httpcore", "httpx", "h11", "certifi", "idna", "anyio", "sniffio", "typing_extensions")
"""The HTTP library and what its versions need, as far as they are installed here."""

HOSTILE = {
    "ITENTIAL_PLATFORM_PORT": "9",
    "ITENTIAL_PLATFORM_TOKEN_IN_QUERY": "true",
    "ITENTIAL_GATEWAY_TIMEOUT": "0.001",
    "KEYSTONE_TOKEN": "token-of-the-managed-host",
    "SEQUOIA_VALIDATE_CERTS": "false",
    "SEQUOIA_USER_ID": "mallory",
}
"""The managed host's own environment, which must not affect a task."""

RECORDER = """
import os, sys, syslog

def record(*lines):
    handle = os.open({file!r}, os.O_WRONLY | os.O_APPEND)
    os.write(handle, "".join(f"{{line}}\\n" for line in lines).encode("utf-8", "replace"))
    os.close(handle)

def words_of(process):
    with open(f"/proc/{{process}}/cmdline", encoding="utf-8", errors="replace") as file:
        return file.read()

try:
    words = [words_of(process) for process in (os.getpid(), os.getppid())]
    record("COMMAND", *words, "ENVIRONMENT", *os.environ.values())
except OSError:
    record("COMMAND", *sys.argv, "ENVIRONMENT", *os.environ.values())
syslog.syslog = lambda *words: record("SYSLOG", *map(str, words))
"""
"""A module that each interpreter of the managed host imports at its start."""


class Host:
    """The managed host.

    Attributes:
        folder: Everything that belongs to it.
        port: Where its server listens.
        with_library: An interpreter that has the HTTP library.
        without_library: One that has none.
        record: A file with the command lines, environments and log lines of its interpreters.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.record = folder / "record"
        self.record.touch()
        self.record.chmod(0o666)
        (folder / "tmp").mkdir()
        (folder / "tmp").chmod(0o1777)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        for name in ("host_key", "user_key"):
            self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
        shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
        public = (folder / "host_key.pub").read_text()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {public}")
        (folder / "sshd_config").write_text(self._configuration())
        self.with_library = self._interpreter("with", LIBRARIES)
        self.without_library = self._interpreter("without", ())

    def _configuration(self) -> str:
        environment = " ".join(f"{name}={value}" for name, value in HOSTILE.items())
        return f"""
ListenAddress 127.0.0.1
Port {self.port}
HostKey {self.folder}/host_key
AuthorizedKeysFile {self.folder}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
MaxSessions 100
Subsystem sftp internal-sftp
SetEnv {environment}
"""

    def _interpreter(self, name: str, libraries: tuple[str, ...]) -> pathlib.Path:
        folder = self.folder / name
        self._run(readable_python(), "-m", "venv", "--without-pip", str(folder))
        packages = next(folder.glob("lib/python3*/site-packages"))
        for library in libraries:
            found = importlib.util.find_spec(library)
            source = pathlib.Path((found and found.origin) or "")
            if source.name == "__init__.py":
                shutil.copytree(source.parent, packages / library)
            elif found:
                shutil.copy(source, packages)
        (packages / "recorder.py").write_text(RECORDER.format(file=str(self.record)))
        (packages / "recorder.pth").write_text("import recorder\n")
        return folder / "bin/python"

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True)

    def inventory(self) -> str:
        """Return an inventory: the host with either interpreter, and this machine."""
        options = {
            "UserKnownHostsFile": self.folder / "known_hosts",
            "GlobalKnownHostsFile": "none",
            "StrictHostKeyChecking": "yes",
            "IdentitiesOnly": "yes",
            "ControlMaster": "auto",
            "ControlPersist": "60s",
        }
        arguments = " ".join(f"-o {name}={value}" for name, value in options.items())
        shared = (
            f"ansible_host=127.0.0.1 ansible_port={self.port} ansible_user={USER} "
            f"ansible_ssh_private_key_file={self.folder}/user_key "
            f"ansible_ssh_args='-F none {arguments}' ansible_control_path_dir={self.folder}/c "
            f"ansible_remote_tmp={self.folder}/tmp ansible_async_dir={self.folder}/jobs"
        )
        return (
            f"with ansible_python_interpreter={self.with_library} {shared}\n"
            f"without ansible_python_interpreter={self.without_library} {shared}\n"
            "localhost ansible_connection=local\n"
        )

    def recorded(self) -> str:
        """Return what was recorded since this was asked last."""
        text = self.record.read_text()
        self.record.write_text("")
        return text


@functools.cache
def readable_python() -> str:
    """Return an interpreter that the other user can run too, if there is one."""
    candidates = [sys._base_executable, "/usr/local/bin/python3", "/usr/bin/python3"]
    code = "import sys; sys.exit(sys.version_info < (3, 10))"
    for candidate in candidates:
        command = [candidate, "-c", code]
        if IS_ROOT:
            command = ["su", OTHER_USER, "-s", "/bin/sh", "-c", f"{candidate} -c '{code}'"]
        if subprocess.run(command, check=False, capture_output=True, cwd="/").returncode == 0:
            return candidate
    return candidates[0]


@contextmanager
def managed_host() -> Iterator[Host]:
    """Start a managed host, and stop it with everything that it has started."""
    # A socket's path may be short only, and the other user must reach the interpreters.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="restops-ssh-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        host = Host(folder)
        if IS_ROOT:
            # The server wants this folder, which Debian's start script makes.
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        command = [SSHD or "sshd", "-D", "-e", "-f", str(folder / "sshd_config")]
        with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as server:
            try:
                _await(host, server)
                yield host
            finally:
                for path in (folder / "c").glob("*"):
                    subprocess.run(
                        ["ssh", "-F", "none", "-o", f"ControlPath={path}", "-O", "exit", "x"],
                        check=False,
                        capture_output=True,
                    )
                server.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _await(host: Host, server: subprocess.Popen[bytes]) -> None:
    for dummy in range(6000):
        try:
            socket.create_connection(("127.0.0.1", host.port), 1).close()
        except OSError:
            log = (host.folder / "log").read_text()
            assert server.poll() is None, log
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log)
