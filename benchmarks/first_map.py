"""How long a browser waits for the map of a city, and how heavy the page is.

    python benchmarks/first_map.py --study study.toml [--static] [--runs 5] [--bar 2.0] [--js 600] [--write]

The server of a study that has been run (`nahraum serve`, warm: it has answered once), Chromium without a graphics card,
a fresh profile each time, whose window has come to rest: since Chromium draws its own address bar as a page, opening
one costs a second of processor time that is not the map's. With --static the published map/ from a plain file server
instead. Drawn is when the map has nothing left to draw (`data-state="idle"`): background, cells with
their colours, names. JavaScript is all of the front end, packed by gzip -9. Exit 1 where the median or the weight is
over its bar.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import harness
from serve import started

FLAGS = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")

REST_MS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--study", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--bar", type=float, default=2.0, help="seconds to the drawn map, median")
    parser.add_argument("--js", type=float, default=600.0, help="kB of JavaScript, packed")
    parser.add_argument("--static", action="store_true", help="the published map without a server of ours")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with reached(asked.study, static=asked.static) as address:
        seconds, asked_for = looked(address, asked.runs + 1)
    kilobytes = packed_kb()
    middle = statistics.median(seconds[1:])
    is_quick, is_light = middle < asked.bar, kilobytes <= asked.js
    lines = [
        f"- Map drawn after {middle:.2f} s (median of {asked.runs}; {min(seconds[1:]):.2f}–{max(seconds[1:]):.2f} s; "
        f"first of all {seconds[0]:.2f} s); bar {asked.bar:g} s: {'reached' if is_quick else 'SHORT of the bar'}.",
        f"- JavaScript {kilobytes:.0f} kB packed; bar {asked.js:g} kB: {'reached' if is_light else 'SHORT of it'}.",
        f"- {asked_for} requests, none to another server.",
        "",
        harness.circumstances({}, runs=asked.runs),
    ]
    what = f"First map, {asked.study.parent.name}{', static site' if asked.static else ''}"
    harness.report(what, lines, write=asked.write)
    sys.exit(int(not (is_quick and is_light)))


@contextmanager
def reached(study: Path, *, static: bool) -> Iterator[str]:
    """Where the map of a study is, as long as the block runs."""
    if static:
        from nahraum.study import read_study
        from nahraum.web.static_server import serve_folder

        with serve_folder(read_study(study).output_folder / "public" / "map") as address:
            yield address
        return
    process, address = started(study)
    try:
        yield address
    finally:
        process.terminate()
        process.wait()


def looked(address: str, times: int) -> tuple[list[float], int]:
    """Seconds until the map is drawn, each in a browser profile of its own, and how many requests one needs."""
    from playwright.sync_api import sync_playwright

    home = address.split("start?")[0]
    seconds: list[float] = []
    addresses: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for _ in range(times):
            context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE")
            page: Any = context.new_page()
            page.request.get(address)  # signs in without opening the page
            addresses = []
            page.wait_for_timeout(REST_MS)
            page.on("request", lambda one, found=addresses: found.append(one.url))
            began = time.perf_counter()
            page.goto(home, wait_until="commit")
            page.locator('.map-canvas[data-state="idle"]').wait_for(timeout=60_000)
            seconds.append(time.perf_counter() - began)
            context.close()
        browser.close()
    outside = [one for one in addresses if not one.startswith((home, "data:", "blob:"))]
    assert not outside, outside
    return seconds, len(addresses)


def packed_kb() -> float:
    """All JavaScript of the front end, packed one by one. [kB]"""
    folder = harness.HERE.parent / "src" / "nahraum" / "web" / "static"
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in folder.rglob("*.js")) / 1000


if __name__ == "__main__":
    main()
