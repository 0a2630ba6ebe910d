"""The map of a small town on a loopback server, and a browser to look at it with."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browser import PREPARED_MS, Look, needed
from fake_bundle import make_bundle

from nahraum.publish.mapsite import assets_folder, write_map

# no GPU, no sandbox in a container, nothing that would call home
FLAGS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # a page asks for much at once, and a busy machine answers late


def _serve(folder: Path) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium")
    needed(program, "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, headless=True, args=list(FLAGS), timeout=PREPARED_MS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the town's map, served as `python -m http.server` would."""
    needed(assets_folder(), "the built front end (python hatch_build.py)")
    folder = tmp_path_factory.mktemp("public")
    write_map(make_bundle(), folder)
    yield from _serve(folder / "map")


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """A loopback server for any folder."""
    running: list[Iterator[str]] = []

    def start(folder: Path) -> str:
        running.append(_serve(folder))
        return next(running[-1])

    yield start
    for server in running:
        next(server, None)


@pytest.fixture
def look(chromium: Any, site: str) -> Iterator[Look]:
    size: Any = {"width": 1280, "height": 800}
    context = chromium.new_context(viewport=size, locale="de-DE", reduced_motion="reduce")
    yield Look(context.new_page(), site)
    context.close()


@pytest.fixture
def look_at(chromium: Any) -> Iterator[Callable[..., Look]]:
    """A page of its own size, for any address; of a person who wants no motion."""
    opened: list[Any] = []

    def start(address: str, width: int = 1280, height: int = 800) -> Look:
        size: Any = {"width": width, "height": height}
        opened.append(chromium.new_context(viewport=size, locale="de-DE", reduced_motion="reduce"))
        return Look(opened[-1].new_page(), address)

    yield start
    for context in opened:
        context.close()
