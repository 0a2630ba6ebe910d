"""The tables of a stress test through the only door: quarters with enough households, persons in tens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.parameters import Parameters
from nahraum.publish.bundle import Released
from nahraum.publish.release import release
from nahraum.publish.rounding import to_step
from nahraum.stress.model import Scenario
from nahraum.stress.outcome import WHOLE, StressTest
from nahraum.study import Study

_TENS = 10
_OF_PERSONS = ("households", "persons", "spare_rooms")


@dataclass(frozen=True)
class ReleasedStress:
    """What others may see of a stress test.

    quarters, groups : by scenario, with columns stress_<component>_share, _min, _max, _drawn_share_min, _max.
    whole_study : by scenario, one row. mismatch : of quarters, mismatch_whole, mismatch_groups, mismatch_ages.
    repairs, incidence, choices : as in the test, persons in tens. shapes : of the quarters. open : absent dimensions.
    """

    study: Study
    scenarios: tuple[Scenario, ...]
    quarters: dict[str, Released]
    whole_study: dict[str, Released]
    groups: dict[str, Released]
    mismatch: Released | None
    mismatch_whole: Released | None
    mismatch_groups: Released | None
    mismatch_ages: Released | None
    repairs: pd.DataFrame
    incidence: pd.DataFrame
    choices: pd.DataFrame
    shapes: gpd.GeoDataFrame
    statement: str
    open: tuple[str, ...]
    verify: bool
    k: int
    attribution: str = ""
    parameters: tuple[Any, ...] = field(default=())

    def whole(self) -> list[dict[str, Any]]:
        """The row of the whole study of every scenario, as plain values; None where not known or held back."""
        told = []
        for one in self.scenarios:
            row = self.whole_study[one.id].frame.iloc[0]
            values = {
                str(k): v for k, v in row.items() if str(k).startswith("stress_") and not str(k).endswith("status")
            }
            plain = {k: None if v != v else float(v) for k, v in values.items()}
            told.append({"scenario": one.id, "residents": float(row["residents"]), **plain})
        return told

    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """Every table by name, as it is written."""
        found = [
            ("stress_quarters", _joined(self.quarters)), ("stress_study", _joined(self.whole_study)),
            ("stress_households", _joined(self.groups).rename(columns={"quarter_id": "group"})),
            ("stress_repairs", self.repairs), ("stress_incidence", self.incidence), ("stress_choices", self.choices),
        ]  # fmt: skip
        for name in ("mismatch", "mismatch_whole", "mismatch_groups", "mismatch_ages"):
            table: Released | None = getattr(self, name)
            if table is not None:
                key = {"mismatch_groups": "group", "mismatch_ages": "age_group"}.get(name, "quarter_id")
                found.append((name, pd.DataFrame(table.frame).rename(columns={"quarter_id": key})))
        return [(name, frame) for name, frame in found if len(frame)]


def released_stress(
    test: StressTest, shapes: gpd.GeoDataFrame, study: Study, parameters: Parameters, *, attribution: str = ""
) -> ReleasedStress:
    """A stress test as it may leave the office.

    Notes
        Quarters with fewer than stress.minimum_households synthetic households are left out, also of nothing that could
        be subtracted: the row of the whole study goes through the same rules. Everything else is what `release` does
        with quarters: small counts and complements, denominators, secondary suppression, steps of shares.
    """
    least = parameters.number("stress.minimum_households")
    quarters, wholes, groups = {}, {}, {}
    for one in test.scenarios:
        mine = test.tables.quarters[test.tables.quarters["scenario"] == one.id].drop(columns="scenario")
        quarters[one.id], wholes[one.id] = _areas(mine, f"stress_{one.id}", test, parameters, least)
        kinds = test.tables.groups[test.tables.groups["scenario"] == one.id].drop(columns="scenario")
        groups[one.id] = _groups(kinds.rename(columns={"group": "quarter_id"}), f"households_{one.id}", parameters)
    found = test.tables
    mismatch: tuple[Released | None, Released | None] = (None, None)
    if len(found.mismatch):
        mismatch = _areas(found.mismatch, "mismatch", test, parameters, least, prefix="")
    kinds = found.mismatch_groups.rename(columns={"group": "quarter_id"})
    ages = found.mismatch_ages.rename(columns={"age_group": "quarter_id"})
    used = parameters.used()
    return ReleasedStress(
        study, test.scenarios, quarters, wholes, groups, *mismatch,
        _groups(kinds, "mismatch_groups", parameters, prefix="") if len(kinds) else None,
        _groups(ages, "mismatch_ages", parameters, prefix="") if len(ages) else None,
        _repairs(test.repairs), test.incidence, _rounded(found.choices), shapes[["quarter_id", "name", "geometry"]],
        test.statement, test.open, _to_verify(test.scenarios, parameters),
        int(parameters.number("stress.components_needed")), attribution, tuple(used),
    )  # fmt: skip


def _areas(
    table: pd.DataFrame, name: str, test: StressTest, parameters: Parameters, least: float, *, prefix: str = "stress_"
) -> tuple[Released, Released]:  # fmt: skip
    """Quarters, and the row of the whole study."""
    named = _columns(table, prefix)
    enough = table["households"].to_numpy() >= least
    is_whole = (table["quarter_id"] == WHOLE).to_numpy()
    rows = named[~is_whole & enough].assign(
        name=[test.names.get(str(one), "") for one in named.loc[~is_whole & enough, "quarter_id"]]
    )
    whole = named[is_whole].drop(columns="quarter_id")
    return (
        release(rows, "quarters", parameters=parameters, name=name),
        release(whole, "municipality", parameters=parameters, name=f"{name}_study"),
    )


def _groups(table: pd.DataFrame, name: str, parameters: Parameters, *, prefix: str = "stress_") -> Released:
    """Kinds of households or ages of the whole study, by the rules of areas that add up to it."""
    return release(_columns(table, prefix), "quarters", parameters=parameters, name=name)


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
    kept = table[["quarter_id", *renamed]].rename(columns=renamed)
    residents = to_step(kept["residents"].to_numpy(dtype=np.float64), _TENS)
    return kept.assign(residents=residents).reset_index(drop=True)


def _repairs(table: pd.DataFrame) -> pd.DataFrame:
    """Persons in tens; fewer than ten are none that may be told."""
    if not len(table):
        return table
    persons = [column for column in table.columns if column.endswith("_persons")]
    return table.assign(**{name: np.trunc(table[name] / _TENS) * _TENS + 0.0 for name in persons})


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    shares = [column for column in table.columns if column.endswith("_share")]
    return table.assign(**{name: table[name].astype(np.float64).round(2) for name in shares}) if len(table) else table


def _to_verify(scenarios: tuple[Scenario, ...], parameters: Parameters) -> bool:
    """Whether anything rests on general knowledge."""
    marks = [one.evidence for scenario in scenarios for one in scenario.activities]
    marks += [one.evidence for scenario in scenarios for one in scenario.rules]
    return "from_knowledge" in marks or any(one.verify_locally for one in parameters.group("stress").values())


def _joined(tables: dict[str, Released]) -> pd.DataFrame:
    parts = [pd.DataFrame(one.frame).assign(scenario=name) for name, one in tables.items()]
    found = pd.concat(parts, ignore_index=True)
    return found[["scenario", *(name for name in found.columns if name != "scenario")]]
