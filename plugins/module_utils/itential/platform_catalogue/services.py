# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adapters, applications, integrations with their models, profiles, pre-builts, tags, health.

Sources: docs/protocols/itential-platform.md sections 3, 4 and 11.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, List, One, Write
from ...core.records.documents import Document
from ...core.records.failures import Failure
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import BOOLEAN, ID, JSON, TEXT, Relation
from ...core.records.types import ResourceType
from ..dialects import PAIRS
from ..paging import BARE, INTEGRATION_MODELS, RESULTS
from .common import FAILED, ORDER, RECORD, STAMPS, made_by_server

_MISSING = (404, 500)
"""The statuses by which servers say that a service does not exist."""
_SETTINGS = "properties.properties"
"""The place of the users' settings in adapters, applications and integrations."""
_SECRETS = ("**.@secret",)
"""Stored encrypted, so that what comes back is not what was written."""
_PROPERTIES = Document(
    secrets=_SECRETS,
    defaults={"brokers": [], "groups": [], "properties": {}},
    merge=True,
    outer=1,
)


def _settings_route(path: str) -> Write:
    """Return the route that replaces the inner properties and activates the service."""
    return Write(
        f"{path}/{{name}}/properties",
        "PUT",
        wrap="properties",
        only=_SETTINGS,
        unwrap=None,
        failures=FAILED,
    )


def _whole_route(path: str) -> Write:
    """Return the route that replaces a whole service."""
    return Write(
        f"{path}/{{name}}", "PUT", wrap="properties", whole=True, unwrap=RECORD, failures=FAILED
    )


def _list(path: str) -> List:
    """Return the list of services, which are few: the client filters, and finds one by its name."""
    return List(path, RESULTS, item="data", order=ORDER)


def _fields(*access: FieldAccess) -> tuple[Field, ...]:
    """Return the fields of adapters, applications and integrations."""
    later = access[0] if access else FieldAccess.READ_WRITE
    return (
        Field("name", required=True),
        Field("type", access=later, stays=True),
        Field("model", access=later, stays=True),
        Field("description", access=later),
        Field("properties", _PROPERTIES, stays=True),
        Field("loggerProps", Document(merge=True), access=later, stays=True),
        Field("isEncrypted", BOOLEAN, access=later, stays=True),
        Field("virtual", BOOLEAN, access=later, stays=True),
        *made_by_server(("_id", "id", *STAMPS)),
    )


ADAPTER = ResourceType(
    "adapter",
    Access(
        _list("/adapters"),
        one=One("/adapters/{name}", unwrap=RECORD, statuses=_MISSING),
        create=Write(
            "/adapters",
            wrap="properties",
            body={
                "properties": {"name": "{name}", "type": "Adapter", "properties": {"id": "{name}"}}
            },
            unwrap=RECORD,
            failures=FAILED,
        ),
        update=(_settings_route("/adapters"), _whole_route("/adapters")),
        delete=Delete("/adapters/{name}"),
    ),
    _fields(),
    key=("name",),
    id_field="name",
)

APPLICATION = ResourceType(
    "application",
    Access(
        _list("/applications"),
        one=One("/applications/{name}", unwrap=RECORD, statuses=_MISSING),
        create=(),
        update=(_settings_route("/applications"), _whole_route("/applications")),
        delete=(),
    ),
    _fields(),
    key=("name",),
    id_field="name",
)

INTEGRATION_MODEL = ResourceType(
    "integration_model",
    Access(
        # Servers may have the name of a package in place of the document, except in the export.
        List("/integration-models", INTEGRATION_MODELS, filters=PAIRS, partial=True),
        one=One("/integration-models/{id}/export", unwrap=("model", *RECORD), into="model"),
        create=Write("/integration-models", unwrap=RECORD, partial=True, failures=FAILED),
        # The server has a route, which fails: a model is deleted and created instead.
        update=(),
        delete=Delete("/integration-models/{id}"),
        validate=Write(
            "/integration-models/validation",
            "PUT",
            unwrap=None,
            failures=(*FAILED, Failure("errors.*", filled=True)),
        ),
    ),
    (
        Field("versionId", ID, access=FieldAccess.READ_ONLY),
        # An OpenAPI document.
        Field("model", Document(), required=True),
        *made_by_server(("_id", "description", "properties", *STAMPS)),
    ),
    key=("versionId",),
    id_field="versionId",
    derived={"versionId": "{model.info.title}:{model.info.version}"},
)

