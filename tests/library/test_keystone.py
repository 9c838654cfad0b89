# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keystone's clients on real sockets.

Sessions that end, TLS, parallel calls, records, throttling, uploads, batches, older servers.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import pytest_asyncio
from restops_clients import AuthenticationError, HTTPStatusError, RequestError
from restops_clients.core.runtime import Runtime
from restops_clients.keystone import keystone_factory

from tests.simulators.keystone import TOKENS, KeystoneSimulator
from tests.simulators.serving import Running, serving

ADMIN = {"username": "admin", "password": "correct horse"}
ADA = {"username": "ada", "password": "battery staple"}
SAFE = ("GET", "HEAD", "OPTIONS")

pytestmark = pytest.mark.asyncio


class Kind:
    """Makes servers, and sync or async clients whose methods can be awaited.

    Attributes:
        want_async: `True` if the clients are for event loops.
        skipped: Seconds that the clients have slept: the clock of the servers is ahead by them.
    """

    def __init__(self, want_async: bool) -> None:
        self.want_async = want_async
        self.skipped = 0.0
        self.stack = contextlib.AsyncExitStack()

    def clock(self) -> float:
        return 1_800_000_000.0 + self.skipped

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds

    async def async_sleep(self, seconds: float) -> None:
        self.skipped += seconds

    def serve(self, tls: bool = False, **settings: Any) -> Running:
        simulator = KeystoneSimulator(**settings)
        simulator.clock = self.clock
        return self.stack.enter_context(serving(simulator, tls=tls))

    def client(self, running: Running, **options: Any) -> Client:
        """Return a client whose waits take no time and move the clock of the servers."""
        tls = {"ca_path": str(running.authority.ca)} if running.authority else {}
        sleep = self.async_sleep if self.want_async else self.sleep
        runtime = Runtime(self.clock, self.clock, lambda: 1.0, sleep)
        client = keystone_factory(
            address(running),
            want_async=self.want_async,
            **{"runtime": runtime, **tls, **options},
        )
        self.stack.push_async_callback(wait, client.close)
        return Client(client)

    async def together(self, call: Callable[[], Any], times: int) -> list[Any]:
        """Make the same call many times in parallel, in threads or in tasks."""
        if self.want_async:
            return await asyncio.gather(*[call() for dummy in range(times)])
        with ThreadPoolExecutor(times) as pool:
            return [future.result() for future in [pool.submit(call) for dummy in range(times)]]


class Client:
    """A client whose methods can be awaited; `raw` is the client itself."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        return functools.partial(wait, getattr(self.raw, name))


async def wait(call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Return the result of a function or coroutine function."""
    result = call(*arguments, **options)
    return await result if inspect.isawaitable(result) else result


def address(running: Running) -> str:
    return f"{'https' if running.authority else 'http'}://{running.host}:{running.port}"


def writes(simulator: KeystoneSimulator) -> int:
    return sum(
        count
        for name, count in simulator.counters.items()
        if " " in name and name.split(" ")[0] not in SAFE and "/authentication/" not in name
    )


@pytest_asyncio.fixture(params=[False, True], ids=["sync", "async"])
async def kind(request: pytest.FixtureRequest) -> AsyncIterator[Kind]:
    made = Kind(request.param)
    async with made.stack:
        yield made


@pytest.fixture
def keystone(kind: Kind) -> Running:
    return kind.serve()


# Sessions


async def test_writes_over_tls_carry_a_referer(kind: Kind) -> None:
    running = kind.serve(tls=True, ssl_tokens=True)
    async with httpx.AsyncClient(base_url=address(running), verify=False) as bare:
        (await bare.post("/authentication/login/", json=ADMIN)).raise_for_status()
        answer = await bare.post(
            "/users/teams/", json={"name": "x"}, headers={"X-CSRFToken": bare.cookies["csrftoken"]}
        )
        assert "no Referer" in answer.json()["detail"], "this server asks for one"
    running.simulator.sessions.clear()
    client = kind.client(running)
    await client.login(**ADMIN)
    assert await client.is_authenticated()
    assert (await client.whoami())["username"] == "admin"
    made = await client.create_team(name="Over TLS")
    await client.update_team(pk=made["id"], data={"is_active": False})
    await client.delete_team(pk=made["id"])
    await client.logout()
    assert not (await client.is_authenticated())
    assert not running.simulator.sessions


