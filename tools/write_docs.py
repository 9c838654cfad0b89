# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what modules, metadata and guides repeat, each from its one source.

A part of a file between `BEGIN generated: <name>` and `END generated` is written here, and so is
every file in `plugins/action/`. In the file of a module, the part is about the service of the
module; elsewhere the name of the service follows, as in `BEGIN generated: keys of types, keystone`.

Run it as `make generate` after a change of a catalogue, of a shared result or of the set of
modules; `make lint` runs it with `--check`.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from documented_results import SHARED

ROOT = Path(__file__).parent.parent
PLUGINS = "ansible_collections.restops.clients.plugins"
WIDTH = 100

PART = re.compile(
    r"(?P<begin>^(?P<indent> *)(?:#|<!--) BEGIN generated: (?P<name>[a-z ]+?)"
    r"(?:, (?P<service>[a-z_]+))?(?: -->)?\n)"
    r"(?:.*\n)*?"
    r"(?P<end> *(?:#|<!--) END generated(?: -->)?$)",
    re.MULTILINE,
)

PLAIN = re.compile(r"https?://[\w./:-]+|/[\w./-]+|GET|create|update")
"""Texts in samples that need no quotes."""

ACTION = '''\
# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of the module {module}, written by tools/write_docs.py."""

from __future__ import annotations

from ..module_utils.{package} import {client}
from ..modules.{module} import TASK
from ..plugin_utils import action


class ActionModule(action.ActionModule):
    """Perform the module's task on the controller if possible."""

    task = TASK
    preloaded = {client}
'''
CLIENTS = {
    "itential_gateway": ("itential", "gateway"),
    "itential_platform": ("itential", "platform"),
    "keystone": ("keystone", "client"),
    "sequoia": ("sequoia", "client"),
}
"""Package and module of the client of each service."""
CATALOGUES = {
    "itential_gateway": "module_utils.itential.gateway_catalogue.rows",
    "itential_platform": "module_utils.itential.platform_catalogue.rows",
    "keystone": "module_utils.keystone.catalogue",
}
"""The module with the catalogue of each service that has one."""
INVENTORIES = {
    "itential_gateway": ("device", "group", "http_device", "netconf_device", "netmiko_device"),
    "itential_platform": ("device", "device_group", "inventory"),
}
"""The types of records that the inventory plugin of each service reads."""


def of_collection(name: str) -> Any:
    """Import a module of the collection."""
    return importlib.import_module(f"{PLUGINS}.{name}")


def modules() -> list[str]:
    """Return the names of all modules."""
    return sorted(path.stem for path in (ROOT / "plugins/modules").glob("[a-z]*.py"))


def service_of(module: str) -> str:
    """Return the name of the service of a module, which is also its action group."""
    prefix: str = of_collection(f"modules.{module}").TASK.service.prefix
    return prefix.lower()


def catalogue(service: str) -> Mapping[str, Any]:
    """Return the rows of the catalogue of a service by their names, in alphabetical order."""
    rows = of_collection(CATALOGUES[service]).CATALOGUE
    return dict(sorted(rows.items()))


def written_types(service: str) -> Mapping[str, Any]:
    """Return the rows of the types of records that can be written."""
    return {name: row for name, row in catalogue(service).items() if row.verbs - {"retrieve"}}


def join_names(names: Iterable[str], word: str = "and", mark: str = "V") -> str:
    """Return names as a list in a sentence, in the markup of Ansible's documentation.

    Args:
        names: The names.
        word: The word before the last one.
        mark: The markup of each.
    """
    marked = [f"{mark}({name})" for name in names]
    return f" {word} ".join(filter(None, (", ".join(marked[:-1]), marked[-1])))


# Parts of modules


def item(text: str) -> list[str]:
    """Return a text as an item of a YAML list."""
    return textwrap.wrap(
        text, WIDTH - 6, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
    )


