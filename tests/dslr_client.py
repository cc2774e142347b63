"""DSLR Remote Pro 3.30.2 over a raw socket, byte for byte as captured, and every way a booth can misbehave."""

import asyncio
import contextlib
import json
import random
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

#: How long the client waits for `100 Continue` before it sends the body anyway.
EXPECT_SECONDS = 2.0

#: The text parts in the captured order.
CAPTURED_FIELDS = (
    ("password", "123456"),
    ("time", "1758217512"),
    ("user_id", "booth"),
    ("id", "CY04N068111304S2L_00000001."),
    ("profile", r"C:\Users\booth\Documents\PhotoboothImages\setup.xml"),
    ("status", r"C:\Users\booth\Documents\PhotoboothImages\screen\preview.jpg"),
    ("hash", "7b6c683ea1b2c3d4e5f60718293a4b5c6d7e5a5b"),
    ("name", "DESKTOP-ABC1234"),
    ("model", "Windows"),
    ("version", "3.30.2"),
)


class Phase(Enum):
    """Where the client hangs up."""

    #: connected, nothing sent
    CONNECTED = "connected"
    #: in the middle of the head
    HEAD = "head"
    #: the head is sent, the body is not
    BEFORE_BODY = "before body"
    #: in the middle of the body
    BODY = "body"
    #: everything is sent, the answer is awaited
    WAITING = "waiting"


