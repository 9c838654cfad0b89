# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking of the secrets of a task in everything that it returns, on both paths.

Ansible's own masking is not used: it has no lower bound on the length of a secret, finds it as
plain text only, and also changes parts of a result that the collection itself makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ..core.secrets.heuristics import scan_and_redact
from ..core.secrets.named import named_secrets, texts_of, user_info_secrets
from ..core.secrets.redaction import SecretValues
from .results import PresentableRecords

try:
    # From core 2.22 on Ansible masks what is registered in everything that it shows.
    from ansible.module_utils.secrets import register_secrets
except ImportError:
    register_secrets = None

NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""The text that Ansible shows in place of an option that is not to be logged."""

_OWN = frozenset(
    "action changed checksum count elapsed failed failed_count method ok pages size status"
    " summary attempts tries".split()
)
"""Keys of results whose values the collection makes itself."""
_NESTED = frozenset(("diff", "download", "request", "results"))
"""Keys of results that hold more such keys."""

_SERVERS = frozenset(("host", "proxy", "registry_url", "url"))
"""Options that name a server. A user may write credentials into them, even if these are refused."""

Spec = Mapping[str, Mapping[str, Any]]


def secrets_of(arguments: Mapping[str, Any], spec: Spec) -> SecretValues:
    """Return the secrets in a task's arguments.

    Args:
        arguments: The arguments as given, before they are checked: an error about one must not show
            the others.
        spec: The argument specification.
    """
    options = spec if arguments.keys() <= spec.keys() else _options_by_name(spec)
    secrets = SecretValues()
    for name, value in arguments.items():
        no_log = options.get(name, {}).get("no_log")
        if no_log:
            found = texts_of(value)
        elif name in _SERVERS and isinstance(value, str):
            found = user_info_secrets(value)
        elif no_log is None:
            found = named_secrets({name: value})
        else:
            continue
        # A value that is nested too deeply for Python is not shown either.
        with suppress(RecursionError):
            for secret in found:
                secrets.add(secret)
    return secrets


def _options_by_name(spec: Spec) -> dict[str, Mapping[str, Any]]:
    return {
        every: option
        for name, option in spec.items()
        for every in (name, *option.get("aliases", ()))
    }


def register(secrets: SecretValues) -> None:
    """Register secrets with Ansible, which masks them in its own output, if it has a register."""
    if register_secrets is not None:
        register_secrets(secrets.values)


def register_arguments(arguments: Mapping[str, Any], spec: Spec) -> None:
    """Register the secrets in the arguments of a task, if Ansible has a register."""
    if register_secrets is not None:
        register(secrets_of(arguments, spec))


def without_no_log(spec: Spec) -> dict[str, dict[str, Any]]:
    """Return an argument specification with which Ansible masks nothing.

    Its masking would run before and after that of the collection, with secrets of any length.
    """
    return {name: {**option, "no_log": False} for name, option in spec.items()}


def mask_result(result: Mapping[str, Any], mask: Callable[[Any], Any]) -> dict[str, Any]:
    """Return a result with its secrets masked.

    Args:
        result: The result. Keys, and values that the collection makes itself, are not masked.
        mask: Masks secrets in data.
    """
    ready = {
        name: list(value) for name, value in result.items() if isinstance(value, PresentableRecords)
    }
    rest = {name: value for name, value in result.items() if name not in ready} if ready else result
    # One look at the whole costs less than one at each value; usually there is nothing to mask.
    if _mask(rest, mask) is rest:
        return {**rest, **ready}
    masked = {
        name: value
        if name in _OWN
        else _mask_nested(value, mask)
        if name in _NESTED
        else _mask(value, mask)
        for name, value in rest.items()
    }
    return {**masked, **ready}


def _mask_nested(value: Any, mask: Callable[[Any], Any]) -> Any:
    if isinstance(value, Mapping):
        return mask_result(value, mask)
    if isinstance(value, list):
        return [_mask_nested(item, mask) for item in value]
    return mask(value)


def _mask(value: Any, mask: Callable[[Any], Any]) -> Any:
    try:
        return mask(value)
    except RecursionError:
        return "nested too deeply to be shown"


def invocation_of(params: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    """Return the arguments of a task for its result. Secrets that are known are not masked yet."""
    options = _options_by_name(spec)
    return {
        "module_args": {
            name: NO_LOG
            if value is not None and options.get(name, {}).get("no_log")
            else mask_body(value)
            if name == "body"
            else value
            for name, value in params.items()
        }
    }


def mask_body(body: Any) -> Any:
    """Return a body for a result: in a text, everything that looks like a secret is masked."""
    return scan_and_redact(body) if isinstance(body, str) else body


def without_values(result: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a task with `no_log`, with a message that Ansible may print.

    Ansible prints the messages of failures in spite of `no_log`. Of a call, they have the method
    and the status only. In other messages, the values of the arguments are masked.
    """
    shown = dict(result)
    if result.get("failed") and "msg" in result:
        if "results" in result:
            shown["msg"] = str(result["msg"]).partition("; the first")[0]
        elif "method" in result:
            status = result.get("status")
            outcome = "no answer" if status is None else f"answered {status}"
            shown["msg"] = f"{result['method']}: {outcome}; no_log hides the rest"
        else:
            shown["msg"] = SecretValues(texts_of(arguments)).scrub(str(result["msg"]))
        if shown["msg"] != result["msg"]:
            # In a failure of a module, this has the message again.
            shown.pop("exception", None)
    return shown
