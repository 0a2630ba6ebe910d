"""What a study's access is computed with: the rules read from the parameters, and everything attached."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.network import Attachment, Network, SmallComponents, attach_points
from nahraum.parameters import Parameters
from nahraum.parameters.standards import GREEN_STANDARDS, green_standard

if TYPE_CHECKING:
    from nahraum.area.model import Area

METRICS = ("network", "linear")


@dataclass(frozen=True)
class GreenStandard:
    """The study's green standard, with its own metric; `cap_m2` is what one green counts at most."""

    name: str
    metric: str
    maximum_distance_m: float
    cap_m2: float


@dataclass(frozen=True)
class AccessRules:
    """The parameters of access. Distances in metres as their sources give them."""

    search_limit_m: float
    maximum_leg_m: float
    component_minimum_m: float
    component_factor: float
    leg_barriers: tuple[str, ...]
    entrance_barriers: tuple[str, ...]
    decay: str
    green: GreenStandard


@dataclass(frozen=True)
class AttachedArea:
    """Addresses, facilities and entrances of greens on the network (entrances under the id of their green)."""

    addresses: Attachment
    facilities: Attachment
    entrances: Attachment

    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each are attached to the main component, to another one, not at all."""
        return {
            "addresses": self.addresses.counts(),
            "facilities": self.facilities.counts(),
            "entrances": self.entrances.counts(),
        }


def whole_dm(limit_m: float) -> int:
    """The longest whole number of decimetres within a limit. [dm]"""
    return math.floor(limit_m * 10 + 1e-6)


def access_rules(parameters: Parameters) -> AccessRules:
    """The rules of a study.

    Raises
        InputError for a green standard or a metric that does not exist.
    """
    return AccessRules(
        search_limit_m=parameters.number("walking.search_limit_m"),
        maximum_leg_m=parameters.number("walking.maximum_leg_m"),
        component_minimum_m=parameters.number("attach.component_minimum_m"),
        component_factor=parameters.number("attach.component_factor"),
        leg_barriers=tuple(parameters.value("attach.leg_barriers")),
        entrance_barriers=tuple(parameters.value("attach.entrance_barriers")),
        decay=str(parameters.value("green_access.decay")),
        green=_green_standard(parameters),
    )


def _green_standard(parameters: Parameters) -> GreenStandard:
    name = green_standard(parameters)
    entries = parameters.group(f"{GREEN_STANDARDS}.{name}")
    metric = str(entries["metric"].value)
    if metric not in METRICS:
        raise InputError(f"green standard {name!r} has the metric {metric!r}", expected=" or ".join(METRICS))
    cap = entries.get("usable_area_cap_m2")
    distance = float(entries["maximum_distance_m"].value)
    return GreenStandard(name, metric, distance, math.inf if cap is None else float(cap.value))


def attach_area(area: Area, network: Network, rules: AccessRules) -> AttachedArea:
    """Everything of a study area on its network.

    Notes
        Facilities come first: a small connected part with a place on it may serve addresses. Legs go around
        rail and motorways where there is another way; from an entrance of a green no leg leads across them, nor
        across water or a fence.
    """
    barriers = _lines(area, rules.leg_barriers)
    small = SmallComponents(rules.component_minimum_m, rules.component_factor)
    leg = rules.maximum_leg_m
    facilities = attach_points(
        network, _points(area.facilities, "facility_id"), maximum_leg_m=leg, small=small, barriers=barriers
    )
    addresses = attach_points(
        network, _points(area.addresses, "address_id"), maximum_leg_m=leg, barriers=barriers,
        small=replace(small, served=facilities.components(network)),
    )  # fmt: skip
    entrances = attach_points(
        network, _points(area.green_entrances, "entrance_id"), maximum_leg_m=leg, small=small,
        barriers=_lines(area, rules.entrance_barriers), across=False,
    )  # fmt: skip
    return AttachedArea(
        addresses, facilities, _grouped(entrances, area.green_entrances.set_index("entrance_id")["green_id"])
    )


def _lines(area: Area, kinds: tuple[str, ...]) -> npt.NDArray[np.object_]:
    """Barriers of these kinds; none is an empty array."""
    chosen = area.barriers[area.barriers["kind"].isin(kinds)]
    return np.asarray(chosen.geometry.to_numpy(), dtype=object)


def _points(table: pd.DataFrame, key: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": table[key].to_numpy(dtype=object), "x_m": table["x_m"].to_numpy(), "y_m": table["y_m"].to_numpy()}
    )


def _grouped(entrances: Attachment, group: pd.Series) -> Attachment:
    """The same points under the id of their group, sorted by it."""
    grouped = replace(entrances, id=group.reindex(entrances.id).to_numpy(dtype=object))
    return grouped.take(np.argsort(grouped.id.astype(str), kind="stable").astype(np.int64))
