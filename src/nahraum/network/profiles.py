"""Who walks: speed, what is in the way, and where one waits (docs/explanation/walking-profiles.md).

A rule closes a way only where its tags say so: what is not mapped counts as passable. How much is mapped at all
stands in the counts of the network and in `known_shares`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.network.graph import Int64, Network
from nahraum.parameters import Parameters
from nahraum.sources.osm import tags as meaning

Bool = npt.NDArray[np.bool_]

PROFILES = ("adult", "older_person", "child", "pushchair", "wheelchair")
REASONS = ("steps", "surface", "smoothness", "tracktype", "width", "incline", "tag")


@dataclass(frozen=True)
class Profile:
    """One kind of walker. Empty sets and missing limits bind nobody. [km/h, s, m, share]

    `most_steps` in a flight cost `flight_delay_s`, more close it; `stepped_kerbs` count as such a flight.
    """

    name: str
    speed_km_h: float
    signal_delay_s: float
    major_road_delay_s: float
    most_steps: float = float("inf")
    flight_delay_s: float = 0.0
    least_width_m: float = 0.0
    steepest_share: float = float("inf")
    closed_kerbs: frozenset[str] = frozenset()
    stepped_kerbs: frozenset[str] = frozenset()
    closed_barriers: frozenset[str] = frozenset()
    closed_surfaces: frozenset[str] = frozenset()
    closed_smoothness: frozenset[str] = frozenset()
    closed_tracktypes: frozenset[str] = frozenset()
    opening_ramps: frozenset[str] = frozenset()
    opening_values: frozenset[str] = frozenset()
    closing_values: frozenset[str] = frozenset()

    @property
    def pace(self) -> float:
        """Time for a decimetre on the level. [ds per dm]"""
        return 3.6 / self.speed_km_h


@dataclass(frozen=True)
class Terms:
    """What a profile makes of an extract, row by row of its ways and nodes. [-, ds, -, ds]

    `closed` is 0 for a way that is open, else 1 + the place of its reason in REASONS.
    """

    closed: npt.NDArray[np.int8]
    flight_ds: Int64
    node_open: Bool
    kerb_ds: Int64
    signals: Bool
    major: Bool
    road: Bool


def walking_profile(name: str, parameters: Parameters | None = None) -> Profile:
    """A profile as the dated parameters give it.

    Raises
        InputError where there is no such profile or its speed is not positive.
    """
    if name not in PROFILES:
        raise InputError(f"there is no walking profile {name!r}", expected=" | ".join(PROFILES))
    parameters = parameters or Parameters()
    given = {key: item.value for key, item in parameters.group(f"walking_profiles.{name}").items()}
    rules: dict[str, Any] = {
        key: frozenset(value) if isinstance(value, list) else float(value) for key, value in given.items()
    }
    if not rules["speed_km_h"] > 0:
        raise InputError(f"the walking profile {name!r} does not move", where=f"speed_km_h = {rules['speed_km_h']}")
    return Profile(
        name=name,
        signal_delay_s=parameters.number("crossings.signal_delay_s"),
        major_road_delay_s=parameters.number("crossings.major_road_delay_s"),
        **rules,
    )


def profile_terms(ways: pd.DataFrame, nodes: pd.DataFrame, profile: Profile) -> Terms:
    """What the profile makes of each way and node (contract: OsmExtract)."""
    steps = ways["steps"].to_numpy(dtype=bool)
    count = _each(ways["step_count"], meaning.number, np.float64)
    few = steps & (count <= profile.most_steps) & (profile.flight_delay_s > 0)
    kind = ways["highway"]
    kerb_ds = np.where(_among(nodes["kerb"], profile.stepped_kerbs), tenths(profile.flight_delay_s), 0)
    tagged = nodes["wheelchair"]
    node_open = ~(_among(nodes["kerb"], profile.closed_kerbs) | _among(nodes["barrier"], profile.closed_barriers))
    node_open |= _among(tagged, profile.opening_values)
    return Terms(
        closed=_closed(ways, profile, steps, count),
        flight_ds=np.where(few & ~_ramped(ways, profile), tenths(profile.flight_delay_s), 0),
        node_open=node_open & ~_among(tagged, profile.closing_values),
        kerb_ds=kerb_ds,
        signals=_among(nodes["crossing"], frozenset(("signals",))),
        major=_among(kind, meaning.MAJOR_ROADS),
        road=_among(kind, meaning.ROADS),
    )


def tenths(seconds: float) -> int:
    """Whole tenths of a second. [ds]"""
    return round(seconds * 10)


def _closed(ways: pd.DataFrame, profile: Profile, steps: Bool, count: npt.NDArray[np.float64]) -> Any:
    """For each way 0 or the first reason that closes it; a tag that speaks of wheelchairs goes before the others."""
    unlimited = profile.most_steps == float("inf")
    too_many = np.zeros(len(ways), dtype=bool) if unlimited else steps & ~(count <= profile.most_steps)
    reasons = (
        too_many & ~_ramped(ways, profile),
        _among(ways["surface"], profile.closed_surfaces) & ~steps,
        _among(ways["smoothness"], profile.closed_smoothness) & ~steps,
        _among(ways["tracktype"], profile.closed_tracktypes),
        _each(ways["width"], meaning.metres, np.float64) < profile.least_width_m,
        (np.abs(_each(ways["incline"], meaning.incline_share, np.float64)) > profile.steepest_share) & ~steps,
        _among(ways["wheelchair"], profile.closing_values),
    )
    closed = np.zeros(len(ways), dtype=np.int8)
    for number in range(len(reasons) - 1, -1, -1):
        closed[reasons[number]] = number + 1
    closed[_among(ways["wheelchair"], profile.opening_values)] = 0
    return closed


def _ramped(ways: pd.DataFrame, profile: Profile) -> Bool:
    """Whether a ramp beside a flight of steps carries the profile."""
    found = np.zeros(len(ways), dtype=bool)
    for name in sorted(profile.opening_ramps):
        found |= _among(ways[name], frozenset(("yes", "designated")))
    return found


def _among(texts: pd.Series, wanted: frozenset[str]) -> Bool:
    """Whether one of the values of a tag is among the wanted ones."""
    if not wanted:
        return np.zeros(len(texts), dtype=bool)
    found: Bool = _each(texts, lambda text: not wanted.isdisjoint(meaning.values(text.lower())), np.bool_)
    return found


def _each(texts: pd.Series, function: Callable[[str], Any], dtype: Any) -> Any:
    """A function of each text, computed once for each different one."""
    code, different = pd.factorize(texts.fillna(""))
    return np.array([function(str(text)) for text in different] or [function("")], dtype=dtype)[code]


def crossing_ds(terms: Terms, profile: Profile, ends: Int64, row: Int64) -> tuple[Int64, Int64]:
    """Waiting at the first and at the second end of each edge: half of what passing the node costs. [ds]

    Parameters
        ends : first and second node of each edge, as rows of the extract's nodes.
        row : way of each edge, as a row of the extract's ways.

    Notes
        Where there is a light, the ways that are no roads wait; where only roads meet, three at least, all do. At
        a trunk, primary or secondary road without a light everything that is no such road waits.
    """
    n_nodes = len(terms.signals)
    road, major = terms.road[row], terms.major[row]
    degree = np.bincount(ends.ravel(), minlength=n_nodes)
    on_foot = np.bincount(ends[:, ~road].ravel(), minlength=n_nodes) > 0
    beside_major = (np.bincount(ends[:, major].ravel(), minlength=n_nodes) > 0) & ~terms.signals
    roads_only = terms.signals & ~on_foot & (degree >= 3)
    signal, cross = tenths(profile.signal_delay_s / 2), tenths(profile.major_road_delay_s / 2)
    waits = [
        np.where((terms.signals[node] & ~road) | roads_only[node], signal, 0)
        + np.where(beside_major[node] & ~major, cross, 0)
        + terms.kerb_ds[node] // 2
        for node in ends
    ]
    return waits[0], waits[1]


def profile_counts(
    ways: pd.DataFrame, nodes: pd.DataFrame, terms: Terms, walkable: tuple[Int64, Int64]
) -> dict[str, int]:
    """Length of walkable ways that the profile cannot use, by reason, and of those with known attributes. [m]

    Parameters
        walkable : way (row of the extract) and length of each segment of a walkable way. [-, dm]
    """
    row, length = walkable
    known = {
        "surface": ways["surface"].to_numpy() != "",
        "incline": ~np.isnan(_each(ways["incline"], meaning.incline_share, np.float64)),
        "width": ~np.isnan(_each(ways["width"], meaning.metres, np.float64)),
    }
    crossings = int((nodes["crossing"].to_numpy() != "").sum())
    kerbs = int((~nodes["kerb"].isin(("", "yes", "unknown")).to_numpy()).sum())
    closed = {name: int(length[terms.closed[row] == at + 1].sum()) for at, name in enumerate(REASONS)}
    return (
        {"walkable_length_m": int(length.sum()) // 10, "closed_nodes": int((~terms.node_open).sum())}
        | {f"closed_{name}_length_m": dm // 10 for name, dm in closed.items()}
        | {f"{name}_known_length_m": int(length[flag[row]].sum()) // 10 for name, flag in known.items()}
        | {"crossings": crossings, "kerbs_known": kerbs}
    )


def known_shares(network: Network) -> dict[str, float]:
    """How much of what closes a way to a profile is mapped at all. [share of length; of kerbs: of two per crossing]

    Returns
        surface, incline, width, kerb; NaN without any way or crossing, and for a network without a profile.
    """
    counts = network.counts
    length, crossings = counts.get("walkable_length_m", 0), counts.get("crossings", 0)
    shares = {
        name: counts[f"{name}_known_length_m"] / length if length else float("nan")
        for name in ("surface", "incline", "width")
    }
    return shares | {"kerb": min(1.0, counts["kerbs_known"] / (2 * crossings)) if crossings else float("nan")}
