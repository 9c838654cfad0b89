# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Itential Platform: strict logins, both filter dialects, the true envelopes. Section
numbers are those of docs/protocols/itential-platform.md."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from .base import RefusalError, Simulator, now_ms

ACCOUNTS = {"admin": "admin", "ada": "correct horse"}
SERVICE_ACCOUNTS = {"64b5c0ffee64b5c0ffee64b5": "0b6ad1c2-1111-4222-8333-5f5f5f5f5f5f"}
PAGE_DEFAULT, PAGE_MOST = 25, 100
Record = dict[str, Any]


class PlatformSimulator(Simulator):
    """Platform 6.

    Settings:
        token_shape: `bare`, `quoted` or `object` (1.1).
        set_cookie: Whether a login sets the session cookie.
        expires_in: Seconds that a service account's token lives.
    """

    open_paths = ("/login", "/oauth/token", "/health/status")

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            **{
                "token_shape": "bare",
                "set_cookie": True,
                "expires_in": 3600,
                "workflows": 230,
                **settings,
            }
        )
        self.adapters = [
            _adapter(name, kind)
            for name, kind in (
                ("servicenow", "ServiceNow"),
                ("iag", "AutomationGateway"),
                ("email", "Email"),
            )
        ]
        self.workflows = [_workflow(number) for number in range(self.settings["workflows"])]
        self.automations = [
            {
                "_id": f"{number:024x}",
                "name": f"automation {number}",
                "componentType": "workflows",
                "gbac": {"read": [], "write": []},
            }
            for number in range(60)
        ]
        self.projects = [
            {"_id": f"{number:024x}", "name": f"project {number}", "components": []}
            for number in range(3)
        ]
        self.jobs: list[Record] = []
        self.devices = [
            {"name": f"rtr-{number:03d}", "ostype": "cisco-ios", "host": f"192.0.2.{number % 250}"}
            for number in range(150)
        ]
        self.groups = [
            {"id": f"{number:024x}", "name": f"site {number}", "devices": []} for number in range(7)
        ]

    def routes(self) -> list[Route]:
        """Return the Platform's routes."""
        return [
            self.route("/login", self.login, "POST"),
            self.route("/oauth/token", self.token, "POST"),
            self.route("/whoami", self.whoami),
            self.route("/logout", self.logout),
            self.route("/health/server", self.server),
            self.route("/health/status", self.overall),
            self.route("/health/adapters", self.health_adapters),
            self.route("/health/adapters/{name}", self.health_adapter),
            self.route("/adapters", self.list_adapters),
            self.route("/adapters/{name}", self.get_adapter),
            self.route("/adapters/{name}/{verb:str}", self.act, "PUT"),
            self.route("/automation-studio/workflows", self.list_workflows),
            self.route("/automation-studio/workflows/detailed/{name:path}", self.get_workflow),
            self.route("/automation-studio/automations", self.create_workflow, "POST"),
            self.route("/automation-studio/projects", self.list_projects),
            self.route("/operations-manager/automations", self.list_automations),
            self.route("/operations-manager/jobs", self.list_jobs),
            self.route("/operations-manager/jobs/start", self.start_job, "POST"),
            self.route("/operations-manager/jobs/{id}", self.get_job),
            self.route("/configuration_manager/devices", self.search_devices, "POST"),
            self.route("/configuration_manager/deviceGroups", self.device_groups),
            self.route("/inventory_manager/v1/inventories", self.inventories),
            self.route("/integration-models", self.integration_models),
        ]

    # 1. Authentication

    async def login(self, request: Request) -> Response:
        body = await self.json_body(request)
        given = body.get("user") if isinstance(body.get("user"), dict) else body
        if ACCOUNTS.get(given.get("username")) != given.get("password"):
            self.counters["logins"] += 1
            return PlainTextResponse("Invalid credentials", 401)
        token = await self.new_session("login", base64.b64encode(uuid.uuid4().bytes).decode())
        shape = self.settings["token_shape"]
        text = {"bare": token, "quoted": json.dumps(token), "object": json.dumps({"token": token})}[
            shape
        ]
        response = Response(text, media_type="text/html" if shape == "bare" else "application/json")
        if self.settings["set_cookie"]:
            response.set_cookie("token", token, path="/", httponly=True)
        return response

    async def token(self, request: Request) -> Response:
        if (
            request.headers.get("content-type", "").partition(";")[0]
            != "application/x-www-form-urlencoded"
        ):
            return PlainTextResponse("Unsupported Media Type", 415)
        async with request.form() as form:
            given = dict(form)
        secret = SERVICE_ACCOUNTS.get(str(given.get("client_id")))
        if (
            given.get("grant_type") != "client_credentials"
            or secret is None
            or secret != given.get("client_secret")
        ):
            self.counters["logins"] += 1
            return JSONResponse({"message": "Unauthorized"}, 401)
        token = await self.new_session("oauth", f"eyJhbGciOi.{uuid.uuid4().hex}.{uuid.uuid4().hex}")
        return JSONResponse(
            {
                "access_token": token,
                "token_type": "bearer",
                "expires_in": self.settings["expires_in"],
            }
        )

    def authorised(self, request: Request) -> bool:
        header = request.headers.get("authorization", "")
        if header.startswith("Bearer "):
            return self.sessions.get(header[7:]) == "oauth"
        presented = request.cookies.get("token", "").strip('"') or request.query_params.get(
            "token", ""
        )
        return self.sessions.get(presented) == "login"

    def unauthorised(self, request: Request) -> Response:
        if request.headers.get("authorization", "").startswith("Bearer "):
            return PlainTextResponse("JWT has expired, please retrieve a new token", 401)
        return super().unauthorised(request)

    async def logout(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix(
            "Bearer "
        ) or request.cookies.get("token", "").strip('"')
        self.sessions.pop(token, None)
        return Response(status_code=200)

    async def whoami(self, request: Request) -> Response:
        return JSONResponse(
            {
                "id": "0" * 24,
                "username": "admin",
                "provenance": "Local AAA",
                "groups": [],
                "routes": [],
                "methods": {},
                "roles": [],
            }
        )

    # 3. Health

    async def server(self, request: Request) -> Response:
        return JSONResponse(
            {
                "version": "6.5.2",
                "release": "6.5.2",
                "arch": "x64",
                "platform": "linux",
                "versions": {"node": "20.11.0"},
                "uptime": 4242.5,
                "pid": 1,
            }
        )

    async def overall(self, request: Request) -> Response:
        return JSONResponse(
            {
                "host": "sim",
                "serverId": "sim-1",
                "services": [{"service": "mongo", "status": "running"}],
                "apps": "running",
                "adapters": "running",
            }
        )

    async def health_adapters(self, request: Request) -> Response:
        return _results([_health(item) for item in self.adapters], request)

    async def health_adapter(self, request: Request) -> Response:
        return JSONResponse(_health(self.adapter(request)))

    # 4. Adapters

    def adapter(self, request: Request) -> Record:
        for item in self.adapters:
            if item["data"]["name"] == request.path_params["name"]:
                return item
        raise RefusalError(
            JSONResponse({"message": f"adapter {request.path_params['name']} not found"}, 404)
        )

    async def list_adapters(self, request: Request) -> Response:
        return _results(self.adapters, request, name=lambda item: item["data"]["name"])

    async def get_adapter(self, request: Request) -> Response:
        return JSONResponse(self.adapter(request))

    async def act(self, request: Request) -> Response:
        item, verb = self.adapter(request), request.path_params["verb"]
        if verb not in ("start", "stop", "restart"):
            raise RefusalError(PlainTextResponse("Not Found", 404))
        item["state"] = "STOPPED" if verb == "stop" else "RUNNING"
        return JSONResponse({"status": "OK", "message": f"{verb} requested"})

    # 5. Automation Studio

    async def list_workflows(self, request: Request) -> Response:
        found = bracketed(self.workflows, request)
        page, skip, limit = cut(found, request)
        return JSONResponse(
            {
                "items": page,
                "skip": skip,
                "limit": limit,
                "count": len(page),
                "end": skip + len(page),
                "total": len(found),
                "next": None,
                "previous": None,
            }
        )

    async def get_workflow(self, request: Request) -> Response:
        found = [item for item in self.workflows if item["name"] == request.path_params["name"]]
        return JSONResponse(found[0] if found else {})

    async def create_workflow(self, request: Request) -> Response:
        body = await self.json_body(request)
        document = body.get("automation")
        if not isinstance(document, dict) or not document.get("name"):
            return PlainTextResponse("Missing Params: automation (object)", 400)
        if any(item["name"] == document["name"] for item in self.workflows):
            return PlainTextResponse(f"Automation {document['name']} already exists", 500)
        created = {**_workflow(len(self.workflows)), **document}
        self.workflows.append(created)
        return JSONResponse(
            {"created": created, "edit": f"/automation-studio/#/edit?id={created['_id']}"}
        )

    async def list_projects(self, request: Request) -> Response:
        return _data(bracketed(self.projects, request), request)

    # 6. Operations Manager

    async def list_automations(self, request: Request) -> Response:
        if any("[" in key for key in request.query_params):
            return JSONResponse(
                {"message": "Unexpected query parameter", "data": None, "metadata": {}}, 400
            )
        return _data(paired(self.automations, request), request)

    async def list_jobs(self, request: Request) -> Response:
        return _data(bracketed(self.jobs, request), request)

    async def start_job(self, request: Request) -> Response:
        body = await self.json_body(request)
        if not any(item["name"] == body.get("workflow") for item in self.workflows):
            return JSONResponse(
                {
                    "message": f"Workflow {body.get('workflow')} not found",
                    "data": None,
                    "metadata": {},
                },
                404,
            )
        variables = (body.get("options") or {}).get("variables") or {}
        job = {
            "_id": uuid.uuid4().hex[:24],
            "name": body["workflow"],
            "status": "running",
            "variables": variables,
            "metrics": {"start_time": now_ms()},
            "polls": 0,
        }
        self.jobs.append(job)
        return JSONResponse({"message": "Successfully started job", "data": job, "metadata": {}})

    async def get_job(self, request: Request) -> Response:
        for job in self.jobs:
            if job["_id"] == request.path_params["id"]:
                job["polls"] += 1
                job["status"] = "complete" if job["polls"] > 2 else "running"
                return JSONResponse(
                    {"message": "Successfully retrieved job", "data": job, "metadata": {}}
                )
        return JSONResponse({"message": "job not found", "data": None, "metadata": {}}, 404)

    # 8, 11. Lists that are cut in other ways

    async def search_devices(self, request: Request) -> Response:
        options = (await self.json_body(request)).get("options") or {}
        if not isinstance(options.get("limit"), int) or options["limit"] < 1:
            return PlainTextResponse("Missing Params: options.limit (integer, minimum 1)", 400)
        start = options.get("start", 0)
        page = self.devices[start : start + min(options["limit"], PAGE_MOST)]
        return JSONResponse(
            {
                "entity": "device",
                "total": len(self.devices),
                "return_count": len(page),
                "start_index": start,
                "list": page,
            }
        )

    async def device_groups(self, request: Request) -> Response:
        return JSONResponse(self.groups)

    async def inventories(self, request: Request) -> Response:
        page, size = (
            int(request.query_params.get("page", "1")),
            min(int(request.query_params.get("pageSize", "25")), PAGE_MOST),
        )
        found = self.devices[(page - 1) * size : page * size]
        pages = -(-len(self.devices) // size)
        return JSONResponse(
            {
                "status": "OK",
                "result": {
                    "data": found,
                    "totalRecords": len(self.devices),
                    "currentPage": page,
                    "pageSize": size,
                    "totalPages": pages,
                },
            }
        )

    async def integration_models(self, request: Request) -> Response:
        return JSONResponse(
            {"integrationModels": [{"versionId": "petstore:1.0.0", "model": {}}], "total": 1}
        )


# 2. Conventions


def cut(found: list[Record], request: Request) -> tuple[list[Record], int, int]:
    """Return the page, where it begins and how long it may be: 25 by default, 100 at most (2.1)."""
    skip = int(request.query_params.get("skip", "0"))
    limit = min(int(request.query_params.get("limit", str(PAGE_DEFAULT))), PAGE_MOST)
    return found[skip : skip + limit], skip, limit


def _data(found: list[Record], request: Request) -> Response:
    page, skip, limit = cut(found, request)
    metadata = {"skip": skip, "limit": limit, "total": len(found), "currentPageSize": len(page)}
    return JSONResponse({"message": "Successfully retrieved", "data": page, "metadata": metadata})


def _results(
    found: list[Record], request: Request, name: Any = lambda item: item["id"]
) -> Response:
    chosen = paired(found, request, name)
    return JSONResponse({"results": cut(chosen, request)[0], "total": len(chosen)})


def paired(found: list[Record], request: Request, name: Any = None) -> list[Record]:
    """Filter by the field-pair dialect; brackets are ignored (2.1)."""
    tests = {
        "equals": lambda value, wanted: value == wanted,
        "contains": lambda value, wanted: wanted in value,
        "startsWith": lambda value, wanted: value.startswith(wanted),
    }
    for operator, test in tests.items():
        wanted, field = (
            request.query_params.get(operator),
            request.query_params.get(f"{operator}Field"),
        )
        if wanted is not None and field is not None:
            found = [
                item
                for item in found
                if test(
                    str(name(item) if name and field in ("name", "id") else item.get(field, "")),
                    wanted,
                )
            ]
    return found


def bracketed(found: list[Record], request: Request) -> list[Record]:
    """Filter by the bracket dialect; field pairs are ignored (2.1)."""
    for key, wanted in request.query_params.multi_items():
        match = re.fullmatch(r"(equals|contains|starts-with|ends-with|in|not-in)\[([\w.]+)\]", key)
        if match:
            operator, field = match.groups()
            found = [item for item in found if _holds(operator, str(item.get(field, "")), wanted)]
    return found


def _holds(operator: str, value: str, wanted: str) -> bool:
    choices: Iterable[str] = wanted.split(",")
    return {
        "equals": value == wanted,
        "contains": wanted in value,
        "starts-with": value.startswith(wanted),
        "ends-with": value.endswith(wanted),
        "in": value in choices,
        "not-in": value not in choices,
    }[operator]


def _adapter(name: str, kind: str) -> Record:
    properties = {
        "id": name,
        "type": kind,
        "brokers": [],
        "groups": [],
        "properties": {"host": f"{name}.example", "port": 443},
    }
    return {
        "data": {
            "name": name,
            "type": "Adapter",
            "model": f"@itential/adapter-{name}",
            "properties": properties,
        },
        "metadata": {"isActive": True},
        "state": "RUNNING",
    }


def _health(item: Record) -> Record:
    online = "ONLINE" if item["state"] == "RUNNING" else "OFFLINE"
    return {
        "id": item["data"]["name"],
        "type": item["data"]["properties"]["type"],
        "state": item["state"],
        "connection": {"state": online},
        "version": "1.0.0",
    }


def _workflow(number: int) -> Record:
    return {
        "_id": str(uuid.UUID(int=number)),
        "name": f"workflow {number:03d}",
        "type": "automation",
        "tasks": {},
        "transitions": {},
        "tags": [],
    }
