"""What the tags of one object mean: walking, gates, barriers, green, water, buildings. Pure functions of a dict.

Walking by the access defaults of Germany, made lenient where strict reading cuts towns in two (TRAPS 11):

- `foot=yes|designated|permissive|official` opens any way except a motorway; `foot=no|private` closes it;
- `access=no|private|military|permit` closes a way without such a foot tag; `destination`, `customers`,
  `agricultural`, `forestry`, `delivery` close nothing for people on foot;
- motorways, raceways, busways and everything with `motorroad=yes` are closed;
- trunk roads without `motorroad=yes` and cycleways are open unless `foot=no`; bridleways only with a foot tag;
- `foot=use_sidepath` and `sidewalk=separate` stay open: the way beside is nearly as long and often not connected;
- `construction`, `proposed` and abandoned ways are closed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

Tags = Mapping[str, str]

FOOT_OPEN = frozenset(("yes", "designated", "permissive", "official", "public"))
CLOSED = frozenset(("no", "private", "military", "permit"))
NOT_PUBLIC = frozenset((*CLOSED, "customers", "members", "residents", "key", "delivery", "employees", "unknown"))
WALKABLE = frozenset(
    (
        "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary",
        "tertiary_link", "unclassified", "residential", "living_street", "service", "pedestrian", "track",
        "footway", "path", "steps", "cycleway", "road", "corridor", "platform", "crossing", "elevator",
        "trail", "footpath", "minor", "byway", "unsurfaced",
    )
)  # fmt: skip
WITH_FOOT_TAG = frozenset(("bridleway", "busway", "bus_guideway", "services", "rest_area", "via_ferrata"))
MAJOR_ROADS = frozenset(f"{kind}{end}" for kind in ("trunk", "primary", "secondary") for end in ("", "_link"))
ROADS = MAJOR_ROADS | frozenset(
    ("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "road", "minor")
)
FOOT_STREETS = ("pedestrian", "living_street")
RAILS = frozenset(("rail", "light_rail", "narrow_gauge", "subway", "funicular"))
FENCES = frozenset(("fence", "wall", "city_wall", "retaining_wall", "hedge", "guard_rail", "hedge_bank"))
GATES = frozenset(
    (
        "gate", "entrance", "kissing_gate", "stile", "turnstile", "lift_gate", "swing_gate", "sliding_gate",
        "wicket_gate", "hampshire_gate", "full-height_turnstile", "cycle_barrier", "motorcycle_barrier",
        "bollard", "chain", "sally_port", "cattle_grid", "barrier_gate", "opening",
    )
)  # fmt: skip
CLOSED_ENTRANCES = frozenset(("emergency", "exit", "emergency_ward_exit", "garage", "service", "no"))
_DIRECTION = {"yes": 1, "1": 1, "true": 1, "forward": 1, "-1": -1, "reverse": -1, "backward": -1}
LIFECYCLE = frozenset(("disused", "abandoned", "demolished", "razed", "removed", "destroyed", "ruins"))
_GREEN_KEYS = frozenset(("leisure", "landuse", "natural"))
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_WHOLE = re.compile(r"-?\d+")


def values(text: str) -> list[str]:
    """The parts of a value that lists several, separated by `;`."""
    if ";" not in text:
        return [text.strip()] if text else []
    return [part for part in (piece.strip() for piece in text.split(";")) if part]


def number(text: str) -> float:
    """The first number in a value, decimal comma or point; NaN without one."""
    found = _NUMBER.search(text)
    return float(found[0].replace(",", ".")) if found and not text.lstrip().startswith("-") else float("nan")


def is_gone(tags: Tags) -> bool:
    """Whether a whole object is marked as no longer in use (`disused=yes`); prefixes need no such test."""
    return not LIFECYCLE.isdisjoint(tags) and any(tags.get(key, "no") not in ("no", "") for key in LIFECYCLE)


def is_walkable(tags: Tags) -> bool:
    """Whether people may walk along a way, by the rules above."""
    kind, foot = tags.get("highway", ""), tags.get("foot", "")
    if not kind and (tags.get("railway") == "platform" or tags.get("public_transport") == "platform"):
        kind = "platform"
    if kind not in WALKABLE and kind not in WITH_FOOT_TAG:
        return False
    if foot in CLOSED or is_gone(tags):
        return False
    if foot in FOOT_OPEN:
        return True
    return kind in WALKABLE and tags.get("motorroad") != "yes" and tags.get("access", "") not in CLOSED


def is_passable(tags: Tags) -> bool:
    """Whether people pass a node on a way: gates are open unless locked or private; walls are closed."""
    barrier, entrance = tags.get("barrier", ""), tags.get("entrance", "")
    if not barrier and not entrance:
        return True
    if tags.get("foot", "") in FOOT_OPEN:
        return True
    closed = tags.get("foot", "") in CLOSED or tags.get("access", "") in CLOSED or tags.get("locked") == "yes"
    return not (closed or barrier in FENCES or (not barrier and entrance in CLOSED_ENTRANCES))


def gate_kind(tags: Tags) -> str:
    """The kind of opening that a node is (gate, entrance, …); '' for none."""
    if tags.get("barrier", "") in GATES:
        return tags["barrier"]
    return "entrance" if tags.get("entrance", "no") != "no" else ""


def foot_oneway(tags: Tags) -> int:
    """1 or -1 where people may walk only with or against the way (escalators, marked ways); else 0.

    `oneway=yes` is a rule for vehicles and binds nobody on foot; beside `conveying=yes` it tells the direction of
    an escalator. A tag that speaks of people on foot goes before the escalator's.
    """
    word = tags.get("oneway:foot", tags.get("foot:oneway", ""))
    if word:
        return _DIRECTION.get(word, 0)
    ahead, back = tags.get("foot:forward", "") in CLOSED, tags.get("foot:backward", "") in CLOSED
    if ahead != back:
        return -1 if ahead else 1
    conveying = tags.get("conveying", "")
    return _DIRECTION.get(tags.get("oneway", "") if conveying == "yes" else conveying, 0)


def crossing_kind(tags: Tags) -> str:
    """How people cross at a node: signals (any light, also one for cars), unsignalled; '' where it says nothing."""
    kind, crossing = tags.get("highway", ""), tags.get("crossing", "")
    if kind not in ("crossing", "traffic_signals") and crossing in ("", "no"):
        return ""
    word = tags.get("crossing:signals", "")
    if word:
        return "unsignalled" if word == "no" else "signals"
    return "signals" if kind == "traffic_signals" or "traffic_signals" in values(crossing) else "unsignalled"


def metres(text: str) -> float:
    """A length in metres from `0.9`, `90 cm`, `0,9 m` or `3'6"`; NaN where none is told. [m]"""
    length = number(text)
    if "'" in text or "ft" in text:
        inches = number(text.partition("'")[2])
        return 0.3048 * length + (0.0254 * inches if inches == inches else 0.0)
    if text.rstrip().endswith('"'):
        return 0.0254 * length
    return length / 100 if "cm" in text else length


def incline_share(text: str) -> float:
    """Rise per metre of way from `8 %`, `-8%`, `5°` or `1:12`, signed along the way; NaN for `up`, `down`, none."""
    sign = -1.0 if text.lstrip().startswith(("-", "−")) else 1.0
    rise = number(text.lstrip(" -−+"))
    if "°" in text:
        return sign * math.tan(math.radians(rise))
    if ":" in text:
        run = number(text.partition(":")[2])
        return sign * rise / run if run > 0 else float("nan")
    return sign * rise / 100


def layer(tags: Tags) -> int:
    """The level of a way; a bridge without a layer is above, a tunnel below."""
    found = _WHOLE.match(tags.get("layer", "").strip())
    if found:
        return int(found[0])
    return int(is_bridge(tags)) - int(is_tunnel(tags) and tags["tunnel"] != "building_passage")


def is_bridge(tags: Tags) -> bool:
    """Whether a way is carried by a bridge."""
    return tags.get("bridge", "no") != "no"


def is_tunnel(tags: Tags) -> bool:
    """Whether a way runs below the surface or through a building."""
    return tags.get("tunnel", "no") != "no"


def barrier_kind(tags: Tags) -> str:
    """What keeps people from crossing a line: rail, motorway, major_road, water or fence; '' for nothing.

    Tunnels and culverts keep nobody; streams and ditches are narrower than 5 m unless their width says more.
    """
    if is_tunnel(tags) or is_gone(tags):
        return ""
    road = tags.get("highway", "")
    if tags.get("railway", "") in RAILS:
        return "rail"
    if road in ("motorway", "motorway_link") or (road in MAJOR_ROADS and tags.get("motorroad") == "yes"):
        return "motorway"
    if road in MAJOR_ROADS:
        return "major_road"
    water = tags.get("waterway", "")
    if water in ("river", "canal") or (water in ("stream", "ditch", "drain") and number(tags.get("width", "")) > 5):
        return "water"
    return "fence" if tags.get("barrier", "") in FENCES else ""


def pairs(tags: Tags) -> set[str]:
    """All `key=value` of an object; `;` lists are split."""
    return {f"{key}={value}" for key, text in tags.items() for value in values(text)}


def green_tag(tags: Tags, candidates: Iterable[str]) -> str:
    """The first of the candidate tags (`key=value`) that the object carries; '' for none."""
    if _GREEN_KEYS.isdisjoint(tags) or is_gone(tags):
        return ""
    own = pairs(tags)
    return next((pair for pair in candidates if pair in own), "")


def green_kind(tags: Tags, candidates: Iterable[str]) -> str:
    """The value of that tag: park, forest, …; '' where it is no green."""
    return green_tag(tags, candidates).partition("=")[2]


def is_open_to_all(tags: Tags) -> bool:
    """Whether anybody may enter a green free of charge; gardens only where the tags say so."""
    access, foot = tags.get("access", ""), tags.get("foot", "")
    if tags.get("fee", "no") not in ("no", "0", "donation") or foot in CLOSED:
        return False
    if tags.get("leisure") == "garden":
        return access in FOOT_OPEN and tags.get("garden:type") not in ("residential", "private")
    return access not in NOT_PUBLIC


def is_water(tags: Tags) -> bool:
    """Whether an area is covered by water."""
    return (
        tags.get("natural") == "water"
        or tags.get("waterway") in ("riverbank", "dock")
        or tags.get("landuse") in ("reservoir", "basin")
        or tags.get("leisure") == "swimming_area"
    )


def is_space_area(tags: Tags) -> bool:
    """Whether a closed way or relation with these tags is an area and no line around one."""
    return tags.get("highway") in FOOT_STREETS and (tags.get("area") == "yes" or tags.get("type") == "multipolygon")
