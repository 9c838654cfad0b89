# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task behind the request modules: results, check mode, files, lists, many calls, failures."""

from __future__ import annotations

import datetime
import errno
import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import jsonutils
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import (
    gateway_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    files,
    request,
    results,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.unit.support import OAUTH, Server


def run(server: Server, context: Context | None = None, **given: Any) -> dict[str, Any]:
    """Run the task with the options that Ansible would hand over."""
    params = {name: option.get("default") for name, option in request.OPTIONS.items()}
    for item in given.get("requests", ()):
        for name in request.OPTIONS["requests"]["options"]:
            item.setdefault(name, None)

    def factory(dummy: Mapping[str, Any], want_async: bool = False) -> Any:
        return platform_factory(
            "server.example", **OAUTH, transport=server.transport, retry=1, want_async=want_async
        )

    return request.run(factory, {**params, **given}, context or Context())


def failure(server: Server, **given: Any) -> TaskError:
    with pytest.raises(TaskError) as caught:
        run(server, **given)
    return caught.value


def test_a_call_that_reads() -> None:
    result = run(
        Server(
            httpx.Response(
                200, json={"version": "6"}, headers={"set-cookie": "a=b", "x-token": "t"}
            )
        ),
        path="/health/server",
    )
    assert {
        name: result[name] for name in ("changed", "status", "json", "method", "url", "attempts")
    } == {
        "changed": False,
        "status": 200,
        "json": {"version": "6"},
        "method": "GET",
        "url": "https://server.example/health/server",
        "attempts": 1,
    }
    assert result["headers"] == {"content-length": "15", "content-type": "application/json"}
    assert isinstance(result["elapsed"], float)
    assert len(result["correlation_id"]) == 32
    assert "content" not in result


@pytest.mark.parametrize(
    ("method", "read_only", "changed"),
    [
        ("GET", False, False),
        ("HEAD", False, False),
        ("OPTIONS", False, False),
        ("POST", False, True),
        ("PUT", False, True),
        ("PATCH", False, True),
        ("DELETE", False, True),
        ("POST", True, False),
    ],
)
def test_changed_and_check_mode_follow_the_method(
    method: str, read_only: bool, changed: bool
) -> None:
    server = Server()
    assert run(server, path="/x", method=method, read_only=read_only)["changed"] is changed
    checked = run(
        server,
        Context(check_mode=True),
        path="/x?api_key=SECRET",
        method=method,
        read_only=read_only,
    )
    assert checked["changed"] is changed
    assert len(server.requests) == (1 if changed else 2)
    if changed:
        url = "https://server.example/x?api_key=***"
        assert checked == {
            "changed": True,
            "status": None,
            "method": method,
            "url": url,
            "request": {"method": method, "url": url, "body": None},
        }


@pytest.mark.parametrize(
    ("body", "content", "kind"),
    [
        ({"a": 1}, b'{"a":1}', "application/json"),
        ([1], b"[1]", "application/json"),
        (7, b"7", "application/json"),
        # JSON text is sent as it is written, numbers and repeated names included.
        (' {"a": 1}', b' {"a": 1}', "application/json"),
        (
            '{"price": 12345678901234567890.123456789, "a": 1, "a": 2}',
            b'{"price": 12345678901234567890.123456789, "a": 1, "a": 2}',
            "application/json",
        ),
        ("[1.10, 1e400]", b"[1.10, 1e400]", "application/json"),
        ('{"half": "\ud83d"}', b'{"half": "\\ud83d"}', "application/json"),
        ('{"x": NaN}', b'{"x": NaN}', "text/plain; charset=utf-8"),
        ("{not json", b"{not json", "text/plain; charset=utf-8"),
        ("text", b"text", "text/plain; charset=utf-8"),
        (None, b"", None),
    ],
)
def test_bodies(body: Any, content: bytes, kind: str | None) -> None:
    server = Server()
    run(server, path="/x", method="POST", body=body)
    assert server.requests[0].content == content
    assert server.requests[0].headers.get("content-type") == kind


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "kind", "content"),
    [
        (
            {"grant_type": "password", "scope": "a b", "x": None},
            FORM,
            b"grant_type=password&scope=a+b",
        ),
        ({"on": True}, f"{FORM}; charset=utf-8", b"on=true"),
        ("a=1", FORM, b"a=1"),
        ('{"a": 1}', "application/vnd.x+json", b'{"a": 1}'),
        ({"a": 1}, "application/vnd.x+json", b'{"a":1}'),
    ],
)
def test_a_body_is_written_as_its_declared_type_says(body: Any, kind: str, content: bytes) -> None:
    server = Server()
    run(server, path="/x", method="POST", body=body, headers={"content-type": kind})
    assert server.requests[0].content == content
    assert server.requests[0].headers.get_list("content-type") == [kind]


