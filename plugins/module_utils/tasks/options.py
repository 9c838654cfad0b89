# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that modules share, as Ansible's argument specification wants them.

Every option can come from the environment too; a variable's name is `<PREFIX>_<OPTION>`. Names
never begin with `ANSIBLE_`, and those of secrets hold one of the words by which AWX knows what to
mask.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_HOST: dict[str, dict[str, Any]] = {
    "host": {"type": "str", "required": True},
    "port": {"type": "int", "default": 0},
    "use_tls": {"type": "bool", "default": True},
}
_URL: dict[str, dict[str, Any]] = {"url": {"type": "str", "required": True}}
_NETWORK: dict[str, dict[str, Any]] = {
    "validate_certs": {"type": "bool", "default": True, "aliases": ["verify"]},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "client_key_password": {"type": "str", "no_log": True},
    "timeout": {"type": "float", "default": 30.0},
    "proxy": {"type": "str"},
    "shared_session": {"type": "bool", "default": True},
}
_LOGIN: dict[str, dict[str, Any]] = {
    "username": {"type": "str", "aliases": ["user"]},
    "password": {"type": "str", "no_log": True},
    "ttl": {"type": "float", "default": 0.0},
}
_TOKEN: dict[str, dict[str, Any]] = {"token": {"type": "str", "no_log": True}}
_GRANT: dict[str, dict[str, Any]] = {
    "client_id": {"type": "str"},
    "client_secret": {"type": "str", "no_log": True},
}
_PLATFORM: dict[str, dict[str, Any]] = {
    "token_in_query": {"type": "bool", "default": False, "no_log": False},
    "cookie_name": {"type": "str", "default": "token"},
}
_SEQUOIA: dict[str, dict[str, Any]] = {
    "url": {"type": "str", "required": True, "aliases": ["registry_url"]},
    "ca_path": {"type": "path", "aliases": ["server_cert"]},
    "client_id": {"type": "str", "aliases": ["grant_client_id"]},
    "client_secret": {"type": "str", "no_log": True, "aliases": ["grant_client_secret"]},
    "token": {"type": "str", "no_log": True, "aliases": ["byo_token"]},
    "auth_type": {
        "type": "str",
        "choices": ["client_grant", "byo_token", "no_auth", "mutual"],
        "default": "client_grant",
    },
    "content_type": {"type": "str", "default": "application/vnd.piksel+json"},
    "user_id": {"type": "str"},
    "application_id": {"type": "str"},
}


def _with_environment(prefix: str, options: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {**option, "fallback": (env_fallback, [f"{prefix}_{name.upper()}"])}
        for name, option in options.items()
    }


PLATFORM_CONNECTION = _with_environment(
    "ITENTIAL_PLATFORM", {**_HOST, **_NETWORK, **_LOGIN, **_GRANT, **_PLATFORM}
)
GATEWAY_CONNECTION = _with_environment("ITENTIAL_GATEWAY", {**_HOST, **_NETWORK, **_LOGIN})
KEYSTONE_CONNECTION = _with_environment("KEYSTONE", {**_URL, **_NETWORK, **_LOGIN, **_TOKEN})
SEQUOIA_CONNECTION = _with_environment("SEQUOIA", {**_NETWORK, **_SEQUOIA})

_ITEM: dict[str, dict[str, Any]] = {
    "method": {"type": "str", "choices": list(METHODS)},
    "path": {"type": "str", "required": True},
    "path_params": {"type": "dict"},
    "params": {"type": "dict"},
    "body": {"type": "raw"},
    "headers": {"type": "dict"},
    "status_code": {"type": "list", "elements": "int"},
    "timeout": {"type": "float"},
    "retry": {"type": "raw"},
    "read_only": {"type": "bool"},
}

