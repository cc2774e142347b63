"""The one prebuilt answer for benchmarks of what stands before the provider."""

from random import Random

from PIL import Image, ImageOps

from sandbox.behaviours import Behaviour
from sandbox.caption import write_caption
from sandbox.drawing import DrawnPicture, encode_picture
from sandbox.gemini_answers import AnswerFrame, answer_of
from sandbox.gemini_models import IMAGE_MODELS
from sandbox.wire_answer import WireAnswer

_SIDE = 1024
_GRAIN = 0.55


def draw_canned_picture(seed: int) -> DrawnPicture:
    """Draw a grainy JPEG of 1024 x 1024 pixels and about 1 MB; the same for the same seed."""
    grain = Image.frombytes("RGB", (_SIDE, _SIDE), Random(seed).randbytes(3 * _SIDE * _SIDE))  # noqa: S311  grain, no secret
    glow = ImageOps.colorize(Image.radial_gradient("L").resize((_SIDE, _SIDE)), "#ffd28a", "#23103f")
    picture = Image.blend(glow, grain, _GRAIN)
    write_caption(picture, "canned")
    return encode_picture(picture, "jpeg")


def build_canned_answer(picture: DrawnPicture) -> WireAnswer:
    """Build Gemini's 200 with `picture`."""
    frame = AnswerFrame(
        model=IMAGE_MODELS["gemini-nano-banana-2.1"], response_id="sandbox-canned", picture_count=1, prompt_length=0,
        width=_SIDE, height=_SIDE,
    )  # fmt: skip
    return answer_of(Behaviour.OK, frame, picture)
