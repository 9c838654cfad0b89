# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the Sequoia SDK's reference document, for threads and for event loops.

Only their imports and names of hosts are changed.

They run over TLS, against a registry and services of two origins.
"""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Coroutine, Iterator
from typing import Any
from urllib.parse import urlsplit

import backoff
import pytest
from restops_clients.core.sync_driver import SyncDriver
from restops_clients.sequoia import (
    AsyncClient,
    AuthType,
    Client,
    Criteria,
    Inclusion,
    StringExpressionFactory,
    auth,
    criteria,
)

from tests.simulators.sequoia import SequoiaSimulator
from tests.simulators.serving import Running, serving

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"


class Sandbox:
    """A Sequoia that is being served."""

    owner = "test"

    def __init__(self, running: Running) -> None:
        self.running = running
        self.simulator: Any = running.simulator
        self.registry = f"https://{running.host}:{running.port}/services/testmock"

    @property
    def data(self) -> list[Any]:
        """The requests for data."""
        return [request for request in self.simulator.seen if "/data/" in request.url.path]

    @property
    def queries(self) -> list[str]:
        return [request.url.query for request in self.data]

    @property
    def correlation_ids(self) -> list[str]:
        return [request.headers["x-correlation-id"] for request in self.data]

    def fail(self, path: str, status: int, times: int) -> None:
        self.simulator.faults.append({"path": path, "status": status, "times": times})

    def brought_token(self) -> str:
        self.simulator.sessions["token-of-my-own"] = "oauth"
        return "token-of-my-own"


def served(monkeypatch: pytest.MonkeyPatch, **options: Any) -> Iterator[Sandbox]:
    # A port may come again, and with it the token of another server.
    auth._shared.cache_clear()
    with serving(SequoiaSimulator(**options.pop("settings", {})), tls=True, **options) as running:
        if running.authority is not None:
            monkeypatch.setenv("SSL_CERT_FILE", str(running.authority.ca))
        sandbox = Sandbox(running)
        sandbox.simulator.settings["locations"] = dict.fromkeys(
            ("identity", "workflow"), f"https://localhost:{running.port}"
        )
        yield sandbox
        # The document does not close its clients.
        for thing in gc.get_objects():
            if isinstance(thing, SyncDriver):
                thing.close()


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    yield from served(monkeypatch)


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A Sequoia that requires a client certificate, and nothing else."""
    yield from served(monkeypatch, ask_client=True, settings={"auth": "none"})


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


# Authentication


