"""Windows of a browser on the UI, each with cookies of its own."""

import os
import re
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, StorageState

from deploy.local.layout import CHECKOUT
from tests.ui.complaints import Complaints
from tests.ui.looks import HEIGHTS, Look

#: For whatever the page shows by itself: a test that waits for more says so.
PATIENCE_MS = 10_000
#: For whoever reads colours: a button that is enabled again has those of a disabled one for a moment.
FINISH_TRANSITIONS = """
document.getAnimations().filter((change) => change instanceof CSSTransition).forEach((change) => change.finish());
"""


class Browsing:
    """What one test opens; `complaints` are those of all its windows."""

    def __init__(self, browser: Browser, complaints: Complaints, *, ui_url: str, administrator: StorageState) -> None:
        self._browser = browser
        self._ui_url = ui_url
        self._administrator = administrator
        self._contexts: list[BrowserContext] = []
        self.complaints = complaints

    async def window(
        self, look: Look | None = None, *, who: StorageState | Literal["administrator", "stranger"] = "administrator"
    ) -> Page:
        """Open a window of its own, still empty: `page.goto("/slots")` goes to the UI.

        `who` is the administrator of the stack, nobody, or somebody logged in by `log_in`.
        """
        chosen = look or Look()
        state = self._administrator if who == "administrator" else None if who == "stranger" else who
        context = await self._browser.new_context(
            base_url=self._ui_url,
            storage_state=state,
            locale={"en": "en-GB", "ru": "ru-RU"}[chosen.language],
            color_scheme=chosen.theme,
            viewport={"width": chosen.width, "height": HEIGHTS.get(chosen.width, 900)},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        await self.complaints.listen(context)
        self._contexts.append(context)
        return await context.new_page()

    async def log_in(self, login: str, password: str) -> StorageState:
        """Log somebody in without the page; a session of its own, also for the administrator. At most 10 a minute."""
        return await logged_in(self._browser, self._ui_url, login, password)

    async def keep_pictures(self, name: str) -> None:
        """Take a picture of every window that is open, for whoever looks why the test failed."""
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages):
            await picture(page, f"failed-{name}-{number}")

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


async def logged_in(browser: Browser, ui_url: str, login: str, password: str) -> StorageState:
    """Give the cookies of a new session."""
    context = await browser.new_context(base_url=ui_url)
    try:
        answer = await context.request.post("/api/v1/session", data={"login": login, "password": password})
        assert answer.status == 201, await answer.text()
        return await context.storage_state()
    finally:
        await context.close()


async def picture(page: Page, name: str) -> Path:
    """Take a picture of the whole page into $UI_ARTIFACTS, else .local/ui."""
    folder = Path(os.environ.get("UI_ARTIFACTS") or CHECKOUT / ".local" / "ui")
    file = folder / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}.png"
    folder.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=file, full_page=True, animations="disabled")
    return file
