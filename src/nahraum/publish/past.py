"""Past releases of a study while it is published again: every table is held against them before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from nahraum.parameters import Parameters
from nahraum.publish.bundle import Released
from nahraum.publish.disclosure import Mask, rules_of
from nahraum.publish.families import joined
from nahraum.publish.ledger import Entry, office_secret, past_values, record
from nahraum.publish.over_time import HELD_BACK, Comparison, compare, count_columns

_ROUNDS = 5  # what goes for the past may make more go; each round only adds
_WORDS = {
    "de": {
        "small_change": "{n} Zahlen in {table} werden gesperrt: Sie unterscheiden sich von der Veröffentlichung "
        "vom {day} um weniger als {k} Personen.",
        "derivable": "{n} Zahlen in {table} werden gesperrt: "
        "Mit der Veröffentlichung vom {day} verrieten sie gesperrte.",
        "derivable_told": "{n} gesperrte Zahlen in {table} folgen schon aus der Veröffentlichung vom {day}.",
        "published_before": "{n} gesperrte Zahlen in {table} wurden am {day} schon veröffentlicht.",
        "withdraw": "War das nur ein Entwurf: nahraum ledger STUDIE --withdraw NUMMER --reason …",
    },
    "en": {
        "small_change": "{n} figures in {table} are held back: they differ from the release of {day} by fewer than {k} "
        "persons.",
        "derivable": "{n} figures in {table} are held back: with the release of {day} they would tell held-back ones.",
        "derivable_told": "{n} held-back figures in {table} already follow from the release of {day}.",
        "published_before": "{n} held-back figures in {table} were published on {day}.",
        "withdraw": "Was it a draft only: nahraum ledger STUDY --withdraw ID --reason …",
    },
}


LetOut = Callable[[Mapping[str, Mask], Sequence[pd.DataFrame]], Released]


class PastReleases:
    """The ledger of one study during one run; it collects what it finds."""

    def __init__(self, internal: Path, parameters: Parameters) -> None:
        self.internal, self.rules = internal, rules_of(parameters)
        self.findings: list[pd.DataFrame] = []

    @property
    def secret(self) -> bytes:
        """What the keys of records are made with, where the study asks for cell keys; else nothing."""
        return office_secret(self.internal) if self.rules.method == "cell_key" else b""

    def checked(self, name: str, let_out: LetOut) -> Released:
        """A table as it may leave the office after all that left it before.

        Parameters
            let_out : releases the table, holding back more rows by column of counts; it is told the past tables, as
                what is public already hides nothing.
        """
        past = [(entry.released_on, frame) for entry, frame in past_values(self.internal, name)]
        earlier = [frame for _, frame in past]
        table = let_out({}, earlier)
        if "suppressed" not in table.frame.columns or not count_columns(table.frame):
            return table
        held: dict[str, Mask] = {}
        found: list[pd.DataFrame] = []
        for number in range(_ROUNDS if past else 0):
            one: Comparison = compare(name, table.frame, past, self.rules)
            found.append(one.findings if number == 0 else one.findings[one.findings["action"] == HELD_BACK])
            if not one.masks:
                break
            held = joined(held, one.masks)
            table = let_out(held, earlier)
        if found:
            told = pd.concat(found, ignore_index=True)
            self.findings.append(told.drop_duplicates(["table", "column", "key", "why", "action"], ignore_index=True))
        return table

    def record(self, tables: Iterable[Released], *, study: str, reference_date: date, version: str) -> Entry | None:
        """Writes this release into the ledger; None where it stands there already."""
        return record(
            self.internal, tables, study=study, reference_date=reference_date, released_on=date.today(), version=version
        )

    def lines(self, language: str) -> list[str]:
        """What past releases changed, a sentence per table and reason; none where they changed nothing."""
        if not self.findings:
            return []
        found, words = pd.concat(self.findings, ignore_index=True), _WORDS[language]
        lines = []
        for (table, why, action, day), rows in found.groupby(["table", "why", "action", "released_on"], sort=True):
            sentence = words.get(f"{why}_{action}", words[str(why)])
            lines.append(sentence.format(n=len(rows), table=table, day=day, k=self.rules.minimum_count))
        return [*lines, words["withdraw"]] if lines else []
