# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Keystone's batch: steps in one transaction, with references to earlier responses
and to uploaded files (7)."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections import Counter
from collections.abc import Callable
from typing import Any

from .keystone_call import Answer, Body, Call, RefusedError, ServerFaultError, Upload, detail
from .keystone_rules import FALSE, NULL, REQUIRED, TRUE
from .keystone_schema import Record
from .keystone_store import DryRunError, Store

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PATH_MOST = 2048
TOKEN = re.compile(r"@(file|ref)\{([^}]*)\}")
LABELS = {"file": re.compile(r"[a-zA-Z0-9_]+"), "ref": re.compile(r"[a-zA-Z0-9_]+\.[a-zA-Z0-9_.]+")}


def run(store: Store, call: Call, perform: Callable[[Call], Answer]) -> Answer:
    """Run a batch job.

    Args:
        perform: Answers one step.

    Raises:
        RefusedError: 400 for a bad job, 415 for a form, 422 for a failed step.
        ServerFaultError: A step that ends everything, with no number.
    """
    job, files = _job(call)
    results: list[Record] = []
    answers: dict[str, Any] = {}
    try:
        with store.transaction():
            for number, action in enumerate(job["actions"], start=1):
                result = _step(call, action, number, answers, files, perform)
                results.append(result)
                if result["ref"]:
                    answers[result["ref"]] = result["body"]
                if result["status"] >= 400:
                    raise _failed(result)
            if job["dry_run"]:
                raise DryRunError
    except DryRunError:
        pass
    return Answer(data={"results": results})


def _failed(result: Record) -> RefusedError:
    step = f"Step #{result['index']} ({result['method']} {result['path']})"
    text = f"{step} failed with status {result['status']}"
    return RefusedError(
        422,
        {
            "detail": text,
            "step": result["index"],
            "status": result["status"],
            "body": result["body"],
        },
    )


def _step(
    call: Call,
    action: Record,
    number: int,
    answers: dict[str, Any],
    files: dict[str, Upload],
    perform: Callable[[Call], Answer],
) -> Record:
    path = str(_resolved(action["path"], answers, files))
    payload = _resolved(action["payload"], answers, files)
    # Lists become repeated names; tokens are kept.
    query = urllib.parse.urlencode(action["query_params"], doseq=True)
    route, dummy, rest = (f"{path}?{query}" if query else path).partition("?")
    inner = Call(
        method=action["method"],
        path=route,
        query_string=rest,
        host=call.host,
        scheme=call.scheme,
        content=_content(payload),
        address=call.address,
        port=call.port,
        cid=call.cid,
        user=call.user,
        step=True,
    )
    try:
        answer = perform(inner)
    except RefusedError as refusal:
        answer = refusal.answer
    # Responses that are not records have no data: plain text, an empty body, a nested job.
    body = answer.data if answer.kind == "json" and route != "/batch/" else None
    return {
        "ref": action["ref"],
        "index": number,
        "method": action["method"],
        "path": path,
        "status": answer.status,
        "body": body,
    }


def _content(payload: Any) -> Body:
    if not any(isinstance(value, Upload) for value in payload.values()):
        return Body(payload)
    # A step with a file is a form, so the rules for forms apply.
    if any(value is None for value in payload.values()):
        raise ServerFaultError
    return Body({name: _parts(value) for name, value in payload.items()}, form=True)


def _parts(value: Any) -> list[Any]:
    return [
        item if isinstance(item, Upload) else str(item)
        for item in (value if isinstance(value, list) else [value])
    ]


# Tokens


def _unresolved(token: str, reason: str) -> RefusedError:
    return RefusedError(
        422, {"detail": f'Cannot resolve reference "{token}": {reason}', "token": token}
    )


def _resolved(value: Any, answers: dict[str, Any], files: dict[str, Upload]) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(item, answers, files) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, answers, files) for item in value]
    if not isinstance(value, str):
        return value
    whole = TOKEN.fullmatch(value)
    if whole:
        return _resolve_token(whole, answers, files)
    return TOKEN.sub(lambda match: str(_resolve_token(match, answers, files)), value)


