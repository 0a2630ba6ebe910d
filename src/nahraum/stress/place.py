"""What the places near home offer on a day: green per visitor at the busiest hour, room in the food shops, lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.access import catchment
from nahraum.access.decay import Decay, binary
from nahraum.access.pairs import Pairs
from nahraum.indicators.green import lacks_green_access
from nahraum.indicators.reach import within_reach
from nahraum.indicators.rules import read_rules
from nahraum.parameters import Parameters
from nahraum.stress.customers import throughput_per_hour
from nahraum.stress.model import NO_LIMIT, Place, Scenario
from nahraum.stress.within import Greens, near_under, reached, within_radius

Floats = npt.NDArray[np.float64]
_OFFERED = re.compile(r"^offered_(\d+)_share$")
_ENDS = ("_low", "", "_high")
_OPEN = {"_low": 0.0, "_high": 1.0}  # what is not known, at least and at most
_PROVEN = ("ok", "imputed", "unreliable")


@dataclass(frozen=True)
class Near:
    """What stands near the addresses of a study, by address (rows as `addresses`); the same for every scenario.

    addresses : address_id, cell_key, quarter_id, inside, residents, residents_communal.
    green_access : 1 within reach, 0 not, NaN not known. green_m2 : m² per resident after competition, NaN not known.
    food_access : as green_access, for full-range food shops. shops : pairs of addresses and shops within reach.
    sales_area_m2 : of the shops of the pairs, low, likely, high.
    offered : share of households offered a downlink by Mbit/s, by address. greens : for days with a radius or closures;
    None: not prepared.
    """

    addresses: pd.DataFrame
    green_access: Floats
    green_m2: Floats
    food_access: Floats
    shops: Pairs
    sales_area_m2: tuple[Floats, Floats, Floats]
    offered: dict[int, Floats]
    greens: Greens | None = None


def near_of(
    values: pd.DataFrame, shops: Pairs, facilities: pd.DataFrame, parameters: Parameters, *,
    greens: Greens | None = None,
) -> Near:  # fmt: skip
    """What stands near the addresses.

    Parameters
        values : `indicators.rows.address_values`: a row per address, sorted by id.
        shops : `access.reach.pairs` of all addresses with food shops within stress.shop_reach_m.
        facilities : `tables.FACILITIES` with area_m2, where the building of a shop is mapped.
        greens : where a scenario sets a radius or closes some.
    """
    rules = read_rules(parameters)
    way, food = values["green_distance_m"], values["food_full_range_distance_m"]
    green = 1.0 - lacks_green_access(way, values["green_distance_m_status"], maximum_m=rules.green_distance_m)
    shared = values["green_m2_per_resident"].where(values["green_m2_per_resident_status"].isin(_PROVEN))
    reach_m = parameters.number("stress.shop_reach_m")
    offered = {
        int(found[1]): values[name].to_numpy(dtype=np.float64)
        for name in map(str, values.columns)
        if (found := _OFFERED.match(name))
    }
    columns = ["address_id", "cell_key", "quarter_id", "inside", "residents", "residents_communal"]
    return Near(
        values[columns].reset_index(drop=True), green.to_numpy(dtype=np.float64), shared.to_numpy(dtype=np.float64),
        within_reach(food, values["food_full_range_distance_m_status"], maximum_m=reach_m).to_numpy(dtype=np.float64),
        shops, sales_areas(shops.group_ids, facilities, parameters), offered, greens,
    )  # fmt: skip


def sales_areas(
    shop_ids: npt.NDArray[np.object_], facilities: pd.DataFrame, parameters: Parameters
) -> tuple[Floats, Floats, Floats]:
    """Sales area of shops: a share of the mapped building, else an order of magnitude; low, likely, high. [m²]"""
    size = pd.Series(np.nan, index=pd.Index(shop_ids))
    if "area_m2" in facilities:
        size = facilities.drop_duplicates("facility_id").set_index("facility_id")["area_m2"].reindex(shop_ids)
    mapped = size.to_numpy(dtype=np.float64) * parameters.number("stress.sales_share_of_building")
    low, likely, high = (float(one) for one in parameters.value("stress.sales_area_m2"))
    known = mapped > 0
    return np.where(known, mapped, low), np.where(known, mapped, likely), np.where(known, mapped, high)


def place_of(near: Near, unit_places: pd.DataFrame, scenario: Scenario, size: float, parameters: Parameters) -> Place:
    """What the places offer to the units of households, as shares of the people who live there.

    Parameters
        unit_places : `households.contracts.UNIT_PLACES`. size : mean persons of a household.
    """
    near = near_under(near, scenario, parameters)
    green, supply = green_fails(near, scenario, parameters), supply_fails(near, scenario, size, parameters)
    columns = {f"green{end}": one for end, one in zip(_ENDS, green, strict=True)}
    columns |= {f"supply{end}": one for end, one in zip(_ENDS, supply, strict=True)}
    told = unit_means(near, unit_places, columns | {str(speed): one for speed, one in near.offered.items()}, parameters)
    return Place(told[list(columns)], {speed: told[str(speed)] for speed in near.offered})


def green_fails(near: Near, scenario: Scenario, parameters: Parameters) -> tuple[Floats, Floats, Floats]:
    """D by address: no green in reach, or too little per visitor at the busiest hour; low, likely, high. [0, 1, NaN]

    Notes
        m² per visitor = m² per resident after competition × usable share ÷ share of residents who visit. On a hot day
        more visit, and only shade can be used. All visitors in reach compete, as in the floating catchment. Who has to
        keep a distance needs its square at least. `near` holds what radius and closures leave (`within.near_under`).
    """
    visit, shade = scenario.chance("green_visit"), (1.0, 1.0, 1.0)
    if scenario.heat:
        visit *= parameters.number("stress.heat_visits_factor")
        low, likely, high = (float(one) for one in parameters.value("stress.shaded_share"))
        shade = (high, likely, low)
    least = max(parameters.number("stress.green_m2_per_visitor"), scenario.distance_m**2)
    found = []
    for usable in shade:
        crowded = near.green_m2 * usable < least * visit
        full = np.where(np.isnan(near.green_m2) & (visit > 0), np.nan, crowded.astype(np.float64))
        found.append(np.where(near.green_access == 0, 1.0, np.where(np.isnan(near.green_access), np.nan, full)))
    return found[0], found[1], found[2]


def supply_fails(
    near: Near, scenario: Scenario, size: float, parameters: Parameters
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """E by address: no food shop on foot, or those in reach may let in fewer than want to shop; low, likely, high.

    Notes
        Customers who can shop per hour, shared among all who live in reach of the shop (2SFCA), against the trips of
        the busiest hour. An address at the edge of the data is not known. A radius takes away the shops beyond it; how
        many share a shop stays as without it.
    """
    trips = scenario.chance("food_shopping") / max(size, 1.0)  # per resident and hour
    order = pd.Index(near.shops.origin_ids).get_indexer(pd.Index(near.addresses["address_id"]))
    walked = (order >= 0) & within_radius(near.shops, scenario)[np.maximum(order, 0)]
    access = near.food_access if scenario.radius_m == NO_LIMIT else near.food_access * walked
    without = np.where(np.isnan(access), np.nan, 1.0 - access)
    if scenario.retail is None or trips == 0:
        return without, without, without
    stay = parameters.number("stress.shop_stay_min")
    residents = near.addresses["residents"].to_numpy(dtype=np.float64)
    people = np.zeros(len(near.shops.origin_ids))
    people[order[order >= 0]] = residents[order >= 0]
    pairs = catchment.weighted(near.shops, binary_within(parameters.number("stress.shop_reach_m")))
    demand, open_ = catchment.demand_per_group(pairs, people * trips), reached(pairs, scenario)
    found = []
    for area in reversed(near.sales_area_m2):
        supply = throughput_per_hour(area, scenario.retail, stay_min=stay)
        per_trip = catchment.supply_per_origin(open_, catchment.supply_ratio(supply, demand))
        enough = np.where(order >= 0, per_trip[np.maximum(order, 0)], 0.0)
        found.append(np.where(without == 0, np.where(np.isnan(enough), 0.0, (enough < 1.0) * 1.0), without))
    return found[0], found[1], found[2]


def binary_within(reach_m: float) -> Decay:
    """Every shop in reach counts alike."""
    return lambda distance_m: binary(distance_m, catchment_m=reach_m)


def unit_means(
    near: Near, unit_places: pd.DataFrame, columns: dict[str, Floats], parameters: Parameters
) -> pd.DataFrame:  # fmt: skip
    """Means over the private residents inside the study, by unit and quarter.

    Notes
        What is not known is 0 in columns …_low and 1 in columns …_high. Of the others the mean of the known addresses
        stands for all; NaN where they hold less than counting.minimum_completeness of the residents.
    """
    enough = parameters.number("counting.minimum_completeness")
    units = unit_places[["unit_id", "cell_key"]].drop_duplicates("cell_key").set_index("cell_key")["unit_id"]
    frame = near.addresses
    unit = units.reindex(frame["cell_key"]).to_numpy(dtype=np.float64)
    private = (frame["residents"] - frame["residents_communal"]).clip(lower=0.0).to_numpy(dtype=np.float64)
    keep = ~np.isnan(unit) & frame["inside"].to_numpy(dtype=bool)
    keys = pd.MultiIndex.from_arrays(
        [unit[keep].astype(np.int64), frame["quarter_id"].astype(str).to_numpy()[keep]], names=["unit_id", "quarter_id"]
    )
    codes, index = keys.factorize(sort=True)
    found, people = {}, np.maximum(private[keep], 1e-9)
    everybody = np.bincount(codes, people, len(index))
    for name, values in columns.items():
        fill = next((worth for end, worth in _OPEN.items() if name.endswith(end)), np.nan)
        mine = np.where(np.isnan(values[keep]), fill, values[keep])
        weight = np.where(np.isnan(mine), 0.0, people)
        whole = np.bincount(codes, weight, len(index))
        mean = np.bincount(codes, weight * np.nan_to_num(mine), len(index)) / np.where(whole > 0, whole, 1.0)
        found[name] = np.where((whole > 0) & (whole >= (enough - 1e-9) * everybody), mean, np.nan)
    return pd.DataFrame(found, index=index)