def test_the_client_grant_example_runs(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    assert client.metadata.contents.read("testmock", "testmock:sampleContent").status == 200
    client.close()
    client = Client(
        sandbox.registry,
        auth_type=AuthType.CLIENT_GRANT,
        grant_client_id="clientId",
        grant_client_secret="clientSecret",
    )
    assert client.workflow.profiles.browse("testmock").status == 200
    # Both have the same credentials for the same registry.
    assert sandbox.simulator.counters["logins"] == 1
    sandbox.simulator.sessions.clear()
    assert client.workflow.profiles.browse("testmock").status == 200
    assert sandbox.simulator.counters["logins"] == 2


def test_the_async_client_grant_example_runs(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with AsyncClient(
            sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
        ) as client:
            assert (
                await client.metadata.contents.read("testmock", "testmock:sampleContent")
            ).status == 200
            sandbox.simulator.sessions.clear()
            assert (await client.workflow.profiles.browse("testmock")).status == 200
        async with AsyncClient(
            sandbox.registry,
            auth_type=AuthType.CLIENT_GRANT,
            grant_client_id="clientId",
            grant_client_secret="clientSecret",
        ) as client:
            assert (await client.workflow.profiles.browse("testmock")).status == 200

    run(main())
    assert sandbox.simulator.counters["logins"] == 2


def test_the_example_with_a_given_token_runs(sandbox: Sandbox) -> None:
    token = sandbox.brought_token()
    client = Client(sandbox.registry, auth_type=AuthType.BYO_TOKEN, byo_token=token)
    assert client.metadata.contents.browse("testmock").status == 200
    client.close()
    client = Client(
        sandbox.registry,
        grant_client_id="clientId",
        grant_client_secret="clientSecret",
        byo_token=token,
    )
    assert client.metadata.contents.browse("testmock").status == 200
    assert sandbox.simulator.counters["logins"] == 0
    sandbox.simulator.sessions.clear()
    assert client.metadata.contents.browse("testmock").status == 200
    assert sandbox.simulator.counters["logins"] == 1


def test_the_async_example_with_a_given_token_runs(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with AsyncClient(
            sandbox.registry, auth_type=AuthType.BYO_TOKEN, byo_token=sandbox.brought_token()
        ) as client:
            assert (await client.metadata.contents.browse("testmock")).status == 200

    run(main())
    assert sandbox.simulator.counters["logins"] == 0


def test_the_example_without_authentication_runs(sandbox: Sandbox) -> None:
    sandbox.simulator.settings["auth"] = "none"
    assert (
        Client(sandbox.registry, auth_type=AuthType.NO_AUTH)
        .metadata.contents.browse("testmock")
        .status
        == 200
    )
    assert not any("authorization" in request.headers for request in sandbox.simulator.seen)


def test_the_mutual_authentication_example_runs(guarded: Sandbox) -> None:
    authority = guarded.running.authority
    certs = {
        "client_cert": str(authority.client),
        "client_key": str(authority.client),
        "server_cert": str(authority.ca),
    }
    client = Client(guarded.registry, auth_type=AuthType.MUTUAL, **certs)
    assert client.metadata.contents.browse("testmock").status == 200
    client.close()
    client = Client(
        guarded.registry, auth_type=AuthType.MUTUAL, **certs, content_type="application/json"
    )
    assert client.metadata.contents.browse("testmock").status == 200
    kinds = [
        (request.headers["content-type"], request.headers["accept"]) for request in guarded.data
    ]
    assert kinds == [("application/vnd.piksel+json",) * 2, ("application/json",) * 2]
    assert not any("authorization" in request.headers for request in guarded.simulator.seen)


def test_the_async_mutual_authentication_example_runs(guarded: Sandbox) -> None:
    authority = guarded.running.authority
    certs = {
        "client_cert": str(authority.client),
        "client_key": str(authority.client),
        "server_cert": str(authority.ca),
    }

    async def main() -> None:
        async with AsyncClient(
            guarded.registry, auth_type=AuthType.MUTUAL, **certs, content_type="application/json"
        ) as client:
            assert (await client.metadata.contents.browse("testmock")).status == 200

    run(main())


# Endpoints


def test_the_endpoint_examples_run(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    profile_endpoint = client.workflow.profiles
    content_endpoint = client.metadata.contents
    assert (
        profile_endpoint.read("testmock", "testmock:profile-1").resources[0]["name"] == "profile-1"
    )
    assert (
        content_endpoint.browse("testmock", Criteria()).resources[0]["ref"]
        == "testmock:sampleContent"
    )
    stored = content_endpoint.store(
        "testmock", '{"contents": [{"owner": "testmock", "name": "made"}]}'
    )
    assert (stored.status, stored.resources[0]["ref"]) == (201, "testmock:made")


def test_the_async_endpoint_examples_run(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with AsyncClient(
            sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
        ) as client:
            profile_endpoint = client.workflow.profiles
            content_endpoint = client.metadata.contents
            assert (await profile_endpoint.read("testmock", "testmock:profile-1")).resources[0][
                "name"
            ] == "profile-1"
            assert (await content_endpoint.browse("testmock", Criteria())).resources[0][
                "ref"
            ] == "testmock:sampleContent"
            stored = await content_endpoint.store(
                "testmock", [{"owner": "testmock", "name": "made"}]
            )
            assert (stored.status, stored.resources[0]["ref"]) == (201, "testmock:made")

    run(main())


# Criteria


def test_the_criteria_examples_run(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    endpoint = client.metadata.assets
    first = endpoint.browse(
        "testmock",
        Criteria().add_criterion(
            StringExpressionFactory.field("contentRef").equal_to("testmock:sampleContent")
        ),
    )
    second = endpoint.browse(
        "testmock",
        Criteria().add(
            criterion=StringExpressionFactory.field("contentRef").equal_to("testmock:sampleContent")
        ),
    )
    assert first.resources == second.resources
    assert [item["name"] for item in first.resources] == [
        "sampleContent-a0",
        "sampleContent-a1",
        "sampleContent-a2",
    ]
    found = client.metadata.contents.browse(
        "testmock", Criteria().add(StringExpressionFactory.field("engine").equal_to("diesel"))
    )
    assert sandbox.queries[-1] == "owner=testmock&withEngine=diesel"
    assert {item["engine"] for item in found.resources} == {"diesel"}


def test_the_async_criteria_examples_run(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with AsyncClient(
            sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
        ) as client:
            endpoint = client.metadata.assets
            found = await endpoint.browse(
                "testmock",
                Criteria().add_criterion(
                    StringExpressionFactory.field("contentRef").equal_to("testmock:sampleContent")
                ),
            )
            assert len(found.resources) == 3

    run(main())


@pytest.mark.parametrize(
    ("criterion", "names"),
    [
        (StringExpressionFactory.field("engine").not_equal_to("steam"), ["sampleContent", "c0007"]),
        (StringExpressionFactory.field("name").one_of("c02", "c100"), ["c02", "c100"]),
        (StringExpressionFactory.field("name").starts_with("c0"), ["c0007", "c02"]),
        (StringExpressionFactory.field("parentRef").exists(), ["c104", "c105", "c106"]),
        (StringExpressionFactory.field("releaseYear").between(2001, 2002), ["c0007", "c02"]),
        (
            StringExpressionFactory.field("releaseYear").not_between(2001, 2008),
            ["sampleContent", "c106"],
        ),
        (StringExpressionFactory.field("releaseYear").at_least(2008), ["c105", "c106"]),
        (StringExpressionFactory.field("releaseYear").greater_than(2008), ["c106"]),
        (StringExpressionFactory.field("releaseYear").at_most(2001), ["sampleContent", "c0007"]),
        (StringExpressionFactory.field("releaseYear").less_than(2001), ["sampleContent"]),
        (StringExpressionFactory.field("alternativeIdentifiers").equal_to("crid:crid1"), ["c0007"]),
        (StringExpressionFactory.field("active").equal_to(False), ["c102"]),
    ],
    ids=repr,
)
def test_operators_beyond_the_examples_work(
    sandbox: Sandbox, criterion: Any, names: list[str]
) -> None:
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    assert [
        item["name"]
        for item in client.metadata.contents.browse("test", Criteria().add(criterion)).resources
    ] == names


def test_the_inclusion_examples_run(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    contents = client.metadata.contents
    for wanted in (
        Criteria().add_inclusion(Inclusion.resource("assets")),
        Criteria().add(inclusion=Inclusion.resource("assets")),
    ):
        assert len(contents.browse("test", wanted).linked("assets").resources) == 30
    found = contents.browse(
        "test", Criteria().add(inclusion=Inclusion.resource("assets").fields("name", "ref"))
    )
    assert found.linked("assets").resources[0] == {
        "ref": "test:sampleContent-a0",
        "name": "sampleContent-a0",
    }
    direct = contents.browse("test", Criteria().add_inclusion(Inclusion.resource("categories")))
    assert direct.linked("categories").resources == [
        {"ref": "test:drama", "name": "drama"},
        {"ref": "test:comedy", "name": "comedy"},
    ]


def test_models_join_direct_and_indirect_inclusions_by_reference(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry,
        grant_client_id="clientId",
        grant_client_secret="clientSecret",
        model_resolution=True,
    )
    wanted = (
        Criteria()
        .add_inclusion(Inclusion.resource("categories"))
        .add_inclusion(Inclusion.resource("assets"))
    )
    model = client.metadata.contents.browse("test", wanted).model
    assert [category["name"] for category in model[1]["categories"]] == ["drama", "comedy"]
    assert [asset["name"] for asset in model[1]["assets"]] == ["c0007-a0", "c0007-a1", "c0007-a2"]


# Paging


def test_the_paging_example_runs(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    endpoint = client.metadata.contents
    found = []
    for response in endpoint.browse("testmock"):
        resources = response.resources
        found += resources
    assert len(found) == 10
    response = endpoint.browse("testmock")
    resources_in_page_1 = response.resources
    assert resources_in_page_1 == found
    sizes = []
    for response in endpoint.browse("testmock", query_string="continue=true&perPage=2"):
        resources = response.resources
        sizes.append(len(resources))
    assert sizes == [2] * 5


def test_the_async_paging_example_runs(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with AsyncClient(
            sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
        ) as client:
            endpoint = client.metadata.contents
            response = await endpoint.browse("testmock")
            resources_in_page_1 = response.resources
            assert len(resources_in_page_1) == 10
            sizes = []
            async for response in endpoint.browse(
                "testmock", query_string="continue=true&perPage=2"
            ):
                resources = response.resources
                sizes.append(len(resources))
            assert sizes == [2] * 5

    run(main())


LINKING = {"criteria": Criteria().add_inclusion(Inclusion.resource("assets"))}
"""The document has these in words: a browse of contents with assets as an inclusion."""


def test_the_linked_resources_example_runs(sandbox: Sandbox) -> None:
    sandbox.simulator.settings.update(linked_per_page=4, linked_depth=2)
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    endpoint = client.metadata.contents
    names = []
    for linked_assets in endpoint.browse("testmock", **LINKING).linked("assets"):
        for linked_asset in linked_assets:
            asset_name = linked_asset["name"]
            names.append(asset_name)
    assert len(names) == len(set(names)) == 30
    linked_assets = endpoint.browse("testmock", **LINKING).linked("assets")
    names = []
    for linked_asset in linked_assets.resources:
        asset_name = linked_asset["name"]
        names.append(asset_name)
    assert len(names) == 8


def test_the_async_linked_resources_example_runs(sandbox: Sandbox) -> None:
    sandbox.simulator.settings.update(linked_per_page=4, linked_depth=2)

    async def main() -> None:
        async with AsyncClient(
            sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
        ) as client:
            endpoint = client.metadata.contents
            names = []
            async for linked_assets in endpoint.browse("testmock", **LINKING).linked("assets"):
                for linked_asset in linked_assets:
                    asset_name = linked_asset["name"]
                    names.append(asset_name)
            assert len(names) == len(set(names)) == 30
            linked_assets = await endpoint.browse("testmock", **LINKING).linked("assets")
            assert len(linked_assets.resources) == 8

    run(main())


def test_several_chains_of_linked_resources_on_every_page(sandbox: Sandbox) -> None:
    for number in range(25):
        put(sandbox, "contents", name=f"series-{number}", type="series")
        for part in range(3):
            put(
                sandbox,
                "assets",
                name=f"series-{number}-a{part}",
                type="video",
                contentRef=f"acme:series-{number}",
            )
    sandbox.simulator.settings.update(linked_per_page=7, linked_depth=2)
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    names = [
        asset["name"]
        for assets in client.metadata.contents.browse(
            "acme", query_string="perPage=15", **LINKING
        ).linked("assets")
        for asset in assets
    ]
    assert len(names) == len(set(names)) == 75


def put(sandbox: Sandbox, resource: str, **item: Any) -> None:
    from tests.simulators.sequoia_resources import RESOURCES

    sandbox.simulator.put(
        next(found for found in RESOURCES if found.name == resource), {"owner": "acme", **item}
    )


@pytest.mark.parametrize("want_async", [False, True], ids=["sync", "async"])
def test_a_hundred_thousand_items_are_read_in_constant_memory(
    sandbox: Sandbox, want_async: bool
) -> None:
    sandbox.simulator.settings["logs"] = 100_000
    options = {"grant_client_id": "clientId", "grant_client_secret": "clientSecret"}
    most = 0

    def held(page: Any, read: int) -> int:
        return (
            sum(type(thing) is type(page) for thing in gc.get_objects()) if read % 200 == 0 else 0
        )

    gc.collect()
    read = 0
    if want_async:

        async def main() -> tuple[int, int]:
            number = most_held = 0
            async with AsyncClient(sandbox.registry, **options) as client:
                async for page in client.metadata.logs.browse("test", query_string="continue=true"):
                    number += len(page.resources)
                    most_held = max(most_held, held(page, number // 100))
            return number, most_held

        read, most = run(main())
    else:
        with Client(sandbox.registry, **options) as client:
            for page in client.metadata.logs.browse("test", query_string="continue=true"):
                read += len(page.resources)
                most = max(most, held(page, read // 100))
    assert read == 100_000
    assert 1 <= most <= 2


# Retries


def test_the_default_backoff_retries_reads(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry,
        grant_client_id="clientId",
        grant_client_secret="clientSecret",
        backoff_strategy={"wait_gen": backoff.constant, "interval": 0, "max_tries": 10},
    )
    sandbox.fail("/data/contents", 503, 9)
    assert client.metadata.contents.browse("testmock").status == 200
    assert len(sandbox.data) == 10


def test_the_backoff_of_one_call_replaces_that_of_the_client(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry,
        grant_client_id="clientId",
        grant_client_secret="clientSecret",
        backoff_strategy={"wait_gen": backoff.expo, "max_tries": 5, "max_time": 300},
    )
    assets_endpoint = client.metadata.contents
    sandbox.fail("/data/contents", 503, 19)
    response1 = assets_endpoint.browse(
        sandbox.owner,
        criteria.Criteria()
        .add_criterion(criteria.StringExpressionFactory.field("ref").equal_to("test:c0007"))
        .add_inclusion(criteria.Inclusion.resource("assets")),
        backoff_strategy={"wait_gen": backoff.constant, "interval": 0, "max_tries": 20},
    )
    assert len(response1.linked("assets").resources) == 3
    assert len(sandbox.data) == 20
    sandbox.fail("/data/contents", 503, 1)
    response2 = assets_endpoint.browse(
        sandbox.owner,
        criteria.Criteria()
        .add_criterion(criteria.StringExpressionFactory.field("ref").equal_to("test:c02"))
        .add_inclusion(criteria.Inclusion.resource("categories")),
    )
    assert [item["name"] for item in response2.linked("categories").resources] == ["drama"]
    assert len(sandbox.data) == 22


def test_a_read_is_retried_after_429_and_every_5xx(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry,
        grant_client_id="clientId",
        grant_client_secret="clientSecret",
        backoff_strategy={
            "wait_gen": backoff.expo,
            "max_tries": 5,
            "max_time": 300,
            "retry_http_status_codes": [404, 409],
        },
    )
    sandbox.fail("/data/contents/test:c02", 409, 1)
    assert client.metadata.contents.read(sandbox.owner, "test:c02").status == 200
    assert len(sandbox.data) == 2


def test_the_async_backoff_examples_run(sandbox: Sandbox) -> None:
    async def main() -> None:
        client = AsyncClient(
            sandbox.registry,
            grant_client_id="clientId",
            grant_client_secret="clientSecret",
            backoff_strategy={
                "wait_gen": backoff.expo,
                "max_tries": 5,
                "max_time": 300,
                "retry_http_status_codes": [404, 409],
            },
        )
        async with client:
            sandbox.fail("/data/contents", 409, 19)
            response1 = await client.metadata.contents.browse(
                sandbox.owner,
                backoff_strategy={
                    "wait_gen": backoff.constant,
                    "interval": 0,
                    "max_tries": 20,
                    "retry_http_status_codes": 409,
                },
            )
            assert response1.status == 200

    run(main())
    assert len(sandbox.data) == 20


def create_later(sandbox: Sandbox, client: Client) -> None:
    """Store a content with an asset, for later reads."""
    sandbox.simulator.settings["lag_reads"] = 1
    client.metadata.assets.store(
        "test", {"owner": "test", "name": "new-a0", "type": "video", "contentRef": "test:new"}
    )
    client.metadata.contents.store(
        "test", {"owner": "test", "name": "new", "categoryRefs": ["test:drama"]}
    )
    sandbox.simulator.seen.clear()


def test_a_read_may_wait_for_missing_resources(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry,
        grant_client_id="clientId",
        grant_client_secret="clientSecret",
        backoff_strategy={"retry_when_empty_result": True},
    )
    create_later(sandbox, client)
    assets_endpoint = client.metadata.contents
    response = assets_endpoint.browse(
        sandbox.owner,
        criteria.Criteria()
        .add_criterion(criteria.StringExpressionFactory.field("ref").equal_to("test:new"))
        .add_inclusion(criteria.Inclusion.resource("categories"))
        .add_inclusion(criteria.Inclusion.resource("assets")),
        retry_when_empty_result=True,
    )
    assert sandbox.queries[0] == "include=assets%2Ccategories&owner=test&withRef=test%3Anew"
    assert urlsplit(str(sandbox.data[0].url)).path == "/metadata/data/contents"
    assert [item["name"] for item in response.resources] == ["new"]
    assert [item["name"] for item in response.linked("assets").resources] == ["new-a0"]
    assert [item["name"] for item in response.linked("categories").resources] == ["drama"]
    assert len(sandbox.data) > 1
    assert len(set(sandbox.correlation_ids)) == 1


def test_a_read_may_wait_for_some_missing_resources(sandbox: Sandbox) -> None:
    client = Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    )
    create_later(sandbox, client)
    assets_endpoint = client.metadata.contents
    response = assets_endpoint.browse(
        sandbox.owner,
        criteria.Criteria()
        .add_criterion(criteria.StringExpressionFactory.field("ref").equal_to("test:new"))
        .add_inclusion(criteria.Inclusion.resource("categories"))
        .add_inclusion(criteria.Inclusion.resource("assets")),
        retry_when_empty_result={"contents": True, "assets": False, "categories": True},
    )
    assert [item["name"] for item in response.resources] == ["new"]
    assert len(sandbox.data) == 2


def test_an_async_read_may_wait_for_missing_resources(sandbox: Sandbox) -> None:
    with Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    ) as writer:
        create_later(sandbox, writer)

    async def main() -> None:
        async with AsyncClient(
            sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
        ) as client:
            response = await client.metadata.contents.browse(
                sandbox.owner,
                criteria.Criteria().add_criterion(
                    criteria.StringExpressionFactory.field("ref").equal_to("test:new")
                ),
                retry_when_empty_result=True,
            )
            assert [item["name"] for item in response.resources] == ["new"]

    run(main())
    assert len(sandbox.data) == 2


# Correlation ids


@pytest.mark.parametrize(
    ("options", "pattern", "operations"),
    [
        ({}, UUID, 3),
        ({"correlation_id": "custom_correlation_id_1234"}, "custom_correlation_id_1234", 1),
        ({"user_id": "user123", "application_id": "app101"}, f"user123/app101/{UUID}", 3),
        ({"user_id": "user123"}, UUID, 3),
        (
            {
                "correlation_id": "custom_correlation_id_1234",
                "user_id": "user123",
                "application_id": "app101",
            },
            "custom_correlation_id_1234",
            1,
        ),
    ],
)
@pytest.mark.parametrize("want_async", [False, True], ids=["sync", "async"])
def test_correlation_ids_follow_the_document(
    sandbox: Sandbox, want_async: bool, options: dict[str, str], pattern: str, operations: int
) -> None:
    credentials = {"grant_client_id": "clientId", "grant_client_secret": "clientSecret"}
    if want_async:

        async def main() -> None:
            async with AsyncClient(sandbox.registry, **credentials, **options) as client:
                endpoint = client.metadata.contents
                await endpoint.browse("test", Criteria())
                assert (
                    len([page async for page in endpoint.browse("test", query_string="perPage=4")])
                    == 3
                )
                await endpoint.store("test", {"owner": "test", "name": "made"})

        run(main())
    else:
        client = Client(sandbox.registry, **credentials, **options)
        endpoint = client.metadata.contents
        endpoint.browse("test", Criteria())
        assert len(list(endpoint.browse("test", query_string="perPage=4"))) == 3
        endpoint.store("test", {"owner": "test", "name": "made"})
    assert all(re.fullmatch(pattern, found) for found in sandbox.correlation_ids)
    assert len(sandbox.correlation_ids) == 5
    assert len(set(sandbox.correlation_ids)) == operations


# What goes where


def test_all_origins_get_one_token_and_the_registry_gets_none(sandbox: Sandbox) -> None:
    with Client(
        sandbox.registry, grant_client_id="clientId", grant_client_secret="clientSecret"
    ) as client:
        client.metadata.contents.browse("test")
        client.workflow.profiles.browse("test")
        client.validation.business("/$service/$owner/$ref$params").store(
            service="v",
            owner="test",
            content={"name": "x"},
            ref="content-rule",
            params={"validation": "full"},
        )
        client.workflow.business("/$service/$owner:$ref").browse(
            service="flow-execution-progress", owner="test", ref="execution-1"
        )
    by_path = {
        request.url.path.split("/")[1]: request.headers.get("authorization", "").partition(" ")[0]
        for request in sandbox.simulator.seen
    }
    assert by_path == {
        "services": "",
        "identity": "Basic",
        "metadata": "Bearer",
        "workflow": "Bearer",
        "validation": "Bearer",
    }
    hosts = {
        (request.url.path.split("/")[1], request.url.hostname) for request in sandbox.simulator.seen
    }
    assert {
        ("identity", "localhost"),
        ("workflow", "localhost"),
        ("metadata", "127.0.0.1"),
    } <= hosts
    assert sandbox.simulator.counters["logins"] == 1
