# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the benchmarks that depend on the structure of the library run; nothing is timed."""

from __future__ import annotations

from tests.benchmarks import inventories, library, waiting


def test_the_figures_about_a_second_client_can_be_measured() -> None:
    time, memory = library.second_client()
    assert "ms" in time[0]
    assert "KiB" in memory[0]


def test_importing_the_package_loads_neither_httpx_nor_asyncio() -> None:
    assert library.imports(1)[1] == ("loaded with platform_factory (none)", "[]")


def test_the_cost_of_waiting_can_be_measured() -> None:
    with waiting.endless_platform() as port:
        assert waiting.percent(port, 2, 0.1) > 0


def test_the_memory_of_an_inventory_can_be_measured() -> None:
    assert min(inventories.peaks(3)) > 0
