"""The bare gateway: nothing but the durable steps of a photo, no checks, no limits, no logs."""

import asyncio
import hashlib
import os
import uuid

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from aiohttp import BodyPartReader, web

from tests.bench.bare.connections import QUEUE, Connections, connections


class BareGateway:
    def __init__(self, held: Connections, reply_to: str) -> None:
        self._held, self._reply_to = held, reply_to
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def wake(self, message: AbstractIncomingMessage) -> None:
        waiting = self._waiting.pop(message.body.decode(), None)
        if waiting is not None:
            waiting.set_result(None)

    async def answer(self, request: web.Request) -> web.Response:
        photo, digest = await _read_photo(request)
        job_id = str(uuid.uuid4())
        await self._held.store.put(f"{job_id}/source", photo)
        del photo
        await self._held.jobs.insert_one({"_id": job_id, "status": "processing", "sha256": digest})
        self._waiting[job_id] = done = asyncio.get_running_loop().create_future()
        message = aio_pika.Message(
            job_id.encode(), reply_to=self._reply_to, delivery_mode=aio_pika.DeliveryMode.PERSISTENT
        )
        await self._held.channel.default_exchange.publish(message, routing_key=QUEUE)
        await done
        return web.Response(body=await self._held.store.get(f"{job_id}/result"), content_type="image/jpeg")


async def _read_photo(request: web.Request) -> tuple[bytes, str]:
    digest, photo = hashlib.sha256(), bytearray()
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.name != "fileToUpload":
            await part.release()
            continue
        while chunk := await part.read_chunk(2**16):
            digest.update(chunk)
            photo += chunk
    return bytes(photo), digest.hexdigest()


async def main() -> None:
    async with connections() as held:
        held.store.make_bucket()
        await held.channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        replies = await held.channel.declare_queue(exclusive=True)
        gateway = BareGateway(held, replies.name)
        await replies.consume(gateway.wake, no_ack=True)
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/ingest/{slot}", gateway.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(os.environ["BARE_PORT"])).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
