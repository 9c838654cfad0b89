# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the lookups: the terms are paths, which one client reads."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleLookupError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.lookup import LookupBase

from ..module_utils.core.exceptions import ClientError
from ..module_utils.core.net import httplib
from ..module_utils.core.paging import dig
from ..module_utils.core.secrets.redaction import join_scope, scope, scrub_all
from ..module_utils.core.suggestions import nearest
from ..module_utils.tasks import masking, results
from ..module_utils.tasks.calling import of_error
from ..module_utils.tasks.client import Client, Connection, Factory
from ..module_utils.tasks.definition import Service, Spec
from . import arguments, display, internals, pool, sources, waiting

OPTIONS: Spec = {
    "params": {"type": "dict"},
    "paginate": {"type": "raw"},
    "attribute": {"type": "str"},
    "retry": {"type": "raw"},
}
"""The options of every lookup, beside those of the connection."""

_LIKENESS = 0.7
"""Minimum similarity, from 0 to 1, at which a name counts as a misspelling."""


class ApiLookup(LookupBase):
    """Reads paths of one service.

    A lookup adds its documentation, and these attributes.

    Attributes:
        factory: Makes a client from the options.
        service: The service, whose connection options it has.
        own_options: The other options.
    """

    factory: ClassVar[Factory[Client]]
    service: ClassVar[Service]
    own_options: ClassVar[Spec] = OPTIONS

    def run(
        self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[Any]:
        """Return one element per term; with `paginate`, the records of all of them.

        Raises:
            AnsibleLookupError: A call failed or an option cannot work; one line.
        """
        if httplib.IMPORT_ERROR is not None:
            raise AnsibleLookupError(
                f"the Python library httpcore is missing on the controller: {httplib.INSTALL}"
            )
        found = sources.resolve(
            self.service, kwargs, {}, {}, variables or {}, self._templar.template
        )
        secrets = masking.secrets_of({**found.arguments, "path": terms}, self.service.options)
        masking.register(secrets)
        no_log = internals.current_task_says_no_log()
        try:
            display.show()
            waiting.watch_main()
            with waiting.ending_with_main(), scope(secrets), display.silence(no_log):
                result: list[Any] = self._values(terms, self._validate(found.arguments))
            return result
        except ClientError as exc:
            message = secrets.scrub(exc.message)
            if exc.request is None:
                message = found.explain(message)
            if no_log:
                failure = {"failed": True, "msg": message, **of_error(exc)}
                message = masking.without_values(failure, {**found.arguments, "terms": terms})[
                    "msg"
                ]
            raise AnsibleLookupError(message) from None

    def _validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return all options.

        Raises:
            AnsibleLookupError: An option is unknown.
            ConfigurationError: An option has a value of the wrong type.
        """
        spec = {**self.service.options, **self.own_options}
        unknown = arguments.unknown_options(given, spec)
        if unknown is not None:
            raise AnsibleLookupError(f"Unsupported options for this lookup: {unknown}")
        return arguments.validate(given, spec, _validator(type(self)))

    def _values(self, terms: list[Any], options: dict[str, Any]) -> Any:
        with pool.use(type(self).factory, options, self.service.options) as client:
            join_scope(client.secrets)
            connection = self.connection_of(client, options)
            paths = self._flatten(arguments.ready({"path": terms}, {})["path"])
            found = [item for path in paths for item in _read(connection, path, options)]
        if results.is_too_deep(found):
            raise AnsibleLookupError(f"{results.TOO_DEEP}; take a part of it with attribute")
        return results.valid(client.presentable(found))

    def connection_of(self, client: Any, dummy_options: dict[str, Any]) -> Connection:
        """Return the connection to read with. Lookups whose clients have several override this."""
        connection: Connection = client
        return connection


def _read(connection: Connection, path: str, options: dict[str, Any]) -> list[Any]:
    if options["paginate"]:
        pages = connection.pages(path, options["params"], paginate=options["paginate"])
        found = [record for page in pages for record in page.records]
    else:
        found = [connection.request("GET", path, options["params"]).json()]
    attribute = options["attribute"] or ""
    _warn_if_misspelt(attribute, found)
    return [dig(value, attribute) for value in found]


def _warn_if_misspelt(attribute: str, found: list[Any]) -> None:
    """Warn about an attribute that looks misspelt: no record has it, but one has a similar name.

    It is no error, because servers may leave out what is empty.
    """
    names: dict[int, dict[str, None]] = {}
    for value in found:
        gap = _gap(attribute, value)
        if gap is None:
            return
        number, present = gap
        names.setdefault(number, {}).update(dict.fromkeys(present))
    parts = attribute.split(".")
    for number, present in sorted(names.items(), reverse=True):
        likely = nearest(parts[number], present, _LIKENESS)
        if likely is not None:
            likely = ".".join([*parts[:number], likely, *parts[number + 1 :]])
            text = f"attribute: no result has {attribute!r}; did you mean {likely!r}?"
            display.log_sink.get()(display.USER_WARNING, scrub_all(text))
            return


def _gap(attribute: str, value: Any) -> tuple[int, Iterable[str]] | None:
    """Return the first part of an attribute that a dict lacks: its number, and the names there.

    The result is `None` if the value has the attribute, or no dict in which to look for it.
    """
    for number, part in enumerate(attribute.split(".") if attribute else ()):
        if isinstance(value, Mapping) and part not in value:
            return number, value
        value = dig(value, part)
    return None


@functools.cache
def _validator(lookup: type[ApiLookup]) -> ArgumentSpecValidator:
    return ArgumentSpecValidator({**lookup.service.options, **lookup.own_options})
