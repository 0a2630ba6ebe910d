"""What a plan does to the people who live there: two states of a study compared, person by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.index.people import Int64
from nahraum.index.status_groups import StatusGroups
from nahraum.measures.built import Built
from nahraum.measures.lacking import several
from nahraum.measures.lives import FLOWS, Lives, flows_of, lives_between, most_lacks, summed_flows
from nahraum.measures.near_threshold import NearThreshold, near_threshold
from nahraum.scenario.grouped import grouped_table
from nahraum.scenario.tally import Tally


@dataclass(frozen=True, eq=False)
class Outcome:
    """What differs between two states of a study; unsuppressed, for the office. [persons unless said otherwise]

    k : lacks from which somebody counts.
    lacks_removed : pairs of person and prerequisite that go, among people who lacked at least k, less the pairs that
        arise anew among all who live there: the value of a plan. lacks_gone, lacks_arisen : its two parts.
    people_relieved, people_newly_lacking : whose known lacks fall below k, or reach it, counted over what is known
        before and after.
    depth : mean number of lacks that go per person who gains any; NaN where nobody does.
    most_lacks_gain : mean number of lacks that go, less those that arise, per person of the fifth with most lacks
        before; lowest_status_gain : the same of the status group lowest of all, NaN where there is none.
    most_lacks_people, lowest_status_people : how many these are.
    near : how much of what goes lay, or lies, near a threshold.
    newcomers, newcomers_lacking : people who move in and are counted, and who of them lacks at least k.
    quarters, status, total : rows by quarter, by status group ('' for none, the lowest first) and in all: people (who
        live there before) and `FLOWS`.
    before, after : every indicator of every quarter, as `Tally.table`; status_before, status_after, total_before,
        total_after : the same with H, A and M0 by status group and in one row, as `scenario.grouped`.
    """

    k: int
    lacks_removed: float
    lacks_gone: float
    lacks_arisen: float
    people_relieved: float
    people_newly_lacking: float
    depth: float
    most_lacks_gain: float
    most_lacks_people: float
    lowest_status_gain: float
    lowest_status_people: float
    near: NearThreshold
    newcomers: float
    newcomers_lacking: float
    quarters: pd.DataFrame
    status: pd.DataFrame
    total: pd.DataFrame
    before: pd.DataFrame
    after: pd.DataFrame
    total_before: pd.DataFrame
    total_after: pd.DataFrame
    status_before: pd.DataFrame
    status_after: pd.DataFrame


def outcome(before: Built, after: Built, *, groups: StatusGroups | None = None) -> Outcome:
    """What a plan does: the study with it against the study without.

    Parameters
        before, after : two states of the same study.
        groups : status groups of its quarters, where it has a status index.

    Notes
        What is not known before or after neither goes nor arises. The internet offer, known as a share of households,
        is spread evenly. People who move in are told apart: nobody is relieved by moving.
    """
    ground, known = after.tally.ground, groups or StatusGroups()
    k, lives = ground.rules.lacks_needed, lives_between(before.tally, after.tally)
    flows = flows_of(lives, k)
    of_quarter, names = status_codes(ground.quarters, known)
    whole = summed_flows(flows, lives, np.zeros_like(lives.row), pd.Index(["all"])).reset_index(drop=True)
    told = {name: float(whole[name].iloc[0]) for name in FLOWS}
    gain = (lives.gone() - lives.arisen()).sum(axis=1)
    fifth, lowest = most_lacks(lives), (of_quarter[lives.quarter] == 0) * lives.people * bool(known.groups)
    sides = before.tally, after.tally
    in_all_quarters = [grouped_table(one, np.zeros_like(of_quarter), pd.Index(["all"])) for one in sides]
    by_status = [grouped_table(one, of_quarter, names) for one in sides]
    moved_in, in_all = _moved_in(*sides, lives), lives.people * lives.gone().sum(axis=1)
    return Outcome(
        k=k, lacks_removed=told["lacks_gone"] - told["lacks_arisen"], lacks_gone=told["lacks_gone"],
        lacks_arisen=told["lacks_arisen"], people_relieved=told["people_relieved"],
        people_newly_lacking=told["people_newly_lacking"], depth=_ratio(in_all.sum(), told["people_gaining"]),
        most_lacks_gain=_ratio((gain * fifth).sum(), fifth.sum()), most_lacks_people=float(fifth.sum()),
        lowest_status_gain=_ratio((gain * lowest).sum(), lowest.sum()), lowest_status_people=float(lowest.sum()),
        near=near_threshold(before, after, lives), newcomers=moved_in[0], newcomers_lacking=moved_in[1],
        quarters=summed_flows(flows, lives, lives.quarter, pd.Index(ground.quarters, name="quarter_id")),
        status=summed_flows(flows, lives, of_quarter[lives.quarter], names), total=whole,
        before=before.tally.table(), after=after.tally.table(),
        total_before=in_all_quarters[0], total_after=in_all_quarters[1], status_before=by_status[0],
        status_after=by_status[1],
    )  # fmt: skip


def status_codes(quarters: Sequence[str], groups: StatusGroups) -> tuple[Int64, pd.Index]:
    """Number of the status group of each quarter, and the groups, the lowest first and '' for none."""
    order = [*(group.id for group in groups.groups), ""]
    codes = np.array([order.index(groups.of(quarter)) for quarter in quarters], dtype=np.int64)
    return codes, pd.Index(order, name="status")


def _moved_in(before: Tally, after: Tally, lives: Lives) -> tuple[float, float]:
    """People who move in between the states and are counted, and who of them lacks at least k. [persons]"""
    people, lacking = [], []
    for tally, lacks in ((before, lives.before), (after, lives.after)):
        total = tally.total().iloc[0]
        here = several(lacks, after.ground.rules.lacks_needed) * lives.people
        people.append(float(total["residents_judged"]))
        lacking.append(float(total["several_known_residents"]) - float(here.sum()))
    return people[1] - people[0], max(0.0, round(lacking[1] - lacking[0], 6))


def _ratio(top: float, bottom: float) -> float:
    return float(top) / float(bottom) if bottom > 0 else float("nan")
