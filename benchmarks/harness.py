"""Contenders side by side: one process per run, in turn A B A B, with the same input on disk.

A contender is a command whose last line of output is a JSON object (`peers/common.py: tell`):

    {"seconds": {"prepare": 1.2, "search": 0.3}, "cpu": {…}, "checksum": "…", "versions": {…}, "facts": {…}}

Every key may be missing. The harness adds the phase `process`, the seconds of the whole process, and its peak memory.
CPU seconds (all cores) stand beside wall seconds, because others may use the machine. Peers live in throw-away
environments under benchmarks/.cache/environments, made by name and exact version; ours is the interpreter that runs
the benchmark. The first run of each contender is thrown away: it fills numba's cache, writes bytecode and warms the
file cache, for ours and for the peers.

This module imports nothing heavy: Linux counts the memory a parent holds when it starts a child as the child's.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("NAHRAUM_BENCHMARKS", HERE / ".cache"))
RESULTS = HERE / "RESULTS.md"
OURS = "nahraum"


@dataclass(frozen=True)
class Environment:
    """A throw-away virtual environment: `packages` by name and exact version (`pandana==0.8`)."""

    name: str
    packages: tuple[str, ...]
    python: str = "3.11"

    def interpreter(self) -> str:
        """Path of its Python; the environment is made where it is not there yet."""
        key = hashlib.sha256(repr((self.packages, self.python)).encode()).hexdigest()[:8]
        folder = CACHE / "environments" / f"{self.name}-{key}"
        python = folder / "bin" / "python"
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            print(f"environment {folder.name}: {' '.join(self.packages)}", flush=True)
            for command in (
                ["uv", "venv", "--quiet", "--python", self.python, str(folder)],
                ["uv", "pip", "install", "--quiet", "--python", str(python), *self.packages],
            ):  # not from here: uv would read the constraints of this project
                subprocess.run(command, check=True, cwd=tempfile.gettempdir())
            (folder / "complete").touch()
        return str(python)


SCIPY = Environment("scipy", ("numpy==2.4.6", "scipy==1.17.1"))
CCH = Environment("routingkit-cch", ("numpy==2.4.6", "routingkit-cch==0.1.4"))
PANDANA = Environment("pandana", ("pandana==0.8",))
CITYSEER = Environment("cityseer", ("cityseer==5.8.0", "pyarrow==26.0.1"))
ACCESS = Environment("access", ("access==1.1.10.post3", "scipy==1.17.1"))


@dataclass(frozen=True)
class Contender:
    """Who runs what: a script with arguments, in an environment (None: this interpreter)."""

    name: str
    command: tuple[str, ...]
    environment: Environment | None = None

    def full_command(self) -> list[str]:
        """The command with its interpreter."""
        return [self.environment.interpreter() if self.environment else sys.executable, *self.command]


@dataclass(frozen=True)
class Run:
    """What one process told: seconds by phase, its peak memory, a checksum of its answer."""

    seconds: dict[str, float]
    peak_mb: float
    checksum: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One row of a comparison: the phases of one contender that are added up."""

    contender: str
    phases: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """A task, our figure, those of the peers; `commit` and `goal` are ratios against the best peer, 0 for none."""

    task: str
    ours: Figure
    peers: tuple[Figure, ...]
    commit: float = 0
    goal: float = 0


Runs = dict[str, list[Run]]


def interleaved(contenders: Sequence[Contender], *, runs: int, warm: int = 1, timeout_s: float = 600) -> Runs:
    """All contenders in turn, `warm` rounds uncounted first; a contender that fails is left out and told."""
    commands = {one.name: one.full_command() for one in contenders}
    found: Runs = {name: [] for name in commands}
    for turn in range(warm + runs):
        for name in list(commands):
            try:
                one = run_once(commands[name], timeout_s=timeout_s)
            except (subprocess.SubprocessError, ValueError) as error:
                print(f"{name}: left out: {error}", flush=True)
                del commands[name], found[name]
                continue
            if turn >= warm:
                found[name].append(one)
            times = " ".join(f"{phase} {seconds:.4g}" for phase, seconds in one.seconds.items())
            print(f"  round {turn + 1 - warm:>2} {name}: {times} s, {one.peak_mb:.0f} MB", flush=True)
    return found


