"""Why a job came to nothing, in English and German: too long, too large, broken off, an error of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nahraum.errors import NahraumError
from nahraum.measures.german import in_german, told

Problem = Mapping[str, object]
_PLANS = ("fewer types of measures and no variants", "weniger Arten von Maßnahmen und keine Varianten")
_SMALLER: Mapping[str, tuple[str, str]] = {
    "stress": ("fewer scenarios and draws", "weniger Szenarien und weniger Ziehungen"),
    "housing": ("fewer draws", "weniger Ziehungen"),
}
"""What would take less, by the kind of job; plans and fronts otherwise."""


def too_long(kind: str, seconds: float) -> Problem:
    """A job that took longer than it may."""
    english, german = _SMALLER.get(kind, _PLANS)
    where = f"{seconds:.0f} s"
    wrong = NahraumError(
        "the job took too long", where=where, expected=english,
        fix=f"ask for {english}, or set serving.job_seconds of the study higher",
    )  # fmt: skip
    return told(in_german(
        wrong, "Die Berechnung hat zu lange gedauert", where=[where], expected=german,
        fix=f"{german} verlangen, oder serving.job_seconds der Untersuchung höher setzen",
    ))  # fmt: skip


def too_large(kind: str, memory_bytes: int) -> Problem:
    """A job that needs more memory than it may have."""
    english, german = _SMALLER.get(kind, _PLANS)
    where = f"{memory_bytes / 2**30:.1f} GiB"
    wrong = NahraumError(
        "the job needs more memory than it may have", where=where, expected=english,
        fix=f"ask for {english}, or set serving.job_memory_bytes of the study higher",
    )  # fmt: skip
    return told(in_german(
        wrong, "Die Berechnung braucht mehr Speicher, als sie darf", where=[where], expected=german,
        fix=f"{german} verlangen, oder serving.job_memory_bytes der Untersuchung höher setzen",
    ))  # fmt: skip


def failed(where: Sequence[str]) -> Problem:
    """An error of the program, at a stage and of a kind; what it says itself stays with the server."""
    wrong = NahraumError(
        "the job failed by an error of the program", where=list(where), expected="a result or a reason",
        fix="see what the server printed; please report it",
    )  # fmt: skip
    return told(in_german(
        wrong, "Die Berechnung ist an einem Fehler des Programms gescheitert", where=where,
        expected="ein Ergebnis oder ein Grund", fix="nachsehen, was der Server ausgegeben hat, und es bitte melden",
    ))  # fmt: skip


def broken(where: str) -> Problem:
    """A job whose process ended without a word."""
    wrong = NahraumError(
        "the job ended by itself", where=where, expected="a result or a reason",
        fix="see what the server printed; serving.job_memory_bytes may be too little",
    )  # fmt: skip
    return told(in_german(
        wrong, "Die Berechnung ist abgebrochen", where=[where] if where else [], expected="ein Ergebnis oder ein Grund",
        fix="nachsehen, was der Server ausgegeben hat; vielleicht ist serving.job_memory_bytes zu klein",
    ))  # fmt: skip
