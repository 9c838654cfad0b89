# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the inventory plugins: hosts and groups of a server become those of Ansible."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from ansible import template
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils.core.exceptions import ClientError, ConfigurationError
from ..module_utils.core.net import httplib
from ..module_utils.core.secrets.redaction import join_scope, scope
from ..module_utils.itential.inventory_pages import Group, Host, Page
from ..module_utils.tasks import masking
from ..module_utils.tasks.client import Client, Factory
from ..module_utils.tasks.definition import Service, Spec
from ..module_utils.tasks.options import CALL
from . import arguments, pool, sources
from .display import show
from .inventory_variables import variables_of, with_network_os, with_valid_names

if hasattr(template, "trust_as_template"):

    def as_data(value: Any) -> Any:
        """Return a value that Ansible does not take for a template, which is every value."""
        return value
else:
    # ansible-core 2.18 resolves templates in all texts that are not marked.
    from ansible.utils.unsafe_proxy import wrap_var as as_data

_PLUGIN = re.compile(r"""^(?:\{\s*)?["']?plugin["']?\s*:\s*["']?([\w.]+)""", re.MULTILINE)
_VAULT = "$ANSIBLE_VAULT"
_FIRST = 64 * 1024
"""Characters of a file in which its plugin is looked for."""
_FOR_ALL = "all"
"""The group in which Ansible has every host."""

OPTIONS: Spec = {
    "plugin": {"type": "str", "required": True},
    "filters": {"type": "dict", "default": {}},
    "network_os": {"type": "dict", "default": {}},
    "include_secrets": {"type": "bool", "default": False, "no_log": False},
    "retry": {"type": "raw"},
    "max_response_bytes": CALL["max_response_bytes"],
}
"""The options of every inventory, beside those of the connection."""


