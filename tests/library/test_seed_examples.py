# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The behaviour that the Itential SDK's reference document describes, under its public names."""

from __future__ import annotations

import asyncio
import io
import logging as stdlib_logging
from collections.abc import Iterator

import httpx
import pytest
import restops_clients
from restops_clients import (
    AsyncGateway,
    AsyncPlatform,
    Gateway,
    HTTPMethod,
    HTTPStatusError,
    IpsdkError,
    Platform,
    RequestError,
    Response,
    SerializationError,
    gateway_factory,
    heuristics,
    jsonutils,
    logging,
    platform_factory,
)

from tests.simulators.platform import SERVICE_ACCOUNTS
from tests.simulators.serving import Running

OAUTH = dict(zip(("client_id", "client_secret"), next(iter(SERVICE_ACCOUNTS.items())), strict=True))


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    logger = logging.get_logger()
    before = (logger.level, list(logger.handlers), logger.propagate)
    yield
    logger.level, logger.handlers, logger.propagate = before
    heuristics.Scanner.reset_singleton()


def where(running: Running) -> dict:
    return {"host": running.host, "port": running.port, "use_tls": False}


@pytest.mark.parametrize(
    "credentials",
    [OAUTH, {"user": "ada", "password": "correct horse"}, {}],
    ids=["OAuth", "user and password", "defaults"],
)
def test_the_platform_example_runs(platform: Running, credentials: dict) -> None:
    with platform_factory(**where(platform), **credentials) as client:
        assert isinstance(client, Platform)
        assert client.get("/health/server").json()["version"] == "6.5.2"
        created = client.post(
            "/automation-studio/automations", json={"automation": {"name": "made"}}
        )
        assert created.json()["created"]["name"] == "made"

    async def main() -> None:
        async with platform_factory(**where(platform), **credentials, want_async=True) as client:
            assert isinstance(client, AsyncPlatform)
            assert (await client.get("/health/server")).json()["version"] == "6.5.2"

    asyncio.run(main())


def test_the_gateway_example_runs(gateway: Running) -> None:
    with gateway_factory(**where(gateway)) as client:
        assert isinstance(client, Gateway)
        assert client.get("/devices").json()["data"][0]["name"] == "sw-000"
        client.post("/devices", json={"name": "new@site", "variables": {"a": 1}})
        client.patch("/devices/{name}", path_params={"name": "new@site"}, json={"b": 2})
        assert client.get("/devices/{name}", path_params={"name": "new@site"}).json()[
            "variables"
        ] == {"a": 1, "b": 2}
        client.put("/devices/{name}", path_params={"name": "new@site"}, json={"c": 3})
        client.delete("/devices/{name}", path_params={"name": "new@site"})
        with pytest.raises(HTTPStatusError) as caught:
            client.get("/devices/{name}", path_params={"name": "new@site"})
        assert caught.value.response.status_code == 404

    async def main() -> None:
        async with gateway_factory(**where(gateway), want_async=True) as client:
            assert isinstance(client, AsyncGateway)
            assert (await client.get("/devices")).json()["data"]

    asyncio.run(main())


def test_a_gateway_refuses_a_service_account() -> None:
    with pytest.raises(IpsdkError):
        gateway_factory(client_id="a", client_secret="b")


def test_classes_are_those_that_the_type_checker_sees() -> None:
    for name in ("Platform", "AsyncPlatform", "Gateway", "AsyncGateway"):
        kind = getattr(restops_clients, name)
        assert kind.__name__ == name
        assert kind.__doc__
        assert not hasattr(object.__new__(kind), "__dict__"), "slots save what they promise"


