"""What the sandbox can do instead of simply answering, each with the sentence its guide shows."""

from enum import StrEnum
from typing import Self


class Provider(StrEnum):
    """Whom the sandbox stands in for."""

    #: `/v1beta/models/…`
    GEMINI = "gemini"
    #: `/api_ai/…`, `/download.php` and `/image/…`
    TURBOTEXT = "turbotext"
    #: `/v1/images/edits`
    OPENAI = "openai"


_GEMINI = frozenset({Provider.GEMINI})
_TURBOTEXT = frozenset({Provider.TURBOTEXT})
_OPENAI = frozenset({Provider.OPENAI})
_NOT_TURBOTEXT = _GEMINI | _OPENAI
_ALL = frozenset(Provider)


class Behaviour(StrEnum):
    """A scripted way to treat one call; `meaning` is its sentence in the guide, `providers` those who know it."""

    meaning: str
    providers: frozenset[Provider]

    def __new__(cls, value: str, meaning: str = "", providers: frozenset[Provider] = _GEMINI) -> Self:
        """Make the member a plain string that carries the rest."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning, member.providers = meaning, providers
        return member

    OK = "ok", "a drawn picture after the usual latency", _ALL
    CANNED = "canned", "the same prebuilt 1 MB JPEG for every call, at once, pictures not looked at (benchmarks)", _ALL

    SLOW = "slow", "as ok, after `seconds` (10)", _ALL
    HANG = "hang", "never answers; ends when the client leaves", _ALL
    DROP = "drop", "closes the connection without an answer", _ALL
    CUT = "cut", "announces the whole answer, sends half of it, closes the connection", _ALL
    DRIP = "drip", "the ok answer, one byte every `seconds` (1)", _ALL

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
    EMPTY_OBJECT = "empty_object", "200, {}", _ALL

    INVALID_ARGUMENT = "invalid_argument", "400: the input image cannot be processed", _NOT_TURBOTEXT
    API_KEY_INVALID = "api_key_invalid", "400 INVALID_ARGUMENT, API_KEY_INVALID; others: 401", _ALL
    LOCATION_UNSUPPORTED = "location_unsupported", "400 FAILED_PRECONDITION: user location"
    COUNTRY_UNSUPPORTED = (
        "country_unsupported",
        "400 FAILED_PRECONDITION, OpenAI 403: not in this country",
        _NOT_TURBOTEXT,
    )
    PERMISSION_DENIED = "permission_denied", "403: no permission", _NOT_TURBOTEXT
    NOT_FOUND = "not_found", "404: the model is retired", _NOT_TURBOTEXT
    RATE_LIMITED = "rate_limited", "429 per minute, RetryInfo or Retry-After of `seconds` (34.074824224)", _ALL
    RATE_LIMITED_SILENTLY = "rate_limited_silently", "429 without a word about when", _ALL
    DAILY_QUOTA = "daily_quota", "429 RESOURCE_EXHAUSTED per day"
    CREDITS_DEPLETED = "credits_depleted", "429: prepaid credits are used up; Turbotext: limits 0", _ALL
    INTERNAL = "internal", "500 INTERNAL; Turbotext: an empty 500", _ALL
    BAD_GATEWAY_HTML = "bad_gateway_html", "502 with an HTML page", _ALL
    UNAVAILABLE = "unavailable", "503 UNAVAILABLE: the model is overloaded; Turbotext: HTML", _ALL
    UNAVAILABLE_TEXT = "unavailable_text", "503 text/plain from a proxy", _ALL
    DEADLINE_EXCEEDED = "deadline_exceeded", "504: the provider gave up waiting", _NOT_TURBOTEXT
    STREAM_ERROR = "stream_error", "500 INTERNAL; when streaming, an error object inside the 200 stream"

    BAD_JSON = "bad_json", "200 application/json that is not JSON", _ALL
    TRUNCATED_JSON = "truncated_json", "200, the ok answer's JSON cut in the middle", _ALL
    HTML_200 = "html_200", "200 with an HTML page", _ALL
    BAD_BASE64 = "bad_base64", "200, picture data that is not base64", _NOT_TURBOTEXT

    WRONG_MIME = "wrong_mime", "says image/png, sends a JPEG", _ALL
    TEXT_AS_PICTURE = "text_as_picture", "says image/png, sends text", _ALL
    EMPTY_PICTURE = "empty_picture", "a picture part of 0 bytes", _ALL
    BLANK_PICTURE = "blank_picture", "a plain white picture", _ALL
    TRUNCATED_PICTURE = "truncated_picture", "the ok picture cut at half of its bytes", _ALL
    HUGE_PICTURE = "huge_picture", "a decodable PNG of 60 MB", _NOT_TURBOTEXT
    PIXEL_BOMB = "pixel_bomb", "a small PNG of 200 megapixels", _ALL
    TINY_PICTURE = "tiny_picture", "a PNG of 1x1 pixel", _ALL
    SVG_PICTURE = "svg_picture", "image/svg+xml with a script inside", _ALL
    ANIMATED_PICTURE = "animated_picture", "an animated GIF of three frames", _ALL
    THOUGHTS_FIRST = "thoughts_first", "two thought images, then the real one"
    TEXT_THEN_PICTURE = "text_then_picture", "a text part, then the picture"
    SEVERAL_CANDIDATES = "several_candidates", "three candidates with a picture each"

    FORBIDDEN_CONTENT = "forbidden_content", "data.forbidden_content true, no picture", _TURBOTEXT
    SUCCESS_FALSE = "success_false", "success false with an error text, no queue any more", _TURBOTEXT
    NEVER_READY = "never_ready", "reconnect for ever", _TURBOTEXT
    MISSING_RESULT_URL = "missing_result_url", "success true, but no picture is named anywhere", _TURBOTEXT
    NESTED_RESULT = "nested_result", "uploaded_image inside data and nowhere else", _TURBOTEXT
    WITH_LIMITS = "with_limits", "as ok, the answer tells the limits that are left", _TURBOTEXT
    VALUES_AS_STRINGS = "values_as_strings", "as ok, numbers and booleans are strings, the queueid too", _TURBOTEXT
    RESULT_404 = "result_404", "the picture's link answers 404", _TURBOTEXT
    RESULT_HTML = "result_html", "the picture's link answers 200 with an HTML page", _TURBOTEXT
    RESULT_HUGE = "result_huge", "the picture's link answers a decodable PNG of 60 MB", _TURBOTEXT
    RESULT_REDIRECT_INTERNAL = (
        "result_redirect_internal",
        "the picture's link redirects to a picture on the metrics port, /trap.png, which counts its visits",
        _TURBOTEXT,
    )

    MODERATION_BLOCKED = "moderation_blocked", "400: the safety system rejected the request", _OPENAI
    BILLING_LIMIT = "billing_limit", "400: the organisation's hard limit is reached", _OPENAI
    NO_DATA = "no_data", "200, data without a picture", _OPENAI
    NULL_DATA = "null_data", "200, data null", _OPENAI
