"""Access of every address: nearest service of each kind, nearest green, green after competition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nahraum.access import catchment, reach
from nahraum.access.columns import Column, green_share_column, nearest_columns
from nahraum.access.decay import decay_of
from nahraum.access.engine import Engine
from nahraum.access.greens import Greens
from nahraum.access.setting import AccessRules, AttachedArea, access_rules, attach_area, whole_dm
from nahraum.access.tiles import Tile, checked_tiles
from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.network import Attachment, Network
from nahraum.parameters import Parameters
from nahraum.tables import ACCESS, SERVICES

if TYPE_CHECKING:
    from nahraum.area.model import Area

FALLBACK = {"primary_school": "school_unspecified"}


def measure(
    area: Area, network: Network, parameters: Parameters, *, tiles: Sequence[Tile] | None = None
) -> pd.DataFrame:
    """How far every address is from everyday supply and public green, and how much green it has to share.

    Parameters
        area : the study area; all its addresses are answered, also those that only compete (outside, edge).
        tiles : how the work is cut; one tile where none are given. The result does not depend on it.

    Returns
        `tables.ACCESS`, sorted by address. [m, m² per resident] NaN where nothing is reached.

    Raises
        InputError for tiles that do not cut the study, a green standard that does not exist, or a network of times.

    Notes
        Statuses, the first that applies: edge (value kept); unreachable (the address meets no way); missing
        (nothing found of a kind that is not mapped well enough); unreachable (nothing within the search
        limit); unreliable (such a kind: the distance is an upper bound); imputed (fallback category);
        undetermined (green that nobody competes for); ok.
    """
    require_lengths(network)
    setting = Prepared.of(area, network, parameters)
    cut = checked_tiles(area.addresses, tiles)
    found = [setting.nearest(tile) for tile in cut]
    nearest = {name: pd.concat([part[name] for part in found]).set_index("id") for name in (*SERVICES, "green")}
    return require(
        _table(setting, nearest, _after_competition(setting, cut, parameters)), ACCESS, called="access of the addresses"
    )


def said_of(area: Area, service: str, column: str) -> str:
    """What the completeness rule says of a service; '' where it says nothing."""
    said = area.categories.loc[area.categories["category"] == service, column]
    return str(said.iloc[0]) if len(said) else ""


def require_lengths(network: Network) -> None:
    """Refuses a network whose costs are times: distances and area standards are metres."""
    if network.unit != "dm":
        raise InputError(
            "distances need a network of lengths",
            where=f"the network costs {network.unit}",
            fix="build_network without a profile, or nahraum.walking_minutes for times",
        )


@dataclass(frozen=True)
class Prepared:
    """An area attached to its eliminated network, with the rules of its study."""

    area: Area
    engine: Engine
    attached: AttachedArea
    rules: AccessRules

    @staticmethod
    def of(area: Area, network: Network, parameters: Parameters) -> Prepared:
        """Attaches the area and eliminates the network."""
        rules = access_rules(parameters)
        return Prepared(area, Engine.of(network), attach_area(area, network, rules), rules)

    @property
    def greens(self) -> Greens:
        """The study's greens, by the metric of its standard."""
        return Greens(self.area, self.engine, self.attached, self.rules.green)

    def nearest(self, tile: Tile) -> dict[str, pd.DataFrame]:
        """The nearest place of each kind for the addresses that a tile answers."""
        origins = self.attached.addresses.of(tile.address_ids)
        limit_dm = whole_dm(self.rules.search_limit_m)
        found = reach.nearest(
            self.engine, origins, {service: self.places(service) for service in SERVICES}, limit=limit_dm
        )
        return found | {"green": self.greens.nearest(tile.address_ids, limit_m=self.rules.search_limit_m)}

    def places(self, service: str) -> Attachment:
        """Where a service is found: its facilities, or those of the category that stands in for it."""
        facilities = self.area.facilities
        wanted = facilities["category"] == service
        if service in FALLBACK and said_of(self.area, service, "reason") == "fallback":
            wanted |= facilities["category"] == FALLBACK[service]
        return self.attached.facilities.of(facilities["facility_id"][wanted].to_numpy(dtype=object))


def _after_competition(setting: Prepared, tiles: Sequence[Tile], parameters: Parameters) -> pd.Series:
    """m² of green per resident of each address: the demand of all tiles first, then the share of each address."""
    greens, standard = setting.greens, setting.rules.green
    decay = decay_of(parameters, setting.rules.decay, catchment_m=standard.maximum_distance_m)
    residents = setting.area.addresses.set_index("address_id")["residents"]
    near = [catchment.weighted(greens.pairs(np.union1d(tile.address_ids, tile.demand_ids)), decay) for tile in tiles]
    demand = np.zeros(len(near[0].pairs.group_ids), dtype=np.int64)
    for tile, found in zip(tiles, near, strict=True):
        ids = found.pairs.origin_ids
        counted = found.only(np.asarray(pd.Index(ids).isin(tile.demand_ids)))
        demand += catchment.demand_per_group(counted, residents.reindex(ids).to_numpy(dtype=np.float64))
    ratio = catchment.supply_ratio(greens.supply_m2(near[0].pairs.group_ids), demand)
    shares = []
    for tile, found in zip(tiles, near, strict=True):
        share = pd.Series(catchment.supply_per_origin(found, ratio), index=found.pairs.origin_ids)
        shares.append(share.reindex(tile.address_ids))
    return pd.concat(shares)


def _table(setting: Prepared, nearest: dict[str, pd.DataFrame], green_m2: pd.Series) -> pd.DataFrame:
    addresses = setting.area.addresses.sort_values("address_id")
    ids = addresses["address_id"].to_numpy(dtype=object)
    edge = addresses["edge"].to_numpy(dtype=bool)
    lost = setting.attached.addresses.edge < 0
    columns: dict[str, Column] = {"address_id": ids}
    for service in SERVICES:
        columns |= nearest_columns(
            service, nearest[service].loc[ids], edge=edge, lost=lost, mapped=said_of(setting.area, service, "status")
        )
    stray = lost if setting.rules.green.metric == "network" else np.zeros(len(ids), dtype=bool)
    mapped = "ok" if len(setting.area.greens) else "missing"
    columns |= nearest_columns("green", nearest["green"].loc[ids], edge=edge, lost=stray, mapped=mapped)
    columns |= green_share_column(green_m2.loc[ids].to_numpy(dtype=np.float64), edge=edge, lost=stray, mapped=mapped)
    texts = {column.name: "str" for column in ACCESS.columns if column.kind == "text"}
    return pd.DataFrame(columns)[ACCESS.names()].astype(texts)
