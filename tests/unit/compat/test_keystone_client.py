# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of keystone-api-client: its calls, and errors that are those of httpx."""

from __future__ import annotations

import inspect
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.compat.keystone_client import (
    AsyncHTTPClient,
    AsyncKeystoneClient,
    HTTPClient,
    KeystoneClient,
)
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.tests.unit.keystone.server import (
    ADA,
    CLUSTERS,
    REQUESTS,
    URL,
    USER,
    Keystone,
    clusters,
    said,
)
from ansible_collections.restops.clients.tests.unit.support import Case


def made(case: Case, server: Keystone, *args: Any, **options: Any) -> Any:
    kind = AsyncKeystoneClient if case.kind.want_async else KeystoneClient
    given = {"retry": 1, "runtime": case.kind.runtime(case.time), **options}
    return kind(*args, transport=server.transport, **given)


async def signed_in(case: Case, server: Keystone) -> Any:
    client = made(case, server, URL)
    await case.kind.wait(client.login(**USER))
    return client


async def test_signing_in_and_out(case: Case) -> None:
    server = Keystone()
    client = made(case, server, url=URL)
    assert (
        await case.kind.wait(client.is_authenticated())
        == await case.kind.wait(client.whoami())
        == {}
    )
    await case.kind.wait(client.login(username="ada", password="correct horse", timeout=5))
    assert (
        await case.kind.wait(client.is_authenticated())
        == await case.kind.wait(client.whoami())
        == ADA
    )
    await case.kind.wait(client.logout())
    assert await case.kind.wait(client.is_authenticated()) == {}
    await case.kind.wait(client.logout())


async def test_a_wrong_password_is_an_error_of_httpx(case: Case) -> None:
    client = made(case, Keystone(), URL)
    with pytest.raises(httpx.HTTPStatusError) as caught:
        await case.kind.wait(client.login("ada", "wrong-password"))
    assert caught.value.response.status_code == 400
    assert caught.value.request.url.path == "/authentication/login/"
    assert "wrong-password" not in str(caught.value)


@pytest.mark.parametrize("method", ["logout", "whoami", "is_authenticated"])
async def test_a_broken_server_is_an_error_of_httpx(case: Case, method: str) -> None:
    server = Keystone()
    client = await signed_in(case, server)
    server.script = [httpx.Response(500)]
    with pytest.raises(httpx.HTTPStatusError) as caught:
        await case.kind.wait(getattr(client, method)())
    assert caught.value.response.status_code == 500


async def test_records_are_returned_as_the_server_sends_them(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3), REQUESTS: []})
    client = await signed_in(case, server)
    answer = await case.kind.wait(client.retrieve_cluster(filters={"name": "c0002"}, order="name"))
    assert sorted(answer) == ["count", "next", "previous", "results"]
    assert [record["id"] for record in answer["results"]] == [2]
    assert server.queries[-1] == {"name": "c0002", "_order": "name"}
    await case.kind.wait(client.retrieve_cluster(search="c0002"))
    assert server.queries[-1] == {"_search": "c0002"}
    assert (await case.kind.wait(client.retrieve_cluster(pk=1)))["name"] == "c0001"
    assert (await case.kind.wait(client.retrieve_cluster(1, timeout=httpx.Timeout(5))))["id"] == 1
    assert await case.kind.wait(client.retrieve_cluster(pk=99)) is None
    made_one = await case.kind.wait(client.create_cluster(data={"name": "new"}))
    assert (await case.kind.wait(client.create_cluster(name="by keyword")))["name"] == "by keyword"
    changed = await case.kind.wait(client.update_cluster(made_one["id"], data={"name": "newer"}))
    assert changed["name"] == "newer"
    assert await case.kind.wait(client.delete_cluster(pk=made_one["id"])) is None
    assert await case.kind.wait(client.delete_cluster(pk=99)) is None
    with pytest.raises(httpx.HTTPStatusError) as caught:
        await case.kind.wait(client.delete_cluster(pk=99, raise_not_exists=True))
    assert caught.value.response.status_code == 404
    assert (await case.kind.wait(client.create_request(data={"a": "b"}, files={"f": b"x"})))["form"]


