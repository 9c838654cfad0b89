# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_gateway5_configuration`: export and import the configuration of a gateway.

Secrets are masked in the result. Only the file `dest` has them.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core import jsonutils
from ..core.exceptions import ConfigurationError
from ..core.secrets.redaction import mask_named

# At the top, so that the main process imports it for all its forks.
from ..itential.gateway5 import ConfigurationImport, IncompleteImportError
from ..itential.gateway5_configurations import EntryChange, label, mask, mask_configuration
from . import calling, files, platform
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Rules, Spec
from .options import CALL, UPDATE_SECRETS

if TYPE_CHECKING:
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "cluster": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["exported", "imported"], "default": "imported"},
    "content": {"type": "raw"},
    "src": {"type": "path"},
    "git": {
        "type": "dict",
        "options": {
            "url": {"type": "str", "required": True},
            "file": {"type": "str"},
            "reference": {"type": "str"},
        },
    },
    "force": {"type": "bool", "default": False},
    **UPDATE_SECRETS,
    "dest": {"type": "path"},
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [("content", "src", "git", "dest")],
    "required_if": [("state", "imported", ("content", "src", "git"), True)],
}


def is_heavy(options: Mapping[str, Any]) -> bool:
    """Tell if a task writes a file, or imports: the process that tasks share has other work."""
    return options.get("state") != "exported" or options.get("dest") is not None


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A call failed, the server has ignored something, or an option cannot work.
    """
    work = _export if params["state"] == "exported" else _import
    return calling.perform(
        platform.make_client, params, context, lambda client: work(client, params, context)
    )


# Export


def _export(client: Platform, params: Mapping[str, Any], context: Context) -> Result:
    cluster, dest = params["cluster"], params.get("dest")
    path = None if dest is None else files.destination(dest, f"{cluster}.json")
    configuration = client.gateway5.export(cluster)
    result: Result = {"changed": False, "configuration": mask_configuration(configuration)}
    if path is None:
        return result
    if path.endswith((".yml", ".yaml")):
        text = client.gateway5.export_yaml(cluster)
    else:
        text = json.dumps(configuration, indent=2, ensure_ascii=False) + "\n"
    data = text.encode("utf-8", "surrogatepass")
    result["changed"] = files.save_secret(path, data, predict=context.check_mode)
    checksum = hashlib.sha256(data).hexdigest()
    result["download"] = {"dest": path, "checksum": checksum, "size": len(data)}
    return result


# Import


def _import(client: Platform, params: Mapping[str, Any], context: Context) -> Result:
    try:
        outcome = client.gateway5.import_(
            params["cluster"],
            content=_content(params),
            git=params.get("git"),
            force=params["force"],
            update_secrets=params["update_secrets"] == "always",
            predict=context.check_mode,
        )
    except IncompleteImportError as exc:
        raise TaskError(exc.message, **of_error(exc), **_result(exc.outcome)) from exc
    return _result(outcome)


def _content(params: Mapping[str, Any]) -> Any:
    """Return the configuration that the options give, or `None`.

    Raises:
        ConfigurationError: The file cannot be read, or a text is neither JSON nor YAML.
    """
    content, src = params.get("content"), params.get("src")
    if src is not None:
        data = files.read(src)
        try:
            return _parse(data.decode("utf-8-sig"), src)
        except UnicodeDecodeError as exc:
            raise ConfigurationError(f"src: {src} is not UTF-8 text", cause=exc) from exc
    return _parse(content, "content") if isinstance(content, str) else content


def _parse(text: str, name: str) -> Any:
    if jsonutils.is_json(text):
        return jsonutils.loads(text)
    try:
        # The controller has this library, a managed host need not.
        yaml = importlib.import_module("yaml")
    except ImportError as exc:
        raise ConfigurationError(
            f"{name} is not JSON, and PyYAML is missing where this task runs: give JSON, or use"
            " from_yaml",
            cause=exc,
        ) from exc
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        # Its message shows lines of the text.
        raise ConfigurationError(f"{name} is neither JSON nor YAML") from None


def _result(outcome: ConfigurationImport) -> Result:
    return {
        "changed": outcome.changed,
        "changes": [
            {"section": change.section, "name": change.name, "action": change.action}
            for change in outcome.changes
        ],
        "ignored": list(outcome.ignored),
        "validation": mask_named(outcome.validation),
        "diff": [_difference(change) for change in outcome.changes],
    }


def _difference(change: EntryChange) -> Result:
    """Return a difference as Ansible shows it."""
    name = label(change.section, change.name)
    return {
        "before_header": name,
        "after_header": name,
        "before": _side(change.section, change.before),
        "after": _side(change.section, change.after),
    }


def _side(section: str, entry: Any) -> Any:
    return {} if entry is None else mask(section, entry)
