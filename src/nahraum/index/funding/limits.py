"""What a funding area must keep to, and what it may not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import to_micro
from nahraum.index.funding.need import NEED
from nahraum.index.funding.units import Flags, Units
from nahraum.index.people import Floats, Int64
from nahraum.parameters import Parameters


@dataclass(frozen=True)
class Limits:
    """Limits of one area. [persons, ha, -]; exponent of the share in need in the objective."""

    minimum_residents: float
    maximum_residents: float
    minimum_hectares: float
    maximum_hectares: float
    minimum_compactness: float
    precision_exponent: float

    def packed(self) -> Floats:
        """As the kernels take them: residents in millionths, hectares as cm²."""
        return np.array(
            [
                self.minimum_residents * 1e6, self.maximum_residents * 1e6, self.minimum_hectares * 1e8,
                self.maximum_hectares * 1e8, self.minimum_compactness, self.precision_exponent,
            ]
        )  # fmt: skip

    def of_size(self, residents: float, fill_share: float) -> Limits:
        """The limits of one step of the ladder of sizes."""
        return replace(self, maximum_residents=residents, minimum_residents=residents * fill_share)


@dataclass(frozen=True)
class Task:
    """Units with their people, the limits, and the units that must or must not be taken (by position)."""

    units: Units
    residents: Int64
    judged: Int64
    people: Floats
    people_min: Floats
    people_max: Floats
    weight: Floats
    ground_cm2: Int64
    limits: Limits
    must: Int64
    allowed: Flags


def read_limits(parameters: Parameters) -> Limits:
    """The limits as the study has them.

    Raises
        InputError where a smallest value is above its largest, or the compactness above that of a circle.
    """
    number = {name: parameters.number(f"funding_areas.{name}") for name in Limits.__dataclass_fields__}
    limits = Limits(**number)
    problems = []
    if limits.minimum_residents > limits.maximum_residents:
        problems.append(f"residents from {limits.minimum_residents:g} to {limits.maximum_residents:g}")
    if limits.minimum_hectares > limits.maximum_hectares:
        problems.append(f"hectares from {limits.minimum_hectares:g} to {limits.maximum_hectares:g}")
    if limits.minimum_compactness > np.pi / 4:
        problems.append(f"compactness {limits.minimum_compactness:g}: even a square has only 0.785")
    if problems:
        raise InputError(
            "no funding area can keep the limits", where=problems, expected="smallest <= largest, compactness <= 0.78",
            fix="change [parameters] funding_areas.* in study.toml",
        )  # fmt: skip
    return limits


def task_of(
    units: Units, need: pd.DataFrame, limits: Limits, *, must: Sequence[str] = (), must_not: Sequence[str] = ()
) -> Task:
    """The task in arrays, everything checked.

    Raises
        InputError for need that does not fit the units, units that must and must not be taken, must-haves beyond
        the limits, a smallest size larger than the city.
    """
    table = _fitting(units, need)
    taken, barred = units.positions(must, called="must"), units.positions(must_not, called="must_not")
    allowed = np.ones(len(units), dtype=bool)
    allowed[barred] = False
    task = Task(
        units=units,
        residents=to_micro(table["residents"].to_numpy()),
        judged=to_micro(table["judged"].to_numpy()),
        people=table["people"].to_numpy(float),
        people_min=table["people_min"].to_numpy(float),
        people_max=table["people_max"].to_numpy(float),
        weight=table["weight"].to_numpy(float),
        ground_cm2=np.rint(units.table["hectares"].to_numpy() * 1e8).astype(np.int64),
        limits=limits,
        must=taken,
        allowed=allowed,
    )
    _refuse_contradictions(task, barred)
    return task


def _fitting(units: Units, need: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in NEED if name not in need.columns]
    if missing:
        raise InputError(
            "the need of units lacks columns", where=f"missing: {missing}", expected=", ".join(NEED),
            fix="nahraum.index.funding.unit_need makes the table",
        )  # fmt: skip
    table = need.reindex(pd.Index(units.ids))
    strange = need.index.difference(pd.Index(units.ids))
    if need.index.has_duplicates or len(strange) or len(need) != len(units):
        lost = [unit for unit in units.ids if unit not in need.index]
        raise InputError(
            "need and units do not belong together",
            where=[f"units without need: {lost[:3]}", f"need of unknown units: {list(strange[:3])}"],
            expected="one row per unit, indexed by unit_id",
        )
    numbers = table[list(NEED)].to_numpy(dtype=float)
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise InputError(
            "need holds negative or missing numbers",
            where=f"{int((~np.isfinite(numbers) | (numbers < 0)).any(axis=1).sum())} of {len(table)} units",
            expected="numbers from 0 on; what is not known widens people_min to people_max",
        )
    return table


def _refuse_contradictions(task: Task, barred: Int64) -> None:
    limits, ids = task.limits, task.units.ids
    problems = []
    if len(both := np.intersect1d(task.must, barred)):
        problems.append(f"{len(both)} units must and must not be taken, first: {ids[both[:3]].tolist()}")
    people, ground = task.residents[task.must].sum() / 1e6, task.ground_cm2[task.must].sum() / 1e8
    if people > limits.maximum_residents:
        problems.append(
            f"the must-haves alone hold {people:.0f} residents, at most {limits.maximum_residents:g} allowed"
        )
    if ground > limits.maximum_hectares:
        problems.append(f"the must-haves cover {ground:.1f} ha, at most {limits.maximum_hectares:g} allowed")
    everybody = task.residents[task.allowed].sum() / 1e6
    if everybody < limits.minimum_residents:
        problems.append(
            f"only {everybody:.0f} residents may be taken, at least {limits.minimum_residents:g} are asked for"
        )
    if problems:
        raise InputError(
            "no funding area can keep all demands",
            where=problems,
            expected="must-haves within the limits, and no unit both ways",
            fix="change the limits ([parameters] funding_areas.*) or the rows of [sources.funding_edits]",
        )
