# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many records, as they may be shown.

Most records contain no secrets. Batches are surveyed first; only batches that may contain secrets
are examined record by record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core.encoding import has_surrogate
from ..core.records.export import without_secret_fields
from ..core.records.types import Record, ResourceType
from ..core.secrets.data import mask_named, names_of_secrets
from ..core.secrets.survey import Survey
from . import results
from .client import Client
from .context import TaskError

BATCH_SIZE = 100
"""Records per survey: few enough to fit in the CPU cache."""
_LEVELS = results.MAX_DEPTH - 1
"""Levels that a record may have, below the list of all."""


def presentable_records(
    row: ResourceType, client: Client, records: Sequence[Record]
) -> results.PresentableRecords:
    """Return records as they may be shown.

    Args:
        row: Their type.
        client: The client that has read them; it knows some secrets.
        records: From a server.

    Raises:
        TaskError: A record is nested too deeply for Ansible.
    """
    rest = without_secret_fields(row, records)
    presented = results.PresentableRecords()
    has_numbers = client.secrets.has_numbers
    for start in range(0, len(rest), BATCH_SIZE):
        presented += _present_batch(list(rest[start : start + BATCH_SIZE]), client, has_numbers)
    return presented


def _present_batch(records: list[Any], client: Client, has_numbers: bool) -> list[Any]:
    survey = Survey(records, results.MAX_DEPTH)
    if not survey.is_json:
        return [_present_one(record, client) for record in records]
    names = names_of_secrets(survey.names)
    if names:
        records = [mask_named(record, names) for record in records]
    is_harmless = not (
        has_numbers
        or client.secrets.may_be_in(survey.text)
        or has_surrogate(survey.text)
        or results.has_reserved(survey.names)
    )
    return records if is_harmless else [_present_one(record, client) for record in records]


def _present_one(record: Record, client: Client) -> Any:
    if results.is_too_deep(record, _LEVELS):
        raise TaskError(f"{results.TOO_DEEP}; read less of it")
    return results.valid(client.presentable(mask_named(record)))
