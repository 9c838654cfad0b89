# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and decompressing a body, within a limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from ..exceptions import RequestError

Sent: TypeAlias = Sequence[tuple[str, str]]

ACCEPTED = "gzip, deflate"
"""Value of `Accept-Encoding`: the codings whose decoder can stop at a size."""
_PIECE = 65536
_HEADER = 2
"""Bytes that tell gzip, zlib and raw deflate apart."""
_MEMBER = b"\x1f\x8b"
"""First bytes of a member of a gzip body (RFC 1952 section 2.3.1)."""


_NOT_CODINGS = frozenset(
    "identity none binary chunked 7bit 8bit ascii us-ascii utf-8 utf8 iso-8859-1".split()
)
"""Values of `Content-Encoding` that are no content codings; careless servers send them."""
_COMPRESSED_TYPES = frozenset(
    f"application/{name}" for name in ("gzip", "x-gzip", "x-gunzip", "x-tgz", "x-compressed-tar")
)
"""Content types of files that are gzip data themselves."""
_GZIP = frozenset(("gzip", "x-gzip"))


class Decoding:
    """Decoder of one body, according to its headers, which matter only if there is a body.

    Args:
        headers: The response's headers.
        sent: The request's headers.
    """

    __slots__ = ("_begun", "_decoder", "_headers", "_sent")

    def __init__(self, headers: Mapping[str, str], sent: Sent = ()) -> None:
        self._headers = headers
        self._sent = sent
        self._begun = False
        self._decoder: Decoder | None = None

    def pieces(self, raw: bytes, max_bytes: int = 1 << 62) -> Iterator[bytes]:
        """Yield the decoded pieces of a raw piece, `max_bytes` in all if it is compressed.

        Raises:
            RequestError: A coding that was not asked for, or not compressed data.
        """
        if raw and not self._begun:
            self._begun = True
            self._decoder = decoder(self._headers, self._sent)
        if self._decoder is None:
            yield raw
        else:
            yield from self._decoder.pieces(raw, max_bytes)

    def check_complete(self) -> None:
        """Check that the body is complete.

        Raises:
            RequestError: The compressed body broke off.
        """
        if self._decoder is not None:
            self._decoder.check_complete()


class BodyReader:
    """Reader of one body, within limits of size and time.

    Args:
        headers: The response's headers.
        limit: Maximum number of decoded bytes.
        timeout: Seconds that the exchange may take.
        clock: Monotonic seconds.
        started: Clock reading at which the exchange began.
        method: The request's method, in upper case.
        status: The response's status. If it is not 2xx, an error in the encoding of the body does
            not hide it: the body then ends there.
        sent: The request's headers.
    """

    __slots__ = (
        "_clock",
        "_decoding",
        "_left",
        "_parts",
        "_skips",
        "_success",
        "_timeout",
        "_until",
        "limit",
    )

    def __init__(
        self,
        headers: Mapping[str, str],
        limit: int,
        timeout: float,
        clock: Callable[[], float],
        started: float,
        method: str = "GET",
        status: int = 200,
        sent: Sent = (),
    ) -> None:
        self.limit = limit
        self._left = limit
        self._timeout = timeout
        self._until = started + timeout
        self._clock = clock
        self._parts: list[bytes] = []
        self._decoding = Decoding(headers, sent)
        self._success = 200 <= status < 300
        self._skips = False
        length = headers.get("content-length", "")
        if (
            may_have_body(method, status)
            and not _codings(headers)
            and length.isascii()
            and length.isdigit()
            and int(length[:18]) > limit
        ):
            self._refuse_size()

    def feed(self, raw: bytes) -> None:
        """Take the next raw piece.

        Raises:
            RequestError: The body is too long, too late, or not encoded as the headers say.
        """
        if self._clock() > self._until:
            raise RequestError(
                f"the response was not complete after {self._timeout:g} s;"
                " raise 'timeout' if the server needs longer"
            )
        if self._skips:
            return
        try:
            for part in self._decoding.pieces(raw, self._left + 1):
                self._left -= len(part)
                if self._left < 0:
                    self._refuse_size()
                self._parts.append(part)
        except RequestError:
            if self._success or self._left < 0:
                raise
            self._skips = True

    def finish(self) -> bytes:
        """Return the whole body.

        Raises:
            RequestError: The compressed body broke off.
        """
        if self._success:
            self._decoding.check_complete()
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def _refuse_size(self) -> None:
        raise _permanent_error(
            f"the response is longer than {self.limit} bytes;"
            " raise 'max_response_bytes', or ask for less at a time"
        )


