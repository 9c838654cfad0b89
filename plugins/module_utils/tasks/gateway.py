# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Gateway client of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .clients import ITENTIAL_TERMS, itential_arguments, make, require
from .options import GATEWAY

if TYPE_CHECKING:
    from ..itential.gateway import Gateway


def make_client(options: Mapping[str, Any], **more: Any) -> Gateway:
    """Make a Gateway client. For the arguments and errors see `platform.make_client`."""
    from ..itential.gateway import gateway_factory

    require(options, GATEWAY)
    return make(gateway_factory, ITENTIAL_TERMS, **more, **itential_arguments(options))
