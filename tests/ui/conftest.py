"""The web UI in a real Chromium, on one real stack with the UI built: `make e2e`, or `pytest tests/ui/test_one.py`.

The stack builds the UI as it is now before it starts. `python -m deploy.local setup --only browser` does so before,
in ten seconds after a change where `npm ci` was run in web/, and fetches a browser.

A story is an async test that takes what it needs of these:

`browser_page`  a window of the administrator's, in the test's `look`; `await browser_page.goto("/slots")` opens the UI
`stranger_page` the same of somebody who is not logged in
`look`          language, theme, width; English, light, 1440 px unless the test says
                `@pytest.mark.parametrize("look", [Look("ru", width=360)], indirect=True, ids=str)`
`browsing`      more windows, of other people: `page = await browsing.window(Look("ru"), who=await browsing.log_in(…))`
`product`       the stack from all other sides (`tests/e2e/product.py`): slots whose provider behaves as told, photos as
                the booth posts them, rows, objects
`admin_api`     an HTTP client with the administrator's token, for `tests.admin_people.ask`
`stack`         addresses and passwords

A test fails by itself when a console error, a failed script, broken content policy or a request to a stranger's address
turns up in any of its windows; `browsing.complaints.expect("status of 503")` lets one kind pass. Of a failed test every
window's picture is kept. `whole_in_every_look(browsing, "/slots", ready, name="slots")` (`tests/ui/checks.py`)
is axe and no sideways scrolling; every page has such a test. `make e2e` has both languages, both themes and three
widths, `make test` the two looks that differ most (`tests/ui/looks.py`).
A story whose name says `by_keyboard` is held to it: nothing but keys works there (`tests/ui/keyboard.py`).
`picture(page, "name")` (`tests/ui/browsing.py`) keeps a picture, in $UI_ARTIFACTS or .local/ui.

All tests share one event loop and the browser: a fixture of yours is `@pytest_asyncio.fixture(loop_scope="session")`.
They share the stack too: make slots and people of your own, and count on nothing that you did not make. The shared
administrator's session must live on: whoever logs out or ends a session takes one of his own (`browsing.log_in`).
"""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, StorageState, async_playwright

from deploy.local.fetch_browser import find_browser
from tests.admin_people import log_in
from tests.admin_people import logged_in as with_token
from tests.e2e.product import Product, product_of
from tests.running_stack import RunningStack
from tests.ui.browsing import Browsing, logged_in
from tests.ui.complaints import Complaints
from tests.ui.keyboard import take_the_mouse_away
from tests.ui.looks import Look

HERE = Path(__file__).parent
_HAS_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every test of this folder in the one event loop that the browser lives in."""
    for item in items:
        if item.path.is_relative_to(HERE) and isinstance(item, pytest.Function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_HAS_FAILED] = report.failed
    return report


@pytest.fixture(autouse=True)
def has_no_mouse_by_keyboard(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test named so means it."""
    if "by_keyboard" in request.node.name:
        take_the_mouse_away(monkeypatch)


@pytest.fixture(scope="session")
def ui_url(stack: RunningStack) -> str:
    return str(stack.info["admin_url"])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = find_browser()
    assert program is not None, "no Chromium or Chrome here: `python -m deploy.local setup --only browser` fetches one"
    async with async_playwright() as playwright:
        # root may not use Chromium's sandbox; what is shown is ours alone
        browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def administrator(browser: Browser, stack: RunningStack, ui_url: str) -> StorageState:
    """The cookies of the administrator's session, which all tests share."""
    return await logged_in(browser, ui_url, str(stack.info["admin_login"]), str(stack.info["admin_password"]))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(stack: RunningStack) -> AsyncIterator[Product]:
    async with product_of(stack) as product:
        yield product


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def admin_api(stack: RunningStack, ui_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(ui_url, cookie_jar=aiohttp.DummyCookieJar()) as stranger:
        token = await log_in(stranger, str(stack.info["admin_login"]), str(stack.info["admin_password"]))
    async with with_token(ui_url, token) as http:
        yield http


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Look:
    chosen = getattr(request, "param", Look())
    assert isinstance(chosen, Look)
    return chosen


@pytest_asyncio.fixture(loop_scope="session")
async def browsing(
    request: pytest.FixtureRequest, browser: Browser, administrator: StorageState, product: Product, ui_url: str
) -> AsyncIterator[Browsing]:
    await product.mongo.database["login_failures"].delete_many(
        {}
    )  # what earlier tests guessed is not held against this one
    complaints = Complaints(ui_url, product.stack.gateway_url)
    browsing = Browsing(browser, complaints, ui_url=ui_url, administrator=administrator)
    yield browsing
    if request.node.stash.get(_HAS_FAILED, False) or complaints.unexpected:
        await browsing.keep_pictures(request.node.name)
    await browsing.close()
    assert complaints.unexpected == []


@pytest_asyncio.fixture(loop_scope="session")
async def browser_page(browsing: Browsing, look: Look) -> Page:
    return await browsing.window(look)


@pytest_asyncio.fixture(loop_scope="session")
async def stranger_page(browsing: Browsing, look: Look) -> Page:
    return await browsing.window(look, who="stranger")
