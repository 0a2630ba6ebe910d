"""The surroundings an office knows from its own maps: noise, heat, sealing, canopy; a figure per polygon or cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.cells import looked_up
from nahraum.area.space import points_of
from nahraum.indicators.catalogue import Indicator, further_entry
from nahraum.indicators.further import Setting
from nahraum.tables import GridTable

Floats = npt.NDArray[np.float64]
COLUMN = "value"


def own_entries(setting: Setting) -> list[Indicator]:
    """A catalogue entry for each map of the study, in its own words."""
    return [_entry(name, _options(setting, name)) for name in setting.given.context]


def address_values(setting: Setting) -> pd.DataFrame:
    """The figure of each map at every address."""
    columns: dict[str, object] = {}
    addresses = setting.area.addresses
    for name, given in setting.given.context.items():
        if isinstance(given, GridTable):
            values, status = looked_up(addresses["cell_key"], given, COLUMN)
        else:
            outside = _options(setting, name).get("outside")
            values = context_value(addresses, given.to_crs(setting.area.crs), outside=outside)
            status = np.where(np.isnan(values), "missing", "ok").astype(object)
        columns |= {f"context_{name}": values, f"context_{name}_status": status}
    return pd.DataFrame(columns, index=addresses.index)


def context_value(addresses: pd.DataFrame, polygons: gpd.GeoDataFrame, *, outside: float | None = None) -> Floats:
    """The figure of the polygon an address lies in; where several overlap, the highest.

    Parameters
        addresses : x_m, y_m in the CRS of the polygons.
        outside : what holds where no polygon lies (a noise map ends at 55 dB, say); None leaves it unknown.
    """
    points = points_of(addresses["x_m"], addresses["y_m"])
    polygon, point = shapely.STRtree(points).query(polygons.geometry.to_numpy(), predicate="intersects")
    figures = polygons[COLUMN].to_numpy(dtype=np.float64)[polygon]
    values = np.full(len(points), -np.inf)
    np.maximum.at(values, point, np.where(np.isnan(figures), -np.inf, figures))
    covered = np.bincount(point, minlength=len(points)) > 0
    values[np.isneginf(values)] = np.nan
    return values if outside is None else np.where(covered, values, float(outside))


def _options(setting: Setting, name: str) -> Mapping[str, Any]:
    return setting.given.options.get(f"context.{name}", {})


def _entry(name: str, options: Mapping[str, Any]) -> Indicator:
    german = str(options.get("label_de", name))
    english = str(options.get("label_en", german))
    if english == german:
        english = f"{german} (own map)"
    unit = str(options.get("unit", ""))
    return further_entry(
        f"context_{name}",
        {
            "label_de": german, "label_en": english, "unit": unit, "unit_de": unit, "kind": "indicator",
            "prerequisite": "", "theme": "context", "summed": "mean", "of": "places",
            "geographies": ["cells", "quarters", "municipality"],
            "function": "nahraum.indicators.themes.context:context_value",
            "formula_de": "Wert der Fläche, in der die Adresse liegt, bei mehreren der höchste; Mittel der Einwohner",
            "formula_en": "figure of the polygon an address lies in, the highest of several; mean over residents",
            "sentence_de": f"{german}: im Mittel {{value}}.",
            "sentence_en": f"{english}: {{value}} on average.",
            "limits_de": "Karte der Studie, nicht geprüft. Ein Mittel von Klassen ist nur ein Anhalt.",
            "limits_en": "A map of the study, not checked. A mean of classes is a hint only.",
            "source": str(options.get("attribution", "study.toml")), "evidence": "published",
            "better": str(options.get("better", "")), "scope": "row", "needs": [],
            "decimals": int(options.get("decimals", 1)), "parameters": [],
        },
    )  # fmt: skip
