"""What a browser has to complain of while it shows the UI."""

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, WebError

#: The page tells the console of each broken policy, also of one that is only reported.
TELLS_BROKEN_POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.effectiveDirective} refused ${event.blockedURI}`));
"""
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Complaints:
    """Console errors, scripts that failed, broken policy, requests to any address but `own` ones.

    A refusal of the API (4xx) is its word to the page, and none.
    """

    def __init__(self, *own: str) -> None:
        self._own = {_origin(url) for url in own}
        self._found: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    async def listen(self, context: BrowserContext) -> None:
        await context.add_init_script(TELLS_BROKEN_POLICY)
        context.on("console", self._note_console)
        context.on("weberror", self._note_error)
        context.on("request", self._note_request)

    def expect(self, pattern: str) -> None:
        """Let what matches pass in this test, e.g. `status of 503` or `ERR_INTERNET_DISCONNECTED`."""
        self._expected.append(re.compile(pattern))

    @property
    def unexpected(self) -> list[str]:
        return [text for text in self._found if not any(pattern.search(text) for pattern in self._expected)]

    def matching(self, pattern: str) -> list[str]:
        """Give what was found of that kind, expected or not."""
        return [text for text in self._found if re.search(pattern, text)]

    def _note_console(self, message: ConsoleMessage) -> None:
        address = str(message.location.get("url", ""))
        is_refusal = _REFUSED.match(message.text) and urlsplit(address).path.startswith("/api/")
        if message.type == "error" and not is_refusal:
            self._found.append(f"console: {message.text} ({address})")

    def _note_error(self, error: WebError) -> None:
        self._found.append(f"script failed: {error.error.message}\n{error.error.stack or ''}")

    def _note_request(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in {"data", "blob"} and _origin(request.url) not in self._own:
            self._found.append(f"request to a stranger: {request.method} {request.url}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
