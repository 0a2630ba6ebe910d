"""The whole test of a study: every scenario for every quarter, with intervals from draws and the range of choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nahraum.households.homes import Homes
from nahraum.households.mismatch import household_groups, mismatch, mismatch_by, mismatch_by_age
from nahraum.households.sums import Groups
from nahraum.parameters import Parameters
from nahraum.stress.failing import Failing, Shared, who_fails
from nahraum.stress.model import Place, Scenario
from nahraum.stress.place import Near, place_of
from nahraum.stress.summary import Several, failing_by, several

WHOLE = ""
_MISMATCH = ("mismatch", "mismatch_groups", "mismatch_ages", "mismatch_units")
_KEY_OF = {
    "quarters": "quarter_id", "groups": "group", "mismatch": "quarter_id", "mismatch_groups": "group",
    "mismatch_ages": "age_group", "mismatch_units": "unit_id",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What came out, unsuppressed: for the office.

    quarters : scenario, quarter_id ('' the whole study) and the columns of `failing_by`, with <share>_drawn_min and
        <share>_drawn_max where draws were made.
    groups : scenario, group (kind of household) and the same.
    choices : scenario, choice (strength of the assumed cross tables, seed, assumed rates), shares of the whole study.
    mismatch : quarter_id and the columns of `mismatch_by`, with <share>_drawn_min, _max.
    mismatch_groups, mismatch_ages : by kind of household and by age, whole study, with the same.
    mismatch_units : by unit_id (a cell, or several with few households), with the same; never published.
    """

    quarters: pd.DataFrame
    groups: pd.DataFrame
    choices: pd.DataFrame
    mismatch: pd.DataFrame
    mismatch_groups: pd.DataFrame
    mismatch_ages: pd.DataFrame
    mismatch_units: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, eq=False)
class StressTest:
    """A stress test of a study, unsuppressed: for the office.

    repairs : measures of a plan by what they would repair, by scenario. incidence : rank correlation with cases, by
    wave. Both are empty without. open : dimensions of households that nobody publishes. names : of quarters, by id.
    fit : of the households, by margin (`households.fit_told`).
    """

    scenarios: tuple[Scenario, ...]
    tables: Outcome
    repairs: pd.DataFrame
    incidence: pd.DataFrame
    statement: str
    open: tuple[str, ...]
    names: Mapping[str, str]
    fit: pd.DataFrame = field(default_factory=pd.DataFrame)


def mean_size(households: pd.DataFrame) -> float:
    """Mean persons of a household."""
    return float(households["household_size"].mean())


def places_of(homes: Homes, near: Near, scenarios: Sequence[Scenario], parameters: Parameters) -> dict[str, Place]:
    """What the places offer under each scenario; households of units and quarters without an address know nothing."""
    size = mean_size(homes.households)
    wanted = pd.MultiIndex.from_frame(
        homes.places[["unit_id", "quarter_id"]].astype({"quarter_id": str}).drop_duplicates()
    )
    found = {}
    for one in scenarios:
        place = place_of(near, homes.places, one, size, parameters)
        rows = place.table.index.union(wanted, sort=None)
        offered = {speed: values.reindex(rows) for speed, values in place.offered.items()}
        found[one.id] = Place(place.table.reindex(rows), offered)
    return found


def outcome_of(
    homes: Homes, near: Near, scenarios: Sequence[Scenario], parameters: Parameters, *,
    draws: Iterable[pd.DataFrame] = (), choices: Iterable[tuple[str, Homes]] = (),
) -> Outcome:  # fmt: skip
    """Every scenario on the synthetic households of a study.

    Parameters
        draws : further tables with the columns of the households (`households.homes.drawn_homes`).
        choices : households under other assumptions (`workflow.homes.homes_variants`); told apart from the draws.
    """
    places = places_of(homes, near, scenarios, parameters)
    quantiles = parameters.value("households.interval")
    drawn = _Drawn(scenarios, places, parameters)
    for table in draws:
        drawn.add(table)
    parts: dict[str, list[pd.DataFrame]] = {"quarters": [], "groups": []}
    kind = household_groups(homes.households)
    grouped, shared = _grouped(homes.households, kind), Shared.of(homes.households)
    for one in scenarios:
        failing = who_fails(homes.households, places[one.id], one, parameters, shared=shared)
        for name, table in _failing_tables(failing, grouped, parameters).items():
            parts[name].append(drawn.beside(table, (one.id, name), quantiles).assign(scenario=one.id))
    found = {name: pd.DataFrame() for name in _MISMATCH} | {
        name: drawn.beside(table, ("", name), quantiles)
        for name, table in _mismatch_tables(homes.households, kind, parameters).items()
    }
    return Outcome(
        **{name: _front(pd.concat(tables, ignore_index=True)) for name, tables in parts.items()},
        choices=_choices(choices, near, scenarios, parameters), **found,
    )  # fmt: skip


_Grouped = Mapping[str, Groups]


def _grouped(households: pd.DataFrame, kind: pd.Series | None = None) -> _Grouped:
    """The groups that failing people are told by: all, by quarter, by kind of household."""
    found = {"all": Groups.of(pd.Series("all", index=households.index)), "quarter": Groups.of(households["quarter_id"])}
    return found if kind is None else found | {"kind": Groups.of(kind)}


