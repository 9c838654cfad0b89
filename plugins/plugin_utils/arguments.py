# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments as users write them, made ready for the validator.

They become plain data without empty options; unknown options are refused.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any
from urllib.parse import parse_qs

try:
    # ansible-core 2.19 and newer.
    from ansible.module_utils.common.json import Direction, get_module_encoder

    _ENCODER = {"cls": get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)}
except ImportError:
    from ansible.module_utils.common.json import AnsibleJSONEncoder

    _ENCODER = {"cls": AnsibleJSONEncoder, "vault_to_text": True}

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils.core.exceptions import ConfigurationError
from ..module_utils.tasks.definition import Spec
from ..module_utils.tasks.given import is_set, with_nested

MEANINGFUL_EMPTY = frozenset(("body", "correlation_id", "criteria", "filters", "payload"))
"""Options for which an empty text is not the same as nothing: it is sent, or refused because it
could let everything match."""

_HABITS = {"url": "path", "uri": "path", "data": "body", "json": "body", "query": "params"}
"""Names that other modules and libraries have for options of ours."""


def unknown_options(arguments: Mapping[str, Any], spec: Spec) -> str | None:
    """Return an error text if there are options that the specification does not have.

    They are looked for before anything else is checked: a misspelt option is often also the one
    that is missing.
    """
    unknown = _unknown(arguments, spec)
    for name, value in arguments.items():
        row = spec.get(name, {})
        for item in _items(value, row):
            unknown.update(_unknown(item, row["options"], f"{name}."))
    if not unknown:
        return None
    hints = [hint for name, known in unknown.items() if (hint := _hint(name, known))]
    meant = f" Did you mean {' and '.join(hints)}?" if hints else ""
    supported = ", ".join(sorted(next(iter(unknown.values()))))
    return f"{', '.join(unknown)}.{meant} Supported parameters include: {supported}."


def _unknown(names: Iterable[Any], spec: Spec, prefix: str = "") -> dict[str, set[str]]:
    """Return each name that the specification does not have, with those that it has."""
    others = [name for name in names if name not in spec]
    if not others:
        return {}
    known = _known(spec)
    return {f"{prefix}{name}": known for name in others if name not in known}


def _hint(name: str, known: set[str]) -> str:
    prefix, dot, key = name.rpartition(".")
    habit = _HABITS.get(key, "")
    near = [habit] if habit in known else difflib.get_close_matches(key, known, 1)
    return f"{prefix}{dot}{near[0]}" if near else ""


def _known(spec: Spec) -> set[str]:
    return {name for option, row in spec.items() for name in (option, *row.get("aliases", ()))}


def _items(value: Any, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the dicts of an option that is a list of dicts with options of their own."""
    if "options" not in row or not isinstance(value, (list, tuple)):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def ready(arguments: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    """Return arguments for the validator: plain data, without empty options.

    `method` is in upper case, and `params` are a dict even if they are written as a query.

    Args:
        arguments: The arguments of a task or lookup, or one dict of an option that is a list of
            dicts.
        spec: The specification of these options.

    Raises:
        ConfigurationError: A value is of a type that cannot be sent to a module.
    """
    result = {}
    for name, value in arguments.items():
        if is_set(value) or (value == "" and name in MEANINGFUL_EMPTY):
            try:
                # Names are plain too: the validator copies them, and copying marks takes time.
                result[plain(name)] = _ready(name, plain(value), spec.get(name, {}))
            except TypeError as exc:
                raise ConfigurationError(f"{name}: {exc}", cause=exc) from exc
    return result


def validate(
    given: Mapping[str, Any], spec: Spec, validator: ArgumentSpecValidator
) -> dict[str, Any]:
    """Return all options of a plugin that is not a module, with their defaults.

    Ansible's `set_options` is not used: it has another rule for what counts as given, ignores
    unknown names, and does not resolve templates in variables.

    Args:
        given: The options that are given.
        spec: Their specification.
        validator: The validator made from it.

    Raises:
        ConfigurationError: An option has a value of the wrong type.
    """
    result = validator.validate(ready(given, spec))
    if result.error_messages:
        raise ConfigurationError(result.error_messages[0])
    return with_nested({**dict.fromkeys(spec), **result.validated_parameters})


def _ready(name: str, value: Any, row: Mapping[str, Any]) -> Any:
    if isinstance(value, list) and "options" in row:
        return [ready(item, row["options"]) if isinstance(item, dict) else item for item in value]
    if not isinstance(value, str):
        return value
    if name == "method":
        return value.upper()
    if name in ("params", "query_params") and "=" in value and not value.lstrip().startswith("{"):
        pairs: dict[str, list[str]] = parse_qs(value.removeprefix("?"), keep_blank_values=True)
        return {key: items if len(items) > 1 else items[0] for key, items in pairs.items()}
    return value


def plain(value: Any) -> Any:
    """Return data as it would reach a module.

    It is without the marks of Ansible's own types; vaulted values are decrypted, dates are text,
    sets are lists.

    Raises:
        TypeError: There is no such form, of bytes for example.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return {
            plain(key) if isinstance(key, str) else _key(key): plain(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, value), key=repr)
    return _decode(value)


def _key(key: Any) -> str:
    try:
        return next(iter(_decode({key: None})))
    except TypeError:
        # Ansible's own types are subclasses of those that a reader knows.
        kind = next(kind for kind in type(key).__mro__ if "ansible" not in kind.__module__)
        raise TypeError(
            f"a name of type {kind.__name__} cannot be sent: write it as text, in quotes"
        ) from None


def _decode(value: Any) -> Any:
    # `time` is refused by the encoder of ansible-core 2.18.
    return (
        value.isoformat() if isinstance(value, time) else json.loads(json.dumps(value, **_ENCODER))
    )
