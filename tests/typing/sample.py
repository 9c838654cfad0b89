# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A program that is checked by type checkers against the built wheel, and not run.

A line that ends with `# error` must be an error, and no other line may be one. See
tools/check_types.py.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import restops_clients
from restops_clients import (
    AsyncGateway,
    AsyncKeystoneClient,
    AsyncPlatform,
    AuthenticationError,
    ClientError,
    Gateway,
    HTTPStatusError,
    KeystoneClient,
    Platform,
    RequestError,
    Response,
    gateway_factory,
    keystone_factory,
    platform_factory,
    sequoia_factory,
)
from restops_clients.sequoia import AsyncClient, Client, Criteria
from typing_extensions import assert_type


def verbs(platform: Platform, gateway: Gateway) -> None:
    assert_type(platform.get("/x"), Response)
    assert_type(platform.get("/x", {"a": [1, 2]}, timeout=3, retry=2), Response)
    assert_type(platform.request("GET", "/x", [("a", 1)], json=[1], raise_on_error=False), Response)
    assert_type(platform.post("/x", json={"a": 1}, files={"f": b""}, data={"a": 1}), Response)
    assert_type(platform.put("/x", None, {"a": 1}), Response)
    assert_type(platform.patch("/x", headers={"X-A": "b"}), Response)
    assert_type(platform.delete("/x/{name}", path_params={"name": "n"}, read_only=False), Response)
    assert_type(platform.head("/x"), Response)
    assert_type(platform.options("/x"), Response)
    assert_type(gateway.get("/x"), Response)
    assert_type(gateway.get("/x").status_code, int)
    assert_type(gateway.get("/x").raise_for_status(), Response)
    assert_type(platform.batch([("GET", "/x"), {"path": "/x"}]), list[Response])
    assert_type(
        platform.batch([{"path": "/x"}], return_exceptions=True), list[Response | ClientError]
    )
    for page in platform.pages("/x", paginate={"limit": 5}, timeout=3):
        assert_type(page, Response)
        assert_type(page.records, list[Any])
    with platform.stream("GET", "/x", headers={"X-A": "b"}) as stream:
        assert_type(stream.response, Response)
        for piece in stream:
            assert_type(piece, bytes)
    platform.authenticate()
    platform.logout()
    with platform as entered:
        assert_type(entered, Platform)


async def async_verbs(platform: AsyncPlatform, gateway: AsyncGateway) -> None:
    assert_type(await platform.get("/x"), Response)
    assert_type(await platform.request("POST", "/x", json={}), Response)
    assert_type(await platform.delete("/x", json={}), Response)
    assert_type(await gateway.post("/x", json={}), Response)
    assert_type(await gateway.batch([("GET", "/x")]), list[Response])
    async for page in gateway.pages("/x"):
        assert_type(page, Response)
    async with gateway.stream("GET", "/x") as stream:
        assert_type(stream.response, Response)
        async for piece in stream:
            assert_type(piece, bytes)
    await gateway.authenticate()
    await gateway.logout()
    await gateway.aclose()
    async with platform as entered:
        assert_type(entered, AsyncPlatform)
    print(platform.get("/x").status_code)  # error
    await platform.get("/x", wrong=1)  # error


def mistakes(platform: Platform, gateway: AsyncGateway) -> None:
    print(platform.get("/x").status_cod)  # error
    platform.get("/x", timeot=3)  # error
    platform.get("/x", json={})  # error
    platform.post("/x", jsn={})  # error
    platform.post("/x", timeout="3")  # error
    platform.request("GET", "/x", wrong=1)  # error
    platform.pages("/x", raise_on_error=True)  # error
    platform.stream("GET", "/x", raise_on_error=True)  # error
    platform.batch([("GET", "/x", "too much")])  # error
    for dummy_page in gateway.pages("/x"):  # error
        pass


