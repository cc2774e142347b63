"""The bare worker: source, provider, header check, result, compare-and-set, reply."""

import asyncio
import base64
import io
import os

import aio_pika
import aiohttp
import orjson
from aio_pika.abc import AbstractIncomingMessage
from PIL import Image

from tests.bench.bare.connections import QUEUE, Connections, connections

_HEAD = b'{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/jpeg","data":"'


class BareWorker:
    def __init__(self, held: Connections, http: aiohttp.ClientSession) -> None:
        self._held, self._http = held, http
        self._url = os.environ["BARE_PROVIDER_URL"]
        self._tail = b'"}},' + orjson.dumps({"text": os.environ["BARE_PROMPT"]}) + b"]}]}"

    async def work(self, message: AbstractIncomingMessage) -> None:
        job_id = message.body.decode()
        picture = await self._ask_provider(await self._held.store.get(f"{job_id}/source"))
        with Image.open(io.BytesIO(picture)) as opened:
            assert opened.size[0] > 0
        await self._held.store.put(f"{job_id}/result", picture)
        await self._held.jobs.find_one_and_update(
            {"_id": job_id, "status": "processing"}, {"$set": {"status": "done", "size_bytes": len(picture)}}
        )
        assert message.reply_to is not None
        await self._held.channel.default_exchange.publish(aio_pika.Message(message.body), routing_key=message.reply_to)
        await message.ack()

    async def _ask_provider(self, photo: bytes) -> bytes:
        body = b"".join((_HEAD, base64.b64encode(photo), self._tail))
        headers = {"Content-Type": "application/json", "x-goog-api-key": "bench"}
        async with self._http.post(self._url, data=body, headers=headers) as response:
            answer = orjson.loads(await response.read())
        [part] = [part for part in answer["candidates"][0]["content"]["parts"] if "inlineData" in part]
        return base64.b64decode(part["inlineData"]["data"])


async def main() -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with connections() as held, aiohttp.ClientSession(connector=connector) as http:
        queue = await held.channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        await queue.consume(BareWorker(held, http).work)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
