# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of Keystone's reference document run as they are printed there.

Only the package name and the server address are replaced. One typo of the document is corrected:
the two lines that make a client to be closed by hand end in a colon there.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import logging
import uuid
from collections.abc import Iterator
from types import CodeType
from typing import Any

import httpx
import pytest
from restops_clients import ClientError, HTTPStatusError
from restops_clients.keystone import AsyncKeystoneClient, KeystoneClient

from tests.simulators.keystone import KeystoneSimulator
from tests.simulators.keystone_rules import password_hash
from tests.simulators.serving import Running, serving

CONTEXT = (
    """\
from keystone_client import KeystoneClient

with KeystoneClient(url="http://localhost:8000") as client:
    ... # Your synchronous code here
""",
    """\
from keystone_client import AsyncKeystoneClient

async with AsyncKeystoneClient(url="http://localhost:8000") as aclient:
    ... # Your asynchronous code here
""",
)

MANUAL = (
    """\
from keystone_client import KeystoneClient

client = KeystoneClient(url="http://localhost:8000")
# Your synchronous code here
client.close()
""",
    """\
from keystone_client import AsyncKeystoneClient

aclient = AsyncKeystoneClient(url="http://localhost:8000")
# Your asynchronous code here
await aclient.close()
""",
)

CID = (
    """\
from keystone_client import KeystoneClient

with KeystoneClient(url="http://localhost:8000") as client:
    print(client.cid)
""",
    """\
from keystone_client import AsyncKeystoneClient

async with AsyncKeystoneClient(url="http://localhost:8000") as aclient:
    print(aclient.cid)
""",
)

LOGIN = (
    """\
from keystone_client import KeystoneClient

with KeystoneClient(url="http://localhost:8000") as client:
    client.login(username="username", password="password")
    assert client.is_authenticated()
    client.logout()
""",
    """\
from keystone_client import AsyncKeystoneClient

async with AsyncKeystoneClient(url="http://localhost:8000") as aclient:
    await aclient.login(username="username", password="password")
    assert await aclient.is_authenticated()
    await aclient.logout()
""",
)

GENERIC = (
    """\
from keystone_client import KeystoneClient

with KeystoneClient(url="http://localhost:8000") as client:
    response = client.http_get('version')

response.raise_for_status()
print(response.status_code)
print(response.content)
""",
    """\
from keystone_client import AsyncKeystoneClient

async with AsyncKeystoneClient(url="http://localhost:8000") as aclient:
    response = await aclient.http_get('version')

response.raise_for_status()
print(response.status_code)
print(response.content)
""",
)

CREATE = (
    """\
new_record_data = client.create_cluster(
    name="New-Cluster",
    description="Cluster created for example purposes."
)
""",
    """\
new_record_data = await aclient.create_cluster(
    name="New-Cluster",
    description="Cluster created for example purposes."
)
""",
)

RETRIEVE = (
    """\
all_cluster_data = client.retrieve_cluster(filters={"name": "New-Cluster"})
""",
    """\
all_cluster_data = await aclient.retrieve_cluster(filters={"name": "New-Cluster"})
""",
)

RETRIEVE_ONE = (
    """\
single_cluster_data = client.retrieve_cluster(pk=1)
""",
    """\
single_cluster_data = await aclient.retrieve_cluster(pk=1)
""",
)

UPDATE = (
    """\
updated_record_data = client.update_cluster(
    pk=1,
    data={'description': "Updated description"}
)
""",
    """\
updated_record_data = await aclient.update_cluster(
    pk=1,
    data={'description': "Updated description"}
)
""",
)

DELETE = (
    """\
client.delete_cluster(pk=1)
""",
    """\
await aclient.delete_cluster(pk=1)
""",
)

DELETE_OR_RAISE = (
    """\
client.delete_cluster(pk=1, raise_not_exists=True)
""",
    """\
await aclient.delete_cluster(pk=1, raise_not_exists=True)
""",
)

LOGGING = """\
import logging
import keystone_client

handler = logging.StreamHandler()
handler.setFormatter(
    logging.Formatter('%(cid)s - %(baseurl)s - %(method)s - %(endpoint)s - %(message)s')
)

logging.getLogger('kclient').addHandler(handler)
"""


