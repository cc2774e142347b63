"""Sends a wire answer in the way its delivery says."""

import asyncio

from aiohttp import web

from sandbox.wire_answer import Delivery, WireAnswer


async def send_answer(request: web.Request, answer: WireAnswer) -> web.StreamResponse:
    """Send `answer`; a hang returns only by cancellation, when the client leaves or the server stops."""
    if answer.delivery is Delivery.HANG:
        await asyncio.Event().wait()
    if answer.delivery is Delivery.DROP:
        _close(request)
        return web.Response()
    response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type, **answer.headers})
    response.content_length = answer.length_bytes
    await response.prepare(request)
    if answer.delivery is Delivery.DRIP:
        await _drip(response, answer)
    elif answer.delivery is Delivery.CUT:
        await response.write(b"".join(answer.body)[: answer.length_bytes // 2])
        _close(request)
        return response
    else:
        for piece in answer.body:
            await response.write(piece)
    await response.write_eof()
    return response


async def _drip(response: web.StreamResponse, answer: WireAnswer) -> None:
    for piece in answer.body:
        for byte in piece:
            await asyncio.sleep(answer.pause_seconds)
            await response.write(bytes((byte,)))


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
