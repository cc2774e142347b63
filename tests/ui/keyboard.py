"""Somebody without a mouse: Tab, Enter, Space, arrows, Escape, and typing.

A test with `by_keyboard` in its name has no mouse, nor what Playwright does in its stead (`take_the_mouse_away`).
"""

import asyncio
import time
from pathlib import Path
from typing import Any, Literal, NoReturn, TypedDict

import pytest
from playwright.async_api import ElementHandle, Frame, Locator, Mouse, Page, Touchscreen

from tests.ui.browsing import FINISH_TRANSITIONS

#: Enough for every control of a page; fifty pictures of a gallery have two hundred.
MOST_TABS = 300
MOST_ARROWS = 30
#: A dialog takes the focus when it is there, and gives it back when it is gone.
SETTLES_SECONDS = 5
CHOOSING_MS = 30_000

_NO_KEYS = [
    "check",
    "clear",
    "click",
    "dblclick",
    "dispatch_event",
    "down",
    "drag_and_drop",
    "drag_to",
    "fill",
    "focus",
    "hover",
    "move",
    "press",
    "press_sequentially",
    "scroll_into_view_if_needed",
    "select_option",
    "select_text",
    "set_checked",
    "set_input_files",
    "tap",
    "type",
    "uncheck",
    "up",
    "wheel",
]

#: Where the focus is, and whether somebody who looks at the page sees that.
#: A control that is too small to be seen (a switch) is shown by what is around it. How a control looks with the focus
#: is kept until the next step, when it must look otherwise. What only a script gives the focus needs no such look.
_NOTE = (
    f"() => {{ {FINISH_TRANSITIONS}"
    """
  const one = document.activeElement ?? document.body;
  const words = (of) => of.getAttribute("aria-label") ?? of.labels?.[0]?.textContent ?? of.textContent;
  const told = (of) => `<${of.tagName.toLowerCase()}> "${(words(of) ?? "").trim().slice(0, 60)}"`;
  const isLarge = (of) => of.offsetWidth > 2 && of.offsetHeight > 2;
  const shownBy = (of) => (isLarge(of) || !of.parentElement ? of : shownBy(of.parentElement));
  const around = (of) => [of, of.parentElement, of.parentElement?.parentElement, of.nextElementSibling].filter(Boolean);
  const styles = (of) => around(of).map((part) => getComputedStyle(part));
  const look = (of) => styles(of).map((css) => [css.outline, css.border, css.boxShadow, css.background].join()).join();
  const isSeen = (of) => {
    const shown = shownBy(of);
    const box = shown.getBoundingClientRect();
    return [[0.5, 0.5], [0.05, 0.1], [0.95, 0.1], [0.05, 0.9], [0.95, 0.9]].some(([x, y]) => {
      const there = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      return there && (shown.contains(there) || there.contains(shown));
    });
  };
  const faults = [];
  const last = window.focusSeen;
  if (last && last.one !== one && last.one.isConnected && last.look === look(last.one)) {
    faults.push(`nothing shows that ${told(last.one)} has the focus`);
  }
  const isNowhere = one === document.body || one === document.documentElement;
  if (!isNowhere && !isSeen(one)) faults.push(`${told(one)} has the focus and is out of sight, or behind something`);
  window.focusSeen = one.tabIndex < 0 || isNowhere ? null : { one, look: look(one) };
  return { at: told(one), faults };
}
"""
)
#: Null where the focus has been since the page was opened, or in the dialog that has the page to itself.
_LOST = """
(target) => {
  const one = document.activeElement ?? document.body;
  const dialog = target.closest('[aria-modal="true"]');
  if (dialog && !dialog.contains(one)) return "the dialog has not taken the focus";
  return one === document.body && window.isUsedByKeyboard ? "the focus was lost, nothing has it" : null;
}
"""
_HAS_FOCUS = "(target) => target === document.activeElement"


class MouseUsedError(AssertionError):
    """A story by keyboard alone did something that only a mouse, or a test, can."""


