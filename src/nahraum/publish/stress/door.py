"""The door for tables of a stress test: disclosure control, few households held back, held against what was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.parameters import Parameters
from nahraum.publish.bundle import Released
from nahraum.publish.disclosure import micro, rules_of
from nahraum.publish.families import Masks, joined
from nahraum.publish.made_rules import few_households
from nahraum.publish.past_figures import Behind, PastFigures
from nahraum.publish.release import SUPPRESSED, release
from nahraum.publish.rounding import share_of_persons, to_step
from nahraum.stress.outcome import WHOLE, StressTest

_TENS = 10
_SHARE_STEP = 0.01
_ENDS = ("_min", "_max")
_DRAWN = "_drawn_share"
_CORRELATIONS = {"rho": "estimate_rho", "p_value": "estimate_p_value"}  # names by which they are rounded


@dataclass(frozen=True)
class Door:
    """Lets the tables of one stress test out; `past` hears what is told."""

    parameters: Parameters
    past: PastFigures

    def areas(
        self, table: pd.DataFrame, name: str, test: StressTest, *, prefix: str = "stress_"
    ) -> tuple[Released, Released]:
        """Quarters, and the row of the whole study."""
        is_whole = (table["quarter_id"] == WHOLE).to_numpy()
        names = [test.names.get(str(one), "") for one in table.loc[~is_whole, "quarter_id"]]
        named = table[~is_whole].assign(name=names)
        outside = float(table.loc[is_whole, "households"].sum() - named["households"].sum())
        whole = self.let_out(table[is_whole], f"{name}_study", whole=True, prefix=prefix)
        return self.let_out(named, name, outside=outside, prefix=prefix), whole

    def let_out(
        self, table: pd.DataFrame, name: str, *, whole: bool = False, outside: float = 0.0, prefix: str = "stress_"
    ) -> Released:
        """A table with exact persons, without the rows of few households and those that go with them.

        Parameters
            whole : it is the one row of the whole study. outside : households of the whole study in none of the rows;
                what is held back stands beside them.
        """
        least = self.parameters.number("stress.minimum_households")
        ordered = table.sort_values("quarter_id", kind="stable", ignore_index=True)
        gone = few_households(ordered["households"].to_numpy(dtype=np.float64), outside, least, self.parameters)
        shown = _columns(ordered, prefix)
        rows = [str(one) for one in shown["quarter_id"]]
        if whole:
            shown = shown.drop(columns="quarter_id")
        figures = [str(column) for column in shown.columns if pd.api.types.is_numeric_dtype(shown[column].dtype)]
        always = dict.fromkeys(figures, gone) if gone.any() else {}
        told = self.past.checked(
            name, rows, Behind.shares(shown, rules_of(self.parameters)),
            lambda held: self._judged(shown, "municipality" if whole else "quarters", name, joined(always, held)),
            keys=[f"{_kind(name)}/{row}" for row in rows],
        )  # fmt: skip
        frame = told.frame.assign(residents=to_step(told.frame["residents"].to_numpy(dtype=np.float64), _TENS))
        kept = np.ones(len(frame), dtype=np.bool_) if whole else ~gone
        return replace(told, frame=frame[kept].reset_index(drop=True))

    def _judged(self, shown: pd.DataFrame, geography: str, name: str, held: Masks) -> Released:
        """Shares judged by themselves, and the ends of their ranges beside them.

        Notes
            An end is what assumptions or draws leave, no count of anybody: where it is small, the ends go and the share
            stays. Where a share goes, its ends go, those of the draws, too.
        """
        ends = [one for one in map(str, shown.columns) if one.endswith(_ENDS) and _share_of(one) in shown]
        shares = list(dict.fromkeys(map(_share_of, ends)))
        mine = {one: mask for one, mask in held.items() if one not in ends}
        alone = release(
            shown.drop(columns=ends), geography, parameters=self.parameters, name=name, held=mine or None
        )  # fmt: skip
        if not ends:
            return alone
        gone = {one: alone.frame[one].isna().to_numpy() & shown[one].notna().to_numpy() for one in shares}
        along = {one: mask for one, mask in gone.items() if mask.any()}
        along |= {one: gone[_share_of(one)] for one in ends if _DRAWN in one and gone[_share_of(one)].any()}
        both = release(shown, geography, parameters=self.parameters, name=name, held=joined(held, along) or None)
        frame = both.frame.assign(**{one: alone.frame[one] for one in shares})
        frame[SUPPRESSED] = _still(frame, shares)
        hidden = {one: n for one, n in both.hidden.items() if one not in shares}
        return replace(both, frame=frame, hidden=hidden | {one: alone.hidden[one] for one in shares if gone[one].any()})

    def facts(self, table: pd.DataFrame, name: str) -> pd.DataFrame:
        """A table that counts no persons and no households."""
        if not len(table):
            return table
        told = release(table, "facts", parameters=self.parameters, name=name)
        return pd.DataFrame(told.frame).drop(columns=SUPPRESSED, errors="ignore")

    def repairs(self, table: pd.DataFrame) -> pd.DataFrame:
        """What measures would repair: persons in tens; fewer than ten are none that may be told.

        Day by day, the largest repair that is told first: the order of exact ones would tell who of two is more.
        """
        if not len(table):
            return table
        persons = [str(column) for column in table.columns if str(column).endswith("_persons")]
        truncated = table.assign(**{name: np.trunc(table[name] / _TENS) * _TENS + 0.0 for name in persons})
        rows = [f"{one.scenario}/{one.site_id}" for one in table.itertuples()]
        exact = table[persons].astype(np.float64)
        told = self.past.checked(
            "stress_repairs", rows, Behind.counts(exact, _TENS),
            lambda _: release(truncated, "synthetic", parameters=self.parameters, name="stress_repairs"),
            keys=[f"stress_repairs/{one}" for one in table["site_id"]],
        )  # fmt: skip
        days = {name: at for at, name in enumerate(dict.fromkeys(table["scenario"]))}
        frame = pd.DataFrame(told.frame).drop(columns=SUPPRESSED).assign(at_day=table["scenario"].map(days).to_numpy())
        order = ["at_day", "several_persons", "site_id"]
        return frame.sort_values(order, ascending=[True, False, True], ignore_index=True).drop(columns="at_day")

    def correlations(self, table: pd.DataFrame) -> pd.DataFrame:
        """Correlations with cases as estimates are published: to two digits, as they rest on few areas."""
        if not len(table):
            return table
        told = release(
            table.rename(columns=_CORRELATIONS), "associations", parameters=self.parameters, name="stress_incidence"
        )
        back = {new: old for old, new in _CORRELATIONS.items()}
        frame = pd.DataFrame(told.frame).rename(columns=back)[list(table.columns)]
        for row in frame.itertuples():
            for column in _CORRELATIONS:
                where = ("stress_incidence", f"{row.scenario}/{row.period}", column)
                self.past.keep("/".join(where), np.nan, float(getattr(row, column)), where=where)
        return frame

    def choices(self, table: pd.DataFrame, wholes: Mapping[str, Released]) -> pd.DataFrame:
        """Shares of the whole study under other assumptions: nothing that its own row does not tell, on its steps."""
        if not len(table):
            return table
        rules, parts = rules_of(self.parameters), []
        table = pd.concat([mine for _, mine in table.groupby("scenario", sort=False)], ignore_index=True)
        shares = [one for one in map(str, table.columns) if one.endswith("_share")]
        for scenario, mine in table.groupby("scenario", sort=False):
            row, told = wholes[str(scenario)].frame.iloc[0], mine.copy()
            size = micro(np.full(len(mine), row["residents"]))
            for column in shares:
                exact = mine[column].to_numpy(dtype=np.float64)
                shown = to_step(share_of_persons(exact, size, rules), _SHARE_STEP)
                told[column] = shown if pd.notna(row.get(f"stress_{column}")) else np.nan
            parts.append(told)
        found = pd.concat(parts, ignore_index=True)
        people = [float(wholes[str(one)].frame["residents"].iloc[0]) for one in found["scenario"]]
        behind = _of_choices(table, shares, np.array(people, dtype=np.float64))
        rows = [f"{one.scenario}/{one.choice}" for one in found.itertuples()]
        checked = self.past.checked(
            "stress_choices", rows, behind,
            lambda _: release(found, "synthetic", parameters=self.parameters, name="stress_choices"),
            keys=[f"stress_choices/{one}" for one in found["choice"]],
        )  # fmt: skip
        return pd.DataFrame(checked.frame).drop(columns=SUPPRESSED)


def _share_of(end: str) -> str:
    """The share that an end belongs to, also one of the draws."""
    return end[: -len(_ENDS[0])].replace(_DRAWN, "_share")


def _still(frame: pd.DataFrame, shares: list[str]) -> pd.Series:
    """What is held back in each row, without shares that are told."""
    told = {one: frame[one].notna().tolist() for one in shares}
    names = frame[SUPPRESSED].fillna("").astype(str).str.split()
    kept = [" ".join(one for one in row if one not in told or not told[one][at]) for at, row in enumerate(names)]
    return pd.Series(kept, dtype="str", index=frame.index)


def _kind(name: str) -> str:
    """How the keys of a table begin: the same for all scenarios, as many figures are of the same persons in all."""
    return name if name.startswith("mismatch") else name.partition("_")[0]


def _of_choices(table: pd.DataFrame, shares: list[str], people: npt.NDArray[np.float64]) -> Behind:
    """What stands behind the shares of other assumptions."""
    size = np.maximum(np.nan_to_num(people, nan=0.0), 1e-3)
    persons = table[shares].astype(np.float64).mul(size, axis=0)
    worth = persons * 0.0 + (1.0 / size)[:, None]
    return Behind(persons, worth, worth * 0.0 + _SHARE_STEP)


def _columns(table: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """Names by which disclosure control knows shares, bounds and persons; counts of rows stay in the office."""
    renamed: dict[str, str] = {}
    for column in map(str, table.columns):
        if column == "persons":
            renamed[column] = "residents"
        elif column.endswith(("_share_low", "_share_high")):
            stem = column.rpartition("_share_")[0]
            renamed[column] = f"{prefix}{stem}_share_{'min' if column.endswith('low') else 'max'}"
        elif column.endswith(("_share", "_completeness", "_share_min", "_share_max")):
            renamed[column] = f"{prefix}{column}"
    names = [column for column in ("quarter_id", "name") if column in table]
    return table[[*names, *renamed]].rename(columns=renamed).reset_index(drop=True)
