# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from importlib import import_module

import pytest
from ansible_collections.restops.clients.plugins import action

PLUGINS = "ansible_collections.restops.clients.plugins"
FOLDER = pathlib.Path(next(iter(action.__path__)))
ACTIONS = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
PACKAGES = {
    "itential_platform": f"{PLUGINS}.module_utils.itential.platform",
    "itential_gateway": f"{PLUGINS}.module_utils.itential.gateway",
    "keystone": f"{PLUGINS}.module_utils.keystone.client",
    "sequoia": f"{PLUGINS}.module_utils.sequoia.client",
}
LOADED = f"""
import sys
import {PLUGINS}.action.keystone_info
print(*(name.removeprefix("{PLUGINS}.module_utils.") for name in sys.modules))
"""


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_has_the_main_process_import_the_client_of_its_service(name: str) -> None:
    action_class = import_module(f"{PLUGINS}.action.{name}").ActionModule
    service = action_class.task.service.prefix.lower()
    assert action_class.preloaded.__name__ == PACKAGES[service]


def test_an_action_does_not_import_the_clients_of_other_services_or_an_event_loop() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        capture_output=True,
        text=True,
        check=True,
        cwd=FOLDER.parents[4],
    )
    unwanted = {"sequoia.client", "itential.gateway", "itential.platform", "asyncio", "httpx"}
    assert unwanted.isdisjoint(done.stdout.split())
    assert "keystone.client" in done.stdout.split()


INHERITED = f"""
import json, os, sys
from multiprocessing import get_context
from ansible.plugins.loader import action_loader, init_plugin_loader

init_plugin_loader([sys.argv[1]])

def load():
    action_loader.get("restops.clients.itential_platform_request", class_only=True)

def report():
    from {PLUGINS}.plugin_utils import broker, main_process, session_file
    os.write(1, json.dumps([
        main_process.LIFELINE is not None,
        broker._RENDEZVOUS is not None,
        session_file.KEY is not None,
    ]).encode())

if sys.argv[2] == "main":
    load()
worker = get_context("fork").Process(target=lambda: (load(), report()))
worker.start()
worker.join()
"""


@pytest.mark.parametrize(
    ("loaded_by", "inherited"),
    [("main", [True, True, True]), ("worker", [False, False, False])],
)
def test_a_worker_has_what_the_main_process_made_and_makes_nothing_that_others_lack(
    loaded_by: str, inherited: list[bool]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INHERITED, str(FOLDER.parents[4]), loaded_by],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == inherited
