"""Green by several standards beside each other, large green, and what of the rule 3-30-300 the data allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.indicators import private_open_space as private
from nahraum.indicators.open_space import (
    amount_columns,
    distance_columns,
    met_columns,
    series,
    sparse_notes,
    surroundings,
    table_of,
)
from nahraum.parameters.standards import green_tiers

if TYPE_CHECKING:
    from nahraum.access.open_space import Surroundings
    from nahraum.indicators.further import Setting

Bool = npt.NDArray[np.bool_]


def address_values(setting: Setting) -> pd.DataFrame | None:
    """Every indicator of the theme for every address, with its status; None where no public space was read."""
    around = surroundings(setting)
    if around is None:
        return None
    parameters, mapped = setting.parameters, "ok" if len(around.space.greens) else "missing"
    columns: dict[str, pd.Series] = {}
    for standard, function in STANDARDS.items():
        metric, tiers = green_tiers(parameters, standard)
        has = np.column_stack([around.has_green(size, metric=metric, limit_m=limit) for size, limit in tiers])
        met = function(has).set_axis(setting.area.addresses.index)
        columns |= met_columns(met, around, mapped=mapped, on_foot=metric == "network")
    size, catchment = green_tiers(parameters, "berlin_near")[1][0]
    shared = around.green_m2_per_resident(size, catchment_m=catchment)
    columns |= amount_columns(berlin_near_green_m2(series(shared, "m2", setting)), around, mapped=mapped)
    large = green_tiers(parameters, "berlin_district")[1][0][0]
    way = series(around.green_distance_m(large), "way", setting)
    columns |= distance_columns(green_10ha_distance_m(way), around, mapped=mapped)
    columns |= _trees(around, setting) | _private(around, setting)
    return table_of(columns, setting)


def notes(setting: Setting) -> list[tuple[str, int, str, str]]:
    """What is mapped too sparsely to be judged."""
    return sparse_notes(setting, ("tree",))


def _trees(around: Surroundings, setting: Setting) -> dict[str, pd.Series]:
    view, needed = (setting.parameters.number(f"rule_3_30_300.{name}") for name in ("view_m", "trees"))
    count = around.trees_in_view(view, enough=round(needed))
    met = three_trees_share(series(count.astype(np.float64), "trees", setting), needed=needed)
    return met_columns(met, around, mapped=around.space.said_of("tree"), on_foot=False)


def _private(around: Surroundings, setting: Setting) -> dict[str, pd.Series]:
    """Private open space around homes, in three types; nothing where buildings are hardly mapped."""
    found = private.open_ground_ratio(setting)
    if found is None:
        return {}
    ratio = series(found[0], "ratio", setting)
    low, high = (setting.parameters.number(f"private_open_space.{name}_ratio") for name in ("low", "high"))
    columns: dict[str, pd.Series] = {}
    for met in (
        private.private_open_space_low_share(ratio, low=low),
        private.private_open_space_medium_share(ratio, low=low, high=high),
        private.private_open_space_high_share(ratio, high=high),
    ):
        columns |= met_columns(met, around, mapped="ok", on_foot=False, imputed=found[1])
    return columns


def who_europe_green_share(has: Bool) -> pd.Series:
    """Who has public green of 0.5 ha within 300 m in a straight line (WHO Europe): 1 yes, 0 no. [-]

    Parameters
        has : whether there is a green of each tier of the standard within its distance. [address, tier]
    """
    return _all_met(has, "who_europe_green_share")


def ioer_green_share(has: Bool) -> pd.Series:
    """Who has public green of 1 ha within 300 m in a straight line (IÖR-Monitor): 1 yes, 0 no. [-]"""
    return _all_met(has, "ioer_green_share")


def ioer_daily_share(has: Bool) -> pd.Series:
    """Who has 1 ha within 300 m and 10 ha within 700 m in a straight line (daily recreation, IÖR): 1 yes, 0 no. [-]"""
    return _all_met(has, "ioer_daily_share")


def berlin_near_share(has: Bool) -> pd.Series:
    """Who has public green of 0.5 ha within 500 m on foot (Berlin, near home): 1 yes, 0 no. [-]"""
    return _all_met(has, "berlin_near_share")


def berlin_district_share(has: Bool) -> pd.Series:
    """Who has public green of 10 ha within 1000 m on foot (Berlin, district): 1 yes, 0 no. [-]"""
    return _all_met(has, "berlin_district_share")


def rule_300_share(has: Bool) -> pd.Series:
    """Who has public green of 0.5 ha within 300 m on foot (last part of the rule 3-30-300): 1 yes, 0 no. [-]"""
    return _all_met(has, "rule_300_share")


def berlin_near_green_m2(shared_m2: pd.Series) -> pd.Series:
    """Public green of 0.5 ha or more within 500 m per resident after competition, without a cap. [m² per person]

    Notes
        2SFCA as `green_m2_per_resident`, but the whole area of a green counts, as in Umweltatlas Berlin 06.05.
    """
    return shared_m2.rename("berlin_near_green_m2")


def green_10ha_distance_m(way_m: pd.Series) -> pd.Series:
    """Way on foot to the nearest entrance of a public green of 10 ha or more. [m] NaN where none is reached."""
    return way_m.rename("green_10ha_distance_m")


def three_trees_share(trees: pd.Series, *, needed: float) -> pd.Series:
    """Who has at least three mapped trees in view of the home: 1 yes, 0 no. [-] Beside a wood counts as three."""
    return (trees >= needed).astype(np.float64).rename("three_trees_share")


def _all_met(has: Bool, name: str) -> pd.Series:
    """1 where every tier has a green within its limit, else 0."""
    return pd.Series(has.all(axis=1).astype(np.float64), name=name)


STANDARDS = {
    "who_europe": who_europe_green_share,
    "ioer": ioer_green_share,
    "ioer_daily": ioer_daily_share,
    "berlin_near": berlin_near_share,
    "berlin_district": berlin_district_share,
    "green_300": rule_300_share,
}
