# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that breaks as its script says.

It speaks HTTP byte by byte over plain sockets, so that it can say what no HTTP library would. What
it does wrong is a script of steps; when the script is used up, it is a healthy server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import pathlib
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import trustme

if TYPE_CHECKING:
    from typing_extensions import Self

LOGINS = ("/oauth/token", "/login")
TOKEN = "t0p-s3cret-session-token"
PATIENCE = 12.0
"""Seconds after which a fault that holds a connection lets go, so that no test hangs."""

ACCEPT, HEAD, WHOLE = "accept", "head", "whole"
"""The part of a request that the server reads before a step: nothing, the head, all of it."""
KEEP, CLOSE, RESET, HOLD = "keep", "close", "reset", "hold"
"""The state of the connection after a step: kept open for the next request, closed, reset, kept
open in silence."""

T = TypeVar("T")


class Request(NamedTuple):
    """The complete request of a client."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Step(NamedTuple):
    """One thing that the server does to one attempt.

    Attributes:
        act: Writes what is to be written; gives one of `KEEP`, `CLOSE`, `RESET`, `HOLD`.
        when: The part of the request that the server reads before.
        applies: `True` if the server carries the request out before it acts, if it has read all of
            the request.
        counts: `True` if it is an attempt of the call, `False` if the call does not notice it.
    """

    act: Callable[[Wire], Awaitable[str]]
    when: str = WHOLE
    applies: bool = False
    counts: bool = True


class Wire:
    """One accepted connection."""

    def __init__(
        self,
        sock: socket.socket,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        certificates: Certificates | None,
    ) -> None:
        self.certificates = certificates
        self.sock = sock
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes, every: float = 0.0, piece: int = 1) -> None:
        """Write, all at once or in pieces with a pause before each."""
        if not every:
            self.writer.write(data)
            await self.writer.drain()
            return
        for start in range(0, len(data), piece):
            if self.writer.is_closing() or self.reader.at_eof():
                return
            self.writer.write(data[start : start + piece])
            await self.writer.drain()
            await asyncio.sleep(every)

    async def request(
        self, headed: Callable[[], Step | None]
    ) -> tuple[Request | None, Step | None]:
        """Return a request, and the step if one comes before its body.

        The request is `None` if the client has closed the connection.
        """
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
            line, *fields = head.decode("latin-1").split("\r\n")[:-2]
            method, target, dummy = line.split(" ")
            headers = {
                name.lower(): value.strip()
                for name, dummy, value in (field.partition(":") for field in fields)
            }
            step = (
                headed() if method != "CONNECT" and target.partition("?")[0] not in LOGINS else None
            )
            body = (
                b""
                if step
                else await self.reader.readexactly(int(headers.get("content-length", 0)))
            )
        except (asyncio.IncompleteReadError, ConnectionError):
            return None, None
        return Request(method, target, headers, body), step

    async def end(self, how: str) -> None:
        if how == HOLD:
            with contextlib.suppress(asyncio.TimeoutError, ConnectionError):
                await asyncio.wait_for(self._until_gone(), PATIENCE)
        if how in (RESET, HOLD):
            with contextlib.suppress(OSError):
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
        else:
            self.writer.close()
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            await asyncio.wait_for(self.writer.wait_closed(), 1)

    async def _until_gone(self) -> None:
        while await self.reader.read(65536):
            pass


# What a step may do


class Say:
    """Writes bytes.

    Args:
        data: The bytes.
        then: The state of the connection afterwards.
        every: Seconds to wait before each piece; 0 for all at once.
        piece: Bytes in a piece.
        heard: Wait for the client's first bytes before, which need not be HTTP.
    """

    def __init__(
        self,
        data: bytes,
        then: str = CLOSE,
        every: float = 0.0,
        piece: int = 1,
        heard: bool = False,
    ) -> None:
        self.data = data
        self.then = then
        self.every = every
        self.piece = piece
        self.heard = heard

    async def __call__(self, wire: Wire) -> str:
        if self.heard:
            await wire.reader.read(65536)
        await wire.send(self.data, self.every, self.piece)
        return self.then

    def filled(self, texts: Mapping[str, str]) -> Say:
        """Return the same with marks replaced that stand for what was not known before."""
        data = self.data
        for mark, text in texts.items():
            data = data.replace(mark.encode(), text.encode())
        return Say(data, self.then, self.every, self.piece, self.heard)


class Handshake:
    """Makes a TLS handshake with a certificate.

    If the handshake fails, it sends the alert, which asyncio does not do.

    Args:
        name: Names one of `Certificates`.
        says: The response that follows, encrypted.
        bare: The bytes that follow without encryption.
        then: The state of the connection afterwards.
    """

    def __init__(self, name: str, says: bytes = b"", bare: bytes = b"", then: str = HOLD) -> None:
        self.name = name
        self.says = says
        self.bare = bare
        self.then = then

    async def __call__(self, wire: Wire) -> str:
        assert wire.certificates is not None
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = wire.certificates.contexts[self.name].wrap_bio(incoming, outgoing, server_side=True)
        done = heard = False
        while not heard:
            try:
                if not done:
                    tls.do_handshake()
                    done = True
                heard = bool(tls.read(65536))
            except ssl.SSLWantReadError:
                await wire.send(outgoing.read())
                data = await wire.reader.read(65536)
                if not data:
                    return CLOSE
                incoming.write(data)
            except ssl.SSLError:
                await wire.send(outgoing.read())
                return HOLD
        tls.write(self.says)
        await wire.send(outgoing.read() + self.bare)
        return self.then


def message(
    status: int, body: bytes = b"", *fields: str, phrase: str = "Said", length: bool = True
) -> bytes:
    """Return a well-formed response."""
    lines = [
        f"HTTP/1.1 {status} {phrase}",
        *fields,
        *([f"Content-Length: {len(body)}"] if length else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def answer(
    status: int,
    body: bytes = b"",
    *fields: str,
    then: str = KEEP,
    applies: bool = False,
    phrase: str = "Said",
) -> Step:
    """Return the step that gives a well-formed response."""
    return Step(Say(message(status, body, *fields, phrase=phrase), then), applies=applies)


def as_json(value: Any, *fields: str, status: int = 200) -> Step:
    """Return the step that gives a JSON response."""
    return answer(status, json.dumps(value).encode(), "Content-Type: application/json", *fields)


# The server


class LoopThread:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        # A broken connection is what this server is for: asyncio need not report it.
        self.loop.set_exception_handler(lambda dummy_loop, dummy_context: None)
        self.thread = threading.Thread(
            target=self.loop.run_forever, name="fault server", daemon=True
        )

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *dummy: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


class Certificates:
    """Server-side TLS contexts by name, and the authority that clients are given as a file."""

    def __init__(self, folder: pathlib.Path) -> None:
        ours, other = trustme.CA(), trustme.CA()
        self.ca = folder / "ca.pem"
        self.client = folder / "client.pem"
        ours.cert_pem.write_to_path(str(self.ca))
        ours.issue_cert("client@example").private_key_and_cert_chain_pem.write_to_path(
            str(self.client)
        )
        past = datetime(2020, 1, 1, tzinfo=timezone.utc)
        self.contexts = {
            "good": _context(ours.issue_cert("127.0.0.1")),
            "expired": _context(ours.issue_cert("127.0.0.1", not_after=past)),
            "another name": _context(ours.issue_cert("other.example")),
            "another authority": _context(other.issue_cert("127.0.0.1")),
            "asks for one": _context(ours.issue_cert("127.0.0.1")),
            "asks for one, TLS 1.2": _context(ours.issue_cert("127.0.0.1")),
        }
        self.contexts["asks for one, TLS 1.2"].maximum_version = ssl.TLSVersion.TLSv1_2
        for name in ("asks for one", "asks for one, TLS 1.2"):
            self.contexts[name].verify_mode = ssl.CERT_REQUIRED
            ours.configure_trust(self.contexts[name])


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


class FaultServer:
    """A server on loopback that follows a script.

    Logins are answered with numbered tokens and their connections closed, so that the first call
    has a connection of its own; a script begins with that call. Everything else, once the script is
    used up, is answered 200 with the path that was asked for.

    Args:
        thread: The thread that runs it.
        script: Steps, one for each attempt.
        logins: Steps, one for each login.
        certificates: For a server that speaks TLS.
        early: Begin the script with the first connection, for faults that no login can come before.
        shut: Stop listening when the login is done.
    """

    def __init__(
        self,
        thread: LoopThread,
        script: tuple[Step, ...] = (),
        logins: tuple[Step, ...] = (),
        *,
        certificates: Certificates | None = None,
        early: bool = False,
        shut: bool = False,
    ) -> None:
        self.script = list(script)
        self.login_script = list(logins)
        self.requests: list[Request] = []
        self.applied: list[Request] = []
        self.logins = 0
        self.seen = 0
        self.connections = 0
        self.port = 0
        self.thread = thread
        self._certificates = certificates
        self._early = early
        self._shut = shut
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: set[Wire] = set()
        self._listener: socket.socket | None = None
        self._door: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self.thread.run(self.open())
        return self

    def __exit__(self, *dummy: object) -> None:
        self.thread.run(self.stop())

    def heal(self) -> None:
        """Be a healthy server from now on."""
        self.script.clear()
        self.login_script.clear()
        self._shut = False
        self.thread.run(self.open())

    async def open(self) -> None:
        """Start to listen, unless that is done already: on the earlier port, if there was one."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=1024)
            self._listener.setblocking(False)
            self.port = self._listener.getsockname()[1]
            self._door = asyncio.create_task(self._accept(self._listener))

    def close_idle(self, last_words: str) -> None:
        """Close the connections that wait for a request, and write something to them before."""
        self.thread.run(self._close_idle(last_words.encode()))

    async def _close_idle(self, last_words: bytes) -> None:
        for wire in list(self._idle):
            await wire.send(last_words)
            await wire.end(CLOSE)

    async def close_door(self) -> None:
        """Stop listening: further connections are refused."""
        if self._listener is not None and self._door is not None:
            self._door.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._door
            self._listener.close()
            self._listener = None

    def settle(self) -> None:
        """Wait until everything that clients have sent, also those that gave up, is dealt with."""
        self.thread.run(self._settle())

    async def _settle(self) -> None:
        # This connection is accepted after all earlier ones.
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"OPTIONS /settled HTTP/1.1\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        while len(self._tasks) > len(self._idle):
            await asyncio.sleep(0)

    async def stop(self) -> None:
        await self.close_door()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # What subclasses change

    def step(self, when: str) -> Step | None:
        """Take the next step of the script, if it is due now."""
        if self.script and self.script[0].when == when and self.ready:
            return self.script.pop(0)
        return None

    @property
    def ready(self) -> bool:
        """`True` if the script has begun."""
        return self.logins > 0 or self._early

    def received(self, request: Request, step: Step | None) -> None:
        """Note a request that has arrived completely, and the step that it is going to meet."""
        self.requests.append(request)

    def apply(self, request: Request) -> bytes:
        """Execute a request and return the response."""
        self.applied.append(request)
        return message(
            200,
            json.dumps({"ok": True, "path": request.path}).encode()
            if request.method != "HEAD"
            else b"",
            "Content-Type: application/json",
        )

    def login(self) -> bytes:
        """Execute a login and return the response."""
        token = f"{TOKEN}-{self.logins}"
        return message(
            200,
            json.dumps({"access_token": token, "token": token, "expires_in": 3600}).encode(),
            "Content-Type: application/json",
            "Connection: close",
        )

    # Connections

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            sock, dummy = await loop.sock_accept(listener)
            self.connections += 1
            task = loop.create_task(self._connected(sock))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _connected(self, sock: socket.socket) -> None:
        step = self.step(ACCEPT)
        self.seen += bool(step and step.counts)
        context = (
            self._certificates.contexts["good"]
            if self._certificates is not None and step is None
            else None
        )
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=1 << 26, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        try:
            transport, dummy = await loop.connect_accepted_socket(
                lambda: protocol, sock, ssl=context
            )
        except (OSError, asyncio.CancelledError):
            sock.close()
            return
        wire = Wire(
            sock,
            reader,
            asyncio.StreamWriter(transport, protocol, reader, loop),
            self._certificates,
        )
        how = RESET
        try:
            how = await step.act(wire) if step else await self._requests(wire)
        except OSError:
            pass
        finally:
            await wire.end(how)

    async def _requests(self, wire: Wire) -> str:
        how = KEEP
        while how == KEEP:
            self._idle.add(wire)
            try:
                request, step = await wire.request(lambda: self.step(HEAD))
            finally:
                self._idle.discard(wire)
            if request is None:
                return CLOSE
            how = await (
                self._login(wire) if request.path in LOGINS else self._attempt(wire, request, step)
            )
        return how

    async def _login(self, wire: Wire) -> str:
        self.logins += 1
        if self.login_script:
            return await self.login_script.pop(0).act(wire)
        if self._shut:
            # Before the response, so that the call that follows cannot be faster.
            await self.close_door()
        await wire.send(self.login())
        return CLOSE

    async def _attempt(self, wire: Wire, request: Request, step: Step | None) -> str:
        if step is None:
            step = self.step(WHOLE)
            self.received(request, step)
            if step is None or step.applies:
                whole = self.apply(request)
            if step is None:
                self.seen += 1
                await wire.send(whole)
                return KEEP
        elif not int(request.headers.get("content-length", 0)):
            # Of such a request the head is all there is.
            self.received(request, step)
        self.seen += step.counts
        return await step.act(wire)
