"""Cases of each wave side by side: counts that are not shown as what they may be, days as waves, ages as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import KNOWN_STATUSES, require
from nahraum.index.incidence.rates import Floats
from nahraum.tables import CASES

LEAST, MOST = "cases_least", "cases_most"
ALL_AGES = ""
_AREA, _TIME = "area_id", ["period", "begin", "end"]
_AGES = ["age", "age_first", "age_last"]
_FIX = "docs/howto/incidence.md says what a table of cases holds"


@dataclass(frozen=True)
class Wave:
    """One period: what is known of each area. Arrays stand in the order of `areas`.

    least, most : between which numbers the cases lie; equal where they are known, NaN where nothing is. [cases]
    residents : NaN where not known. [persons]
    spans, ages_least, ages_most, ages_residents : first and last year (NaN: and older) of each age group, and areas ×
        ages; no columns where ages are not known.
    """

    period: str
    begin: str
    end: str
    areas: tuple[str, ...]
    least: Floats
    most: Floats
    residents: Floats
    spans: Floats
    ages_least: Floats
    ages_most: Floats
    ages_residents: Floats

    @property
    def middle(self) -> Floats:
        """The cases; of a suppressed count the middle of what it may be, used for sums and models only. [cases]"""
        return (self.least + self.most) / 2

    @property
    def statuses(self) -> list[str]:
        """Of the cases: ok, suppressed or missing."""
        known = np.where(self.least == self.most, "ok", "suppressed")
        return [str(status) for status in np.where(np.isnan(self.least), "missing", known)]


def bounded(cases: pd.DataFrame, suppressed_below: int) -> pd.DataFrame:
    """The table with the least and the most that each count may be; a table that has both keeps them. [cases]

    Parameters
        suppressed_below : counts from here on are shown: a suppressed one is at least 1 and smaller.
    """
    if {LEAST, MOST} <= set(cases.columns):
        return cases
    known = cases["cases_status"].isin(KNOWN_STATUSES) & cases["cases"].notna()
    hidden = cases["cases_status"] == "suppressed"
    least = cases["cases"].where(known, np.nan).mask(hidden, 1.0)
    most = cases["cases"].where(known, np.nan).mask(hidden, float(max(suppressed_below - 1, 1)))
    return cases.assign(**{LEAST: least, MOST: most})


def summed_to_waves(cases: pd.DataFrame, waves: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Rows of single days or weeks (period '') summed up to the waves they lie in; all other rows as they are.

    Parameters
        cases : with least and most (`bounded`).
        waves : label, first and last day of each; what lies in none is left out.

    Notes
        An area without a row on a day had no case then: tables of days list cases. A day that is not known makes its
        wave unknown. Residents are those of the last day that tells them.
    """
    single = cases[cases["period"] == ""]
    if single.empty:
        return cases
    parts = [cases[cases["period"] != ""]]
    last_day = single["end"].where(single["end"] != "", single["begin"])
    for label, first, last in waves:
        inside = single[(single["begin"] >= first) & (last_day <= last)]
        if len(inside):
            parts.append(_summed(inside, single, (str(label), str(first), str(last))))
    if len(parts) == 1 and parts[0].empty:
        raise InputError(
            "no day of the table of cases lies in a wave",
            where=f"days from {single['begin'].min()} to {single['begin'].max()}",
            expected=", ".join(f"{label} {first} – {last}" for label, first, last in waves),
            fix='name your waves: [parameters] "incidence.waves" = [["1. Welle", "2020-03-02", "2020-05-17"]]',
        )
    return pd.concat(parts, ignore_index=True)


def _summed(inside: pd.DataFrame, single: pd.DataFrame, time: tuple[str, str, str]) -> pd.DataFrame:
    """One row per area and age of one wave, also for areas without a case."""
    keys = [_AREA, *_AGES]
    areas, ages = single[[_AREA]].drop_duplicates(), single[_AGES].drop_duplicates()
    whole = areas.merge(ages, how="cross")
    table = whole.merge(_sums(inside, keys, [LEAST, MOST]).assign(there=True), on=keys, how="left")
    absent = table.pop("there").isna()
    for name in (LEAST, MOST):
        table.loc[absent, name] = 0.0
    people = single.sort_values("begin", kind="stable").groupby(keys, dropna=False)["residents"].last()
    table = table.merge(people.reset_index(), on=keys, how="left")
    return _with_statuses(table.assign(period=time[0], begin=time[1], end=time[2]))


def _sums(table: pd.DataFrame, keys: list[str], columns: list[str]) -> pd.DataFrame:
    """Sums of the columns per key; not known where a part is not known."""
    grouped = table.groupby(keys, dropna=False)
    sums, known = grouped[columns].sum(), grouped[columns].count()
    return sums.where(known.eq(grouped.size(), axis=0)).reset_index()


def _with_statuses(table: pd.DataFrame) -> pd.DataFrame:
    """Cases and statuses as the contract wants them, from least and most."""
    known = table[LEAST] == table[MOST]
    status = np.where(known, "ok", np.where(table[LEAST].isna(), "missing", "suppressed"))
    return table.assign(
        cases=table[LEAST].where(known), cases_status=status,
        residents_status=np.where(table["residents"].isna(), "missing", "ok"),
    )  # fmt: skip


