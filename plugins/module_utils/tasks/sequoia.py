# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules for Sequoia do: requests of a service, lists of resources, and wanted states."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from itertools import islice
from typing import Any

from ..core.exceptions import ConfigurationError
from . import calling, clients, request, resource
from .calling import Result
from .context import Context


def send(params: Mapping[str, Any], context: Context) -> Result:
    """Send any call to a service. For arguments, what it returns and raises see `request.run`."""
    return request.run(clients.sequoia, params, context, lambda client: client.connection(params["service"]))


def ensure(params: Mapping[str, Any], context: Context) -> Result:
    """Bring resources to a wanted state. For arguments, what it returns and raises see `resource.run`."""

    def kind_of(client: Any, dummy_params: Mapping[str, Any]) -> resource.Kind:
        endpoint = client[params["service"]][params["resource"]]
        return endpoint.described(), functools.partial(endpoint.ensure, params["owner"], conditional=params["conditional"])

    return resource.run(clients.sequoia, params, context, kind_of)


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
    from ..sequoia.records import criteria_of

    limit = params.get("limit")
    include = params.get("include") or []
    if isinstance(include, str):
        include = [name.strip() for name in include.split(",") if name.strip()]

    def work(client: Any) -> Result:
        if limit is not None and limit < 1:
            raise ConfigurationError(f"limit must be a whole number from 1, not {limit!r}")
        size = min(params["page_size"], limit or params["page_size"])
        found = client[params["service"]][params["resource"]].browse(
            params["owner"], criteria_of(params["criteria"], include), params.get("fields"), f"continue=true&perPage={size}"
        )
        linked: dict[str, list[Any]] = {}
        for name in include:
            # Each reads the list anew but for its first page: what is linked comes with the pages of the list.
            linked[name] = [item for items in found.linked(name) for item in items]
        pages = (page.resources for page in found)
        records = list(islice((record for resources in pages if isinstance(resources, list) for record in resources), limit))
        return {"changed": False, "records": records, "count": len(records), **({"linked": linked} if include else {})}

    return calling.perform(clients.sequoia, params, context, work)