async def test_a_certificate_of_an_unknown_authority_is_an_error_with_advice(kind: Kind) -> None:
    running = kind.serve(tls=True)
    client = kind.client(running, **ADMIN, ca_path=None, retry=1)
    with pytest.raises(RequestError, match="not trusted; give its authority with 'ca_path'"):
        await client.retrieve_team()


async def test_a_session_that_the_server_ends_is_renewed(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone, **ADMIN)
    team = await client.create_team(name="Before")
    keystone.simulator.sessions.clear()
    assert (await client.update_team(pk=team["id"], data={"is_active": False}))[
        "is_active"
    ] is False
    keystone.simulator.settings["clock_offset"] = keystone.simulator.settings["session_age"] + 1
    assert (await client.retrieve_team(pk=team["id"]))["name"] == "Before"
    assert keystone.simulator.counters["logins"] == 3


async def test_changing_a_password_ends_sessions_and_refuses_their_renewal(
    kind: Kind, keystone: Running
) -> None:
    admin, ada = kind.client(keystone, **ADMIN), kind.client(keystone, **ADA)
    assert (await ada.whoami())["username"] == "ada"
    await admin.update_user(pk=2, data={"password": "a new staple"})
    with pytest.raises(
        AuthenticationError,
        match="400 Bad Request: Invalid username or password; check 'username' and 'password'",
    ):
        await ada.whoami()
    with pytest.raises(AuthenticationError):
        await ada.http_get("/users/teams/")
    assert keystone.simulator.counters["logins"] == 3, "a refused login is not repeated"
    await ada.login("ada", "a new staple")
    assert [team["name"] for team in await ada.retrieve_team()] == ["Lab A"]


async def test_changing_the_clients_own_password_ends_its_session(
    kind: Kind, keystone: Running
) -> None:
    client = kind.client(keystone)
    await client.login(**ADA)
    await client.update_user(pk=2, data={"password": "a new staple"})
    assert not (await client.is_authenticated())
    await client.login("ada", "a new staple")
    assert await client.is_authenticated()


async def test_many_parallel_calls_share_one_login(kind: Kind, keystone: Running) -> None:
    keystone.simulator.settings["login_delay"] = 0.05
    times = 200 if kind.want_async else 50
    client = kind.client(keystone, **ADMIN)
    outcomes = await kind.together(lambda: client.raw.retrieve_cluster(pk=1), times)
    assert [outcome["name"] for outcome in outcomes] == ["cluster-000"] * times
    assert keystone.simulator.counters["logins"] == 1
    keystone.simulator.sessions.clear()
    assert (
        len(
            await kind.together(
                lambda: client.raw.update_cluster(1, {"description": "same"}), times
            )
        )
        == times
    )
    assert keystone.simulator.counters["logins"] == 2
    assert len(keystone.simulator.connections) <= 20


async def test_checking_the_session_does_not_log_in(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone)
    assert not (await client.is_authenticated())
    assert (await client.http_get("version")).text == "0.10.9"
    with pytest.raises(AuthenticationError, match=r"not signed in; call login\(\)"):
        await client.retrieve_cluster()
    assert (await client.http_get("/users/teams/")).status_code == 401
    assert keystone.simulator.counters["logins"] == 0


async def test_a_token_needs_no_login(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone, token=next(iter(TOKENS)))
    assert (await client.create_team(name="By token"))["slug"] == "by-token"
    assert keystone.simulator.counters["logins"] == 0
    wrong = kind.client(keystone, token="0" * 40)
    with pytest.raises(
        AuthenticationError,
        match=r"401 Unauthorized: Invalid token; the token is not accepted; ask an operator",
    ):
        await wrong.retrieve_team()


async def test_the_calls_of_a_session_are_in_the_servers_log_under_its_cid(
    kind: Kind, keystone: Running
) -> None:
    client = kind.client(keystone, **ADMIN)
    await client.create_team(name="Logged")
    logged = await client.retrieve_log_request(filters={"cid": client.raw.cid})
    assert [
        (record["method"], record["endpoint"], record["response_code"]) for record in logged
    ] == [
        ("POST", "/authentication/login/", 200),
        ("POST", "/users/teams/", 201),
    ]