class Decoder:
    """Decompressor for gzip and deflate that never returns more bytes than it is asked for."""

    __slots__ = ("_begun", "_fed", "_raw_deflate", "_zlib")

    def __init__(self, deflate: bool) -> None:
        self._begun = b""
        self._raw_deflate = deflate
        self._fed = False
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def pieces(self, raw: bytes, max_bytes: int) -> Iterator[bytes]:
        """Yield the decoded pieces of a raw piece, `max_bytes` in all.

        Raises:
            RequestError: Not compressed data.
        """
        if not self._fed:
            # The first two bytes are needed to see whether there is a header.
            raw, self._begun = self._begun + raw, b""
            if len(raw) < _HEADER:
                self._begun = raw
                return
        left, pending = max_bytes, False
        # Without further input there may still be output, if the last bytes were for more than one
        # piece.
        while (raw or pending) and left > 0:
            if self._zlib.eof:
                # A gzip body may have several members (RFC 1952 section 2.2). Anything else that
                # follows is ignored.
                raw, self._begun = self._begun + raw, b""
                if raw == _MEMBER[:1]:
                    self._begun = raw
                if not raw.startswith(_MEMBER):
                    return
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
            asked = min(left, _PIECE)
            try:
                part = self._zlib.decompress(raw, asked)
            except zlib.error as exc:
                if self._raw_deflate and not self._fed:
                    # Some servers send deflate without the zlib header that RFC 9110 section
                    # 8.4.1.2 asks for.
                    self._raw_deflate = False
                    self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
                    continue
                raise RequestError("the response's compressed body is damaged", cause=exc) from exc
            self._fed = True
            left -= len(part)
            yield part
            raw, pending = self._zlib.unused_data or self._zlib.unconsumed_tail, len(part) == asked

    def check_complete(self) -> None:
        """Check that the body is complete.

        Raises:
            RequestError: The body broke off.
        """
        if (self._fed or self._begun) and not self._zlib.eof:
            raise RequestError("the response's compressed body broke off")


def may_have_body(method: str, status: int) -> bool:
    """Tell whether a response may have a body.

    In responses to HEAD, in 304, and in those of careless servers, headers describe a body that is
    not sent (RFC 9110 section 6.4.1).

    Args:
        method: In upper case.
        status: The response's status.
    """
    return method != "HEAD" and status >= 200 and status not in (204, 304)


def decoder(headers: Mapping[str, str], sent: Sent = ()) -> Decoder | None:
    """Return the decoder for a response; `None` if its body stays as it is.

    It does if it is not compressed, or has a coding for which only the caller's own
    `Accept-Encoding` asked.

    Args:
        headers: The response's headers.
        sent: The request's headers.

    Raises:
        RequestError: A coding that was not asked for.
    """
    codings = _codings(headers)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if codings and codings[-1] in _GZIP and kind in _COMPRESSED_TYPES:
        # Both headers name the same compression: the file stays compressed, as in browsers.
        codings.pop()
    if not codings:
        return None
    if len(codings) == 1 and codings[0] in (*_GZIP, "deflate"):
        return Decoder(codings[0] == "deflate")
    unknown = {coding for coding in codings if coding not in (*_GZIP, "deflate")}
    asked = ",".join(value for name, value in sent if name.lower() == "accept-encoding").lower()
    if unknown and unknown <= {part.partition(";")[0].strip() for part in asked.split(",")}:
        return None
    named = headers["content-encoding"].strip().lower()
    raise _permanent_error(
        f"the response's content-encoding is {named[:40]!r}, which was not asked for"
    )


def _codings(headers: Mapping[str, str]) -> list[str]:
    """Return the content codings that a response names, the one applied last at the end."""
    text = headers.get("content-encoding")
    if not text:
        return []
    named = (name.strip() for name in text.lower().split(","))
    return [name for name in named if name and name not in _NOT_CODINGS]


def _permanent_error(message: str) -> RequestError:
    error = RequestError(message)
    error.permanent = True
    return error
