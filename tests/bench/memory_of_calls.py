"""What running Gemini calls cost in memory: `python -m tests.bench.memory_of_calls`, 2 minutes, wants no servers.

A provider of our own holds every call until all have come, then answers them all at the same moment with 3 MB. One
worker process calls it with photos of 3 MB, as the service does or with the bare SDK, and is weighed with its decoders.
"""

import asyncio
import base64
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import psutil
from aiohttp import web
from PIL import Image

from tests.bench.bench_photos import photo_of

CELLS = (("service", 1), ("service", 64), ("service", 200), ("bare-sdk", 64), ("bare-sdk", 100))
PHOTO_BYTES, ANSWER_BYTES = 2_940_000, 3_000_000
#: All calls have come and none is answered.
WAITING_SECONDS = 2.0
SAMPLE_SECONDS = 0.02
MIB = 2**20
_ROOT = Path(__file__).parents[2]


@dataclass
class Gate:
    """Answers when `count` calls are here and `opened` is set."""

    count: int
    answer: bytes
    arrived: int = 0
    all_here: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: web.Request) -> web.Response:
        async for _ in request.content.iter_chunked(MIB):
            pass
        self.arrived += 1
        if self.arrived == self.count:
            self.all_here.set()
        await self.opened.wait()
        return web.Response(body=self.answer, content_type="application/json")


@dataclass
class Weights:
    """Resident MiB of the worker and its decoders."""

    idle: float
    waiting: float
    peak: float
    seconds: float

    def line(self, mode: str, count: int) -> str:
        each = (self.waiting - self.idle) / count
        return (
            f"| {mode} | {count} | {self.idle:.0f} | {self.waiting:.0f} | {each:.2f} | {self.peak:.0f} "
            f"| {self.seconds:.1f} |"
        )


def noise_jpeg(size_bytes: int) -> bytes:
    """A picture of 2048 x 2048 that is about so large."""
    picture = Image.frombytes("RGB", (2048, 2048), os.urandom(3 * 2048 * 2048))
    candidates = []
    for quality in range(20, 96, 5):
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality)
        candidates.append(out.getvalue())
    return min(candidates, key=lambda data: abs(len(data) - size_bytes))


def answer_with(picture: bytes) -> bytes:
    part = {"inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(picture).decode()}}
    return orjson.dumps({"candidates": [{"content": {"parts": [part]}, "finishReason": "STOP"}], "responseId": "r"})


def _resident_mib(process: psutil.Process) -> float:
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / MIB


async def weigh(mode: str, count: int, photo: Path, answer: bytes) -> Weights:
    """Run one worker with `count` calls at once."""
    gate = Gate(count, answer)
    app = web.Application(client_max_size=2**30)
    app.router.add_post("/{path:.*}", gate)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    command = [sys.executable, "-m", "tests.bench.calling_worker", mode, url, str(count), str(photo)]
    worker = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        return await _weighed(worker, gate)
    finally:
        worker.kill()
        await runner.cleanup()


async def _weighed(worker: "subprocess.Popen[bytes]", gate: Gate) -> Weights:
    process = psutil.Process(worker.pid)
    assert worker.stdin is not None
    assert worker.stdout is not None
    await asyncio.to_thread(worker.stdout.readline)
    idle = peak = _resident_mib(process)
    worker.stdin.write(b"go\n")
    worker.stdin.flush()
    ended = asyncio.ensure_future(asyncio.to_thread(worker.stdout.readline))
    await gate.all_here.wait()
    await asyncio.sleep(WAITING_SECONDS)
    waiting, started = _resident_mib(process), time.monotonic()
    gate.opened.set()
    while not ended.done():
        peak = max(peak, _resident_mib(process))
        await asyncio.sleep(SAMPLE_SECONDS)
    assert ended.result().strip() == b"done", "the worker failed"
    return Weights(idle, waiting, peak, time.monotonic() - started)


async def main() -> None:
    answer = answer_with(await asyncio.to_thread(noise_jpeg, ANSWER_BYTES))
    print(f"photo {PHOTO_BYTES} bytes, answer {len(answer)} bytes of JSON")
    print("| How | Calls | idle MiB | all waiting MiB | a waiting call MiB | peak MiB | answers to end s |")
    with TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        await asyncio.to_thread(photo.write_bytes, await asyncio.to_thread(photo_of, PHOTO_BYTES, 4000, 3000))
        for mode, count in CELLS:
            print((await weigh(mode, count, photo, answer)).line(mode, count), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
