# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a service of a Gateway 5, once, and what its response means.

The response comes when the service has ended, and a 200 can contain a failure. Source:
docs/protocols/itential-platform.md section 11.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypedDict

from ..core import jsonutils, numbers
from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError, RequestError
from ..core.flow import Flow
from ..core.jsonutils import dig
from ..core.messages import LONGEST, error_text, one_line
from ..core.once import may_have_arrived
from . import inputs
from .gateway5_requests import Gateway5Requests, Record

ACTIONS = ("apply", "destroy")
_PLAN = "opentofu-plan"
_SUCCESS = frozenset(("", "completed", "complete", "success", "ok"))
"""Statuses of a run that has not failed; `""` stands for none."""
_NODE_NAMES = ("name", "node", "nodeName", "node_name", "host")
_NODE_TEXTS = ("error", "stderr", "message", "output", "stdout")
_SEARCHED = 65_536
"""Characters at the end of a text of a service that are searched for secrets."""


class RunOptions(TypedDict, total=False):
    """The input of a service, and the time that it may take.

    Attributes:
        params: Its parameters. They are checked against its decorator if it has one.
        inventory: Its nodes: dicts with `inventory`, the name of an inventory, and `nodes`, a list
            of names; without it, all nodes of the inventory.
        action: `apply` or `destroy`; for OpenTofu plans only, which need it.
        wait_timeout: Seconds until the service must have ended; default 600. It is the timeout of
            the one request that runs the service.
        predict: Check everything, and run nothing.
    """

    params: Mapping[str, Any] | None
    inventory: Sequence[Mapping[str, Any]] | None
    action: str | None
    wait_timeout: float
    predict: bool


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
    """

    return_code: int | None = None
    stdout: str = ""
    stderr: str = ""
    output: Any = None
    results: Sequence[Any] = ()
    failed_nodes: Sequence[str] = ()
    elapsed_time: float | None = None


class ServiceRunError(ClientError):
    """A service failed, or it is unknown if it was run.

    Attributes:
        run: The outcome; empty if it is unknown.
        activity: The entries about the service in the activity of the cluster, if the outcome is
            unknown.
    """

    run: ServiceRun = ServiceRun()
    activity: Sequence[Record] = ()


def run_service(
    requests: Gateway5Requests, service: str, cluster: str, options: RunOptions
) -> Flow[ServiceRun]:
    """Run a service, and return its outcome.

    Args:
        requests: The requests of the client.
        service: The name of the service.
        cluster: The id of its cluster.
        options: See `RunOptions`.

    Raises:
        ConfigurationError: There is no such cluster or service, or a parameter does not fit.
        ServiceRunError: The service failed, or it is unknown if it was run.
        ClientError: The cluster cannot be reached, or the server refuses the run.
    """
    timeout = numbers.seconds("wait_timeout", options.get("wait_timeout", 600.0))
    inventory = _inventory(options.get("inventory"))
    yield from requests.require_cluster(cluster)
    record = yield from requests.service(service, cluster)
    body = {
        "serviceName": service,
        "clusterId": cluster,
        "params": _params(service, record, options),
        **({"inventory": inventory} if inventory else {}),
    }
    if options.get("predict"):
        return ServiceRun()
    title = f"service {service!r} on gateway cluster {cluster!r}"
    try:
        answer = yield from requests.run(body, timeout)
    except (RequestError, HTTPStatusError) as exc:
        answer = _failure_in(exc)
        if answer is None:
            if may_have_arrived(exc):
                raise (yield from _unknown(requests, title, record, body, exc)) from exc
            raise
    return _outcome(title, answer, requests.scrub)


def _params(service: str, record: Record | None, options: RunOptions) -> Record:
    """Return the parameters to send.

    Raises:
        ConfigurationError: One does not fit, or the action is missing, unknown or not for this
            service.
    """
    params = dict(options.get("params") or {})
    action = options.get("action")
    if action not in (None, *ACTIONS):
        raise ConfigurationError(f"action must be one of {', '.join(ACTIONS)}, not {action!r}")
    kind = dig(record, "service_metadata.type")
    if kind == _PLAN:
        # The documentation of the server has the action among the parameters.
        action = action or params.pop("action", None)
        if action is None:
            raise ConfigurationError(
                f"service {service!r} is an OpenTofu plan: give action: apply or destroy"
            )
    elif action is not None and kind is not None:
        raise ConfigurationError(f"service {service!r} is a {kind}: action is for OpenTofu plans")
    checked = inputs.checked(params, _schema(record), "params")
    return checked if action is None else {**checked, "action": action}


def _schema(record: Record | None) -> Mapping[str, Any] | None:
    """Return the JSON schema in the decorator of a service; `None` if it has none."""
    decorator = dig(record, "service_metadata.decorator")
    inner = dig(decorator, "schema")
    schema = inner if isinstance(inner, Mapping) else decorator
    return schema if isinstance(schema, Mapping) else None


def _inventory(given: Sequence[Mapping[str, Any]] | None) -> list[Record]:
    """Return the inventories as they are sent.

    Raises:
        ConfigurationError: One has no name.
    """
    sent = []
    for one in given or ():
        if not one.get("inventory"):
            raise ConfigurationError("inventory: each item needs the name of an inventory")
        nodes = one.get("nodes")
        names = {} if nodes is None else {"nodeNames": list(nodes)}
        sent.append({"inventory": one["inventory"], **names})
    return sent


# A run without a response


def _failure_in(exc: RequestError | HTTPStatusError) -> Mapping[str, Any] | None:
    """Return the failed run that the response of an error describes, or `None`."""
    if exc.response is None or exc.response.status_code < 500:
        return None
    answer = None
    with suppress(ClientError):
        answer = exc.response.json()
    is_run = dig(answer, "error.data") is not None or "return_code" in _result_of(answer)
    return answer if is_run else None


def _unknown(
    requests: Gateway5Requests,
    title: str,
    record: Record | None,
    body: Mapping[str, Any],
    exc: RequestError | HTTPStatusError,
) -> Flow[ServiceRunError]:
    """Return the error of a run without a response, with what the server tells about it."""
    service, cluster = body["serviceName"], body["clusterId"]
    activity = yield from requests.activity(cluster)
    entries = list(_entries_about(service, activity))
    latest = None
    with suppress(ClientError):
        latest = yield from requests.service(service, cluster)
    if record and latest and record.get("last_run") != latest.get("last_run"):
        hint = "its last run has changed, so it was probably run"
    elif entries:
        hint = "the activity of the cluster names it, so it was probably run"
    else:
        hint = "the server shows no run of it, but may do so later"
    reason = exc.message.replace("'timeout'", "'wait_timeout'")
    error = ServiceRunError(
        f"it is unknown if {title} was run: {reason}; {hint}: look at its effect before you run it"
        " again",
        request=exc.request,
        response=exc.response,
        cause=exc,
    )
    error.activity = entries
    return error


def _entries_about(service: str, value: Any) -> Iterator[Record]:
    """Yield the objects in JSON whose name contains the name of a service."""
    if isinstance(value, Mapping):
        if service in str(value.get("name") or ""):
            yield dict(value)
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _entries_about(service, item)


# A response


def _result_of(answer: Any) -> Mapping[str, Any]:
    for found in (dig(answer, "result"), answer):
        if isinstance(found, Mapping):
            return found
    return {}


def _outcome(title: str, answer: Any, scrub: Callable[[str], str]) -> ServiceRun:
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
        _parsed(stdout),
        nodes,
        list(dict.fromkeys(_first(node, _NODE_NAMES) or "unnamed" for node in failed)),
        result.get("elapsed_time"),
    )
    failure = _failure(answer, run, failed)
    if failure is None:
        return run
    error = ServiceRunError(f"{title} {failure.deed}{_last_words(failure.text, scrub)}")
    error.run = run
    raise error


class _Failure(NamedTuple):
    """The way in which a run failed.

    Attributes:
        deed: Completes a sentence about the service.
        text: What the service or the server says about it.
    """

    deed: str
    text: str


def _failure(answer: Any, run: ServiceRun, failed: Sequence[Mapping[str, Any]]) -> _Failure | None:
    """Return how a run failed; `None` if it has not."""
    error = dig(answer, "error")
    words = run.stderr or run.stdout
    if error:
        return _Failure("failed", _words(dig(error, "data")) or _words(error))
    if failed:
        nodes = f"node{'s' * (len(run.failed_nodes) > 1)} {', '.join(run.failed_nodes)}"
        return _Failure(f"failed on {nodes}", _first(failed[0], _NODE_TEXTS) or words)
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
    return bool(_return_code(node)) or node.get("status") == "error"


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
    """Return the text of an error; `""` for none."""
    return error_text(value) or _text(value or None)


def _parsed(stdout: Any) -> Any:
    """Return the object or list that a service has printed as JSON, or `None`."""
    if isinstance(stdout, str) and stdout.lstrip()[:1] in ("{", "["):
        with suppress(ClientError):
            return jsonutils.loads(stdout)
    return stdout if isinstance(stdout, (dict, list)) else None


def _last_words(text: str, scrub: Callable[[str], str]) -> str:
    """Return the end of a text, which says what went wrong, on one line without secrets."""
    words = " ".join(scrub(text[-_SEARCHED:]).split())
    if len(words) > LONGEST:
        words = f"...{words[3 - LONGEST :]}"
    return f": {one_line(words)}" if words else ""
