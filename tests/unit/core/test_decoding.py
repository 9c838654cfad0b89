# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading bodies: decoded as the headers say, and never more than is allowed."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import RequestError
from ansible_collections.restops.clients.plugins.module_utils.core.net import decoding
from ansible_collections.restops.clients.plugins.module_utils.core.net.decoding import BodyReader
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
PLENTY = 1 << 20


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "X-GZIP ": gzip.compress,
    "deflate": zlib.compress,
    # Without the header that the standard asks for: some servers send it so.
    " deflate": raw_deflate,
}


def reader(
    coding: str = "",
    limit: int = PLENTY,
    clock: Callable[[], float] = lambda: 0.0,
    **headers: str,
) -> BodyReader:
    return BodyReader(
        {
            "content-encoding": coding,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        limit,
        30.0,
        clock,
        0.0,
    )


def read(raw: bytes, coding: str, limit: int = PLENTY, size: int = 100_000) -> bytes:
    body = reader(coding, limit)
    for at in range(0, len(raw), size):
        body.feed(raw[at : at + size])
    return body.finish()


@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_is_decoded_however_it_is_cut(coding: str, size: int) -> None:
    data = b"some text, some more text; " * 40

    assert read(CODINGS[coding](data), coding, size=size) == data


@pytest.mark.parametrize(
    "coding",
    ["none", "UTF-8", "utf8", "binary", "identity, identity", ",", "7bit", "iso-8859-1", "chunked"],
)
def test_an_unknown_coding_counts_as_none(coding: str) -> None:
    assert read(b"plain", coding) == b"plain"
    assert read(gzip.compress(b"data"), f"{coding}, gzip") == b"data"


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("GET", 304), ("POST", 204), ("GET", 103)]
)
@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_headers_that_describe_a_body_that_is_not_there_are_not_looked_at(
    method: str, status: int, coding: str
) -> None:
    headers = {"content-encoding": coding, "content-length": "734003200"}
    body = BodyReader(headers, 1000, 30.0, lambda: 0.0, 0.0, method, status)

    assert body.finish() == b""


@pytest.mark.parametrize(
    ("coding", "raw", "kept"),
    [
        ("br", b"\x0b\x02\x80", b""),
        ("gzip", b"<html>502</html>", b""),
        ("deflate", b"\xff\xff", b""),
        ("gzip", gzip.compress(b"broken off" * 9, mtime=0)[:-9], b"broken off" * 9),
    ],
)
@pytest.mark.parametrize("status", [302, 403, 502])
def test_a_coding_does_not_hide_a_status_that_is_an_error(
    coding: str, raw: bytes, kept: bytes, status: int
) -> None:
    body = BodyReader({"content-encoding": coding}, PLENTY, 30.0, lambda: 0.0, 0.0, "POST", status)
    body.feed(raw)
    body.feed(b"more")

    assert body.finish() == kept


@pytest.mark.parametrize("asked", ["br", "gzip, BR;q=0.5", "zstd,br"])
def test_a_coding_that_the_caller_asked_for_is_left_to_the_caller(asked: str) -> None:
    sent = [("Accept", "*/*"), ("accept-encoding", asked)]
    decoding_of_br = decoding.Decoding({"content-encoding": "br"}, sent)

    assert list(decoding_of_br.pieces(b"raw")) == [b"raw"]


def test_unsupported_combinations_are_refused_even_if_requested() -> None:
    twice = decoding.Decoding(
        {"content-encoding": "gzip, gzip"}, [("Accept-Encoding", "gzip, deflate")]
    )

    with pytest.raises(RequestError, match="not asked for"):
        list(twice.pieces(b"x"))


def test_a_known_coding_is_decoded_also_if_the_caller_asked_for_it() -> None:
    decoding_of_gzip = decoding.Decoding(
        {"content-encoding": "gzip"}, [("Accept-Encoding", "gzip")]
    )

    assert b"".join(decoding_of_gzip.pieces(gzip.compress(b"data"))) == b"data"


def test_the_size_of_an_error_is_bounded_too() -> None:
    body = BodyReader({}, 10, 30.0, lambda: 0.0, 0.0, "GET", 502)

    with pytest.raises(RequestError, match="longer than 10 bytes"):
        body.feed(bytes(11))


@pytest.mark.parametrize(
    "kind", ["application/gzip", "Application/X-Gzip; x=y", "application/x-tgz"]
)
def test_a_file_that_is_gzip_data_itself_stays_packed(kind: str) -> None:
    packed = gzip.compress(b"TAR" * 100)
    headers = {"content-encoding": "gzip", "content-type": kind}
    body = BodyReader(headers, PLENTY, 30.0, lambda: 0.0, 0.0)
    body.feed(packed)

    assert body.finish() == packed
    headers["content-encoding"] = "gzip, gzip"
    body = BodyReader(headers, PLENTY, 30.0, lambda: 0.0, 0.0)
    body.feed(gzip.compress(packed))
    assert body.finish() == packed


def test_one_byte_of_a_compressed_body_is_not_a_whole_one() -> None:
    body = reader("deflate")
    body.feed(b"x")

    with pytest.raises(RequestError, match="broke off"):
        body.finish()


@pytest.mark.parametrize("coding", CODINGS)
def test_an_empty_body_is_complete(coding: str) -> None:
    body = reader(coding)
    assert body.finish() == b""

    # As in the response to a HEAD: a coding is named and no body follows.
    body = reader(coding)
    body.feed(b"")
    assert body.finish() == b""


