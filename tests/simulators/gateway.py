# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Itential Automation Gateway 4. Section numbers are those of
docs/protocols/itential-gateway.md.

The resources are rows in the modules `gateway_*`; the login and the first records are here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from . import gateway_access, gateway_content, gateway_inventory
from .table import Record, TableSimulator

BASE = "/api/v2.0"
ACCOUNTS = {"admin@itential": "admin", "ada@itential": "correct horse"}
VERSIONS = {"2023.2": "2023.2.7", "2023.3": "2023.3.1", "4.3": "4.3.5", "4.4": "4.4.1"}


class GatewaySimulator(TableSimulator):
    """Gateway 4, of release 2023.2, 2023.3, 4.3 or 4.4 (the default).

    Settings:
        total_key: `total_count` or `count` (2.2: releases differ).
        devices: Number of devices at first.
        give_token: Whether a login answers with the token; its cookie carries it in any case.
        body_form: `bare` or `wrapped`: the form of variables and members that counts (6.3).
        wrong_form: What happens to the other form: `store` takes it literally, or refuses it if
            that is impossible; `ignore` answers 200; `refuse` answers 400.
        secret_values: `clear` or `masked`.
        config_put: `merge` or `replace`: what becomes of configuration keys that are not sent.
        deployed: Names of content on the disk that a refresh finds, by kind.
        refresh_polls: Lists of the content after a refresh that do not have it yet.
        terraform_prefix: Whether the paths of Terraform's actions begin with `terraform_` (8.2).
        run_polls: Looks at the history in which a run has not ended; its response is not delayed.
    """

    open_paths = (f"{BASE}/login", f"{BASE}/poll")
    logins = (f"{BASE}/login",)
    prefix = BASE
    releases = ("2023.2", "2023.3", "4.3", "4.4")
    default_release = "4.4"
    rows = (*gateway_inventory.ROWS, *gateway_access.ROWS, *gateway_content.ROWS)

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            **{
                "total_key": "total_count",
                "devices": 130,
                "give_token": True,
                "body_form": "bare",
                "wrong_form": "store",
                "member_objects": False,
                "null_names": True,
                "secret_values": "clear",
                "config_put": "merge",
                "deployed": {},
                "refresh_polls": 0,
                "run_polls": 0,
                "terraform_prefix": True,
                **settings,
            }
        )
        for name, records in first_records(self.settings["devices"]).items():
            self.tables[name].seed(records)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the Gateway's routes."""
        return [
            self.route(f"{BASE}/login", self.login, "POST"),
            self.route(f"{BASE}/poll", self.poll),
            self.route(f"{BASE}/status", self.state),
            self.route(f"{BASE}/inventory/refresh", self.refresh, "POST"),
            self.table_routes(),
        ]

    async def login(self, request: Request) -> Response:
        body = await self.json_body(request)
        if not isinstance(body, dict):
            # Status and body are assumed.
            return JSONResponse({"message": "Bad Request"}, 400)
        account = self.tables["account"].get(str(body.get("username"))) or {}
        if "user" in body or not account or account["password"] != body.get("password"):
            self.counters["logins"] += 1
            # Status and body are assumed.
            return JSONResponse({"message": "Invalid username or password"}, 401)
        token = await self.new_session("login")
        response = JSONResponse({"token": token} if self.settings["give_token"] else {})
        response.set_cookie("session", token, path="/", httponly=True)
        return response

    def authorised(self, request: Request) -> bool:
        token = request.headers.get("authorization") or request.cookies.get("session", "")
        return token in self.sessions

    async def poll(self, request: Request) -> Response:
        # That it needs no login is assumed.
        return JSONResponse({"status": "ok"})

    async def state(self, request: Request) -> Response:
        return JSONResponse({"version": VERSIONS[self.release], "ansible_enabled": True})

    async def refresh(self, request: Request) -> Response:
        return JSONResponse({"message": "refreshed"})


def first_records(devices: int) -> dict[str, list[Record]]:
    """Return the records of a new server, by table."""
    return {
        "device": [
            {
                "name": f"sw-{number:03d}",
                "variables": {"ansible_host": f"198.51.100.{number % 250}"},
            }
            for number in range(devices)
        ],
        "group": [{"name": "core", "devices": ["sw-001", "sw-002"]}],
        "account": [
            {"username": name, "password": password, "email": f"{name}.example"}
            for name, password in ACCOUNTS.items()
        ],
        "rbac_role": [{"name": name} for name in ("admin", "operator", "viewer")],
        "rbac_group": [{"name": "admins", "roles": ["admin"], "users": ["admin@itential"]}],
        "config": [gateway_access.DEFAULTS],
        "script": [{"name": "hello.py"}, {"name": "fails.py"}],
        "playbook": [{"name": "site"}, {"name": "fails-site"}],
        "module": [{"name": "ios_command"}],
        "role": [{"name": "itential_cli"}, {"name": "itential_get_config"}],
        "nornir": [{"name": "backup"}],
        "terraform": [{"name": "network"}],
        "collection": [{"name": "cisco.ios", "modules": ["ios_command"], "roles": []}],
    }