def run_once(command: Sequence[str], *, timeout_s: float = 600) -> Run:
    """One process to its end. Raises SubprocessError where it fails, ValueError where it tells no numbers."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        child = subprocess.Popen(list(command), stdout=out, stderr=err, env=_warm_environment())
        usage = _wait(child, started + timeout_s)
        wall = time.perf_counter() - started
        if child.returncode:
            raise subprocess.SubprocessError(f"exit {child.returncode}: {_tail(err)}")
        lines = _tail(out, 1 << 20).strip().splitlines()
    told: dict[str, Any] = {}
    if lines and lines[-1].startswith("{"):
        told = json.loads(lines[-1])
    seconds = {str(phase): float(value) for phase, value in told.get("seconds", {}).items()}
    cpu = {**told.get("cpu", {}), "process": usage.ru_utime + usage.ru_stime}
    return Run(
        {**seconds, "process": wall}, usage.ru_maxrss / 1024, str(told.get("checksum", "")),
        told.get("versions", {}), told.get("facts", {}), cpu,
    )  # fmt: skip


def _warm_environment() -> dict[str, str]:
    """The environment, with Python's byte code kept between runs for everybody: a second start is what users have."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}


def _wait(child: subprocess.Popen[bytes], until: float) -> Any:
    """Resource usage of the child alone (`wait4`), which is killed when its time is over."""
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return usage
        if time.perf_counter() > until:
            child.kill()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            return usage
        time.sleep(0.002)


def _tail(file: Any, size: int = 600) -> str:
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - size))
    return str(file.read().decode(errors="replace"))


def values(runs: Sequence[Run], phases: Sequence[str]) -> list[float]:
    """Seconds of each run, the phases added up."""
    return [sum(run.seconds[phase] for phase in phases) for run in runs]


def works(runs: Sequence[Run], phases: Sequence[str]) -> list[float]:
    """CPU seconds of each run, the phases added up; what was not told counts nothing."""
    return [sum(run.cpu.get(phase, 0.0) for phase in phases) for run in runs]


def table(found: Runs, comparisons: Sequence[Comparison]) -> list[str]:
    """Rows of Markdown: every comparison with medians, spread, memory, ratios of medians and of each pair."""
    lines = [
        "| task | tool | median | min–max | CPU | peak MB | ours is faster by (pairs) |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in comparisons:
        ours = values(found[one.ours.contender], one.ours.phases)
        lines.append(_row(one.task, one.ours, found, ""))
        for peer in one.peers:
            if peer.contender in found:
                theirs = values(found[peer.contender], peer.phases)
                ratio = f"{statistics.median(theirs) / statistics.median(ours):.3g}×"
                pairs = [their / our for their, our in zip(theirs, ours, strict=False)]
                lines.append(_row(one.task, peer, found, f"{ratio} ({min(pairs):.3g}–{max(pairs):.3g})"))
    return lines


def _row(task: str, figure: Figure, found: Runs, ratio: str) -> str:
    runs = found[figure.contender]
    times = values(runs, figure.phases)
    name = figure.contender + (f", {figure.note}" if figure.note else "")
    peak = max(run.peak_mb for run in runs)
    spread = f"{_time(min(times))}–{_time(max(times))}"
    work = _time(statistics.median(works(runs, figure.phases)))
    return f"| {task} | {name} | {_time(statistics.median(times))} | {spread} | {work} | {peak:.0f} | {ratio} |"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def verdicts(found: Runs, comparisons: Sequence[Comparison]) -> list[str]:
    """For each comparison with a bar: the ratio against the best peer, and whether it reaches commit and goal."""
    lines = []
    for one in comparisons:
        peers = [peer for peer in one.peers if peer.contender in found]
        if not one.commit or not peers:
            continue
        medians = [statistics.median(values(found[peer.contender], peer.phases)) for peer in peers]
        best = min(range(len(peers)), key=medians.__getitem__)
        ratio = medians[best] / statistics.median(values(found[one.ours.contender], one.ours.phases))
        state = "goal reached" if ratio >= one.goal else "bar reached" if ratio >= one.commit else "SHORT of the bar"
        bar = f"commit {one.commit:g}×, goal {one.goal:g}×"
        lines.append(f"- {one.task}: {ratio:.3g}× against {peers[best].contender}; {bar}: {state}.")
    return lines


def agreement(found: Runs) -> str:
    """Whether all contenders that told a checksum told the same one in every run; and what others counted."""
    sums = {name: sorted({run.checksum for run in runs if run.checksum}) for name, runs in found.items()}
    sums = {name: told for name, told in sums.items() if told}
    if not sums:
        return ""
    if len({told[0] for told in sums.values()}) == 1 and all(len(told) == 1 for told in sums.values()):
        said = f"Same answer of {', '.join(sums)} (checksum {next(iter(sums.values()))[0]})."
    else:
        said = "Answers differ: " + "; ".join(f"{name} {' '.join(told)}" for name, told in sums.items()) + "."
    counted = {name: runs[0].facts["counted"] for name, runs in found.items() if "counted" in runs[0].facts}
    if counted:
        said += f" Counted in all: {', '.join(f'{name} {number:,}' for name, number in counted.items())}."
    return said


def circumstances(found: Runs, *, runs: int) -> str:
    """Machine, load, date, commit and versions: what a reader needs to judge the figures."""
    versions: dict[str, str] = {}
    for each in found.values():
        for run in each:
            versions |= run.versions
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    told = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    turns = "interleaved runs" if len(found) > 1 else "runs"
    return (
        f"{runs} {turns}, one process each; Python {platform.python_version()}, "
        f"{os.cpu_count()} cores ({_processor()}), load {load}; {told}; {_commit()}, {today}."
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line]
    return names[0] if names else platform.processor()


def _commit() -> str:
    shown = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=HERE, capture_output=True, text=True)
    return shown.stdout.strip() or "no commit"