@pytest.mark.parametrize("body", [[1], 7])
def test_a_body_that_is_no_form_is_not_sent_as_one(body: Any) -> None:
    server = Server()
    error = failure(server, path="/x", method="POST", body=body, headers={"Content-Type": FORM})
    assert "does not describe a JSON body" in error.msg
    assert server.requests == []


def test_values_are_sent_as_text_and_never_in_the_notation_of_python() -> None:
    server = Server()
    run(
        server,
        path="/echo/{flag}/{n}",
        path_params={"flag": True, "n": 1.0},
        params={"flag": True, "list": [True, None, 2], "day": datetime.date(2026, 1, 2)},
        headers={"X-Force": True, "X-N": 1},
    )
    assert server.paths == ["/echo/true/1.0?flag=true&list=true&list=2&day=2026-01-02"]
    assert server.requests[0].headers["x-force"] == "true"
    assert server.requests[0].headers["x-n"] == "1"


@pytest.mark.parametrize("value", [None, "", [], ["a"], {"a": 1}, ".."])
@pytest.mark.parametrize("many", [False, True])
def test_a_path_is_not_filled_with_what_is_no_name(value: Any, many: bool) -> None:
    server = Server()
    call = {"method": "DELETE", "path": "/devices/{name}", "path_params": {"name": value}}
    error = failure(server, **({"requests": [call]} if many else call))
    assert "path_params: name" in error.msg
    assert server.requests == []


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_with_an_unfilled_name_is_not_sent(method: str) -> None:
    server = Server()
    error = failure(server, path="/devices/{name}", method=method)
    assert error.msg.startswith("path has no value for {name}: give path_params")
    assert server.requests == []


def test_what_is_passed_on() -> None:
    server = Server()
    run(
        server,
        path="/a/{b}",
        path_params={"b": "c/d"},
        params={"limit": 1},
        headers={"X-A": 1, "X-B": None},
        timeout=5.0,
        retry={"max_tries": 2},
    )
    assert server.paths == ["/a/c%2Fd?limit=1"]
    assert server.requests[0].headers["x-a"] == "1"
    assert "x-b" not in server.requests[0].headers
    assert server.requests[0].extensions["timeout"]["read"] == 5.0


def test_values_that_come_as_text() -> None:
    server = Server(
        httpx.Response(503),
        httpx.Response(503),
        httpx.Response(200, json={"items": [1, 2, 3], "total": 3}),
    )
    assert failure(server, path="/x", retry="2").result["attempts"] == 2
    assert run(server, path="/x", paginate='{"limit": 2}')["records"] == [1, 2]


@pytest.mark.parametrize(
    "option", [{"limit": "2"}, {"limit": " 2 ", "page_size": "1"}, {"limit": 2.0}, '{"limit": "2"}']
)
def test_numbers_of_nested_options_may_be_texts(option: Any) -> None:
    server = Server(
        *(
            httpx.Response(200, json={"items": page, "total": 3})
            for page in ([1, 2, 3], [2, 3], [3])
        )
    )
    assert run(server, path="/x", paginate=option)["records"] == [1, 2]
    assert (
        failure(
            Server(*[httpx.Response(503)] * 3), path="/x", retry={"max_tries": "2", "wait": "0"}
        ).result["attempts"]
        == 2
    )


