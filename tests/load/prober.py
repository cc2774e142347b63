"""A few booths in a process of their own, so that what they measure is the gateway's time and not the rush's.

`python -m tests.load.prober SECONDS PASSWORD URL…` prints a JSON list of `[status, code, seconds to the first byte]`.
"""

import asyncio
import io
import json
import sys
import time

from PIL import Image

from tests.dslr_client import Manners, Shot, shoot

BOOTHS = 4
PAUSE_SECONDS = 0.1


async def probe(urls: list[str], password: str, *, seconds: float) -> list[tuple[int, str, float]]:
    """Post a photo again and again, as the captured client does."""
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 60).save(out, "JPEG", quality=90)
    shot, over = Shot.captured(out.getvalue(), password), time.monotonic() + seconds
    found = []

    async def booth(number: int) -> None:
        while time.monotonic() < over:
            answer = await shoot(urls[number % len(urls)], shot, Manners(timeout_seconds=30))
            found.append((answer.status, answer.code, answer.first_byte_after))
            await asyncio.sleep(PAUSE_SECONDS)

    async with asyncio.TaskGroup() as booths:
        for number in range(BOOTHS):
            booths.create_task(booth(number))
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(probe(sys.argv[3:], sys.argv[2], seconds=float(sys.argv[1])))))