def arguments(description: str | None, *, runs: int = 5) -> argparse.ArgumentParser:
    """The flags every case has."""
    first = (description or "").strip().splitlines()
    parser = argparse.ArgumentParser(description=first[0] if first else None)
    parser.add_argument("--runs", type=int, default=runs, help="counted runs of each contender")
    parser.add_argument("--quick", action="store_true", help="small input")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/RESULTS.md")
    return parser


def study_file(given: str, *, residents: int = 300_000) -> Path:
    """The study to measure on: the given one, else a Musterstadt of so many residents, made where it is not there."""
    if given:
        return Path(given)
    from nahraum import workflow

    folder = CACHE / f"musterstadt_{residents}"
    if not (folder / "study.toml").exists():
        workflow.demo(folder, residents=residents, seed=1, quiet=True)
    return folder / "study.toml"


def report(title: str, lines: Sequence[str], *, write: bool) -> None:
    """Prints one section; with `write` it replaces the section of that title in RESULTS.md, or is appended."""
    section = "\n".join([f"## {title}", "", *lines, ""])
    print("\n" + section, flush=True)
    if not write:
        return
    text = RESULTS.read_text(encoding="utf-8")
    parts = text.split("\n## ")
    kept = [part for part in parts[1:] if part.splitlines()[0] != title]
    place = next((at for at, part in enumerate(parts[1:]) if part.splitlines()[0] == title), len(kept))
    kept.insert(place, section.removeprefix("## "))
    RESULTS.write_text("\n## ".join([parts[0].rstrip("\n") + "\n", *(part.rstrip("\n") + "\n" for part in kept)]))


def compare(
    title: str, contenders: Sequence[Contender], comparisons: Sequence[Comparison], *, runs: int, write: bool,
    aside: Sequence[Contender] = (),
) -> None:  # fmt: skip
    """A whole case: runs in turn, table, verdicts, agreement and circumstances.

    Contenders `aside` are slow and no rivals: one counted run each, after the others.
    """
    found = interleaved(contenders, runs=runs)
    if aside:
        found |= interleaved(aside, runs=1, warm=0)
    held = [one for one in comparisons if one.ours.contender in found]
    lines = [*table(found, held), "", *verdicts(found, held), "", agreement(found), ""]
    if aside:
        lines += [f"One run only: {', '.join(one.name for one in aside)}.", ""]
    report(title, [*lines, circumstances(found, runs=runs)], write=write)
