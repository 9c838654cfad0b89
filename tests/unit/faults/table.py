# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The faults, a row each: what the server does, what a caller sees, what the library promises."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from .server import (
    ACCEPT,
    CLOSE,
    HEAD,
    HOLD,
    KEEP,
    RESET,
    TOKEN,
    Handshake,
    Say,
    Step,
    answer,
    as_json,
    message,
)

LATE = 1.0
"""Seconds that an attempt may take where the server is too slow. All other attempts have far more
than they need."""
MOST = 100_000
"""The most bytes of a response."""
RETRY: dict[str, Any] = {"max_tries": 3, "wait": 0.01}
OK = {"ok": True, "path": "/thing"}


class Value(NamedTuple):
    """The call returns this value.

    That is the JSON of its response, its text if the row says so, or its status if it has no body.
    """

    value: Any


class Raises(NamedTuple):
    """The call raises this error with this text in its line; a module fails with the same line."""

    kind: str
    text: str


class Handled(NamedTuple):
    """The call returns a value or raises an error of the library, depending on the Python version.

    A module has a result.
    """


Expected: TypeAlias = "Value | Raises | Handled"


class Fault(NamedTuple):
    """One fault.

    Attributes:
        name: Names the row.
        does: What the server does.
        expected: The outcome of the call.
        attempts: How many attempts of the call reach the server.
        promise: What the library promises.
        script: The server's steps.
        call: `method path json headers retry timeout pages text download`.
        client: Further arguments of the factory.
        server: Further arguments of the server.
        logins: How many logins reach the server.
        module: The outcome of the call as a module, if it differs.
        after: The outcome of the same client's next call; by default it succeeds.
        never: Texts that must not arrive at any server, in no header.
        applied: How many requests the server carries out, where that matters.
        warm: The state of the connection of an earlier call: `kept`, `closed`, or what is
            written to it before it is closed; `""` for no such call.
        heals: `True` if the server is healthy afterwards.
        proxied: `True` if the server stands in as the proxy of an https origin.
        tls: `True` if it speaks TLS.
    """

    name: str
    does: str
    expected: Expected
    attempts: int
    promise: str
    script: tuple[Step, ...] = ()
    call: Mapping[str, Any] = {}
    client: Mapping[str, Any] = {}
    server: Mapping[str, Any] = {}
    logins: int = 1
    module: Expected | None = None
    after: Expected = Value({"ok": True, "path": "/healthy"})
    never: tuple[str, ...] = ()
    applied: int | None = None
    warm: str = ""
    heals: bool = True
    proxied: bool = False
    tls: bool = False


def raw(data: bytes, then: str = CLOSE, when: str = "whole", **how: Any) -> Step:
    return Step(Say(data, then, **how), when)


JSON = "Content-Type: application/json"
BODY = json.dumps(OK).encode()
WHOLE_ANSWER = message(200, BODY, JSON)
HEADLESS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BROKE = "the connection broke before the response was complete"
INVALID = "the response cannot be read: "
INVALID_LENGTH = INVALID + "its Content-Length is not valid; correct the server"
TRUST = "check host, port and path"
REPEATED, NOT_REPEATED = (
    "A GET is sent again, and succeeds.",
    "A POST is not sent again: it may have been executed. The error says so.",
)
POST = {"method": "POST", "json": {"id": "p1"}}


def lasting(step: Step, times: int = 9) -> tuple[Step, ...]:
    return (step,) * times


# The connection breaks, or what comes is not HTTP

