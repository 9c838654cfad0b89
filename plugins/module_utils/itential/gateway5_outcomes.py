# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a service of a Gateway 5: what its response means.

A response of 200 can contain a failure. Source: docs/protocols/itential-platform.md section 11.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from ..core import jsonutils
from ..core.exceptions import ClientError
from ..core.jsonutils import dig
from ..core.messages import error_text, last_words

Record = dict[str, Any]

_SUCCESS = frozenset(("", "completed", "complete", "success", "ok"))
"""Statuses of a run that has not failed; `""` if there is no status."""
_NODE_NAMES = ("name", "node", "nodeName", "node_name", "host")
_NODE_ERRORS = ("error", "stderr", "message")
_NODE_OUTPUTS = ("output", "stdout")
_NODE_FAILURES = frozenset(("error", "failed", "failure"))
"""Statuses of a node on which a service has failed."""


class ServiceRun(NamedTuple):
    """The outcome of a run. Of a run that is only predicted, the fields are empty.

    Attributes:
        return_code: The return code; `None` if the service has none.
        stdout: What the service has printed.
        stderr: What it has printed as errors.
        output: `stdout` as an object or a list if it is JSON; otherwise `None`.
        results: The results of the nodes.
        failed_nodes: The names of the nodes that failed.
        elapsed_time: Seconds; `None` if the server does not tell.
        others: Runs of the same service that had not ended when this one was started. Gateways
            before release 5.4 do not tell.
    """

    return_code: int | None = None
    stdout: str = ""
    stderr: str = ""
    output: Any = None
    results: Sequence[Any] = ()
    failed_nodes: Sequence[str] = ()
    elapsed_time: float | None = None
    others: Sequence[Record] = ()


class ServiceRunError(ClientError):
    """A service failed, or it is unknown if it was run.

    Attributes:
        run: The outcome; empty if it is unknown.
        activity: The new entries about the service in the activity of the cluster, if the outcome
            is unknown.
    """

    run: ServiceRun = ServiceRun()
    activity: Sequence[Record] = ()


def _result_of(answer: Any) -> Mapping[str, Any]:
    for found in (dig(answer, "result"), answer):
        if isinstance(found, Mapping):
            return found
    return {}


def outcome(title: str, answer: Any, scrub: Callable[[str], str]) -> ServiceRun:
    """Return the outcome that a response describes.

    Raises:
        ServiceRunError: It is a failure, or tells nothing.
    """
    result = _result_of(answer)
    found = result.get("results")
    nodes = found if isinstance(found, list) else []
    failed = [node for node in nodes if isinstance(node, Mapping) and _has_failed(node)]
    stdout = result.get("stdout")
    run = ServiceRun(
        _return_code(result),
        _text(stdout),
        _text(result.get("stderr")),
        _parse(stdout),
        nodes,
        list(dict.fromkeys(_first(node, _NODE_NAMES) or "unnamed" for node in failed)),
        result.get("elapsed_time"),
    )
    failure = _failure(answer, run, failed)
    if failure is None:
        return run
    words = last_words(failure.text, scrub)
    error = ServiceRunError(": ".join(filter(None, (f"{title} {failure.predicate}", words))))
    error.run = run
    raise error


class _Failure(NamedTuple):
    """The way in which a run failed.

    Attributes:
        predicate: The rest of a sentence that begins with the service.
        text: What the service or the server says about it.
    """

    predicate: str
    text: str


def _failure(answer: Any, run: ServiceRun, failed: Sequence[Mapping[str, Any]]) -> _Failure | None:
    """Return how a run failed; `None` if it has not."""
    error = dig(answer, "error")
    words = run.stderr or run.stdout
    if error:
        text = _words(dig(error, "data")) or _words(error) or words
        return _Failure("failed", text or _words(dig(answer, "message")))
    if failed:
        nodes = f"node{'s' * (len(run.failed_nodes) > 1)} {', '.join(run.failed_nodes)}"
        text = _first(failed[0], _NODE_ERRORS) or run.stderr or _first(failed[0], _NODE_OUTPUTS)
        return _Failure(f"failed on {nodes}", text or words)
    if run.return_code:
        return _Failure(f"failed with return code {run.return_code}", words)
    status = dig(answer, "status")
    if _text(status or dig(answer, "state")).lower() not in _SUCCESS:
        return _Failure("failed", words or _words(dig(answer, "message")))
    if status is None and run.return_code is None and not run.results:
        return _Failure(
            "was started, but this server does not tell how it ended",
            _words(dig(answer, "message")),
        )
    return None


def _has_failed(node: Mapping[str, Any]) -> bool:
    if "success" in node:
        return not node["success"]
    return bool(_return_code(node)) or _text(node.get("status")).lower() in _NODE_FAILURES


def _return_code(result: Mapping[str, Any]) -> int | None:
    """Return the return code in a result, `None` if it has none; one that is no number is 1."""
    code = result.get("return_code")
    try:
        return None if code is None else int(code)
    except (TypeError, ValueError):
        return 1


def _first(node: Mapping[str, Any], keys: Sequence[str]) -> str:
    return next((text for key in keys if (text := _words(node.get(key)))), "")


def _text(value: Any) -> str:
    """Return a value of a response as text; `""` for none."""
    if value is None or isinstance(value, str):
        return value or ""
    return jsonutils.dumps(value)


def _words(value: Any) -> str:
    """Return the text of an error; `""` if there is none, or only the sign of one."""
    return "" if isinstance(value, bool) else error_text(value) or _text(value or None)


def _parse(stdout: Any) -> Any:
    """Return the object or list that a service has printed as JSON, or `None`."""
    if isinstance(stdout, str) and stdout.lstrip()[:1] in ("{", "["):
        with suppress(ClientError):
            return jsonutils.loads(stdout)
    return stdout if isinstance(stdout, (dict, list)) else None


def failure_in(exc: ClientError) -> Mapping[str, Any] | None:
    """Return the failed run that the response of an error describes, or `None`."""
    if exc.response is None or exc.during_login or exc.response.status_code < 500:
        return None
    answer = None
    with suppress(ClientError):
        answer = exc.response.json()
    is_run = dig(answer, "error.data") is not None or "return_code" in _result_of(answer)
    return answer if is_run else None
