# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Itential Automation Gateway 4.x. Section numbers are those of
docs/protocols/itential-gateway.md."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from .base import RefusalError, Simulator

BASE = "/api/v2.0"
ACCOUNTS = {"admin@itential": "admin", "ada@itential": "correct horse"}
PAGE_MOST = 100
Record = dict[str, Any]


class GatewaySimulator(Simulator):
    """Gateway 4.

    Settings:
        total_key: `total_count` or `count` (2.2: releases differ).
        give_token: Whether a login answers with the token; its cookie carries it in any case.
    """

    open_paths = (f"{BASE}/login", f"{BASE}/poll")
    prefix = BASE

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            **{"total_key": "total_count", "devices": 130, "give_token": True, **settings}
        )
        self.devices: list[Record] = [
            {
                "name": f"sw-{number:03d}",
                "variables": {"ansible_host": f"198.51.100.{number % 250}"},
            }
            for number in range(self.settings["devices"])
        ]
        self.groups: list[Record] = [
            {"name": "core", "devices": ["sw-001", "sw-002"], "childGroups": [], "variables": {}}
        ]
        self.scripts: list[Record] = [
            {"name": "hello.py", "schema": {}},
            {"name": "fails.py", "schema": {}},
        ]

    def routes(self) -> list[Route]:
        """Return the Gateway's routes."""
        listed = {
            "devices": lambda: self.devices,
            "groups": lambda: self.groups,
            "scripts": lambda: self.scripts,
        }
        lists = [
            self.route(f"{BASE}/{kind}", self.lister(records), "GET")
            for kind, records in listed.items()
        ]
        return [
            self.route(f"{BASE}/login", self.login, "POST"),
            self.route(f"{BASE}/poll", self.poll),
            self.route(f"{BASE}/status", self.state),
            self.route(f"{BASE}/devices", self.create_device, "POST"),
            *lists,
            self.route(f"{BASE}/devices/{{name}}", self.device, "GET", "PUT", "PATCH", "DELETE"),
            self.route(f"{BASE}/groups/{{name}}/devices", self.members),
            self.route(f"{BASE}/scripts/refresh", self.refresh, "POST"),
            self.route(f"{BASE}/scripts/{{name}}/execute", self.execute, "POST"),
        ]

    async def login(self, request: Request) -> Response:
        body = await self.json_body(request)
        if "user" in body or ACCOUNTS.get(body.get("username")) != body.get("password"):
            self.counters["logins"] += 1
            return JSONResponse({"message": "Invalid username or password"}, 401)
        token = await self.new_session("login")
        response = JSONResponse({"token": token} if self.settings["give_token"] else {})
        response.set_cookie("session", token, path="/", httponly=True)
        return response

    def authorised(self, request: Request) -> bool:
        token = request.headers.get("authorization") or request.cookies.get("session", "")
        return token in self.sessions

    async def poll(self, request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def state(self, request: Request) -> Response:
        return JSONResponse({"version": "4.4.1", "ansible_enabled": True})

    def lister(self, records: Any) -> Any:
        """Return a handler that lists records in the Gateway's envelope, filtered by its function
        text (2.1)."""

        async def handler(request: Request) -> Response:
            found = records()
            wish = re.fullmatch(
                r"(contains|equals|startswith)\((\{.*\})\)", request.query_params.get("filter", "")
            )
            if wish:
                tests = {
                    "contains": lambda a, b: b in a,
                    "equals": lambda a, b: a == b,
                    "startswith": lambda a, b: a.startswith(b),
                }
                for field, wanted in json.loads(wish.group(2)).items():
                    found = [
                        item
                        for item in found
                        if tests[wish.group(1)](str(item.get(field, "")), wanted)
                    ]
            offset, limit = (
                int(request.query_params.get("offset", "0")),
                min(int(request.query_params.get("limit", "50")), PAGE_MOST),
            )
            return JSONResponse(
                {
                    "data": found[offset : offset + limit],
                    "meta": {self.settings["total_key"]: len(found)},
                }
            )

        return handler

    def named(self, records: list[Record], request: Request) -> Record:
        for item in records:
            if item["name"] == request.path_params["name"]:
                return item
        raise RefusalError(
            JSONResponse({"message": f"{request.path_params['name']} not found"}, 404)
        )

    async def create_device(self, request: Request) -> Response:
        body = await self.json_body(request)
        if not body.get("name") or not isinstance(body.get("variables"), dict):
            return JSONResponse(
                {
                    "message": "Bad Request",
                    "detail": "'name' and 'variables' are required properties",
                },
                400,
            )
        if any(item["name"] == body["name"] for item in self.devices):
            return JSONResponse({"message": f"device {body['name']} exists"}, 409)
        self.devices.append({"name": body["name"], "variables": body["variables"]})
        return JSONResponse(self.devices[-1])

    async def device(self, request: Request) -> Response:
        item = self.named(self.devices, request)
        if request.method == "DELETE":
            self.devices.remove(item)
            return Response(status_code=204)
        if request.method in ("PUT", "PATCH"):
            body = await self.json_body(request)
            item["variables"] = {**(item["variables"] if request.method == "PATCH" else {}), **body}
        return JSONResponse(item)

    async def members(self, request: Request) -> Response:
        return JSONResponse(self.named(self.groups, request)["devices"])

    async def refresh(self, request: Request) -> Response:
        return JSONResponse({"message": "refreshed"})

    async def execute(self, request: Request) -> Response:
        item = self.named(self.scripts, request)
        body = await self.json_body(request)
        if "args" not in body:
            return PlainTextResponse("'args' is a required property", 400)
        status = "FAILURE" if item["name"].startswith("fails") else "SUCCESS"
        return JSONResponse(
            [
                {"host": host, "status": status, "stdout": "hello"}
                for host in body.get("hosts") or ["localhost"]
            ]
        )
