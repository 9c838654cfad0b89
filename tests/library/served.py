# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plain HTTP client of a simulator, for the tests of the simulators themselves."""

from __future__ import annotations

from typing import Any

import httpx

from tests.simulators.base import Simulator


class Server:
    """A simulator and an HTTP client that is logged in to it."""

    def __init__(self, sim: Simulator, client: httpx.Client) -> None:
        self.sim = sim
        self.client = client

    def ask(self, method: str, url: str, /, json: Any = None, **params: Any) -> httpx.Response:
        """Send a request; a `json` of `None` is no body, `params` are the query."""
        options = {} if json is None else {"json": json}
        return self.client.request(method, url, params=params or None, **options)

    def get(self, url: str, /, **params: Any) -> Any:
        """Return the JSON that a GET answers."""
        response = self.ask("GET", url, **params)
        assert response.status_code == 200, response.text
        return response.json()
