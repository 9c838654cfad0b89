# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a faulty call in three ways: with the client for threads, with the async one, and as a task.

The module runs as `plugin_utils/in_process.py` runs it: with Ansible's own validator and the
module's own row, and with a client that outlives the task, so that a second task shows whether the
first one spoiled it.
"""

from __future__ import annotations

import asyncio
import json
import pathlib
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.core.messages import Wording
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.clients import ITENTIAL_TERMS
from ansible_collections.restops.clients.plugins.modules.itential_platform_request import TASK
from ansible_collections.restops.clients.plugins.plugin_utils import in_process, pool
from ansible_collections.restops.clients.tests.unit.support import Tasks, Threads

from .server import TOKEN, Certificates, FaultServer, LoopThread, Say, Step
from .table import LATE, RETRY, Expected, Fault, Handled, Raises, Value

CREDENTIALS = {"client_id": "64b5c0ffee", "client_secret": "cl1ent-s3cret-value"}
SECRETS = (CREDENTIALS["client_secret"], "correct horse battery", TOKEN)
IN_MODULES = Wording(terms=ITENTIAL_TERMS)
HEALTHY = {"method": "GET", "path": "/healthy"}


class Outcome(NamedTuple):
    """The outcome of a call.

    Attributes:
        value: The value that it returned.
        kind: The error's class; `failed` for a module.
        text: The error's one line.
        shown: Everything of it that a person may see.
    """

    value: Any = None
    kind: str = ""
    text: str = ""
    shown: str = ""


class Client:
    """Calls with a client.

    Args:
        kind: `Threads()` or `Tasks()`.
        where: Arguments of the factory.
    """

    def __init__(self, kind: Any, where: Mapping[str, Any], dummy_folder: pathlib.Path) -> None:
        self._kind = kind
        self._loop = asyncio.new_event_loop()
        self._client = platform_factory(**where, want_async=kind.want_async)

    def call(self, given: Mapping[str, Any]) -> Outcome:
        try:
            return Outcome(self._loop.run_until_complete(self._value(given)))
        except Exception as exc:  # noqa: BLE001  # whatever it is, it is what the call came to
            answer = getattr(exc, "response", None)
            held = [getattr(exc, "request", None), answer, getattr(answer, "content", b"")]
            kind = (
                type(exc).__name__
                if isinstance(exc, ClientError)
                else f"{type(exc).__name__}, which is no ClientError"
            )
            return Outcome(
                None, kind, str(exc), f"{exc!r} {held!r} {''.join(traceback.format_exception(exc))}"
            )

    async def _value(self, given: Mapping[str, Any]) -> Any:
        options = {
            name: given[name]
            for name in ("headers", "retry", "timeout", "json", "read_only")
            if name in given
        }
        if "pages" in given:
            pages = await self._kind.collect(
                self._client.pages(given["path"], paginate=given["pages"], **options)
            )
            return [record for page in pages for record in page.records]
        if "download" in given:
            stream = self._client.stream("GET", given["path"], **options)
            return json.loads((await self._kind.read(stream))[1])
        response = await self._kind.wait(
            self._client.request(given["method"], given["path"], **options)
        )
        if given.get("text"):
            return response.text
        return response.json() if response.content else response.status_code

    def close(self) -> None:
        self._loop.run_until_complete(self._kind.close(self._client))
        self._loop.close()


class Module:
    """Calls as tasks of `itential_platform_request`, all with the client that a worker keeps.

    Args:
        where: Arguments of the factory.
        folder: For downloads.
    """

    def __init__(self, where: Mapping[str, Any], folder: pathlib.Path) -> None:
        names = {"user": "username", "verify": "validate_certs"}
        self._where = {names.get(name, name): value for name, value in where.items()}
        self._folder = folder

    def call(self, given: Mapping[str, Any]) -> Outcome:
        renamed = {"json": "body", "pages": "paginate"}
        arguments = {
            **self._where,
            **{
                renamed.get(name, name): value
                for name, value in given.items()
                if name not in ("text", "download")
            },
        }
        dest = self._folder / "downloaded"
        if "download" in given:
            dest.write_text("as it was")
            arguments["dest"] = str(dest)
        try:
            result = in_process.run(
                TASK,
                "itential_platform_request",
                arguments,
                check_mode=False,
                inject_invocation=False,
            )
        except Exception as exc:  # noqa: BLE001  # a task that ends so has no result
            return Outcome(
                None,
                f"{type(exc).__name__}, which is no result",
                str(exc),
                "".join(traceback.format_exception(exc)),
            )
        if result.get("failed"):
            if "download" in given:
                assert [
                    path.name
                    for path in self._folder.iterdir()
                    if "restops-" in path.name or path.read_text() != "as it was"
                ] == []
            return Outcome(None, "failed", result["msg"], json.dumps(result))
        value = result.get("records", result.get("json"))
        if value is None:
            value = result.get("content") or result["status"]
        return Outcome(value, shown=json.dumps(result))

    def close(self) -> None:
        for dummy, client in pool._idle:
            client.close()
        pool._idle.clear()


KINDS: dict[str, Callable[[Mapping[str, Any], pathlib.Path], Any]] = {
    "sync": lambda where, folder: Client(Threads(), where, folder),
    "async": lambda where, folder: Client(Tasks(), where, folder),
    "module": Module,
}


class Observed(NamedTuple):
    """The observed effects of a fault.

    Attributes:
        outcome: The result of the call.
        attempts: The number of attempts that reached the server.
        logins: How many logins did.
        applied: How many requests the server carried out.
        after: What the same client's next call came to.
        headers: All headers that any server received.
        strangers: How many connections another server got.
    """

    outcome: Outcome
    attempts: int
    logins: int
    applied: int
    after: Outcome
    headers: str
    strangers: int


def observe(
    fault: Fault, kind: str, thread: LoopThread, certificates: Certificates, folder: pathlib.Path
) -> Observed:
    """Let a client of one kind meet a fault."""
    # A module, like a client without a limit for the call, knows one for login and call: a longer
    # one, so that a healthy login is never late.
    late = LATE if kind != "module" else LATE * 3
    options: dict[str, Any] = dict(fault.server)
    with FaultServer(thread) as other:
        with FaultServer(
            thread, certificates=certificates if fault.tls else None, **options
        ) as server:
            texts = {"{port}": str(server.port), "{elsewhere}": str(other.port)}
            server.login_script = [_filled(step, texts) for step in server.login_script]
            where = {
                "host": "127.0.0.1",
                "port": server.port,
                "use_tls": fault.tls or fault.proxied,
                "timeout": 20.0,
            }
            if fault.tls:
                where["ca_path"] = str(certificates.ca)
            if fault.proxied:
                where.update(
                    host="server.example", port=443, proxy=f"http://127.0.0.1:{server.port}"
                )
            given = {
                name: LATE * 3 if name == "timeout" else value
                for name, value in fault.client.items()
            }
            where.update({"retry": RETRY, **({} if "user" in given else CREDENTIALS), **given})
            call: dict[str, Any] = {"method": "GET", "path": "/thing", "retry": RETRY, **fault.call}
            if "timeout" in call:
                call["timeout"] = late if call["timeout"] == LATE else call["timeout"]
            client = KINDS[kind](where, folder)
            try:
                if fault.warm:
                    client.call(HEALTHY)
                    if fault.warm != "kept":
                        server.close_idle("" if fault.warm == "closed" else fault.warm)
                    server.seen = 0
                    server.applied.clear()
                server.script = [_filled(step, texts) for step in fault.script]
                outcome = client.call(call)
                attempts, logins, applied = server.seen, server.logins, len(server.applied)
                if fault.heals:
                    server.heal()
                after = client.call(
                    {
                        **HEALTHY,
                        **(
                            {"timeout": call["timeout"], "retry": call["retry"]}
                            if kind == "module" and "timeout" in call
                            else {"retry": call["retry"]}
                        ),
                    }
                )
            finally:
                client.close()
            headers = repr([request.headers for request in (*server.requests, *server.applied)])
        return Observed(outcome, attempts, logins, applied, after, headers, other.connections)


def _filled(step: Step, texts: Mapping[str, str]) -> Step:
    """Return a step with the ports that were not known before filled in."""
    return step._replace(act=step.act.filled(texts)) if isinstance(step.act, Say) else step


def expected(fault: Fault, kind: str) -> Expected:
    """Return the expected outcome of a fault with one kind of client."""
    wanted = fault.module if kind == "module" and fault.module is not None else fault.expected
    return _as(wanted, kind)


def expected_after(fault: Fault, kind: str) -> Expected:
    return _as(fault.after, kind)


def _as(wanted: Expected, kind: str) -> Expected:
    if not isinstance(wanted, Raises):
        return wanted
    late = LATE if kind != "module" else LATE * 3
    return Raises(
        "failed" if kind == "module" else wanted.kind, wanted.text.replace("{late:g}", f"{late:g}")
    )


def complaints(fault: Fault, kind: str, seen: Observed) -> list[str]:
    """Return the violations of the row and of the rules for all rows."""
    found = []
    for when, wanted, got in (
        ("the call", expected(fault, kind), seen.outcome),
        ("the next call", expected_after(fault, kind), seen.after),
    ):
        if isinstance(wanted, Handled):
            if "which is no" in got.kind:
                found.append(f"{when} should be handled but came to {got.kind} {got.text}")
        elif isinstance(wanted, Value):
            if got.kind or got.value != wanted.value:
                found.append(
                    f"{when} should give {str(wanted.value)[:100]!r} but came to "
                    f"{got.kind or str(got.value)[:100]!r} {got.text}"
                )
        else:
            if got.kind != wanted.kind:
                found.append(
                    f"{when} should raise {wanted.kind} but came to "
                    f"{got.kind or str(got.value)[:100]!r} {got.text}"
                )
            # A module names its own options.
            text = IN_MODULES.in_terms(wanted.text) if kind == "module" else wanted.text
            if "{elsewhere}" in text:
                text = text.partition("{")[0]
            if text not in got.text:
                found.append(f"{when} should say {text!r} but says {got.text!r}")
        if got.kind and (not got.text.strip() or not got.text.isprintable()):
            found.append(f"{when}: the message is not one printable line: {got.text[:200]!r}")
        found += [
            f"{when} shows a secret: {got.text} {got.shown}"
            for secret in SECRETS
            if secret in got.text or secret in got.shown
        ]
    if seen.attempts != fault.attempts:
        found.append(f"{fault.attempts} attempts should reach the server, but {seen.attempts} did")
    if seen.logins != fault.logins:
        found.append(f"{fault.logins} logins should reach the server, but {seen.logins} did")
    if fault.applied is not None and seen.applied != fault.applied:
        found.append(
            f"the server should carry out {fault.applied} requests, but did {seen.applied}"
        )
    found += [f"{text!r} reached a server" for text in fault.never if text in seen.headers.lower()]
    if seen.strangers:
        found.append("another server was spoken to")
    return found
