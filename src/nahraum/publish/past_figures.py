"""Figures of synthetic households that were told before: one figure is told in one way, whatever is asked next.

Two tests or labs that differ by an option would tell together what neither tells alone: rounded figures jump where
exact ones pass the middle between two steps, and another partner is held back beside a small one. What was told stands
in the ledger of releases (table `synthetic_figures`), the exact persons beside it for the office only.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import MICRO
from nahraum.parameters import Parameters
from nahraum.publish import ledger
from nahraum.publish.bundle import Released
from nahraum.publish.disclosure import Rules
from nahraum.publish.families import Masks, family, joined, share_stems
from nahraum.publish.release import release
from nahraum.publish.rounding import Numbers, share_step, values

TABLE = "synthetic_figures"
_STEPS_APART = 2.0  # steps between a figure and what is told; beyond, an earlier figure is given up
_SAME = 1e-6  # persons
_ROUNDS = 5  # what is held back may make more go; each round only adds
_HASH = 12
_LEDGER = ["table", "row", "column", "told"]

_WORDS = {
    "de": "{n} Angaben werden nicht genannt: Sie unterscheiden sich von früheren um weniger als {k} Menschen, oder "
    "diese waren gesperrt. Waren das nur Entwürfe: nahraum ledger STUDIE --withdraw NUMMER --reason …",
    "en": "{n} figures are not told: they differ from earlier ones by fewer than {k} persons, or those were held back. "
    "Were these drafts only: nahraum ledger STUDY --withdraw ID --reason …",
}

LetOut = Callable[[Masks], Released]
"""Lets a table out, holding back more rows by column."""


@dataclass(frozen=True)
class Behind:
    """What stands behind the figures of a table, a column each, rows as released.

    persons : exact. worth : of one person in the figure (1 for a count). step : on which the figure is told.
    """

    persons: pd.DataFrame
    worth: pd.DataFrame
    step: pd.DataFrame

    @staticmethod
    def shares(frame: pd.DataFrame, rules: Rules) -> Behind:
        """Of all shares of persons of a table of areas (`residents` behind them), before it is released."""
        persons, worth, step = {}, {}, {}
        for stem in share_stems(frame.columns):
            member = family(frame, stem)
            size = np.maximum(member.size / MICRO, 1e-3)
            for column in member.columns:
                persons[column] = values(frame, column) * size
                worth[column], step[column] = 1.0 / size, share_step(member.size, rules)
        return Behind(*(pd.DataFrame(one, index=range(len(frame))) for one in (persons, worth, step)))

    @staticmethod
    def counts(frame: pd.DataFrame, step: float) -> Behind:
        """Of counts of persons, told in multiples of a step."""
        plain = frame.reset_index(drop=True).astype(np.float64)
        return Behind(plain, plain * 0.0 + 1.0, plain * 0.0 + step)


class PastFigures:
    """The figures of earlier releases by key, and those of the one that is made now.

    A key names what a figure is of, not the scenario or option that it was computed for, wherever figures of several
    of them can be the same persons.
    """

    def __init__(self, least: float, past: Mapping[str, Sequence[tuple[float, float]]] | None = None) -> None:
        self.least = least
        self._seen = {key: list(figures) for key, figures in (past or {}).items()}
        self._exact: list[tuple[str, float, float]] = []
        self._told: list[tuple[str, str, str, float]] = []
        self.as_before = self.withheld = 0

    @staticmethod
    def of(internal: Path, parameters: Parameters) -> PastFigures:
        """What the ledger of a study holds; releases that were withdrawn do not count.

        Raises
            InputError where the ledger was changed, or figures of a past release are gone.
        """
        past: dict[str, list[tuple[float, float]]] = {}
        for entry in ledger.standing(ledger.read_ledger(internal)):
            if any(table.name == TABLE for table in entry.tables):
                kept = _kept(internal, entry.id)
                for key, persons, told in zip(kept["key"], kept["persons"], kept["told"], strict=True):
                    past.setdefault(str(key), []).append((float(persons), float(told)))
        return PastFigures(parameters.number("disclosure.minimum_count"), past)

    def checked(
        self, table: str, rows: Sequence[str], behind: Behind, let_out: LetOut, *, keys: Sequence[str] = ()
    ) -> Released:
        """A table as it may leave the office after all that left it before.

        Parameters
            table, rows : names in the ledger, of the table and of each row in the order of the released table.
            behind : of its figures; columns that are not in the released table are left out.
            keys : whose figures each row holds, wherever they stand; table and row where none are given.
        """
        keys = keys or [f"{table}/{row}" for row in rows]
        held: Masks = {}
        for _ in range(_ROUNDS):
            told = let_out(held)
            columns = [one for one in map(str, behind.persons.columns) if one in told.frame.columns]
            said = {one: self._said_of(keys, behind, told.frame, one) for one in columns}
            fresh = {
                one: np.isnan(said[one]) & told.frame[one].notna().to_numpy() for one in columns
            }  # fmt: skip
            gone = _whole_families(fresh, columns)
            if not gone:
                break
            held = joined(held, gone)
        for one in columns:
            usual = values(told.frame, one)
            self.withheld += int(held[one].sum()) if one in held else 0
            self.as_before += int((np.abs(said[one] - usual) > _SAME).sum())
            figures = zip(keys, rows, behind.persons[one].tolist(), said[one].tolist(), strict=True)
            for key, row, persons, figure in figures:
                self.keep(f"{key}/{one}", persons, figure, where=(table, row, one))
        return replace(told, frame=told.frame.assign(**said))

    def _said_of(self, keys: Sequence[str], behind: Behind, frame: pd.DataFrame, column: str) -> Numbers:
        parts = (behind.persons[column], values(frame, column), behind.worth[column], behind.step[column])
        found = [
            self.said(f"{key}/{column}", persons, usual, worth=worth, step=step)
            for key, persons, usual, worth, step in zip(keys, *(list(map(float, one)) for one in parts), strict=True)
        ]
        return np.array(found, dtype=np.float64)

    def said(self, key: str, persons: float, usual: float, *, worth: float = 1.0, step: float = 10.0) -> float:
        """What is told of a figure: as it was told of the same, or of one that is so near; NaN where nothing is.

        Parameters
            persons : exact. usual : what would be told without a past, NaN where it is held back anyway.
            worth : of one person in the figure. step : on which it is told.

        Notes
            Nothing is told where near figures were told in two ways, or held back and never told.
        """
        known = self._seen.get(key, ())
        if not known or math.isnan(persons) or math.isnan(usual):
            return usual
        near = [(exact, told) for exact, told in known if abs(exact - persons) < self.least]
        fits = [one for one in near if abs(one[1] - persons * worth) <= _STEPS_APART * step + _SAME]
        for exact, told in fits:
            if abs(exact - persons) <= _SAME:
                return told
        if any(math.isnan(told) and abs(exact - persons) <= _SAME for exact, told in near):
            return math.nan
        ways = {told for _, told in fits}
        if ways:
            return ways.pop() if len(ways) == 1 else math.nan
        return math.nan if any(math.isnan(told) for _, told in near) else usual

    def keep(self, key: str, persons: float, told: float, *, where: tuple[str, str, str]) -> None:
        """Notes what is told of a figure; `where` it stands: table, row, column."""
        self._told.append((*where, told))
        if not math.isnan(persons):
            self._exact.append((key, persons, told))
            known = self._seen.setdefault(key, [])
            if not any(abs(one - persons) <= _SAME and (said == told or said != said != told) for one, said in known):
                known.append((persons, told))

    def lines(self, language: str) -> list[str]:
        """What is not told for the sake of earlier figures; none where nothing is."""
        return [_WORDS[language].format(n=self.withheld, k=int(self.least))] if self.withheld else []

    def record(
        self, internal: Path, parameters: Parameters, *, study: str, reference_date: date, version: str
    ) -> ledger.Entry | None:
        """Writes what is told into the ledger; once, however often the same is released."""
        if not self._told:
            return None
        frame = pd.DataFrame(self._told, columns=_LEDGER).astype({"told": np.float64})
        table = release(frame, "synthetic", parameters=parameters, name=TABLE)
        exact = pd.DataFrame(self._exact, columns=["key", "persons", "told"]).drop_duplicates(ignore_index=True)
        stream = io.BytesIO()
        exact.astype({"persons": np.float64, "told": np.float64}).to_parquet(stream, compression="zstd", index=False)
        content = stream.getvalue()
        name = f"{ledger.release_id([table], reference_date)}-{sha256(content).hexdigest()[:_HASH]}.parquet"
        ledger.keep_beside(internal, name, content)  # first: a line never names what is not there
        return ledger.record(
            internal, [table], study=study, reference_date=reference_date, released_on=date.today(), version=version
        )


def _whole_families(fresh: Masks, columns: Sequence[str]) -> Masks:
    """Masks of families: where a share goes, its ends go; where an end goes, so does the other, and the share stays."""
    found: Masks = {}
    for name, mask in fresh.items():
        if mask.any():
            stem = _stem(name)
            along = [one for one in columns if _stem(one) == stem and (name == stem or one != stem)]
            found = joined(found, dict.fromkeys(along, mask))
    return found


def _stem(column: str) -> str:
    return column.removesuffix("_min").removesuffix("_max").removesuffix("_low").removesuffix("_high")


def _kept(internal: Path, release_id: str) -> pd.DataFrame:
    """The exact figures of a release; of several where the same was told of them."""
    files = sorted((internal / ledger.FOLDER).glob(f"{release_id}-*.parquet"))
    try:
        tables = [pd.read_parquet(path, columns=["key", "persons", "told"]) for path in files]
    except (OSError, ValueError):
        tables = []
    if not tables:
        raise InputError(
            f"the figures of a release are gone: {release_id}", where=str(internal / ledger.FOLDER),
            expected=f"{release_id}-….parquet as nahraum wrote it", fix="put it back from a backup",
        )  # fmt: skip
    return pd.concat(tables, ignore_index=True)
