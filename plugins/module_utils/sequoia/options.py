# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keyword arguments of a Sequoia client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.options import SharedOptions

if TYPE_CHECKING:
    from ..core.options import File, Verify
    from .auth import AuthType


class SequoiaOptions(SharedOptions, total=False):
    """The options of `sequoia_factory`. For their meaning see `client.ClientBase`."""

    auth_type: AuthType | str
    grant_client_id: str | None
    grant_client_secret: str | None
    byo_token: str | None
    server_cert: File | None
    content_type: str
    user_agent: str | None
    proxies: Mapping[str, str] | None
    request_timeout: float | None
    backoff_strategy: Mapping[str, Any] | None
    model_resolution: object
    user_id: str | None
    application_id: str | None
    verify: Verify


SEQUOIA_OPTIONS = SequoiaOptions.__optional_keys__
