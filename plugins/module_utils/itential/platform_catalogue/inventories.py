# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories with their nodes, and Gateway 5: clusters, certificates and services.

All of it exists from Platform 6 on.
Groups are sent by name, and come back as ids.

Sources: docs/protocols/itential-platform.md section 11.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, List, One, Part, Write
from ...core.records.documents import Document
from ...core.records.failures import Failure
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import BOOLEAN, CONTENT, ID, JSON, Relation
from ...core.records.types import ResourceType
from ..dialects import CLUSTERED
from ..paging import INVENTORY as PAGES
from ..paging import RESULT, RESULTS_UNPAGED
from .common import FAILED, made_by_server

_SINCE = "6"
_INVENTORY_MANAGER = "/inventory_manager/v1"
_GATEWAY_MANAGER = "/gateway_manager/v1"
_RECORD = ("result", "results", "data", "")
"""The places of the record in responses: releases differ."""
_REFUSED = (*FAILED, *[Failure("state", equals=value) for value in ("failure", "error")])
_ID = Field("_id", ID, access=FieldAccess.READ_ONLY)
_GROUPS = Relation("group", sends="name")
_TAGS = Document(unordered=("",), folded=("*",), empty=(None, []))
"""The server stores tags in lower case."""

_INVENTORIES = f"{_INVENTORY_MANAGER}/inventories"
_NODES = f"{_INVENTORIES}/{{inventory}}/nodes"

INVENTORY_NODE = ResourceType(
    "inventory_node",
    Access(
        List(_NODES, PAGES, since=_SINCE),
        one=One(f"{_NODES}/{{id}}", unwrap=_RECORD, since=_SINCE),
        create=(),
        update=(),
        delete=(),
    ),
    (
        _ID,
        Field(
            "inventory", Relation("inventory"), wire="inventory_id", access=FieldAccess.READ_ONLY
        ),
        Field("name"),
        Field("attributes", Document()),
        Field("tags", _TAGS),
    ),
    key=("inventory", "name"),
    id_field="_id",
)

INVENTORY = ResourceType(
    "inventory",
    Access(
        List(_INVENTORIES, PAGES, since=_SINCE),
        one=One(f"{_INVENTORIES}/{{id}}", unwrap=_RECORD, since=_SINCE),
        create=Write(
            _INVENTORIES,
            fields=(
                "name",
                "groups",
                "description",
                "tags",
                "actions",
                "createBrokerActions",
                "defaultClusterId",
            ),
            unwrap=_RECORD,
            partial=True,
            failures=_REFUSED,
            since=_SINCE,
        ),
        # The only thing that can be changed are the nodes, all at once.
        update=Write(
            f"{_INVENTORY_MANAGER}/nodes/bulk",
            fields=("nodes",),
            body={"inventory_identifier": "{id}"},
            unwrap=None,
            failures=_REFUSED,
            since=_SINCE,
        ),
        delete=Delete(
            f"{_INVENTORIES}/{{id}}",
            failures=(*_REFUSED, Failure("result.deletedCount", equals=0)),
            since=_SINCE,
            first=Delete(f"{_INVENTORY_MANAGER}/nodes/clear/{{id}}", failures=_REFUSED),
        ),
        parts={"nodes": Part("inventory_node", {"inventory": {"equals": "{id}"}})},
    ),
    (
        _ID,
        Field("name", required=True),
        Field("groups", _GROUPS, many=True, required=True, access=FieldAccess.CREATE_ONLY),
        Field("description", access=FieldAccess.CREATE_ONLY),
        Field("tags", _TAGS, access=FieldAccess.CREATE_ONLY),
        Field(
            "actions",
            Document(managed=("*._id",), unordered={"": "name"}, merge=True),
            access=FieldAccess.CREATE_ONLY,
        ),
        Field("createBrokerActions", BOOLEAN, access=FieldAccess.CREATE_ONLY, returned=False),
        Field("defaultClusterId", access=FieldAccess.CREATE_ONLY, returned=False),
        Field(
            "nodes",
            Document(
                unordered={"": "name", "*.tags": ""},
                folded=("*.tags.*",),
                secrets=("*.attributes.**.@secret",),
                empty=(None, [], {}),
                merge=True,
            ),
            stays=True,
        ),
        *made_by_server(("created_at", "updated_at", "created_by", "updated_by")),
    ),
    key=("name",),
    id_field="_id",
)