class Noted(TypedDict):
    """What has the focus, in words, and what somebody who looks at it would miss."""

    at: str
    faults: list[str]


def take_the_mouse_away(patch: pytest.MonkeyPatch) -> None:
    """Refuse everything but keys, also the short cuts of Playwright that set the focus or a value by script.

    Whatever is refused raises MouseUsedError.
    """
    for kind in (Page, Frame, Locator, ElementHandle, Mouse, Touchscreen):
        for name in (name for name in _NO_KEYS if hasattr(kind, name)):
            patch.setattr(kind, name, _refused(f"{kind.__name__}.{name}"))


def _refused(name: str) -> object:
    async def refuse(*_: Any, **__: Any) -> NoReturn:
        raise MouseUsedError(f"{name} is no key: this story is told by keyboard alone")

    return refuse


async def tab_to(page: Page, target: Locator, *, key: Literal["Tab", "Shift+Tab"] = "Tab") -> None:
    """Go to the control with the tab key alone, which must be seen to have the focus at each step."""
    await target.wait_for(state="attached")
    await _has_not_lost_the_focus(page, target)
    noted: Noted = await page.evaluate(_NOTE)
    for _ in range(MOST_TABS):
        if await target.evaluate(_HAS_FOCUS):
            return
        await page.keyboard.press(key)
        noted = await page.evaluate(_NOTE)
        assert not noted["faults"], "\n".join([page.url, *noted["faults"]])
    raise AssertionError(f"{MOST_TABS} times {key} do not lead to {target}; the last was {noted['at']} on {page.url}")


async def _has_not_lost_the_focus(page: Page, target: Locator) -> None:
    ends = time.monotonic() + SETTLES_SECONDS
    while (lost := await target.evaluate(_LOST)) is not None:
        assert time.monotonic() < ends, f"{lost} on the way to {target} on {page.url}"
        await asyncio.sleep(0.05)
    await page.evaluate("window.isUsedByKeyboard = true")


async def press(page: Page, target: Locator, key: str = "Enter", *, by: Literal["Tab", "Shift+Tab"] = "Tab") -> None:
    """Go to the control with the tab key, and press the key there."""
    await tab_to(page, target, key=by)
    await page.keyboard.press(key)


async def type_into(page: Page, field: Locator, text: str) -> None:
    """Go to the field with the tab key, and write the text in the place of what is there."""
    await tab_to(page, field)
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.press("Delete")
    await page.keyboard.type(text)


async def arrow_to(page: Page, target: Locator, key: str = "ArrowDown") -> None:
    """Go with an arrow key from one tab, menu item or radio button to another of the same group."""
    await target.wait_for(state="attached")
    for _ in range(MOST_ARROWS):
        if await target.evaluate(_HAS_FOCUS):
            return
        await page.keyboard.press(key)
        await asyncio.sleep(0.05)
    at = (await page.evaluate(_NOTE))["at"]
    raise AssertionError(f"{MOST_ARROWS} times {key} do not lead to {target}; the last was {at} on {page.url}")


async def open_tab(page: Page, name: str, *, by: Literal["Tab", "Shift+Tab"] = "Shift+Tab") -> None:
    """Go to the page's tabs, which are above whatever has the focus, and to the one of that name."""
    await tab_to(page, page.get_by_role("tab", selected=True), key=by)
    await arrow_to(page, page.get_by_role("tab", name=name), "ArrowRight")


async def choose_item(page: Page, menu: Locator, name: str) -> None:
    """Open the menu of that button and choose the item of that name."""
    await press(page, menu)
    await arrow_to(page, page.get_by_role("menuitem", name=name))
    await page.keyboard.press("Enter")


async def choose_file(page: Page, button: Locator, file: Path) -> None:
    """Press the button that asks for a file, and give it that one as the browser's own window would."""
    # begun before the way to the button: a browser that is told at the last moment opens its own window
    async with page.expect_file_chooser(timeout=CHOOSING_MS) as chooser:
        await press(page, button)
    await (await chooser.value).set_files(file)