INTEGRATION = ResourceType(
    "integration",
    Access(
        _list("/integrations"),
        one=One("/integrations/{name}", unwrap=RECORD, statuses=_MISSING),
        create=Write(
            "/integrations",
            wrap="properties",
            body={
                "properties": {
                    "name": "{name}",
                    "type": "Adapter",
                    "virtual": True,
                    "properties": {"id": "{name}"},
                }
            },
            unwrap=RECORD,
            failures=FAILED,
        ),
        update=_settings_route("/integrations"),
        delete=Delete("/integrations/{name}"),
    ),
    (
        *_fields(FieldAccess.CREATE_ONLY),
        Field(
            "integration_model",
            Relation("integration_model"),
            wire="properties.type",
            access=FieldAccess.CREATE_ONLY,
        ),
    ),
    key=("name",),
    id_field="name",
    derived={
        "model": (
            "@itential/adapter_{integration_model}",
            "@itential/adapter_{properties.type}",
        )
    },
)

PROFILE = ResourceType(
    "profile",
    Access(
        # The list is read to find one: the read of a missing one fails in ways that differ.
        List("/profiles", RESULTS, item="profile"),
        one=(),
        create=Write(
            "/profiles", wrap="properties", unwrap=("data.profile", *RECORD), failures=FAILED
        ),
        update=Write(
            "/profiles/{id}",
            "PUT",
            wrap="properties",
            unwrap=("data.profile", *RECORD),
            whole=True,
            failures=FAILED,
        ),
        delete=Delete("/profiles/{id}"),
    ),
    (
        Field("id", required=True),
        Field("description", default=""),
        Field("document", Document(secrets=_SECRETS, merge=True), stays=True),
        *made_by_server(("_id", *STAMPS)),
    ),
    key=("id",),
    document="document",
)

PREBUILT = ResourceType(
    "prebuilt",
    Access(
        List("/prebuilts", RESULTS, filters=PAIRS, order=ORDER),
        one=One("/prebuilts/{id}", unwrap=RECORD),
        create=(),
        update=(),
        delete=(),
    ),
    (
        *made_by_server(("_id", "name", "description", "version"), TEXT),
        *made_by_server(("components", "metadata", "manifest", "bundles", *STAMPS)),
    ),
    key=("name",),
    id_field="_id",
)

TAG = ResourceType(
    "tag",
    Access(
        List("/tags/all", BARE),
        one=(),
        create=Write("/tags/create", wrap="data", unwrap=RECORD, failures=FAILED),
        # That the tag is wrapped, as in a creation, is assumed.
        update=Write(
            "/tags/update",
            wrap="data",
            body={"data": {"_id": "{id}"}},
            unwrap=None,
            whole=True,
            failures=FAILED,
            otherwise=Write(
                "/tags/update", body={"_id": "{id}"}, unwrap=None, whole=True, failures=FAILED
            ),
        ),
        delete=Delete("/tags/delete", "POST", body={"_id": "{id}"}),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", default=""),
    ),
    key=("name",),
    id_field="_id",
)

_HEALTH = (
    "package_id",
    "version",
    "type",
    "description",
    "routePrefix",
    "state",
)
_MEASURED = (
    "connection",
    "uptime",
    "memoryUsage",
    "cpuUsage",
    "pid",
    "logger",
    "timestamp",
    "prevUptime",
)


def _health(name: str, path: str) -> ResourceType:
    """Return the type of the health of services, of which dead ones lack most fields."""
    return ResourceType(
        name,
        Access(
            List(path, RESULTS, filters=PAIRS),
            one=One(f"{path}/{{id}}"),
            create=(),
            update=(),
            delete=(),
        ),
        (*made_by_server(("id", *_HEALTH), TEXT), *made_by_server(_MEASURED, JSON)),
        key=("id",),
    )


ADAPTER_HEALTH = _health("adapter_health", "/health/adapters")
APPLICATION_HEALTH = _health("application_health", "/health/applications")

ROWS = (
    ADAPTER,
    APPLICATION,
    INTEGRATION_MODEL,
    INTEGRATION,
    PROFILE,
    PREBUILT,
    TAG,
    ADAPTER_HEALTH,
    APPLICATION_HEALTH,
)
