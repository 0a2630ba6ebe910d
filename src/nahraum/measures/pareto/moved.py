"""Whom a plan of a front moves: how much better and worse each objective that counts people gets, by quarter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nahraum.measures.model import Bools
from nahraum.measures.pareto.objectives import Objective
from nahraum.measures.programme.problem import Problem


def moved_by_quarter(problem: Problem, objectives: Sequence[Objective], chosen: Bools) -> pd.DataFrame:
    """What a plan changes for people.

    Returns
        A row per objective that counts people and quarter in which it changes: objective, quarter_id, gain, lose. The
        objective gets better by the sum of gain less that of lose. [its unit]
    """
    pairs, demand = problem.pairs, problem.demand
    change = problem.met(chosen) - ~pairs.lacking
    tables = []
    for one in objectives:
        if one.pairs is None:
            continue
        moved, quarter = one.pairs * change, demand.quarter[pairs.row]
        gain, lose = (np.bincount(quarter, weights=np.maximum(way, 0.0), minlength=len(demand.quarters))
                      for way in (moved, -moved))  # fmt: skip
        told = pd.DataFrame({"objective": one.name, "quarter_id": list(demand.quarters), "gain": gain, "lose": lose})
        tables.append(told[(gain > 0) | (lose > 0)])
    columns = ["objective", "quarter_id", "gain", "lose"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
