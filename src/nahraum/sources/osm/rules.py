"""The parameters of reading OpenStreetMap, as one value that the pure functions take."""

from __future__ import annotations

from dataclasses import dataclass

from nahraum.errors import InputError
from nahraum.parameters import Parameters

TAG_SETS = ("narrow", "base", "wide")


@dataclass(frozen=True)
class Rules:
    """Distances, sizes and tag sets of `parameters/osm.toml`, as the study sees them."""

    green_candidates: tuple[str, ...]
    green_public: frozenset[str]
    verge_tags: frozenset[str]
    verge_minimum_m2: float
    verge_minimum_width_m: float
    closed_grounds: frozenset[str]
    fence_tolerance_m: float
    fence_minimum_share: float
    duplicate_distance_m: float
    stop_same_place_m: float
    stop_same_name_m: float
    food_full_range_minimum_m2: float
    edge_tolerance_m: float
    close_gap_share: float
    settled_ratio: float
    header_box_minimum_cover: float
    coverage_reach_m: float
    closed_yards: frozenset[str]
    tree_row_spacing_m: float


def osm_rules(parameters: Parameters | None = None) -> Rules:
    """The rules of one study; without parameters the shipped values.

    Raises
        InputError where the chosen tag set does not exist.
    """
    known = parameters or Parameters()
    chosen = str(known.value("osm.green_tag_set"))
    if chosen not in TAG_SETS:
        raise InputError(f"there is no green tag set {chosen!r}", expected=f"one of {', '.join(TAG_SETS)}")
    sets = {name: [str(tag) for tag in known.value(f"osm.green_tags.{name}")] for name in TAG_SETS}
    candidates = dict.fromkeys(tag for name in TAG_SETS for tag in sets[name])
    numbers = {
        name: known.number(f"osm.{name}")
        for name in (
            "verge_minimum_m2", "verge_minimum_width_m", "fence_tolerance_m", "fence_minimum_share",
            "duplicate_distance_m", "stop_same_place_m", "stop_same_name_m", "food_full_range_minimum_m2",
            "edge_tolerance_m", "close_gap_share", "settled_ratio", "header_box_minimum_cover", "coverage_reach_m",
            "tree_row_spacing_m",
        )
    }  # fmt: skip
    return Rules(
        green_candidates=tuple(candidates),
        green_public=frozenset(sets[chosen]),
        verge_tags=frozenset(known.value("osm.verge_tags")),
        closed_grounds=frozenset(known.value("osm.closed_grounds")),
        closed_yards=frozenset(known.value("osm.closed_yards")),
        **numbers,
    )