async def test_no_secret_is_logged_or_returned(kind: Kind, keystone: Running) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logger = logging.getLogger("kclient")
    logger.addHandler(handler)
    try:
        client = kind.client(keystone, **ADMIN)
        users = await client.retrieve_user()
        who = await client.whoami()
    finally:
        logger.removeHandler(handler)
    hashes = [user["password"] for user in keystone.simulator.store.tables["User"].values()]
    shown = "\n".join([*lines, str(users), str(who)])
    assert "/users/users/" in "\n".join(lines)
    for secret in [
        ADMIN["password"],
        *keystone.simulator.sessions,
        *(text[len(text) // 2 :] for text in hashes),
    ]:
        assert secret not in shown


# Records


async def test_a_second_ensure_of_many_records_writes_nothing(
    kind: Kind, keystone: Running
) -> None:
    client = kind.client(keystone, **ADMIN)
    wanted = [
        {
            "name": f"made-{number:04d}",
            "description": f"rack {number}",
            "access_mode": "Whitelist",
            "access_teams": ["lab-a"],
        }
        for number in range(1000)
    ]
    first = await client.ensure("cluster", wanted)
    assert [change.action for change in first] == ["create"] * 1000
    assert not [change.error for change in first if change.error]
    assert len(keystone.simulator.store.tables["Cluster"]) == 1003
    keystone.simulator.counters.clear()
    second = await client.ensure("cluster", wanted)
    assert [change.action for change in second] == ["none"] * 1000
    assert writes(keystone.simulator) == 0
    # The team is looked for by name and by slug; the list comes in pages of 1,000.
    assert keystone.simulator.counters["GET /users/teams/"] == 2
    assert keystone.simulator.counters["GET /allocations/clusters/"] == 2
    assert keystone.simulator.counters["requests"] == 4
    keystone.simulator.counters.clear()
    third = await client.ensure("cluster", [*wanted[:999], {**wanted[999], "description": "moved"}])
    assert [change.action for change in third] == ["none"] * 999 + ["update"]
    assert writes(keystone.simulator) == 1


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_relations_survive_a_database_that_locks(kind: Kind, concurrency: int) -> None:
    running = kind.serve(locking=0.01)
    client = kind.client(running, **ADMIN)
    wanted = [
        {"name": f"m2m-{number}", "access_mode": "Blacklist", "access_teams": ["lab-a"]}
        for number in range(12)
    ]
    changes = await client.ensure("cluster", wanted, concurrency=concurrency)
    assert [(change.action, change.error) for change in changes] == [("create", None)] * 12
    assert all(change.after["access_teams"] == [1] for change in changes)
    found = await client.retrieve_cluster(filters={"name__startswith": "m2m-"})
    assert [record["access_teams"] for record in found] == [[1]] * 12
    repeated = sum(
        count for name, count in running.simulator.counters.items() if name.startswith("PATCH")
    )
    assert (repeated > 0) is (concurrency > 1)
    assert {change.action for change in await client.ensure("cluster", wanted)} == {"none"}


@pytest.mark.parametrize("values", ["true", "True", "1"])
async def test_a_list_of_one_boolean_is_never_sent(
    kind: Kind, keystone: Running, values: str
) -> None:
    client = kind.client(keystone, **ADMIN)
    assert (
        await client.http_get("/allocations/clusters/", {"enabled__in": values})
    ).status_code == 500
    assert len(await client.retrieve_cluster(filters={"enabled__in": values})) == 3
    assert (await client.retrieve_cluster(filters={"enabled__not_in": values})) == []


@pytest.mark.parametrize("shape", ["envelope", "headers", "plain"])
async def test_lists_are_read_in_every_shape_that_servers_send(kind: Kind, shape: str) -> None:
    running = kind.serve(lists=shape, clusters=2345)
    client = kind.client(running, **ADMIN)
    names = [record["name"] for record in await client.retrieve_cluster()]
    assert names == [f"cluster-{number:03d}" for number in range(2345)]
    assert running.simulator.counters["GET /allocations/clusters/"] == (
        1 if shape == "plain" else 3
    )
    assert [
        record["name"]
        for record in await client.retrieve_cluster(
            filters={"name__in": ["cluster-007", "cluster-2000"]}, order="-name"
        )
    ] == [
        "cluster-2000",
        "cluster-007",
    ]
    assert len(await client.retrieve_cluster(limit=7)) == 7
    assert (await client.ensure("cluster", [{"name": "cluster-2344", "enabled": True}]))[
        0
    ].action == "none"


async def test_relations_may_be_given_by_name(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone, **ADMIN)
    (change,) = await client.ensure(
        "membership", [{"user": "ben", "team": "lab-a", "role": "Member"}]
    )
    assert (change.action, change.after["user"], change.after["team"], change.after["role"]) == (
        "create",
        3,
        1,
        "MB",
    )
    (change,) = await client.ensure(
        "allocation",
        [
            {
                "request": {"team": "Lab A", "title": "Sequencing"},
                "cluster": "cluster-001",
                "requested": 5,
            }
        ],
    )
    assert (change.action, change.after["request"], change.after["cluster"]) == ("create", 1, 2)


async def test_a_record_that_others_need_is_not_deleted(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone, **ADMIN)
    with pytest.raises(HTTPStatusError) as caught:
        await client.delete_cluster(pk=1)
    assert caught.value.response.status_code == 500
    assert "other records may still refer to this cluster" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "<" not in str(caught.value)
    await client.delete_cluster(pk=2)
    await client.delete_cluster(pk=2)
    assert sorted(keystone.simulator.store.tables["Cluster"]) == [1, 3]


async def test_an_attachment_keeps_its_data(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone, **ADMIN)
    made = await client.create_attachment(
        request=1,
        name="The plan",
        files={"file": ("plan.txt", b"Genomes need hours.", "text/plain")},
    )
    assert {
        "name": "The plan",
        "request": 1,
        "file": "allocations/plan.txt",
    }.items() <= made.items()
    answer = await client.http_post(
        "/allocations/attachments/",
        json={"request": 1},
        files={"file": ("second plan.pdf", b"%PDF-1.4")},
    )
    assert (answer.status_code, answer.json()["name"], answer.json()["request"]) == (
        201,
        "second plan.pdf",
        1,
    )
    renewed = await client.update_attachment(
        pk=made["id"], files={"file": ("plan.txt", b"They need days.")}
    )
    assert renewed["name"] == "The plan"
    assert renewed["file"] not in ("allocations/plan.txt", "")
    assert [
        record["name"] for record in await client.retrieve_attachment(filters={"request": 1})
    ] == [
        "The plan",
        "second plan.pdf",
    ]
    with pytest.raises(HTTPStatusError, match="file: File type could not be resolved"):
        await client.create_attachment(request=1, files={"file": ("plan", b"x")})


# Batches


async def test_a_batch_is_all_or_nothing(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone, **ADMIN)
    team = {"method": "POST", "path": "/users/teams/", "payload": {"name": "Lab D"}, "ref": "team"}
    member = {
        "method": "POST",
        "path": "/users/memberships/",
        "payload": {"team": "@ref{team.id}", "user": 2, "role": "OW"},
    }
    wrong = {"method": "POST", "path": "/allocations/clusters/", "payload": {"name": "x" * 51}}
    with pytest.raises(HTTPStatusError) as caught:
        await client.batch_job([team, member, wrong])
    assert caught.value.response.status_code == 422
    for said in (
        "Step #3 (POST /allocations/clusters/)",
        "name: Ensure this field has no more than 50 characters; nothing of the batch was kept",
    ):
        assert said in str(caught.value)
    assert (await client.retrieve_team(filters={"name": "Lab D"})) == []
    tried = await client.batch_job([team, member], dry_run=True)
    assert [step["status"] for step in tried] == [201, 201]
    assert (await client.retrieve_team(filters={"name": "Lab D"})) == []
    made = await client.batch_job([team, member])
    assert made[1]["body"]["team"] == made[0]["body"]["id"]
    assert [record["id"] for record in await client.retrieve_team(filters={"name": "Lab D"})] == [
        made[0]["body"]["id"]
    ]
    assert not [step for step in made if "_history" in step["body"]]


async def test_a_batch_may_contain_a_file(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone, **ADMIN)
    action = {
        "method": "POST",
        "path": "/allocations/attachments/",
        "payload": {"request": 1, "file": "@file{plan}"},
    }
    (step,) = await client.batch_job([action], files={"plan": ("plan.txt", b"hours")})
    assert (step["status"], step["body"]["name"]) == (201, "plan.txt")


async def test_a_batch_fails_with_404_on_a_server_without_batches(kind: Kind) -> None:
    running = kind.serve(without=["/batch/"])
    client = kind.client(running, **ADMIN)
    with pytest.raises(HTTPStatusError, match="404") as caught:
        await client.batch_job([{"method": "GET", "path": "/users/teams/"}])
    assert "<" not in str(caught.value)
    assert (await client.ensure("team", [{"name": "Lab D"}]))[0].action == "create"


# Limits


def nearly_over(running: Running, left: float) -> None:
    """Move the server's clock so that the calls so far count for `left` more seconds."""
    running.simulator.settings["clock_offset"] += 60 - left


async def test_throttling_is_waited_for(kind: Kind, keystone: Running) -> None:
    keystone.simulator.settings["throttle_user"] = 20
    client = kind.client(keystone, **ADMIN)
    names = [(await client.retrieve_cluster(pk=1))["name"] for dummy in range(20)]
    nearly_over(keystone, 1)
    names += [(await client.retrieve_cluster(pk=1))["name"] for dummy in range(20)]
    nearly_over(keystone, 1)
    made = [(await client.create_team(name=f"Lab {number}"))["id"] for number in range(20)]
    assert names == ["cluster-000"] * 40
    assert len(set(made)) == 20
    assert keystone.simulator.counters["GET /allocations/clusters/1/"] > 40, (
        "the server refused some"
    )
    assert keystone.simulator.counters["logins"] == 1


async def test_all_calls_wait_for_throttling_to_end(kind: Kind, keystone: Running) -> None:
    keystone.simulator.settings["throttle_user"] = 100
    client = kind.client(keystone, **ADMIN)
    for dummy in range(100):
        await client.http_get("/users/teams/1/")
    nearly_over(keystone, 1)
    outcomes = await kind.together(lambda: client.raw.http_get("/users/teams/1/"), 50)
    assert [outcome.status_code for outcome in outcomes] == [200] * 50
    # Only the calls that were in progress when throttling began are refused.
    assert keystone.simulator.counters["GET /users/teams/1/"] <= 100 + 50 + 50


async def test_throttling_that_lasts_too_long_is_an_error(kind: Kind, keystone: Running) -> None:
    keystone.simulator.settings["throttle_user"] = 1
    client = kind.client(keystone, **ADMIN, timeout=5, retry={"max_time": 5})
    await client.retrieve_cluster(pk=1)
    with pytest.raises(HTTPStatusError, match="429") as caught:
        await client.retrieve_cluster(pk=1)
    assert "\n" not in str(caught.value)
    with pytest.raises(RequestError, match="the server throttles this client for another"):
        await client.retrieve_cluster(pk=1)


async def test_every_status_is_a_response(kind: Kind, keystone: Running) -> None:
    client = kind.client(keystone, **ADMIN)
    assert (await client.http_get("/users/teams/99/")).status_code == 404
    assert (await client.http_post("users/teams", json={"name": ""})).json() == {
        "name": ["This field may not be blank."]
    }
    assert (await client.http_put("/users/teams/", json={})).status_code == 405
    assert (await client.http_patch("/users/teams/1/", json={"is_active": True})).json()[
        "name"
    ] == "Lab A"
    assert (await client.http_delete("/allocations/clusters/1/")).status_code == 500
    assert (await client.http_get("/no/such/path")).headers["content-type"].startswith("text/html")
    keystone.simulator.settings["allowed_hosts"] = ["keystone.example"]
    assert (await client.http_get("/users/teams/")).status_code == 500
    with pytest.raises(HTTPStatusError, match="500") as caught:
        await client.retrieve_team()
    assert "<" not in str(caught.value)
    assert "\n" not in str(caught.value)