def types_to_read(service: str) -> list[str]:
    """Name the types of records that can be read."""
    return item(f"The type of the records. One of {join_names(catalogue(service), 'or')}.")


def types_to_write(service: str) -> list[str]:
    """Name the types of records that can be written."""
    return item(f"The type of the records. One of {join_names(written_types(service), 'or')}.")


def types_without_search(service: str) -> list[str]:
    """Name the types of records that cannot be searched."""
    searchable = of_collection(CATALOGUES[service]).searchable
    names = [name for name, row in catalogue(service).items() if not searchable(row)]
    return item(f"Not for {join_names(names, 'or')}.")


def facts(service: str) -> list[str]:
    """Name the facts about a server."""
    known = of_collection(f"module_utils.itential.{CLIENTS[service][1]}_facts").FACTS
    return item(f"The facts about the server to gather, {join_names(known, 'or')}. V(all) is all.")


def natural_keys(service: str) -> list[str]:
    """Name the fields by which records of each type are found."""
    keys = [
        f"V({name}) by {join_names(row.key, mark='C')}"
        for name, row in written_types(service).items()
        if row.key
    ]
    return item(
        f"Records are found by their natural key, {'; '.join(keys)}. Others are found by C(id) or"
        " by O(match)."
    )


def result_rows(rows: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield the documentation of results as YAML."""
    for name, row in rows.items():
        yield f"{indent}{name}:"
        for key, value in row.items():
            if key == "contains":
                continue
            yield from entry(key, value, f"{indent}  ")
        if "contains" in row:
            yield f"{indent}  contains:"
            yield from result_rows(row["contains"], f"{indent}    ")


def entry(key: str, value: Any, indent: str) -> list[str]:
    """Return one key with its value as YAML, in lines that are not too long."""
    is_plain = key != "sample" and re.fullmatch(r"(?!.*(: | #))[A-Za-z].*", value)
    text = value if is_plain or PLAIN.fullmatch(str(value)) else json.dumps(value)
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{indent}{key}: ",
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def shared_results(name: str) -> Callable[[str], list[str]]:
    """Return the writer of results that modules share."""
    return lambda service: list(result_rows(SHARED[name](service)))


# Parts of other files


def action_groups(dummy: str) -> list[str]:
    """Name the modules of each action group."""
    groups: dict[str, list[str]] = {}
    for module in modules():
        groups.setdefault(service_of(module), []).append(module)
    return [
        line
        for group, members in sorted(groups.items())
        for line in (f"{group}:", *(f"  - {member}" for member in members))
    ]


KINDS = {"module": "modules", "lookup": "lookup", "inventory": "inventory", "filter": "filter"}
"""The folder of each kind of plugin that users name."""
SUMMARIES = {
    "py": re.compile(r"^short_description: (.*)$", re.MULTILINE),
    "yml": re.compile(r"^- name: (.*)$", re.MULTILINE),
}
"""The line that says what a file is for, by its ending."""


def contents(dummy: str) -> list[str]:
    """List the plugins and playbooks of the collection."""
    files = [
        *(
            (kind, path)
            for kind, folder in KINDS.items()
            for path in sorted((ROOT / "plugins" / folder).glob("[a-z]*.py"))
        ),
        *(("playbook", path) for path in sorted((ROOT / "playbooks").glob("*.yml"))),
    ]
    rows = [(f"`restops.clients.{path.stem}`", kind, summary(path)) for kind, path in files]
    return table(("name", "kind", "purpose"), *rows)


def summary(path: Path) -> str:
    """Return the purpose of a plugin or playbook, as its file says it."""
    found = SUMMARIES[path.suffix[1:]].search(path.read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"{path.relative_to(ROOT)}: it does not say what it is for")
    return found[1]


def task_files(dummy: str) -> list[str]:
    """List the files of the tasks, each with the first line of its docstring."""
    files = sorted((ROOT / "plugins/module_utils/tasks").glob("[a-z]*.py"))
    rows = []
    for path in files:
        text = ast.get_docstring(ast.parse(path.read_bytes())) or ""
        line = text.partition("\n")[0].rstrip(".")
        rows.append((f"`{path.name}`", line[:1].lower() + line[1:]))
    return table(("path", "content"), *rows)


def verb_declarations(dummy: str) -> list[str]:
    """Declare the methods of Keystone clients, which a loop makes, for type checkers."""
    verbs = of_collection("module_utils.core.records.types").VERBS
    return [
        f"{verb}_{name}: {verb.capitalize()}"
        for name, row in catalogue("keystone").items()
        for verb in verbs
        if verb in row.verbs
    ]


def table(*rows: Iterable[str]) -> list[str]:
    """Return a table in Markdown; the first row is its header."""
    lines = [f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in rows]
    columns = len(list(rows[0]))
    return [lines[0], "|" + "---|" * columns, *lines[1:]]


def methods_of_types(dummy: str) -> list[str]:
    """List the methods of Keystone clients."""
    every = of_collection("module_utils.core.records.types").VERBS
    by_verbs: dict[tuple[str, ...], list[str]] = {}
    for name, row in catalogue("keystone").items():
        by_verbs.setdefault(tuple(verb for verb in every if verb in row.verbs), []).append(name)
    rows = [
        (
            f"`{' '.join(names)}`",
            "all four" if verbs == every else ", ".join(f"`{verb}_`" for verb in verbs),
        )
        for verbs, names in by_verbs.items()
    ]
    return table(("resources", "methods"), *rows)


def keys_of_types(service: str) -> list[str]:
    """List the natural keys of records."""
    rows = [
        (
            f"`{name}`",
            ", ".join(f"`{key}`" for key in row.key) or "no key: set `match` or `id`",
        )
        for name, row in written_types(service).items()
    ]
    return table(("resource", "found by"), *rows)


COVERED = "resource info present absent replace purge diff as_tasks inventory releases".split()


def coverage(service: str) -> list[str]:
    """List what the modules and the inventory plugin of a service do with each type of records."""
    rows = [
        [f"`{name}`", *(cell or "-" for cell in coverage_cells(service, row))]
        for name, row in catalogue(service).items()
    ]
    return table(COVERED, *rows)


def coverage_cells(service: str, row: Any) -> Iterator[str]:
    """Yield the cells of a type of records in the table of what is covered."""
    parents = [f"`{name}`" for name in row.access.many[0].placeholders if name not in row.defaults]
    yield f"by {', '.join(parents)}" if parents else "yes"
    writes = [verb for verb in ("create", "update") if verb in row.verbs]
    yes = "yes" if writes else ""
    deletes = "yes" if "delete" in row.verbs else ""
    yield yes if len(writes) != 1 else f"{writes[0]} only"
    yield deletes
    yield "yes" if "update" in row.verbs else ""
    yield deletes
    yield yes or deletes
    yield yes
    yield "yes" if row.name in INVENTORIES[service] else ""
    yield releases(row.access)


def releases(access: Any) -> str:
    """Return the releases that have the routes of a type of records."""
    purposes = {
        "": access.many,
        "create": access.create,
        "update": access.update,
        "delete": access.delete,
    }
    found = {}
    for purpose, routes in purposes.items():
        limits = {(route.since, route.until) for route in routes}
        if {since for since, dummy in limits} == {until for dummy, until in limits}:
            # Each release has one of the routes.
            continue
        bounds = [
            " ".join(filter(None, (since and f"from {since}", until and f"before {until}")))
            for since, until in sorted(limits)
        ]
        if bounds and all(bounds) and bounds != found.get(""):
            found[purpose] = bounds
    texts = [f"{purpose} {', '.join(bounds)}".strip() for purpose, bounds in found.items()]
    return "; ".join(texts) or "all"


def environment_variables(dummy: str) -> list[str]:
    """List the environment variables of the services that have a table in common."""
    options = of_collection("module_utils.tasks.options")
    services = (options.PLATFORM, options.GATEWAY)
    variables = [
        {option.name: f"`{option.environment}`" for option in service.option_names}
        for service in services
    ]
    names = dict.fromkeys(name for known in variables for name in known)
    rows = [(f"`{name}`", *(known.get(name, "") for known in variables)) for name in names]
    return table(("option", "Platform", "Gateway"), *rows)


def credential_types(dummy: str) -> list[str]:
    """List the fields of AWX credential types. The guide shows the one for a Platform in full."""
    options = of_collection("module_utils.tasks.options")
    services = {
        "Gateway": options.GATEWAY,
        "Keystone": options.KEYSTONE,
        "Sequoia": options.SEQUOIA,
    }
    rows = [
        (name, credential_fields(service), f"`{service.prefix}_`")
        for name, service in services.items()
    ]
    return table(("service", "fields", "prefix of variables"), *rows)


def credential_fields(service: Any) -> str:
    """Return the fields of the AWX credential type of a service."""
    place = ("url",) if "url" in service.options else ("host", "port", "use_tls")
    fields = ", ".join(f"`{name}`" for name in (*place, "validate_certs", "ca"))
    ways = [
        ", ".join(
            f"`{name}` (secret)" if service.options[name].get("no_log") else f"`{name}`"
            for name in way
        )
        for way in service.credentials
    ]
    return f"{fields}, {' or '.join(ways)}"


PARTS: dict[str, Callable[[str], list[str]]] = {
    "action groups": action_groups,
    "contents": contents,
    "coverage": coverage,
    "credential types": credential_types,
    "environment variables": environment_variables,
    "facts": facts,
    "keys of types": keys_of_types,
    "methods of types": methods_of_types,
    "natural keys": natural_keys,
    "task files": task_files,
    "types to read": types_to_read,
    "types to write": types_to_write,
    "types without search": types_without_search,
    "verbs": verb_declarations,
    **{name: shared_results(name) for name in SHARED},
}
"""The writers of generated parts by their names. Each takes the name of a service."""


def rewrite(path: Path) -> str:
    """Return a file with its generated parts written again."""
    service = service_of(path.stem) if path.parent.name == "modules" else ""

    def replace(match: re.Match[str]) -> str:
        if match["name"] not in PARTS:
            raise SystemExit(
                f"{path.relative_to(ROOT)}: there is no part {match['name']!r}; the parts are"
                f" {', '.join(sorted(PARTS))}"
            )
        lines = PARTS[match["name"]](match["service"] or service)
        body = "".join(f"{match['indent']}{line}".rstrip() + "\n" for line in lines)
        return match["begin"] + body + match["end"]

    return PART.sub(replace, path.read_text(encoding="utf-8"))


def action_of(module: str) -> str:
    """Return the file of a module's action."""
    package, client = CLIENTS[service_of(module)]
    return ACTION.format(module=module, package=package, client=client)


def outcome() -> dict[Path, str | None]:
    """Return every file that is written, with its content; `None` for a file that must go."""
    actions: dict[Path, str | None] = dict.fromkeys((ROOT / "plugins/action").glob("[a-z]*.py"))
    actions.update(
        {ROOT / f"plugins/action/{module}.py": action_of(module) for module in modules()}
    )
    places = ("README.md", "plugins/**/*.py", "meta/*.yml", "docs/*.md")
    files = [path for place in places for path in sorted(ROOT.glob(place))]
    return {**{path: rewrite(path) for path in files if path not in actions}, **actions}


def main() -> int:
    """Write the files, or check that there is nothing to write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if needed")
    check = parser.parse_args().check
    changed = [
        (path, text)
        for path, text in outcome().items()
        if text != (path.read_text(encoding="utf-8") if path.exists() else None)
    ]
    for path, text in changed:
        name = path.relative_to(ROOT)
        print(f"{name} is out of date: run make generate" if check else f"Wrote {name}")
        if check:
            continue
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