class Examples:
    """Runs examples of one kind against a server.

    Attributes:
        running: The server.
        url: Its base URL.
        kind: 0 for the sync example of a pair, 1 for the async one.
    """

    def __init__(self, running: Running, kind: int) -> None:
        self.running = running
        self.url = f"http://{running.host}:{running.port}"
        self.kind = kind

    def run(self, *examples: str | tuple[str, str], signed_in: bool = False) -> dict[str, Any]:
        """Run examples one after the other as one program, and return its namespace."""
        names: dict[str, Any] = {}
        programs = [
            self._program(example if isinstance(example, str) else example[self.kind])
            for example in examples
        ]
        # The examples on records begin after the login.
        given = {
            "url": self.url,
            **({"username": "admin", "password": "correct horse"} if signed_in else {}),
        }
        if self.kind:
            asyncio.run(_run_async(names, programs, given))
        else:
            with KeystoneClient(**given) as names["client"]:
                for program in programs:
                    eval(program, names)
        return names

    def _program(self, printed: str) -> CodeType:
        source = printed.replace("keystone_client", "restops_clients.keystone").replace(
            "http://localhost:8000", self.url
        )
        return compile(source, "<example>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


async def _run_async(
    names: dict[str, Any], programs: list[CodeType], given: dict[str, str]
) -> None:
    async with AsyncKeystoneClient(**given) as names["aclient"]:
        for program in programs:
            outcome = eval(program, names)
            if inspect.iscoroutine(outcome):
                await outcome


@pytest.fixture(params=[0, 1], ids=["sync", "async"])
def examples(request: pytest.FixtureRequest) -> Iterator[Examples]:
    simulator = KeystoneSimulator()
    simulator.add("User", username="username", password=password_hash("password"))
    # The document deletes cluster 1, which nothing may need.
    simulator.store.delete("ResourceAllocation", 1)
    with serving(simulator) as running:
        yield Examples(running, request.param)


def test_the_context_manager_example_runs(examples: Examples) -> None:
    names = examples.run(CONTEXT)
    client = names["aclient" if examples.kind else "client"]
    assert isinstance(client, AsyncKeystoneClient if examples.kind else KeystoneClient)
    assert examples.running.simulator.counters["requests"] == 0


def test_the_example_that_closes_the_client_runs(examples: Examples) -> None:
    client = examples.run(MANUAL)["aclient" if examples.kind else "client"]
    with pytest.raises(ClientError, match="closed"):
        asyncio.run(client.http_get("version")) if examples.kind else client.http_get("version")


def test_the_correlation_id_example_runs(
    examples: Examples, capsys: pytest.CaptureFixture[str]
) -> None:
    examples.run(CID)
    assert uuid.UUID(capsys.readouterr().out.strip()).version == 4


def test_the_login_and_logout_example_runs(examples: Examples) -> None:
    examples.run(LOGIN)
    simulator = examples.running.simulator
    assert simulator.counters["logins"] == 1
    assert simulator.counters["GET /authentication/whoami/"] == 1
    assert simulator.counters["POST /authentication/logout/"] == 1
    assert not simulator.sessions


def test_the_generic_request_example_runs(
    examples: Examples, capsys: pytest.CaptureFixture[str]
) -> None:
    response = examples.run(GENERIC)["response"]
    assert isinstance(response, httpx.Response)
    assert capsys.readouterr().out.splitlines() == ["200", "b'0.10.9'"]
    assert examples.running.simulator.counters["GET /version/"] == 1


def test_the_creation_examples_run(examples: Examples) -> None:
    created = examples.run(CREATE, signed_in=True)["new_record_data"]
    assert isinstance(created, dict)
    assert {
        "name": "New-Cluster",
        "description": "Cluster created for example purposes.",
    }.items() <= created.items()
    assert examples.running.simulator.store.get("Cluster", created["id"])["name"] == "New-Cluster"


def test_the_retrieval_examples_run(examples: Examples) -> None:
    names = examples.run(RETRIEVE, signed_in=True)
    assert names["all_cluster_data"] == []
    names = examples.run(CREATE, RETRIEVE, signed_in=True)
    assert names["all_cluster_data"] == [names["new_record_data"]]


def test_the_example_for_one_record_runs(examples: Examples) -> None:
    assert (
        examples.run(RETRIEVE_ONE, signed_in=True)["single_cluster_data"]["name"] == "cluster-000"
    )
    assert examples.run(DELETE, RETRIEVE_ONE, signed_in=True)["single_cluster_data"] is None


def test_the_update_example_runs(examples: Examples) -> None:
    updated = examples.run(UPDATE, signed_in=True)["updated_record_data"]
    assert (updated["id"], updated["name"], updated["description"]) == (
        1,
        "cluster-000",
        "Updated description",
    )


def test_the_deletion_example_runs(examples: Examples) -> None:
    examples.run(DELETE, signed_in=True)
    assert examples.running.simulator.store.get("Cluster", 1) is None
    examples.run(DELETE, DELETE, signed_in=True)
    with pytest.raises(HTTPStatusError) as caught:
        examples.run(DELETE_OR_RAISE, signed_in=True)
    assert caught.value.response.status_code == 404


def test_raise_not_exists_does_not_affect_an_existing_record(examples: Examples) -> None:
    examples.run(DELETE_OR_RAISE, signed_in=True)
    assert examples.running.simulator.store.get("Cluster", 1) is None


def test_the_logging_example_formats_records(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    kclient = logging.getLogger("kclient")
    before = list(kclient.handlers)
    try:
        names = examples.run(LOGGING, RETRIEVE_ONE, LOGIN, GENERIC, signed_in=True)
        kclient.warning("a line of the user's own")
    finally:
        kclient.handlers = before
    lines = screen.getvalue().splitlines()
    fields = [line.split(" - ", 4) for line in lines]
    assert all(len(line) == 5 for line in fields), lines
    assert lines[-1] == " -  -  -  - a line of the user's own"
    requests = [line for line in fields[:-1] if line[2]]
    cids = {line[0] for line in requests}
    assert all(uuid.UUID(cid) for cid in cids)
    assert {line[1] for line in requests} == {examples.url}
    assert [(line[2], line[3].strip("/")) for line in requests] == [
        ("POST", "authentication/login"),
        ("GET", "allocations/clusters/1"),
        ("POST", "authentication/login"),
        ("GET", "authentication/whoami"),
        ("POST", "authentication/logout"),
        ("GET", "version"),
    ]
    # The signed-in client of the first example, and one client for each of the two others.
    assert len(cids) == 3
    assert names["aclient" if examples.kind else "client"].cid in cids
    assert "password" not in screen.getvalue()
    assert "correct horse" not in screen.getvalue()


def test_every_documented_method_exists() -> None:
    for kind in (KeystoneClient, AsyncKeystoneClient):
        for verb in ("get", "post", "put", "patch", "delete"):
            assert callable(getattr(kind, f"http_{verb}"))
        for verb in ("create", "retrieve", "update", "delete"):
            for resource in ("allocation", "cluster", "request", "team", "membership", "user"):
                assert callable(getattr(kind, f"{verb}_{resource}"))
