# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the Sequoia modules: make a client, call a service, read and write resources."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import info as reading
from . import request, resource
from .calling import Result
from .clients import TERMS, given_arguments, make, require
from .context import Context
from .definition import Spec
from .info import Found
from .options import CALL, RESOURCE_NAME, SEQUOIA
from .resource import Writer

if TYPE_CHECKING:
    from ..sequoia.client import Client

SERVICE: Spec = {"service": {"type": "str", "required": True}}
"""The option of everything that calls one service."""
_OWNED: Spec = {**SERVICE, "owner": {"type": "str", "required": True}}
INFO_OPTIONS: Spec = {
    **_OWNED,
    **RESOURCE_NAME,
    "criteria": {"type": "dict", "default": {}},
    "include": {"type": "raw"},
    **reading.READ,
    "page_size": {"type": "int", "default": 100},
    **CALL,
}
RESOURCE_OPTIONS: Spec = {
    **_OWNED,
    **RESOURCE_NAME,
    **resource.ENSURE,
    "replace": {"type": "bool", "default": False},
    "conditional": {"type": "bool", "default": True},
    **CALL,
}

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


def make_client(options: Mapping[str, Any], **more: Any) -> Client:
    """Make a Sequoia client. For the arguments and errors see `platform.make_client`."""
    from ..sequoia.client import sequoia_factory

    grant = options.get("auth_type") in (None, "client_grant")
    require(options, SEQUOIA, (("client_id", "client_secret"),) if grant else ())
    names = (
        *("client_id", "client_secret", "token", "auth_type"),
        *("content_type", "user_id", "application_id"),
    )
    given = {
        _ARGUMENTS.get(name, name): value
        for name, value in given_arguments(options, *names).items()
    }
    return make(sequoia_factory, _TERMS, options["url"], **more, **given)


def send(params: Mapping[str, Any], context: Context) -> Result:
    """Send any call to a service. For the arguments, the result and errors see `request.run`."""
    return request.run(make_client, params, context, params["service"])


def ensure(params: Mapping[str, Any], context: Context) -> Result:
    """Bring resources to a wanted state. For the rest see `resource.run`."""
    return resource.run(make_client, _writer, params, context)


def _writer(client: Client, params: Mapping[str, Any]) -> Writer:
    endpoint = client[params["service"]][params["resource"]]
    ensure = functools.partial(endpoint.ensure, params["owner"], conditional=params["conditional"])
    return Writer(endpoint.described(), ensure)


def info(params: Mapping[str, Any], context: Context) -> Result:
    """Read resources, and as `linked` those linked to them. For the rest see `info.run`."""
    return reading.run(make_client, _read, params, context)


def _read(client: Client, params: Mapping[str, Any]) -> Found:
    from ..sequoia.conditions import criteria_of

    limit = params.get("limit")
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
            known.update((_identity(item), item) for item in page.linked(name))
        if limit is not None and len(records) >= limit:
            break
    found = {name: list(known.values()) for name, known in linked.items()}
    return Found(records, {"linked": found} if found else {})


def _identity(item: Any) -> Any:
    """Return the identity of a linked resource; without a reference, it equals only itself."""
    return item["ref"] if isinstance(item, Mapping) and "ref" in item else id(item)
