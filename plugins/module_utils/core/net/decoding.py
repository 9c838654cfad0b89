# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a body without ever holding more of it than was allowed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping

from ..exceptions import RequestError

ACCEPTED = "gzip, deflate"
"""What `Accept-Encoding` offers: the encodings whose decoder can stop at a size."""
_PIECE = 65536
_MEMBER = b"\x1f\x8b"
"""How a member of a gzip body begins (RFC 1952 section 2.3.1)."""


class BodyReader:
    """Takes the raw pieces of a body and gives the decoded bytes.

    Args:
        headers: The answer's headers.
        limit: The most decoded bytes.
        timeout: Seconds that the exchange may take.
        clock: Monotonic seconds.
        started: Clock reading at which the exchange began.
    """

    __slots__ = ("_clock", "_decoder", "_left", "_parts", "_timeout", "_until", "limit")

    def __init__(
        self,
        headers: Mapping[str, str],
        limit: int,
        timeout: float,
        clock: Callable[[], float],
        started: float,
    ) -> None:
        self.limit = limit
        self._left = limit
        self._timeout = timeout
        self._until = started + timeout
        self._clock = clock
        self._parts: list[bytes] = []
        self._decoder = decoder(headers)
        length = headers.get("content-length", "")
        if (
            self._decoder is None
            and length.isascii()
            and length.isdigit()
            and int(length[:18]) > limit
        ):
            self._refuse_size()

    def feed(self, raw: bytes) -> None:
        """Take the next raw piece.

        Raises:
            RequestError: Too long, too late, or not what the header says it is.
        """
        if self._clock() > self._until:
            raise RequestError(
                f"the answer was not complete after {self._timeout:g} s; raise 'timeout' if the server needs longer"
            )
        for part in (raw,) if self._decoder is None else self._decoder.pieces(raw, self._left + 1):
            self._left -= len(part)
            if self._left < 0:
                self._refuse_size()
            self._parts.append(part)

    def finish(self) -> bytes:
        """Return the whole body.

        Raises:
            RequestError: The compressed body broke off.
        """
        if self._decoder is not None:
            self._decoder.check_complete()
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def _refuse_size(self) -> None:
        raise _lasting(
            f"the answer is longer than {self.limit} bytes; raise 'max_response_bytes', or ask for less at a time"
        )


class Decoder:
    """Decompresses gzip and deflate piece by piece, never more than it is asked for."""

    __slots__ = ("_begun", "_fed", "_raw_deflate", "_zlib")

    def __init__(self, deflate: bool) -> None:
        self._begun = b""
        self._raw_deflate = deflate
        self._fed = False
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def pieces(self, raw: bytes, most: int) -> Iterator[bytes]:
        """Yield the decoded pieces of a raw piece, `most` bytes in all.

        Raises:
            RequestError: Not compressed data.
        """
        pending = False
        # Without input there may still be output, where the last bytes stand for more than one
        # piece.
        while (raw or pending) and most > 0:
            if self._zlib.eof:
                # A gzip body may have several members (RFC 1952 section 2.2). What follows the end
                # and is none is not kept.
                raw, self._begun = self._begun + raw, b""
                if raw == _MEMBER[:1]:
                    self._begun = raw
                if not raw.startswith(_MEMBER):
                    return
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
            asked = min(most, _PIECE)
            try:
                part = self._zlib.decompress(raw, asked)
            except zlib.error as exc:
                if self._raw_deflate and not self._fed:
                    # Some servers send deflate without the zlib header that RFC 9110 section
                    # 8.4.1.2 asks for.
                    self._raw_deflate = False
                    self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
                    continue
                raise RequestError("the answer's compressed body is damaged", cause=exc) from exc
            self._fed = True
            most -= len(part)
            yield part
            raw, pending = self._zlib.unused_data or self._zlib.unconsumed_tail, len(part) == asked

    def check_complete(self) -> None:
        """Make sure that nothing is missing.

        Raises:
            RequestError: The body broke off.
        """
        if self._fed and not self._zlib.eof:
            raise RequestError("the answer's compressed body broke off")


def decoder(headers: Mapping[str, str]) -> Decoder | None:
    """Return the decoder for an answer; `None` where its body is not compressed.

    Raises:
        RequestError: An encoding that was not asked for.
    """
    named = headers.get("content-encoding", "").strip().lower()
    if named in ("", "identity"):
        return None
    if named in ("gzip", "x-gzip", "deflate"):
        return Decoder(named == "deflate")
    raise _lasting(f"the answer's content-encoding is {named[:40]!r}, which was not asked for")


def _lasting(message: str) -> RequestError:
    error = RequestError(message)
    error.permanent = True
    return error
