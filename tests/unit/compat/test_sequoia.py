# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of sequoia-client-sdk: positional arguments, its errors, and its responses."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.compat.sequoia import (
    auth,
    client,
    criteria,
    error,
)
from ansible_collections.restops.clients.plugins.module_utils.core import exceptions as core
from ansible_collections.restops.clients.plugins.module_utils.core.runtime import Runtime
from ansible_collections.restops.clients.tests.unit.sequoia.store import Store
from ansible_collections.restops.clients.tests.unit.sequoia.support import GRANT, REGISTRY, Server
from ansible_collections.restops.clients.tests.unit.sequoia.support import error as answered


def made(server: Server, *args: Any, **options: Any) -> Any:
    runtime = Runtime(sleep=lambda dummy: None)
    given = {**GRANT, "transport": server.transport, "runtime": runtime, **options}
    return client.Client(REGISTRY, *args, **given)


def contents(*script: Any, **options: Any) -> Any:
    return made(Server(*script), backoff_strategy={"max_tries": 1}, **options).metadata.contents


def serve(request: httpx.Request) -> httpx.Response:
    """Answer as a metadata service with the contents c1 and c2 does."""
    if request.method == "DELETE":
        return httpx.Response(204)
    if request.method == "POST":
        (item,) = json.loads(request.content)["contents"]
        return httpx.Response(201, json={"contents": [{**item, "ref": f"acme:{item['name']}"}]})
    wanted = request.url.params.get("withRef", request.url.path.rpartition("/")[2])
    found = [{"ref": f"acme:{name}", "name": name} for name in ("c1", "c2")]
    named = [item for item in found if item["ref"] == wanted]
    return httpx.Response(200, json={"meta": {}, "contents": named or found})


def test_a_program_reads_browses_stores_and_deletes() -> None:
    server = Server(serve)
    with made(server) as sdk:
        endpoint = sdk.metadata.contents
        assert endpoint.read("acme", "acme:c1").resources[0]["name"] == "c1"
        assert sdk["metadata"]["contents"].read("acme", "acme:c2").status == 200
        by_ref = criteria.StringExpressionFactory.field("ref").equal_to("acme:c1")
        pages = list(endpoint.browse("acme", criteria.Criteria().add_criterion(by_ref)))
        assert [page.resources[0]["ref"] for page in pages] == ["acme:c1"]
        assert len(endpoint.browse("acme").resources) == 2
        stored = endpoint.store("acme", '{"contents": [{"owner": "acme", "name": "c3"}]}')
        assert stored.resources[0]["ref"] == "acme:c3"
        assert endpoint.delete("acme", "acme:c1").status == 204
        assert endpoint.browse("acme").linked("assets").resources is None
        assert repr(sdk) == f"<Client {REGISTRY}>"
    with pytest.raises(error.ClientError, match="closed"):
        endpoint.browse("acme")


def test_what_only_responses_of_the_sdk_have() -> None:
    response = made(Server(serve)).metadata.contents.browse("acme")
    assert isinstance(response.raw, httpx.Response)
    assert response.raw.json() == response.full_json == response.data
    assert response._status_code == 200
    assert response._headers["content-type"] == "application/json"
    assert response.to_object()[0].name == "c1"
    with pytest.raises(AttributeError):
        response.__missing__  # noqa: B018  # the access is what fails


def test_arguments_are_taken_by_position() -> None:
    server = Server(serve)
    sdk = made(server, {"http": "http://proxy.example"}, "an-agent/1", {"max_tries": 2}, None, 7)
    sdk.metadata.contents.browse("acme")
    assert server.requests[0].headers["user-agent"].startswith("an-agent/1 ")
    own = made(
        server, None, None, None, None, None, None, "cid-1", "user", "app", "application/json"
    )
    own.metadata.contents.browse("acme")
    assert server.requests[-1].headers["x-correlation-id"] == "cid-1"
    assert server.requests[-1].headers["accept"] == "application/json"
    with pytest.raises(ValueError, match="adapters"):
        made(server, adapters=[])
    with pytest.raises(ValueError, match="grant_client_id"):
        client.Client(REGISTRY, auth_type=auth.AuthType.CLIENT_GRANT)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (answered(404), error.HttpError),
        (answered(500), error.RequestError),
        (httpx.ConnectError("refused"), error.ConnectionError),
        (httpx.ReadTimeout("slow"), error.Timeout),
        (httpx.Response(200, html="<html>"), error.ClientError),
    ],
)
def test_failures_are_errors_of_the_sdk(answer: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        contents(answer).read("acme", "acme:c1")
    assert isinstance(caught.value, core.ClientError)
    assert isinstance(caught.value.cause, core.ClientError)
    assert caught.value.__cause__ is caught.value.cause


def test_a_status_is_on_the_error() -> None:
    with pytest.raises(error.RequestError) as caught:
        contents(answered(404)).read("acme", "acme:c1")
    assert caught.value.status_code == caught.value.response.status_code == 404


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (
            httpx.Response(412, json={"error": "Precondition Failed"}),
            {"error": "Precondition Failed"},
        ),
        (httpx.Response(502, html="<html>"), "GET https://"),
        (httpx.Response(404), "GET https://"),
    ],
)
def test_the_message_of_a_status_is_the_body_if_that_is_json(response: Any, message: Any) -> None:
    with pytest.raises(error.HttpError, match="GET https://") as caught:
        contents(response).read("acme", "acme:c1")
    found = caught.value.message
    assert found == message if isinstance(message, dict) else found.startswith(message)
    assert error.HttpError("gone", 404).message == "gone"


def test_a_copy_of_an_error_has_the_same_text() -> None:
    with pytest.raises(error.HttpError) as caught:
        contents(answered(404, "gone")).read("acme", "acme:c1")
    for copied in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert str(copied) == str(caught.value)
        assert copied.message == caught.value.message


def test_a_clients_user_and_application_are_its_attributes() -> None:
    sdk = made(Server(), user_id=" user ", application_id="app")
    assert (sdk.user_id, sdk.application_id) == ("user", "app")
    assert (made(Server()).user_id, made(Server()).application_id) == (None, None)
    assert {"data", "resources", "raw"} <= set(
        dir(made(Server(serve)).metadata.contents.browse("acme"))
    )


def test_a_failure_between_two_pages_is_an_error_of_the_sdk() -> None:
    first = {"meta": {"continue": "/data/contents?continue=1"}, "contents": [{"ref": "a:b"}]}
    pages = contents(first, answered(500)).browse(
        "acme", query_string="continue=true", prefetch_pages=1
    )
    with pytest.raises(error.HttpError):
        list(pages)


def test_an_argument_that_is_not_usable_stays_a_value_error() -> None:
    with pytest.raises(ValueError, match="ref"):
        contents().delete("acme", "")


def test_an_unknown_service_is_a_key_error() -> None:
    sdk = made(Server())
    with pytest.raises(KeyError, match="nothing") as caught:
        sdk.nothing.contents.browse("acme")
    assert str(caught.value) == caught.value.message


def test_refused_credentials_and_updates_have_the_names_of_the_sdk() -> None:
    server = Server(login=answered(401))
    with pytest.raises(error.AuthorisationError):
        made(server).metadata.contents.browse("acme")
    store = Store("c1")
    endpoint = made(Server(store)).metadata.contents
    document = {"contents": [{"ref": "acme:c1", "owner": "acme", "name": "c1"}]}
    with pytest.raises(error.NotMatchingVersion):
        endpoint.update("acme", document, "acme:c1", "old")
    with pytest.raises(error.ReferencesMismatchException):
        endpoint.update("acme", document, "acme:c2", "v1")