@pytest.mark.parametrize("empty", [{"paginate": ""}, {"paginate": {}}, {"status_code": []}])
def test_an_option_that_came_out_empty_is_not_given(empty: dict[str, Any]) -> None:
    result = run(Server(httpx.Response(201, json={"count": 1})), path="/numbers", **empty)
    assert (result["status"], result["json"]) == (201, {"count": 1})
    assert failure(Server(httpx.Response(404)), path="/x", **empty).result["status"] == 404


@pytest.mark.parametrize(
    ("text", "kind", "value", "content"),
    [
        ("1.10", "text/plain", 1.1, "1.10"),
        ("2024.10", "text/plain; charset=utf-8", 2024.1, "2024.10"),
        ("007", "text/plain", None, "007"),
        ('{"a": 1}', "text/html", {"a": 1}, '{"a": 1}'),
        ("[1]", "application/json", [1], None),
        ("[1]", "Application/Problem+JSON; x=y", [1], None),
        ("not json", "application/json", None, "not json"),
        ("", "text/plain", None, None),
    ],
)
def test_the_text_of_a_response_is_kept_unless_it_is_json(
    text: str, kind: str, value: Any, content: str | None
) -> None:
    result = run(
        Server(httpx.Response(200, content=text, headers={"Content-Type": kind})), path="/x"
    )
    assert (result["json"], result.get("content")) == (value, content)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("many", [False, True])
def test_a_response_may_be_nested_as_deeply_as_ansible_can_show(many: bool) -> None:
    call = {"path": "/x"}
    result = run(
        Server(httpx.Response(200, content=nested(190))), **({"requests": [call]} if many else call)
    )
    assert (result["results"][0] if many else result)["json"] == json.loads(nested(190))


@pytest.mark.parametrize("depth", [201, 330, 3000, 100_000])
def test_a_response_that_is_nested_more_deeply_is_refused_and_the_rest_is_returned(
    depth: int,
) -> None:
    error = failure(Server(httpx.Response(201, content=nested(depth))), path="/x", method="POST")
    assert "nested too deeply" in error.msg
    assert "write it to a file with dest" in error.msg
    assert (error.result["status"], error.result["method"], error.result["json"]) == (
        201,
        "POST",
        None,
    )


def test_one_response_of_many_that_is_nested_too_deeply_is_a_failed_item() -> None:
    server = Server(httpx.Response(200, content=nested(300)))
    error = failure(server, requests=[{"path": "/x"}])
    item = error.result["results"][0]
    assert "nested too deeply" in item["msg"]
    assert (item["ok"], item["status"], item["json"]) == (False, 200, None)


def test_records_that_are_nested_too_deeply_are_refused() -> None:
    error = failure(Server(httpx.Response(200, content=nested(300))), path="/x", paginate="none")
    assert "nested too deeply" in error.msg
    assert (error.result["status"], "records" in error.result) == (200, False)


def test_a_status_that_is_an_error_is_told_whatever_its_body() -> None:
    error = failure(Server(httpx.Response(404, content=nested(300))), path="/x")
    assert "404 Not Found" in error.msg
    assert (error.result["status"], error.result["json"]) == (404, None)


def test_a_response_with_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonutils, "MAX_VALUES", 10)
    error = failure(Server(httpx.Response(200, content=b"[[],[],[],[],[],[]]")), path="/x")
    assert "answered 200, but it holds more than 10 JSON values" in error.msg
    assert error.result["status"] == 200


