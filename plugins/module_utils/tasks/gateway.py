# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Gateway client of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .clients import ITENTIAL_TERMS, common_arguments, make, require
from .options import GATEWAY


def make_client(options: Mapping[str, Any], want_async: bool = False, **more: Any) -> Any:
    """Make a Gateway client. For arguments and errors see `platform.make_client`."""
    from ..itential.gateway import gateway_factory

    require(options, GATEWAY)
    return make(gateway_factory, ITENTIAL_TERMS, **more, **common_arguments(options, want_async))