def _resolve_token(match: re.Match[str], answers: dict[str, Any], files: dict[str, Upload]) -> Any:
    token, kind, label = match.group(0), match.group(1), match.group(2)
    if not LABELS[kind].fullmatch(label):
        raise _unresolved(
            token, "Reference labels may only contain letters, numbers, and underscores"
        )
    if kind == "file":
        if label not in files:
            raise _unresolved(token, f'File part "{label}" was not uploaded with this request')
        return files[label]
    alias, dummy, path = label.partition(".")
    if alias not in answers:
        raise _unresolved(token, f'Alias "{alias}" has not been defined by a previous step')
    found = answers[alias]
    for part in path.split("."):
        if isinstance(found, dict):
            if part not in found:
                raise _unresolved(token, f'Key "{part}" not found in response')
            found = found[part]
        elif isinstance(found, list):
            if not part.isdigit() or int(part) >= len(found):
                raise _unresolved(token, f'Invalid list index "{part}"')
            found = found[int(part)]
        else:
            raise _unresolved(token, f'Cannot traverse into {type(found).__name__} with "{part}"')
    return found


# The job


def _job(call: Call) -> tuple[Record, dict[str, Upload]]:
    body = call.body
    if not isinstance(body.data, dict):
        raise ServerFaultError
    job = body.first().get("job")
    if isinstance(job, str):
        try:
            job = json.loads(job)
        except ValueError:
            raise detail(400, "The `job` field is not valid JSON.") from None
    files = {name: value for name, value in body.first().items() if isinstance(value, Upload)}
    return _checked_job(job), files


def _checked_job(job: Any) -> Record:
    if job is None:
        raise RefusedError(400, {"non_field_errors": ["No data provided"]})
    if not isinstance(job, dict):
        raise RefusedError(
            400,
            {
                "non_field_errors": [
                    f"Invalid data. Expected a dictionary, but got {type(job).__name__}."
                ]
            },
        )
    errors: Record = {}
    dry_run = job.get("dry_run", False)
    if not isinstance(dry_run, (bool, int, str)) or (dry_run not in TRUE and dry_run not in FALSE):
        errors["dry_run"] = ["Must be a valid boolean."]
    actions = job.get("actions", REQUIRED)
    if actions is REQUIRED:
        errors["actions"] = [REQUIRED]
    elif not isinstance(actions, list):
        errors["actions"] = {
            "non_field_errors": [
                f'Expected a list of items but got type "{type(actions).__name__}".'
            ]
        }
    elif not actions:
        errors["actions"] = {"non_field_errors": ["This list may not be empty."]}
    else:
        problems = [_problems(action) for action in actions]
        if any(problems):
            errors["actions"] = problems
        elif (
            max(
                Counter(action["ref"] for action in actions if action.get("ref")).values(),
                default=1,
            )
            > 1
        ):
            errors["actions"] = ["Reference aliases must be unique within a job."]
    if errors:
        raise RefusedError(400, errors)
    defaults = {"ref": "", "payload": {}, "query_params": {}}
    return {"dry_run": dry_run in TRUE, "actions": [{**defaults, **action} for action in actions]}


def _problems(action: Any) -> Record:
    if not isinstance(action, dict):
        return {
            "non_field_errors": [
                f"Invalid data. Expected a dictionary, but got {type(action).__name__}."
            ]
        }
    problems: Record = {}
    ref = action.get("ref", "")
    if not isinstance(ref, str):
        problems["ref"] = ["Not a valid string."]
    elif ref and not re.fullmatch(r"\w+", ref):
        problems["ref"] = [
            "Reference aliases may only contain alphanumeric characters and underscores."
        ]
    if "method" not in action:
        problems["method"] = [REQUIRED]
    elif action["method"] not in METHODS:
        problems["method"] = [f'"{action["method"]}" is not a valid choice.']
    path = action.get("path", REQUIRED)
    if path is REQUIRED:
        problems["path"] = [REQUIRED]
    elif not isinstance(path, str):
        problems["path"] = ["Not a valid string."]
    elif not path.strip():
        problems["path"] = ["This field may not be blank."]
    elif len(path) > PATH_MOST:
        problems["path"] = [f"Ensure this field has no more than {PATH_MOST} characters."]
    for name in ("payload", "query_params"):
        if action.get(name, {}) is None:
            problems[name] = [NULL]
        elif not isinstance(action.get(name, {}), dict):
            problems[name] = [
                f'Expected a dictionary of items but got type "{type(action[name]).__name__}".'
            ]
    return problems
