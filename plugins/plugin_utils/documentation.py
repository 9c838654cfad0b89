# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of connection options, made from the table that is also their argument
specification (`module_utils/tasks/options.py`) and one description per option.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..module_utils.tasks.definition import Service, Source
from ..module_utils.tasks.options import GATEWAY, KEYSTONE, PLATFORM, SEQUOIA

GUIDES = "https://github.com/restops/clients/tree/main/docs"

DESCRIPTIONS: dict[str, list[str]] = {
    "host": ["Name or address of the server, without scheme, port or path."],
    "port": ["Port of the server. V(0) stands for 443 with TLS and 80 without."],
    "use_tls": ["Use HTTPS."],
    "url": [
        (
            "Address of the server, V(https://server.example:8000), possibly with a path below which it"
            " is found."
        )
    ],
    "validate_certs": [
        "Check the server's certificate and name.",
        "Give O(ca_path) rather than turning this off.",
    ],
    "ca_path": [
        (
            "A PEM file with the certificates of the authorities to trust, or a folder of them, on the"
            " machine where the call runs."
        ),
        (
            "By default the authorities of the system and of the HTTP library are trusted, or those"
            " that C(SSL_CERT_FILE) or C(SSL_CERT_DIR) names."
        ),
    ],
    "client_cert": [
        (
            "A PEM file with the certificate to show to the server, and possibly its key, on the"
            " machine where the call runs."
        )
    ],
    "client_key": ["A PEM file with the key of O(client_cert), if that file does not contain it."],
    "client_key_password": ["The password with which the key of O(client_cert) is encrypted."],
    "timeout": [
        "Seconds that one attempt may take, from connecting to the last byte of the answer."
    ],
    "proxy": [
        (
            "URL of a proxy. By default C(HTTPS_PROXY), C(HTTP_PROXY), C(ALL_PROXY) and C(NO_PROXY) are"
            " used."
        )
    ],
    "shared_session": [
        (
            "Share one login among all tasks, loop items and workers of a run, as far as they run on"
            " the controller."
        ),
        "With V(false) a task logs in for itself and logs out at its end.",
    ],
    "username": ["Name of the user to log in as, together with O(password). There is no default."],
    "password": ["Password of O(username)."],
    "ttl": [
        (
            "Seconds after which to log in again even though the server has not asked for it. V(0) for"
            " never."
        )
    ],
    "client_id": ["Id of a service account, together with O(client_secret)."],
    "client_secret": ["Secret of the service account O(client_id)."],
    "token": ["A key that an operator of the server made, instead of O(username) and O(password)."],
    "token_in_query": [
        (
            "Present the token of a login with user and password as C(?token=) in the URL, where"
            " proxies and servers write it into their logs."
        ),
        "Only for servers that take neither their own cookie nor C(Cookie).",
    ],
    "cookie_name": [
        (
            "Name of the cookie that carries the token of a login with user and password, if the"
            " server's answer to the login sets none."
        )
    ],
}

_OF_SEQUOIA: dict[str, list[str]] = {
    "url": [
        (
            "Address of the registry, with the owner, V(https://registry.example.com/services/acme). It"
            " says where the services are."
        )
    ],
    "token": [
        (
            "A token from elsewhere. It is not renewed with O(auth_type=byo_token), and used until it"
            " ends with O(auth_type=client_grant)."
        )
    ],
    "auth_type": [
        (
            "How to authenticate. V(client_grant) fetches a token with O(client_id) and"
            " O(client_secret), V(byo_token) presents O(token), V(mutual) shows O(client_cert), and"
            " V(no_auth) does nothing."
        )
    ],
    "content_type": ["Content type of what is sent and of what is wanted."],
    "user_id": ["Together with O(application_id), the beginning of every correlation id."],
    "application_id": ["Together with O(user_id), the beginning of every correlation id."],
}


def _option(service: Service, source: Source, descriptions: Mapping[str, list[str]]) -> Any:
    """Return the documentation of one option, for modules."""
    row = service.options[source.name]
    described = {
        name: row[name] for name in ("type", "default", "choices", "aliases") if name in row
    }
    fallback = f"If not set, the value of the variable C({source.variable}) or of E({source.environment}) is used."
    needed = ["Required, from one of its sources."] if source.name in ("host", "url") else []
    return {"description": [*descriptions[source.name], *needed, fallback], **described}


def _sources(source: Source) -> dict[str, Any]:
    """Return where else an option of a plugin comes from, in Ansible's terms."""
    return {
        "vars": [{"name": source.variable}],
        "env": [{"name": source.environment}],
        "ini": [{"section": "restops_clients", "key": source.variable}],
    }


def fragments(service: Service, changes: Mapping[str, list[str]] | None = None) -> tuple[str, str]:
    """Return the documentation of a service's connection options, for modules and for plugins.

    Args:
        service: The service.
        changes: Descriptions that differ from those of other services.

    Returns:
        Two fragments. JSON is YAML, and needs no library to be written.
    """
    descriptions = {**DESCRIPTIONS, **(changes or {})}
    options = {source.name: _option(service, source, descriptions) for source in service.sources}
    plugins = {
        source.name: {**options[source.name], **_sources(source)} for source in service.sources
    }
    notes = [
        (
            "A connection option that is null, empty or C(omit) counts as not set. What the variables"
            " and the environment do not have may also stand in the section C([restops_clients]) of"
            f" C(ansible.cfg), with the variable's name. The guide tells the order, {GUIDES}/playbooks.md."
        ),
    ]
    return (
        json.dumps({"notes": notes, "options": options}, indent=1),
        json.dumps({"options": plugins}, indent=1),
    )


class Platform:
    """The options of everything that talks to a Platform: for modules, and for plugins."""

    DOCUMENTATION, PLUGINS = fragments(PLATFORM)


class Gateway:
    """The options of everything that talks to a Gateway: for modules, and for plugins."""

    DOCUMENTATION, PLUGINS = fragments(GATEWAY)


class Keystone:
    """The options of everything that talks to Keystone: for modules, and for plugins."""

    DOCUMENTATION, PLUGINS = fragments(KEYSTONE)


class Sequoia:
    """The options of everything that talks to Sequoia: for modules, and for plugins."""

    DOCUMENTATION, PLUGINS = fragments(SEQUOIA, _OF_SEQUOIA)
