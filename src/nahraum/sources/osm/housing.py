"""Which buildings are homes, and which are homes of many under one roof. Pure functions of a dict."""

from __future__ import annotations

from collections.abc import Mapping

from nahraum.sources.osm.tags import is_gone, number, values

Tags = Mapping[str, str]

HOMES = frozenset(
    (
        "house", "apartments", "residential", "detached", "semidetached_house", "semi", "terrace",
        "terraced_house", "bungalow", "dormitory", "farm", "cabin", "static_caravan", "houseboat", "villa",
        "townhouse", "mixed_use", "farmhouse", "flats", "block", "ger", "stilt_house", "annexe",
    )
)  # fmt: skip
UNSPECIFIED = frozenset(("yes", "building"))
OTHER_USES = (
    "amenity", "shop", "office", "tourism", "leisure", "man_made", "power", "aeroway", "railway", "military",
    "craft", "public_transport", "industrial", "healthcare", "emergency", "club",
)  # fmt: skip
OTHER_LANDUSE = frozenset(
    (
        "industrial", "commercial", "retail", "military", "railway", "allotments", "cemetery", "garages", "port",
        "quarry", "landfill", "depot", "farmyard_industrial", "greenhouse_horticulture", "education",
        "institutional", "religious", "construction", "brownfield",
    )
)  # fmt: skip
COMMUNAL = {
    "nursing_home": "care_home",
    "retirement_home": "care_home",
    "group_home": "group_home",
    "shelter": "shelter",
    "dormitory": "dormitory",
    "student_accommodation": "dormitory",
    "refugee_site": "shelter",
    "prison": "prison",
    "monastery": "monastery",
    "convent": "monastery",
}
_MAXIMUM_LEVELS = 200


def communal_kind(tags: Tags) -> str:
    """The kind of communal accommodation an object is: care_home, dormitory, shelter, …; '' for none.

    Assisted living is a private household; `amenity=shelter` is a bus or weather shelter.
    """
    if is_gone(tags):
        return ""
    words = values(tags.get("social_facility", ""))
    words += [word for word in values(tags.get("amenity", "")) if word != "shelter"]
    words += [word for word in values(tags.get("building", "")) if word != "shelter"]
    return next((COMMUNAL[word] for word in words if word in COMMUNAL), "")


def levels(tags: Tags) -> float:
    """Storeys above ground; NaN where not mapped or impossible."""
    found = number(tags.get("building:levels", ""))
    return found if 0 < found <= _MAXIMUM_LEVELS else float("nan")


def flats(tags: Tags) -> float:
    """Dwellings of a building; NaN where not mapped."""
    found = number(tags.get("building:flats", ""))
    return found if found > 0 else float("nan")


def is_building(tags: Tags) -> bool:
    """Whether an object is a building that stands."""
    return tags.get("building", "no") != "no" and not is_gone(tags)


def is_residential(tags: Tags, landuse: str) -> bool:
    """Whether people live in a building: by its kind, else (`building=yes`) unless tags or ground say otherwise.

    Parameters
        landuse : kind of ground the building stands on, '' where unknown.
    """
    kind = tags.get("building", "")
    if flats(tags) > 0 or communal_kind(tags) or any(value in HOMES for value in values(kind)):
        return True
    if any("residential" in tags.get(key, "") for key in ("building:use", "residential")):
        return True
    if kind not in UNSPECIFIED or any(key in tags for key in OTHER_USES):
        return False
    return landuse not in OTHER_LANDUSE
