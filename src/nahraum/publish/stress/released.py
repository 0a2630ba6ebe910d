"""The tables of a stress test through the only door: quarters with enough households, persons in tens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from nahraum.parameters import Parameters
from nahraum.publish.bundle import Released
from nahraum.publish.past_figures import PastFigures
from nahraum.publish.stress.door import Door
from nahraum.stress.model import Scenario
from nahraum.stress.outcome import StressTest
from nahraum.study import Study

_RESTS_ON = ("stress", "mismatch", "affordability", "households")


@dataclass(frozen=True)
class ReleasedStress:
    """What others may see of a stress test.

    quarters, groups : by scenario, with columns stress_<component>_share, _min, _max, _drawn_share_min, _max.
    whole_study : by scenario, one row. mismatch : of quarters, mismatch_whole, mismatch_groups, mismatch_ages.
    repairs, incidence, choices : as in the test, persons in tens. shapes : of the quarters. open : absent dimensions.
    fit : of the households to the published counts, by margin; it counts counts, no persons.
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
    fit: pd.DataFrame = field(default_factory=pd.DataFrame)

    def whole(self) -> list[dict[str, Any]]:
        """The row of the whole study of every scenario, as plain values; None where not known or held back."""
        told = []
        for one in self.scenarios:
            row = self.whole_study[one.id].frame.iloc[0]
            values = {
                str(k): v for k, v in row.items() if str(k).startswith("stress_") and not str(k).endswith("status")
            }
            plain = {k: None if v != v else float(v) for k, v in values.items()}
            people = None if pd.isna(row["residents"]) else float(row["residents"])
            told.append({"scenario": one.id, "residents": people, **plain})
        return told

    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """Every table by name, as it is written."""
        found = [
            ("stress_quarters", _joined(self.quarters)), ("stress_study", _joined(self.whole_study)),
            ("stress_households", _joined(self.groups).rename(columns={"quarter_id": "group"})),
            ("stress_repairs", self.repairs), ("stress_incidence", self.incidence), ("stress_choices", self.choices),
            ("household_fit", self.fit),
        ]  # fmt: skip
        for name in ("mismatch", "mismatch_whole", "mismatch_groups", "mismatch_ages"):
            table: Released | None = getattr(self, name)
            if table is not None:
                key = {"mismatch_groups": "group", "mismatch_ages": "age_group"}.get(name, "quarter_id")
                frame = pd.DataFrame(table.frame).rename(columns={"quarter_id": key})
                whole = {"study": self.study.name} if name == "mismatch_whole" else {}
                found.append((name, frame.assign(**whole)[[*whole, *frame.columns]]))
        return [(name, frame) for name, frame in found if len(frame)]


def released_stress(
    test: StressTest, shapes: gpd.GeoDataFrame, study: Study, parameters: Parameters, *,
    attribution: str = "", past: PastFigures | None = None,
) -> ReleasedStress:  # fmt: skip
    """A stress test as it may leave the office.

    Parameters
        past : what was released before; it is told what is released now, for the ledger.

    Notes
        Quarters and kinds of households with fewer than stress.minimum_households synthetic households are held back,
        and more with them until what is held back is two rows and as many households together: they must not be the
        rest of the whole study. Everything else is what `release` does with quarters, on exact persons: small counts
        and complements, denominators, secondary suppression, steps of shares. Persons go to tens last. Figures of the
        same persons, or nearly, are told as they were in another scenario or an earlier test.
    """
    door = Door(parameters, past or PastFigures(parameters.number("disclosure.minimum_count")))
    quarters, wholes, groups = {}, {}, {}
    for one in test.scenarios:
        mine = test.tables.quarters[test.tables.quarters["scenario"] == one.id].drop(columns="scenario")
        quarters[one.id], wholes[one.id] = door.areas(mine, f"stress_{one.id}", test)
        kinds = test.tables.groups[test.tables.groups["scenario"] == one.id].drop(columns="scenario")
        groups[one.id] = door.let_out(kinds.rename(columns={"group": "quarter_id"}), f"households_{one.id}")
    found = test.tables
    mismatch: tuple[Released | None, Released | None] = (None, None)
    if len(found.mismatch):
        mismatch = door.areas(found.mismatch, "mismatch", test, prefix="")
    kinds = found.mismatch_groups.rename(columns={"group": "quarter_id"})
    ages = found.mismatch_ages.rename(columns={"age_group": "quarter_id"})
    repairs, choices = door.repairs(test.repairs), door.choices(found.choices, wholes)
    for name in _RESTS_ON:
        parameters.group(name)  # noted as read
    used = parameters.used()
    return ReleasedStress(
        study, test.scenarios, quarters, wholes, groups, *mismatch,
        door.let_out(kinds, "mismatch_groups", prefix="") if len(kinds) else None,
        door.let_out(ages, "mismatch_ages", prefix="") if len(ages) else None,
        repairs, door.correlations(test.incidence), choices, shapes[["quarter_id", "name", "geometry"]],
        test.statement, test.open, _to_verify(test.scenarios, parameters),
        int(parameters.number("stress.components_needed")), attribution, tuple(used),
        door.facts(test.fit, "household_fit"),
    )  # fmt: skip


def _to_verify(scenarios: tuple[Scenario, ...], parameters: Parameters) -> bool:
    """Whether anything rests on general knowledge."""
    marks = [one.evidence for scenario in scenarios for one in scenario.activities]
    marks += [one.evidence for scenario in scenarios for one in scenario.rules]
    return "from_knowledge" in marks or any(one.verify_locally for one in parameters.group("stress").values())


def _joined(tables: dict[str, Released]) -> pd.DataFrame:
    parts = [pd.DataFrame(one.frame).assign(scenario=name) for name, one in tables.items()]
    found = pd.concat(parts, ignore_index=True)
    return found[["scenario", *(name for name in found.columns if name != "scenario")]]
