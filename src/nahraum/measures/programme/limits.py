"""What a plan must keep to: money, places, must-haves. Each limit has a name in a planner's words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.model import Floats


@dataclass(frozen=True, eq=False)
class Row:
    """A linear limit of one's own: least <= sites · x + pairs · met <= most.

    sites : a coefficient per site of `Problem`. pairs : one per pair of `Problem.pairs`, for what is met after the
    plan (a share for internet); None for none. Coefficients of pairs go with `least` only, and are not negative.
    """

    name: str
    label_de: str
    label_en: str
    unit: str
    sites: Floats
    pairs: Floats | None = None
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True)
class Limits:
    """Limits of a plan; what is not given does not bind.

    budget_eur : all investments together. yearly_eur : what may be spent in each year, first year first; it decides
        with the lead times when what begins. carry_over : whether what a year leaves may be spent in the next.
    first_year : the calendar year of the first one.
    running_eur : most running costs per year once everything stands; sites whose running costs are not known may not be
        in it. [EUR per year]
    programme_eur : most per funding programme; a measure is paid out of one programme.
    priority_quarters, priority_share : so much of the money at least goes to sites in these quarters.
    most_of_type, least_of_type : number of sites per type. must, must_not : ids of sites.
    least_eur_in_quarter : money at least for sites in a quarter. least_removed_in_quarter : lacks removed at least
        among its people. [person × prerequisite]
    most_sealing_m2, least_canopy_m2, least_dwellings : sums over the plan; sites whose value is not known may not be
        in it where the limit is set.
    rows : further linear limits. begun : limits over what is begun in each single year, such as the grants of a
        programme in a programme year; without yearly budgets all is begun in one year.
    """

    budget_eur: float = math.inf
    yearly_eur: Sequence[float] = ()
    carry_over: bool = False
    first_year: int = 1
    running_eur: float = math.inf
    programme_eur: Mapping[str, float] = field(default_factory=dict)
    priority_quarters: Sequence[str] = ()
    priority_share: float = 0.0
    most_of_type: Mapping[str, int] = field(default_factory=dict)
    least_of_type: Mapping[str, int] = field(default_factory=dict)
    must: Sequence[str] = ()
    must_not: Sequence[str] = ()
    least_eur_in_quarter: Mapping[str, float] = field(default_factory=dict)
    least_removed_in_quarter: Mapping[str, float] = field(default_factory=dict)
    most_sealing_m2: float = math.inf
    least_canopy_m2: float = -math.inf
    least_dwellings: float = -math.inf
    rows: Sequence[Row] = ()
    begun: Sequence[Row] = ()

    def __post_init__(self) -> None:
        problems = [*_bad_amounts(self), *_contradictions(self)]
        if problems:
            raise InputError(
                "the limits of the plan cannot be used", where=problems,
                expected="amounts from 0 on, shares from 0 to 1, no site both must and must not",
                fix="mend what is named",
            )  # fmt: skip

    @property
    def n_years(self) -> int:
        """How many years there are in which something can be begun."""
        return max(1, len(self.yearly_eur))

    @property
    def most_eur(self) -> float:
        """All that may be spent: the budget, or the sum of the years where that is less."""
        return min(self.budget_eur, float(sum(self.yearly_eur))) if len(self.yearly_eur) else self.budget_eur


def _bad_amounts(limits: Limits) -> list[str]:
    found = []
    for one in fields(Limits):
        value = getattr(limits, one.name)
        wrong = one.name in ("budget_eur", "running_eur") and not value >= 0
        if wrong or (one.name == "priority_share" and not 0 <= value <= 1):
            found.append(f"{one.name} = {value!r}")
        elif one.name == "yearly_eur":
            found += [f"year {n}: {amount!r} EUR" for n, amount in enumerate(value, 1) if not 0 <= amount < math.inf]
        elif isinstance(value, Mapping):
            found += [f"{one.name}: {key!r} = {amount!r}" for key, amount in value.items() if not amount >= 0]
        elif one.name in ("most_sealing_m2", "least_canopy_m2", "least_dwellings") and math.isnan(value):
            found.append(f"{one.name} = {value!r}")
    return found


def _contradictions(limits: Limits) -> list[str]:
    both = sorted(set(limits.must) & set(limits.must_not))
    found = [f"both must and must not: {', '.join(both)}"] if both else []
    for type_id, least in limits.least_of_type.items():
        most = limits.most_of_type.get(type_id, math.inf)
        if least > most:
            found.append(f"type {type_id!r}: at least {least:g}, at most {most:g}")
    if limits.priority_share > 0 and not limits.priority_quarters:
        found.append("a share for priority quarters, but no such quarter")
    for row in limits.rows:
        weights = np.zeros(1) if row.pairs is None else row.pairs
        if (weights < 0).any() or (row.pairs is not None and row.most < math.inf):
            found.append(f"limit {row.name!r}: weights of people below 0, or an upper limit on what is met")
        if row.least > row.most:
            found.append(f"limit {row.name!r}: at least {row.least:g}, at most {row.most:g}")
    wrong = [row for row in limits.begun if row.pairs is not None or row.least > -math.inf or (row.sites < 0).any()]
    return found + [f"limit of a year {row.name!r}: not just a most over sites, from 0 on" for row in wrong]
