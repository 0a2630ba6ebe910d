"""A plan changed by hand over HTTP: how long one click takes, and how soon the next plan begins.

    python benchmarks/by_hand.py --study study.toml [--clicks 40] [--bar 500] [--budget 20000000] [--write]

The server of a study that has been run, one planner. Three plans are asked for; told is when the search begins: of the
first the preparing process has opened the study, the next ones find it open. Then the first plan is opened and measures
are taken out and put in at random, one a click, each held against the plan (`POST /api/plans/try`). Exit 1 where p95 of
a click is at the bar or above.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import harness
from serve import at, started

OPEN = ("waiting", "running")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--study", type=Path, required=True)
    parser.add_argument("--clicks", type=int, default=40)
    parser.add_argument("--bar", type=float, default=500.0, help="p95 of a click in milliseconds")
    parser.add_argument("--budget", type=float, default=20_000_000.0)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    process, address = started(asked.study)
    try:
        lines, late = measured(Planner(address), asked)
    finally:
        process.terminate()
        process.wait()
    harness.report(f"A plan by hand, {asked.study.parent.name}", lines, write=asked.write)
    sys.exit(int(late))


class Planner:
    """A connection of the planner role that is kept open, as a browser does."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=900)
        self._line.connect()
        self._line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._heads = {"Authorization": f"Bearer {parts.query.partition('=')[2]}", "X-Nahraum": "1",
                       "Content-Type": "application/json"}  # fmt: skip

    def ask(self, path: str, document: Any = None, method: str | None = None) -> Any:
        """What the API answers."""
        body = None if document is None else json.dumps(document)
        self._line.request(method or ("GET" if body is None else "POST"), f"/api{path}", body, self._heads)
        answer = self._line.getresponse()
        told = json.loads(answer.read() or b"null")
        assert answer.status < 300, told
        return told

    def job(self, name: str, budget_eur: float) -> tuple[float, float]:
        """Seconds until the search of a plan begins, and until the plan is there."""
        ask = {"name": name, "budget_eur": budget_eur, "variants": False, "replace": True}
        began, searched = time.perf_counter(), 0.0
        key = self.ask("/jobs", {"kind": "plan", "ask": ask})["id"]
        while (job := self.ask(f"/jobs/{key}"))["state"] in OPEN:
            if not searched and job["incumbent"] is not None:
                searched = time.perf_counter() - began
            time.sleep(0.02)
        assert job["state"] == "done", job["error"]
        return searched, time.perf_counter() - began


def measured(planner: Planner, asked: argparse.Namespace) -> tuple[list[str], bool]:
    """Lines of the report, and whether a bar is missed."""
    began = time.perf_counter()
    while not (told := planner.ask("/planning"))["ready"]:
        assert told["error"] is None, told["error"]
        time.sleep(0.1)
    prepared = time.perf_counter() - began
    jobs = [planner.job(f"benchmark-{n}", asked.budget) for n in (1, 2, 3)]
    plan = planner.ask("/plans/benchmark-1")
    chosen = [one["site_id"] for one in plan["measures"]]
    others = [one["id"] for one in planner.ask("/planning/sites")["features"] if one["properties"]["cost_eur"]]
    first, times = tried(planner, chosen)[0], []
    dice = random.Random(7)
    for _ in range(asked.clicks):
        site = dice.choice(chosen if dice.random() < 0.5 and chosen else others)
        chosen = [one for one in chosen if one != site] if site in chosen else [*chosen, site]
        times.append(tried(planner, chosen))
    for n in (1, 2, 3):
        planner.ask(f"/plans/benchmark-{n}", method="DELETE")
    waited, inside = (sorted(one) for one in zip(*times, strict=True))
    late = at(waited, 0.95) >= asked.bar
    verdict = "SHORT of it" if late else "reached"
    found, done = ([f"{job[part]:.1f}" for job in jobs] for part in (0, 1))
    lines = [
        f"- Sites and effects ready after {prepared:.1f} s (stages were there).",
        f"- First plan found {found[0]} s after it was asked for, the next {found[1]} and {found[2]} s; all papers "
        f"after {done[0]}, {done[1]} and {done[2]} s.",
        f"- A plan of {len(plan['measures'])} measures opened by hand: {first:.0f} ms. A click: p50 "
        f"{at(waited, 0.5):.0f}, p95 {at(waited, 0.95):.0f}, most {waited[-1]:.0f} ms ({asked.clicks} clicks, in the "
        f"server p95 {at(inside, 0.95):.0f}); bar {asked.bar:g} ms: {verdict}.",
        "",
        harness.circumstances({}, runs=1),
    ]  # fmt: skip
    return lines, late


def tried(planner: Planner, chosen: list[str]) -> tuple[float, float]:
    """Milliseconds of a set, as waited for and as the server tells."""
    began = time.perf_counter()
    told = planner.ask("/plans/try", {"sites": chosen, "against": "benchmark-1"})
    return (time.perf_counter() - began) * 1000, told["milliseconds"]


if __name__ == "__main__":
    main()
