"""What each site does for people if it alone is built, and what a plan would lose without it, by the model.

Looked at are only the people whom the site reaches: for all others nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
import pandas as pd

from nahraum.frames import MICRO, to_micro
from nahraum.measures.lacking import lacks_by, parts_of, parts_with
from nahraum.measures.lives import FLOWS, Lives, flows_of, summed_flows
from nahraum.measures.model import Demand, Effects, Int64

_ROWS = 200_000  # records looked at together: memory
_OF_STUDY = ("quarters", "needed", "least", "green_m2_needed", "k", "status")


def alone_table(demand: Demand, effects: Effects) -> pd.DataFrame:
    """A row per site, by id, with the columns of `FLOWS`. [persons; lacks: person × prerequisite]"""
    totals = np.zeros((len(effects.site_ids), len(FLOWS)), dtype=np.int64)
    of_record = np.repeat(np.arange(len(effects.site_ids)), np.diff(effects.start))
    for first in range(0, len(of_record), _ROWS):
        some = slice(first, first + _ROWS)
        np.add.at(totals, of_record[some], _flows(demand, effects, some))
    return pd.DataFrame(totals / MICRO, index=pd.Index(effects.site_ids, name="site_id"), columns=list(FLOWS))


def _flows(demand: Demand, effects: Effects, some: slice) -> Int64:
    """Flows of each record: the people of its row, with its site built and no other."""
    people, n = _taken(demand, effects.row[some]), len(effects.row[some])
    nothing = np.zeros(1)
    one = Effects(
        ("",), np.array([0, n], dtype=np.int64), np.arange(n), effects.change[some], nothing, nothing, nothing
    )  # fmt: skip
    after = lacks_by(people, parts_with(people, one, np.zeros(1, dtype=np.int64)))
    micro = to_micro(people.residents)
    lives = Lives(people.row, people.quarter, micro, lacks_by(people, parts_of(people)), after)
    return flows_of(lives, demand.k)


def _taken(demand: Demand, rows: Int64) -> Demand:
    """Some rows of the people, also more than once."""
    arrays = [one.name for one in fields(Demand) if one.name not in _OF_STUDY]
    return replace(demand, **{name: getattr(demand, name)[rows] for name in arrays})


def alone_by_quarter(demand: Demand, effects: Effects, site: int, chosen: Sequence[int]) -> pd.DataFrame:
    """What one site does by quarter id, with the columns of `FLOWS`, and `missed`. [persons; lacks: pairs]

    Parameters
        site : its position in `effects`. chosen : positions of a plan.

    Returns
        missed : lacks that would come back if the plan were built without the site, less those that would go.
    """
    rows = np.unique(effects.row[effects.of(site)])
    people, near = _taken(demand, rows), _reaching(effects, rows, [*chosen, site])
    plan = np.arange(len(chosen))
    without = plan[[one != site for one in chosen]]
    quarters = pd.Index(demand.quarters)
    found = _between(people, near, np.array([len(chosen)]), quarters)
    gone = [_between(people, near, sites, quarters)[["lacks_gone", "lacks_arisen"]] for sites in (plan, without)]
    lost = [(one["lacks_gone"] - one["lacks_arisen"]).round(6) for one in gone]
    return found.drop(columns="people").assign(missed=lost[0] - lost[1])


def _between(people: Demand, effects: Effects, sites: Int64, quarters: pd.Index) -> pd.DataFrame:
    """Flows by quarter of some people when some sites are built."""
    after = lacks_by(people, parts_with(people, effects, sites))
    lives = Lives(people.row, people.quarter, to_micro(people.residents), lacks_by(people, parts_of(people)), after)
    return summed_flows(flows_of(lives, people.k), lives, lives.quarter, quarters)


def _reaching(effects: Effects, rows: Int64, sites: Sequence[int]) -> Effects:
    """The effects of some sites, in their order, on some rows, numbered as these are."""
    place = np.full(int(effects.row.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    held = [np.arange(effects.start[one], effects.start[one + 1]) for one in sites]
    held = [one[place[effects.row[one]] >= 0] for one in held]
    at = np.concatenate([np.empty(0, dtype=np.int64), *held])
    start = np.concatenate([[0], np.cumsum([len(one) for one in held])]).astype(np.int64)
    nothing = np.zeros(len(sites))
    ids = tuple(effects.site_ids[one] for one in sites)
    return Effects(ids, start, place[effects.row[at]], effects.change[at], nothing, nothing, nothing)
