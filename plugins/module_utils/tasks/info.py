# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of every `*_info` module: read records."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..core.numbers import whole_number
from ..core.records.types import Record
from . import calling
from .calling import Result
from .client import ClientT, Factory
from .context import Context
from .definition import Spec

READ: Spec = {
    "fields": {"type": "list", "elements": "str"},
    "limit": {"type": "int"},
}

_MANY = 100_000
"""Objects that take the search for garbage longer than a few milliseconds."""


class Found(NamedTuple):
    """The records that a service returned.

    Attributes:
        records: The records, in order.
        more: Further keys of the result.
    """

    records: list[Record]
    more: Mapping[str, Any] = {}


def run(
    factory: Factory[ClientT],
    read: Callable[[ClientT, Mapping[str, Any]], Found],
    params: Mapping[str, Any],
    context: Context,
) -> Result:
    """Perform the task.

    Args:
        factory: Makes the client.
        read: The service's part: reads the records that the options ask for. It may stop at
            `limit`.
        params: The module's options.
        context: The runner.

    Returns:
        `records`, their number as `count`, and what else the service returned.

    Raises:
        TaskError: A call failed or an option cannot work.
    """
    limit = params.get("limit")

    def work(client: ClientT) -> Result:
        if limit is not None:
            whole_number("limit", limit)
        with collector_paused():
            found = read(client, params)
        records = found.records
        if limit is not None and len(records) > limit:
            records = records[:limit]
        return {"changed": False, "records": records, "count": len(records), **found.more}

    return calling.perform(factory, params, context, work)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause Python's search for garbage in cycles.

    It looks at all records again and again while they are read, which takes as long as reading
    them, and finds none.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _MANY:
            # All that is there now is left out of further searches, the first of which is due.
            gc.freeze()
        if was_enabled:
            gc.enable()


def only(fields: Sequence[str], records: list[Record]) -> list[Record]:
    """Return records with these fields only; without any, all of them."""
    if not fields:
        return records
    return [{name: record.get(name) for name in fields} for record in records]
