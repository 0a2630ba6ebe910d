"""The choice as data: sites with their costs, and whose lacks go when which of them are built."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError
from nahraum.frames import MICRO
from nahraum.measures.model import Bools, Demand, Effects, Floats, Int64, MeasureType, Site
from nahraum.measures.programme.conditions import GREEN_M2, Conditions
from nahraum.measures.programme.merging import slices
from nahraum.measures.programme.patterns import Pairs, Patterns, lacks_before, patterns_of

Names = npt.NDArray[np.object_]
LEVELS = ("low", "mid", "high")


@dataclass(frozen=True, eq=False)
class Problem:
    """What can be chosen and whom it helps; sites sorted by id.

    site_ids, type_ids, quarter_ids, parcel_ids : per site. costs, runnings : site × (low, mid, high). [EUR, EUR/year]
    level : which estimate counts. lead_years, dwellings, sealing_m2, canopy_m2, newcomers, newcomers_lacking : per
    site; NaN where not known. programmes : per site, funding programmes that may pay it.
    demand : the people; effects : what each site changes for them; before : what they lack (`lacks_before`).
    conditions, patterns, pairs : when a lack goes. conflicts : pairs of positions that exclude each other.
    left_out : ids of sites that have no known cost.
    """

    site_ids: tuple[str, ...]
    type_ids: Names
    quarter_ids: Names
    parcel_ids: Names
    costs: Floats
    runnings: Floats
    lead_years: Floats
    dwellings: Floats
    sealing_m2: Floats
    canopy_m2: Floats
    newcomers: Floats
    newcomers_lacking: Floats
    programmes: tuple[tuple[str, ...], ...]
    demand: Demand
    effects: Effects
    before: Floats
    conditions: Conditions
    patterns: Patterns
    pairs: Pairs
    conflicts: Int64
    left_out: tuple[str, ...] = ()
    level: str = "mid"

    def __len__(self) -> int:
        return len(self.site_ids)

    @property
    def cost_eur(self) -> Floats:
        """Investment of each site. [EUR]"""
        return np.asarray(self.costs[:, LEVELS.index(self.level)])

    @property
    def running_eur(self) -> Floats:
        """Running cost of each site; what is not known counts as nothing here and is told apart. [EUR per year]"""
        return np.nan_to_num(self.runnings[:, LEVELS.index(self.level)])

    def at_level(self, level: str) -> Problem:
        """The same with another estimate of the costs: low, mid or high; NaN estimates take the middle one."""
        return replace(self, level=level)

    def positions(self, ids: Collection[str], *, called: str) -> Int64:
        """Positions of sites by id.

        Raises
            InputError for ids that are no site, with the nearest known one, and for sites without a known cost.
        """
        place = {name: at for at, name in enumerate(self.site_ids)}
        unknown = sorted(name for name in set(ids) if name not in place)
        if unknown:
            raise InputError(
                f"{called} names {len(unknown)} sites that cannot be planned",
                where=[_nearest(name, self) for name in unknown[:5]],
                expected="ids of candidate sites with a known cost",
                fix="take ids from the table of candidate sites; give a cost in the file of drawn sites",
            )
        return np.array(sorted(place[name] for name in set(ids)), dtype=np.int64)

    @cached_property
    def by_site(self) -> tuple[Int64, Int64, Int64]:
        """Conditions of each site: start, condition, coefficient."""
        return _turned(self.conditions.site, len(self), self.conditions.of_entry(), self.conditions.coef)

    @cached_property
    def by_condition(self) -> tuple[Int64, Int64, Int64]:
        """Patterns of each condition: start, pattern, whether it must."""
        entry = self.patterns.must.astype(np.int64)
        return _turned(self.patterns.condition, len(self.conditions), self.patterns.of_entry(), entry)

    @cached_property
    def green_gain(self) -> tuple[Int64, Int64, Int64]:
        """m² of green per resident that sites bring or take: row, site, amount. [millionths]"""
        site = np.repeat(np.arange(len(self)), np.diff(self.effects.start))
        m2 = np.rint(np.nan_to_num(self.effects.change[:, GREEN_M2]) * MICRO).astype(np.int64)
        some = m2 != 0
        return self.effects.row[some], site[some], m2[some]

    def levels(self, chosen: Bools) -> Floats:
        """How far each pattern is met when some sites are built: 0 or 1, the part for internet."""
        return self.patterns.met(self.conditions.levels(chosen))

    def met(self, chosen: Bools) -> Floats:
        """The same for each pair: what is met after the plan."""
        return np.asarray(self.levels(chosen)[self.pairs.pattern])

    def exclusions(self) -> tuple[Int64, ...]:
        """Groups of sites of which one at most is built: those of one parcel, and pairs that conflict."""
        known = np.flatnonzero(self.parcel_ids != "")
        names, of_site = np.unique(self.parcel_ids[known].astype(str), return_inverse=True)
        groups = [known[of_site == one] for one in range(len(names))] if len(known) else []
        groups = [one for one in groups if len(one) > 1]
        inside = {(int(a), int(b)) for one in groups for a in one for b in one}
        return (*groups, *(pair for pair in self.conflicts if (int(pair[0]), int(pair[1])) not in inside))


def programme_problem(
    demand: Demand, effects: Effects, sites: Sequence[Site], types: Mapping[str, MeasureType], *,
    conflicts: Sequence[tuple[int, int]] = (),
) -> Problem:  # fmt: skip
    """The problem of choosing among sites, everything checked.

    Parameters
        conflicts : pairs of positions in `sites` that exclude each other, besides those of one parcel.

    Raises
        InputError, all at once, for sites that repeat, that `effects` does not hold, whose type or quarter is unknown,
        whose cost is negative, drawn sites whose cost is not known.

    Notes
        Sites found in the data whose cost is not known are left out and named: a cost is never invented.
    """
    _refuse(demand, effects, sites, types)
    order = plannable(sites)
    new = {at: position for position, at in enumerate(order)}
    pairs = {(min(new[a], new[b]), max(new[a], new[b])) for a, b in conflicts if a in new and b in new and a != b}
    chosen = [sites[at] for at in order]
    effects = _sorted_effects(effects, [one.site_id for one in chosen])
    conditions, patterns, people = patterns_of(demand, effects)
    kinds = [types[one.type_id] for one in chosen]
    return Problem(
        site_ids=tuple(one.site_id for one in chosen),
        type_ids=_names(one.type_id for one in chosen),
        quarter_ids=_names(one.quarter_id for one in chosen),
        parcel_ids=_names(one.parcel_id for one in chosen),
        costs=_estimates([one.cost for one in chosen]),
        runnings=_estimates([one.running for one in chosen]),
        lead_years=np.array([kind.lead_years for kind in kinds], dtype=np.float64),
        dwellings=np.array([one.dwellings for one in chosen], dtype=np.float64),
        sealing_m2=np.array([one.sealing_m2 for one in chosen], dtype=np.float64),
        canopy_m2=np.array([one.canopy_m2 for one in chosen], dtype=np.float64),
        newcomers=effects.newcomers,
        newcomers_lacking=effects.newcomers_lacking,
        programmes=tuple(tuple(sorted(kind.programmes)) for kind in kinds),
        demand=demand,
        effects=effects,
        before=lacks_before(demand),
        conditions=conditions,
        patterns=patterns,
        pairs=people,
        conflicts=np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2),
        left_out=tuple(sorted(one.site_id for one in sites if not np.isfinite(one.cost.mid_eur))),
    )


def plannable(sites: Sequence[Site]) -> list[int]:
    """Positions of the sites whose cost is known, by id: the order of the sites in a problem."""
    known = [at for at in range(len(sites)) if np.isfinite(sites[at].cost.mid_eur)]
    return sorted(known, key=lambda at: sites[at].site_id)


def _refuse(demand: Demand, effects: Effects, sites: Sequence[Site], types: Mapping[str, MeasureType]) -> None:
    ids = [one.site_id for one in sites]
    repeated = sorted({name for name in ids if ids.count(name) > 1}) if len(set(ids)) < len(ids) else []
    problems = [f"site {name!r} repeats" for name in repeated]
    missing = sorted(set(ids) ^ set(effects.site_ids))
    if missing:
        problems.append(f"{len(missing)} sites without an effect or effects without a site, first: {missing[0]!r}")
    quarters = {*demand.quarters, ""}
    for one in sorted(sites, key=lambda site: site.site_id):
        if one.type_id not in types:
            problems.append(f"site {one.site_id!r}: unknown type {one.type_id!r}")
        if one.quarter_id not in quarters:
            problems.append(f"site {one.site_id!r}: quarter {one.quarter_id!r} is not in the study")
        cost = one.cost
        if min(cost.low_eur, cost.mid_eur, cost.high_eur) < 0:
            problems.append(f"site {one.site_id!r}: negative cost")
        if one.source == "drawn" and not np.isfinite(cost.mid_eur):
            problems.append(f"site {one.site_id!r}, drawn: cost is missing")
    if problems:
        raise InputError(
            "the sites cannot be planned", where=problems[:20],
            expected="each site once, of a known type, in a quarter of the study, with a cost from 0 on",
            fix="mend the file of drawn sites or [measures.<type>] in study.toml",
        )  # fmt: skip


def _sorted_effects(effects: Effects, ids: Sequence[str]) -> Effects:
    place = {name: at for at, name in enumerate(effects.site_ids)}
    which = np.array([place[name] for name in ids], dtype=np.int64)
    start, at = slices(effects.start, which)
    return Effects(
        tuple(ids), start, effects.row[at], effects.change[at], effects.newcomers[which],
        effects.newcomers_lacking[which], effects.seconds[which],
    )  # fmt: skip


def _estimates(costs: Sequence[object]) -> Floats:
    """Site × (low, mid, high); an estimate that is not known takes the middle one."""
    table = np.array([[getattr(one, f"{level}_eur") for level in LEVELS] for one in costs], dtype=np.float64)
    table = table.reshape(-1, len(LEVELS))
    return np.where(np.isnan(table), table[:, [1]], table)


def _names(values: object) -> Names:
    listed = list(values)  # type: ignore[call-overload]
    found = np.empty(len(listed), dtype=object)
    found[:] = listed
    return found


def _turned(key: Int64, n: int, *columns: Int64) -> tuple[Int64, Int64, Int64]:
    order = np.argsort(key, kind="stable")
    start = np.searchsorted(key[order], np.arange(n + 1)).astype(np.int64)
    one, other = (column[order] for column in columns)
    return start, one, other


def _nearest(name: str, problem: Problem) -> str:
    import difflib

    if name in problem.left_out:
        return f"{name!r}: its cost is not known"
    near = difflib.get_close_matches(name, problem.site_ids, n=1, cutoff=0.4)
    return f"{name!r}" + (f", nearest: {near[0]!r}" if near else "")
