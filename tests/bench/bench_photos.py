"""Photos of a given size in bytes, made from a real photograph with a sensor's grain."""

from PIL import Image, ImageChops

from tests.photos import picture, saved

_GRAIN = 14.0


def photo_of(size_bytes: int, width: int, height: int) -> bytes:
    """Give a JPEG of `width` x `height` pixels whose quality brings it next to `size_bytes`."""
    grain = Image.effect_noise((width, height), _GRAIN).convert("RGB")
    image = ImageChops.add(picture(width, height, name="coffee.png"), grain, scale=1.0, offset=-128)
    low, high = 20, 98
    while high - low > 1:
        middle = (low + high) // 2
        if len(saved(image, "JPEG", quality=middle)) > size_bytes:
            high = middle
        else:
            low = middle
    return saved(image, "JPEG", quality=low)
