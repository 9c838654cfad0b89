# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers to runs of a Gateway: the results of each host, and failures that a 200 hides.

Source: docs/protocols/itential-gateway.md section 9. The form of most answers is not documented:
lists and objects are accepted, and everything that the server sends is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core import jsonutils, messages
from ..core.exceptions import SerializationError
from ..core.jsonutils import dig
from ..core.secrets.heuristics import scan_and_redact

Record = dict[str, Any]

_SUCCESS = "SUCCESS"
_FAILURES = frozenset(("failure", "failed", "error", "unreachable", "timeout"))
"""Statuses of a failure within the data of a result, where `status` may mean anything else."""
_META = "meta"
_ENVELOPES = ("data", "results", "result", "response")
_RESULT_KEYS = frozenset(("status", "stdout", "stderr", "status_code", "rc", "return_code", "host"))
"""Keys by which an object is the result of a host, and no envelope."""
_RETURN_CODES = ("return_code", "returncode", "rc", "exit_code")
_EVIDENCE = ("status", "status_code", "stdout", "success", "failed", "changed", *_RETURN_CODES)
"""Keys that tell how a run ended."""
_HOSTS = ("host", "hostname", "device")
_MESSAGES = ("stderr", "msg", "message", "error", "exception", "reason")


def results_of(payload: Any, is_data: bool = False) -> list[Record]:
    """Return the results in an answer: one for each host, or for each host and task.

    Args:
        payload: The decoded answer.
        is_data: The answer may be nothing but data. Otherwise, an object that does not tell how the
            run ended is a failure.

    Returns:
        Each with everything that the server sent, and with `host task status ok stdout stderr
        output`. `output` is the value of an `stdout` that is JSON. `status` is `UNKNOWN` if the
        server does not tell how the run ended.
    """
    return [_result(entry, is_data) for entry in _entries(payload)]


def failure(host: Any, text: str) -> Record:
    """Return the result of a host about which the server tells nothing.

    Args:
        host: Its name; `None` if there is none.
        text: The reason.
    """
    return _result({"host": host, "failed": True, "stderr": text})


def failures(results: Sequence[Record]) -> list[Record]:
    """Return the results that failed."""
    return [result for result in results if not result["ok"]]


def answer_of(results: Sequence[Record], name: str) -> Record | None:
    """Return the only result, or the one of the task that holds the answer of a role.

    Args:
        results: The results.
        name: The name of the role; the results of anything else have no such task.
    """
    titles = (f"{name} response", f"{name.rpartition('.')[2]} response")
    chosen = [result for result in results if result["task"] in titles] or results
    return chosen[0] if len(chosen) == 1 else None


def describe(result: Mapping[str, Any]) -> str:
    """Return one line about a result that failed: where, and the end of its error."""
    place = [str(result[key]) for key in ("host", "task") if result[key]]
    texts = [_text(dig(result, f"{part}{key}")) for key in _MESSAGES for part in ("", "results.")]
    text = next(filter(None, [*texts, _text(result["stdout"])]), "it gives no reason")
    reason = messages.last_words(text, scan_and_redact)
    code = _code_of_failure(result)
    if code and not any(texts):
        # The output does not say that this is a failure.
        reason = f"return code {code}: {reason}"
    return ": ".join([*place, str(result["status"]), reason])


def _code_of_failure(result: Mapping[str, Any]) -> str:
    """Return the return code of a result that failed; `""` if it has none, or 0."""
    codes = (dig(result, f"{part}{key}") for key in _RETURN_CODES for part in ("", "results."))
    return next((str(code) for code in codes if code not in (None, 0, "0")), "")


def _entries(payload: Any) -> list[Record]:
    if isinstance(payload, list):
        return [_entry(item) for item in payload]
    if not isinstance(payload, Mapping):
        return [] if payload in (None, "") else [_entry(payload)]
    if not payload or _RESULT_KEYS & payload.keys() or _flags_failure(payload):
        return [dict(payload)] if payload else []
    for key in _ENVELOPES:
        if isinstance(payload.get(key), (list, Mapping)):
            return _entries(payload[key])
    items = {key: item for key, item in payload.items() if isinstance(item, Mapping)}
    if any(_RESULT_KEYS & item.keys() for item in items.values()):
        return [{"host": host, **item} for host, item in items.items() if host != _META]
    return [dict(payload)]


def _entry(item: Any) -> Record:
    if isinstance(item, Mapping):
        return dict(item)
    return {"stdout": item} if isinstance(item, str) else {"results": item}


def _result(entry: Record, is_data: bool = False) -> Record:
    inner = entry.get("results")
    inner = inner if isinstance(inner, Mapping) else {}
    stdout = _lines(entry.get("stdout", inner.get("stdout")))
    has_failed = _has_failed(entry) or _hides_failure(entry.get("results"))
    is_known = any(part.get(key) is not None for part in (entry, inner) for key in _EVIDENCE)
    status = entry.get("status")
    if not isinstance(status, str):
        status = "FAILURE" if has_failed else _SUCCESS if is_known else "UNKNOWN"
    return {
        **entry,
        "host": next((entry[key] for key in _HOSTS if entry.get(key)), None),
        "task": entry.get("task"),
        "status": status,
        "ok": not has_failed and (is_known or is_data),
        "stdout": stdout,
        "stderr": _lines(entry.get("stderr", inner.get("stderr"))),
        "output": _parse(stdout),
    }


def _has_failed(entry: Mapping[str, Any]) -> bool:
    status = entry.get("status", entry.get("status_code"))
    if isinstance(status, str):
        return status.upper() != _SUCCESS or _flags_failure(entry)
    if isinstance(status, int) and not isinstance(status, bool):
        # An HTTP request tells the status of its response.
        return status >= 400 or _flags_failure(entry)
    return status is False or _flags_failure(entry)


def _flags_failure(entry: Mapping[str, Any]) -> bool:
    return entry.get("success") is False or _tells_failure(entry)


def _tells_failure(entry: Mapping[str, Any]) -> bool:
    codes = [entry[key] for key in _RETURN_CODES if entry.get(key) is not None]
    return any(entry.get(key) is True for key in ("failed", "unreachable")) or any(
        str(code) != "0" for code in codes
    )


def _hides_failure(results: Any) -> bool:
    """Tell if the data of a result are a failure, or have one of a host."""
    items = results if isinstance(results, list) else [results]
    parts = [item for item in items if isinstance(item, Mapping)]
    inner = [value for part in parts for value in part.values() if isinstance(value, Mapping)]
    return any(
        _tells_failure(part) or str(part.get("status")).lower() in _FAILURES for part in parts
    ) or any(value.get("status") == "FAILURE" for value in inner)


def _lines(value: Any) -> str:
    """Return a text; some modules give a list of texts."""
    if isinstance(value, list):
        return "\n".join(_text(item) for item in value)
    return _text(value)


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return jsonutils.dumps(value)


def _parse(stdout: str) -> Any:
    """Return the object or list that a text is in JSON, or `None`.

    A text such as `1.10` looks like JSON and may mean something else.
    """
    if not stdout.lstrip().startswith(("{", "[")):
        return None
    try:
        return jsonutils.loads(stdout)
    except SerializationError:
        return None
