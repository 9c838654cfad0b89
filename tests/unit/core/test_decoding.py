# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading bodies: decoded as the header says, and never more than was allowed."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import RequestError
from ansible_collections.restops.clients.plugins.module_utils.core.net import decoding
from ansible_collections.restops.clients.plugins.module_utils.core.net.decoding import BodyReader
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
PLENTY = 1 << 20


def raw_deflate(data):
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeezer.compress(data) + squeezer.flush()


ENCODINGS = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "X-GZIP ": gzip.compress,
    "deflate": zlib.compress,
    # Without the header that the standard asks for: some servers send it so.
    " deflate": raw_deflate,
}


def reader(encoding="", limit=PLENTY, clock=lambda: 0.0, **headers):
    return BodyReader(
        {
            "content-encoding": encoding,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        limit,
        30.0,
        clock,
        0.0,
    )


def read(raw, encoding, limit=PLENTY, size=100_000):
    body = reader(encoding, limit)
    for at in range(0, len(raw), size):
        body.feed(raw[at : at + size])
    return body.finish()


@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_body_is_decoded_however_it_is_cut(encoding, size):
    data = b"some text, some more text; " * 40

    assert read(ENCODINGS[encoding](data), encoding, size=size) == data


@pytest.mark.parametrize(
    "encoding",
    ["none", "UTF-8", "utf8", "binary", "identity, identity", ",", "7bit", "iso-8859-1", "chunked"],
)
def test_an_unknown_coding_counts_as_none(encoding):
    assert read(b"plain", encoding) == b"plain"
    assert read(gzip.compress(b"data"), f"{encoding}, gzip") == b"data"


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("GET", 304), ("POST", 204), ("GET", 103)]
)
@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_headers_that_describe_a_body_that_is_not_there_are_not_looked_at(method, status, encoding):
    headers = {"content-encoding": encoding, "content-length": "734003200"}
    body = BodyReader(headers, 1000, 30.0, lambda: 0.0, 0.0, method, status)

    assert body.finish() == b""


@pytest.mark.parametrize(
    ("encoding", "raw", "kept"),
    [
        ("br", b"\x0b\x02\x80", b""),
        ("gzip", b"<html>502</html>", b""),
        ("deflate", b"\xff\xff", b""),
        ("gzip", gzip.compress(b"broken off" * 9, mtime=0)[:-9], b"broken off" * 9),
    ],
)
@pytest.mark.parametrize("status", [302, 403, 502])
def test_an_encoding_does_not_hide_a_status_that_is_an_error(encoding, raw, kept, status):
    body = BodyReader(
        {"content-encoding": encoding}, PLENTY, 30.0, lambda: 0.0, 0.0, "POST", status
    )
    body.feed(raw)
    body.feed(b"more")

    assert body.finish() == kept


@pytest.mark.parametrize("asked", ["br", "gzip, BR;q=0.5", "zstd,br"])
def test_a_coding_that_the_caller_asked_for_is_left_to_the_caller(asked):
    sent = [("Accept", "*/*"), ("accept-encoding", asked)]
    decoding_of_br = decoding.Decoding({"content-encoding": "br"}, sent)

    assert list(decoding_of_br.pieces(b"raw")) == [b"raw"]


def test_codings_that_are_known_alone_are_not_left_to_the_caller():
    twice = decoding.Decoding(
        {"content-encoding": "gzip, gzip"}, [("Accept-Encoding", "gzip, deflate")]
    )

    with pytest.raises(RequestError, match="not asked for"):
        list(twice.pieces(b"x"))


def test_a_known_coding_is_decoded_also_if_the_caller_asked_for_it():
    decoding_of_gzip = decoding.Decoding(
        {"content-encoding": "gzip"}, [("Accept-Encoding", "gzip")]
    )

    assert b"".join(decoding_of_gzip.pieces(gzip.compress(b"data"))) == b"data"


def test_the_size_of_an_error_is_bounded_too():
    body = BodyReader({}, 10, 30.0, lambda: 0.0, 0.0, "GET", 502)

    with pytest.raises(RequestError, match="longer than 10 bytes"):
        body.feed(bytes(11))


@pytest.mark.parametrize(
    "kind", ["application/gzip", "Application/X-Gzip; x=y", "application/x-tgz"]
)
def test_a_file_that_is_gzip_data_itself_stays_packed(kind):
    packed = gzip.compress(b"TAR" * 100)
    headers = {"content-encoding": "gzip", "content-type": kind}
    body = BodyReader(headers, PLENTY, 30.0, lambda: 0.0, 0.0)
    body.feed(packed)

    assert body.finish() == packed
    headers["content-encoding"] = "gzip, gzip"
    body = BodyReader(headers, PLENTY, 30.0, lambda: 0.0, 0.0)
    body.feed(gzip.compress(packed))
    assert body.finish() == packed


