# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The common form of the lists and errors of the simulated Gateway 4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

from starlette.responses import JSONResponse

from . import lists
from .base import RefusalError
from .operations import Listing
from .table import Call, Record


def _select(records: list[Record], query: lists.Query) -> list[Record]:
    """Filter by the function text and obey `order`; without it, the order is that of creation."""
    found = lists.function_text.select(records, query)
    return found[::-1] if query.get("order") == "descending" else found


FILTERED = lists.Filter(_select, "filter|order|detail")


@dataclass(frozen=True)
class Listed(Listing):
    """A list in the envelope of Gateway 4.

    Attributes:
        summary: Fields that a list leaves out unless `detail` is `full`.
    """

    dummy: KW_ONLY
    envelope: Callable[[lists.Page], Any] = lambda page: page
    filters: lists.Filter = FILTERED
    paging: lists.Paging = lists.by_offset
    default: int = 50
    sorts: bool = False
    summary: tuple[str, ...] = ()

    def run(self, call: Call) -> Any:
        detail = call.query.get("detail", "summary")
        if detail not in ("summary", "full"):
            raise call.refuse(f"detail: {detail} is not one of summary, full")
        page = super().run(call)
        left_out = self.summary if detail == "summary" else ()
        shown = [{k: v for k, v in item.items() if k not in left_out} for item in page.records]
        return {"data": shown, "meta": {call.sim.settings["total_key"]: page.total}}


def with_detail(message: str, status: int) -> RefusalError:
    """Return a refusal as a server that validates by OpenAPI writes it: assumed."""
    content = {"message": message, "detail": message}
    return RefusalError(JSONResponse(content, status))


def only_keys(call: Call, body: Record, keys: tuple[str, ...]) -> None:
    """Refuse other keys: bodies are validated against a schema."""
    for key in body:
        if key not in keys:
            raise call.refuse(f"Additional properties are not allowed ('{key}' was unexpected)")
