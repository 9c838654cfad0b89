# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of the services, and options that several tasks share.

They are argument specifications of Ansible. The options of one module are beside its task.

A connection option can also come from a variable or the environment. Only the controller reads
those (`plugin_utils/sources.py`), so these specifications have no `fallback`: the environment of a
managed host has no effect. The environment variable is `<PREFIX>_<OPTION>`; names never begin
with `ANSIBLE_`, and those of secrets contain one of the words by which AWX knows what to mask.
"""

from __future__ import annotations

from ..core.connection_base import DEFAULT_TIMEOUT, MAX_RESPONSE_BYTES
from .definition import Service, Spec

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
    "timeout": {"type": "float", "default": DEFAULT_TIMEOUT},
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
    "max_response_bytes": {"type": "int", "default": MAX_RESPONSE_BYTES},
}
RESOURCE_NAME: Spec = {"resource": {"type": "str", "required": True}}
UPDATE_SECRETS: Spec = {
    "update_secrets": {
        "type": "str",
        "choices": ["on_create", "always"],
        "default": "on_create",
        "no_log": False,
    },
}
