"""A page of the map in a browser, with all that it asked for and complained about.

A machine that runs other things is slow at any moment, so nothing holds "at once". What a test claims about a page it
waits for: `expect` of Playwright, `says`, `Look.until`. What it counts or clicks it finds by a locator that fits just
one thing. `Look.idle` waits until the map has drawn what it was told; whoever clicks on the map waits for it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

ARTIFACTS = Path(__file__).parents[2] / "test-artifacts"
WAIT_MS = 60_000  # for what a page does by itself
PREPARED_MS = 300_000  # for what a server prepares or the optimiser finds
# the page hears of the new address, draws itself, and tells the map in its turn
TURN = """view => new Promise(done => {
  const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
  if (location.hash === view) return drawn();
  addEventListener("hashchange", drawn, { once: true });
  location.hash = view;
})"""
expect.set_options(timeout=WAIT_MS)


def needed(thing: object, what: str) -> None:
    """Skip without what a test needs; in CI that is a failure."""
    if not thing and os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    if not thing:
        pytest.skip(f"{what} is missing")


def plain(text: str) -> str:
    """A text without the spaces and hyphens that only typesetting knows."""
    return re.sub(r"[ \u00a0\u202f]+", " ", text.replace("\u00ad", ""))


def says(place: Any, *words: str) -> str:
    """What is to be read at a place, once all of the words are."""
    for one in words:
        expect(place).to_contain_text(one, use_inner_text=True)
    return plain(place.inner_text())


def violations(page: Any, tags: list[str] | None = None) -> list[tuple[str, str]]:
    """What axe finds on a page: rule, and the first element that breaks it."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"]} | ({"runOnly": tags} if tags else {})
    axe = Axe("0") if page.evaluate("'axe' in window") else Axe()  # a page reads the half megabyte of axe once
    found = axe.run(page, options=options).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in found]


class Look:
    """An open page with all that it asked for and complained about."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        page.set_default_timeout(WAIT_MS)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def open(self, view: str = "") -> Any:
        """Load the page with a view in its address and wait until the map is drawn."""
        self.page.goto("about:blank")
        self.page.goto(self.address + view)
        self.idle()
        return self.page

    def turn_to(self, view: str) -> Any:
        """Change to another view of the open page by its address."""
        self.page.evaluate(TURN, view)
        self.idle()
        return self.page

    def idle(self) -> None:
        """Wait until the map has nothing left to draw (no polling script: the CSP forbids one)."""
        self.page.locator('.map-canvas[data-state="idle"]').wait_for(timeout=WAIT_MS)

    def by_night(self) -> None:
        """Turn the page to its dark colours, as a device does in the evening."""
        self.page.emulate_media(color_scheme="dark")
        expect(self.page.locator("html")).to_have_attribute("data-scheme", "dark")

    def until(self, true: Callable[[], bool], seconds: float = WAIT_MS / 1000) -> None:
        """Wait until something is so; meanwhile the requests of the page are heard and answered."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it did not come about in time"
            self.page.wait_for_timeout(50)

    def focused(self, script: str) -> Any:
        """Ask the element that has the focus."""
        return self.page.evaluate(f"(() => {{ const e = document.activeElement; return {script}; }})()")

    def focus_is(self, script: str) -> None:
        """Wait until the element that has the focus answers true."""
        self.until(lambda: bool(self.focused(script)))

    def tab_to(self, script: str, limit: int = 80) -> None:
        """Press Tab until the focused element answers true."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if self.focused(script):
                return
        raise AssertionError(f"not reached by {limit} times Tab: {script}")

    def picture(self, name: str) -> None:
        """Keep a screenshot for the eyes."""
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"map-{name}.png")
