# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's secrets: which they are, and that neither a module nor a task in process shows them."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from ansible import constants
from ansible.module_utils import basic
from ansible.module_utils.common.text.converters import to_bytes
from ansible_collections.restops.clients.plugins.module_utils.core import logging
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    masking,
    module,
    options,
    platform,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import request as calls
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import TaskError
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task
from ansible_collections.restops.clients.plugins.plugin_utils import in_process
from ansible_collections.restops.clients.tests.unit.support import Server

WHERE = {
    "host": "server.example",
    "client_id": "64b5c0ffee",
    "client_secret": "client-secret-value",
    "shared_session": False,
    "retry": 1,
}
# Before core 2.21 a module always returns its arguments, and knows no such wish.
INJECT = (
    {"_ansible_inject_invocation": True}
    if "INJECT_INVOCATION" in constants.config.get_configuration_definitions()
    else {}
)
SPEC = {**options.PLATFORM.options, **calls.OPTIONS}


@pytest.mark.parametrize(
    ("arguments", "secrets"),
    [
        ({"client_secret": "one-secret"}, {"one-secret"}),
        ({"client_secret": ["one-secret"]}, {"one-secret"}),
        ({"body": {"user": "ada", "password": "body-secret"}}, {"body-secret"}),
        ({"body": [{"deep": {"apiKey": "body-secret", "token_count": "4242"}}]}, {"body-secret"}),
        ({"body": {"password": 14141414}}, {"14141414"}),
        ({"body": {"vars": [{"name": "password", "value": "pair-secret"}]}}, {"pair-secret"}),
        ({"body": {"vars": [{"key": "api_token", "value": "pair-secret"}]}}, {"pair-secret"}),
        ({"body": r'{"password": "S03\u0061pass\/word"}'}, {"S03apass/word"}),
        ({"body": "password=first-one&password=second-one"}, {"first-one", "second-one"}),
        ({"body": "user=ada&password=a%20b%2fc"}, {"a b/c", "a%20b%2fc"}),
        ({"body": "user[password]=form-secret"}, {"form-secret"}),
        (
            {"body": "<login><password>xml&amp;secret</password></login>"},
            {"xml&secret", "xml&amp;secret"},
        ),
        ({"body": "user: ada\npassword: yaml-secret\n"}, {"yaml-secret"}),
        ({"body": "password: 'yaml''s secret'\n"}, {"yaml's secret", "yaml''s secret"}),
        ({"body": {"script": "curl -u ada:nested-secret https://x"}}, {"nested-secret"}),
        ({"params": {"filter": {"password": "query-secret"}}}, {"query-secret"}),
        ({"params": {"filter[password]": "query-secret"}}, {"query-secret"}),
        ({"params": {"tokens": ["one-token", "two token"]}}, {"one-token", "two token"}),
        ({"params": '{"password": "query-secret"}'}, {"query-secret"}),
        ({"path_params": {"token": "path secret/1"}}, {"path secret/1"}),
        ({"path": "/q?token=S05%20aa%2Fbb"}, {"S05 aa/bb", "S05%20aa%2Fbb"}),
        (
            {"path": "/q?a[password]=one-secret&a[password]=two-secret"},
            {"one-secret", "two-secret"},
        ),
        ({"proxy": "http://u:S09%2fproxy@127.0.0.1:9"}, {"S09%2fproxy", "S09/proxy"}),
        ({"proxy": "u:p@ss/word@host:x:y"}, {"p@ss/word"}),
        ({"headers": {"X-Api-Key": "header-secret"}}, {"header-secret"}),
        ({"headers": {"authorization": "Bearer abcd-token"}}, {"Bearer abcd-token", "abcd-token"}),
        (
            {"headers": {"Authorization": "Basic YWRhOmJhc2ljLXNlY3JldA=="}},
            {"Basic YWRhOmJhc2ljLXNlY3JldA==", "YWRhOmJhc2ljLXNlY3JldA==", "basic-secret"},
        ),
        (
            {"headers": {"Authorization": "Basic not base64"}},
            {"Basic not base64", "not base64"},
        ),
        (
            {"headers": {"Cookie": "token=cookie-secret; view=cluster"}},
            {"token=cookie-secret; view=cluster", "cookie-secret"},
        ),
        ({"headers": "X-Api-Key=header-secret"}, {"header-secret"}),
        ({"headers": [["X-Api-Key", "header-secret"], ["Accept", "text/csv"]]}, {"header-secret"}),
        ({"headers": ["X-Api-Key", "header-secret"]}, {"header-secret"}),
        ({"headers": [{"X-Api-Key": "header-secret"}]}, {"header-secret"}),
        ({"host": "ada:host-secret@server"}, {"host-secret"}),
        ({"url": "https://ada:url-secret@server/a"}, {"url-secret"}),
        ({"data": {"pasword": "typed-wrong"}}, {"typed-wrong"}),
        (
            {"headers": "Accept: text/csv Authorization Token one-secret"},
            {"Token one-secret", "Token", "one-secret"},
        ),
        (
            {"requests": [{"path": "/a", "headers": {"X-Api-Key": "item-key"}, "body": "a=b"}]},
            {"item-key"},
        ),
        ({"requests": [{"pathh": "/a", "body": {"password": "item-secret"}}]}, {"item-secret"}),
        ({"pasword": "x", "passwd": "wrong-option"}, {"wrong-option"}),
        ({"body": {"session": "8fK3mD9xQ2", "auth": {"type": "none"}}}, {"8fK3mD9xQ2"}),
        (
            {"body": {"auth": "basic", "session": "open"}, "headers": {"X-Token": [1, "a-token"]}},
            {"a-token"},
        ),
        ({"body": {"pin": 4711, "session": ["8fK3mD9xQ2", 5]}}, {"8fK3mD9xQ2"}),
        ({"body": {"credentials": {"username": "ada", "note": "our secret"}}}, {"our secret"}),
        ({"body": {"text": r"say {\"password\": \"one\x two\"}"}}, {r"one\x two"}),
        ({"client_secret": {"value": ["one-secret"], "on": True}}, {"one-secret"}),
        # Too short to be masked, or no secret at all.
        ({"body": {"password": "", "token": "1", "secret": "abc", "pwd": 12}}, set()),
        ({"body": {"password": None, "secret": True, "token": "   "}}, set()),
        ({"headers": {"X-Dry-Run": "1", "X-Tenant": "acme", "Prefer": "return=minimal"}}, set()),
        ({"headers": {"Idempotency-Key": "order-20", "X-HTTP-Method-Override": "PUT"}}, set()),
        ({"client_key": "/etc/key.pem", "cookie_name": "token", "token_in_query": True}, set()),
        ({"path": "/devices?limit=100", "body": "just words", "retry": 1}, set()),
        ({"proxy": "http://proxy.example:3128"}, set()),
        ({"host": "server.example", "url": "https://server.example:8443/services/acme"}, set()),
    ],
)
def test_the_secrets_of_a_task(arguments: dict[str, Any], secrets: set[str]) -> None:
    assert set(masking.secrets_of(arguments, SPEC).values) == secrets


