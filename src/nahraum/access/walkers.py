"""Walking times of every kind of walker a study asks for, and how much is mapped of what stops them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nahraum.access.minutes import walking_minutes
from nahraum.errors import StudyError
from nahraum.network import build_network
from nahraum.network.build import NoWayError
from nahraum.network.profiles import PROFILES, known_shares, walking_profile
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.area.model import Area
    from nahraum.sources.osm import OsmExtract

SHARES = ("surface", "incline", "width", "kerb")


@dataclass(frozen=True)
class Walkers:
    """minutes : per profile that was computed, as `walking_minutes` returns it.

    known : profile, computed (bool), reason ('', sparse: too little is mapped, closed: no way is open), speed_km_h, and
        how much of surface, incline, width and kerbs is mapped. [share]
    """

    minutes: dict[str, pd.DataFrame]
    known: pd.DataFrame


def measure_walkers(area: Area, osm: OsmExtract, parameters: Parameters) -> Walkers:
    """How long each kind of walker needs from every address.

    Returns
        Times of the profiles in `walkers.profiles`. A profile that ways can be closed to (pushchair, wheelchair) is not
        computed where the surface of too few ways is mapped (`walkers.minimum_known_surface_share`): the answer would
        be that of somebody whom nothing stops.

    Raises
        StudyError for a profile that does not exist.
    """
    minutes: dict[str, pd.DataFrame] = {}
    rows = []
    for name in _profiles(parameters):
        profile = walking_profile(name, parameters)
        choosy = bool(profile.closed_surfaces)
        row: dict[str, object] = {"profile": name, "computed": False, "reason": "closed"}
        row |= {"speed_km_h": profile.speed_km_h} | dict.fromkeys(SHARES, float("nan"))
        rows.append(row)
        try:
            network = build_network(osm, crs=area.crs, profile=name, parameters=parameters)
        except NoWayError:
            continue
        shares = known_shares(network)
        row |= {share: shares[share] for share in SHARES}
        if choosy and not shares["surface"] >= parameters.number("walkers.minimum_known_surface_share"):
            row["reason"] = "sparse"
            continue
        minutes[name] = walking_minutes(area, network, parameters)
        row |= {"computed": True, "reason": ""}
    columns = ["profile", "computed", "reason", "speed_km_h", *SHARES]
    return Walkers(minutes, pd.DataFrame(rows, columns=columns))


def _profiles(parameters: Parameters) -> list[str]:
    names = [str(name) for name in parameters.value("walkers.profiles")]
    if strange := sorted(set(names) - set(PROFILES)):
        raise StudyError(f"[parameters] 'walkers.profiles' names {strange[0]!r}", expected=" | ".join(PROFILES))
    return list(dict.fromkeys(names))