def _failing_tables(failing: Failing, grouped: _Grouped, parameters: Parameters) -> dict[str, pd.DataFrame]:
    """Failing people by quarter and by kind of household."""
    together = several(failing, int(parameters.number("stress.components_needed")))
    return {
        "quarters": _by_quarter(failing, grouped, parameters, together),
        "groups": failing_by(failing, grouped["kind"], parameters, together=together),
    }


def _by_quarter(failing: Failing, grouped: _Grouped, parameters: Parameters, together: Several) -> pd.DataFrame:
    """Failing people by quarter, and of the whole study in a first row with quarter_id ''."""
    whole = failing_by(failing, grouped["all"], parameters, together=together).assign(group=WHOLE)
    rows = failing_by(failing, grouped["quarter"], parameters, together=together)
    return pd.concat([whole, rows], ignore_index=True).rename(columns={"group": "quarter_id"})


def _mismatch_tables(households: pd.DataFrame, kind: pd.Series, parameters: Parameters) -> dict[str, pd.DataFrame]:
    """Rooms against people by quarter, kind of household, age and unit; nothing without rooms."""
    if "rooms" not in households:
        return {}
    found = mismatch(households, parameters)
    units = households["unit_id"].astype(str)
    return {
        "mismatch": _mismatch(households, found), "mismatch_groups": mismatch_by(households, kind, found=found),
        "mismatch_ages": _ages(households, found),
        "mismatch_units": mismatch_by(households, units, found=found).rename(columns={"group": "unit_id"}),
    }  # fmt: skip


def _mismatch(households: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    all_ = pd.Series("all", index=households.index)
    whole = mismatch_by(households, all_, found=found).assign(group=WHOLE)
    rows = mismatch_by(households, households["quarter_id"], found=found)
    return pd.concat([whole, rows], ignore_index=True).rename(columns={"group": "quarter_id"})


def _ages(households: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    all_ = pd.Series("all", index=households.index)
    return mismatch_by_age(households, all_, found=found).drop(columns="group", errors="ignore")


class _Drawn:
    """Shares of every row of every table in every draw, and what their quantiles are."""

    def __init__(self, scenarios: Sequence[Scenario], places: Mapping[str, Place], parameters: Parameters) -> None:
        self._scenarios, self._places, self._parameters = scenarios, places, parameters
        self._shares: dict[tuple[str, str], list[pd.DataFrame]] = {}

    def add(self, households: pd.DataFrame) -> None:
        """One more draw."""
        kind = household_groups(households)
        grouped, shared = _grouped(households, kind), Shared.of(households)
        for one in self._scenarios:
            failing = who_fails(households, self._places[one.id], one, self._parameters, shared=shared)
            self._keep(one.id, _failing_tables(failing, grouped, self._parameters))
        self._keep("", _mismatch_tables(households, kind, self._parameters))

    def _keep(self, scenario: str, tables: Mapping[str, pd.DataFrame]) -> None:
        for name, table in tables.items():
            shares = [column for column in map(str, table.columns) if column.endswith("_share")]
            if len(table):
                self._shares.setdefault((scenario, name), []).append(table.set_index(_KEY_OF[name])[shares])

    def beside(self, table: pd.DataFrame, name: tuple[str, str], quantiles: Sequence[float]) -> pd.DataFrame:
        """The table with columns <share>_drawn_min and _max; as it is without draws."""
        kept = self._shares.get(name)
        if not kept:
            return table
        index = pd.Index(table[_KEY_OF[name[1]]])
        shares = [one.reindex(index) for one in kept]
        added = {}
        for column in kept[0].columns:
            values = np.stack([one[column].to_numpy(dtype=np.float64) for one in shares])
            known = ~np.isnan(values).any(axis=0)
            low, high = np.quantile(np.nan_to_num(values), quantiles, axis=0)
            stem = column.removesuffix("_share")
            added[f"{stem}_drawn_share_min"] = np.where(known, low, np.nan)
            added[f"{stem}_drawn_share_max"] = np.where(known, high, np.nan)
        return pd.concat([table, pd.DataFrame(added, index=table.index)], axis=1)


def _choices(
    choices: Iterable[tuple[str, Homes]], near: Near, scenarios: Sequence[Scenario], parameters: Parameters
) -> pd.DataFrame:
    """Shares of the whole study under other assumptions."""
    return pd.DataFrame(list(_of_choices(choices, near, scenarios, parameters)))


def _of_choices(
    choices: Iterable[tuple[str, Homes]], near: Near, scenarios: Sequence[Scenario], parameters: Parameters
) -> Iterator[dict[str, object]]:
    for name, homes in choices:
        places = places_of(homes, near, scenarios, parameters)
        shared, all_ = Shared.of(homes.households), _grouped(homes.households)["all"]
        for one in scenarios:
            failing = who_fails(homes.households, places[one.id], one, parameters, shared=shared)
            row = failing_by(failing, all_, parameters).iloc[0]
            shares = {str(key): value for key, value in row.items() if str(key).endswith("_share")}
            yield {"scenario": one.id, "choice": name, **shares}


def _front(table: pd.DataFrame) -> pd.DataFrame:
    return table[["scenario", *(name for name in table.columns if name != "scenario")]]