@dataclass(frozen=True)
class Shot:
    """What the booth has to send. `file_first` is the captured order; a text part carries no charset."""

    photo: bytes | None
    fields: Sequence[tuple[str, str]] = CAPTURED_FIELDS
    filename: str = "IMG_0003.JPG"
    mime: str = "image/jpeg"
    file_field: str = "fileToUpload"
    encoding: str = "utf-8"
    file_first: bool = True
    more_parts: Sequence[bytes] = ()

    @classmethod
    def captured(cls, photo: bytes | None, password: str | None, **changes: Any) -> "Shot":
        """The captured request with this password, or without one; keywords replace or add (None: omit) fields."""
        overrides = {"password": password, **changes.pop("fields", {})}
        fields = [(name, overrides.pop(name, value)) for name, value in CAPTURED_FIELDS]
        fields += overrides.items()
        return cls(photo, [(name, value) for name, value in fields if value is not None], **changes)

    def body(self, boundary: str) -> bytes:
        """The multipart body."""
        texts = [
            f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode(self.encoding)
            for name, value in self.fields
        ]
        parts = [*texts, *self.more_parts]
        if self.photo is not None:
            head = (
                f'Content-Disposition: form-data; name="{self.file_field}"; filename="{self.filename}"\r\n'
                f"Content-Type: {self.mime}\r\n\r\n"
            )
            parts.insert(0 if self.file_first else len(parts), head.encode(self.encoding) + self.photo)
        opening = f"--{boundary}\r\n".encode()
        return b"".join(opening + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


@dataclass(frozen=True)
class Manners:
    """How it is sent: the default is how the real client does it."""

    expect: bool = True
    #: announce this length instead of the true one
    claim_bytes: int | None = None
    #: send only so many bytes of the body and then nothing more
    cut_after: int | None = None
    #: send the body in pieces of `drip_bytes`, one each `drip_seconds`
    drip_bytes: int | None = None
    drip_seconds: float = 0.1
    #: wait so long between head and body
    hold_seconds: float = 0.0
    hang_up: Phase | None = None
    #: send the body in chunks of this size, without a Content-Length
    chunked_bytes: int | None = None
    headers: Sequence[tuple[str, str]] = ()
    method: str = "POST"
    content_type: str | None = None
    raw_body: bytes | None = None
    timeout_seconds: float = 90.0


@dataclass
class Answer:
    """What came back; status 0: the connection ended without one. Times are seconds from the first byte sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    continued_after: float | None = None
    first_byte_after: float = 0.0
    body_sent_after: float = 0.0
    total_seconds: float = 0.0
    #: nobody listened
    was_refused: bool = False

    @property
    def problem(self) -> dict[str, Any]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value

    @property
    def code(self) -> str:
        return str(self.problem.get("code", "")) if self.headers.get("content-type", "").endswith("json") else ""


class _HungUp(Exception):
    pass


class DslrClient:
    """One connection to the ingest URL; `shoot` may be called again on it while the server keeps it open."""

    def __init__(self, url: str) -> None:
        self._address = urllib.parse.urlsplit(url)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def shoot(self, shot: Shot, manners: Manners = Manners()) -> Answer:
        """Post one photo and read the answer."""
        answer, started = Answer(), time.monotonic()
        try:
            async with asyncio.timeout(manners.timeout_seconds):
                await self._shoot(shot, manners, answer, started)
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, _HungUp) as error:
            answer.was_refused = isinstance(error, ConnectionRefusedError)
            await self.close()
        answer.total_seconds = time.monotonic() - started
        return answer

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()
        self._writer = None

    async def _shoot(self, shot: Shot, manners: Manners, answer: Answer, started: float) -> None:
        reader, writer = await self._connection()
        self._hang_up_at(Phase.CONNECTED, manners)
        boundary = "-" * 12 + "".join(random.choices("0123456789", k=24))
        body = shot.body(boundary) if manners.raw_body is None else manners.raw_body
        head = self._head(manners, boundary, len(body)).encode("latin-1")
        if manners.hang_up is Phase.HEAD:
            writer.write(head[: len(head) // 2])
            await writer.drain()
            raise _HungUp
        writer.write(head)
        await writer.drain()
        if manners.expect:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EXPECT_SECONDS):
                    await _read_head(reader, answer, started, interim=True)
        self._hang_up_at(Phase.BEFORE_BODY, manners)
        await asyncio.sleep(manners.hold_seconds)
        if not answer.status and manners.claim_bytes is None:
            await self._send_body(writer, body, manners)
            answer.body_sent_after = time.monotonic() - started
            self._hang_up_at(Phase.WAITING, manners)
        if not answer.status:
            await _read_head(reader, answer, started, interim=False)
        answer.body = await _read_body(reader, answer.headers, is_head=manners.method == "HEAD")
        if answer.headers.get("connection", "").lower() == "close":
            await self.close()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(
                self._address.hostname, self._address.port or 80, limit=2**20
            )
        return self._reader, self._writer

    def _head(self, manners: Manners, boundary: str, body_bytes: int) -> str:
        target = self._address.path + (f"?{self._address.query}" if self._address.query else "")
        length = body_bytes if manners.claim_bytes is None else manners.claim_bytes
        lines = [
            f"{manners.method} {target} HTTP/1.1",
            f"Host: {self._address.netloc}",
            f"Content-Type: {manners.content_type or f'multipart/form-data; boundary={boundary}'}",
            f"Content-Length: {length}" if manners.chunked_bytes is None else "Transfer-Encoding: chunked",
        ]
        if manners.expect:
            lines.append("Expect: 100-continue")
        lines += [f"{name}: {value}" for name, value in manners.headers]
        return "\r\n".join(lines) + "\r\n\r\n"

    async def _send_body(self, writer: asyncio.StreamWriter, body: bytes, manners: Manners) -> None:
        if manners.hang_up is Phase.BODY:
            writer.write(body[: len(body) // 2])
            await writer.drain()
            raise _HungUp
        sent = body if manners.cut_after is None else body[: manners.cut_after]
        if manners.chunked_bytes is not None:
            size = manners.chunked_bytes
            pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
            sent = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        if manners.drip_bytes is None:
            writer.write(sent)
            await writer.drain()
            return
        for at in range(0, len(sent), manners.drip_bytes):
            writer.write(sent[at : at + manners.drip_bytes])
            await writer.drain()
            if self._reader is not None and (self._reader.at_eof() or self._reader._buffer):  # type: ignore[attr-defined] # the stream's own buffer: has an answer come?
                return
            await asyncio.sleep(manners.drip_seconds)

    @staticmethod
    def _hang_up_at(phase: Phase, manners: Manners) -> None:
        if manners.hang_up is phase:
            raise _HungUp


async def shoot(url: str, shot: Shot, manners: Manners = Manners()) -> Answer:
    """One photo on a connection of its own."""
    client = DslrClient(url)
    try:
        return await client.shoot(shot, manners)
    finally:
        await client.close()


async def _read_head(reader: asyncio.StreamReader, answer: Answer, started: float, *, interim: bool) -> None:
    """Read up to the final head; with `interim`, stop at 100 Continue too."""
    while True:
        # readuntil keeps what it has not finished, so a cancelled wait loses nothing
        raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *lines = raw.strip().split("\r\n")
        status = int(status_line.split()[1])
        if status == 100:
            answer.continued_after = time.monotonic() - started
            if interim:
                return
            continue
        answer.status, answer.first_byte_after = status, time.monotonic() - started
        pairs = (line.split(":", 1) for line in lines)
        answer.headers = {name.strip().lower(): value.strip() for name, value in pairs}
        return


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str], *, is_head: bool) -> bytes:
    if is_head or "content-length" not in headers:
        return b""
    return await reader.readexactly(int(headers["content-length"]))