def test_results_hold_text_that_utf_8_can_hold() -> None:
    body = b'{"name": "sw-\\ud83d", "\\ud83d": ["\\ud83d\\ude00", 1]}'
    result = run(Server(httpx.Response(200, content=body)), path="/x")
    assert result["json"] == {"name": "sw-\ufffd", "\ufffd": ["\U0001f600", 1]}
    error = failure(Server(httpx.Response(400, content=b'{"message": "no \\ud83d"}')), path="/x")
    assert "no \ufffd" in error.msg
    assert error.result["json"] == {"message": "no \ufffd"}


def test_what_is_no_text_is_kept_beside_what_is_repaired() -> None:
    assert results.valid({1: "\ud83d", "n": (2, None)}) == {1: "\ufffd", "n": [2, None]}


def test_names_that_ansible_reserves_are_no_types() -> None:
    body = b'{"a": [{"__ansible_type": "datetime", "x": "__ansible_y"}], "__ansible_vault": 1}'
    result = run(Server(httpx.Response(200, content=body)), path="/x")
    assert result["json"] == {
        "a": [{"ansible_type": "datetime", "x": "__ansible_y"}],
        "ansible_vault": 1,
    }


@pytest.mark.parametrize("body", ['{"options": {"order": 1}}', {"options": {"order": 1}}])
def test_a_search_may_be_given_as_text(body: Any) -> None:
    server = Server(httpx.Response(200, json={"list": [1], "total": 1}))
    run(
        server,
        path="/configuration_manager/devices",
        method="POST",
        body=body,
        read_only=True,
        paginate="auto",
    )
    assert json.loads(server.requests[0].content)["options"]["order"] == 1


@pytest.mark.parametrize("body", ["text", "[1]"])
def test_a_search_is_a_dict(body: str) -> None:
    error = failure(Server(), path="/x", method="POST", body=body, read_only=True, paginate="auto")
    assert "body beside paginate must be a dict" in error.msg


def test_a_response_that_is_not_json() -> None:
    result = run(Server(httpx.Response(200, text="pong")), path="/x")
    assert (result["json"], result["content"]) == (None, "pong")
    assert run(Server(httpx.Response(204)), path="/x")["json"] is None


def test_statuses_that_count_as_success() -> None:
    result = run(
        Server(httpx.Response(404, json={"message": "no"})), path="/x", status_code=[200, 404]
    )
    assert (result["status"], result["json"]) == (404, {"message": "no"})
    failed = failure(Server(), path="/x", status_code=[201, 202])
    assert (
        failed.msg
        == "GET https://server.example/x: answered 200, but status_code allows only 201, 202"
    )
    assert failed.result["status"] == 200


# Failures


def test_a_failure_returns_what_came_back() -> None:
    failed = failure(
        Server(httpx.Response(409, json={"message": "exists"})), path="/x", method="POST"
    )
    assert (
        failed.msg == "POST https://server.example/x: 409 Conflict: exists;"
        " it exists already or has changed in the meantime"
    )
    assert {name: failed.result[name] for name in ("status", "json", "url", "method")} == {
        "status": 409,
        "json": {"message": "exists"},
        "url": "https://server.example/x",
        "method": "POST",
    }


def test_a_failure_without_a_response() -> None:
    failed = failure(Server(httpx.ConnectError("refused")), path="/x")
    assert failed.msg.startswith("GET https://server.example/x: the connection was refused")
    known = {"method": "GET", "url": "https://server.example/x", "changed": False}
    assert failed.result == known


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"path": "/x", "body": {}}, "GET takes no body"),
        ({"path": "https://other.example/x"}, "scheme"),
        ({"path": "/x", "method": "PUT", "paginate": "auto"}, "not with PUT"),
        ({"path": "/x", "method": "POST", "files": {"f": {"file": "x"}}}, "files: f must be"),
        ({"path": "/x", "method": "POST", "files": {"f": 7}}, "files: f must be"),
        (
            {"path": "/x", "method": "POST", "files": {"f": "/nonexistent/f"}},
            "cannot read /nonexistent/f: No such file",
        ),
        (
            {"path": "/x", "method": "POST", "files": {"f": "/dev/null"}, "body": "text"},
            "form fields",
        ),
        ({"path": "/x", "method": "POST", "src": "/nonexistent/f"}, "cannot read"),
        (
            {"path": "/x", "dest": "/nonexistent/folder/f"},
            "cannot write /nonexistent/folder/f: No such file",
        ),
        ({"requests": [{"path": "/x"}], "concurrency": 0}, "concurrency"),
    ],
)
def test_what_cannot_work(given: dict[str, Any], said: str) -> None:
    server = Server()
    assert said in failure(server, **given).msg
    assert not server.requests