def test_wrong_credentials_and_invalid_responses_are_errors(platform: Running) -> None:
    with platform_factory(**where(platform), user="ada", password="wrong horse") as client:
        with pytest.raises(
            IpsdkError, match="401 Unauthorized: Invalid credentials; check 'user' and 'password'"
        ):
            client.get("/health/server")
    with platform_factory(**where(platform), **OAUTH) as client:
        with pytest.raises(SerializationError, match="text/html"):
            client.get("/_sim/html").json()
        with pytest.raises(HTTPStatusError, match="415"):
            client.post("/automation-studio/automations", data="name=x")
        response = client.get("/_sim/status/418", raise_on_error=False)
        assert response.is_error()
        assert not response.is_success()


def test_an_ended_session_is_renewed(platform: Running) -> None:
    with platform_factory(**where(platform), **OAUTH) as client:
        client.get("/health/server")
        platform.simulator.sessions.clear()
        assert client.get("/health/server").status_code == 200
    assert platform.simulator.counters["logins"] == 2


def test_responses_and_methods_have_the_documented_attributes(platform: Running) -> None:
    with platform_factory(**where(platform), **OAUTH) as client:
        response = client.request(HTTPMethod.GET, "/health/server")
    assert isinstance(response, Response)
    assert response.started_at < response.finished_at
    assert response.elapsed > 0
    assert HTTPMethod.GET == "GET"
    assert str(HTTPMethod.POST) == "POST"


def test_the_json_helpers_work_as_documented() -> None:
    assert jsonutils.loads(jsonutils.dumps({"a": ["ä", 1.5, None]})) == {"a": ["ä", 1.5, None]}
    for bad in ("{", "NaN"):
        with pytest.raises(SerializationError):
            jsonutils.loads(bad)
    with pytest.raises(SerializationError):
        jsonutils.dumps({1, 2})


def test_logging_works_as_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    logging.initialize()
    logging.set_level(logging.TRACE)

    @logging.trace
    def work() -> int:
        logging.info("api_key=sk-live-0123456789 done")
        return 7

    assert work() == 7
    assert (logging.TRACE, logging.FATAL, logging.NONE) == (5, 90, 100)
    assert stdlib_logging.FATAL == 50
    logging.add_sensitive_data_pattern("ssn", r"\d{3}-\d{2}-\d{4}")
    logging.warning("number 123-45-6789")
    assert logging.remove_sensitive_data_pattern("ssn")
    logging.set_level("NONE")
    logging.critical("not written")
    lines = screen.getvalue()
    assert "TRACE: -> " in lines
    assert "api_key=[REDACTED] done" in lines
    assert "number [REDACTED_SSN]" in lines
    assert "sk-live" not in lines
    assert "not written" not in lines
    with pytest.raises(SystemExit):
        logging.fatal("stop")


def test_the_scanner_works_as_documented() -> None:
    scanner = heuristics.Scanner()
    assert scanner is heuristics.get_scanner()
    assert heuristics.has_sensitive_data("password=hunter2")
    assert heuristics.scan_and_redact("password=hunter2") == "password=[REDACTED]"
    scanner.add_pattern("badge", r"badge-\d+")
    assert "badge" in scanner.list_patterns()
    assert heuristics.scan_and_redact("badge-7") == "[REDACTED_BADGE]"
    heuristics.Scanner.reset_singleton()
    assert "badge" not in heuristics.Scanner().list_patterns()


def test_the_documented_names_can_be_imported() -> None:
    for name in restops_clients.__all__:
        assert getattr(restops_clients, name) is not None
    assert set(restops_clients.__all__) <= set(dir(restops_clients))
    assert restops_clients.__version__ == "1.0.0"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        assert restops_clients.nonsense


def test_a_client_accepts_a_custom_transport() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"token": "abcdef"}))
    with gateway_factory(transport=transport) as client:
        assert client.get("/devices").json() == {"token": "abcdef"}


def test_a_server_that_does_not_answer_is_a_request_error() -> None:
    with pytest.raises(
        RequestError, match="refused; check host and port, and that the server runs"
    ):
        platform_factory("127.0.0.1", 1, False, retry=1).get("/health/server")
