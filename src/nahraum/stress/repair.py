"""Which measure would repair most: the stress test once more where a measure changes what stands near home."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.measures.model import PARTS, Demand, Effects
from nahraum.parameters import Parameters
from nahraum.stress.failing import Failing, who_fails
from nahraum.stress.model import Place, Scenario
from nahraum.stress.place import Near, green_fails, supply_fails, unit_means
from nahraum.stress.summary import several

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_FOOD, _GREEN, _M2, _INTERNET = (
    PARTS.index(name) for name in ("food_full_range", "green_access", "green_m2", "internet")
)
_TOLD = ("line", "green", "supply")


@dataclass(frozen=True)
class Ground:
    """What a repair is asked of: households, what stands near them (under the rules of the day), who fails as it is."""

    households: pd.DataFrame
    near: Near
    unit_places: pd.DataFrame
    scenario: Scenario
    size: float
    place: Place
    failing: Failing
    required_mbit: int

    @cached_property
    def unit_of_address(self) -> Ints:
        """Unit of households of each address; -1 for none."""
        units = self.unit_places.drop_duplicates("cell_key").set_index("cell_key")["unit_id"]
        found = units.reindex(self.near.addresses["cell_key"]).to_numpy(dtype=np.float64)
        return np.where(np.isnan(found), -1, np.nan_to_num(found)).astype(np.int64)

    @cached_property
    def unit_of_household(self) -> Ints:
        """Unit of each household."""
        return self.households["unit_id"].to_numpy(dtype=np.int64)


def repairs(
    ground: Ground, demand: Demand, effects: Effects, parameters: Parameters, *, only: Collection[str] | None = None
) -> pd.DataFrame:
    """What each site alone would change for failing people; the largest repair first.

    Parameters
        only : ids of the sites that are asked for; None for all.
        demand, effects : of `measures`: what each site changes at which address.

    Returns
        site_id, several_persons (fewer people who fail in several components), and <component>_persons for line, green,
        supply; negative: more fail.

    Notes
        A measure changes what stands near home; rooms are repaired by housing (`flexhousing`). A shop repairs where it
        is the first in reach; that others' shops become emptier is not counted, nor are people who move in.
    """
    k = int(parameters.number("stress.components_needed"))
    base_green = green_fails(ground.near, ground.scenario, parameters)
    base_supply = supply_fails(ground.near, ground.scenario, ground.size, parameters)
    before = several(ground.failing, k).likely
    address = pd.Index(ground.near.addresses["address_id"])
    row_of = address.get_indexer(pd.Index(demand.address_id))
    rows = []
    for at, site in enumerate(effects.site_ids):
        if only is not None and site not in only:
            continue
        records = effects.of(at)
        row, change = row_of[effects.row[records]], effects.change[records]
        keep = row >= 0
        told = _with_site(ground, (row[keep], change[keep]), (base_green, base_supply), parameters)
        rows.append({"site_id": site, **_difference(ground, told, before, k, parameters)})
    table = pd.DataFrame(rows, columns=["site_id", "several_persons", *(f"{name}_persons" for name in _TOLD)])
    return table.sort_values(["several_persons", "site_id"], ascending=[False, True], ignore_index=True)


def _with_site(
    ground: Ground,
    changed: tuple[Ints, Floats],
    base: tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]],
    parameters: Parameters,
) -> Place | None:
    """The places of the units that a site touches, with the site; None where it touches none."""
    row, change = changed
    if not len(row):
        return None
    near, scenario = ground.near, ground.scenario
    touched = np.unique(ground.unit_of_address[row])
    touched = touched[touched >= 0]
    if not touched.size:
        return None
    mine = ground.unit_places[ground.unit_places["unit_id"].isin(touched)]
    here = np.flatnonzero(np.isin(ground.unit_of_address, touched))
    known = np.isin(row, here)
    row, change = row[known], change[known]
    part = _part(near, here)
    at = np.searchsorted(here, row)
    access, m2 = part.green_access.copy(), part.green_m2.copy()
    green = change[:, _GREEN] != 0  # elsewhere what is not known stays so
    access[at[green]] = np.clip(np.nan_to_num(access[at[green]]) + change[green, _GREEN], 0, 1)
    m2[at] = m2[at] + change[:, _M2]
    offered = _offered(part.offered, at, change[:, _INTERNET], ground.required_mbit)
    with_green = replace(part, green_access=access, green_m2=m2, offered=offered)
    fails = green_fails(with_green, scenario, parameters)
    supply = [values[here].copy() for values in base[1]]
    for values in supply:
        values[at] = np.where(change[:, _FOOD] > 0, 0.0, np.where(change[:, _FOOD] < 0, 1.0, values[at]))
    columns = {f"green{end}": one for end, one in zip(("_low", "", "_high"), fails, strict=True)}
    columns |= {f"supply{end}": one for end, one in zip(("_low", "", "_high"), supply, strict=True)}
    told = unit_means(with_green, mine, columns | {str(speed): one for speed, one in offered.items()}, parameters)
    pairs = mine[["unit_id", "quarter_id"]].astype({"quarter_id": str}).drop_duplicates()
    told = told.reindex(told.index.union(pd.MultiIndex.from_frame(pairs), sort=None))
    return Place(told[list(columns)], {speed: told[str(speed)] for speed in offered})


def _offered(offered: Mapping[int, Floats], at: Ints, change: Floats, required: int) -> dict[int, Floats]:
    """What is offered where fewer or more lack the required speed: whoever gets it has every slower class, too.

    Notes
        Faster classes stay as they are; where the required speed is not among those told, nothing is known to change.
    """
    told = {speed: values.copy() for speed, values in offered.items()}
    if required not in told:
        return told
    at, less = at[change != 0], change[change != 0]
    new = np.clip(told[required][at] - less, 0.0, 1.0)
    for speed, values in told.items():
        if speed < required:
            values[at] = np.where(np.isnan(new), values[at], np.maximum(values[at], new))
    told[required][at] = new
    return told


def _part(near: Near, here: Ints) -> Near:
    """What stands near some of the addresses; shops stay as they are."""
    return Near(
        near.addresses.iloc[here].reset_index(drop=True), near.green_access[here], near.green_m2[here],
        near.food_access[here], near.shops, near.sales_area_m2,
        {speed: values[here] for speed, values in near.offered.items()},
    )  # fmt: skip


def _difference(
    ground: Ground, place: Place | None, before: Floats, k: int, parameters: Parameters
) -> Mapping[str, float]:
    """Failing people without the site, less those with it."""
    names = ["several_persons", *(f"{name}_persons" for name in _TOLD)]
    if place is None:
        return dict.fromkeys(names, 0.0)
    there = np.flatnonzero(np.isin(ground.unit_of_household, place.table.index.get_level_values(0)))
    failing = who_fails(ground.households.iloc[there], place, ground.scenario, parameters)
    persons = failing.persons
    found = {"several_persons": _fewer(before[there], several(failing, k).likely, persons)}
    for name in _TOLD:
        likely = ground.failing.chances[name].likely[there]
        found[f"{name}_persons"] = _fewer(likely, failing.chances[name].likely, persons)
    return found


def _fewer(before: Floats, after: Floats, persons: Floats) -> float:
    """Persons who fail no more; what is not known before or after is left out."""
    return float(np.nansum((before - after) * persons)) + 0.0


def of_plan(table: pd.DataFrame, measures: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """The repairs of the measures of a plan, with their number, label and quarter."""
    told = pd.DataFrame([{key: one[key] for key in ("site_id", "number", "label", "quarter")} for one in measures])
    if not len(told):
        return table.iloc[:0]
    return table.merge(told, on="site_id", how="inner", sort=False)