def test_a_client_that_cannot_be_made() -> None:
    def factory(dummy: Mapping[str, Any], want_async: bool = False) -> Any:
        return platform_factory(client_id="alone", want_async=want_async)

    with pytest.raises(TaskError, match="client_secret is missing"):
        request.run(factory, {"path": "/x"}, Context())


# Secrets


# Files


def test_uploads(tmp_path: Path) -> None:
    source = tmp_path / "a.json"
    source.write_text('{"a": 1}')
    server = Server()
    run(server, path="/x", method="POST", src=str(source))
    assert server.requests[0].content == b'{"a": 1}'
    assert server.requests[0].headers["content-type"] == "application/json"
    run(server, path="/x", method="POST", src=str(source), headers={"content-type": "text/x"})
    assert server.requests[1].headers.get_list("content-type") == ["text/x"]
    unknown = tmp_path / "thing"
    unknown.write_bytes(b"\x00")
    run(server, path="/x", method="POST", src=str(unknown))
    assert server.requests[2].headers["content-type"] == "application/octet-stream"
    files = {
        "one": str(source),
        "two": {"path": str(source), "filename": "b.txt", "content_type": "text/csv"},
        "three": str(unknown),
    }
    run(server, path="/x", method="POST", files=files, body={"note": "n"})
    sent = server.requests[3].content
    for part in (
        b'name="one"; filename="a.json"',
        b'name="two"; filename="b.txt"\r\nContent-Type: text/csv',
        b'name="note"',
        b"application/octet-stream",
    ):
        assert part in sent


def test_downloads_are_idempotent(tmp_path: Path) -> None:
    dest = tmp_path / "got.bin"
    content = b"abc" * 1000
    first, second, third = (
        run(Server(httpx.Response(200, content=body)), path="/x", dest=str(dest))
        for body in (content, content, b"new")
    )
    assert (first["changed"], second["changed"], third["changed"]) == (True, False, True)
    assert dest.read_bytes() == b"new"
    assert second["download"] == {
        "dest": str(dest),
        "checksum": hashlib.sha256(content).hexdigest(),
        "size": 3000,
    }
    assert "json" not in first
    assert [path.name for path in tmp_path.iterdir()] == ["got.bin"]


def test_a_download_in_check_mode_compares_and_writes_nothing(tmp_path: Path) -> None:
    dest = tmp_path / "got.bin"
    checked = run(
        Server(httpx.Response(200, content=b"a")),
        Context(check_mode=True),
        path="/x",
        dest=str(dest),
    )
    assert checked["changed"]
    assert not list(tmp_path.iterdir())
    dest.write_bytes(b"a")
    assert not run(
        Server(httpx.Response(200, content=b"a")),
        Context(check_mode=True),
        path="/x",
        dest=str(dest),
    )["changed"]


@pytest.mark.parametrize(("path", "name"), [("/export/p.json?x=1", "p.json"), ("/", "index")])
def test_a_folder_takes_the_last_part_of_the_path(tmp_path: Path, path: str, name: str) -> None:
    result = run(Server(httpx.Response(200, content=b"a")), path=path, dest=str(tmp_path))
    assert result["download"]["dest"] == str(tmp_path / name)
    assert (tmp_path / name).read_bytes() == b"a"


