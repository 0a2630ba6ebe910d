"""What stands near the addresses of a study, as the stress test asks: green, food shops, lines; what a day closes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.parameters import Parameters
from nahraum.study import Study

if TYPE_CHECKING:
    from nahraum.access.per_address import Prepared
    from nahraum.stress.model import Scenario
    from nahraum.stress.place import Near
    from nahraum.stress.within import Greens
    from nahraum.workflow.chain import Chain


def near_homes(chain: Chain, study: Study, scenarios: Sequence[Scenario] = ()) -> Near:
    """What stands near the addresses of a study: green, food shops with everybody who shops there, lines.

    Parameters
        scenarios : greens are prepared apart where one of them sets a radius or closes some.
    """
    from nahraum.access import reach
    from nahraum.access.per_address import Prepared
    from nahraum.access.setting import whole_dm
    from nahraum.indicators.rows import address_values
    from nahraum.stress.place import near_of

    parameters, area = study.parameters(), chain.area.value
    prepared = Prepared.of(area, chain.network.value, parameters)
    limit = whole_dm(parameters.number("stress.shop_reach_m"))
    shops = reach.pairs(prepared.engine, prepared.attached.addresses, prepared.places("food_full_range"), limit=limit)
    greens = None
    if any(one.limits_ways for one in scenarios):
        greens = _greens(prepared, chain, parameters, {one.closed for one in scenarios if one.closed})
    return near_of(address_values(area, chain.access.value), shops, area.facilities, parameters, greens=greens)


def _greens(
    prepared: Prepared, chain: Chain, parameters: Parameters, closed: Collection[tuple[str, ...]]
) -> Greens:  # fmt: skip
    """The greens near the addresses, and what of them each of these sets of closures takes away."""
    from nahraum.access.decay import decay_of
    from nahraum.area.space import polygonal, project
    from nahraum.stress.within import Greens, closed_m2

    area, osm, standard = chain.area.value, chain.inputs.value.osm, prepared.rules.green
    pairs = prepared.greens.pairs(area.addresses["address_id"].to_numpy(dtype=object))
    greens = area.greens.set_index("green_id").reindex(pairs.group_ids)
    mapped = [one[["kind", "geometry"]] for one in (osm.greens, osm.public_space) if one is not None]
    pieces = project(gpd.GeoDataFrame(pd.concat(mapped, ignore_index=True)), area.crs, called="open space")
    shapes, _ = polygonal(pieces.geometry.to_numpy())
    kinds, outlines = pieces["kind"].to_numpy(dtype=object), np.asarray(greens["geometry"].to_numpy(), dtype=object)
    taken = {
        names: closed_m2(
            outlines, kinds, shapes, {kind for one in names for kind in parameters.value(f"stress.closed_kinds.{one}")}
        )
        for names in closed
    }
    decay = decay_of(parameters, prepared.rules.decay, catchment_m=standard.maximum_distance_m)
    return Greens(pairs, decay, greens["area_m2"].to_numpy(dtype=np.float64), standard.cap_m2, taken)
