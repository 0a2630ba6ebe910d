"""What each site does for people if it alone is built, by the model: for a list, a map, a first look."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd

from nahraum.frames import MICRO, to_micro
from nahraum.measures.lacking import lacks_by, parts_of, parts_with
from nahraum.measures.lives import FLOWS, Lives, flows_of
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
