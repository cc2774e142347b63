"""A provider's base64, whichever of the alphabets it is in, padded or not, as a strict decoder takes it."""

_FROM_URL_SAFE = str.maketrans("-_", "+/")


def standard_base64(data: object) -> str:
    """Give it in the standard alphabet and padded; whether it is base64 at all is for the decoder to say.

    Raises:
        ValueError: no text.
    """
    if not isinstance(data, str):
        raise ValueError("picture data is no text")  # noqa: TRY004 - pydantic's validators raise ValueError
    text = data
    if len(text) % 4 or text.endswith("==="):
        bare = text.rstrip("=")
        text = bare + "=" * (-len(bare) % 4)
    return text.translate(_FROM_URL_SAFE) if "-" in text or "_" in text else text
