"""Tells whose request it is, of those that the sandbox stands in for."""

from aiohttp import web

from sandbox.behaviours import Provider


def provider_of(request: web.Request) -> Provider | None:
    """None for the sandbox's own; `/v1/models` is OpenAI's with a bearer's key, with any other Gemini's."""
    path = request.path
    if path.startswith("/v1/images/") or (path == "/v1/models" and "Authorization" in request.headers):
        return Provider.OPENAI
    if path.startswith(("/v1/", "/v1beta/", "/v1alpha/", "/upload/")):
        return Provider.GEMINI
    if path.startswith(("/api_ai/", "/image/")) or path == "/download.php":
        return Provider.TURBOTEXT
    return None