def echo(asked: httpx.Request) -> httpx.Response:
    return httpx.Response(
        200,
        json={
            "body": asked.content.decode("utf-8", "replace"),
            "headers": dict(asked.headers),
            "url": str(asked.url),
            "count": 20,
            "name": "sw-001",
        },
    )


Runner = Callable[..., dict[str, Any]]


@pytest.fixture(params=["module", "in process"])
def perform(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Runner:
    """Give a function that performs a task of the Platform on one of the two paths."""

    def as_module(task: Task, arguments: Mapping[str, Any]) -> dict[str, Any]:
        given = {**arguments, **INJECT}
        monkeypatch.setattr(
            basic, "_ANSIBLE_ARGS", to_bytes(json.dumps({"ANSIBLE_MODULE_ARGS": given}))
        )
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit):
            module.main(task)
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        # How core 2.22 hands over what a module has registered; a result does not have it.
        result.pop("_ansible_new_secrets", None)
        return result

    def in_this_process(task: Task, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return in_process.run(task, "example", arguments, check_mode=False, inject_invocation=True)

    def run(answer: Any = echo, **arguments: Any) -> dict[str, Any]:
        factory = functools.partial(platform.make_client, transport=Server(answer).transport)
        task = Task(
            functools.partial(calls.run, factory),
            options.PLATFORM,
            calls.OPTIONS,
            **calls.RULES,
        )
        path = as_module if request.param == "module" else in_this_process
        return path(task, {**WHERE, **arguments})

    return run


def test_a_short_value_masks_nothing(perform: Runner) -> None:
    result = perform(
        path="/orders",
        method="POST",
        client_secret="a",
        body={"name": "sw-001", "password": "", "token": "1", "secret": "2"},
        headers={"X-Version": "2", "Idempotency-Key": "20", "X-Empty": "", "X-Api-Key": "s"},
    )
    assert (result["status"], result["method"]) == (200, "POST")
    assert (result["json"]["count"], result["json"]["name"]) == (20, "sw-001")
    assert result["url"] == "https://server.example/orders"


@pytest.mark.parametrize(
    "arguments",
    [
        {"pathh": "/f", "timeout": 5},
        {"path": "/f", "timeout": 0},
        {"path": "/f", "timeout": "abc"},
        {"path": "/f", "client_secret": None},
        {"path": "/x/{a}", "path_params": {"token": "path-secret-1"}},
        {"path": "http://elsewhere/"},
        {"path": "/f", "proxy": "http://u:proxy-secret-1@[x:9", "timeout": 0},
    ],
)
def test_a_mistake_in_one_option_shows_no_secret_of_the_others(
    perform: Runner, arguments: dict[str, Any]
) -> None:
    given = {
        "method": "POST",
        "proxy": "http://u:proxy-secret-1@127.0.0.1:9",
        "headers": {"Authorization": "Bearer header-secret-1"},
        "body": {"password": "body-secret-1", "list": [{"key": "token", "value": "pair-secret-1"}]},
        **arguments,
    }
    result = perform(**given)
    assert result["failed"]
    assert "module_args" in result["invocation"]
    assert "-secret-1" not in json.dumps(result)


@pytest.mark.parametrize("word", ["status", "json", "changed", "method", "results", "POST", "2000"])
def test_what_the_collection_says_of_a_call_is_never_masked(perform: Runner, word: str) -> None:
    expected = perform(path="/orders", method="POST")
    result = perform(path="/orders", method="POST", client_secret=word, body={"password": word})
    assert set(result) == set(expected)
    assert (result["changed"], result["status"], result["method"]) == (True, 200, "POST")


def test_a_secret_is_masked_however_a_server_repeats_it(perform: Runner) -> None:
    result = perform(
        path="/tokens/{token}",
        path_params={"token": "p&ä<w/0'r\"d:x y"},
        params={"filter": {"password": "S13 nested/pw"}},
        method="POST",
        body="password=S01%20aa%2fbb",
        headers={"X-Api-Key": "quo\\te"},
    )
    assert result["url"] == "https://server.example/tokens/[REDACTED]?filter[password]=***"
    shown = json.dumps(result)
    for part in ("w/0", "w%2F0", "S13", "S01", "quo"):
        assert part not in shown
    assert result["json"]["body"] == "password=[REDACTED]"


def test_named_secrets_are_masked_in_failures_and_log_lines(
    perform: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(
        logging, "emit", lambda logger, level, line, fields: lines.append(f"{line} {fields}")
    )
    monkeypatch.setattr(logging.get_logger(), "isEnabledFor", lambda dummy_level: True)
    result = perform(
        httpx.Response(404, json={"message": "no key pathsecret88, or pathsecret88!"}),
        path="/keys/{api_key}/use",
        path_params={"api_key": "pathsecret88"},
    )
    assert (result["failed"], result["status"]) == (True, 404)
    assert "pathsecret88" not in json.dumps(result)
    assert any("/keys/" in line for line in lines)
    assert "pathsecret88" not in "".join(lines)


def test_a_secret_of_one_task_is_not_masked_in_the_next(perform: Runner) -> None:
    perform(path="/a", method="POST", body={"password": "sw-001"})
    assert perform(path="/a")["json"]["name"] == "sw-001"


def test_options_that_are_not_to_be_logged_are_shown_as_ansible_shows_them(
    perform: Runner,
) -> None:
    shown = perform(path="/a", body="note: 8; token=abcdefgh1", method="POST")
    arguments = shown["invocation"]["module_args"]
    assert arguments["client_secret"] == masking.NO_LOG
    assert arguments["body"] == "note: 8; token=[REDACTED]"
    assert arguments["path"] == "/a"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the list of what is registered, as if this were core 2.22."""
    values: list[str] = []
    monkeypatch.setattr(masking, "register_secrets", values.extend)
    return values


def test_a_module_registers_what_is_long_enough(
    perform: Runner, registered: list[str], request: pytest.FixtureRequest
) -> None:
    perform(path="/a", body={"password": "body-secret-1", "token": "1"}, method="POST")
    # In process the action registers them, in the worker from which Ansible takes them.
    expected = (
        {"client-secret-value", "body-secret-1"} if "[module]" in request.node.name else set()
    )
    assert set(registered) == expected


def test_nothing_is_written_to_the_log_of_the_managed_host(
    perform: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Any] = []
    monkeypatch.setattr(
        basic.AnsibleModule, "log", lambda self, *what, **more: written.append(what)
    )
    perform(path="/a", body={"password": "body-secret-1"}, method="POST")
    assert written == []


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (
            {"failed": True, "msg": "GET /a/b: 404", "method": "GET", "status": 404},
            "GET: answered 404; no_log hides the rest",
        ),
        (
            {"failed": True, "msg": "GET /a/b: no answer", "method": "GET"},
            "GET: no answer; no_log hides the rest",
        ),
        ({"failed": True, "msg": "1 of 2 failed; the first: /a/b", "results": []}, "1 of 2 failed"),
        ({"failed": True, "msg": "no credentials: give"}, "no credentials: give"),
        (
            {"failed": True, "msg": "is_active must be true or false, not 'acme-1'"},
            "is_active must be true or false, not '[REDACTED]'",
        ),
        ({"changed": False, "msg": "anything"}, "anything"),
    ],
)
def test_the_message_of_a_task_that_says_no_log(result: dict[str, Any], message: str) -> None:
    arguments = {"data": {"is_active": "acme-1"}, "src": "/a", "timeout": 30}
    assert masking.without_values(result, arguments) == {**result, "msg": message}
    if message != result["msg"]:
        assert masking.without_values({**result, "exception": result["msg"]}, arguments) == {
            **result,
            "msg": message,
        }


def test_what_is_nested_too_deeply_is_neither_searched_nor_shown() -> None:
    deep: Any = {"password": "deep-secret-1"}
    for dummy in range(5000):
        deep = {"a": deep}
    secrets = masking.secrets_of({"body": deep, "params": {"token": "query-secret-1"}}, SPEC)
    assert secrets.values == ("query-secret-1",)
    assert masking.mask_result({"invocation": deep, "status": 200}, secrets.scrub_value) == {
        "invocation": "nested too deeply to be shown",
        "status": 200,
    }


def test_without_a_register_nothing_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "register_secrets", None)
    masking.register_arguments({"client_secret": "one-secret"}, SPEC)
    masking.register(masking.secrets_of({"client_secret": "one-secret"}, SPEC))


def test_arguments_are_registered_if_ansible_has_a_register(registered: list[str]) -> None:
    masking.register_arguments({"client_secret": "one-secret", "body": {"token": "a"}}, SPEC)
    assert registered == ["one-secret"]


def test_results_of_any_form_are_masked() -> None:
    result = {"results": "abc", "diff": [["abc"]], "download": {"dest": "abc", "size": 3}}
    assert masking.mask_result(result, lambda dummy: "x") == {
        "results": "x",
        "diff": [["x"]],
        "download": {"dest": "x", "size": 3},
    }


def test_a_failure_is_masked_too(perform: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*dummy: Any) -> dict[str, Any]:
        raise TaskError(
            "no body-secret-1", note=["body-secret-1"], results=[{"a": "body-secret-1"}]
        )

    monkeypatch.setattr(calls, "_one", fails)
    result = perform(path="/a", body={"password": "body-secret-1"}, method="POST")
    assert (result["msg"], result["note"]) == ("no [REDACTED]", ["[REDACTED]"])
    assert result["results"] == [{"a": "[REDACTED]"}]


def test_texts_in_lists_of_results_are_masked() -> None:
    mask = SecretValues(["a-secret"]).scrub_value
    assert masking.mask_result({"results": ["say a-secret", 1]}, mask) == {
        "results": ["say [REDACTED]", 1]
    }
