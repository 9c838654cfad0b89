# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses as they are received, before they become a `Response`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..http import Headers


class ResponseHead:
    """Status and headers of a response whose body is still to be read.

    Args:
        status_code: 100 to 599.
        headers: The headers.
        stream: The body, an iterable of undecoded bytes.
    """

    __slots__ = ("headers", "status_code", "stream")

    def __init__(self, status_code: int, headers: Headers, stream: Any) -> None:
        self.status_code = status_code
        self.headers = headers
        self.stream = stream


class RawResponse:
    """The result of an exchange.

    Args:
        status_code: 100 to 599.
        headers: The headers.
        content: The decoded body; empty for a stream.
        reader: The open body of a stream; `None` if the body was read to its end.
    """

    __slots__ = ("content", "headers", "reader", "status_code")

    def __init__(
        self, status_code: int, headers: Mapping[str, str], content: bytes, reader: Any = None
    ) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.reader = reader