REQUEST: dict[str, dict[str, Any]] = {
    "method": {"type": "str", "choices": list(METHODS), "default": "GET"},
    "path": {"type": "str"},
    "path_params": {"type": "dict"},
    "params": {"type": "dict"},
    "body": {"type": "raw"},
    "headers": {"type": "dict"},
    "files": {"type": "dict"},
    "src": {"type": "path"},
    "dest": {"type": "path"},
    "status_code": {"type": "list", "elements": "int"},
    "retry": {"type": "raw"},
    "read_only": {"type": "bool", "default": False},
    "paginate": {"type": "raw"},
    "requests": {"type": "list", "elements": "dict", "options": _ITEM},
    "concurrency": {"type": "int", "default": 8},
    "continue_on_error": {"type": "bool", "default": False},
    "correlation_id": {"type": "str"},
    "max_response_bytes": {"type": "int", "default": 64 * 1024 * 1024},
}

REQUEST_RULES: dict[str, Any] = {
    "mutually_exclusive": [
        ("path", "requests"),
        ("body", "src"),
        ("src", "files"),
        ("dest", "paginate"),
        ("dest", "requests"),
        ("paginate", "requests"),
    ],
    "required_one_of": [("path", "requests")],
}

_CALL: dict[str, dict[str, Any]] = {
    "retry": {"type": "raw"},
    "correlation_id": {"type": "str"},
    "max_response_bytes": {"type": "int", "default": 64 * 1024 * 1024},
}

INFO: dict[str, dict[str, Any]] = {
    "resource": {"type": "str", "required": True},
    "filters": {"type": "dict", "default": {}},
    "search": {"type": "str"},
    "order": {"type": "list", "elements": "str"},
    "fields": {"type": "list", "elements": "str"},
    "limit": {"type": "int"},
    **_CALL,
}

_WANTED: dict[str, dict[str, Any]] = {
    "resource": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "data": {"type": "dict"},
    "records": {"type": "list", "elements": "dict"},
    "purge": {"type": "bool", "default": False},
    "filters": {"type": "dict"},
    "concurrency": {"type": "int", "default": 8},
    **_CALL,
}
RESOURCE: dict[str, dict[str, Any]] = {
    **_WANTED,
    "concurrency": {"type": "int", "default": 1},
    "match": {"type": "list", "elements": "str", "default": []},
    "update_secrets": {
        "type": "str",
        "choices": ["on_create", "always"],
        "default": "on_create",
        "no_log": False,
    },
}
RESOURCE_RULES: dict[str, Any] = {
    "mutually_exclusive": [("data", "records")],
    "required_one_of": [("data", "records")],
    "required_if": [("purge", True, ("filters", "records"))],
    "required_by": {"filters": ("records",)},
}

BATCH: dict[str, dict[str, Any]] = {
    "actions": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "method": {
                "type": "str",
                "choices": ["GET", "POST", "PUT", "PATCH", "DELETE"],
                "required": True,
            },
            "path": {"type": "str", "required": True},
            "payload": {"type": "dict"},
            "query_params": {"type": "dict"},
            "ref": {"type": "str"},
        },
    },
    "dry_run": {"type": "bool", "default": False},
    "files": {"type": "dict"},
    **_CALL,
}

SERVICE: dict[str, dict[str, Any]] = {"service": {"type": "str", "required": True}}
_OWNED: dict[str, dict[str, Any]] = {**SERVICE, "owner": {"type": "str", "required": True}}

SEQUOIA_INFO: dict[str, dict[str, Any]] = {
    **_OWNED,
    "resource": {"type": "str", "required": True},
    "criteria": {"type": "dict", "default": {}},
    "include": {"type": "raw"},
    "fields": {"type": "list", "elements": "str"},
    "limit": {"type": "int"},
    "page_size": {"type": "int", "default": 100},
    **_CALL,
}

SEQUOIA_RESOURCE: dict[str, dict[str, Any]] = {
    **_OWNED,
    **_WANTED,
    "replace": {"type": "bool", "default": False},
    "conditional": {"type": "bool", "default": True},
}
