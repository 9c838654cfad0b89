# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lookups share: terms are paths, each read with one client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..module_utils.core.exceptions import ClientError
from ..module_utils.core.net import httplib
from ..module_utils.core.paging import dig
from ..module_utils.core.secrets.redaction import join_scope, scope
from ..module_utils.tasks import masking, results
from ..module_utils.tasks.calling import of_error
from . import pool, waiting
from .display import current_task_says_no_log, show, silence


class ApiLookup(LookupBase):
    """Reads paths of one service.

    A lookup adds its documentation, which names the options, `factory`, which makes a client from
    them, `connection`, which tells those that concern the client, and `prefix`, with which the
    names of their variables begin.
    """

    connection: ClassVar[dict[str, dict[str, Any]]]
    factory: ClassVar[Callable[..., Any]]
    prefix: ClassVar[str]

    def run(
        self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[Any]:
        """Return one element per term; with `paginate`, the records of all of them.

        Raises:
            AnsibleLookupError: A call failed or an option cannot work; one line.
        """
        given = variables or {}
        ours = {f"{self.prefix}{name}" for name in self.connection}
        # Ansible hands variables to plugin options as they were written, templates in them
        # unresolved.
        own = {name: self._templar.template(given[name]) for name in ours if name in given}
        self.set_options(var_options={**given, **own}, direct=kwargs)
        if httplib.IMPORT_ERROR is not None:
            raise AnsibleLookupError(
                "The Python library httpx is missing on the controller: pip install httpx"
            )
        options = self.get_options()
        secrets = masking.secrets_of({**options, "path": terms}, self.connection)
        masking.register(secrets)
        no_log = current_task_says_no_log()
        try:
            show()
            with waiting.ending_with_main(), scope(secrets), silence(no_log):
                result: list[Any] = self._found(terms, options)
            return result
        except ClientError as exc:
            message = secrets.scrub(exc.message)
            if no_log:
                message = masking.without_url({"failed": True, "msg": message, **of_error(exc)})[
                    "msg"
                ]
            raise AnsibleLookupError(message) from None

    def _found(self, terms: list[Any], options: dict[str, Any]) -> Any:
        client = self._client(options)
        join_scope(client.secrets)
        try:
            part = self.part_of(client, options)
            found = [item for term in terms for item in self._read(part, str(term), options)]
        finally:
            if options["shared_session"]:
                pool.give_back(client)
            else:
                client.logout()
                client.close()
        if results.is_too_deep(found):
            raise AnsibleLookupError(f"{results.TOO_DEEP}; take a part of it with attribute")
        return results.with_valid_text(client.presentable(found))

    def part_of(self, client: Any, dummy_options: dict[str, Any]) -> Any:
        """Return the connection to use; a lookup whose clients have several finds it here."""
        return client

    def _client(self, options: dict[str, Any]) -> Any:
        factory = type(self).factory
        return (
            pool.client_for(factory, options, self.connection)
            if options["shared_session"]
            else pool.make_client(factory, options)
        )

    def _read(self, client: Any, path: str, options: dict[str, Any]) -> list[Any]:
        if options["paginate"]:
            pages = client.pages(path, options["params"], paginate=options["paginate"])
            return [
                dig(record, options["attribute"] or "") for page in pages for record in page.records
            ]
        return [dig(client.get(path, options["params"]).json(), options["attribute"] or "")]
