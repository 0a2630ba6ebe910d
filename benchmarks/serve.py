"""What-if over HTTP: how long one edit of a city takes, in the engine and as an answer of the server.

    python benchmarks/serve.py [--residents 300000] [--edits 40] [--bar 100] [--study study.toml] [--write]

Musterstadt of that size (or a study that is there already), its server on 127.0.0.1 in a process of its own, one
planner: facility, park and footpath edits in turn at random homes, each tried and kept. Engine is what the server
states (`milliseconds`: edit, access, counts, answer as values), HTTP what the client waits until the answer is read.
Exit 1 where p95 of a kind over HTTP is at the bar or above.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import harness

HERE = Path(__file__).resolve().parent
KINDS = ("facility", "park", "footpath")
WARM = 3  # first edits of each kind that do not count: they load what Python loads late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--residents", type=int, default=300_000)
    parser.add_argument("--edits", type=int, default=40, help="of each kind")
    parser.add_argument("--bar", type=float, default=100.0, help="p95 in milliseconds")
    parser.add_argument("--study", type=Path, help="a study that has been run")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    study = asked.study or prepared(asked.residents)
    process, address = started(study)
    try:
        times = measured(address, asked.edits, homes(study))
    finally:
        process.terminate()
        process.wait()
    lines = [
        f"{asked.edits} edits of each kind at random homes, one person, each kept; milliseconds. "
        f"Bar: p95 of HTTP {asked.bar:g}.",
        "",
        "| edit | engine p50 | p95 | HTTP p50 | p95 | most | kB |", "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    late = False
    for kind in KINDS:
        engine, answered, size = (sorted(one) for one in zip(*times[kind], strict=True))
        lines.append(
            f"| {kind} | {at(engine, 0.5):.1f} | {at(engine, 0.95):.1f} | {at(answered, 0.5):.1f} "
            f"| **{at(answered, 0.95):.1f}** | {answered[-1]:.1f} | {at(size, 0.5) / 1000:.0f} |"
        )
        late |= at(answered, 0.95) >= asked.bar
    lines += ["", harness.circumstances({}, runs=1)]
    harness.report(
        f"What-if over HTTP, {asked.study.parent.name if asked.study else asked.residents}", lines, write=asked.write
    )
    sys.exit(int(late))


def prepared(residents: int) -> Path:
    """Musterstadt of that size, run; kept in benchmarks/.cache."""
    folder = HERE / ".cache" / f"musterstadt-{residents}"
    study = folder / "study.toml"
    if not study.exists():
        program = [sys.executable, "-m", "nahraum.cli", "musterstadt", "--residents", str(residents)]
        subprocess.run([*program, "--out", str(folder)], check=True)
    subprocess.run([sys.executable, "-m", "nahraum.cli", "run", str(study)], check=True)
    return study


def started(study: Path) -> tuple[subprocess.Popen[str], str]:
    """The server and the address it prints once it is ready."""
    program = [sys.executable, "-u", "-m", "nahraum.cli", "serve", str(study), "--port", "0"]
    began = time.perf_counter()
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    if not found:
        sys.exit(f"the server did not start: {line}")
    print(f"ready after {time.perf_counter() - began:.1f} s")
    return process, found.group()


def homes(study: Path) -> list[tuple[float, float]]:
    """Where people live, in the study's CRS."""
    import pandas as pd

    from nahraum.study import read_study

    file = read_study(study).output_folder / "internal" / "addresses.parquet"
    table = pd.read_parquet(file, columns=["x_m", "y_m", "inside", "edge"])
    table = table[table["inside"] & ~table["edge"]]
    return list(zip(table["x_m"].tolist(), table["y_m"].tolist(), strict=True))


def measured(address: str, n: int, spots: list[tuple[float, float]]) -> dict[str, list[tuple[float, float, int]]]:
    """Engine and HTTP milliseconds and bytes of each edit, by kind."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port)
    line.connect()
    line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as browsers do; else Nagle waits 40 ms for an ACK
    headers = {"Authorization": f"Bearer {parts.query.partition('=')[2]}", "X-Nahraum": "1",
               "Content-Type": "application/json"}  # fmt: skip

    def ask(path: str, document: dict[str, Any]) -> tuple[int, bytes]:
        line.request("POST", f"/api/scenarios{path}", json.dumps(document), headers)
        answer = line.getresponse()
        return answer.status, answer.read()

    status, told = ask("", {"name": "benchmark"})
    assert status == 201, told
    scenario, dice = json.loads(told)["id"], random.Random(11)
    times: dict[str, list[tuple[float, float, int]]] = {kind: [] for kind in KINDS}
    while min(map(len, times.values())) < n + WARM:
        kind = min(KINDS, key=lambda one: len(times[one]))
        edit = drawn(kind, dice, spots)
        began = time.perf_counter()
        status, told = ask(f"/{scenario}/edits", {"edit": edit})
        waited = (time.perf_counter() - began) * 1000
        if status != 200:  # a footpath that meets no way
            continue
        times[kind].append((json.loads(told)["milliseconds"], waited, len(told)))
    return {kind: found[WARM:] for kind, found in times.items()}


def drawn(kind: str, dice: random.Random, spots: list[tuple[float, float]]) -> dict[str, Any]:
    """An edit at a random home."""
    x, y = dice.choice(spots)
    x, y = x + dice.uniform(-30, 30), y + dice.uniform(-30, 30)
    if kind == "facility":
        category = dice.choice(["food_full_range", "gp", "pharmacy"])
        return {"kind": "facility_added", "category": category, "x_m": x, "y_m": y}
    if kind == "park":
        ring = [[x, y], [x + 150, y], [x + 150, y + 120], [x, y + 120]]
        return {"kind": "green_added", "outline": ring, "entrances": ring}
    return {"kind": "footpath_added", "points": [[x, y], [x + dice.uniform(80, 200), y + 100]]}


def at(ordered: Any, share: float) -> float:
    """The value that this share of the values does not exceed."""
    return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))])


if __name__ == "__main__":
    main()
