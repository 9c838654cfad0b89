# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulated servers, and an `ansible` fixture that runs Ansible's commands against them.

The commands run as a user runs them: in an empty directory, on the collection as it is laid out.
The servers live as long as a test module; every test begins with their first records.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.playbooks.browser import CHROMIUM
from tests.playbooks.ssh_server import SSHD
from tests.simulators.gateway import GatewaySimulator
from tests.simulators.keystone import KeystoneSimulator
from tests.simulators.platform import SERVICE_ACCOUNTS, PlatformSimulator
from tests.simulators.sequoia import CLIENTS, SequoiaSimulator
from tests.simulators.serving import Running, serving

NEEDS = {
    "test_ssh.py": (
        SSHD,
        (
            "(managed hosts over SSH) was not run: this machine has no sshd. Install OpenSSH's"
            " server (Debian: apt-get install openssh-server; it need not run) and call make test"
            " again."
        ),
    ),
    "test_health_report_page.py": (
        CHROMIUM,
        (
            "(the health report in a browser) was not run: this machine has no chromium. Install it"
            " (Debian: apt-get install chromium) and call make test again."
        ),
    ),
}
"""The program that tests need, and what to do on a machine that lacks it."""
NOT_RUN = {name: text for name, (program, text) in NEEDS.items() if program is None}
collect_ignore = list(NOT_RUN)

CLIENT_ID, CLIENT_SECRET = next(iter(SERVICE_ACCOUNTS.items()))
PASSWORD = "correct horse"
SECRET = CLIENTS["ada"]
SERVICES = ("itential_platform", "itential_gateway", "keystone", "sequoia")
GROUP = "group/restops.clients"


Servers = tuple[Running, Running, Running, Running]
"""Platform, Gateway, Keystone and Sequoia."""

UNSET = ("ANSIBLE_", "ITENTIAL_", "KEYSTONE_", "SEQUOIA_")
"""Beginnings of the names of environment variables that would change what is tested."""


class Ansible:
    """Runs Ansible's commands in a directory of their own.

    Attributes:
        folder: That directory.
        servers: The simulated servers; also by name: `platform`, `gateway`, `keystone`, `sequoia`.
        environment: Environment variables of the commands.
        execution: Where tasks run: `controller`, `target` or `auto`; `""` if hosts say it.
    """

    def __init__(self, folder: pathlib.Path, servers: Servers) -> None:
        self.folder = folder
        self.servers = servers
        self.platform, self.gateway, self.keystone, self.sequoia = servers
        self.execution = "auto"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(UNSET)}
        self.environment = {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_HOME": str(folder / ".ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
            "ANSIBLE_FILTER_PLUGINS": str(pathlib.Path(__file__).with_name("filter_plugins")),
        }

    def options(self, service: str) -> dict[str, Any]:
        """Return the connection options of a service: `itential_platform`, `keystone`, ..."""
        return {
            "itential_platform": {
                **self.at(self.platform),
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            },
            "itential_gateway": {
                **self.at(self.gateway),
                "username": "ada@itential",
                "password": PASSWORD,
            },
            "keystone": {
                "url": f"http://127.0.0.1:{self.keystone.port}",
                "username": "admin",
                "password": PASSWORD,
            },
            "sequoia": {
                **self.registry(self.sequoia),
                "client_id": "ada",
                "client_secret": SECRET,
            },
        }[service]

    @property
    def defaults(self) -> dict[str, Any]:
        """Connection options by action group."""
        return {f"{GROUP}.{service}": self.options(service) for service in SERVICES}

    def variables(self, service: str) -> dict[str, Any]:
        """Return the connection options of a service as variables."""
        return {f"{service}_{name}": value for name, value in self.options(service).items()}

    def exports(self, service: str) -> dict[str, str]:
        """Return the connection options of a service as environment variables."""
        return {name.upper(): str(value) for name, value in self.variables(service).items()}

    def registry(self, running: Running, owner: str = "acme") -> dict[str, Any]:
        """Return the options that lead to a registry."""
        return {
            "url": f"https://{running.host}:{running.port}/services/{owner}",
            "ca_path": str(running.authority.ca) if running.authority else "",
        }

    def at(self, running: Running) -> dict[str, Any]:
        """Return the options that lead to a Platform or Gateway."""
        tls = (
            {"use_tls": True, "ca_path": str(running.authority.ca)}
            if running.authority
            else {"use_tls": False}
        )
        return {"host": running.host, "port": running.port, **tls}

    def run(self, *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of this interpreter's environment, with input."""
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
        """Write an inventory of hosts that are all this machine, and return its name."""
        interpreter = f"ansible_connection=local ansible_python_interpreter={sys.executable}"
        (self.folder / "hosts.ini").write_text(
            "[all]\n" + "".join(f"h{number:03d} {interpreter}\n" for number in range(hosts))
        )
        return "hosts.ini"

    def play(
        self, tasks: list[dict[str, Any]], *arguments: str, **play: Any
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
        """Run a play of these tasks; return the finished process and what the tasks registered."""
        facts = self.folder / "registered.json"
        facts.unlink(missing_ok=True)
        names = [task["register"] for task in tasks if "register" in task]
        dump = {
            "name": "Write what was registered",
            "ansible.builtin.debug": {"msg": "{{ kept | to_json | write_text(path) }}"},
            "vars": {
                "kept": {name: f"{{{{ {name} | default(none) }}}}" for name in names},
                "path": str(facts),
            },
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

    def log(self) -> str:
        """Return what Ansible wrote to its log file."""
        return (self.folder / "ansible.log").read_text()


def find_leaks(secret: str, text: str) -> list[str]:
    """Return the lines that show a secret, except those of the playbook.

    Ansible itself quotes lines of the playbook, with their numbers, if a task fails.
    """
    lines = [line for line in text.splitlines() if secret in line]
    return [line for line in lines if not re.match(r"^(.*\| )?\d+ ", line)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that were left out because a program is missing."""
    if NOT_RUN:
        terminalreporter.section("not run")
    for name, text in NOT_RUN.items():
        terminalreporter.line(f"tests/playbooks/{name} {text}")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with (
        serving(PlatformSimulator()) as platform,
        serving(GatewaySimulator()) as gateway,
        serving(KeystoneSimulator()) as keystone,
        serving(SequoiaSimulator(), tls=True) as sequoia,
    ):
        yield platform, gateway, keystone, sequoia


@pytest.fixture
def ansible(tmp_path: pathlib.Path, servers: Servers) -> Ansible:
    return new_ansible(tmp_path, servers)


def new_ansible(folder: pathlib.Path, servers: Servers) -> Ansible:
    """Return an Ansible in a folder, with servers that have been restored."""
    restore_servers(servers)
    return Ansible(folder, servers)


def restore_servers(servers: Servers) -> None:
    """Give running servers their first records and settings, and no sessions."""
    for running in servers:
        # The routes that are being served belong to the same object and use its new state.
        running.simulator.__init__()
