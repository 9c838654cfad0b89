# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Itential Platform. Section numbers are those of docs/protocols/itential-platform.md.

The resources are rows in the modules `platform_*`; logins, health and the first records are here.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute

from . import (
    platform_access,
    platform_assets,
    platform_commands,
    platform_compliance,
    platform_devices,
    platform_gateways,
    platform_jobs,
    platform_lifecycle,
    platform_operations,
    platform_projects,
    platform_services,
    platform_studio,
    platform_workers,
)
from .table import Record, TableSimulator, object_id

ACCOUNTS = {"admin": "admin", "ada": "correct horse"}
SERVICE_ACCOUNTS = {"64b5c0ffee64b5c0ffee64b5": "0b6ad1c2-1111-4222-8333-5f5f5f5f5f5f"}
VERSIONS = {"2023.2": "2023.2.13", "6.5": "6.5.2", "6.6": "6.6.1"}


class PlatformSimulator(TableSimulator):
    """Platform, of release 2023.2, 6.5 (the default) or 6.6.

    Settings:
        token_shape: `bare`, `quoted` or `object` (1.1).
        set_cookie: Whether a login sets the session cookie.
        expires_in: Seconds that a service account's token lives.
        workflows, devices: How many there are at first.
        start_polls: Reads, of its health or of itself, after which a started adapter is running.
        stop_polls: Reads after which a stopped one has stopped.
        failing_starts: The states in which starts end, by name; RUNNING for all others.
        offline: The names of adapters whose connection stays offline.
        constant_health: Whether pid and uptime never change.
        clock: Gives seconds, for uptimes.
        adapter_models: The models that are installed.
        start_delay: Seconds from the start of a job to the response.
        job_polls: Reads after which a job ends.
        job_steps: Changes of a job, one for each of its first reads.
        job_tasks: The tasks of a new job.
        large_data: Values that are stored apart, by id.
        job_status: The final status of a job.
        job_outputs: The variables that it adds.
        job_error: The text of its error if it ends with `error`.
        outputs: What devices answer to commands, by command, or by command and device.
        configs: Configurations by device.
        unreachable: Devices that do not answer.
        backup_polls: Reads after which a new backup is there.
        large_backups: Whether the configurations of backups are stored apart.
        check_devices: Whether device groups refuse unknown devices.
        group_id_key: `id` or `_id`: what device groups call their id.
        group_update: `details` or `bare`: the form of an update that is not ignored.
        compliance: Totals of compliance reports by device.
        compliance_issues: Issues of compliance reports by device.
        compliance_issues_listed: Whether the list of reports has their issues.
        compliance_polls: Reads after which a compliance run has ended.
        compliance_status: The status with which it ends.
        check_polls: Reads after which the reports of a check of single devices are all there.
        instances_grouped: Whether runs of plans are listed in groups.
        lifecycle_delete: `body` or `query`: where `delete-associated-instances` is read.
        lifecycle_answer: `job` or `execution`: what a run of an action answers.
        rate_limit: The rate limit of the workers.
        certificate_answer: `data` or `results`: where a new certificate's id is.
        other_updates: Types whose updates have the other one of two assumed forms: `tag`,
            `gateway_cluster`, `gateway_certificate`.
    """

    open_paths = ("/login", "/oauth/token", "/health/status")
    logins = ("/login", "/oauth/token")
    releases = ("2023.2", "6.5", "6.6")
    default_release = "6.5"
    rows = (
        *platform_studio.ROWS,
        *platform_projects.ROWS,
        *platform_operations.ROWS,
        *platform_jobs.ROWS,
        *platform_commands.ROWS,
        *platform_devices.ROWS,
        *platform_compliance.ROWS,
        *platform_lifecycle.ROWS,
        *platform_access.ROWS,
        *platform_services.ROWS,
        *platform_assets.ROWS,
        *platform_gateways.ROWS,
        *platform_workers.ROWS,
    )

    def __init__(self, **settings: Any) -> None:
        self.callers: dict[str, str] = {}
        super().__init__(
            **{
                "token_shape": "bare",
                "set_cookie": True,
                "expires_in": 3600,
                "workflows": 230,
                "devices": 150,
                "start_polls": 0,
                "stop_polls": 0,
                "failing_starts": {},
                "offline": [],
                "constant_health": False,
                "clock": time.time,
                "adapter_models": [f"@itential/adapter-{name}" for name, dummy in ADAPTERS],
                "start_delay": 0,
                "job_polls": 3,
                "job_steps": [],
                "job_tasks": {},
                "large_data": {},
                "job_status": "complete",
                "job_outputs": {},
                "job_error": "device unreachable",
                "outputs": {},
                "configs": {},
                "unreachable": (),
                "backup_polls": 0,
                "large_backups": False,
                "check_devices": False,
                "group_id_key": "id",
                "group_update": "details",
                "compliance": {},
                "compliance_issues": {},
                "compliance_issues_listed": True,
                "compliance_polls": 1,
                "compliance_status": "complete",
                "check_polls": 0,
                "instances_grouped": False,
                "lifecycle_delete": "body",
                "lifecycle_answer": "job",
                "certificate_answer": "data",
                "other_updates": (),
                "rate_limit": {"rateLimit": 0, "rateLimitPeriod": 0},
                **settings,
            }
        )
        first = first_records(self.settings["workflows"], self.settings["devices"])
        for name, records in first.items():
            self.tables[name].seed(records)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the Platform's routes."""
        return [
            self.route("/login", self.login, "POST"),
            self.route("/oauth/token", self.token, "POST"),
            self.route("/whoami", self.whoami),
            self.route("/logout", self.logout),
            self.route("/health/server", self.server),
            self.route("/health/status", self.overall),
            self.table_routes(),
        ]

    # 1. Authentication

    async def login(self, request: Request) -> Response:
        body = await self.json_body(request)
        given = body.get("user") if isinstance(body, dict) else None
        if not isinstance(given, dict):
            # The status is assumed.
            return PlainTextResponse("Missing Params: user (object)", 400)
        account = self.find_account(given.get("username"), given.get("password"))
        if account is None:
            self.counters["logins"] += 1
            # The body is assumed.
            return PlainTextResponse("Invalid credentials", 401)
        token = await self.new_session("login", base64.b64encode(uuid.uuid4().bytes).decode())
        self.callers[token] = account["_id"]
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
        account = self.tables["service_account"].get(str(given.get("client_id"))) or {}
        secret = None if account.get("inactive") else account.get("client_secret")
        if (
            given.get("grant_type") != "client_credentials"
            or secret is None
            or secret != given.get("client_secret")
        ):
            self.counters["logins"] += 1
            # Status and body are assumed.
            return JSONResponse({"message": "Unauthorized"}, 401)
        token = await self.new_session("oauth", f"eyJhbGciOi.{uuid.uuid4().hex}.{uuid.uuid4().hex}")
        self.callers[token] = account["client_id"]
        return JSONResponse(
            {
                "access_token": token,
                "token_type": "bearer",
                "expires_in": self.settings["expires_in"],
            }
        )

    def authorised(self, request: Request) -> bool:
        is_bearer = request.headers.get("authorization", "").startswith("Bearer ")
        return self.sessions.get(token_of(request)) == ("oauth" if is_bearer else "login")

    def unauthorised(self, request: Request) -> Response:
        if request.headers.get("authorization", "").startswith("Bearer "):
            return PlainTextResponse("JWT has expired, please retrieve a new token", 401)
        return super().unauthorised(request)

    async def logout(self, request: Request) -> Response:
        # Path and method are assumed.
        self.sessions.pop(token_of(request), None)
        return Response(status_code=200)

    def find_account(self, name: Any, password: Any) -> Record | None:
        """Return the active account with this name and password."""
        for account in self.tables["account"]:
            same = (account["username"], account.get("password", "")) == (name, password)
            if same and not account["inactive"]:
                return account
        return None

    def caller(self, request: Request) -> Record:
        """Return the account that sent a request."""
        account = self.tables["account"].get(self.callers.get(token_of(request), ""))
        return account or next(iter(self.tables["account"]))

    async def whoami(self, request: Request) -> Response:
        account, groups = self.caller(request), self.tables["group"]
        members = [groups.get(one["groupId"]) for one in account["memberOf"]]
        return JSONResponse(
            {
                "id": account["_id"],
                "provenance": account["provenance"],
                "username": account["username"],
                "firstname": account["firstname"],
                "groups": [
                    {"id": group["_id"], "provenance": group["provenance"], "name": group["name"]}
                    for group in members
                    if group is not None
                ],
                "routes": [],
                "methods": {},
                "roles": [one["roleId"] for one in account["assignedRoles"]],
            }
        )

    # 3. Health

    async def server(self, request: Request) -> Response:
        version = VERSIONS[self.release]
        return JSONResponse(
            {
                "version": version,
                "release": version,
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


def token_of(request: Request) -> str:
    """Return the token of a request: of the header, of the cookie or of the query."""
    header = request.headers.get("authorization", "")
    if header.startswith("Bearer "):
        return header[7:]
    cookie = request.cookies.get("token", "").strip('"')
    return cookie or request.query_params.get("token", "")


ADAPTERS = (("servicenow", "ServiceNow"), ("iag", "AutomationGateway"), ("email", "Email"))


def adapter(name: str, kind: str) -> Record:
    """Return a running adapter."""
    return {
        "name": name,
        "type": "Adapter",
        "model": f"@itential/adapter-{name}",
        "properties": {
            "id": name,
            "type": kind,
            "brokers": [],
            "groups": [],
            "properties": {"host": f"{name}.example", "port": 443},
        },
    }


def first_records(workflows: int, devices: int) -> dict[str, list[Record]]:
    """Return the records of a new server, by table."""
    service_accounts = [
        {"name": f"service {id_[:4]}", "client_id": id_, "client_secret": secret}
        for id_, secret in SERVICE_ACCOUNTS.items()
    ]
    accounts = [
        {"_id": object_id(number), "username": name, "password": word, "provenance": "Local AAA"}
        for number, (name, word) in enumerate(ACCOUNTS.items())
    ]
    return {
        "parser": [{"name": name} for name in ("cisco-ios", "arista-eos", "juniper-junos")],
        "group": [{"name": name} for name in ("pronghorn_admin", "operators", "auditors")],
        "role": [
            {"name": f"role {number:03d}", "provenance": f"App{number % 7}"}
            for number in range(175)
        ],
        "account": [*accounts, *map(platform_access.account_of, service_accounts)],
        "service_account": service_accounts,
        "worker": [{"name": "jobWorker"}, {"name": "taskWorker"}],
        "adapter": [adapter(name, kind) for name, kind in ADAPTERS],
        "application": [
            {"name": name} for name in ("AGManager", "OperationsManager", "WorkFlowEngine")
        ],
        "workflow": [{"name": f"workflow {number:03d}"} for number in range(workflows)],
        "project": [{"name": f"project {number}"} for number in range(3)],
        "automation": [{"name": f"automation {number}"} for number in range(60)],
        "device": [
            {
                "name": f"rtr-{number:03d}",
                "ostype": "cisco-ios",
                "host": f"192.0.2.{number % 250}",
                # Servers return passwords of devices in clear.
                "itential_password": "device-passw0rd",
            }
            for number in range(devices)
        ],
        "device_group": [{"name": f"site {number}"} for number in range(7)],
        "integration_model": [{"versionId": "petstore:1.0.0", "model": {}}],
        "inventory": [{"name": f"inventory {number:03d}"} for number in range(150)],
    }
