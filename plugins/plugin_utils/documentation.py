# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of options, made from their argument specification and one description each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..module_utils.tasks.definition import OptionNames, Service
from ..module_utils.tasks.options import GATEWAY, KEYSTONE, PLATFORM, SEQUOIA

GUIDES = "https://github.com/restops/clients/tree/main/docs"

Descriptions = Mapping[str, "list[str]"]
"""The sentences about each option, in paragraphs."""

_DOCUMENTED = ("type", "elements", "default", "choices", "aliases", "required")
"""The keys of an argument specification that documentation repeats."""

CONNECTION: Descriptions = {
    "host": ["Name or address of the server, without scheme, port or path."],
    "port": ["Port of the server. V(0) is 443 with TLS and 80 without."],
    "use_tls": ["Use HTTPS."],
    "url": ["URL of the server, V(https://server.example:8000), with a path prefix if it has one."],
    "validate_certs": [
        "Check the certificate and the name of the server.",
        "Set O(ca_path) instead of turning this off.",
    ],
    "ca_path": [
        (
            "A PEM file with the certificates of the authorities to trust, or a folder of them, on"
            " the machine where the call runs."
        ),
        (
            "By default, the authorities of the system and of the HTTP library are trusted, or"
            " those that C(SSL_CERT_FILE) or C(SSL_CERT_DIR) name."
        ),
    ],
    "client_cert": [
        (
            "A PEM file with the client certificate, and optionally its key, on the machine where"
            " the call runs."
        )
    ],
    "client_key": ["A PEM file with the key of O(client_cert), if that file does not contain it."],
    "client_key_password": ["Password of the key of O(client_cert), if it is encrypted."],
    "timeout": ["Seconds for one attempt, from connecting to the last byte of the response."],
    "proxy": [
        (
            "URL of a proxy. By default, C(HTTPS_PROXY), C(HTTP_PROXY), C(ALL_PROXY) and"
            " C(NO_PROXY) are used."
        )
    ],
    "shared_session": [
        (
            "Share one login among all tasks, loop items and workers of a run that make their calls"
            " on the controller."
        ),
        "With V(false), the task logs in for itself and logs out at its end.",
    ],
    "username": ["Name of the user, together with O(password). There is no default."],
    "password": ["Password of O(username)."],
    "ttl": [
        (
            "Seconds after which a session is renewed even if the server still accepts it. V(0) is"
            " never."
        )
    ],
    "client_id": ["Id of a service account, together with O(client_secret)."],
    "client_secret": ["Secret of the service account O(client_id)."],
    "token": ["A key that an operator of the server made, instead of O(username) and O(password)."],
    "token_in_query": [
        (
            "Send the token of a login with user and password as C(?token=) in the URL, where"
            " proxies and servers write it to their logs."
        ),
        "Only for servers that accept neither their own cookie nor C(Cookie).",
    ],
    "cookie_name": [
        (
            "Name of the cookie for the token of a login with user and password, if the response to"
            " the login sets none."
        )
    ],
}
SEQUOIA_CONNECTION: Descriptions = {
    **CONNECTION,
    "url": [
        (
            "URL of the registry, including the owner,"
            " V(https://registry.example.com/services/acme). It has the locations of the services."
        )
    ],
    "token": [
        (
            "A token from elsewhere. With O(auth_type=byo_token) it is not renewed; with"
            " O(auth_type=client_grant) it is used until it expires."
        )
    ],
    "auth_type": [
        (
            "How to authenticate. V(client_grant) requests a token with O(client_id) and"
            " O(client_secret), V(byo_token) sends O(token), V(mutual) uses O(client_cert), and"
            " V(no_auth) does nothing."
        )
    ],
    "content_type": ["Content type of requests, and the one that responses should have."],
    "user_id": ["First part of every correlation id, together with O(application_id)."],
    "application_id": ["Second part of every correlation id, together with O(user_id)."],
}


def options_of(
    spec: Mapping[str, Mapping[str, Any]], descriptions: Descriptions
) -> dict[str, dict[str, Any]]:
    """Return the documentation of options.

    Args:
        spec: Their argument specification; it says which options there are.
        descriptions: A description for each.
    """
    return {name: _option(option, descriptions[name]) for name, option in spec.items()}


def _option(option: Mapping[str, Any], description: list[str]) -> dict[str, Any]:
    documented = {name: option[name] for name in _DOCUMENTED if name in option}
    if "options" in option:
        same = {name: [f"See O({name})."] for name in option["options"]}
        documented["suboptions"] = options_of(option["options"], same)
    return {"description": description, **documented}


def fragment(**sections: Any) -> str:
    """Return a documentation fragment. JSON is YAML, and needs no library to be written.

    A class assigns it with an annotation: ansible-test expects a literal in a plain assignment.
    """
    return json.dumps(sections, indent=1)


def _connection_option(
    service: Service, option: OptionNames, description: list[str]
) -> dict[str, Any]:
    """Return the documentation of a connection option, for modules."""
    needed = ["Required, from one of its sources."] if option.name in ("host", "url") else []
    fallback = (
        f"If not set, the value of the variable C({option.variable}) or of E({option.environment})"
        " is used."
    )
    return _option(service.options[option.name], [*description, *needed, fallback])


def _sources(option: OptionNames) -> dict[str, Any]:
    """Return the other sources of a plugin's option, in Ansible's terms."""
    return {
        "vars": [{"name": option.variable}],
        "env": [{"name": option.environment}],
        "ini": [{"section": "restops_clients", "key": option.variable}],
    }


def connection(service: Service, descriptions: Descriptions) -> tuple[str, str]:
    """Return the documentation of the connection options of a service.

    Args:
        service: The service.
        descriptions: Descriptions of its options.

    Returns:
        Two fragments: for modules, and for plugins.
    """
    options = {
        option.name: _connection_option(service, option, descriptions[option.name])
        for option in service.option_names
    }
    plugins = {
        option.name: {**options[option.name], **_sources(option)} for option in service.option_names
    }
    note = (
        "A connection option that is null, empty or C(omit) counts as not set. If neither the"
        " variable nor the environment variable is set, the section C([restops_clients]) of"
        " C(ansible.cfg) is read, where the key is the name of the variable. For the order of the"
        f" sources see {GUIDES}/playbooks.md."
    )
    return fragment(notes=[note], options=options), fragment(options=plugins)


class Platform:
    """Connection options of an Itential Platform: for modules, and for plugins."""

    DOCUMENTATION, PLUGINS = connection(PLATFORM, CONNECTION)


class Gateway:
    """Connection options of an Itential Gateway: for modules, and for plugins."""

    DOCUMENTATION, PLUGINS = connection(GATEWAY, CONNECTION)


class Keystone:
    """Connection options of Keystone: for modules, and for plugins."""

    DOCUMENTATION, PLUGINS = connection(KEYSTONE, CONNECTION)


class Sequoia:
    """Connection options of Sequoia: for modules, and for plugins."""

    DOCUMENTATION, PLUGINS = connection(SEQUOIA, SEQUOIA_CONNECTION)
