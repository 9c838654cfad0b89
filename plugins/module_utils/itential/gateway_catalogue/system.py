# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets and the configuration.

Sources: docs/protocols/itential-gateway.md sections 3 and 10.
"""

from __future__ import annotations

from ...core.records.access import Access, List, One
from ...core.records.failures import Failure
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import BOOLEAN, ID, INTEGER, JSON, TEXT
from ...core.records.types import ResourceType
from ..paging import GATEWAY_DATA
from .common import RECORD, deleted, made_by_server, written

_BY_PATH = {"path": "{path}"}

SECRET = ResourceType(
    "secret",
    Access(
        List("/secrets", GATEWAY_DATA),
        one=One(
            "/secrets",
            params=_BY_PATH,
            unwrap=("data.0", *RECORD),
            absent=Failure("data", equals=[]),
        ),
        create=written("/secrets", params=_BY_PATH),
        update=written(
            "/secrets", "PUT", params=_BY_PATH, fields=("secret_data",), body="{secret_data}"
        ),
        delete=deleted("/secrets", params=_BY_PATH),
    ),
    (
        Field("path", ID, required=True),
        Field("secret_data", JSON, required=True, secret=True, stays=True),
    ),
    key=("path",),
    id_field="path",
)

_FLAGS = (
    "ansible_enabled",
    "ansible_debug",
    "playbook_recursive",
    "script_recursive",
    "no_cleanup",
    "repos_enabled",
    "nornir_enabled",
    "nornir_module_recursive",
    "netmiko_enabled",
    "netconf_enabled",
    "http_requests_enabled",
    "scripts_enabled",
    "terraform_enabled",
    "terraform_recursive",
    "ldap_auth_enabled",
    "ldap_always_search_bind",
    "ldap_secure_enabled",
    "ldap_secure_validation_enabled",
    "vault_enabled",
    "vault_cert_verification",
)
_PATHS = (
    "collection_path",
    "module_path",
    "playbook_path",
    "role_path",
    "script_path",
    "extended_device_role_path",
    "nornir_module_path",
    "terraform_path",
)
"""Lists, which are replaced as a whole; their order is that of the search."""
_TEXTS = (
    "inventory_file",
    "repos_path",
    "nornir_config_file",
    "ldap_server",
    "ldap_base_dn",
    "ldap_bind_user_dn",
    "ldap_user_dn",
    "ldap_user_rdn_attr",
    "ldap_user_login_attr",
    "ldap_user_search_filter",
    "ldap_user_search_scope",
    "ldap_group_dn",
    "ldap_group_members_attr",
    "ldap_group_search_filter",
    "ldap_group_search_scope",
    "ldap_secure_validation_tls_version",
    "ldap_ca_certs_file",
    "vault_server",
    "vault_mount_point",
    "vault_password_file",
    "vault_ca_file",
    "vault_client_cert_file",
    "vault_client_key_file",
)
_SECRETS = ("ldap_bind_user_password", "vault_access_token")
_NUMBERS = ("process_count",)
_SERVER_KEYS = (
    "logging_level",
    "http_logging_level",
    "http_server_threads",
    "audit_retention_days",
)
"""The fields that a read returns; it is not known whether a write takes them."""

CONFIG = ResourceType(
    "config",
    Access(
        "/config",
        one=One("/config", unwrap=RECORD),
        create=(),
        # Keys that are left out may be reset.
        update=written(
            "/config",
            "PUT",
            whole=True,
            fields=(*_FLAGS, *_NUMBERS, *_PATHS, *_TEXTS, *_SECRETS),
        ),
        delete=(),
    ),
    (
        Field("name", ID, access=FieldAccess.READ_ONLY, path_only=True),
        *[Field(name, BOOLEAN, stays=True) for name in _FLAGS],
        *[Field(name, INTEGER, stays=True) for name in _NUMBERS],
        *[Field(name, JSON, stays=True) for name in _PATHS],
        *[Field(name, TEXT, stays=True) for name in _TEXTS],
        *[Field(name, TEXT, secret=True, stays=True) for name in _SECRETS],
        *made_by_server(_SERVER_KEYS),
    ),
    key=("name",),
    id_field="name",
    defaults={"name": "config"},
)

ROWS = (SECRET, CONFIG)
