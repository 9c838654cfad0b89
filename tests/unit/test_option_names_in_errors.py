# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors name the options of the caller's interface: those of the library, or of a task."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import (
    gateway_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    keystone_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.client import sequoia_factory
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway,
    keystone,
    platform,
    sequoia,
)

HOST = {"host": "server.example"}
URL = "https://server.example"
REGISTRY = f"{URL}/services/acme"
PAIR = {"client_id": "id", "client_secret": "some-secret"}
GRANT = {"grant_client_id": "id", "grant_client_secret": "some-secret"}
LIBRARY = {
    "platform": lambda **more: platform_factory(**HOST, user="ada", password="pppp", **more),
    "oauth": lambda **more: platform_factory(**HOST, **PAIR, **more),
    "gateway": lambda **more: gateway_factory(**HOST, user="ada", password="pppp", **more),
    "keystone": lambda **more: keystone_factory(URL, "ada", "pppp", **more),
    "sequoia": lambda **more: sequoia_factory(REGISTRY, **GRANT, **more),
}
ADA = {"username": "ada", "password": "pppp"}
TASK = {
    "platform": lambda **more: platform.make_client({**HOST, **ADA}, **more),
    "oauth": lambda **more: platform.make_client({**HOST, **PAIR}, **more),
    "gateway": lambda **more: gateway.make_client({**HOST, **ADA}, **more),
    "keystone": lambda **more: keystone.make_client({"url": URL, **ADA}, **more),
    "sequoia": lambda **more: sequoia.make_client({"url": REGISTRY, **PAIR}, **more),
}
INTERFACES = {"library": LIBRARY, "task": TASK}


def error_of(make: Any, answer: Any) -> str:
    def serve(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        services = [{"name": name, "location": URL} for name in ("identity", "metadata")]
        if request.url.path.startswith("/services/") and answer != 404:
            return httpx.Response(200, json={"services": services})
        return httpx.Response(answer, json={"message": "'user' and 'verify'"})

    client = make(transport=httpx.MockTransport(serve), retry=1)

    def call() -> None:
        (client.connection("metadata") if hasattr(client, "connection") else client).get("/x")

    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize(
    ("interface", "kind", "options"),
    [
        ("library", "platform", "'user' and 'password'"),
        ("library", "oauth", "'client_id' and 'client_secret'"),
        ("library", "gateway", "'user' and 'password'"),
        ("library", "keystone", "'username' and 'password'"),
        ("library", "sequoia", "'grant_client_id' and 'grant_client_secret'"),
        ("task", "platform", "'username' and 'password'"),
        ("task", "oauth", "'client_id' and 'client_secret'"),
        ("task", "gateway", "'username' and 'password'"),
        ("task", "keystone", "'username' and 'password'"),
        ("task", "sequoia", "'client_id' and 'client_secret'"),
    ],
)
def test_a_refused_login_names_the_credentials(interface: str, kind: str, options: str) -> None:
    line = error_of(INTERFACES[interface][kind], 401)
    assert line.endswith(f"401 Unauthorized: 'user' and 'verify'; check {options}")


@pytest.mark.parametrize("kind", LIBRARY)
@pytest.mark.parametrize(
    ("interface", "option"), [("library", "'verify'"), ("task", "'validate_certs'")]
)
def test_a_certificate_error_names_the_option_that_disables_the_check(
    interface: str, kind: str, option: str
) -> None:
    fault = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    line = error_of(INTERFACES[interface][kind], fault)
    assert option in line
    assert ("'verify'" in line) is (option == "'verify'")


@pytest.mark.parametrize("kind", LIBRARY)
@pytest.mark.parametrize("interface", INTERFACES)
def test_a_timeout_names_its_option(interface: str, kind: str) -> None:
    line = error_of(INTERFACES[interface][kind], httpx.ReadTimeout(""))
    in_library = (interface, kind) == ("library", "sequoia")
    assert ("'request_timeout'" if in_library else "'timeout'") in line


def test_a_wrong_address_names_its_option() -> None:
    assert "is 'registry_url' https://" in error_of(LIBRARY["sequoia"], 404)
    assert "is 'url' https://" in error_of(TASK["sequoia"], 404)
    assert "is 'url' the address" in error_of(TASK["keystone"], 404)


def test_an_invalid_value_names_its_option() -> None:
    with pytest.raises(ConfigurationError, match=r"^'registry_url' must be an absolute URL"):
        sequoia_factory("nothing", **GRANT)
    with pytest.raises(ConfigurationError, match=r"^'url' must be an absolute URL") as caught:
        sequoia.make_client({"url": "nothing", **PAIR})
    assert caught.value.args == (caught.value.message,)
    with pytest.raises(ConfigurationError, match="'token' is missing"):
        sequoia.make_client({"url": REGISTRY, "auth_type": "byo_token"})
