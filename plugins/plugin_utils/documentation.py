# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The texts that doc fragments share: one description per option, whatever the service and the kind
of plugin.
"""

from __future__ import annotations

import re

HOST = """
options:
  host:
    description:
      - Name or address of the server, without scheme, port or path.
    type: str
    required: true
  port:
    description:
      - Port of the server. V(0) stands for 443 with TLS and 80 without.
    type: int
    default: 0
  use_tls:
    description:
      - Speak HTTPS.
    type: bool
    default: true
"""

URL = """
options:
  url:
    description:
      - Address of the server, V(https://server.example:8000), possibly with a path below which it is found.
    type: str
    required: true
"""

NETWORK = """
  validate_certs:
    description:
      - Check the server's certificate and name.
      - Give O(ca_path) rather than turning this off.
    type: bool
    default: true
    aliases: [verify]
  ca_path:
    description:
      - A PEM file with the certificates of the authorities to trust, or a folder of them, on the machine where the call runs.
      - Where it is not given, the authorities of the system and of the HTTP library are trusted, or those that C(SSL_CERT_FILE) or C(SSL_CERT_DIR) names.
    type: path
  client_cert:
    description:
      - A PEM file with the certificate to show to the server, and possibly its key, on the machine where the call runs.
    type: path
  client_key:
    description:
      - A PEM file with the key of O(client_cert), where that file does not hold it.
    type: path
  client_key_password:
    description:
      - What the key of O(client_cert) is encrypted with.
    type: str
  timeout:
    description:
      - Seconds that one attempt may take, from connecting to the last byte of the answer.
    type: float
    default: 30.0
  proxy:
    description:
      - URL of a proxy. Where it is not given, C(HTTPS_PROXY), C(HTTP_PROXY), C(ALL_PROXY) and C(NO_PROXY) count.
    type: str
  shared_session:
    description:
      - Share one login among all tasks, loop items and workers of a run, as far as they run on the controller.
      - With V(false) a task logs in for itself and logs out at its end.
    type: bool
    default: true
"""

LOGIN = """
  username:
    description:
      - Name of the user to log in as, together with O(password). There is no default.
    type: str
    aliases: [user]
  password:
    description:
      - Password of O(username).
    type: str
  ttl:
    description:
      - Seconds after which to log in again even though the server has not asked for it. V(0) for never.
    type: float
    default: 0.0
"""

GRANT = """
  client_id:
    description:
      - Id of a service account, together with O(client_secret).
    type: str
  client_secret:
    description:
      - Secret of the service account O(client_id).
    type: str
"""

PLATFORM = (
    HOST
    + NETWORK
    + LOGIN
    + GRANT
    + """
  token_in_query:
    description:
      - Present the token of a login with user and password as C(?token=) in the URL, where proxies and servers write it into their logs.
      - Only for servers that take neither their own cookie nor C(Cookie).
    type: bool
    default: false
  cookie_name:
    description:
      - Name of the cookie that carries the token of a login with user and password, where the server's answer to the login sets none.
    type: str
    default: token
"""
)

GATEWAY = HOST + NETWORK + LOGIN

KEYSTONE = (
    URL
    + NETWORK
    + LOGIN
    + """
  token:
    description:
      - A key that an operator of the server made, instead of O(username) and O(password).
    type: str
"""
)


def with_aliases(text: str, *pairs: tuple[str, str]) -> str:
    """Return the options with other names for some of them.

    Args:
        text: Options in YAML.
        *pairs: An option and its other name.
    """
    aliases = dict(pairs)

    def named(match: re.Match[str]) -> str:
        return (
            f"{match.group()}    aliases: [{aliases[match.group(1)]}]\n"
            if match.group(1) in aliases
            else match.group()
        )

    return re.sub(r"  (\w+):\n(?:    .*\n)+", named, text)


SEQUOIA = (
    with_aliases(
        URL + NETWORK + GRANT,
        ("url", "registry_url"),
        ("ca_path", "server_cert"),
        ("client_id", "grant_client_id"),
        ("client_secret", "grant_client_secret"),
    ).replace(
        "      - Address of the server, V(https://server.example:8000), possibly with a path below which it is found.\n",
        "      - Address of the registry, with the owner, V(https://registry.example.com/services/acme). It says where the services are.\n",
    )
    + """
  token:
    description:
      - A token that somebody else fetched. It is not renewed with O(auth_type=byo_token), and used until it ends with O(auth_type=client_grant).
    type: str
    aliases: [byo_token]
  auth_type:
    description:
      - How to authenticate. V(client_grant) fetches a token with O(client_id) and O(client_secret), V(byo_token) presents O(token), V(mutual) shows
        O(client_cert), and V(no_auth) does nothing.
    type: str
    choices: [client_grant, byo_token, no_auth, mutual]
    default: client_grant
  content_type:
    description:
      - Content type of what is sent and of what is wanted.
    type: str
    default: application/vnd.piksel+json
  user_id:
    description:
      - Together with O(application_id), the beginning of every correlation id.
    type: str
  application_id:
    description:
      - Together with O(user_id), the beginning of every correlation id.
    type: str
"""
)


def for_modules(text: str, prefix: str) -> str:
    """Return the options for a module: each says from which environment variable it can come.

    Args:
        text: Options in YAML.
        prefix: What the variables' names begin with.
    """

    def with_variable(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"  {name}:\n    description:\n{match.group(2)}      - Where it is not given, the environment variable E({prefix}_{name.upper()}) counts.\n"

    return re.sub(r"  (\w+):\n    description:\n((?:      .*\n)+)", with_variable, text)


def for_plugins(text: str, prefix: str) -> str:
    """Return the options for a lookup or inventory: each with its variable, environment variable
    and configuration key.

    Args:
        text: Options in YAML.
        prefix: What the environment variables' names begin with.
    """

    def with_sources(match: re.Match[str]) -> str:
        name = f"{prefix}_{match.group(1)}"
        sources = (
            f"    vars:\n      - name: {name.lower()}\n    env:\n      - name: {name.upper()}\n"
        )
        return f"{match.group()}{sources}    ini:\n      - section: restops_clients\n        key: {name.lower()}\n"

    return re.sub(r"  (\w+):\n(?:    .*\n)+", with_sources, text)


class Platform:
    """The options of everything that talks to a Platform: for modules, and for plugins."""

    DOCUMENTATION = for_modules(PLATFORM, "ITENTIAL_PLATFORM")
    PLUGINS = for_plugins(PLATFORM, "ITENTIAL_PLATFORM")


class Gateway:
    """The options of everything that talks to a Gateway: for modules, and for plugins."""

    DOCUMENTATION = for_modules(GATEWAY, "ITENTIAL_GATEWAY")
    PLUGINS = for_plugins(GATEWAY, "ITENTIAL_GATEWAY")


class Keystone:
    """The options of everything that talks to Keystone: for modules, and for plugins."""

    DOCUMENTATION = for_modules(KEYSTONE, "KEYSTONE")
    PLUGINS = for_plugins(KEYSTONE, "KEYSTONE")


class Sequoia:
    """The options of everything that talks to Sequoia: for modules, and for plugins."""

    DOCUMENTATION = for_modules(SEQUOIA, "SEQUOIA")
    PLUGINS = for_plugins(SEQUOIA, "SEQUOIA")