class ApiInventory(BaseInventoryPlugin, Constructable, Cacheable):
    """Makes an inventory from the hosts of one service.

    An inventory adds its documentation, and these attributes.

    Attributes:
        NAME: Its full name.
        factory: Makes a client from the options.
        service: The service, whose connection options it has.
        own_options: The other options.
    """

    NAME: ClassVar[str]
    factory: ClassVar[Factory[Client]]
    service: ClassVar[Service]
    own_options: ClassVar[Spec]

    def pages(self, client: Any, options: Mapping[str, Any]) -> Iterator[Page]:
        """Return the parts of the inventory."""
        raise NotImplementedError

    def verify_file(self, path: str) -> bool:
        """Tell whether a file is for this plugin: by its `plugin` or, without one, by its name."""
        if not super().verify_file(path) or not path.endswith((".yml", ".yaml")):
            return False
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(_FIRST)
        named = _PLUGIN.search(text)
        if named is not None:
            return named[1] == self.NAME
        return text.startswith(_VAULT) or self._is_named_for(path)

    def _is_named_for(self, path: str) -> bool:
        """Tell whether the name of a file, without its ending, is one of those for this plugin."""
        name = os.path.splitext(os.path.basename(path))[0]
        return name.rpartition(".")[2] in ("itential", self.NAME.rpartition(".")[2])

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the hosts and groups that a file leads to.

        Raises:
            AnsibleParserError: A call failed or an option cannot work; one line.
        """
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        if httplib.IMPORT_ERROR is not None:
            raise AnsibleParserError(
                f"the Python library httpcore is missing on the controller: {httplib.INSTALL}"
            )
        spec = {**self.service.options, **self.own_options}
        self._check_names(config, spec)
        found = self._resolve({name: config[name] for name in config if name in spec})
        secrets = masking.secrets_of(found.arguments, self.service.options)
        masking.register(secrets)
        try:
            show()
            with scope(secrets):
                validator = ArgumentSpecValidator(spec)
                options = arguments.validate(found.arguments, spec, validator)
                self._add_all(self._known_pages(options, path, cache), options)
        except ClientError as exc:
            message = secrets.scrub(exc.message)
            if exc.request is None:
                message = found.explain(message)
            raise AnsibleParserError(message) from None

    def _resolve(self, given: Mapping[str, Any]) -> sources.Resolution:
        """Return options without templates, completed from the other sources."""
        self.templar.available_variables = self._vars
        resolve = self.templar.template
        return sources.resolve(self.service, resolve(given), {}, {}, self._vars, resolve)

    def set_options(
        self, task_keys: Any = None, var_options: Any = None, direct: Any = None
    ) -> None:
        """Set the options that Ansible's own classes read.

        The others, which may be templates and have more sources, are resolved as those of lookups.
        """
        del var_options
        own = {*self.service.options, *self.own_options} - {"plugin"}
        theirs = {name: value for name, value in (direct or {}).items() if name not in own}
        super().set_options(task_keys=task_keys, direct=theirs)

    def _check_names(self, config: Mapping[str, Any], spec: Spec) -> None:
        known = {**{name: {} for name in self._options}, **spec}
        unknown = arguments.unknown_options(config, known)
        if unknown is not None:
            raise AnsibleParserError(f"Unsupported options for this inventory: {unknown}")

    # The cache

    def _known_pages(self, options: Mapping[str, Any], path: str, cache: bool) -> Iterable[Page]:
        """Return the parts of the inventory from the cache, or else from the server."""
        if not self.get_option("cache"):
            return self._read_pages(options)
        if options["include_secrets"]:
            self.display.v("The inventory is not cached, because it has secrets (include_secrets)")
            return self._read_pages(options)
        key, made_with = self.get_cache_key(path), self._fingerprint(options)
        cached = _read_cache(self._cache, key, made_with) if cache else None
        return self._read_and_keep(options, key, made_with) if cached is None else cached

    def _read_and_keep(
        self, options: Mapping[str, Any], key: str, made_with: str
    ) -> Iterator[Page]:
        """Yield the parts from the server, and put them into the cache when all have been read."""
        kept = []
        for page in self._read_pages(options):
            kept.append(page.as_data())
            yield page
        # One text: Ansible would mark each value of a structure, which takes longer than reading.
        self._cache[key] = {"made_with": made_with, "pages": json.dumps(kept)}

    def _fingerprint(self, options: Mapping[str, Any]) -> str:
        """Return a digest of the options on which an inventory depends, secrets left out."""
        spec = {**self.service.options, **self.own_options}
        shown = {name: value for name, value in options.items() if not spec[name].get("no_log")}
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()

    def _read_pages(self, options: Mapping[str, Any]) -> Iterator[Page]:
        factory = type(self).factory
        with pool.use(factory, options, self.service.options) as client:
            join_scope(client.secrets)
            yield from self.pages(client, options)

    # Hosts and groups

    def _add_all(self, pages: Iterable[Page], options: Mapping[str, Any]) -> None:
        """Add groups and hosts; if there is an error, no host stays, because some would be missing.

        Raises:
            ClientError: A page could not be read.
        """
        network_os = with_network_os(options["network_os"])
        others = set(self.inventory.hosts)
        added: set[str] = set()
        try:
            for page in pages:
                self._add_page(page, network_os, added)
        except Exception:
            for name in added - others:
                self._remove_host(name)
            raise

    def _add_page(self, page: Page, network_os: Mapping[str, str], added: set[str]) -> None:
        for group in page.groups:
            self._add_group(group)
        constructs = any(self.get_option(name) for name in ("compose", "groups", "keyed_groups"))
        for host in page.hosts:
            self._add_host(host, network_os, is_new=host.name not in added)
            added.add(host.name)
            if constructs:
                self._construct(host.name)

    def _remove_host(self, name: str) -> None:
        host = self.inventory.hosts.pop(name)
        for group in host.get_groups():
            if host in group.hosts:
                group.remove_host(host)

    def _add_group(self, group: Group) -> None:
        name = self._group(group.name)
        for variable, value in with_valid_names(group.variables).items():
            self.inventory.groups[name].set_variable(variable, as_data(value))
        for child in map(self._group, group.children):
            if child not in (name, _FOR_ALL):
                self._add_child(name, child)

    def _add_child(self, name: str, child: str) -> None:
        try:
            self.inventory.add_child(name, child)
        except AnsibleError:
            raise ConfigurationError(
                f"the groups {name} and {child} of the server are in each other, which Ansible"
                " does not support: take one out of the other"
            ) from None

    def _group(self, name: str) -> str:
        added: str = self.inventory.add_group(self._sanitize_group_name(name))
        return added

    def _add_host(self, host: Host, network_os: Mapping[str, str], *, is_new: bool) -> None:
        """Add a host. If it was added before, only variables that it does not have are set."""
        # A group may have the same name, which methods of the inventory would take for it.
        added = self.inventory.hosts[self.inventory.add_host(host.name)]
        for name, value in variables_of(host.variables, network_os).items():
            if is_new or name not in added.vars:
                added.set_variable(name, as_data(value))
        for group in host.groups:
            self.inventory.groups[self._group(group)].add_host(added)

    def _construct(self, host: str) -> None:
        """Add the variables and groups of `compose`, `groups` and `keyed_groups`."""
        strict = self.get_option("strict")
        variables = self.inventory.hosts[host].get_vars()
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), {}, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, host, strict=strict)


def _read_cache(cache: Any, key: str, made_with: str) -> list[Page] | None:
    """Return the parts of an inventory in the cache; `None` if it has none for these options."""
    try:
        entry = cache[key]
        if entry["made_with"] != made_with:
            return None
        return [Page.of_data(data) for data in json.loads(entry["pages"])]
    except (KeyError, TypeError, ValueError):
        return None
