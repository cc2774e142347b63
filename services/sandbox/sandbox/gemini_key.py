"""The key of a request to Gemini: any will do, but one that starts with "wrong" is refused."""

from aiohttp import web

from sandbox import gemini_errors
from sandbox.gemini_errors import GeminiError


def key_of(request: web.Request) -> str:
    return request.headers.get("x-goog-api-key") or request.query.get("key", "")


def checked_key(request: web.Request) -> str:
    """Give the request's key.

    Raises:
        GeminiError: none, or a wrong one.
    """
    key = key_of(request)
    if not key:
        raise GeminiError(gemini_errors.key_missing())
    if key.startswith("wrong"):
        raise GeminiError(gemini_errors.key_invalid())
    return key
