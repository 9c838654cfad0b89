# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the Sequoia modules: make a client, call a service, list resources, and bring
resources to a wanted state.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from ..core.options import whole_number
from . import calling, request, resource
from .calling import Result
from .clients import TERMS, given_arguments, make, require
from .context import Context
from .options import SEQUOIA

_ARGUMENTS = {
    **{
        name: SEQUOIA.options[name]["aliases"][0]
        for name in ("client_id", "client_secret", "token")
    },
    "timeout": "request_timeout",
}
"""The names of the factory's arguments, by those of the options that have another name."""
_TERMS = {
    **TERMS,
    **{argument: option for option, argument in _ARGUMENTS.items()},
    "registry_url": "url",
    "timeout": "timeout",
    "use_tls": "url",
}
"""The Ansible names of options, by the names of arguments: the factory's, and the core's, which
calls the time limit `timeout`."""


def make_client(options: Mapping[str, Any], want_async: bool = False, **more: Any) -> Any:
    """Make a Sequoia client. For arguments and errors see `platform.make_client`."""
    from ..sequoia.client import sequoia_factory

    grant = options.get("auth_type") in (None, "client_grant")
    require(options, SEQUOIA, (("client_id", "client_secret"),) if grant else ())
    names = (
        "client_id",
        "client_secret",
        "token",
        "auth_type",
        "content_type",
        "user_id",
        "application_id",
    )
    given = {
        _ARGUMENTS.get(name, name): value
        for name, value in given_arguments(options, want_async, *names).items()
    }
    return make(sequoia_factory, _TERMS, options["url"], **more, **given)


def send(params: Mapping[str, Any], context: Context) -> Result:
    """Send any call to a service. For arguments, what it returns and raises see `request.run`."""
    return request.run(
        make_client, params, context, lambda client: client.connection(params["service"])
    )


def ensure(params: Mapping[str, Any], context: Context) -> Result:
    """Bring resources to a wanted state. For arguments, what it returns and raises see
    `resource.run`.
    """

    def kind_of(client: Any, dummy_params: Mapping[str, Any]) -> resource.Kind:
        endpoint = client[params["service"]][params["resource"]]
        return endpoint.described(), functools.partial(
            endpoint.ensure, params["owner"], conditional=params["conditional"]
        )

    return resource.run(make_client, params, context, kind_of)


def info(params: Mapping[str, Any], context: Context) -> Result:
    """Read resources.

    Args:
        params: The options of `sequoia_info`.
        context: The runner.

    Returns:
        `records`, their number as `count`, and what is linked to them as `linked`.

    Raises:
        TaskError: A call failed or an option cannot work.
    """
    from ..sequoia.conditions import criteria_of

    limit = params.get("limit")

    def work(client: Any) -> Result:
        if limit is not None:
            whole_number("limit", limit)
        size = min(params["page_size"], limit or params["page_size"])
        criteria = criteria_of(params["criteria"], params.get("include") or ())
        endpoint = client[params["service"]][params["resource"]]
        records: list[Any] = []
        linked: dict[str, dict[Any, Any]] = {name: {} for name in criteria.inclusions}
        for page in endpoint.browse(
            params["owner"], criteria, params.get("fields"), f"continue=true&perPage={size}"
        ).complete():
            records += page.listed()
            for name, known in linked.items():
                # The resources of several pages may share what is linked to them.
                known.update((_mark(item), item) for item in page.linked(name))
            if limit is not None and len(records) >= limit:
                break
        records = records[:limit]
        found = {name: list(known.values()) for name, known in linked.items()}
        return {
            "changed": False,
            "records": records,
            "count": len(records),
            **({"linked": found} if found else {}),
        }

    return calling.perform(make_client, params, context, work)


def _mark(item: Any) -> Any:
    """Return the identity of a linked resource; without a reference, it equals only itself."""
    return item["ref"] if isinstance(item, Mapping) and "ref" in item else id(item)