_GATEWAYS = f"{_GATEWAY_MANAGER}/gateways"

GATEWAY_CLUSTER = ResourceType(
    "gateway_cluster",
    Access(
        List(_GATEWAYS, RESULTS_UNPAGED, since=_SINCE),
        one=One(f"{_GATEWAYS}/{{id}}", unwrap=_RECORD, since=_SINCE),
        create=Write(
            _GATEWAYS,
            wrap="gateway",
            body={"gateway": {"enabled": True, "readonly": False}},
            unwrap="",
            partial=True,
            failures=_REFUSED,
            since=_SINCE,
        ),
        # That changes are wrapped, as for other objects of the Gateway Manager, is assumed.
        update=Write(
            f"{_GATEWAYS}/{{id}}",
            "PUT",
            wrap="payload",
            unwrap=None,
            failures=_REFUSED,
            since=_SINCE,
            otherwise=Write(f"{_GATEWAYS}/{{id}}", "PUT", unwrap=None, failures=_REFUSED),
        ),
        delete=Delete(f"{_GATEWAYS}/{{id}}", failures=_REFUSED, since=_SINCE),
    ),
    (
        _ID,
        Field("cluster_id", required=True),
        Field("description", default=""),
        Field("enabled", BOOLEAN, default=True),
        Field("readonly", BOOLEAN, default=False),
        Field("groups", _GROUPS, many=True, required=True),
        Field("certificates", Relation("gateway_certificate"), many=True, default=[]),
        *made_by_server(("connection_status", "gateway_name")),
    ),
    key=("cluster_id",),
    id_field="_id",
    other_ids=("id",),
)

_CERTIFICATES = f"{_GATEWAY_MANAGER}/certificates"
_CERTIFICATE = {name: f"{{{name}}}" for name in ("alias", "contract_id", "raw_certificate")}

GATEWAY_CERTIFICATE = ResourceType(
    "gateway_certificate",
    Access(
        List(_CERTIFICATES, RESULTS_UNPAGED, since=_SINCE, partial=True),
        one=One(f"{_CERTIFICATES}/{{id}}", unwrap=_RECORD, since=_SINCE),
        # Responses have the id at several places: the list is read instead.
        create=Write(_CERTIFICATES, unwrap=None, failures=_REFUSED, since=_SINCE),
        # That it takes a whole certificate, as a creation does, is assumed.
        update=Write(
            f"{_CERTIFICATES}/{{id}}",
            "PUT",
            body=_CERTIFICATE,
            unwrap=None,
            failures=_REFUSED,
            since=_SINCE,
            otherwise=Write(
                f"{_CERTIFICATES}/{{id}}",
                "PUT",
                body={"payload": _CERTIFICATE},
                unwrap=None,
                failures=_REFUSED,
            ),
        ),
        delete=Delete(f"{_CERTIFICATES}/{{id}}", failures=_REFUSED, since=_SINCE),
    ),
    (
        _ID,
        Field("alias", required=True),
        Field("contract_id", required=True),
        Field("raw_certificate", CONTENT, required=True, returned=None),
    ),
    key=("alias",),
    id_field="_id",
)

GATEWAY_SERVICE = ResourceType(
    "gateway_service",
    Access(
        List(f"{_GATEWAY_MANAGER}/services", RESULT, filters=CLUSTERED, since=_SINCE),
        one=(),
        create=(),
        update=(),
        delete=(),
    ),
    (
        _ID,
        Field("name", wire="service_metadata.name", access=FieldAccess.READ_ONLY),
        Field("cluster", wire="service_metadata.location", access=FieldAccess.READ_ONLY),
        Field("type", wire="service_metadata.type", access=FieldAccess.READ_ONLY),
        Field("description", wire="service_metadata.description", access=FieldAccess.READ_ONLY),
        Field("service_metadata", JSON, access=FieldAccess.READ_ONLY),
        *made_by_server(("active", "last_run", "schedule")),
    ),
    key=("cluster", "name"),
    names=("name",),
    id_field="_id",
)

ROWS = (
    INVENTORY,
    INVENTORY_NODE,
    GATEWAY_CLUSTER,
    GATEWAY_CERTIFICATE,
    GATEWAY_SERVICE,
)