def cases_of_larger_areas(cases: pd.DataFrame, larger: pd.Series, *, suppressed_below: int) -> pd.DataFrame:
    """Cases and residents summed up to the areas for which a factor is known.

    A factor of larger areas is never copied onto the smaller ones: 177 areas with 42 different figures are 42
    observations. The cases go to the factor's areas instead.

    Parameters
        cases : table CASES of the smaller areas.
        larger : id of the larger area by id of the smaller.

    Returns
        table CASES of the larger areas with least and most of counts that hold suppressed ones.

    Raises
        InputError for smaller areas without a larger one, or with several.
    """
    require(cases, CASES, called="table of cases", fix=_FIX)
    ids = pd.Index(cases[_AREA].unique())
    twice = sorted({str(name) for name in larger.index[larger.index.duplicated()]} & set(ids))
    lost = [str(name) for name in ids if name not in larger.index or pd.isna(larger.get(name))] if not twice else []
    if twice or lost:
        raise InputError(
            "cases cannot be summed up to larger areas",
            where=[f"{len(twice)} areas lie in several, first: {twice[:3]}"] * bool(twice)
            + [f"{len(lost)} areas lie in none, first: {lost[:3]}"] * bool(lost),
            expected="each area wholly in one larger area",
            fix="complete the list of areas; one that is cut by a border needs cases of its parts",
        )
    table = bounded(cases, suppressed_below)
    table = table.assign(**{_AREA: table[_AREA].map(larger).astype(str)})
    return _with_statuses(_sums(table, [_AREA, *_TIME, *_AGES], [LEAST, MOST, "residents"]))


def waves_of(
    cases: pd.DataFrame, residents: pd.Series | pd.DataFrame | None, *, suppressed_below: int,
    waves: Sequence[Sequence[str]],
) -> list[Wave]:  # fmt: skip
    """Each period of a table of cases, in the order of time.

    Parameters
        cases : table CASES.
        residents : where the table tells none: by area_id, or by area_id and age ('0-4' …) as columns. [persons]

    Raises
        InputError where the table is none, or no area has residents.
    """
    require(cases, CASES, called="table of cases", fix=_FIX)
    table = summed_to_waves(bounded(cases, suppressed_below), waves)
    areas = tuple(sorted(table[_AREA].unique()))
    found = [
        _wave(rows, areas, residents, tuple(str(part) for part in time))
        for time, rows in sorted(table.groupby(_TIME, sort=True), key=lambda item: (item[0][1], item[0][2], item[0][0]))
    ]
    if not any((wave.residents > 0).any() for wave in found):
        raise InputError(
            "no area with cases has residents",
            where=f"areas of the cases, first: {list(areas[:3])}",
            expected="residents by the same area_id",
            fix='map them: columns = { residents = "Einwohner" }; leading zeros count (id_digits)',
        )
    return found


def _wave(
    rows: pd.DataFrame, areas: tuple[str, ...], residents: pd.Series | pd.DataFrame | None, time: tuple[str, ...]
) -> Wave:
    aged = rows[rows["age_first"].notna()]
    named = aged[_AGES].drop_duplicates().sort_values("age_first", kind="stable")
    ages = list(named["age"])

    def across(name: str) -> Floats:
        wide = aged.pivot_table(index=_AREA, columns="age", values=name, aggfunc="first")
        return wide.reindex(index=list(areas), columns=ages).to_numpy(dtype=np.float64)

    least, most, people = across(LEAST), across(MOST), across("residents")
    if isinstance(residents, pd.DataFrame):
        given = residents.rename(index=str).reindex(index=list(areas), columns=ages).to_numpy(dtype=np.float64)
        people = np.where(np.isnan(people), given, people)
    whole = rows[rows["age"] == ALL_AGES].set_index(_AREA).reindex(list(areas))
    parts = rows[rows["age"] != ALL_AGES]
    complete = parts.groupby(_AREA).size() == parts["age"].nunique()
    sums = _sums(parts, [_AREA], [LEAST, MOST]).set_index(_AREA)
    sums = sums[complete.reindex(sums.index, fill_value=False)].reindex(list(areas))
    totals = [whole[name].fillna(sums[name]).to_numpy(dtype=np.float64) for name in (LEAST, MOST)]
    everybody = whole["residents"].to_numpy(dtype=np.float64)
    if len(ages):
        everybody = np.where(np.isnan(everybody), people.sum(axis=1), everybody)
    everybody = np.where(np.isnan(everybody), _total(residents, areas), everybody)
    spans = named[["age_first", "age_last"]].to_numpy(dtype=np.float64)
    return Wave(time[0], time[1], time[2], areas, totals[0], totals[1], everybody, spans, least, most, people)


def _total(residents: pd.Series | pd.DataFrame | None, areas: Sequence[str]) -> Floats:
    """All residents of each area, NaN where nothing tells them. [persons]"""
    if residents is None:
        return np.full(len(areas), np.nan)
    whole = residents if isinstance(residents, pd.Series) else residents.sum(axis=1, skipna=False)
    return whole.rename(index=str).reindex(list(areas)).to_numpy(dtype=np.float64)
