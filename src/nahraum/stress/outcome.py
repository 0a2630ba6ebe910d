"""The whole test of a study: every scenario for every quarter, with intervals from draws and the range of choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from nahraum.stress.summary import failing_tables
from nahraum.stress.threads import at_once

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
    told = _told(homes.households, places, scenarios, parameters)
    drawn = _Drawn(scenarios, places, parameters)
    drawn.add(draws)  # after `_told`: places have been asked once, pandas promises nothing to threads that ask first
    quantiles = parameters.value("households.interval")
    parts: dict[str, list[pd.DataFrame]] = {"quarters": [], "groups": []}
    found = dict.fromkeys(_MISMATCH, pd.DataFrame())
    for (scenario, name), table in told.items():
        beside = drawn.beside(table, (scenario, name), quantiles)
        if scenario:
            parts[name].append(beside.assign(scenario=scenario))
        else:
            found[name] = beside
    return Outcome(
        **{name: _front(pd.concat(tables, ignore_index=True)) for name, tables in parts.items()},
        choices=_choices(choices, near, scenarios, parameters, (homes, places)), **found,
    )  # fmt: skip


_Grouped = Mapping[str, Groups]


def _grouped(households: pd.DataFrame, kind: pd.Series | None = None) -> _Grouped:
    """The groups that failing people are told by: all, by quarter, by kind of household."""
    found = {"all": Groups.of(pd.Series("all", index=households.index)), "quarter": Groups.of(households["quarter_id"])}
    return found if kind is None else found | {"kind": Groups.of(kind)}


def _failing_tables(failing: Failing, grouped: _Grouped, parameters: Parameters) -> dict[str, pd.DataFrame]:
    """Failing people by quarter, of the whole study in a first row with quarter_id '', and by kind of household."""
    found = failing_tables(failing, grouped, parameters)
    rows = pd.concat([found["all"].assign(group=WHOLE), found["quarter"]], ignore_index=True)
    return {"quarters": rows.rename(columns={"group": "quarter_id"}), "groups": found["kind"]}


def _mismatch_tables(households: pd.DataFrame, grouped: _Grouped, parameters: Parameters) -> dict[str, pd.DataFrame]:
    """Rooms against people by quarter, kind of household, age and unit; nothing without rooms."""
    if "rooms" not in households:
        return {}
    found = mismatch(households, parameters)
    whole = mismatch_by(households, grouped["all"], found=found).assign(group=WHOLE)
    rows = mismatch_by(households, grouped["quarter"], found=found)
    ages = mismatch_by_age(households, grouped["all"], found=found)
    units = mismatch_by(households, _units(households), found=found)
    return {
        "mismatch": pd.concat([whole, rows], ignore_index=True).rename(columns={"group": "quarter_id"}),
        "mismatch_groups": mismatch_by(households, grouped["kind"], found=found),
        "mismatch_ages": ages.drop(columns="group", errors="ignore"),
        "mismatch_units": units.rename(columns={"group": "unit_id"}),
    }


def _told(
    households: pd.DataFrame, places: Mapping[str, Place], scenarios: Sequence[Scenario], parameters: Parameters
) -> dict[tuple[str, str], pd.DataFrame]:
    """Every table of these households by scenario and name; rooms against people have no scenario ('')."""
    grouped, shared = _grouped(households, household_groups(households)), Shared.of(households)
    found = {}
    for one in scenarios:
        failing = who_fails(households, places[one.id], one, parameters, shared=shared)
        for name, table in _failing_tables(failing, grouped, parameters).items():
            found[one.id, name] = table
    return found | {("", name): table for name, table in _mismatch_tables(households, grouped, parameters).items()}


def _units(households: pd.DataFrame) -> Groups:
    """Groups by unit, named by texts as every group is."""
    place, units = pd.factorize(households["unit_id"].to_numpy())
    labels = np.array([str(one) for one in units], dtype=object)
    order = np.argsort(labels, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Groups(rank[place], labels[order])


class _Drawn:
    """Shares of every row of every table in every draw, and what their quantiles are."""

    def __init__(self, scenarios: Sequence[Scenario], places: Mapping[str, Place], parameters: Parameters) -> None:
        self._scenarios, self._places, self._parameters = scenarios, places, parameters
        self._shares: dict[tuple[str, str], list[pd.DataFrame]] = {}

    def add(self, draws: Iterable[pd.DataFrame]) -> None:
        """Further draws, kept in their order; some are tested at the same time."""
        for tables in at_once(self._tested, draws):
            for (scenario, name), table in tables.items():
                if len(table):
                    self._shares.setdefault((scenario, name), []).append(table)

    def _tested(self, households: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
        """Shares of every row of every table of one draw."""
        told = _told(households, self._places, self._scenarios, self._parameters)
        return {name: _shares_of(table, name[1]) for name, table in told.items()}

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


def _shares_of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The shares of a table, by its key."""
    shares = [column for column in map(str, table.columns) if column.endswith("_share")]
    return table.set_index(_KEY_OF[name])[shares] if len(table) else table


def _choices(
    choices: Iterable[tuple[str, Homes]], near: Near, scenarios: Sequence[Scenario], parameters: Parameters,
    known: tuple[Homes, dict[str, Place]],
) -> pd.DataFrame:  # fmt: skip
    """Shares of the whole study under other assumptions.

    Parameters
        known : households whose places are known; others have the same, where they live alike and are as large.
    """
    homes, places = known
    size = mean_size(homes.households)

    def tested(choice: tuple[str, Homes]) -> list[dict[str, object]]:
        name, other = choice
        alike = mean_size(other.households) == size and (other is homes or other.places.equals(homes.places))
        there = places if alike else places_of(other, near, scenarios, parameters)
        shared, all_ = Shared.of(other.households), _grouped(other.households)
        rows = []
        for one in scenarios:
            failing = who_fails(other.households, there[one.id], one, parameters, shared=shared)
            row = failing_tables(failing, {"all": all_["all"]}, parameters)["all"].iloc[0]
            shares = {str(key): value for key, value in row.items() if str(key).endswith("_share")}
            rows.append({"scenario": one.id, "choice": name, **shares})
        return rows

    return pd.DataFrame([row for rows in at_once(tested, choices) for row in rows])


def _front(table: pd.DataFrame) -> pd.DataFrame:
    return table[["scenario", *(name for name in table.columns if name != "scenario")]]