_BROKEN: tuple[tuple[str, str, Step, str], ...] = (
    ("closed on connect", "accepts and closes", raw(b"", CLOSE, ACCEPT), BROKE),
    (
        "reset at the first bytes",
        "accepts, and resets when the first bytes come",
        Step(Say(b"", RESET, heard=True), ACCEPT),
        BROKE,
    ),
    (
        "closed after the head",
        "closes when it has read the request's head",
        raw(b"", CLOSE, HEAD),
        BROKE,
    ),
    (
        "reset after the head",
        "resets when it has read the request's head",
        raw(b"", RESET, HEAD),
        BROKE,
    ),
    ("closed before the response", "reads the request, closes", raw(b"", CLOSE), BROKE),
    ("reset before the response", "reads the request, resets", raw(b"", RESET), BROKE),
    ("closed in the status line", "breaks off after `HTTP/1.1 2`", raw(b"HTTP/1.1 2"), BROKE),
    ("closed in the headers", "breaks off after two headers", raw(HEADLESS), BROKE),
    ("reset in the headers", "resets after two headers", raw(HEADLESS, RESET), BROKE),
    (
        "closed in the body",
        "closes after half of the announced length",
        raw(WHOLE_ANSWER[:-12]),
        BROKE,
    ),
    (
        "reset in the body",
        "resets after half of the announced length",
        raw(WHOLE_ANSWER[:-12], RESET),
        BROKE,
    ),
    (
        "a chunk size that is none",
        "sends `zz` where the size of a chunk should be",
        raw(HEADLESS + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        BROKE,
    ),
    (
        "a chunk cut off",
        "closes within a chunk",
        raw(HEADLESS + b"Transfer-Encoding: chunked\r\n\r\n20\r\n{}"),
        BROKE,
    ),
    (
        "no last chunk",
        "closes where the last, empty chunk should be",
        raw(HEADLESS + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        BROKE,
    ),
    (
        "a chunk longer than its size",
        "sends more than the size of a chunk says",
        raw(HEADLESS + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}{}{}\r\n0\r\n\r\n"),
        BROKE,
    ),
    (
        "a negative length",
        "sends `Content-Length: -5`",
        raw(HEADLESS + b"Content-Length: -5\r\n\r\n{}"),
        INVALID_LENGTH,
    ),
    (
        "a length that is no number",
        "sends `Content-Length: 0x10`",
        raw(HEADLESS + b"Content-Length: 0x10\r\n\r\n{}"),
        INVALID_LENGTH,
    ),
    (
        "two lengths",
        "sends two `Content-Length` that differ",
        raw(HEADLESS + b"Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}"),
        INVALID_LENGTH,
    ),
    (
        "an unknown transfer coding",
        "sends `Transfer-Encoding: gzip`",
        raw(HEADLESS + b"Transfer-Encoding: gzip\r\n\r\n{}"),
        INVALID + "its Transfer-Encoding",
    ),
    ("a bad status line", "sends `HTTP/one 200 fine`", raw(b"HTTP/one 200 fine\r\n\r\n"), BROKE),
    ("a status of four digits", "sends the status 1000", raw(b"HTTP/1.1 1000 Much\r\n\r\n"), BROKE),
    (
        "an HTTP/0.9 response",
        "sends a page without a head",
        raw(b"<html><body>hello</body></html>\n"),
        BROKE,
    ),
    (
        "101 unasked",
        "switches protocols",
        raw(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n",
            HOLD,
        ),
        INVALID + "it switches to another protocol",
    ),
    ("garbage", "sends random bytes", raw(bytes(range(128, 256)) * 8), BROKE),
    (
        "HTTP/2 unasked",
        "sends an HTTP/2 SETTINGS frame",
        raw(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
        BROKE,
    ),
    (
        "TLS on a plain port",
        "answers with a TLS alert",
        raw(b"\x15\x03\x01\x00\x02\x02\x16"),
        "and whether it expects TLS ('use_tls')",
    ),
    (
        "a header without a colon",
        "sends a line that is no header",
        raw(HEADLESS + b"nonsense\r\nContent-Length: 2\r\n\r\n{}"),
        INVALID + "a header line of it",
    ),
    (
        "a header with NUL",
        "sends a NUL byte in a header",
        raw(HEADLESS + b"X-A: a\x00b\r\nContent-Length: 2\r\n\r\n{}"),
        INVALID + "a header line of it",
    ),
    (
        "a header of 1 MB",
        "sends a header longer than anybody reads",
        raw(HEADLESS + b"X-A: " + b"a" * 1_000_000 + b"\r\nContent-Length: 2\r\n\r\n{}"),
        INVALID + "its headers are too long",
    ),
    (
        "10,000 headers",
        "sends more headers than anybody reads",
        raw(HEADLESS + b"X-Header: value\r\n" * 10_000 + b"Content-Length: 2\r\n\r\n{}"),
        INVALID + "its headers are too long",
    ),
    (
        "gzip cut off",
        "sends half of a compressed body",
        answer(200, gzip.compress(BODY)[:20], "Content-Encoding: gzip"),
        "the response's compressed body broke off",
    ),
    (
        "gzip that is none",
        "labels plain text as gzip",
        answer(200, BODY, "Content-Encoding: gzip"),
        "the response's compressed body is damaged",
    ),
)


def _broken() -> Iterable[Fault]:
    for name, does, step, text in _BROKEN:
        yield Fault(name, f"{does}, once", Value(OK), 2, REPEATED, (step,))
        yield Fault(
            f"{name}, POST",
            does,
            Raises("RequestError", text),
            1,
            NOT_REPEATED,
            lasting(step),
            POST,
        )


_CONNECTION = (
    Fault(
        "reset on connect",
        "accepts and resets, once",
        Value(OK),
        2,
        REPEATED,
        (raw(b"", RESET, ACCEPT),),
    ),
    Fault(
        "refused",
        "has closed its port",
        Raises(
            "RequestError",
            (
                "the connection was refused; check host and port, and that the server runs "
                "(after 3 attempts)"
            ),
        ),
        0,
        "Nothing was sent, so any method is tried again; then one line that says what to check.",
        server={"shut": True},
    ),
    Fault(
        "refused, POST",
        "has closed its port",
        Raises("RequestError", "and that the server runs (after 3 attempts)"),
        0,
        "Nothing was sent, so a POST is tried again too.",
        call=POST,
        server={"shut": True},
    ),
    Fault(
        "closed before every response",
        "closes for ever",
        Raises(
            "RequestError",
            "and whether it expects TLS ('use_tls') (after 3 attempts)",
        ),
        3,
        "`max_tries` bounds the attempts; the error counts them.",
        lasting(raw(b"", CLOSE)),
    ),
    Fault(
        "a header without a colon in every response",
        "sends a line that is no header, every time",
        Raises(
            "RequestError",
            f"{INVALID}a header line of it is not valid HTTP; correct the server, or what is in"
            " front of it (after 3 attempts)",
        ),
        3,
        "`max_tries` bounds the attempts; the error says what is wrong with the response.",
        lasting(raw(HEADLESS + b"nonsense\r\nContent-Length: 2\r\n\r\n{}")),
    ),
    Fault(
        "reset before every response, PUT",
        "resets for ever",
        Raises("RequestError", "(after 3 attempts)"),
        3,
        "PUT is idempotent and is sent again.",
        lasting(raw(b"", RESET)),
        {"method": "PUT", "json": {"a": 1}},
    ),
    Fault(
        "closed before the response, PUT",
        "carries it out, closes, once",
        Value(OK),
        2,
        "PUT is idempotent and is sent again.",
        (Step(Say(b"", CLOSE), applies=True),),
        {"method": "PUT", "json": {"a": 1}},
    ),
    Fault(
        "closed before the response, DELETE",
        "carries it out, closes; then 404",
        Value(404),
        2,
        "A 404 to a repeated DELETE is success: it is gone.",
        (Step(Say(b"", CLOSE), applies=True), answer(404)),
        {"method": "DELETE"},
    ),
    Fault(
        "404 to the first DELETE",
        "answers 404",
        Raises("HTTPStatusError", "404 Not Found; check the path, and the names in it"),
        1,
        "A 404 to a first DELETE is an error like any other.",
        (answer(404),),
        {"method": "DELETE"},
    ),
    Fault(
        "closed before the response, PATCH",
        "carries it out, closes",
        Raises("RequestError", BROKE),
        1,
        "PATCH is not sent again.",
        lasting(Step(Say(b"", CLOSE), applies=True)),
        {"method": "PATCH", "json": {"a": 1}},
        applied=1,
    ),
    Fault(
        "closed before the response, action",
        "carries `PUT /adapters/a/restart` out, closes",
        Raises("RequestError", BROKE),
        1,
        "An action is not sent again, though its method is PUT.",
        lasting(Step(Say(b"", CLOSE), applies=True)),
        {"method": "PUT", "path": "/adapters/a/restart"},
        applied=1,
    ),
    Fault(
        "closed before the response, DELETE action",
        "carries `DELETE /ag-manager/actions/a` out, closes",
        Raises("RequestError", BROKE),
        1,
        "An action is not sent again, though its method is DELETE.",
        lasting(Step(Say(b"", CLOSE), applies=True)),
        {"method": "DELETE", "path": "/ag-manager/actions/a"},
        applied=1,
    ),
    Fault(
        "closed before the response, read-only POST",
        "closes, once",
        Value(OK),
        2,
        "`read_only: true` declares that a POST changes nothing; it is sent again like a GET.",
        (raw(b"", CLOSE),),
        {**POST, "read_only": True},
    ),
    Fault(
        "closed before the response, Idempotency-Key",
        "closes, once",
        Value(OK),
        2,
        "With an `Idempotency-Key` of the caller's own a POST is sent again, with the same key.",
        (raw(b"", CLOSE),),
        {**POST, "headers": {"Idempotency-Key": "k1"}},
    ),
    Fault(
        "closed before the response, HEAD",
        "closes, once",
        Value(200),
        2,
        "HEAD is sent again.",
        (raw(b"", CLOSE),),
        {"method": "HEAD"},
    ),
    Fault(
        "closed before the response, OPTIONS",
        "closes, once",
        Value(OK),
        2,
        "OPTIONS is sent again.",
        (raw(b"", CLOSE),),
        {"method": "OPTIONS"},
    ),
    Fault(
        "half of a download",
        "closes after half of the announced length",
        Raises("RequestError", BROKE),
        1,
        "A stream that breaks off is an error; a module leaves the old file as it was.",
        (raw(WHOLE_ANSWER[:-12]),),
        {"download": True},
    ),
    Fault(
        "half of a compressed download",
        "ends within the compressed data",
        Raises("RequestError", "the response's compressed body broke off"),
        1,
        "A stream that breaks off is an error.",
        (answer(200, gzip.compress(BODY)[:20], "Content-Encoding: gzip"),),
        {"download": True},
    ),
)

# Connections that were kept

_FAKE = message(200, b'{"fake": true}', JSON)

_KEPT = (
    Fault(
        "closed while idle",
        "closes the kept connection before the call",
        Value(OK),
        1,
        "A connection that the server closed while it was idle is replaced; any method.",
        warm="closed",
    ),
    Fault(
        "closed while idle, POST",
        "closes the kept connection before the call",
        Value(OK),
        1,
        "The same: nothing was sent on it.",
        call=POST,
        warm="closed",
    ),
    Fault(
        "closed as the call arrives",
        "reads the call on a kept connection and closes it",
        Value(OK),
        1,
        "A GET is sent again at once on another connection, without counting as a try.",
        (Step(Say(b"", CLOSE), counts=False),),
        warm="kept",
    ),
    Fault(
        "reset as the call arrives",
        "reads the call on a kept connection and resets it",
        Value(OK),
        1,
        "A GET is sent again at once, without counting as a try.",
        (Step(Say(b"", RESET), counts=False),),
        warm="kept",
    ),
    Fault(
        "closed as the POST arrives",
        "reads the POST on a kept connection and closes it",
        Raises("RequestError", BROKE),
        1,
        NOT_REPEATED,
        lasting(raw(b"", CLOSE)),
        POST,
        warm="kept",
    ),
    Fault(
        "reset as the POST arrives",
        "reads the POST on a kept connection and resets it",
        Raises("RequestError", BROKE),
        1,
        NOT_REPEATED,
        lasting(raw(b"", RESET)),
        POST,
        warm="kept",
    ),
    Fault(
        "408 on an idle connection",
        "writes a 408 to the idle connection and closes it, as proxies do",
        Value(OK),
        1,
        "It belongs to no request: the connection is replaced.",
        warm="HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    ),
    Fault(
        "one response too many",
        "sends a second, unrequested response after the first",
        Value(OK),
        1,
        "What comes after a response is never taken for the response to the next call.",
        (Step(Say(WHOLE_ANSWER + _FAKE, KEEP)),),
    ),
    Fault(
        "204 with a body",
        "sends a response as the body of a 204",
        Value(204),
        1,
        "What comes after a response is never taken for the response to the next call.",
        (Step(Say(b"HTTP/1.1 204 Empty\r\n\r\n" + _FAKE, KEEP)),),
    ),
    Fault(
        "HEAD with a body",
        "sends a response as the body of the response to a HEAD",
        Value(200),
        1,
        "What comes after a response is never taken for the response to the next call.",
        (Step(Say(message(200, b"", "Content-Length: 5", length=False) + _FAKE, KEEP)),),
        {"method": "HEAD"},
    ),
    Fault(
        "a length too small",
        "sends more than the announced length",
        Value({}),
        1,
        "The body ends where it was said to end; the connection is not used again.",
        (Step(Say(HEADLESS + b"Content-Length: 2\r\n\r\n{}" + _FAKE, KEEP)),),
    ),
)

# Odd, but HTTP

_ODD = (
    Fault(
        "no length",
        "ends the body by closing, as HTTP/1.0 does",
        Value(OK),
        1,
        "Such a body is read to its end.",
        (raw(HEADLESS + b"\r\n" + BODY),),
    ),
    Fault(
        "both length and chunks",
        "sends `Content-Length` beside `Transfer-Encoding: chunked`",
        Value(OK),
        1,
        "The chunks count (RFC 9112 section 6.3).",
        (
            raw(
                HEADLESS
                + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                % (len(BODY), BODY)
            ),
        ),
    ),
    Fault(
        "100 and 103 before the response",
        "sends 100 Continue and 103 Early Hints first",
        Value(OK),
        1,
        "What comes before the response is passed over.",
        (
            raw(
                b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + WHOLE_ANSWER,
                KEEP,
            ),
        ),
    ),
    Fault(
        "a folded header",
        "sends a header on two lines",
        Value(OK),
        1,
        "Read as one (RFC 9112 section 5.2).",
        (raw(HEADLESS + b"X-A: a\r\n b\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY, KEEP),),
    ),
    Fault(
        "304 unasked",
        "answers 304",
        Raises("HTTPStatusError", "304 Not Modified"),
        1,
        "An error: nothing conditional was sent.",
        (answer(304),),
    ),
    Fault(
        "an unknown success status",
        "answers 299",
        Value(OK),
        1,
        "2xx is success.",
        (answer(299, BODY, JSON),),
    ),
    Fault(
        "an unknown error status",
        "answers 599",
        Raises("HTTPStatusError", "599; see the server's log"),
        1,
        "5xx is an error.",
        (answer(599),),
    ),
)

# Bodies

_BOMB = gzip.compress(b"0" * 20_000_000)
_deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
_RAW_DEFLATE = _deflate.compress(BODY) + _deflate.flush()
_SMALL = {"max_response_bytes": MOST}
_TOO_LONG = Raises(
    "RequestError",
    (
        f"the response is longer than {MOST} bytes; raise 'max_response_bytes', or ask for "
        "less at a time"
    ),
)
_ONCE = (
    "Counted as it is decoded: nothing beyond the bound is kept, and nothing is asked for again."
)
_DEEP = b"[" * 100_000 + b"]" * 100_000
_NESTED = b"[" * 300 + b"]" * 300


def _nested(depth: int) -> Any:
    value: Any = []
    for dummy in range(depth - 1):
        value = [value]
    return value


_BODIES = (
    Fault(
        "longer than allowed, by its length",
        f"announces {MOST + 1:,} bytes",
        _TOO_LONG,
        1,
        "Refused before it is read, and not asked for again.",
        lasting(answer(200, b"0" * (MOST + 1))),
        client=_SMALL,
    ),
    Fault(
        "longer than allowed, in chunks",
        "sends chunks without an end",
        _TOO_LONG,
        1,
        _ONCE,
        lasting(
            raw(
                HEADLESS
                + b"Transfer-Encoding: chunked\r\n\r\n"
                + b"8000\r\n"
                + b"0" * 32768
                + b"\r\n"
                + (b"8000\r\n" + b"0" * 32768 + b"\r\n") * 9,
                HOLD,
            )
        ),
        client=_SMALL,
    ),
    Fault(
        "a gzip bomb",
        "sends 20 kB that unpack to 20 MB",
        _TOO_LONG,
        1,
        _ONCE,
        lasting(answer(200, _BOMB, "Content-Encoding: gzip")),
        client=_SMALL,
    ),
    Fault(
        "gzip",
        "compresses",
        Value(OK),
        1,
        "Unpacked.",
        (answer(200, gzip.compress(BODY), "Content-Encoding: gzip", JSON),),
    ),
    Fault(
        "gzip in two parts",
        "compresses in two parts, which is allowed (RFC 1952 section 2.2)",
        Value(OK),
        1,
        "Both are read.",
        (
            answer(
                200,
                gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]),
                "Content-Encoding: gzip",
                JSON,
            ),
        ),
    ),
    Fault(
        "deflate",
        "compresses with the zlib header",
        Value(OK),
        1,
        "Unpacked.",
        (answer(200, zlib.compress(BODY), "Content-Encoding: deflate", JSON),),
    ),
    Fault(
        "deflate without its header",
        "compresses as some servers do",
        Value(OK),
        1,
        "Unpacked.",
        (answer(200, _RAW_DEFLATE, "Content-Encoding: deflate", JSON),),
    ),
    Fault(
        "an unknown content-encoding",
        "compresses with `br`, which was not offered",
        Raises("RequestError", "content-encoding is 'br', which was not asked for"),
        1,
        "An error at once: another attempt would not help.",
        lasting(answer(200, BODY, "Content-Encoding: br")),
    ),
    Fault(
        "encoded twice",
        "compresses with `gzip, gzip`",
        Raises("RequestError", "content-encoding is 'gzip, gzip', which was not asked for"),
        1,
        "An error at once.",
        lasting(answer(200, gzip.compress(gzip.compress(BODY)), "Content-Encoding: gzip, gzip")),
    ),
    Fault(
        "a page of HTML",
        "answers 200 with a page, as a proxy's login does",
        Raises(
            "SerializationError",
            f"answered 200 with text/html, not JSON: Expecting value at character 0; {TRUST}",
        ),
        1,
        "`json()` raises; a module returns the text as `content`.",
        (answer(200, b"<html>Sign in</html>", "Content-Type: text/html"),),
        module=Value("<html>Sign in</html>"),
    ),
    Fault(
        "an empty response",
        "answers 200 without a body",
        Value(200),
        1,
        "`json()` is `None`.",
        (answer(200),),
    ),
    Fault(
        "NaN",
        "answers `NaN`",
        Raises("SerializationError", "NaN is not JSON"),
        1,
        "Refused: it is not JSON (RFC 8259 section 6).",
        (answer(200, b'{"a": NaN}', JSON),),
        module=Value('{"a": NaN}'),
    ),
    Fault(
        "a key twice",
        "answers an object with a key twice",
        Value({"a": 2}),
        1,
        "The last one counts, as everywhere in Python.",
        (answer(200, b'{"a": 1, "a": 2}', JSON),),
    ),
    Fault(
        "300 deep",
        "nests 300 lists",
        Value(_nested(300)),
        1,
        "Read; a module says that Ansible cannot show more than 200 levels.",
        (answer(200, _NESTED, JSON),),
        module=Raises("TaskError", "nested too deeply"),
    ),
    Fault(
        "2,000 deep",
        "nests 2,000 lists",
        Handled(),
        1,
        "Read, or an error: as deep as this Python can.",
        (answer(200, b"[" * 2000 + b"]" * 2000, JSON),),
    ),
    Fault(
        "100,000 deep",
        "nests 100,000 lists",
        Raises("TooDeepError", "nested too deeply"),
        1,
        "An error, not the end of the process.",
        (answer(200, _DEEP, JSON),),
        module=Raises("TaskError", "nested too deeply"),
    ),
    Fault(
        "an endless number",
        "answers a number of 5,000 digits",
        Raises("SerializationError", "not JSON"),
        1,
        "An error of the same kind.",
        (answer(200, b"1" * 5000, JSON),),
        module=Value("1" * 5000),
    ),
    Fault(
        "not UTF-8",
        "answers JSON with a byte that is not UTF-8",
        Raises("SerializationError", "not utf-8 at byte 7"),
        1,
        "An error that says where.",
        (answer(200, b'{"a": "\xff"}', JSON),),
        module=Value('{"a": "\ufffd"}'),
    ),
    Fault(
        "not UTF-8, as text",
        "the same, read as text",
        Value('{"a": "\ufffd"}'),
        1,
        "What cannot be decoded becomes U+FFFD.",
        (answer(200, b'{"a": "\xff"}', JSON),),
        {"text": True},
    ),
    Fault(
        "Latin-1 JSON",
        "names another charset, and means it",
        Value({"a": "\xe4"}),
        1,
        "Read as the header says, since it is not UTF-8.",
        (answer(200, b'{"a": "\xe4"}', "Content-Type: application/json; charset=latin-1"),),
    ),
    Fault(
        "a wrong charset",
        "names another charset than it uses",
        Value({"a": "\xe4"}),
        1,
        "JSON is UTF-8 whatever the header says.",
        (answer(200, '{"a": "\xe4"}'.encode(), "Content-Type: application/json; charset=latin-1"),),
    ),
    Fault(
        "an unknown charset",
        "names a charset that does not exist",
        Value("h\xe4"),
        1,
        "Text is read as UTF-8.",
        (answer(200, "h\xe4".encode(), "Content-Type: text/plain; charset=klingon"),),
        {"text": True},
    ),
    Fault(
        "a charset that is no text",
        "names `base64`",
        Value("aGk="),
        1,
        "Text is read as UTF-8.",
        (answer(200, b"aGk=", "Content-Type: text/plain; charset=base64"),),
        {"text": True},
    ),
    Fault(
        "a byte order mark",
        "begins JSON with a mark",
        Value(OK),
        1,
        "Passed over.",
        (answer(200, b"\xef\xbb\xbf" + BODY, JSON),),
    ),
    Fault(
        "UTF-16",
        "answers JSON as UTF-16",
        Value(OK),
        1,
        "Recognised.",
        (answer(200, BODY.decode().encode("utf-16"), JSON),),
    ),
    Fault(
        "an error that repeats the token",
        "answers 500 with the request's own credentials",
        Raises("HTTPStatusError", "500 Internal Server Error"),
        1,
        "Secrets are masked even if the server repeats them.",
        (
            as_json(
                {
                    "message": f"bad token {TOKEN}-1",
                    "line": f"Authorization: Bearer {TOKEN}-1",
                },
                status=500,
            ),
        ),
    ),
    Fault(
        "an error of many lines",
        "answers 500 with a long text",
        Raises("HTTPStatusError", "500 Internal Server Error: one two"),
        1,
        "One line, 300 characters of the server's words, nothing that moves a cursor.",
        (answer(500, b"one\r\ntwo\x00\x1b[31m\nthree\n" * 200, "Content-Type: text/plain"),),
    ),
)

# Slowness

_ONE_TRY = {"retry": 1, "timeout": LATE}
_BOUND = "`timeout` bounds the whole attempt, whatever arrives in that time."
_NO_ANSWER = Raises("RequestError", "{late:g} s; raise 'timeout' if the server needs longer")
_NO_CONNECTION = Raises(
    "RequestError",
    "no connection within {late:g} s; check host, port and firewalls, or raise 'timeout'",
)

_SLOW = (
    Fault(
        "silence",
        "reads the request, says nothing, once",
        Value(OK),
        2,
        "Each attempt is bounded by `timeout`; a GET is sent again.",
        (raw(b"", HOLD),),
        {"retry": RETRY, "timeout": LATE},
    ),
    Fault(
        "silence, POST",
        "accepts, reads, says nothing",
        _NO_ANSWER,
        1,
        NOT_REPEATED,
        lasting(raw(b"", HOLD)),
        {**POST, "timeout": LATE},
    ),
    Fault(
        "silence in the body",
        "stops in the middle",
        _NO_ANSWER,
        1,
        _BOUND,
        lasting(raw(WHOLE_ANSWER[:-12], HOLD)),
        _ONE_TRY,
    ),
    Fault(
        "dripping headers",
        "sends a byte every 0.1 s",
        _NO_ANSWER,
        1,
        _BOUND,
        lasting(raw(WHOLE_ANSWER, HOLD, every=0.1)),
        _ONE_TRY,
    ),
    Fault(
        "dripping body",
        "sends a byte every 0.1 s after the headers",
        _NO_ANSWER,
        1,
        _BOUND,
        lasting(
            raw(
                HEADLESS + b"Content-Length: 100000\r\n\r\n" + b" " * 99_000,
                HOLD,
                every=0.1,
                piece=100,
            )
        ),
        _ONE_TRY,
    ),
    Fault(
        "dripping chunks",
        "sends a chunk every 0.1 s for ever",
        _NO_ANSWER,
        1,
        _BOUND,
        lasting(
            raw(
                HEADLESS + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n0\r\n" * 1000,
                HOLD,
                every=0.1,
                piece=78,
            )
        ),
        _ONE_TRY,
    ),
    Fault(
        "early hints for ever",
        "sends a 103 every 0.1 s",
        _NO_ANSWER,
        1,
        _BOUND,
        lasting(raw(b"HTTP/1.1 103 Hint\r\n\r\n" * 1000, HOLD, every=0.1, piece=21)),
        _ONE_TRY,
    ),
    Fault(
        "silence in the TLS handshake",
        "accepts and says nothing",
        _NO_CONNECTION,
        1,
        "Nothing was sent; bounded like everything else.",
        lasting(raw(b"", HOLD, ACCEPT)),
        _ONE_TRY,
        tls=True,
    ),
    Fault(
        "dripping TLS handshake",
        "sends a byte of it every 0.1 s",
        _NO_CONNECTION,
        1,
        "Nothing was sent; bounded like everything else.",
        lasting(
            raw(
                b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + b"\x00" * 1000,
                HOLD,
                ACCEPT,
                every=0.1,
            )
        ),
        _ONE_TRY,
        tls=True,
    ),
)

# Redirects


def _redirect(location: str, status: int = 302) -> Step:
    return answer(status, b"", f"Location: {location}")


_STAYS = (
    "It is not followed: credentials stay with their server, which is the only one that "
    "hears of them."
)

_REDIRECTS = (
    Fault(
        "a redirect to another server",
        "points a GET to another server",
        Raises(
            "HTTPStatusError",
            "it points to 'http://127.0.0.1:{elsewhere}/steal', which is not followed from here",
        ),
        1,
        _STAYS,
        (_redirect("http://127.0.0.1:{elsewhere}/steal"),),
    ),
    Fault(
        "a redirect to another server, no scheme",
        "points to `//other/`",
        Raises("HTTPStatusError", "which is not followed from here"),
        1,
        _STAYS,
        (_redirect("//127.0.0.1:{elsewhere}/steal"),),
    ),
    Fault(
        "a redirect with a user in it",
        "points to itself with another user",
        Raises("HTTPStatusError", "which is not followed from here"),
        1,
        _STAYS,
        (_redirect("http://eve:pw@127.0.0.1:{port}/thing2"),),
    ),
    Fault(
        "a redirect with the token in it",
        "points elsewhere with the token as a parameter",
        Raises("HTTPStatusError", "which is not followed from here"),
        1,
        "Not followed, and not shown.",
        (_redirect(f"http://127.0.0.1:{{elsewhere}}/?token={TOKEN}-1"),),
    ),
    Fault(
        "a redirect to a file",
        "points to `file:///etc/passwd`",
        Raises("HTTPStatusError", "'file:///etc/passwd', which is not followed from here"),
        1,
        _STAYS,
        (_redirect("file:///etc/passwd"),),
    ),
    Fault(
        "a redirect to https",
        "points to https on the same name",
        Raises("HTTPStatusError", "check host, port, TLS and the path"),
        1,
        "Another scheme is another origin; the error says what to change.",
        (_redirect("https://127.0.0.1/thing"),),
    ),
    Fault(
        "a redirect that is no URL",
        "points to `http://[::1`",
        Raises("HTTPStatusError", "which is not followed from here"),
        1,
        "An error, not a crash.",
        (_redirect("http://[::1"),),
    ),
    Fault(
        "a redirect to nowhere",
        "sends no `Location`",
        Raises("HTTPStatusError", "302 Found"),
        1,
        "An error, not a crash.",
        (answer(302),),
    ),
    Fault(
        "a relative redirect",
        "points to `/there`",
        Value({"ok": True, "path": "/there"}),
        2,
        "GET and HEAD follow redirects within their server.",
        (_redirect("/there"),),
    ),
    Fault(
        "a circle of redirects",
        "points from /a to /b and back",
        Raises("HTTPStatusError", "302 Found"),
        6,
        "Five redirects at most.",
        (_redirect("/b"), _redirect("/a")) * 9,
    ),
    Fault(
        "a redirect to itself",
        "points to where it came from",
        Raises("HTTPStatusError", "302 Found"),
        1,
        "Not followed.",
        lasting(_redirect("/thing")),
    ),
    Fault(
        "a redirect of a POST",
        "answers 307",
        Raises("HTTPStatusError", "307 Temporary Redirect"),
        1,
        "What writes is never redirected.",
        lasting(_redirect("/there", 307)),
        POST,
    ),
    Fault(
        "a redirect of a DELETE",
        "answers 308",
        Raises("HTTPStatusError", "308 Permanent Redirect"),
        1,
        "What writes is never redirected.",
        lasting(_redirect("/there", 308)),
        {"method": "DELETE"},
    ),
    Fault(
        "a redirect to a login page",
        "points to a page of HTML, as single sign-on does",
        Raises(
            "SerializationError", f"text/html, not JSON: Expecting value at character 0; {TRUST}"
        ),
        2,
        "The page is not taken for a response.",
        (_redirect("/sign-in"), answer(200, b"<html>Sign in</html>", "Content-Type: text/html")),
        module=Value("<html>Sign in</html>"),
    ),
)

# Statuses


def _busy(status: int, after: str | None = None) -> Step:
    return answer(status, b"", *([f"Retry-After: {after}"] if after is not None else []))


_GATE = Raises("RequestError", "the server throttles this client for another")
_PAST = "Wed, 21 Oct 2015 07:28:00 GMT"

_STATUSES = (
    *(
        Fault(f"{status}", f"answers {status}, once", Value(OK), 2, REPEATED, (_busy(status),))
        for status in (429, 502, 503, 504)
    ),
    *(
        Fault(
            f"{status} for ever",
            f"answers {status}",
            Raises("HTTPStatusError", f"{status} {phrase} (after 3 attempts)"),
            3,
            "`max_tries` bounds the attempts; the error counts them and says what to do.",
            lasting(_busy(status)),
        )
        for status, phrase in (
            (429, "Too Many Requests"),
            (502, "Bad Gateway"),
            (503, "Service Unavailable"),
            (504, "Gateway Timeout"),
        )
    ),
    *(
        Fault(
            f"{status}, POST",
            f"answers {status}",
            Raises("HTTPStatusError", str(status)),
            1,
            (
                "Without `Retry-After` nothing says that the POST was not carried out: it is "
                "not sent again."
            ),
            lasting(_busy(status)),
            POST,
        )
        for status in (429, 502, 503, 504)
    ),
    *(
        Fault(
            f"{status} with Retry-After, {method}",
            f"answers {status} with `Retry-After: 0`, once",
            Value(OK),
            2,
            "The server says that it refused and when to come back: every method is sent again.",
            (_busy(status, "0"),),
            {"method": method, "json": {"id": "1"}},
            applied=1,
        )
        for status in (429, 503)
        for method in ("POST", "PATCH")
    ),
    Fault(
        "502 with Retry-After, POST",
        "answers 502 with `Retry-After`",
        Raises("HTTPStatusError", "502 Bad Gateway"),
        1,
        "A proxy's 502 does not say whether the server carried it out.",
        lasting(_busy(502, "0")),
        POST,
    ),
    Fault(
        "429 with a date",
        "gives `Retry-After` as an HTTP date that has passed",
        Value(OK),
        2,
        "Dates are read.",
        (_busy(429, _PAST),),
        POST,
    ),
    Fault(
        "429 with a garbled Retry-After",
        "sends `Retry-After: soon`",
        Value(OK),
        2,
        "As if it were not there.",
        (_busy(429, "soon"),),
    ),
    Fault(
        "429 with a garbled Retry-After, POST",
        "sends `Retry-After: soon`",
        Raises("HTTPStatusError", "429 Too Many Requests"),
        1,
        "As if it were not there.",
        lasting(_busy(429, "soon")),
        POST,
    ),
    Fault(
        "429 with a negative Retry-After",
        "sends `Retry-After: -5`",
        Value(OK),
        2,
        "As if it were not there.",
        (_busy(429, "-5"),),
    ),
    Fault(
        "429 with a huge Retry-After",
        "sends `Retry-After: 99999`",
        Raises(
            "HTTPStatusError",
            (
                "429 Too Many Requests; the server throttles; call less often, or allow more "
                "time with 'retry'"
            ),
        ),
        1,
        "Longer than the call may take: an error at once, and so is every further call until then.",
        lasting(_busy(429, "99999")),
        after=_GATE,
    ),
    Fault(
        "503 with a huge Retry-After",
        "sends `Retry-After: 99999999999999999999`",
        Raises("HTTPStatusError", "503 Service Unavailable"),
        1,
        "Longer than the call may take: an error at once.",
        lasting(_busy(503, "99999999999999999999")),
    ),
    Fault(
        "429 with Retry-After: 0 for ever",
        "throttles and says that one need not wait",
        Raises("HTTPStatusError", "429 Too Many Requests (after 3 attempts)"),
        3,
        "Not waiting costs a try: the client does not hammer.",
        lasting(_busy(429, "0"), 10_000),
        {"retry": {"max_tries": 3, "wait": 0.01, "max_time": 1}, "timeout": 1},
    ),
    Fault(
        "500",
        "answers 500",
        Raises("HTTPStatusError", "500 Internal Server Error; see the server's log"),
        1,
        "500 is not repeated unless `retry` names it.",
        lasting(_busy(500)),
    ),
    Fault(
        "500, wanted",
        "answers 500, once",
        Value(OK),
        2,
        "`retry: {statuses: [500]}` repeats it.",
        (_busy(500),),
        {"retry": {**RETRY, "statuses": [500]}},
    ),
    Fault(
        "403",
        "answers 403",
        Raises("HTTPStatusError", "403 Forbidden; the account has no role for this"),
        1,
        "No new login: the session is good, the account is not.",
        lasting(_busy(403)),
    ),
    Fault(
        "404",
        "answers 404",
        Raises("HTTPStatusError", "404 Not Found; check the path, and the names in it"),
        1,
        "An error at once.",
        lasting(_busy(404)),
    ),
    Fault(
        "407",
        "answers 407",
        Raises("HTTPStatusError", "407 Proxy Authentication Required"),
        1,
        "An error at once; the credentials are not shown to it.",
        lasting(_busy(407)),
    ),
    Fault(
        "409",
        "answers 409",
        Raises("HTTPStatusError", "409 Conflict; it exists already or has changed in the meantime"),
        1,
        "An error at once.",
        lasting(_busy(409)),
        POST,
    ),
    Fault(
        "412 to a repeated PUT",
        "carries a conditional PUT out, closes; then 412, since it was carried out",
        Value({"a": 1}),
        3,
        (
            "A 412 to a repeated conditional PUT is looked into: where our content is there, "
            "it is success."
        ),
        (Step(Say(b"", CLOSE), applies=True), answer(412), as_json({"a": 1})),
        {"method": "PUT", "json": {"a": 1}, "headers": {"If-Match": '"1"'}},
    ),
)

# Sessions

_USER = {"user": "ada", "password": "correct horse battery"}
_KEPT_30 = (
    "One login; the refusal answers all further calls for 30 s, so that no account is locked."
)


async def _login_well(wire: Any) -> str:
    await wire.send(
        message(
            200,
            json.dumps({"access_token": f"{TOKEN}-1", "expires_in": 3600}).encode(),
            JSON,
            "Connection: close",
        )
    )
    return CLOSE


def _refused(
    name: str,
    does: str,
    step: Step,
    text: str,
    promise: str = _KEPT_30,
    client: Mapping[str, Any] | None = None,
) -> Fault:
    expected = Raises("AuthenticationError", text)
    return Fault(
        name,
        does,
        expected,
        0,
        promise,
        client=client or {},
        server={"logins": (step,) * 9},
        after=expected,
    )


_SESSIONS = (
    Fault(
        "401 once",
        "answers 401",
        Value(OK),
        2,
        "One new login, and the call again.",
        (_busy(401),),
        logins=2,
    ),
    Fault(
        "401 once, POST",
        "answers 401",
        Value(OK),
        2,
        "A 401 says that it was not carried out: a POST is sent again too.",
        (_busy(401),),
        POST,
        logins=2,
        applied=1,
    ),
    Fault(
        "401 for ever",
        "answers 401",
        Raises(
            "AuthenticationError",
            "401 Unauthorized (after 2 attempts); a new login was accepted, but its session is not",
        ),
        2,
        "One new login, not more.",
        lasting(_busy(401)),
        logins=2,
    ),
    Fault(
        "401, then the login is refused",
        "answers 401, and 401 to the login",
        Raises("AuthenticationError", "401 Unauthorized; check 'client_id' and 'client_secret'"),
        1,
        "The login's own error.",
        (_busy(401),),
        server={"logins": (Step(_login_well), *(_busy(401),) * 9)},
        logins=2,
        after=Raises("AuthenticationError", "check 'client_id' and 'client_secret'"),
    ),
    _refused(
        "login: 401",
        "refuses the password",
        _busy(401),
        "401 Unauthorized; check 'user' and 'password'",
        client=_USER,
    ),
    _refused(
        "login: 403",
        "refuses the service account",
        _busy(403),
        "403 Forbidden; check 'client_id' and 'client_secret'",
    ),
    _refused(
        "login: a page of HTML",
        "answers 200 with a page",
        answer(200, b"<html>Welcome</html>", "Content-Type: text/html"),
        "answered 200 (text/html, 20 bytes) without a token; check host, port and product",
    ),
    _refused(
        "login: no token", "answers JSON without a token", as_json({"ok": True}), "without a token"
    ),
    _refused("login: empty", "answers 200 without a body", answer(200), "without a token"),
    _refused(
        "login: a token that is no text",
        "answers a number as token",
        as_json({"access_token": 12345678}),
        "without a token",
    ),
    _refused(
        "login: a token with a line break",
        "answers a token that would forge a header",
        as_json({"access_token": f"{TOKEN}\r\nX-Forged: yes"}),
        "without a token",
    ),
    _refused(
        "login: redirect",
        "points the login elsewhere",
        _redirect("http://127.0.0.1:{elsewhere}/steal"),
        "302 Found",
    ),
    Fault(
        "login: 500",
        "answers 500, which the Platform documents for a refused login",
        Raises(
            "AuthenticationError",
            "500 Internal Server Error; check 'client_id' and 'client_secret'",
        ),
        0,
        _KEPT_30,
        server={"logins": (_busy(500),) * 9},
        after=Raises(
            "AuthenticationError",
            "500 Internal Server Error; check 'client_id' and 'client_secret'",
        ),
    ),
    Fault(
        "login: 503 with Retry-After",
        "answers 503 with `Retry-After: 0`, once",
        Value(OK),
        1,
        "A login is repeated: to ask for a token twice is harmless.",
        server={"logins": (_busy(503, "0"),)},
        logins=2,
    ),
    Fault(
        "login: 502",
        "answers 502, once",
        Value(OK),
        1,
        "A login is repeated: to ask for a token twice is harmless.",
        server={"logins": (_busy(502),)},
        logins=2,
    ),
    Fault(
        "login: 503",
        "answers 503",
        Raises(
            "HTTPStatusError",
            "503 Service Unavailable (after 3 attempts); the server is not ready; try again later",
        ),
        0,
        "The server's failure: not taken for a refusal, the next call logs in.",
        server={"logins": (_busy(503),) * 3},
        logins=3,
    ),
    Fault(
        "login: 404",
        "answers 404",
        Raises("HTTPStatusError", "404 Not Found; check host, port and product"),
        0,
        "Not taken for a refusal, the next call logs in.",
        server={"logins": (_busy(404),)},
    ),
    Fault(
        "login: closed",
        "closes instead of answering",
        Raises("RequestError", BROKE),
        0,
        "The next call logs in.",
        server={"logins": (raw(b""),)},
    ),
    Fault(
        "login: silence",
        "says nothing",
        Raises("RequestError", "no response within"),
        0,
        "Bounded by `timeout`; the next call logs in.",
        call={"retry": 1},
        client={"timeout": LATE},
        server={"logins": (raw(b"", HOLD),)},
    ),
    Fault(
        "login: a forged cookie",
        "sets cookies with line breaks, folds and control characters",
        Value(OK),
        1,
        "Only what is plainly a cookie is sent back.",
        client=_USER,
        server={
            "logins": (
                raw(
                    message(
                        200,
                        json.dumps({"token": f"{TOKEN}-9"}).encode(),
                        JSON,
                        "Set-Cookie: token=abc\r\n X-Forged: yes",
                        "Set-Cookie: b=c\x01d",
                        "Set-Cookie: good=yes; Path=/",
                        "Connection: close",
                    )
                ),
            )
        },
        never=("x-forged", "\x01"),
    ),
    Fault(
        "login: cookie removed",
        "sets a cookie and removes it",
        Value(OK),
        1,
        "A removed cookie is not sent.",
        client=_USER,
        server={
            "logins": (
                raw(
                    message(
                        200,
                        json.dumps({"token": f"{TOKEN}-9"}).encode(),
                        JSON,
                        "Set-Cookie: gone=never; Max-Age=0",
                        "Connection: close",
                    )
                ),
            )
        },
        never=("gone=never",),
    ),
)


# Pages

_A, _B, _C = ([{"name": f"{letter}{number}"} for number in range(3)] for letter in "abc")
_ALIKE = [{"status": "complete"}] * 3
_PAGED = {"path": "/operations-manager/jobs", "pages": {"style": "data", "page_size": 3}}


def _page(records: list[Any], total: int | None = None) -> Step:
    return as_json(
        {"message": "", "data": records, "metadata": {} if total is None else {"total": total}}
    )


_PAGES = (
    Fault(
        "the same page for ever",
        "ignores the offset",
        Raises(
            "ClientError",
            (
                "the server gave the same page twice, so it does not page this list; use "
                "paginate: none"
            ),
        ),
        3,
        "A page that comes again is checked with one beyond the end, and paging ends.",
        lasting(_page(_A, 1000)),
        _PAGED,
    ),
    Fault(
        "two pages in turn for ever",
        "answers page A, B, A, B, ...",
        Raises("ClientError", "the server gave the same page twice"),
        4,
        "The same.",
        (_page(_A, 1000), _page(_B, 1000)) * 20,
        _PAGED,
    ),
    Fault(
        "a total that is too high",
        "says 1,000 and has 6",
        Value([*_A, *_B]),
        3,
        "Paging ends at an empty page.",
        (_page(_A, 1000), _page(_B, 1000), _page([], 1000)),
        _PAGED,
    ),
    Fault(
        "a total that is no number",
        'says `"many"`',
        Value([*_A, *_B]),
        3,
        "Paging ends at an empty page.",
        (
            as_json({"data": _A, "metadata": {"total": "many"}}),
            as_json({"data": _B, "metadata": {"total": "many"}}),
            as_json({"data": []}),
        ),
        _PAGED,
    ),
    Fault(
        "a list that shrinks",
        "deletes two records of the first page after it was read",
        Value([*_A, *_B]),
        3,
        "The total tells: what moved is read again, and no record is missed.",
        (_page(_A, 6), _page(_B[2:], 4), _page(_B, 4)),
        _PAGED,
    ),
    Fault(
        "pages that look alike",
        "has 6 records that are equal",
        Value(_ALIKE * 2),
        3,
        "A page beyond the end is empty, so the server pages: the list is read whole.",
        (_page(_ALIKE, 6), _page(_ALIKE, 6), _page([], 6)),
        _PAGED,
    ),
    Fault(
        "a list that is not paged",
        "ignores the offset, and gives no total",
        Value(_A),
        3,
        "The list ends where it comes again.",
        lasting(_page(_A)),
        _PAGED,
    ),
    Fault(
        "a page that is none",
        "answers the second page with an object",
        Raises("ClientError", "is not a list that can be paged"),
        2,
        "An error that names the call.",
        (_page(_A, 9), as_json({"oops": 1})),
        _PAGED,
    ),
    Fault(
        "a page that is HTML",
        "answers the second page with HTML",
        Raises("SerializationError", "text/html"),
        2,
        "An error that names the call.",
        (_page(_A, 9), answer(200, b"<html>", "Content-Type: text/html")),
        _PAGED,
    ),
    Fault(
        "a page that breaks",
        "closes in the second page, once",
        Value([*_A, *_B]),
        3,
        "The page alone is asked for again.",
        (_page(_A, 6), raw(b""), _page(_B, 6)),
        _PAGED,
    ),
)

# TLS and proxies


def _tls(
    name: str,
    does: str,
    step: Step,
    text: str,
    promise: str,
    client: Mapping[str, Any] | None = None,
    attempts: int = 1,
) -> Fault:
    return Fault(
        name,
        does,
        Raises("RequestError", text),
        attempts,
        promise,
        lasting(step),
        client=client or {},
        server={"early": True},
        logins=0,
        tls=True,
    )


def _shown(certificate: str) -> Step:
    return Step(Handshake(certificate), ACCEPT)


_ALERT = b"\x15\x03\x01\x00\x02\x02"
_NO_TUNNEL = "(from 'proxy'): the connection to it broke (RemoteProtocolError); correct 'proxy'"
_AT_ONCE = "An error at once: another attempt would not help. Nothing was sent."

_TLS = (
    _tls(
        "an expired certificate",
        "shows a certificate of 2020",
        _shown("expired"),
        "its certificate has expired; renew it on the server",
        _AT_ONCE,
    ),
    _tls(
        "a certificate for another name",
        "shows a certificate of other.example",
        _shown("another name"),
        "its certificate is for another name; check the host",
        _AT_ONCE,
    ),
    _tls(
        "an unknown authority",
        "shows a certificate of an unknown authority",
        _shown("another authority"),
        (
            "its certificate is not trusted; give its authority with 'ca_path', or turn "
            "'verify' off for a test"
        ),
        _AT_ONCE,
    ),
    _tls(
        "TLS 1.1 only",
        "refuses TLS 1.2 and 1.3",
        Step(Say(_ALERT + b"\x46", heard=True), ACCEPT),
        "it offers no TLS version from 1.2 on; update the server",
        _AT_ONCE,
    ),
    _tls(
        "a handshake refused",
        "answers with the alert handshake_failure",
        Step(Say(_ALERT + b"\x28", heard=True), ACCEPT),
        "it refused the TLS handshake; it may require 'client_cert' and 'client_key'",
        _AT_ONCE,
    ),
    _tls(
        "a client certificate wanted, TLS 1.2",
        "asks for a certificate",
        _shown("asks for one, TLS 1.2"),
        "it refused the TLS handshake; it may require 'client_cert' and 'client_key'",
        _AT_ONCE,
    ),
    _tls(
        "a client certificate wanted, TLS 1.3",
        "asks for a certificate, and complains after the handshake",
        _shown("asks for one"),
        "it refused the TLS handshake; it may require 'client_cert' and 'client_key'",
        "The same, though the complaint comes later.",
    ),
    _tls(
        "plain HTTP on a TLS port",
        "answers the handshake with HTTP",
        Step(
            Say(message(400, b"The plain HTTP request was sent to HTTPS port"), heard=True), ACCEPT
        ),
        "it does not speak TLS there; check the port, or connect without TLS ('use_tls')",
        _AT_ONCE,
    ),
    _tls(
        "garbage in the handshake",
        "answers the handshake with random bytes",
        Step(Say(bytes(range(128, 256)), heard=True), ACCEPT),
        "",
        "Nothing was sent.",
    ),
    _tls(
        "closed in the handshake",
        "closes when the handshake begins",
        Step(Say(b"", heard=True), ACCEPT),
        "(after 3 attempts)",
        "Nothing was sent: tried again.",
        attempts=3,
    ),
    _tls(
        "reset in the handshake",
        "resets when the handshake begins",
        Step(Say(b"", RESET, heard=True), ACCEPT),
        "(after 3 attempts)",
        "Nothing was sent: tried again.",
        attempts=3,
    ),
    *(
        fault
        for name, does, step in (
            (
                "TLS broken in the body",
                "resets in the middle of an encrypted response",
                Step(Handshake("good", WHOLE_ANSWER[:-12], then=RESET), ACCEPT),
            ),
            (
                "TLS closed in the body",
                "closes in the middle, without the goodbye of TLS",
                Step(Handshake("good", WHOLE_ANSWER[:-12], then=CLOSE), ACCEPT),
            ),
            (
                "a damaged TLS record",
                "sends garbage in place of an encrypted response",
                Step(Handshake("good", bare=bytes(range(128, 256))), ACCEPT),
            ),
            (
                "a TLS alert",
                "sends the alert internal_error in place of a response",
                Step(Handshake("good", bare=_ALERT + b"\x50"), ACCEPT),
            ),
        )
        for fault in (
            Fault(name, f"{does}, once", Value(OK), 2, REPEATED, (step,), tls=True),
            Fault(
                f"{name}, POST",
                does,
                Raises("RequestError", BROKE),
                1,
                NOT_REPEATED,
                lasting(step),
                POST,
                tls=True,
            ),
        )
    ),
    *(
        Fault(
            f"proxy: {name}",
            f"as a proxy, {does}",
            Raises("RequestError", text),
            3,
            "Nothing was sent: tried again. The error names 'proxy'.",
            lasting(step),
            logins=0,
            server={"early": True},
            after=Raises("RequestError", text),
            heals=False,
            proxied=True,
        )
        for name, does, step, text in (
            (
                "407",
                "wants credentials of its own",
                Step(Say(message(407, b"", "Proxy-Authenticate: Basic"), heard=True), ACCEPT),
                (
                    "(from 'proxy'): it refused with status 407; check its user and password "
                    "and whether it may reach the server (after 3 attempts)"
                ),
            ),
            (
                "502",
                "cannot reach the server",
                Step(Say(message(502), heard=True), ACCEPT),
                "(from 'proxy'): it refused with status 502",
            ),
        )
    ),
    *(
        Fault(
            f"proxy: {name}",
            f"as a proxy, {does}",
            Raises("RequestError", text),
            3,
            "Nothing reached the server: tried again. The error names 'proxy'.",
            lasting(step),
            logins=0,
            server={"early": True},
            after=Raises("RequestError", text),
            heals=False,
            proxied=True,
        )
        for name, does, step, text in (
            (
                "closed",
                "closes instead of answering",
                Step(Say(b"", heard=True), ACCEPT),
                _NO_TUNNEL,
            ),
            (
                "garbage",
                "answers what is not HTTP",
                Step(Say(b"\x05\x00\x05\x00", heard=True), ACCEPT),
                _NO_TUNNEL,
            ),
        )
    ),
)

FAULTS: tuple[Fault, ...] = (
    *_broken(),
    *_CONNECTION,
    *_KEPT,
    *_ODD,
    *_BODIES,
    *_SLOW,
    *_REDIRECTS,
    *_STATUSES,
    *_SESSIONS,
    *_PAGES,
    *_TLS,
)