@pytest.mark.parametrize("length", range(65_500, 67_000, 37))
@pytest.mark.parametrize("coding", ["gzip", "deflate", " deflate"])
def test_output_that_is_pending_when_the_input_ends_is_not_lost(coding: str, length: int) -> None:
    # One byte of input can stand for a thousand of output, so that a full piece may leave output
    # and no input.
    assert read(CODINGS[coding](bytes(length)), coding) == bytes(length)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "x" * 1000])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    body = reader(coding)
    with pytest.raises(RequestError, match="content-encoding is .* not asked for") as caught:
        body.feed(b"x")

    assert len(caught.value.message) < 200


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_may_be_as_long_as_the_limit_and_no_longer(coding: str) -> None:
    data = bytes(1000)

    assert read(CODINGS[coding](data), coding, limit=1000) == data
    with pytest.raises(RequestError, match="longer than 999 bytes; raise 'max_response_bytes'"):
        read(CODINGS[coding](data), coding, limit=999)


@pytest.mark.parametrize("length", ["1001", "9" * 5000])
def test_a_body_that_announces_itself_as_too_long_is_refused_unread(length: str) -> None:
    with pytest.raises(RequestError, match="longer than 1000 bytes"):
        reader(limit=1000, content_length=length)


@pytest.mark.parametrize("length", ["1000", "0", "", "many", "-5", "²"])
def test_a_length_that_is_small_or_unreadable_is_not_a_reason_to_refuse(length: str) -> None:
    body = reader(limit=1000, content_length=length)
    body.feed(b"x")

    assert body.finish() == b"x"


def test_the_length_of_compressed_bytes_is_no_length_of_the_body() -> None:
    body = reader("gzip", limit=10, content_length="30")
    body.feed(gzip.compress(b"short"))

    assert body.finish() == b"short"


def test_a_bomb_is_refused_before_it_takes_memory() -> None:
    # A few kilobytes that would become a hundred megabytes.
    bomb = gzip.compress(bytes(100_000_000), 1)
    body = reader("gzip", limit=100_000)
    tracemalloc.start()
    try:
        with pytest.raises(RequestError, match="longer than 100000 bytes"):
            body.feed(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 2_000_000


def test_bytes_after_the_end_of_the_data_are_dropped_and_take_no_memory() -> None:
    body = reader("gzip")
    body.feed(gzip.compress(b"data"))
    tracemalloc.start()
    try:
        for number in range(100):
            body.feed(bytes([number]) * 65_536)
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert body.finish() == b"data"
    assert kept < 100_000


@pytest.mark.parametrize("coding", ["gzip", "deflate", " deflate"])
def test_a_compressed_body_that_breaks_off_is_an_error(coding: str) -> None:
    raw = CODINGS[coding](b"some text" * 100)

    with pytest.raises(RequestError, match="broke off"):
        read(raw[:-4], coding)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_that_is_not_compressed_as_it_says_is_an_error(coding: str) -> None:
    with pytest.raises(RequestError, match="damaged") as caught:
        read(b"\xffnot compressed", coding)

    assert isinstance(caught.value.cause, zlib.error)


def test_a_body_that_is_damaged_after_its_beginning_is_an_error() -> None:
    raw = bytearray(zlib.compress(bytes(range(256)) * 300))
    raw[-1] ^= 1
    with pytest.raises(RequestError, match="damaged"):
        read(bytes(raw), "deflate", size=50)


def test_every_piece_must_arrive_before_the_deadline() -> None:
    times = iter([29.0, 30.0, 30.1])
    body = reader(clock=lambda: next(times))
    body.feed(b"a")
    body.feed(b"b")

    with pytest.raises(RequestError, match="not complete after 30 s; raise 'timeout'"):
        body.feed(b"c")


@given(
    data=st.binary(max_size=300).flatmap(
        lambda seed: st.integers(0, 800).map(lambda times: seed * times)
    ),
    coding=st.sampled_from(sorted(CODINGS)),
    limit=st.integers(0, 200_000),
    size=st.integers(1, 70_000),
)
@PROPERTY
def test_a_body_is_whole_or_refused(data: bytes, coding: str, limit: int, size: int) -> None:
    raw = CODINGS[coding](data)

    if len(data) <= limit:
        assert read(raw, coding, limit, size) == data
    else:
        with pytest.raises(RequestError, match="longer than"):
            read(raw, coding, limit, size)


@given(
    raw=st.binary(max_size=200)
    | st.binary(max_size=2000).map(gzip.compress)
    | st.integers(0, 300_000).map(bytes).map(zlib.compress),
    most=st.integers(0, 100_000),
)
@PROPERTY
def test_a_decoder_never_gives_more_than_it_is_asked_for(raw: bytes, most: int) -> None:
    decoder = decoding.decoder({"content-encoding": "deflate"})
    assert decoder is not None
    given_bytes = 0
    try:
        for piece in decoder.pieces(raw, most):
            given_bytes += len(piece)
            assert len(piece) <= 65_536
    except RequestError:
        pass

    assert given_bytes <= most


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_every_member_of_a_gzip_body_is_read_and_what_follows_them_is_not(size: int) -> None:
    raw = gzip.compress(b"one") + gzip.compress(b"") + gzip.compress(b"two") + b"\x00junk"

    assert read(raw, "gzip", size=size) == b"onetwo"
