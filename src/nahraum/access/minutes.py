"""Walking times of one kind of walker: how long to the nearest service, and who gets there in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nahraum.access import reach
from nahraum.access.columns import Column, nearest_columns
from nahraum.access.per_address import Prepared, said_of
from nahraum.errors import InputError
from nahraum.network import Network
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES

if TYPE_CHECKING:
    from nahraum.area.model import Area

NAMES = (*SERVICES, "green")


def walking_minutes(area: Area, network: Network, parameters: Parameters) -> pd.DataFrame:
    """How long every address walks to the nearest place of each service and to the nearest entrance of a green.

    Parameters
        network : of a walking profile (costs in tenths of a second).

    Returns
        One row per address, sorted: address_id, quarter_id, residents, inside, then for each of `NAMES`
        `<name>_minutes` (NaN where nothing is reached within `walking.search_limit_min`) and
        `<name>_minutes_status` (as in `measure`).

    Raises
        InputError for a network of lengths.

    Notes
        All greens of the study count, whatever standard it has chosen; area standards speak of metres, not of minutes.
    """
    if network.unit != "ds":
        raise InputError(
            "walking times need a walking profile",
            where=f"the network costs {network.unit}",
            fix='build_network(osm, crs=…, profile="older_person")',
        )
    setting = Prepared.of(area, network, parameters)
    origins = setting.attached.addresses
    kinds = {service: setting.places(service) for service in SERVICES} | {"green": setting.attached.entrances}
    found = reach.nearest(
        setting.engine, origins, kinds, limit=round(parameters.number("walking.search_limit_min") * 600)
    )
    addresses = area.addresses.sort_values("address_id")
    edge, lost = addresses["edge"].to_numpy(dtype=bool), origins.edge < 0
    columns: dict[str, Column] = {}
    for name in NAMES:
        mapped = said_of(area, name, "status") if name in SERVICES else ("ok" if len(area.greens) else "missing")
        own = nearest_columns(name, found[name], edge=edge, lost=lost, mapped=mapped)
        columns[f"{name}_minutes"] = np.asarray(own[f"{name}_distance_m"], dtype=np.float64) / 60
        columns[f"{name}_minutes_status"] = own[f"{name}_distance_m_status"]
    return addresses[["address_id", "quarter_id", "residents", "inside"]].reset_index(drop=True).assign(**columns)


def share_within(table: pd.DataFrame, *, minutes: float) -> pd.DataFrame:
    """Which share of the residents reaches each service in time.

    Parameters
        table : of `walking_minutes`; only addresses of the study itself count.

    Returns
        One row per service: `share` of the residents whose time is known [0..1], `completeness` (how many these are).

    Notes
        For the office, not for publication: the share is exact. Known are times without a doubt (ok, imputed) and
        the certainty that nothing is reached (unreachable).
    """
    own = table[table["inside"]]
    rows = []
    for name in NAMES:
        status, people = own[f"{name}_minutes_status"], own["residents"]
        known = status.isin(("ok", "imputed", "unreachable"))
        there = known & (own[f"{name}_minutes"] <= minutes)
        counted = float(people[known].sum())
        share = float(people[there].sum()) / counted if counted > 0 else float("nan")
        rows.append({"service": name, "share": share, "completeness": counted / max(float(people.sum()), 1e-9)})
    return pd.DataFrame(rows)
