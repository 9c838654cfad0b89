# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of `ensure`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from ..exceptions import ConfigurationError
from ..numbers import whole_number
from ..options import check_options


class EnsureArguments(TypedDict, total=False):
    """The keyword arguments of `ensure`. For their meaning see `EnsureOptions`."""

    state: str
    match: Sequence[str]
    update_secrets: bool
    purge: Mapping[str, Any] | None
    purge_limit: int | None
    concurrency: int
    predict: bool
    replace: bool
    recreate: bool


class EnsureOptions:
    """Options of `ensure`.

    Args:
        state: `present` or `absent`.
        match: The fields to find records by; `()` for the resource's own key.
        update_secrets: Send fields that never come back to records that exist, too.
        purge: Delete the other records that match these filters; `None` for none.
        purge_limit: The most records to purge: if more match, none is written; `None` for any
            number.
        concurrency: Writes at a time.
        predict: Send no writes.
        replace: Reset fields that are not given, unless the server makes them; otherwise they
            stay.
        recreate: Delete a record and create it again if the server cannot update what differs;
            relations to it are changed to the new one.

    Raises:
        ConfigurationError: A value that cannot work.
    """

    __slots__ = (
        "concurrency",
        "match",
        "predict",
        "present",
        "purge",
        "purge_limit",
        "recreate",
        "replace",
        "update_secrets",
    )

    def __init__(
        self,
        state: str = "present",
        match: Sequence[str] = (),
        update_secrets: bool = False,
        purge: Mapping[str, Any] | None = None,
        concurrency: int = 8,
        predict: bool = False,
        replace: bool = False,
        recreate: bool = False,
        purge_limit: int | None = None,
    ) -> None:
        if state not in ("present", "absent"):
            raise ConfigurationError(f"state must be present or absent, not {state!r}")
        if isinstance(match, str) or (purge is not None and not isinstance(purge, Mapping)):
            raise ConfigurationError("match must be a list of fields, and purge a dict of filters")
        if purge is not None and (not purge or state == "absent"):
            raise ConfigurationError(
                "purge needs state=present and filters that say which records it may delete"
            )
        self.present = state == "present"
        self.match = tuple(match)
        self.update_secrets = update_secrets
        self.purge = purge
        self.purge_limit = (
            None if purge_limit is None else whole_number("purge_limit", purge_limit, least=0)
        )
        self.concurrency = whole_number("concurrency", concurrency)
        self.predict = predict
        self.replace = replace
        self.recreate = recreate

    @classmethod
    def of(cls, arguments: EnsureArguments, *, concurrency: int = 8) -> EnsureOptions:
        """Return options from keyword arguments.

        Args:
            arguments: The arguments.
            concurrency: Writes at a time, if the arguments do not say.

        Raises:
            ConfigurationError: A value that cannot work.
            TypeError: An argument is unknown.
        """
        check_options(cls, arguments, EnsureArguments.__optional_keys__)
        given: dict[str, Any] = {"concurrency": concurrency, **arguments}
        return cls(**given)
