"""The whole test of a study: every scenario for every quarter, with intervals from draws and the range of choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.households.homes import Homes
from nahraum.households.mismatch import household_groups, mismatch, mismatch_by, mismatch_by_age
from nahraum.parameters import Parameters
from nahraum.stress.failing import Failing, who_fails
from nahraum.stress.model import Place, Scenario
from nahraum.stress.place import Near, place_of
from nahraum.stress.summary import failing_by, several

WHOLE = ""
_KEYS = ("group", "households", "persons", "components")


@dataclass(frozen=True)
class Outcome:
    """What came out, unsuppressed: for the office.

    quarters : scenario, quarter_id ('' the whole study) and the columns of `failing_by`, with <share>_drawn_min and
        <share>_drawn_max where draws were made.
    groups : scenario, group (kind of household) and the same without draws.
    choices : scenario, choice (strength of the assumed cross tables, seed, assumed rates), shares of the whole study.
    mismatch : quarter_id and the columns of `mismatch_by`, with <share>_drawn_min, _max.
    mismatch_groups, mismatch_ages : by kind of household and by age, whole study.
    """

    quarters: pd.DataFrame
    groups: pd.DataFrame
    choices: pd.DataFrame
    mismatch: pd.DataFrame
    mismatch_groups: pd.DataFrame
    mismatch_ages: pd.DataFrame


@dataclass(frozen=True, eq=False)
class StressTest:
    """A stress test of a study, unsuppressed: for the office.

    repairs : measures of a plan by what they would repair, by scenario. incidence : rank correlation with cases, by
    wave. Both are empty without. open : dimensions of households that nobody publishes. names : of quarters, by id.
    """

    scenarios: tuple[Scenario, ...]
    tables: Outcome
    repairs: pd.DataFrame
    incidence: pd.DataFrame
    statement: str
    open: tuple[str, ...]
    names: Mapping[str, str]


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
    quarters, groups = [], []
    kind = household_groups(homes.households)
    for one in scenarios:
        failing = who_fails(homes.households, places[one.id], one, parameters)
        told = by_quarter(failing, homes.households, parameters)
        quarters.append(drawn.beside(told, one.id, quantiles).assign(scenario=one.id))
        groups.append(failing_by(failing, kind, parameters).assign(scenario=one.id))
    found = mismatch(homes.households, parameters) if "rooms" in homes.households else None
    return Outcome(
        _front(pd.concat(quarters, ignore_index=True)), _front(pd.concat(groups, ignore_index=True)),
        _choices(choices, near, scenarios, parameters),
        pd.DataFrame() if found is None else drawn.beside(_mismatch(homes.households, found), "", quantiles),
        pd.DataFrame() if found is None else mismatch_by(homes.households, kind, parameters, found=found),
        pd.DataFrame() if found is None else _ages(homes.households, found),
    )  # fmt: skip


def by_quarter(failing: Failing, households: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Failing people by quarter, and of the whole study in a first row with quarter_id ''."""
    all_ = pd.Series("all", index=households.index)
    together = several(failing, int(parameters.number("stress.components_needed")))
    whole = failing_by(failing, all_, parameters, together=together).assign(group=WHOLE)
    rows = failing_by(failing, households["quarter_id"], parameters, together=together)
    return pd.concat([whole, rows], ignore_index=True).rename(columns={"group": "quarter_id"})


def _mismatch(households: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    all_ = pd.Series("all", index=households.index)
    whole = mismatch_by(households, all_, found=found).assign(group=WHOLE)
    rows = mismatch_by(households, households["quarter_id"], found=found)
    return pd.concat([whole, rows], ignore_index=True).rename(columns={"group": "quarter_id"})


def _ages(households: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    all_ = pd.Series("all", index=households.index)
    return mismatch_by_age(households, all_, found=found).drop(columns="group", errors="ignore")


class _Drawn:
    """Shares of every quarter in every draw, and what their quantiles are."""

    def __init__(self, scenarios: Sequence[Scenario], places: Mapping[str, Place], parameters: Parameters) -> None:
        self._scenarios, self._places, self._parameters = scenarios, places, parameters
        self._shares: dict[str, list[pd.DataFrame]] = {}

    def add(self, households: pd.DataFrame) -> None:
        """One more draw."""
        for one in self._scenarios:
            failing = who_fails(households, self._places[one.id], one, self._parameters)
            self._keep(one.id, by_quarter(failing, households, self._parameters))
        if "rooms" in households:
            self._keep("", _mismatch(households, mismatch(households, self._parameters)))

    def _keep(self, name: str, table: pd.DataFrame) -> None:
        shares = [column for column in map(str, table.columns) if column.endswith("_share")]
        self._shares.setdefault(name, []).append(table.set_index("quarter_id")[shares])

    def beside(self, table: pd.DataFrame, name: str, quantiles: Sequence[float]) -> pd.DataFrame:
        """The table with columns <share>_drawn_min and _max; as it is without draws."""
        kept = self._shares.get(name)
        if not kept:
            return table
        index = pd.Index(table["quarter_id"])
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
        for one in scenarios:
            failing = who_fails(homes.households, places[one.id], one, parameters)
            row = by_quarter(failing, homes.households, parameters).iloc[0]
            shares = {str(key): value for key, value in row.items() if str(key).endswith("_share")}
            yield {"scenario": one.id, "choice": name, **shares}


def _front(table: pd.DataFrame) -> pd.DataFrame:
    return table[["scenario", *(name for name in table.columns if name != "scenario")]]
