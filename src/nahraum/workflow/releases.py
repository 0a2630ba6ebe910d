"""What a study has released so far, and how a draft is taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nahraum import __version__
from nahraum.study import Study
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import store_of, study_of

_WORDS = {
    "de": {
        "none": "{name}: noch nichts veröffentlicht",
        "head": "{name}: {n} Veröffentlichungen, die älteste zuerst",
        "line": "  {id}  {on}  Stichtag {day}  {tables} Tabellen, {hidden} Werte gesperrt{gone}",
        "gone": "  zurückgezogen: {reason}",
        "done": "  zurückgezogen: {id}",
    },
    "en": {
        "none": "{name}: nothing released yet",
        "head": "{name}: {n} releases, the oldest first",
        "line": "  {id}  {on}  reference date {day}  {tables} tables, {hidden} values held back{gone}",
        "gone": "  withdrawn: {reason}",
        "done": "  withdrawn: {id}",
    },
}


def releases(study: Study | str | Path, *, withdraw: str = "", reason: str = "", out: Path | None = None) -> Summary:
    """The ledger of a study, line by line; with `withdraw` a release that never left the office is taken back.

    Raises
        InputError for an id that is no release, for a missing reason, and for a ledger that somebody changed.
    """
    from nahraum.publish import ledger

    known = study_of(study, out)
    internal, words = known.output_folder / "internal", _WORDS[known.language]
    lines = []
    if withdraw or reason:
        with store_of(known).lock():
            taken = ledger.withdraw(internal, withdraw, reason=reason, on=date.today(), version=__version__)
        lines.append(words["done"].format(id=taken.withdraws))
    entries = ledger.read_ledger(internal)
    reasons, stands = {entry.withdraws: entry.reason for entry in entries if entry.withdraws}, ledger.standing(entries)
    released = [entry for entry in entries if not entry.withdraws]
    gone = {entry.previous: reasons[entry.id] for entry in released if entry not in stands}
    lines.append(words["head" if released else "none"].format(name=known.name, n=len(released)))
    for entry in released:
        hidden = sum(sum(table.hidden.values()) for table in entry.tables)
        told = words["gone"].format(reason=gone[entry.previous]) if entry.previous in gone else ""
        lines.append(
            words["line"].format(
                id=entry.id, on=entry.released_on, day=entry.reference_date, tables=len(entry.tables), hidden=hidden,
                gone=told,
            )
        )  # fmt: skip
    rows = [
        {
            "id": entry.id, "released_on": entry.released_on, "reference_date": entry.reference_date,
            "tables": [table.name for table in entry.tables], "withdrawn": gone.get(entry.previous),
        }
        for entry in released
    ]  # fmt: skip
    return Summary({"study": known.name, "releases": rows}, lines)
