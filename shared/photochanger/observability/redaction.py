"""What never reaches a log: values under telling names, passwords in URLs, links that open a picture, picture bytes."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from photochanger.domain.api_token import API_TOKEN, PREFIX

HIDDEN = "[hidden]"
MAX_TEXT_LENGTH = 16_000

_TELLING_WORDS = frozenset(
    {"password", "passwd", "authorization", "cookie", "key", "apikey", "token", "secret", "prompt", "signature"}
)
#: Names of objects and queues, not keys that open something.
_HARMLESS_NAMES = frozenset({"routing_key", "object_key", "source_key", "result_key", "index_key"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

#: Ids, numbers, words: without slash, space, equals sign, our prefix, too short for base64, they match no rule below.
_HARMLESS_TEXT = re.compile(rf"(?!.*{PREFIX})[\w.:+-]{{0,199}}")

_TEXT_RULES = (
    (API_TOKEN, PREFIX + HIDDEN),
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)([?&][\w.-]*(?:signature|key|token|password|credential)[\w.-]*=)[^&\s\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"(/public/media/)[^/?\s\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"[A-Za-z0-9+/_-]{200,}={0,2}"), "[base64]"),
)
#: `"password": "open sesame"`, `token=abc`, also in a document that is cut short.
_PAIR = re.compile(r'([\w-]{1,64})("?\s{0,9}[:=]\s{0,9})("[^"]*"?|[^\s,&}"]+)')


class ShownOnPurpose(str):
    """A secret that a person is to read in the log: there is no other way to him, and it is worthless once used."""

    __slots__ = ()


def redact(value: object, name: str = "") -> object:
    """The value as it may be logged under `name`; objects of unknown types become their text first."""
    if name and is_telling(name) and not isinstance(value, (ShownOnPurpose, bool)):
        return HIDDEN if value not in (None, "") else value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(key): redact(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item) for item in value]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"[{len(value)} bytes]"
    return redact_text(str(value))


def redact_text(text: str) -> str:
    if _HARMLESS_TEXT.fullmatch(text):
        return text
    for pattern, replacement in _TEXT_RULES:
        text = pattern.sub(replacement, text)
    return text if len(text) <= MAX_TEXT_LENGTH else text[:MAX_TEXT_LENGTH] + "[cut]"


def redact_document(text: str) -> str:
    """The text of a message as it may be kept: of JSON every telling name, of anything else what looks like a pair."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, (dict, list)):
        return json.dumps(redact(value), ensure_ascii=False)
    return redact_text(_PAIR.sub(_hide_telling, text))


def _hide_telling(pair: re.Match[str]) -> str:
    return f"{pair[1]}{pair[2]}{HIDDEN}" if is_telling(pair[1]) else pair[0]


@lru_cache(maxsize=1_000)
def is_telling(name: str) -> bool:
    """Whether a value under this name is a secret: `apiKey`, `X-Goog-Api-Key`, `ingest_password`."""
    if name.lower() in _HARMLESS_NAMES:
        return False
    return any(word.lower() in _TELLING_WORDS for word in _WORD.findall(name))
