# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the records of a Gateway, by the rows of its catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.records.inline import row_of
from ..core.records.store import RestStore
from ..core.records.types import ResourceType
from . import paging
from .dialects import DIALECTS
from .gateway_catalogue.rows import CATALOGUE

if TYPE_CHECKING:
    from ..core.connection import ConnectionBase

STYLES = {style.name: style for style in paging.GATEWAY}
"""The page styles by the names that rows in playbooks use."""


class GatewayStore(RestStore):
    """A `RestStore` over a Gateway client.

    Args:
        connection: Sends the requests.
    """

    __slots__ = ()

    def __init__(self, connection: ConnectionBase) -> None:
        super().__init__(connection, CATALOGUE)


def gateway_row(resource: str | Mapping[str, Any]) -> str | ResourceType:
    """Return what `RestStore.row` takes: a name of the catalogue, or a row made from plain data.

    Args:
        resource: A name, or a row as a dict, see `core.records.inline.row_of`.

    Raises:
        ConfigurationError: The dict is not a row.
    """
    return resource if isinstance(resource, str) else row_of(resource, STYLES, DIALECTS)
