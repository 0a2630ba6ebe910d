"""What a run tells while it works: stages with counts and seconds, as lines or rewritten on a terminal."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("nahraum")
_DE = {
    "read inputs": "Eingaben lesen",
    "residents, green, places": "Einwohner, Grün, Orte",
    "walking network": "Wegenetz",
    "ways on foot": "Fußwege",
    "older people, children, wheels": "Personengruppen",
    "further indicators": "weitere Indikatoren",
    "prerequisites": "Voraussetzungen",
    "counting, locations": "zählen, Standorte",
    "tables, report, map": "Tabellen, Bericht, Karte",
    "status, incidence, areas": "Status, Inzidenz, Gebiete",
    "opening the study": "Untersuchung öffnen",
    "candidate sites": "mögliche Orte",
    "effect of each site": "Wirkung jedes Orts",
    "choice of measures": "Wahl der Maßnahmen",
    "front of plans": "Abwägung",
    "documents of the plan": "Unterlagen",
    "plans": "Pläne",
    "counts of households": "Zahlen der Haushalte",
    "synthetic households": "synthetische Haushalte",
    "housing lab": "Wohnlabor",
    "documents of the lab": "Unterlagen des Labors",
    "quarters of the trial": "Pilotquartiere",
    "stress test": "Stresstest",
    "what measures would repair": "was Maßnahmen beheben",
    "tables and paper": "Tabellen und Papier",
    "unchanged": "unverändert",
    "files": "Dateien",
    "concepts": "Konzepte",
    "kernels compiled, once on this machine": "Rechenkerne übersetzt, einmalig auf diesem Rechner",
}
_WORTH_TELLING_S = 1.0


class Progress:
    """Stage messages through the one logger; on a terminal the running stage is shown until it ends."""

    def __init__(self, *, quiet: bool = False, language: str = "en") -> None:
        self.quiet = quiet
        self._words = _DE if language == "de" else {}
        self.seconds: dict[str, float] = {}
        self.computed: list[str] = []
        self._live = not quiet and sys.stderr.isatty()
        self._notes: list[str] = []

    @contextmanager
    def stage(self, name: str, title: str) -> Iterator[None]:
        """One stage: its title while it runs, its notes and seconds when it ends."""
        around, self._notes = self._notes, []
        mine, title = self._notes, self._words.get(title, title)
        if self._live:
            sys.stderr.write(f"  … {title}\r")
            sys.stderr.flush()
        started, compiling = time.perf_counter(), _seconds_compiling()
        try:
            yield
        finally:
            self._notes = around  # a stage within another has notes of its own
        seconds, compiling = time.perf_counter() - started, _seconds_compiling() - compiling
        if compiling >= _WORTH_TELLING_S:
            what = "kernels compiled, once on this machine"
            mine.append(f"{self._words.get(what, what)}: {compiling:.0f} s")
        self.seconds[name] = round(seconds, 3)
        if not self.quiet:
            end = "\x1b[K" if self._live else ""
            log.info("%6.1f s  %-25s %s%s", seconds, title, ", ".join(mine), end)

    def worded(self, title: str) -> str:
        """The title of a stage in the reader's language."""
        return self._words.get(title, title)

    def standing(self, value: float, bound: float, unit: str) -> None:
        """The best value a search has so far, and the bound that no other can pass; here nobody asks."""

    def counted(self, done: int, of: int) -> None:
        """So many of so many of the running stage; here nobody asks."""

    def heading(self, text: str) -> None:
        """What the stages that follow are about."""
        if not self.quiet:
            log.info("%s", text)

    def note(self, text: str) -> None:
        """A count or a remark that stands behind the stage when it ends."""
        number, _, word = text.rpartition(" ")
        self._notes.append(f"{number} {self._words.get(word, word)}".strip())


def _seconds_compiling() -> float:
    """Time this process has spent compiling kernels, without loading the compiler to ask. [s]"""
    kernels = sys.modules.get("nahraum.compiled")
    return float(kernels.seconds_compiling()) if kernels else 0.0
