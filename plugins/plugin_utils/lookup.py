# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the lookups: the terms are paths, which one client reads."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleLookupError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.lookup import LookupBase

from ..module_utils.core.exceptions import ClientError, ConfigurationError
from ..module_utils.core.net import httplib
from ..module_utils.core.paging import dig
from ..module_utils.core.secrets.redaction import join_scope, scope
from ..module_utils.core.suggestions import nearest
from ..module_utils.tasks import masking, results
from ..module_utils.tasks import options as specifications
from ..module_utils.tasks.calling import of_error
from ..module_utils.tasks.client import Client, Connection, Factory
from ..module_utils.tasks.definition import Service, Spec
from . import arguments, pool, sources, waiting
from .display import current_task_says_no_log, show, silence

_LIKENESS = 0.7
"""The part of a misspelt attribute that must be right, from 0 to 1."""


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
    own_options: ClassVar[Spec] = specifications.LOOKUP

    def run(
        self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[Any]:
        """Return one element per term; with `paginate`, the records of all of them.

        Raises:
            AnsibleLookupError: A call failed or an option cannot work; one line.
        """
        if httplib.IMPORT_ERROR is not None:
            raise AnsibleLookupError(
                "The Python library httpcore is missing on the controller:"
                " pip install 'httpcore[asyncio]'"
            )
        found = sources.resolve(
            self.service, kwargs, {}, {}, variables or {}, self._templar.template
        )
        secrets = masking.secrets_of({**found.arguments, "path": terms}, self.service.options)
        masking.register(secrets)
        no_log = current_task_says_no_log()
        try:
            show()
            waiting.watch_main()
            with waiting.ending_with_main(), scope(secrets), silence(no_log):
                result: list[Any] = self._values(terms, self._validated(found.arguments))
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

    def _validated(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return all options.

        Raises:
            AnsibleLookupError: An option is unknown.
            ConfigurationError: An option has a value of the wrong type.
        """
        spec = {**self.service.options, **self.own_options}
        unknown = arguments.unknown_options(given, spec)
        if unknown is not None:
            raise AnsibleLookupError(f"Unsupported options for this lookup: {unknown}")
        return arguments.validated(given, spec, _validator(type(self)))

    def _values(self, terms: list[Any], options: dict[str, Any]) -> Any:
        with pool.use(type(self).factory, options, self.service.options) as client:
            join_scope(client.secrets)
            connection = self.connection_of(client, options)
            found = [item for term in terms for item in _read(connection, str(term), options)]
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
    _check_attribute(attribute, found)
    return [dig(value, attribute) for value in found]


def _check_attribute(attribute: str, found: list[Any]) -> None:
    """Refuse an attribute that is misspelt: nothing has it, but something has one that is like it.

    A server may leave out what is empty, so an attribute that nothing has is no error by itself.

    Raises:
        ConfigurationError: It is misspelt.
    """
    spellings = (_spelling(attribute, value) for value in found)
    if attribute in spellings:
        return
    likely = next(filter(None, (_spelling(attribute, value) for value in found)), None)
    if likely is not None:
        raise ConfigurationError(f"attribute: nothing has {attribute!r}: did you mean {likely!r}?")


def _spelling(attribute: str, value: Any) -> str | None:
    """Return an attribute with the first name that a value lacks corrected.

    The result is the attribute itself if the value has it or does not tell, and `None` if it has
    nothing like it.
    """
    parts = attribute.split(".") if attribute else []
    for number, part in enumerate(parts):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, Mapping):
            near = nearest(part, value, _LIKENESS)
            return near and ".".join([*parts[:number], near, *parts[number + 1 :]])
        else:
            value = dig(value, part)
    return attribute


@functools.cache
def _validator(lookup: type[ApiLookup]) -> ArgumentSpecValidator:
    return ArgumentSpecValidator({**lookup.service.options, **lookup.own_options})