@pytest.mark.parametrize("verb", ["create", "update"])
async def test_a_refused_write_is_an_error_of_httpx(case: Case, verb: str) -> None:
    server = Keystone(tables={CLUSTERS: clusters(1)})
    client = await signed_in(case, server)
    server.script = [said(400, "name is taken")]
    key = [1] if verb == "update" else []
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        await case.kind.wait(getattr(client, f"{verb}_cluster")(*key, data={"name": "c"}))


async def test_generic_requests(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(1)})
    client = await signed_in(case, server)
    response = await case.kind.wait(client.http_get("version"))
    assert isinstance(response.raise_for_status(), httpx.Response)
    assert response.content == b"0.10.9"
    await case.kind.wait(
        client.http_get(f"{URL}/allocations/clusters", "name=c0001&x=", timeout=None)
    )
    assert server.queries[-1] == {"name": "c0001", "x": ""}
    sent = await case.kind.wait(client.http_post("allocations/clusters", json={"name": "n"}))
    assert sent.status_code == 201
    for verb in ("put", "patch"):
        await case.kind.wait(getattr(client, f"http_{verb}")("allocations/clusters/1/", json={}))
    assert (await case.kind.wait(client.http_delete("allocations/clusters/1"))).status_code == 204
    await case.kind.wait(
        client.send_request(
            "get", "version", headers={"X-Own": "value"}, params={"a": 1}, timeout=3
        )
    )
    assert server.calls[-1].headers["x-own"] == "value"
    assert [call.method for call in server.calls[-4:]] == ["PUT", "PATCH", "DELETE", "GET"]


async def test_a_call_without_a_response_raises_an_error_of_httpx(case: Case) -> None:
    server = Keystone()
    client = await signed_in(case, server)
    server.script = [httpx.ConnectError("refused")]
    with pytest.raises(httpx.ConnectError) as caught:
        await case.kind.wait(client.http_get("version"))
    assert caught.value.request.url.host == "ks.example"


async def test_an_argument_that_is_not_usable_stays_a_value_error(case: Case) -> None:
    with pytest.raises(ConfigurationError):
        await case.kind.wait(made(case, Keystone(), URL).http_get("https://other.example/"))


def test_a_client_describes_itself(case: Case) -> None:
    client = made(
        case,
        Keystone(),
        f"{URL}/prefix",
        verify_ssl=True,
        follow_redirects=True,
        max_redirects=3,
        limits=httpx.Limits(max_keepalive_connections=7),
    )
    assert client.base_url == f"{URL}/prefix/"
    assert client.normalize_url("https://h//a//b") == "https://h/a/b/"
    assert client.get_application_headers({"A": "b"}) == {"X-KEYSTONE-CID": client.cid, "A": "b"}
    assert client.LOGIN_ENDPOINT == "authentication/login"
    assert {"create_team", "retrieve_user", "http_get"} <= set(dir(client))
    with pytest.raises(AttributeError, match="create_nothing"):
        client.create_nothing  # noqa: B018  # the access is what fails


async def test_a_closed_client_is_a_runtime_error(case: Case) -> None:
    server = Keystone()

    async def use() -> None:
        async with made(case, server, URL) as client:
            await client.login(**USER)
        await client.close()
        await client.http_get("version")

    def use_in_thread() -> None:
        with made(case, server, URL) as client:
            client.login(**USER)
        client.close()
        client.http_get("version")

    with pytest.raises(RuntimeError, match="closed"):
        await case.kind.wait(use() if case.kind.want_async else use_in_thread())
    assert server.paths == []


def test_the_classes_below_the_clients_are_there() -> None:
    assert issubclass(KeystoneClient, HTTPClient)
    assert issubclass(AsyncKeystoneClient, AsyncHTTPClient)
    for name in ("login", "logout", "whoami", "http_get", "send_request", "close"):
        assert inspect.iscoroutinefunction(getattr(AsyncKeystoneClient, name))
        assert not inspect.iscoroutinefunction(getattr(KeystoneClient, name))
