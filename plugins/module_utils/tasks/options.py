# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of modules, lookups and inventories, as argument specifications of Ansible.

A connection option can also come from a variable or the environment. Only the controller reads
those (`plugin_utils/sources.py`), so these specifications have no `fallback`: the environment of a
managed host has no effect. The environment variable is `<PREFIX>_<OPTION>`; names never begin
with `ANSIBLE_`, and those of secrets contain one of the words by which AWX knows what to mask.
"""

from __future__ import annotations

from .definition import Rules, Service, Spec

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_HOST: Spec = {
    "host": {"type": "str"},
    "port": {"type": "int", "default": 0},
    "use_tls": {"type": "bool", "default": True},
}
_URL: Spec = {"url": {"type": "str"}}
_NETWORK: Spec = {
    "validate_certs": {"type": "bool", "default": True, "aliases": ["verify"]},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "client_key_password": {"type": "str", "no_log": True},
    "timeout": {"type": "float", "default": 30.0},
    "proxy": {"type": "str"},
    "shared_session": {"type": "bool", "default": True},
}
_LOGIN: Spec = {
    "username": {"type": "str", "aliases": ["user"]},
    "password": {"type": "str", "no_log": True},
    "ttl": {"type": "float", "default": 0.0},
}
_TOKEN: Spec = {"token": {"type": "str", "no_log": True}}
_GRANT: Spec = {
    "client_id": {"type": "str"},
    "client_secret": {"type": "str", "no_log": True},
}
_PLATFORM: Spec = {
    "token_in_query": {"type": "bool", "default": False, "no_log": False},
    "cookie_name": {"type": "str", "default": "token"},
}
_SEQUOIA: Spec = {
    "url": {"type": "str", "aliases": ["registry_url"]},
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


_PASSWORD = ("username", "password")
_CLIENT = ("client_id", "client_secret")

PLATFORM = Service(
    "ITENTIAL_PLATFORM",
    {**_HOST, **_NETWORK, **_LOGIN, **_GRANT, **_PLATFORM},
    (_CLIENT, _PASSWORD),
)
GATEWAY = Service("ITENTIAL_GATEWAY", {**_HOST, **_NETWORK, **_LOGIN}, (_PASSWORD,))
KEYSTONE = Service("KEYSTONE", {**_URL, **_NETWORK, **_LOGIN, **_TOKEN}, (_PASSWORD, ("token",)))
SEQUOIA = Service(
    "SEQUOIA",
    {**_NETWORK, **_SEQUOIA},
    (_CLIENT, ("token",)),
    choice="auth_type",
    uses={
        "client_grant": (*_CLIENT, "token"),
        "byo_token": ("token",),
        "mutual": (),
        "no_auth": (),
    },
)
SERVICES = (PLATFORM, GATEWAY, KEYSTONE, SEQUOIA)

CALL: Spec = {
    "retry": {"type": "raw"},
    "correlation_id": {"type": "str"},
    "max_response_bytes": {"type": "int", "default": 64 * 1024 * 1024},
}
_ONE_CALL: Spec = {
    "method": {"type": "str", "choices": list(METHODS), "default": "GET"},
    "path": {"type": "str"},
    "path_params": {"type": "dict"},
    "params": {"type": "dict"},
    "body": {"type": "raw"},
    "headers": {"type": "dict"},
    "status_code": {"type": "list", "elements": "int"},
    "retry": {"type": "raw"},
    "read_only": {"type": "bool", "default": False},
}
# An item of `requests` uses the options of the task for those that it does not set.
ITEM: Spec = {
    **{
        name: {key: value for key, value in option.items() if key != "default"}
        for name, option in _ONE_CALL.items()
    },
    "path": {"type": "str", "required": True},
    "timeout": {"type": "float"},
}

REQUEST: Spec = {
    **_ONE_CALL,
    "files": {"type": "dict"},
    "src": {"type": "path"},
    "dest": {"type": "path"},
    "paginate": {"type": "raw"},
    "requests": {"type": "list", "elements": "dict", "options": ITEM},
    "concurrency": {"type": "int", "default": 8},
    "continue_on_error": {"type": "bool", "default": False},
    **CALL,
}

REQUEST_RULES: Rules = {
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

_RESOURCE: Spec = {"resource": {"type": "str", "required": True}}

READ: Spec = {
    "fields": {"type": "list", "elements": "str"},
    "limit": {"type": "int"},
}
INFO: Spec = {
    **_RESOURCE,
    "filters": {"type": "dict", "default": {}},
    "search": {"type": "str"},
    "order": {"type": "list", "elements": "str"},
    **READ,
    **CALL,
}

ENSURE: Spec = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "data": {"type": "dict"},
    "records": {"type": "list", "elements": "dict"},
    "purge": {"type": "bool", "default": False},
    "filters": {"type": "dict"},
    "concurrency": {"type": "int", "default": 8},
}
MATCH: Spec = {
    "match": {"type": "list", "elements": "str", "default": []},
    "update_secrets": {
        "type": "str",
        "choices": ["on_create", "always"],
        "default": "on_create",
        "no_log": False,
    },
}
_TYPE: Spec = {"resource": {"type": "raw", "required": True}}
"""The name of a type of records, or its definition."""
ASSET: Spec = {
    "src": {"type": "path"},
    "replace": {"type": "bool", "default": False},
    "recreate": {"type": "bool", "default": False},
    "purge_limit": {"type": "int", "default": 100},
}
ITENTIAL_RESOURCE: Spec = {
    **_TYPE,
    **ENSURE,
    **MATCH,
    **ASSET,
    **CALL,
}
PLATFORM_RESOURCE: Spec = {
    **ITENTIAL_RESOURCE,
    "show_secret": {"type": "bool", "default": False, "no_log": False},
}
ITENTIAL_RESOURCE_RULES: Rules = {
    "mutually_exclusive": [("data", "records"), ("src", "records")],
    "required_one_of": [("data", "records", "src")],
    "required_if": [("purge", True, ("filters", "records"))],
    "required_by": {"filters": ("records",)},
}
FILTERS: Spec = {
    "filters": {"type": "dict", "default": {}},
    "order": {"type": "list", "elements": "str"},
    "complete": {"type": "bool", "default": False},
    "as_tasks": {"type": "bool", "default": False},
}
ITENTIAL_INFO: Spec = {
    "resource": {"type": "raw"},
    **FILTERS,
    **READ,
    "gather": {"type": "list", "elements": "str"},
    **CALL,
}
ITENTIAL_INFO_RULES: Rules = {
    "mutually_exclusive": [("resource", "gather")],
    "required_one_of": [("resource", "gather")],
}

RESOURCE: Spec = {
    **_RESOURCE,
    **ENSURE,
    "concurrency": {"type": "int", "default": 1},
    **MATCH,
    **CALL,
}
RESOURCE_RULES: Rules = {
    "mutually_exclusive": [("data", "records")],
    "required_one_of": [("data", "records")],
    "required_if": [("purge", True, ("filters", "records"))],
    "required_by": {"filters": ("records",)},
}

BATCH: Spec = {
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
    **CALL,
}

WAIT: Spec = {
    "wait_timeout": {"type": "float", "default": 600.0},
    "wait_interval": {"type": "float", "default": 2.0},
}
WAITING: Spec = {**WAIT, "progress": {"type": "bool", "default": True}}
JOB: Spec = {
    "workflow": {"type": "str"},
    "project": {"type": "str"},
    "trigger": {
        "type": "dict",
        "options": {
            "endpoint": {"type": "str"},
            "manual": {"type": "str"},
            "automation": {"type": "str"},
        },
        "mutually_exclusive": [("endpoint", "manual")],
        "required_one_of": [("endpoint", "manual")],
    },
    "job": {"type": "list", "elements": "str"},
    "filters": {"type": "dict"},
    "state": {
        "type": "str",
        "choices": ["finished", "started", "paused", "running", "canceled", "absent"],
        "default": "finished",
    },
    "variables": {"type": "dict"},
    "description": {"type": "str"},
    "groups": {"type": "list", "elements": "str"},
    "unique_by": {"type": "list", "elements": "str"},
    **WAITING,
    "fail_on": {
        "type": "list",
        "elements": "str",
        "choices": ["error", "canceled", "incomplete", "paused"],
        "default": ["error", "canceled"],
    },
    "outputs": {"type": "list", "elements": "str"},
    "large_values": {"type": "bool", "default": False},
    "assert_outputs": {"type": "dict"},
    **CALL,
}
JOB_RULES: Rules = {
    "mutually_exclusive": [("workflow", "trigger", "job", "filters")],
    "required_one_of": [("workflow", "trigger", "job", "filters")],
    "required_by": {"project": ("workflow",)},
    "required_if": [
        ("state", state, ("job", "filters"), True)
        for state in ("paused", "running", "canceled", "absent")
    ],
}

MANUAL_TASK: Spec = {
    "task": {"type": "str"},
    "job": {"type": "str"},
    "name": {"type": "str"},
    "state": {
        "type": "str",
        "choices": ["claimed", "released", "assigned", "finished"],
        "required": True,
    },
    "account": {"type": "str"},
    "outcome": {"type": "str", "choices": ["success", "failure"], "default": "success"},
    "variables": {"type": "dict"},
    **WAITING,
    "wait_timeout": {"type": "float", "default": 0.0},
    **CALL,
}
MANUAL_TASK_RULES: Rules = {
    "mutually_exclusive": [("task", "job")],
    "required_one_of": [("task", "job")],
    "required_if": [("state", "assigned", ("account",))],
    "required_by": {"name": ("job",)},
}

_RUN_KINDS = (
    *("playbook", "script", "role", "module", "collection_module", "collection_role", "nornir"),
    *("terraform", "netmiko", "netconf", "http_request"),
)
GATEWAY_RUN: Spec = {
    **{name: {"type": "str"} for name in _RUN_KINDS},
    "netmiko": {"type": "str", "choices": ["send_command", "send_config_set"]},
    "netconf": {"type": "str", "choices": ["get_config", "set_config", "exec_rpc"]},
    "action": {"type": "str", "choices": ["init", "plan", "apply", "validate", "destroy"]},
    "hosts": {"type": "list", "elements": "str"},
    "groups": {"type": "list", "elements": "str"},
    "arguments": {"type": "dict", "default": {}},
    "env": {"type": "dict"},
    "template": {"type": "str"},
    "strict_args": {"type": "bool"},
    "verbosity": {"type": "int"},
    "syntax_check": {"type": "bool"},
    "provider_required": {"type": "bool"},
    "dry_run": {"type": "bool", "default": False},
    **WAITING,
    **CALL,
}
GATEWAY_RUN_RULES: Rules = {
    "mutually_exclusive": [_RUN_KINDS],
    "required_one_of": [_RUN_KINDS],
    "required_by": {"action": ("terraform",)},
}

GATEWAY_CONTENT: Spec = {
    "refresh": {
        "type": "list",
        "elements": "str",
        "choices": [
            *("all", "playbook", "script", "module", "role", "nornir", "terraform"),
            *("collection", "inventory"),
        ],
    },
    "wait_for": {"type": "list", "elements": "str"},
    "decorations": {
        "type": "list",
        "elements": "dict",
        "options": {
            "kind": {
                "type": "str",
                "choices": ["playbook", "script", "module", "role", "nornir", "terraform"],
                "required": True,
            },
            "name": {"type": "str", "required": True},
            "schema": {"type": "dict"},
        },
    },
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    **WAITING,
    **CALL,
}
GATEWAY_CONTENT_RULES: Rules = {
    "required_one_of": [("refresh", "decorations")],
    "required_by": {"wait_for": ("refresh",)},
}

COMPLIANCE: Spec = {
    "plan": {"type": "str"},
    "attach": {"type": "bool", "default": True},
    "instance": {"type": "str"},
    "devices": {"type": "list", "elements": "str"},
    "backups": {"type": "list", "elements": "str"},
    "golden_config": {"type": "str"},
    "version": {"type": "str"},
    "node": {"type": "str"},
    "fail_above": {
        "type": "dict",
        "options": {name: {"type": "int"} for name in ("errors", "warnings", "infos")},
        "default": {"errors": 0},
    },
    "require_devices": {"type": "int", "default": 1},
    **WAITING,
    **CALL,
}
COMPLIANCE_RULES: Rules = {
    "mutually_exclusive": [("plan", "instance", "devices", "backups")],
    "required_one_of": [("plan", "instance", "devices", "backups")],
    "required_by": {
        "devices": ("golden_config",),
        "backups": ("golden_config",),
        "version": ("golden_config",),
        "node": ("golden_config",),
    },
}

COMMAND: Spec = {
    "template": {"type": "str"},
    "command": {"type": "str"},
    "devices": {"type": "list", "elements": "str"},
    "variables": {"type": "dict"},
    "analytic_template": {"type": "str"},
    "pre": {"type": "raw"},
    "post": {"type": "raw"},
    "fail_on": {
        "type": "str",
        "choices": ["verdict", "error", "warning", "never"],
        "default": "verdict",
    },
    "allow_skipped": {"type": "bool", "default": False},
    "error_patterns": {"type": "list", "elements": "str"},
    **CALL,
}
COMMAND_RULES: Rules = {
    "mutually_exclusive": [("template", "command"), ("devices", "post")],
    "required_one_of": [("template", "command", "analytic_template")],
    "required_by": {
        "template": ("devices",),
        "command": ("devices",),
        "analytic_template": ("pre",),
        "pre": ("analytic_template",),
        "post": ("analytic_template",),
    },
}

DEVICE_BACKUP: Spec = {
    "device": {"type": "list", "elements": "str", "required": True},
    "description": {"type": "str"},
    "notes": {"type": "str"},
    "compare": {"type": "str", "default": "previous"},
    **WAITING,
    **CALL,
}

PLATFORM_SERVICE: Spec = {
    "adapter": {"type": "list", "elements": "str"},
    "application": {"type": "list", "elements": "str"},
    "state": {"type": "str", "choices": ["started", "stopped", "restarted"]},
    "log": {
        "type": "dict",
        "options": {
            transport: {
                "type": "str",
                "choices": ["error", "warn", "info", "debug", "trace", "spam"],
            }
            for transport in ("file", "console", "syslog")
        },
    },
    "online": {"type": "bool", "default": True},
    **WAITING,
    **CALL,
}
PLATFORM_SERVICE_RULES: Rules = {
    "mutually_exclusive": [("adapter", "application")],
    "required_one_of": [("adapter", "application"), ("state", "log")],
}

PLATFORM_WORKER: Spec = {
    "worker": {"type": "str", "choices": ["job", "task", "all"], "default": "all"},
    "state": {"type": "str", "choices": ["active", "inactive", "drained"], "required": True},
    **WAITING,
    **CALL,
}

GATEWAY5_RUN: Spec = {
    "service": {"type": "str", "required": True},
    "cluster": {"type": "str", "required": True},
    "params": {"type": "dict"},
    "inventory": {
        "type": "list",
        "elements": "dict",
        "options": {
            "inventory": {"type": "str", "required": True},
            "nodes": {"type": "list", "elements": "str"},
        },
    },
    "action": {"type": "str", "choices": ["apply", "destroy"]},
    "wait_timeout": WAIT["wait_timeout"],
    **CALL,
}
GATEWAY5_CONFIGURATION: Spec = {
    "cluster": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["exported", "imported"], "default": "imported"},
    "content": {"type": "raw"},
    "src": {"type": "path"},
    "git": {
        "type": "dict",
        "options": {
            "url": {"type": "str", "required": True},
            "file": {"type": "str"},
            "reference": {"type": "str"},
        },
    },
    "force": {"type": "bool", "default": False},
    "update_secrets": MATCH["update_secrets"],
    "dest": {"type": "path"},
    **CALL,
}
GATEWAY5_CONFIGURATION_RULES: Rules = {
    "mutually_exclusive": [("content", "src", "git", "dest")],
    "required_if": [("state", "imported", ("content", "src", "git"), True)],
}

SERVICE: Spec = {"service": {"type": "str", "required": True}}
_OWNED: Spec = {**SERVICE, "owner": {"type": "str", "required": True}}

SEQUOIA_INFO: Spec = {
    **_OWNED,
    **_RESOURCE,
    "criteria": {"type": "dict", "default": {}},
    "include": {"type": "raw"},
    **READ,
    "page_size": {"type": "int", "default": 100},
    **CALL,
}

SEQUOIA_RESOURCE: Spec = {
    **_OWNED,
    **_RESOURCE,
    **ENSURE,
    "replace": {"type": "bool", "default": False},
    "conditional": {"type": "bool", "default": True},
    **CALL,
}

LOOKUP: Spec = {
    "params": {"type": "dict"},
    "paginate": {"type": "raw"},
    "attribute": {"type": "str"},
    "retry": {"type": "raw"},
}

INVENTORY: Spec = {
    "plugin": {"type": "str", "required": True},
    "filters": {"type": "dict", "default": {}},
    "network_os": {"type": "dict", "default": {}},
    "include_secrets": {"type": "bool", "default": False, "no_log": False},
    "retry": {"type": "raw"},
    "max_response_bytes": CALL["max_response_bytes"],
}
PLATFORM_INVENTORY: Spec = {
    **INVENTORY,
    "source": {
        "type": "str",
        "choices": ["configuration_manager", "inventory_manager"],
        "default": "configuration_manager",
    },
    "inventories": {"type": "list", "elements": "str", "default": []},
}
GATEWAY_INVENTORY: Spec = {
    **INVENTORY,
    "sources": {
        "type": "list",
        "elements": "str",
        "choices": ["devices", "http_requests", "netconf", "netmiko"],
        "default": ["devices"],
    },
}
