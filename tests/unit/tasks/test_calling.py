# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of every task around its work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    keystone_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import calling
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.unit.keystone.server import (
    ADA,
    CLUSTERS,
    URL,
    USER,
    Keystone,
)


class Watching(Context):
    """Records the clients that are returned to it."""

    def __init__(self) -> None:
        super().__init__()
        self.closed: list[Any] = []

    def close(self, client: Any) -> None:
        self.closed.append(client)
        client.close()


def perform(
    server: Keystone,
    work: Any,
    context: Context | None = None,
    want_async: bool = False,
    **params: Any,
) -> dict[str, Any]:
    def factory(dummy: Mapping[str, Any], want_async: bool) -> Any:
        return keystone_factory(
            URL, **USER, transport=server.transport, want_async=want_async, retry=1
        )

    perform = calling.perform_async if want_async else calling.perform
    return perform(factory, params, context or Context(), work)


def test_a_result_has_neither_secrets_nor_histories() -> None:
    context = Watching()
    result = perform(
        Keystone(),
        lambda client: {
            "user": client.get("/authentication/whoami").json(),
            "text": "correct horse session-1",
        },
        context,
    )
    assert result == {
        "user": {name: value for name, value in ADA.items() if name != "_history"},
        "text": "[REDACTED] [REDACTED]",
    }
    assert len(context.closed) == 1


def test_a_factory_that_refuses() -> None:
    def factory(dummy: Mapping[str, Any], want_async: bool) -> Any:
        raise ConfigurationError(f"no url {want_async}")

    with pytest.raises(TaskError, match="no url False") as caught:
        calling.perform(factory, {}, Context(), lambda dummy: {})
    assert caught.value.result == {}


def test_an_error_of_a_call_shows_the_request_and_the_response() -> None:
    context = Watching()
    server = Keystone(
        httpx.Response(
            400,
            json={
                "detail": "correct horse",
                "_history": [1],
                "cluster": {"_history": [2], "id": 1},
            },
        )
    )
    with pytest.raises(TaskError, match=r"400 Bad Request: \[REDACTED\]; check the body") as caught:
        perform(server, lambda client: client.create_cluster(name="x"), context)
    result = caught.value.result
    assert {name: result[name] for name in ("method", "url", "status", "json", "attempts")} == {
        "method": "POST",
        "url": f"{URL}{CLUSTERS}",
        "status": 400,
        "json": {"detail": "[REDACTED]", "cluster": {"id": 1}},
        "attempts": 1,
    }
    assert context.closed


@pytest.mark.parametrize(
    ("work", "script", "changed"),
    [
        (lambda client: client.post("/x"), [httpx.ReadError("reset")], True),
        (lambda client: client.post("/x"), [httpx.ConnectError("refused")], False),
        (lambda client: client.post("/x"), [httpx.Response(504)], True),
        (lambda client: client.post("/x"), [httpx.Response(500)], False),
        (lambda client: client.post("/x"), [httpx.Response(403)], False),
        (lambda client: client.post("/x", read_only=True), [httpx.ReadError("reset")], False),
        (lambda client: client.get("/x"), [httpx.ReadError("reset")], False),
        (
            lambda client: [client.post("/x"), client.post("/y")],
            [httpx.Response(200), httpx.Response(403)],
            True,
        ),
        (
            lambda client: client.batch([("POST", "/x"), ("POST", "/y")]),
            [httpx.Response(200), httpx.Response(403)],
            True,
        ),
    ],
)
def test_a_failure_after_a_write_does_not_claim_that_nothing_was_changed(
    work: Any, script: list[Any], changed: bool
) -> None:
    with pytest.raises(TaskError) as caught:
        perform(Keystone(*script), work)
    assert caught.value.result["changed"] is changed
    with pytest.raises(TaskError) as caught:
        perform(Keystone(*script), work, Context(check_mode=True))
    assert caught.value.result["changed"] is False


def test_what_a_task_knows_of_its_changes_stands() -> None:
    def work(client: Any) -> Any:
        client.post("/x")
        raise TaskError("a dry run", changed=False)

    with pytest.raises(TaskError) as caught:
        perform(Keystone(httpx.Response(200)), work)
    assert caught.value.result["changed"] is False


def test_errors_without_a_response_have_the_request_if_there_is_one() -> None:
    def work(dummy: Any) -> Any:
        raise ClientError("no request at all")

    with pytest.raises(TaskError) as caught:
        perform(Keystone(), work)
    assert (caught.value.msg, caught.value.result) == ("no request at all", {"changed": False})
    with pytest.raises(TaskError) as caught:
        perform(Keystone(httpx.ConnectError("no")), lambda client: client.get("/x"))
    assert caught.value.result == {"method": "GET", "url": f"{URL}/x/", "changed": False}


def test_a_response_that_is_too_deep() -> None:
    def work(dummy: Any) -> Any:
        raise RecursionError

    with pytest.raises(TaskError, match="nested too deeply"):
        perform(Keystone(), work)


@pytest.mark.parametrize(
    ("shared", "left"), [({"shared_session": False}, 0), ({"shared_session": True}, 1), ({}, 1)]
)
def test_a_session_that_is_not_shared_is_ended(shared: dict[str, Any], left: int) -> None:
    server = Keystone()
    perform(server, lambda client: {"user": client.whoami()}, **shared)
    assert len(server.sessions) == left
    server = Keystone(httpx.Response(500))
    with pytest.raises(TaskError):
        perform(server, lambda client: client.whoami(), **shared)
    assert len(server.sessions) == left


def test_an_asynchronous_client_is_closed_by_the_work() -> None:
    context = Watching()
    assert perform(
        Keystone(), lambda client: {"kind": type(client).__name__}, context, want_async=True
    ) == {"kind": "AsyncKeystoneClient"}
    assert context.closed == []


def test_a_result_contains_the_parts_of_a_response() -> None:
    answers: list[Any] = []
    server = Keystone(
        httpx.Response(200, text="pong", headers={"x-token": "t", "etag": "e"}), httpx.Response(204)
    )
    perform(
        server,
        lambda client: (
            answers.extend(
                [calling.of_response(client.get("/a")), calling.of_response(client.get("/b"))]
            )
            or {}
        ),
    )
    first, second = answers
    assert (
        first["json"],
        first["content"],
        first["headers"]["etag"],
        "x-token" in first["headers"],
    ) == (None, "pong", "e", False)
    assert (second["json"], second["status"], second["url"], len(second["correlation_id"])) == (
        None,
        204,
        f"{URL}/b/",
        36,
    )
    assert "content" not in second
