"""Supply beyond the five services: further ways, choice, opening hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.access import reach
from nahraum.access.columns import nearest_columns
from nahraum.access.setting import whole_dm
from nahraum.indicators.further import Setting
from nahraum.indicators.reach import first_status, lack_status, within_reach
from nahraum.indicators.themes.opening import open_at
from nahraum.network import Attachment
from nahraum.tables import SERVICES

Floats = npt.NDArray[np.float64]
Way = Callable[[pd.DataFrame], pd.Series]
WAYS = (
    "kita", "secondary_school", "paediatrician", "dentist", "drugstore", "bakery_butcher", "bank_atm", "post",
    "community",
)  # fmt: skip


def address_values(setting: Setting) -> pd.DataFrame:
    """Every indicator of this theme per address, with its status."""
    index = setting.area.addresses.index
    parts = [_ways(setting), _counts(setting), _services(setting), _food(setting)]
    return pd.concat([part.set_axis(index) for part in parts], axis=1)


# ── further ways ──────────────────────────────────────────────────────────────────────────────────────────────────


def _way(name: str, what: str) -> Way:
    def value(access: pd.DataFrame) -> pd.Series:
        ways: pd.Series = access[f"{name}_distance_m"]
        return ways

    value.__name__ = f"{name}_distance_m"
    value.__doc__ = f"Way on foot to the nearest {what}. [m] NaN where none is reached."
    return value


kita_distance_m = _way("kita", "kita")
secondary_school_distance_m = _way("secondary_school", "secondary school")
paediatrician_distance_m = _way("paediatrician", "paediatrician")
dentist_distance_m = _way("dentist", "dentist")
drugstore_distance_m = _way("drugstore", "drugstore")
bakery_butcher_distance_m = _way("bakery_butcher", "bakery or butcher")
bank_atm_distance_m = _way("bank_atm", "bank or cash machine")
post_distance_m = _way("post", "post office")
community_distance_m = _way("community", "meeting place: library, community centre, town hall, church")


def _ways(setting: Setting) -> pd.DataFrame:
    prepared = setting.prepared
    origins = prepared.attached.addresses
    places = {name: places_of(setting, (name,)) for name in WAYS}
    limit = whole_dm(prepared.rules.search_limit_m)
    found = reach.nearest(prepared.engine, in_order(setting, origins), places, limit=limit)
    edge, lost = setting.area.addresses["edge"].to_numpy(dtype=bool), in_order(setting, origins).edge < 0
    columns: dict[str, Any] = {}
    for name in WAYS:
        mapped = mapped_status(setting, (name,))
        columns |= nearest_columns(name, found[name], edge=edge, lost=lost, mapped=mapped)
        columns.pop(f"{name}_nearest_id")
    return pd.DataFrame(columns)


def mapped_status(setting: Setting, categories: tuple[str, ...]) -> str:
    """ok where a category is mapped at half its national density or more, else missing: absence proves nothing."""
    facilities, residents = setting.area.facilities, float(setting.area.addresses["residents"].sum())
    found = int(facilities["category"].isin(categories).sum())
    usual = sum(setting.parameters.number(f"further_density.{name}") for name in categories)
    least = setting.parameters.number("completeness.minimum_ratio") * usual * residents / 1000
    return "ok" if found > 0 and found >= least else "missing"


def in_order(setting: Setting, origins: Attachment) -> Attachment:
    """The addresses in the order of their table."""
    return origins.of(setting.area.addresses["address_id"].to_numpy(dtype=object))


def places_of(setting: Setting, categories: tuple[str, ...]) -> Attachment:
    """The places of some categories on the network."""
    facilities = setting.area.facilities
    ids = facilities.loc[facilities["category"].isin(categories), "facility_id"]
    return setting.prepared.attached.facilities.of(ids.to_numpy(dtype=object))


# ── choice ────────────────────────────────────────────────────────────────────────────────────────────────────────


def categories_within_reach(reached: npt.NDArray[Any]) -> Floats:
    """Of how many kinds of places at least one is within reach. [kinds]

    Parameters
        reached : places within reach, a row per address and a column per kind.
    """
    return np.asarray((reached > 0).sum(axis=1), dtype=np.float64)


def food_shops_within_reach(reached: npt.NDArray[Any]) -> Floats:
    """How many full-range food shops are within reach: one is supply, two are a choice. [shops]"""
    return np.asarray(reached, dtype=np.float64)


def _counts(setting: Setting) -> pd.DataFrame:
    kinds = [str(name) for name in setting.parameters.value("choice.categories")]
    limit = whole_dm(setting.parameters.number("supply.maximum_distance_m"))
    places = places_of(setting, tuple(kinds))
    category = setting.area.facilities.drop_duplicates("facility_id").set_index("facility_id")["category"]
    groups = np.unique(places.id)
    code = pd.Index(kinds).get_indexer(pd.Index(category.reindex(groups))).astype(np.int32)
    origins = in_order(setting, setting.prepared.attached.addresses)
    one = np.ones(len(groups), dtype=np.int64)
    counted = reach.reachable(setting.prepared.engine, origins, places, category=code, amount=one, limits=[limit])
    table = np.zeros((len(origins.id), len(kinds)), dtype=np.int64)
    table[:, : counted.shape[1]] = counted[:, :, 0]
    food = kinds.index("food_full_range")
    return pd.DataFrame(
        {
            "categories_within_reach": categories_within_reach(table),
            "categories_within_reach_status": _status_of_counts(setting, origins, tuple(kinds)),
            "food_shops_within_reach": food_shops_within_reach(table[:, food]),
            "food_shops_within_reach_status": _status_of_counts(setting, origins, ("food_full_range",)),
        }
    )


def _status_of_counts(setting: Setting, origins: Attachment, categories: tuple[str, ...]) -> pd.Series:
    """A count is a lower bound where a category is hardly mapped."""
    addresses = setting.area.addresses
    sparse = any(mapped_status(setting, (name,)) == "missing" for name in categories)
    return first_status(
        pd.RangeIndex(len(addresses)),
        ("edge", addresses["edge"].to_numpy(dtype=bool)),
        ("unreachable", origins.edge < 0),
        ("unreliable", np.full(len(addresses), sparse)),
        name="status",
    )


# ── each of the five services, and all together ───────────────────────────────────────────────────────────────────────


def _within_reach(name: str, what: str) -> Way:
    def value(reached: pd.DataFrame) -> pd.Series:
        return reached[name].rename(f"{name}_within_reach_share")

    value.__name__ = f"{name}_within_reach_share"
    value.__doc__ = f"Whether {what} is within walking distance: 1, 0, NaN where that is not known. [share]"
    return value


food_full_range_within_reach_share = _within_reach("food_full_range", "a full-range food shop")
gp_within_reach_share = _within_reach("gp", "a general practitioner")
pharmacy_within_reach_share = _within_reach("pharmacy", "a pharmacy")
primary_school_within_reach_share = _within_reach("primary_school", "a primary school")
stop_within_reach_share = _within_reach("stop", "a stop")
WITHIN_REACH = {
    "food_full_range": food_full_range_within_reach_share,
    "gp": gp_within_reach_share,
    "pharmacy": pharmacy_within_reach_share,
    "primary_school": primary_school_within_reach_share,
    "stop": stop_within_reach_share,
}


def all_services_share(reached: pd.DataFrame) -> pd.Series:
    """Whether all five services are within reach: 1, 0, NaN where that is not known. [share]"""
    no = (reached == 0).any(axis=1)
    return pd.Series(np.where(no, 0.0, np.where(reached.isna().any(axis=1), np.nan, 1.0)), name="all_services_share")


def one_service_share(reached: pd.DataFrame) -> pd.Series:
    """Whether exactly one of the five services is within reach: 1, 0, NaN where that is not known. [share]

    References
        BBSR (2025). BBSR-Analysen KOMPAKT 1/2025: Nahversorgung.
    """
    sure, open_ones = (reached == 1).sum(axis=1), reached.isna().sum(axis=1)
    settled = np.where((open_ones == 0) & (sure == 1), 1.0, np.where((sure > 1) | (open_ones == 0), 0.0, np.nan))
    return pd.Series(settled, index=reached.index, name="one_service_share")


def no_service_share(reached: pd.DataFrame) -> pd.Series:
    """Whether none of the five services is within reach: 1, 0, NaN where that is not known. [share]

    References
        BBSR (2025). BBSR-Analysen KOMPAKT 1/2025: Nahversorgung.
    """
    some = (reached == 1).any(axis=1)
    return pd.Series(np.where(some, 0.0, np.where(reached.isna().any(axis=1), np.nan, 1.0)), name="no_service_share")


def _services(setting: Setting) -> pd.DataFrame:
    access = setting.access.set_index("address_id").loc[setting.area.addresses["address_id"]].reset_index()
    limit = setting.parameters.number("supply.maximum_distance_m")
    status = {name: access[f"{name}_distance_m_status"] for name in SERVICES}
    reached = pd.DataFrame(
        {name: within_reach(access[f"{name}_distance_m"], status[name], maximum_m=limit) for name in SERVICES}
    )
    columns: dict[str, pd.Series] = {}
    for value in (all_services_share(reached), one_service_share(reached), no_service_share(reached)):
        columns |= {str(value.name): value, f"{value.name}_status": lack_status(value, *status.values())}
    for name, function in WITHIN_REACH.items():
        value = function(reached)
        columns |= {str(value.name): value, f"{value.name}_status": lack_status(value, status[name])}
    return pd.DataFrame(columns)


# ── opening hours ─────────────────────────────────────────────────────────────────────────────────────────────────


def food_open_saturday_share(open_distance_m: pd.Series, status: pd.Series, *, maximum_m: float) -> pd.Series:
    """Whether a food shop that is open on Saturday at 10 is within reach: 1, 0, NaN not known. [share]"""
    return within_reach(open_distance_m, status, maximum_m=maximum_m).rename("food_open_saturday_share")


def food_open_evening_share(open_distance_m: pd.Series, status: pd.Series, *, maximum_m: float) -> pd.Series:
    """Whether a food shop that is open on a weekday at 19 is within reach: 1, 0, NaN not known. [share]"""
    return within_reach(open_distance_m, status, maximum_m=maximum_m).rename("food_open_evening_share")


def _food(setting: Setting) -> pd.DataFrame:
    """Food shops by what their opening hours say; too few with hours: not computed."""
    facilities = setting.area.facilities
    shops = facilities[facilities["category"] == "food_full_range"]
    hours = shops.get("opening_hours", pd.Series("", index=shops.index)).fillna("").astype(str)
    columns: dict[str, Any] = {}
    for function, moment in (
        (food_open_saturday_share, "opening.saturday"),
        (food_open_evening_share, "opening.weekday_evening"),
    ):
        said = open_at(hours, str(setting.parameters.value(moment)))
        known = float(said.notna().mean()) if len(said) else 0.0
        if known < setting.parameters.number("opening.minimum_known_share"):
            continue
        columns |= _open_columns(setting, function, shops["facility_id"], said)
    return pd.DataFrame(columns, index=pd.RangeIndex(len(setting.area.addresses)))


def _open_columns(
    setting: Setting, function: Callable[..., pd.Series], ids: pd.Series, said: pd.Series
) -> dict[str, Any]:
    """A shop without hours may be open: where only such a one is near, nobody can tell."""
    prepared, maximum = setting.prepared, setting.parameters.number("supply.maximum_distance_m")
    origins = in_order(setting, prepared.attached.addresses)
    sets = [said == 1.0, said.isna()]
    places = [prepared.attached.facilities.of(ids[mask].to_numpy(dtype=object)) for mask in sets]
    walked = reach.distances(prepared.engine, origins, places, limit=whole_dm(prepared.rules.search_limit_m))
    metres = np.where(walked < 0, np.nan, walked / 10)
    maybe = ~(metres[:, 0] <= maximum) & (metres[:, 1] <= maximum)
    mapped = mapped_status(setting, ("food_full_range",))
    status = first_status(
        pd.RangeIndex(len(origins.id)),
        ("edge", setting.area.addresses["edge"].to_numpy(dtype=bool)),
        ("unreliable", maybe | (mapped == "missing")),
        ("unreachable", np.isnan(metres[:, 0])),
        name="status",
    )
    value = function(pd.Series(metres[:, 0]), status, maximum_m=maximum)
    return {str(value.name): value.to_numpy(), f"{value.name}_status": lack_status(value, status).to_numpy()}
