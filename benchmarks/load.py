"""Many people on one server: 50 who explore, 5 who edit, two minutes on loopback.

    python benchmarks/load.py [--residents 300000] [--study study.toml] [--seconds 120] [--exploring 50] [--editing 5]

Musterstadt of that size (or a study that is there already) and its server in a process of its own. Who explores opens
the map (page, data), then looks at figures, downloads and map layers with 1 to 3 seconds between two clicks. Who edits
has a scenario of their own, tries an edit ten times while dragging (the next request when the last is answered, at most
one every 50 ms), keeps it, sometimes undoes it, and thinks for 1 to 3 seconds. Exit 1 on any answer that is no 200 or
201. The people are threads of this one process: what they wait includes a little of its own work.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from serve import at, drawn, homes, prepared, started

KINDS = ("facility", "park", "footpath")
PAGE = ("/", "/data/study.json", "/data/cells.json", "/data/quarters.json", "/data/quarters.geojson")
LOOKS = (
    "/data/quarters.json", "/data/locations.json", "/api/downloads", "/api/ogc/collections",
    "/api/ogc/collections/quarters/items?limit=100", "/api/ogc/collections/cells/items?limit=200", "/api",
)  # fmt: skip


@dataclass
class Tally:
    """Milliseconds of each kind of request, and what was refused."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, kind: str, milliseconds: float) -> None:
        """One more answer."""
        with self.lock:
            self.times[kind].append(milliseconds)


class Person:
    """A connection that is kept open, as a browser does."""

    def __init__(self, address: str, tally: Tally, seed: int) -> None:
        parts = urlsplit(address)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._line.connect()
        self._line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._headers = {"Authorization": f"Bearer {parts.query.partition('=')[2]}", "X-Nahraum": "1"}
        self._tally, self.dice = tally, random.Random(seed)

    def ask(self, kind: str, path: str, document: dict[str, Any] | None = None, *, may: int = 0) -> Any:
        """The answer as JSON or None; `may` is a refusal that counts as an answer."""
        began = time.perf_counter()
        if document is None:
            self._line.request("GET", path, headers=self._headers)
        else:
            self._line.request("POST", path, json.dumps(document), self._headers | {"Content-Type": "application/json"})
        answer = self._line.getresponse()
        body = answer.read()
        self._tally.took(kind, (time.perf_counter() - began) * 1000)
        if answer.status not in (200, 201, may):
            self._tally.wrong.append(f"{answer.status} {path}: {body[:200]!r}")
        return json.loads(body) if answer.status in (200, 201) and body[:1] in (b"{", b"[") else None


def exploring(person: Person, until: float) -> None:
    """Opens the map and looks around."""
    time.sleep(person.dice.uniform(0, 5))
    for path in PAGE:
        person.ask("page", path)
    while time.monotonic() < until:
        person.ask("look", person.dice.choice(LOOKS))
        time.sleep(person.dice.uniform(1, 3))


def editing(person: Person, until: float, spots: list[tuple[float, float]]) -> None:
    """Draws measures, one after the other."""
    scenario = person.ask("create", "/api/scenarios", {"name": "load"})["id"]
    time.sleep(person.dice.uniform(0, 2))
    while time.monotonic() < until:
        edit = drawn(person.dice.choice(KINDS), person.dice, spots)
        for _ in range(10):
            began = time.monotonic()
            person.ask("drag", f"/api/scenarios/{scenario}/preview", {"edit": moved(edit)}, may=422)
            time.sleep(max(0.0, 0.05 - (time.monotonic() - began)))
        kept = person.ask("keep", f"/api/scenarios/{scenario}/edits", {"edit": edit}, may=422)
        person.ask("effect", f"/api/scenarios/{scenario}/effect")
        if kept and person.dice.random() < 0.3:
            person.ask("undo", f"/api/scenarios/{scenario}/undo", {})
        time.sleep(person.dice.uniform(1, 3))


def moved(edit: dict[str, Any]) -> dict[str, Any]:
    """The edit ten metres further east, in place."""
    if "x_m" in edit:
        edit["x_m"] += 10
    for name in ("outline", "entrances", "points"):
        if name in edit:
            edit[name] = [[x + 10, y] for x, y in edit[name]]
    return edit


def at_once(address: str, asked: argparse.Namespace, spots: list[tuple[float, float]]) -> Tally:
    """All people for the time that was asked for."""
    tally, until = Tally(), time.monotonic() + asked.seconds
    work: list[Callable[[], None]] = []
    for n in range(asked.exploring):
        work.append(lambda n=n: exploring(Person(address, tally, n), until))  # type: ignore[misc]
    for n in range(asked.editing):
        work.append(lambda n=n: editing(Person(address, tally, 1000 + n), until, spots))  # type: ignore[misc]

    def guarded(one: Callable[[], None]) -> None:
        try:
            one()
        except Exception as wrong:
            tally.wrong.append(repr(wrong))

    people = [threading.Thread(target=guarded, args=(one,)) for one in work]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--residents", type=int, default=300_000)
    parser.add_argument("--study", type=Path, help="a study that has been run")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--exploring", type=int, default=50)
    parser.add_argument("--editing", type=int, default=5)
    asked = parser.parse_args()
    study = asked.study or prepared(asked.residents)
    process, address = started(study)
    try:
        tally = at_once(address, asked, homes(study))
    finally:
        process.terminate()
        process.wait()
    print(f"{study}: {asked.exploring} explore, {asked.editing} edit, {asked.seconds:g} s; milliseconds")
    print(f"{'request':<10}{'n':>7}{'p50':>9}{'p95':>9}{'p99':>9}{'most':>9}")
    for kind, times in sorted(tally.times.items()):
        some = sorted(times)
        print(
            f"{kind:<10}{len(some):>7}{at(some, 0.5):>9.1f}{at(some, 0.95):>9.1f}{at(some, 0.99):>9.1f}{some[-1]:>9.1f}"
        )
    for line in tally.wrong[:10]:
        print("WRONG", line)
    print(f"{len(tally.wrong)} errors")
    sys.exit(int(bool(tally.wrong)))


if __name__ == "__main__":
    main()