def test_one_byte_of_a_compressed_body_is_not_a_whole_one():
    body = reader("deflate")
    body.feed(b"x")

    with pytest.raises(RequestError, match="broke off"):
        body.finish()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_empty_body_is_complete(encoding):
    body = reader(encoding)
    assert body.finish() == b""

    # As the answer to a HEAD: an encoding is named and no body follows.
    body = reader(encoding)
    body.feed(b"")
    assert body.finish() == b""


@pytest.mark.parametrize("length", range(65_500, 67_000, 37))
@pytest.mark.parametrize("encoding", ["gzip", "deflate", " deflate"])
def test_output_that_is_pending_when_the_input_ends_is_not_lost(encoding, length):
    # One byte of input can stand for a thousand of output, so that a full piece may leave output
    # and no input.
    assert read(ENCODINGS[encoding](bytes(length)), encoding) == bytes(length)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "x" * 1000])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding):
    body = reader(encoding)
    with pytest.raises(RequestError, match="content-encoding is .* not asked for") as caught:
        body.feed(b"x")

    assert len(caught.value.message) < 200


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_body_may_be_as_long_as_the_limit_and_no_longer(encoding):
    data = bytes(1000)

    assert read(ENCODINGS[encoding](data), encoding, limit=1000) == data
    with pytest.raises(RequestError, match="longer than 999 bytes; raise 'max_response_bytes'"):
        read(ENCODINGS[encoding](data), encoding, limit=999)


@pytest.mark.parametrize("length", ["1001", "9" * 5000])
def test_a_body_that_announces_itself_as_too_long_is_refused_unread(length):
    with pytest.raises(RequestError, match="longer than 1000 bytes"):
        reader(limit=1000, content_length=length)


@pytest.mark.parametrize("length", ["1000", "0", "", "many", "-5", "²"])
def test_a_length_that_is_small_or_unreadable_is_not_a_reason_to_refuse(length):
    body = reader(limit=1000, content_length=length)
    body.feed(b"x")

    assert body.finish() == b"x"


def test_the_length_of_compressed_bytes_is_no_length_of_the_body():
    body = reader("gzip", limit=10, content_length="30")
    body.feed(gzip.compress(b"short"))

    assert body.finish() == b"short"


def test_a_bomb_is_refused_before_it_takes_memory():
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


def test_bytes_after_the_end_of_the_data_are_dropped_and_take_no_memory():
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


@pytest.mark.parametrize("encoding", ["gzip", "deflate", " deflate"])
def test_a_compressed_body_that_breaks_off_is_an_error(encoding):
    raw = ENCODINGS[encoding](b"some text" * 100)

    with pytest.raises(RequestError, match="broke off"):
        read(raw[:-4], encoding)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_is_not_compressed_as_it_says_is_an_error(encoding):
    with pytest.raises(RequestError, match="damaged") as caught:
        read(b"\xffnot compressed", encoding)

    assert isinstance(caught.value.cause, zlib.error)


def test_a_body_that_is_damaged_after_its_beginning_is_an_error():
    raw = bytearray(zlib.compress(bytes(range(256)) * 300))
    raw[-1] ^= 1
    with pytest.raises(RequestError, match="damaged"):
        read(bytes(raw), "deflate", size=50)


def test_an_answer_has_a_deadline_that_each_piece_is_held_to():
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
    encoding=st.sampled_from(sorted(ENCODINGS)),
    limit=st.integers(0, 200_000),
    size=st.integers(1, 70_000),
)
@PROPERTY
def test_a_body_is_whole_or_refused(data, encoding, limit, size):
    raw = ENCODINGS[encoding](data)

    if len(data) <= limit:
        assert read(raw, encoding, limit, size) == data
    else:
        with pytest.raises(RequestError, match="longer than"):
            read(raw, encoding, limit, size)


@given(
    raw=st.binary(max_size=200)
    | st.binary(max_size=2000).map(gzip.compress)
    | st.integers(0, 300_000).map(bytes).map(zlib.compress),
    most=st.integers(0, 100_000),
)
@PROPERTY
def test_a_decoder_never_gives_more_than_it_is_asked_for(raw, most):
    decoder = decoding.decoder({"content-encoding": "deflate"})
    given_bytes = 0
    try:
        for piece in decoder.pieces(raw, most):
            given_bytes += len(piece)
            assert len(piece) <= 65_536
    except RequestError:
        pass

    assert given_bytes <= most


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_every_member_of_a_gzip_body_is_read_and_what_follows_them_is_not(size):
    raw = gzip.compress(b"one") + gzip.compress(b"") + gzip.compress(b"two") + b"\x00junk"
    reader = BodyReader({"content-encoding": "gzip"}, PLENTY, 30, lambda: 0.0, 0.0)
    for start in range(0, len(raw), size):
        reader.feed(raw[start : start + size])

    assert reader.finish() == b"onetwo"
