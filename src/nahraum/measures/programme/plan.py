"""A plan: what is chosen, how good that is, how good anything could be, and what it leaves of each limit."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from nahraum.measures.model import Bools, Floats


@dataclass(frozen=True)
class Figures:
    """What the model says of a chosen set, whatever the goal. Persons; pairs are person × prerequisite.

    lacks_removed : pairs removed among people with k known lacks or more, minus pairs that arise anew among all.
    lacks_gained, lacks_lost : the two parts of it. lacks_removed_weighted : the same with the goal's weights.
    people_relieved : people whose known lacks fall below k; people_burdened : whose lacks reach k anew.
    depth : mean number of lacks that go, per relieved person; depth_affected : per person who loses any lack. NaN
        where there is none.
    worst_fifth_gain : lacks that go per person of the fifth with most lacks before, worst_fifth_people : how many.
    near_threshold_people : people whose lack of green goes and who then have little more m² than needed
        (`Goal.near_share`).
    newcomers, newcomers_lacking : people who move in, and how many of them lack k or more: not in the sums above.
    """

    lacks_removed: float
    lacks_gained: float
    lacks_lost: float
    lacks_removed_weighted: float
    people_relieved: float
    people_burdened: float
    depth: float
    depth_affected: float
    worst_fifth_gain: float
    worst_fifth_people: float
    near_threshold_people: float
    newcomers: float
    newcomers_lacking: float
    cost_eur: float
    running_eur: float
    dwellings: float
    sealing_m2: float
    canopy_m2: float


@dataclass(frozen=True, eq=False)
class Plan:
    """The best plan found, with its proof.

    chosen : ids of sites, sorted. mask : the same by position in the problem.
    status : optimal (proven) | within_gap (bound proven, gap as asked for) | feasible (best found; the gap says how
        much better another one could be at most).
    value : of the goal, recounted from the chosen set. bound : no plan of the stated model is better. gap :
        (bound - value) / |value|, 0 where both are equal. unit : of the three.
    method : exact | search | search+exact. seconds : it took.
    sites : a row per chosen site: site_id, type_id, quarter_id, cost_eur, running_eur, programme, start_year,
        ready_year, alone (lacks removed by it alone), missed (lacks that would come back without it).
    limits : name, label_de, label_en, unit, used, least, most, slack, binding, price (gain per further unit by the
        linear relaxation; NaN where none is known).
    years : year, invest_eur, running_eur, limit_eur, left_eur, begun, ready.
    quarters : quarter_id, residents, lacking_before, lacking_after (pairs of people with k or more), removed, cost_eur.
    prerequisites : prerequisite, gain (persons), lose.
    notes : code, count, text_de, text_en.
    """

    chosen: tuple[str, ...]
    mask: Bools
    status: str
    value: float
    bound: float
    gap: float
    unit: str
    method: str
    seconds: float
    figures: Figures
    sites: pd.DataFrame
    limits: pd.DataFrame
    years: pd.DataFrame
    quarters: pd.DataFrame
    prerequisites: pd.DataFrame
    notes: pd.DataFrame
    met: Floats = field(repr=False)  # after the plan, per pair of the problem


def relative_gap(value: float, bound: float) -> float:
    """How much better another plan could be at most, as a share of the value. [-]"""
    if bound <= value:
        return 0.0
    return float("inf") if value == 0 else (bound - value) / abs(value)
