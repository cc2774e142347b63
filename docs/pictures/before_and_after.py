"""Makes the README's picture from the running stack: the photo as posted, then what two demo slots give back."""

import io
import json
import sys

from PIL import Image

from deploy.local.booth import post_photo
from deploy.local.layout import CHECKOUT, read_layout

HEIGHT, GAP = 360, 8
SLOTS = ("demo-gemini", "demo-edit")
PICTURE = CHECKOUT / "docs" / "pictures" / "before-and-after.jpg"


def main(environ: dict[str, str]) -> int:
    """Post the demo photo to both slots; 1 when the stack does not run or a slot gives no picture."""
    stack_file = read_layout(environ).stack_file
    if not stack_file.exists():
        print("make docs: the stack does not run; start it with `make run` in another terminal", file=sys.stderr)
        return 1
    stack = json.loads(stack_file.read_text())
    photo = (CHECKOUT / "deploy" / "local" / "demo-photo.jpg").read_bytes()
    pictures = [photo]
    for slot in SLOTS:
        port = int(stack["gateway_url"].rsplit(":", 1)[1])
        status, body = post_photo(port, photo, stack["ingest_password"], slot=slot)
        if status != 200:
            print(f"make docs: {slot} answered {status}: {body[:300]!r}", file=sys.stderr)
            return 1
        pictures.append(body)
    _side_by_side(pictures).save(PICTURE, "JPEG", quality=85)
    print(f"wrote {PICTURE.relative_to(CHECKOUT)}")
    return 0


def _side_by_side(pictures: list[bytes]) -> Image.Image:
    opened = [Image.open(io.BytesIO(data)).convert("RGB") for data in pictures]
    scaled = [image.resize((round(image.width * HEIGHT / image.height), HEIGHT)) for image in opened]
    sheet = Image.new("RGB", (sum(image.width + GAP for image in scaled) - GAP, HEIGHT), "white")
    left = 0
    for image in scaled:
        sheet.paste(image, (left, 0))
        left += image.width + GAP
    return sheet


if __name__ == "__main__":
    import os

    sys.exit(main(dict(os.environ)))
