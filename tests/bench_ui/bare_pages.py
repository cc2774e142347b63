"""Pages that nothing watches, as people have them.

Playwright's own pages have a debugger attached that keeps a full stack for each error object, also for those that React
makes at its start and never throws: V8 parses the whole file again for it, on a slow phone a tenth of a second that
nobody's own browser takes.
https://chromedevtools.github.io/devtools-protocol/tot/Target/#method-sendMessageToTarget
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Self

from playwright.async_api import Browser, CDPSession, StorageState

_ANSWER_SECONDS = 60.0


class BarePage:
    """A page that is told what to do by the DevTools protocol alone; nothing of it is on but what is asked for."""

    def __init__(self, protocol: CDPSession, session_id: str) -> None:
        self._protocol = protocol
        self._session_id = session_id
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        protocol.on("Target.receivedMessageFromTarget", self._take)

    @classmethod
    async def opened(cls, protocol: CDPSession, context_id: str) -> Self:
        target = await protocol.send("Target.createTarget", {"url": "about:blank", "browserContextId": context_id})
        session = await protocol.send("Target.attachToTarget", {"targetId": target["targetId"], "flatten": False})
        return cls(protocol, session["sessionId"])

    def _take(self, event: Mapping[str, str]) -> None:
        message = json.loads(event["message"])
        if event["sessionId"] == self._session_id and (future := self._waiting.pop(message.get("id", 0), None)):
            future.set_result(message)

    async def send(self, method: str, **params: object) -> dict[str, Any]:
        """Do what the protocol has under that name.

        Raises:
            RuntimeError: the browser would not.
            TimeoutError: no answer for a minute.
        """
        number = next(self._ids)
        self._waiting[number] = answer = asyncio.get_running_loop().create_future()
        message = json.dumps({"id": number, "method": method, "params": params})
        await self._protocol.send("Target.sendMessageToTarget", {"sessionId": self._session_id, "message": message})
        async with asyncio.timeout(_ANSWER_SECONDS):
            given = await answer
        if "error" in given:
            raise RuntimeError(f"{method}: {given['error']['message']}")
        result: dict[str, Any] = given["result"]
        return result

    async def evaluate(self, script: str) -> Any:
        """Give the value of the expression, whatever JSON can hold.

        Raises:
            RuntimeError: it failed.
        """
        given = await self.send("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in given:
            raise RuntimeError(f"{script[:200]}: {given['exceptionDetails']}")
        return given["result"].get("value")

    async def close(self) -> None:
        await self.send("Page.close")


@asynccontextmanager
async def bare_context(browser: Browser, who: StorageState | None) -> AsyncIterator[Callable[[], Awaitable[BarePage]]]:
    """Make a profile with the cookies of that person, and give what opens its pages; they share what is cached."""
    protocol = await browser.new_browser_cdp_session()
    context_id = (await protocol.send("Target.createBrowserContext"))["browserContextId"]
    try:
        given = (who or {}).get("cookies", [])
        cookies = [{name: value for name, value in cookie.items() if name != "expires"} for cookie in given]
        await protocol.send("Storage.setCookies", {"cookies": cookies, "browserContextId": context_id})
        yield partial(BarePage.opened, protocol, context_id)
    finally:
        await protocol.send("Target.disposeBrowserContext", {"browserContextId": context_id})
        await protocol.detach()
