"""The tables of a stress test through the only door: quarters with enough households, persons in tens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.parameters import Parameters
from nahraum.publish.bundle import Released
from nahraum.publish.disclosure import Mask, micro, protected, rules_of
from nahraum.publish.release import release
from nahraum.publish.rounding import share_of_persons, to_step
from nahraum.stress.model import Scenario
from nahraum.stress.outcome import WHOLE, StressTest
from nahraum.study import Study

_TENS = 10
_SHARE_STEP = 0.01
_CORRELATIONS = {"rho": "estimate_rho", "p_value": "estimate_p_value"}  # names by which they are rounded


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
            people = None if pd.isna(row["residents"]) else float(row["residents"])
            told.append({"scenario": one.id, "residents": people, **plain})
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
        Quarters and kinds of households with fewer than stress.minimum_households synthetic households are held back,
        and more with them until what is held back is two rows and as many households together: they must not be the
        rest of the whole study. Everything else is what `release` does with quarters, on exact persons: small counts
        and complements, denominators, secondary suppression, steps of shares. Persons go to tens last.
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
        _repairs(test.repairs), _correlations(test.incidence, parameters),
        _choices(found.choices, wholes, parameters), shapes[["quarter_id", "name", "geometry"]],
        test.statement, test.open, _to_verify(test.scenarios, parameters),
        int(parameters.number("stress.components_needed")), attribution, tuple(used),
    )  # fmt: skip


def _areas(
    table: pd.DataFrame, name: str, test: StressTest, parameters: Parameters, least: float, *, prefix: str = "stress_"
) -> tuple[Released, Released]:  # fmt: skip
    """Quarters, and the row of the whole study."""
    is_whole = (table["quarter_id"] == WHOLE).to_numpy()
    named = table[~is_whole].assign(name=[test.names.get(str(one), "") for one in table.loc[~is_whole, "quarter_id"]])
    outside = float(table.loc[is_whole, "households"].sum() - named["households"].sum())
    whole = _let_out(table[is_whole], f"{name}_study", parameters, least, geography="municipality", prefix=prefix)
    return _let_out(named, name, parameters, least, outside=outside, prefix=prefix), whole


def _groups(table: pd.DataFrame, name: str, parameters: Parameters, *, prefix: str = "stress_") -> Released:
    """Kinds of households or ages of the whole study, by the rules of areas that add up to it."""
    return _let_out(table, name, parameters, parameters.number("stress.minimum_households"), prefix=prefix)


def _let_out(
    table: pd.DataFrame, name: str, parameters: Parameters, least: float, *,
    geography: str = "quarters", outside: float = 0.0, prefix: str = "stress_",
) -> Released:  # fmt: skip
    """A table through the door with exact persons; without the rows of few households and those that go with them.

    Parameters
        outside : households of the whole study in none of the rows; what is held back stands beside them.
    """
    ordered = table.sort_values("quarter_id", kind="stable", ignore_index=True)
    gone = _few(ordered["households"].to_numpy(dtype=np.float64), outside, least, parameters)
    shown = _columns(ordered, prefix)
    if geography == "municipality":
        shown = shown.drop(columns="quarter_id")
    figures = [str(column) for column in shown.columns if pd.api.types.is_numeric_dtype(shown[column].dtype)]
    held = dict.fromkeys(figures, gone) if gone.any() else None
    told = release(shown, geography, parameters=parameters, name=name, held=held)
    frame = told.frame.assign(residents=to_step(told.frame["residents"].to_numpy(dtype=np.float64), _TENS))
    kept = np.ones(len(frame), dtype=np.bool_) if geography == "municipality" else ~gone
    return replace(told, frame=frame[kept].reset_index(drop=True))


def _few(households: npt.NDArray[np.float64], outside: float, least: float, parameters: Parameters) -> Mask:
    """Rows with too few households, and the smallest others that must hide them: two at least, `least` together."""
    size = micro(np.append(households, outside))
    small = (size > 0) & (size < micro(least))
    small[-1] = size[-1] > 0 and small.any()  # nobody tells these: they hide others where any have to be hidden
    minimum = rules_of(parameters).minimum_count
    return protected(small, size, [], minimum_count=minimum, minimum_size=least, known=size > 0)[:-1]


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


def _repairs(table: pd.DataFrame) -> pd.DataFrame:
    """Persons in tens; fewer than ten are none that may be told."""
    if not len(table):
        return table
    persons = [column for column in table.columns if column.endswith("_persons")]
    return table.assign(**{name: np.trunc(table[name] / _TENS) * _TENS + 0.0 for name in persons})


def _correlations(table: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Correlations with cases as estimates are published: to two digits, as they rest on few areas."""
    if not len(table):
        return table
    told = release(table.rename(columns=_CORRELATIONS), "associations", parameters=parameters, name="stress_incidence")
    back = {new: old for old, new in _CORRELATIONS.items()}
    return pd.DataFrame(told.frame).rename(columns=back)[list(table.columns)]


def _choices(table: pd.DataFrame, wholes: dict[str, Released], parameters: Parameters) -> pd.DataFrame:
    """Shares of the whole study under other assumptions: nothing that its own row does not tell, on the same steps."""
    if not len(table):
        return table
    rules, parts = rules_of(parameters), []
    for scenario, mine in table.groupby("scenario", sort=False):
        row, told = wholes[str(scenario)].frame.iloc[0], mine.copy()
        size = micro(np.full(len(mine), row["residents"]))
        for column in (one for one in map(str, table.columns) if one.endswith("_share")):
            exact = mine[column].to_numpy(dtype=np.float64)
            shown = to_step(share_of_persons(exact, size, rules), _SHARE_STEP)
            told[column] = shown if pd.notna(row.get(f"stress_{column}")) else np.nan
        parts.append(told)
    return pd.concat(parts, ignore_index=True)


def _to_verify(scenarios: tuple[Scenario, ...], parameters: Parameters) -> bool:
    """Whether anything rests on general knowledge."""
    marks = [one.evidence for scenario in scenarios for one in scenario.activities]
    marks += [one.evidence for scenario in scenarios for one in scenario.rules]
    return "from_knowledge" in marks or any(one.verify_locally for one in parameters.group("stress").values())


def _joined(tables: dict[str, Released]) -> pd.DataFrame:
    parts = [pd.DataFrame(one.frame).assign(scenario=name) for name, one in tables.items()]
    found = pd.concat(parts, ignore_index=True)
    return found[["scenario", *(name for name in found.columns if name != "scenario")]]
