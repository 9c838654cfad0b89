# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulated servers, and running Ansible on them as a user does: real commands, an empty directory,
the collection laid out."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.playbooks.ssh_server import SSHD
from tests.simulators.gateway import GatewaySimulator
from tests.simulators.keystone import KeystoneSimulator
from tests.simulators.platform import SERVICE_ACCOUNTS, PlatformSimulator
from tests.simulators.sequoia import CLIENTS, SequoiaSimulator
from tests.simulators.serving import Running, serving

collect_ignore = [] if SSHD else ["test_ssh.py"]

CLIENT_ID, CLIENT_SECRET = next(iter(SERVICE_ACCOUNTS.items()))
PASSWORD = "correct horse"
SECRET = CLIENTS["ada"]


class Ansible:
    """Runs Ansible's commands in a directory of their own.

    Attributes:
        folder: That directory.
        environment: Changed by tests before a command.
        execution: Where tasks run: `controller`, `target` or `auto`; `""` if hosts say it.
    """

    def __init__(
        self,
        folder: pathlib.Path,
        platform: Running,
        gateway: Running,
        keystone: Running,
        sequoia: Running,
    ) -> None:
        self.folder = folder
        self.platform = platform
        self.gateway = gateway
        self.keystone = keystone
        self.sequoia = sequoia
        self.execution = "auto"
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ANSIBLE_", "ITENTIAL_", "KEYSTONE_", "SEQUOIA_"))
        }
        self.environment = {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_HOME": str(folder / ".ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        }

    @property
    def defaults(self) -> dict[str, Any]:
        """Connection options by action group."""
        return {
            "group/restops.clients.itential_platform": {
                **self.at(self.platform),
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            },
            "group/restops.clients.itential_gateway": {
                **self.at(self.gateway),
                "username": "ada@itential",
                "password": PASSWORD,
            },
            "group/restops.clients.keystone": {
                "url": f"http://127.0.0.1:{self.keystone.port}",
                "username": "admin",
                "password": PASSWORD,
            },
            "group/restops.clients.sequoia": {
                **self.registry(self.sequoia),
                "client_id": "ada",
                "client_secret": SECRET,
            },
        }

    def registry(self, running: Running, owner: str = "acme") -> dict[str, Any]:
        return {
            "url": f"https://{running.host}:{running.port}/services/{owner}",
            "ca_path": str(running.authority.ca) if running.authority else "",
        }

    def at(self, running: Running) -> dict[str, Any]:
        tls = (
            {"use_tls": True, "ca_path": str(running.authority.ca)}
            if running.authority
            else {"use_tls": False}
        )
        return {"host": running.host, "port": running.port, **tls}

    def run(self, *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        executable = pathlib.Path(sys.executable).parent / command[0]
        return subprocess.run(
            [str(executable), *command[1:]],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            input=typed,
        )

    def inventory(self, hosts: int) -> str:
        """Write an inventory of hosts that are all this machine; gives its name."""
        interpreter = f"ansible_connection=local ansible_python_interpreter={sys.executable}"
        (self.folder / "hosts.ini").write_text(
            "[all]\n" + "".join(f"h{number:03d} {interpreter}\n" for number in range(hosts))
        )
        return "hosts.ini"

    def play(
        self, tasks: list[dict[str, Any]], *arguments: str, **play: Any
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
        """Run a play of these tasks; gives the finished process and what the tasks registered."""
        facts = self.folder / "registered.json"
        facts.unlink(missing_ok=True)
        names = [task["register"] for task in tasks if "register" in task]
        dump = {
            "name": "Keep what was registered",
            "ansible.builtin.copy": {
                "dest": str(facts),
                "content": "{{ kept | to_json }}",
                "mode": "0600",
            },
            "vars": {"kept": {name: f"{{{{ {name} | default(none) }}}}" for name in names}},
            "check_mode": False,
            "no_log": True,
        }
        whole = [
            {
                "hosts": "localhost",
                "gather_facts": False,
                "module_defaults": self.defaults,
                **play,
                "tasks": [*tasks, *([dump] if names else [])],
            }
        ]
        (self.folder / "play.yml").write_text(yaml.safe_dump(whole, sort_keys=False))
        execution = ["-e", f"restops_execution={self.execution}"] if self.execution else []
        done = self.run("ansible-playbook", "play.yml", *execution, *arguments)
        return done, json.loads(facts.read_text()) if facts.exists() else {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was not tested for want of a program."""
    if collect_ignore:
        terminalreporter.section("not run")
        terminalreporter.line(
            "tests/playbooks/test_ssh.py (managed hosts over SSH) was not run: this machine has no "
            "sshd. Install OpenSSH's server (Debian: apt-get install openssh-server; it need not "
            "run) and call make test again."
        )


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Running, Running, Running, Running]]:
    with (
        serving(PlatformSimulator()) as platform,
        serving(GatewaySimulator()) as gateway,
        serving(KeystoneSimulator()) as keystone,
        serving(SequoiaSimulator(), tls=True) as sequoia,
    ):
        yield platform, gateway, keystone, sequoia


@pytest.fixture
def ansible(tmp_path: pathlib.Path, servers: tuple[Running, Running, Running, Running]) -> Ansible:
    return fresh(tmp_path, servers)


def fresh(folder: pathlib.Path, servers: tuple[Running, Running, Running, Running]) -> Ansible:
    """Return an Ansible whose servers have forgotten what happened before."""
    for running in servers:
        running.simulator.counters.clear()
        running.simulator.faults.clear()
        running.simulator.sessions.clear()
        running.simulator.settings["login_delay"] = 0.0
    keystone = servers[2].simulator
    keystone.settings.update(KeystoneSimulator().settings)
    keystone.seed()
    sequoia, other = servers[3].simulator, SequoiaSimulator()
    sequoia.settings.update(other.settings)
    sequoia.tables = other.tables
    sequoia.seen.clear()
    return Ansible(folder, *servers)
