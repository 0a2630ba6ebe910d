"""What 100 further dwellings change at each site: green is shared by more, a shop finds more customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nahraum.measures.model import PARTS, Demand, Floats, Int64, Site
from nahraum.measures.programme.conditions import GREEN_M2, asked_m2, missing_m2
from nahraum.measures.programme.figures import lack_change
from nahraum.measures.programme.problem import Problem
from nahraum.parameters import Parameters
from nahraum.tables import PREREQUISITES

HUNDRED = 100.0
FOOD = PARTS.index("food_full_range")
_MICRO = 1e6


def per_100_dwellings(problem: Problem, parameters: Parameters, *, surroundings: Int64 | None = None) -> pd.DataFrame:
    """The marginal change of all four prerequisites per 100 dwellings, at each site that adds dwellings.

    Parameters
        surroundings : row of `Demand` near each site of the problem (`nearest_rows`), -1 where nobody lives near; None
            leaves out what is told of shops.

    Returns
        A row per site with dwellings, by id: site_id, type_id, quarter_id, dwellings, persons (who move in);
        <prerequisite>_persons: people living there now who lack it no longer (negative: newly), per 100 dwellings;
        green_m2_change: mean change of m² per resident of those who share their green with the new ones, per 100;
        green_sharing: how many these are; green_m2_for_all: m² of further green that 100 dwellings need for the
        standard; dwellings_until_green: dwellings until the first people living there now fall below the standard
        (NaN: nobody near them has enough, or no green is shared); newcomers_lacking: of those moving in per 100
        dwellings; shop_m2: sales area for food that they can feed; kita_places, school_places; shop_site_id: the
        candidate shop that would reach most people near it, shop_people: whom it would reach anew,
        shop_people_with: the same with 100 dwellings more, shop_bears: no | possible | yes by these.
        Internet: the offer of those who live there does not change; cost per home falls. Unknown is NaN.

    Notes
        The change of green is what the access engine computed for the site as it is, divided by its dwellings: linear
        near today. Figures from [coupling] are from knowledge: "verify locally" goes with every output.
    """
    homes = np.flatnonzero(np.nan_to_num(problem.dwellings) > 0)
    rows = [_green_and_lacks(problem, int(at)) for at in homes]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    names = {"site_id": np.array(problem.site_ids, dtype=object), "type_id": problem.type_ids}
    for place, (name, values) in enumerate((names | {"quarter_id": problem.quarter_ids}).items()):
        table.insert(place, name, values[homes])
    per_100 = table["persons"] / table["dwellings"] * HUNDRED
    table["green_m2_for_all"] = per_100 * asked_m2(problem.demand)
    table = table.assign(**_needs(per_100, parameters))
    if surroundings is not None:
        shops = _shops(problem, surroundings[homes], per_100.to_numpy(dtype=np.float64), parameters)
        table = pd.concat([table, shops], axis=1)
    return table.sort_values("site_id", ignore_index=True)


def nearest_rows(demand: Demand, sites: Sequence[Site], crs: Any, *, within_m: float) -> Int64:
    """Row of the people who live nearest to each site, by the centre of their cell; -1 beyond `within_m`."""
    from pyproj import Transformer
    from scipy.spatial import cKDTree

    from nahraum.grid import cell_centre_m

    if not len(demand.cell) or not sites:
        return np.full(len(sites), -1, dtype=np.int64)
    east, north = cell_centre_m(demand.cell)
    x, y = np.array([one.x_m for one in sites]), np.array([one.y_m for one in sites])
    to_grid = Transformer.from_crs(crs, 3035, always_xy=True)
    away, row = cKDTree(np.column_stack([east, north])).query(np.column_stack(to_grid.transform(x, y)))
    return np.where(away <= within_m, row, -1).astype(np.int64)


_COLUMNS = (
    "dwellings", "persons", *(f"{name}_persons" for name in PREREQUISITES), "green_m2_change", "green_sharing",
    "dwellings_until_green", "newcomers_lacking",
)  # fmt: skip


def _green_and_lacks(problem: Problem, site: int) -> tuple[float, ...]:
    """`_COLUMNS` of one site."""
    dwellings, demand = float(problem.dwellings[site]), problem.demand
    per_100 = HUNDRED / dwellings
    chosen = np.zeros(len(problem), dtype=bool)
    chosen[site] = True
    change = lack_change(problem, problem.met(chosen))
    persons = (change * demand.residents[:, None]).sum(axis=0) * per_100
    m2 = problem.effects.change[problem.effects.of(site), GREEN_M2]
    rows = problem.effects.row[problem.effects.of(site)][m2 < 0]
    lost, people = -m2[m2 < 0], demand.residents[rows]
    sharing = float(people.sum())
    mean = -float((lost * people).sum()) / sharing * per_100 if sharing > 0 else 0.0
    spare = -missing_m2(demand)[rows] / _MICRO
    enough = (spare >= 0) & (demand.green_access[rows] == 1.0)
    until = float((spare[enough] / lost[enough]).min() * dwellings) if enough.any() else float("nan")
    lacking = float(problem.newcomers_lacking[site]) * per_100
    return (dwellings, float(problem.newcomers[site]), *persons.tolist(), mean, sharing, until, lacking)


def _needs(persons: pd.Series, parameters: Parameters) -> dict[str, pd.Series]:
    number = parameters.number
    feeds = number("coupling.food_spend_eur") / number("coupling.food_turnover_eur_m2")
    return {
        "shop_m2": persons * feeds,
        "kita_places": persons * number("coupling.share_aged_1_to_5") * number("coupling.kita_quota"),
        "school_places": persons * number("coupling.share_aged_6_to_9"),
    }


def _shops(problem: Problem, rows: Int64, persons: Floats, parameters: Parameters) -> pd.DataFrame:
    """The candidate shop that would serve each site and reach most people anew, without and with 100 dwellings."""
    site = np.repeat(np.arange(len(problem)), np.diff(problem.effects.start))
    gain = problem.effects.change[:, FOOD] > 0
    shop, row = site[gain], problem.effects.row[gain]
    reached = np.bincount(shop, weights=problem.demand.residents[row], minlength=len(problem))
    low, high = (parameters.number(f"coupling.shop_residents_{name}") for name in ("low", "high"))
    found = []
    for at, more in zip(rows.tolist(), persons.tolist(), strict=True):
        near = np.unique(shop[row == at]) if at >= 0 else np.empty(0, dtype=np.int64)
        if not len(near):
            found.append(("", float("nan"), float("nan"), ""))
            continue
        best = int(near[np.argmax(reached[near])])
        people = float(reached[best])
        bears = "yes" if people + more >= high else "possible" if people + more >= low else "no"
        found.append((problem.site_ids[best], people, people + more, bears))
    return pd.DataFrame(found, columns=["shop_site_id", "shop_people", "shop_people_with", "shop_bears"])
