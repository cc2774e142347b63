"""Makes the guide's pictures anew from the running stack: its pages in both languages, always in the same window."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import APIRequestContext, Browser, Page, expect, sync_playwright

from deploy.local.booth import DEMO_SLOTS, post_photo
from deploy.local.fetch_browser import find_browser
from deploy.local.layout import CHECKOUT, read_layout

PICTURES = CHECKOUT / "docs" / "guide" / "pictures"
TEXTS = CHECKOUT / "web" / "src" / "i18n"
PHOTO = CHECKOUT / "deploy" / "local" / "demo-photo.jpg"
WIDTH, HEIGHT = 1100, 760
#: A form or a test run with its timings does not fit into a screen.
TALL = 1360
MAX_PICTURE_BYTES = 150_000
PATIENCE_MS = 60_000
LOCALES = {"ru": "ru-RU", "en": "en-GB"}
SLOT_NAMES = {"ru": "Пример отказа", "en": "A refusal"}
NEW_SLOT = {
    "ru": ("Акварель", "Нарисуй это фото акварелью."),
    "en": ("Watercolour", "Paint this photo in watercolour."),
}
#: What the sandbox understands as an order to refuse the photo.
REFUSED = "A picture that nobody may see. [sandbox:safety]"


_SEEN_PICTURES_ARE_THERE = """
[...document.images].filter((one) => one.getBoundingClientRect().top < innerHeight).every((one) => one.complete)
"""


class NotMade(Exception):
    """Says to whoever asked for the pictures why there are none."""


@dataclass(frozen=True)
class Visit:
    """One language's visit to the pages; `refused` is the photo whose failure the guide explains."""

    page: Page
    language: str
    refused: str

    def words(self, area: str, key: str) -> str:
        """Give the words that the pages have under the key."""
        found: Any = json.loads((TEXTS / self.language / f"{area}.json").read_text())
        for part in key.split("."):
            found = found[part]
        return str(found)

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being loaded any more."""
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
        self.page.wait_for_function(_SEEN_PICTURES_ARE_THERE)
        self.page.wait_for_timeout(1_500)


def _provider_key(visit: Visit) -> None:
    visit.open("/providers/gemini")
    heading = visit.page.get_by_role("heading", name=visit.words("providers", "section.key"), exact=True)
    heading.evaluate("(one) => window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY - 90)")
    visit.settle()


def _new_slot(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": WIDTH, "height": TALL})
    visit.open("/slots/new")
    name, prompt = NEW_SLOT[visit.language]
    visit.page.get_by_label(re.compile(f"^{visit.words('slots', 'field.name')}")).first.fill(name)
    visit.page.get_by_label(re.compile(f"^{visit.words('slots', 'providerWords.prompt')}")).first.fill(prompt)


def _try(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": WIDTH, "height": TALL})
    visit.open(f"/slots/{DEMO_SLOTS[0]}?tab=try")
    visit.page.get_by_role("button", name=visit.words("trial", "photo.sample")).click()
    visit.page.get_by_role("button", name=visit.words("trial", "run"), exact=True).click()
    expect(visit.page.get_by_role("link", name=visit.words("trial", "download"))).to_be_visible()
    visit.settle()


def _at(path: str) -> Callable[[Visit], None]:
    return lambda visit: visit.open(path.format(refused=visit.refused))


def _tall(path: str) -> Callable[[Visit], None]:
    def way(visit: Visit) -> None:
        visit.page.set_viewport_size({"width": WIDTH, "height": TALL})
        visit.open(path)

    return way


#: By name, the way to what the picture shows.
WAYS: dict[str, Callable[[Visit], None]] = {
    "provider": _provider_key,
    "new-slot": _new_slot,
    "try": _try,
    "password": _at("/settings"),
    "connect": _at(f"/slots/{DEMO_SLOTS[0]}?tab=connect"),
    "today": _tall("/"),
    "gallery": _at("/gallery"),
    "photo": _at("/jobs/{refused}"),
    "providers": _at("/providers"),
}


def main(environ: dict[str, str]) -> int:
    """Write a picture of each way in both languages; 1 and a clear word when that cannot be."""
    try:
        _make(_running_stack(environ), _browser())
    except NotMade as why:
        print(f"make guide-pictures: {why}", file=sys.stderr)
        return 1
    return 0


def _running_stack(environ: dict[str, str]) -> dict[str, Any]:
    stack_file = read_layout(environ).stack_file
    if not stack_file.exists():
        raise NotMade("the stack does not run; start it with `make run` in another terminal")
    stack: dict[str, Any] = json.loads(stack_file.read_text())
    return stack


def _browser() -> Path:
    program = find_browser()
    if program is None:
        raise NotMade("no Chromium or Chrome here; `make setup-ui` fetches one")
    return program


def _make(stack: dict[str, Any], program: Path) -> None:
    for slot in (*DEMO_SLOTS, *DEMO_SLOTS):
        _send(stack, slot, 200)
    with sync_playwright() as playwright:
        # root may not use Chromium's sandbox; what is shown is ours alone
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for language in LOCALES:
            with _visit(browser, stack, language) as visit:
                for name, way in WAYS.items():
                    visit.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
                    way(visit)
                    _save(visit.page.screenshot(animations="disabled", caret="hide"), f"{language}-{name}")


@contextmanager
def _visit(browser: Browser, stack: dict[str, Any], language: str) -> Iterator[Visit]:
    context = browser.new_context(
        base_url=stack["admin_url"],
        locale=LOCALES[language],
        timezone_id="Europe/Moscow",
        color_scheme="light",
        reduced_motion="reduce",
        # waiting for a condition is a script of ours, which the pages' policy would refuse
        bypass_csp=True,
        extra_http_headers={"X-PhotoChanger-Request": "1"},
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    api = context.request
    _ask(api, "POST", "/api/v1/session", {"login": stack["admin_login"], "password": stack["admin_password"]})
    slot = f"guide-{language}"
    settings = {"provider": "gemini", "operation": "image_edit", "params": {"prompt": REFUSED}}
    _ask(api, "POST", "/api/v1/slots", {"id": slot, "name": SLOT_NAMES[language], **settings})
    try:
        refused = json.loads(_send(stack, slot, 502))["job_id"]
        yield Visit(context.new_page(), language, refused)
    finally:
        version = _ask(api, "GET", f"/api/v1/slots/{slot}")["version"]
        _ask(api, "DELETE", f"/api/v1/slots/{slot}", etag=f'"{version}"')
        _ask(api, "DELETE", "/api/v1/session")
        context.close()


def _ask(api: APIRequestContext, method: str, path: str, body: object = None, *, etag: str | None = None) -> Any:
    answer = api.fetch(path, method=method, data=body, headers={"If-Match": etag} if etag else {})
    if not answer.ok:
        raise NotMade(f"{method} {path} was answered {answer.status}: {answer.text()[:300]}")
    return answer.json() if answer.status != 204 else None


def _send(stack: dict[str, Any], slot: str, wanted: int) -> bytes:
    port = int(stack["gateway_url"].rsplit(":", 1)[1])
    status, body = post_photo(port, PHOTO.read_bytes(), stack["ingest_password"], slot=slot)
    if status != wanted:
        raise NotMade(f"{slot} answered {status}: {body[:300]!r}; the pictures are made with the sandbox's providers")
    return body


def _save(png: bytes, name: str) -> None:
    file = PICTURES / f"{name}.webp"
    Image.open(io.BytesIO(png)).convert("RGB").save(file, "WEBP", quality=78, method=6)
    size = file.stat().st_size
    if size > MAX_PICTURE_BYTES:
        raise NotMade(f"{file.name} has {size} bytes, more than {MAX_PICTURE_BYTES}")
    print(f"wrote {file.relative_to(CHECKOUT)}, {size} bytes")


if __name__ == "__main__":
    import os

    sys.exit(main(dict(os.environ)))