def test_a_download_that_fails_leaves_nothing(tmp_path: Path) -> None:
    dest = tmp_path / "got.bin"
    dest.write_bytes(b"old")
    failed = failure(Server(httpx.Response(404)), path="/x", dest=str(dest))
    assert failed.result["status"] == 404
    assert dest.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["got.bin"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("function", ["write", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EBUSY, errno.EPERM])
def test_a_file_that_cannot_be_written_leaves_the_response_in_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int, method: str
) -> None:
    def refuse(*dummy: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, function, refuse)
    dest = tmp_path / "got.bin"
    server = Server(httpx.Response(201, content=b"a"))
    failed = failure(server, path="/x", method=method, dest=str(dest))
    assert re.match(
        rf"cannot write {dest}: {os.strerror(number)} \(on .*\); the call was answered 201$",
        failed.msg,
    )
    assert (failed.result["status"], failed.result["url"], failed.result["changed"]) == (
        201,
        "https://server.example/x",
        method == "POST",
    )
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_sent_if_the_file_cannot_be_written_anyway(tmp_path: Path) -> None:
    server = Server()
    failed = failure(server, path="/x", method="POST", dest=f"{tmp_path}/new/")
    assert "is not a folder" in failed.msg
    assert server.requests == []


@pytest.mark.parametrize("given", [{"src": "/nonexistent/f"}, {"files": {"f": "/nonexistent/f"}}])
def test_check_mode_misses_a_file_as_a_run_would(given: dict[str, Any]) -> None:
    with pytest.raises(TaskError, match="cannot read /nonexistent/f"):
        run(Server(), Context(check_mode=True), path="/x", method="POST", **given)


def test_a_nested_form_field_is_named() -> None:
    failed = failure(
        Server(), path="/x", method="POST", files={"f": "/dev/null"}, body={"note": {"a": 1}}
    )
    assert "note must be a text, a number or a list of them" in failed.msg


@pytest.mark.parametrize("allowed", [[], None])
def test_an_empty_list_of_statuses_is_no_list(allowed: Any) -> None:
    assert run(Server(httpx.Response(201)), path="/x", status_code=allowed)["status"] == 201
    assert (
        "404 Not Found" in failure(Server(httpx.Response(404)), path="/x", status_code=allowed).msg
    )


@pytest.mark.parametrize("body", ['{"name": ', "[1, 2", " {x}"])
@pytest.mark.parametrize("status", [400, 415, 422])
def test_a_body_that_is_nearly_json_is_said_to_be_text(body: str, status: int) -> None:
    end = "; the body begins like JSON but is not JSON, and was sent as text"
    call = {"path": "/x", "method": "POST", "body": body}
    assert failure(Server(httpx.Response(status)), **call).msg.endswith(end)
    many = failure(Server(httpx.Response(status)), requests=[call])
    assert many.result["results"][0]["msg"].endswith(end)


@pytest.mark.parametrize(
    ("status", "body"), [(404, "{x"), (400, "text"), (415, '{"a": 1}'), (400, {"a": 1})]
)
def test_other_failures_do_not_blame_the_body(status: int, body: Any) -> None:
    failed = failure(Server(httpx.Response(status)), path="/x", method="POST", body=body)
    assert "begins like JSON" not in failed.msg


@pytest.mark.parametrize("path", ["/api/v2.0/devices", "api/v2.0/devices"])
def test_a_path_with_the_servers_prefix_is_explained(path: str) -> None:
    def factory(dummy: Mapping[str, Any], want_async: bool = False) -> Any:
        server = Server(httpx.Response(404))
        return gateway_factory(
            "server.example", user="a", password="bbbb", transport=server.transport, retry=1
        )

    params = {name: option.get("default") for name, option in request.OPTIONS.items()}
    with pytest.raises(TaskError, match=r"; /api/v2.0 is added to every path: leave it out"):
        request.run(factory, {**params, "path": path}, Context())


# Lists