def factories(flag: bool) -> None:
    assert_type(platform_factory("h", 443, True, True, "ada", "word"), Platform)
    assert_type(platform_factory("h", username="ada", password="word", retry=3), Platform)
    assert_type(platform_factory(host="h", client_id="i", client_secret="s"), Platform)
    assert_type(platform_factory("h", want_async=False, cookie_name="t"), Platform)
    assert_type(platform_factory("h", want_async=True, proxy=None), AsyncPlatform)
    assert_type(platform_factory("h", want_async=flag), Platform | AsyncPlatform)
    assert_type(gateway_factory("h", username="ada"), Gateway)
    assert_type(gateway_factory("h", want_async=True), AsyncGateway)
    assert_type(gateway_factory("h", want_async=flag), Gateway | AsyncGateway)
    platform_factory("h", verify="ca.pem")
    platform_factory("h", verify=ssl.create_default_context(), client_cert=Path("cert.pem"))
    platform_factory("h", usr="x")  # error
    platform_factory("h", verify=7.5)  # error
    platform_factory("h", 443, timeout="3")  # error
    platform_factory("h", want_async=True, wrong=1)  # error
    gateway_factory("h", client_id="i")  # error


def errors(platform: Platform) -> None:
    try:
        platform.get("/x")
    except AuthenticationError as error:
        assert_type(error.response.status_code, int)
        assert_type(error.status_code, int)
    except HTTPStatusError as error:
        assert_type(error.response.json(), Any)
        assert_type(error.response.text, str)
        assert_type(error.request.url, str)
        assert_type(error.status_code, int)
        print(error.response.reason)  # error
    except RequestError as error:
        assert_type(error.sent, bool)
        print(error.response.status_code)  # error
    except ClientError as error:
        assert_type(error.message, str)
    assert_type(restops_clients.IpsdkError("m"), ClientError)


def keystone(client: KeystoneClient, flag: bool) -> None:
    assert_type(client.get("/x/"), Response)
    assert_type(keystone_factory("https://h", "ada", "word"), KeystoneClient)
    assert_type(keystone_factory("https://h", want_async=True), AsyncKeystoneClient)
    assert_type(
        keystone_factory("https://h", want_async=flag), KeystoneClient | AsyncKeystoneClient
    )
    keystone_factory("https://h", usr="x")  # error
    KeystoneClient("https://h", usr="x")  # error
    assert_type(client.retrieve_cluster(), list[dict[str, Any]])
    assert_type(client.retrieve_cluster(filters={"name": "n"}, limit=1), list[dict[str, Any]])
    assert_type(client.retrieve_cluster(pk=1), dict[str, Any] | None)
    assert_type(client.create_cluster(name="n"), dict[str, Any])
    assert_type(client.update_cluster(1, {"name": "n"}), dict[str, Any])
    assert_type(client.whoami(), dict[str, Any])
    assert_type(client.is_authenticated(), bool)
    client.delete_cluster(1, raise_not_exists=True)
    client.retrieve_cluster(wrong=1)  # error
    client.retrieve_nothing()  # error


async def async_keystone(client: AsyncKeystoneClient) -> None:
    assert_type(await client.get("/x/"), Response)
    assert_type(await client.retrieve_cluster(), list[dict[str, Any]])
    assert_type(await client.retrieve_cluster(pk=1), dict[str, Any] | None)
    assert_type(await client.create_cluster(name="n"), dict[str, Any])
    assert_type(await client.whoami(), dict[str, Any])
    await client.delete_cluster(1)


def sequoia(client: Client, flag: bool) -> None:
    assert_type(sequoia_factory("https://h/services/o", byo_token="t"), Client)
    assert_type(sequoia_factory("https://h/services/o", want_async=True), AsyncClient)
    assert_type(sequoia_factory("https://h/services/o", want_async=flag), Client | AsyncClient)
    response = client.metadata.contents.read("o", "o:r")
    assert_type(response.status, int)
    for change in client.metadata.contents.ensure("o", [{"name": "n"}]):
        assert_type(change.action, str)
    assert_type(client.services(), dict[str, str])
    assert_type(client.connection("metadata").get("/x"), Response)
    for page in client.metadata.contents.browse("o", Criteria()):
        assert_type(page.status, int)
    sequoia_factory("https://h/services/o", usr="x")  # error
    print(response.statu)  # error


async def async_sequoia(client: AsyncClient) -> None:
    response = await client.metadata.contents.read("o", "o:r")
    assert_type(response.status, int)
    assert_type(await client.services(), dict[str, str])
    assert_type(await (await client.connection("metadata")).get("/x"), Response)
    await client.authenticate()
    await client.logout()
    for change in await client.metadata.contents.ensure("o", [{"name": "n"}]):
        assert_type(change.action, str)
    client.services()["metadata"]  # error
