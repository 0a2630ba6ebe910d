"""What is published by cells, quarters, locations and municipalities, laid over one another on the addresses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nahraum.grid import cell_id
from nahraum.publish.audit import Zones, exact, held_areas, rounded
from nahraum.publish.bundle import Released
from nahraum.publish.disclosure import Mask, Rules

_CELLS = "cells"


def _shown(table: Released, key: str) -> pd.Series:
    frame = pd.DataFrame(table.frame)
    return pd.Series(frame["residents"].to_numpy(np.float64, na_value=np.nan), index=frame[key].astype(str))


def published_zones(addresses: pd.DataFrame, tables: Mapping[str, Released], rules: Rules) -> list[Zones]:
    """Every kind of areas whose residents are published, on the addresses inside the study area.

    Parameters
        addresses : those inside, with cell_key, quarter_id and municipality_id where the study has several.
        tables : released tables by geography: cells, quarters, municipality, locations, municipalities.
    """
    cells = pd.Series(cell_id(addresses["cell_key"].to_numpy()), index=addresses.index).astype(str)
    zones = [Zones(_CELLS, cells.to_numpy(dtype=object), exact(_shown(tables[_CELLS], "cell_id")))]
    for name, key in (("quarters", "quarter_id"), ("municipalities", "municipality_id")):
        if name in tables and key in addresses.columns:
            lying = addresses[key].fillna("").astype(str).to_numpy(dtype=object)
            zones.append(Zones(name, lying, exact(_shown(tables[name], key))))
    if "municipality" in tables:
        whole = tables["municipality"].frame["residents"]
        everywhere = np.full(len(addresses), "whole", dtype=object)
        zones.append(Zones("municipality", everywhere, exact(pd.Series(whole.to_numpy(np.float64), index=["whole"]))))
    if "locations" in tables and "location_id" in tables[_CELLS].frame.columns:
        frame = tables[_CELLS].frame
        of_cell = pd.Series(frame["location_id"].fillna("").astype(str).to_numpy(), index=frame["cell_id"].astype(str))
        lying = cells.map(of_cell).fillna("").to_numpy(dtype=object)
        spans = rounded(_shown(tables["locations"], "location_id"), float(rules.rounding_location))
        zones.append(Zones("locations", lying, spans))
    return zones


def cells_to_hold_back(addresses: pd.DataFrame, tables: Mapping[str, Released], rules: Rules) -> Mask:
    """Cells of which only the class may be told, as other areas would otherwise tell of 1..k-1 persons beside them.

    Raises
        NahraumError where quarters and municipalities alone tell of so few; it names them.
    """
    inside = addresses[addresses["inside"].to_numpy(dtype=bool)] if "inside" in addresses.columns else addresses
    zones = published_zones(inside, tables, rules)
    persons = inside["residents"].to_numpy(dtype=np.float64)
    gone = held_areas(zones, persons, rules.minimum_count, may_go=(_CELLS,)).get(_CELLS, frozenset())
    return np.asarray(tables[_CELLS].frame["cell_id"].astype(str).isin(gone).to_numpy(), dtype=np.bool_)