def page(asked: httpx.Request) -> httpx.Response:
    skip, limit = int(asked.url.params["skip"]), int(asked.url.params["limit"])
    return httpx.Response(
        200,
        json={"items": [{"n": number} for number in range(25)][skip : skip + limit], "total": 25},
    )


@pytest.mark.parametrize(
    ("paginate", "pages", "records"),
    [
        ("auto", 1, 25),
        (True, 1, 25),
        ({"page_size": 10}, 3, 25),
        ({"page_size": 10, "limit": 12}, 2, 12),
        ({"page_size": "10", "limit": "12"}, 2, 12),
    ],
)
def test_lists(paginate: Any, pages: int, records: int) -> None:
    result = run(Server(*[page] * 9), path="/w", paginate=paginate)
    assert result["records"] == [{"n": number} for number in range(records)]
    assert result["tries"] == result["attempts"] == pages
    assert (result["pages"], result["changed"], result["status"]) == (
        pages,
        False,
        200,
    )
    assert not {"json", "content"} & set(result)


# Many calls


def test_many_calls_are_one_login_and_keep_their_order() -> None:
    server = Server()
    server.script = [lambda asked: httpx.Response(200, json=asked.url.path)] * 20
    result = run(server, requests=[{"path": f"/{number}"} for number in range(20)], concurrency=5)
    assert [item["json"] for item in result["results"]] == [f"/{number}" for number in range(20)]
    assert all(item["ok"] for item in result["results"])
    assert not {"failed", "changed", "skipped"} & set(result["results"][0])
    assert (result["changed"], result["failed_count"]) == (False, 0)
    assert len(server.logins) == 1


def test_an_item_says_more_than_its_task() -> None:
    server = Server()
    result = run(
        server,
        method="POST",
        body={"a": 1},
        status_code=[404],
        requests=[
            {"path": "/1", "status_code": [200]},
            {"path": "/2", "method": "PUT", "body": {"b": 2}, "status_code": [200]},
        ],
    )
    assert sorted((asked.method, asked.content) for asked in server.requests) == [
        ("POST", b'{"a":1}'),
        ("PUT", b'{"b":2}'),
    ]
    assert result["changed"]


def test_one_that_fails_fails_the_task_after_all_have_run() -> None:
    def answer(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(404 if asked.url.path == "/2" else 200, json={"message": "token-1"})

    items = [{"path": "/1"}, {"path": "/2"}, {"path": "/3", "status_code": [201]}, {"path": "//"}]
    server = Server(*[answer] * 9)
    failed = failure(server, requests=[dict(item) for item in items])
    assert failed.msg.startswith(
        "3 of 4 requests failed; the first: GET https://server.example/2: 404 Not Found"
    )
    assert [item["ok"] for item in failed.result["results"]] == [True, False, False, False]
    assert failed.result["results"][1]["status"] == 404
    assert "status_code allows only 201" in failed.result["results"][2]["msg"]
    assert "path must not contain //" in failed.result["results"][3]["msg"]
    assert "token-1" not in str(failed.result)
    going_on = run(Server(*[answer] * 9), requests=items, continue_on_error=True)
    assert (going_on["failed_count"], going_on["changed"]) == (3, False)


def test_a_session_of_its_own_is_ended() -> None:
    for given in ({"path": "/x"}, {"requests": [{"path": "/x"}]}):
        server = Server()
        run(server, shared_session=False, **given)
        assert server.paths == ["/x", "/logout"]


def test_many_calls_in_check_mode() -> None:
    server = Server()
    result = run(
        server,
        Context(check_mode=True),
        requests=[
            {"path": "/1"},
            {"path": "/2", "method": "DELETE"},
            {"path": "/3", "method": "POST", "read_only": True},
        ],
    )
    assert sorted(server.paths) == ["/1", "/3"]
    assert result["changed"]
    assert [item["status"] for item in result["results"]] == [200, None, 200]
    assert result["results"][1]["request"]["method"] == "DELETE"
