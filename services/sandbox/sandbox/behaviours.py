"""What the sandbox can do instead of simply answering, each with the sentence its guide shows."""

from enum import StrEnum
from typing import Self


class Behaviour(StrEnum):
    """A scripted way to treat one call; `meaning` is its sentence in the guide at `GET /`."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        """Make the member a plain string that carries its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    OK = "ok", "a drawn picture after the usual latency"
    CANNED = "canned", "the same prebuilt 1 MB JPEG for every call, at once, posted pictures not looked at (benchmarks)"

    SLOW = "slow", "as ok, after `seconds` (10)"
    HANG = "hang", "never answers; ends when the client leaves"
    DROP = "drop", "closes the connection without an answer"
    CUT = "cut", "announces the whole answer, sends half of it, closes the connection"
    DRIP = "drip", "the ok answer, one byte every `seconds` (1)"

    NO_IMAGE = "no_image", "200, finishReason NO_IMAGE, no content"
    NO_IMAGE_EMPTY_CONTENT = "no_image_empty_content", "200, finishReason NO_IMAGE, content {}"
    SAFETY = "safety", "200, finishReason SAFETY"
    IMAGE_SAFETY = "image_safety", "200, finishReason IMAGE_SAFETY with its message"
    PROHIBITED_CONTENT = "prohibited_content", "200, finishReason PROHIBITED_CONTENT"
    IMAGE_PROHIBITED_CONTENT = "image_prohibited_content", "200, finishReason IMAGE_PROHIBITED_CONTENT with its message"
    BLOCKLIST = "blocklist", "200, finishReason BLOCKLIST"
    SPII = "spii", "200, finishReason SPII"
    RECITATION = "recitation", "200, finishReason RECITATION"
    IMAGE_RECITATION = "image_recitation", "200, finishReason IMAGE_RECITATION"
    OTHER = "other", "200, finishReason OTHER"
    IMAGE_OTHER = "image_other", "200, finishReason IMAGE_OTHER"
    MALFORMED_RESPONSE = "malformed_response", "200, finishReason MALFORMED_RESPONSE"
    MAX_TOKENS = "max_tokens", "200, finishReason MAX_TOKENS"
    UNKNOWN_FINISH_REASON = "unknown_finish_reason", "200, a finishReason no client knows"
    CONTINUATION = "continuation", "200, finishReason CONTINUATION with a continuationToken, no picture"
    TEXT_ONLY = "text_only", "200, finishReason STOP, only text"
    PROMPT_SAFETY = "prompt_safety", "200, no candidates, promptFeedback.blockReason SAFETY"
    PROMPT_OTHER = "prompt_other", "200, no candidates, promptFeedback.blockReason OTHER"
    PROMPT_BLOCKLIST = "prompt_blocklist", "200, no candidates, promptFeedback.blockReason BLOCKLIST"
    PROMPT_PROHIBITED_CONTENT = "prompt_prohibited_content", "200, no candidates, blockReason PROHIBITED_CONTENT"
    PROMPT_IMAGE_SAFETY = "prompt_image_safety", "200, no candidates, promptFeedback.blockReason IMAGE_SAFETY"
    EMPTY_OBJECT = "empty_object", "200, {}"

    INVALID_ARGUMENT = "invalid_argument", "400 INVALID_ARGUMENT: the input image cannot be processed"
    API_KEY_INVALID = "api_key_invalid", "400 INVALID_ARGUMENT with reason API_KEY_INVALID"
    LOCATION_UNSUPPORTED = "location_unsupported", "400 FAILED_PRECONDITION: user location"
    COUNTRY_UNSUPPORTED = "country_unsupported", "400 FAILED_PRECONDITION: no image generation in this country"
    PERMISSION_DENIED = "permission_denied", "403 PERMISSION_DENIED"
    NOT_FOUND = "not_found", "404 NOT_FOUND: the model is retired"
    RATE_LIMITED = "rate_limited", "429 RESOURCE_EXHAUSTED per minute, RetryInfo of `seconds` (34.074824224)"
    DAILY_QUOTA = "daily_quota", "429 RESOURCE_EXHAUSTED per day"
    CREDITS_DEPLETED = "credits_depleted", "429 RESOURCE_EXHAUSTED: prepaid credits are used up, no details"
    INTERNAL = "internal", "500 INTERNAL"
    BAD_GATEWAY_HTML = "bad_gateway_html", "502 with an HTML page"
    UNAVAILABLE = "unavailable", "503 UNAVAILABLE: the model is overloaded"
    UNAVAILABLE_TEXT = "unavailable_text", "503 text/plain from a proxy"
    DEADLINE_EXCEEDED = "deadline_exceeded", "504 DEADLINE_EXCEEDED"
    STREAM_ERROR = "stream_error", "500 INTERNAL; when streaming, an error object inside the 200 stream"

    BAD_JSON = "bad_json", "200 application/json that is not JSON"
    TRUNCATED_JSON = "truncated_json", "200, the ok answer's JSON cut in the middle"
    HTML_200 = "html_200", "200 with an HTML page"
    BAD_BASE64 = "bad_base64", "200, picture data that is not base64"

    WRONG_MIME = "wrong_mime", "says image/png, sends a JPEG"
    TEXT_AS_PICTURE = "text_as_picture", "says image/png, sends text"
    EMPTY_PICTURE = "empty_picture", "a picture part of 0 bytes"
    BLANK_PICTURE = "blank_picture", "a plain white picture"
    TRUNCATED_PICTURE = "truncated_picture", "the ok picture cut at half of its bytes"
    HUGE_PICTURE = "huge_picture", "a decodable PNG of 60 MB"
    PIXEL_BOMB = "pixel_bomb", "a small PNG of 200 megapixels"
    TINY_PICTURE = "tiny_picture", "a PNG of 1x1 pixel"
    SVG_PICTURE = "svg_picture", "image/svg+xml with a script inside"
    ANIMATED_PICTURE = "animated_picture", "an animated GIF of three frames"
    THOUGHTS_FIRST = "thoughts_first", "two thought images, then the real one"
    TEXT_THEN_PICTURE = "text_then_picture", "a text part, then the picture"
    SEVERAL_CANDIDATES = "several_candidates", "three candidates with a picture each"
