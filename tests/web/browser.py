"""A page of the map in a browser, with all that it asked for and complained about."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ARTIFACTS = Path(__file__).parents[2] / "test-artifacts"
WAIT_MS = 60_000


def needed(thing: object, what: str) -> None:
    """Skip without what a test needs; in CI that is a failure."""
    if not thing and os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    if not thing:
        pytest.skip(f"{what} is missing")


class Look:
    """An open page with all that it asked for and complained about."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
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
        self.page.evaluate("view => { location.hash = view }", view)
        self.page.wait_for_timeout(100)
        self.idle()
        return self.page

    def idle(self) -> None:
        """Wait until the map has nothing left to draw (no polling script: the CSP forbids one)."""
        self.page.locator('.map-canvas[data-state="idle"]').wait_for(timeout=WAIT_MS)

    def until(self, true: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it did not come about in time"
            time.sleep(0.05)

    def focused(self, script: str) -> Any:
        """Ask the element that has the focus."""
        return self.page.evaluate(f"(() => {{ const e = document.activeElement; return {script}; }})()")

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
