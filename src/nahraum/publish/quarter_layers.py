"""A GeoPackage of quarters with the shares of a stress test or a lab, coloured when QGIS opens it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio

from nahraum.publish import palette
from nahraum.publish.geopackage import VERSION, write_styles
from nahraum.publish.layer_styles import edge_labels
from nahraum.publish.styles import Style, graduated, single


@dataclass(frozen=True)
class QuarterLayer:
    """One layer of quarters, of released figures.

    name, title : of the table, and as QGIS shows it. shown : columns of shares and how their styles are called, the
    default first; columns without any value have none.
    """

    name: str
    title: str
    frame: gpd.GeoDataFrame
    shown: Mapping[str, str] = field(default_factory=dict)


def write_quarter_layers(
    path: Path, layers: Sequence[QuarterLayer], *, said: Mapping[str, str], day: date, language: str
) -> list[Path]:
    """The layers as one GeoPackage, the same content on every run; no file without layers.

    Parameters
        said : TITLE, STATEMENT, ATTRIBUTION … in the metadata of the file and of every layer (GDAL drops DESCRIPTION).
        day : reference date.
    """
    if not layers:
        return []
    moment = f"{day.isoformat()}T00:00:00.000Z"
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        for place, one in enumerate(layers):
            pyogrio.write_dataframe(
                one.frame, path, layer=one.name, driver="GPKG", append=place > 0, promote_to_multi=True,
                geometry_type=None if len(one.frame) else "MultiPolygon", dataset_options={"VERSION": VERSION},
                layer_options={"IDENTIFIER": one.title, "DESCRIPTION": said["TITLE"], "GEOMETRY_NAME": "geom"},
                dataset_metadata=dict(said) if place == 0 else None, layer_metadata=dict(said),
            )  # fmt: skip
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    with closing(sqlite3.connect(path)) as database, database:
        write_styles(database, {one.name: styles_of(one, language) for one in layers}, moment)
        database.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
        database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (moment,))
    return [path]


def styles_of(layer: QuarterLayer, language: str) -> list[Style]:
    """A style per share that is told for any quarter; one plain style where none is."""
    found = []
    for column, name in layer.shown.items():
        values = layer.frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
        if np.isnan(values).all():
            continue
        edges = palette.class_edges(values, share=True)
        colours = palette.class_colours(len(edges) - 1, better="lower")
        shown = edge_labels(edges, share=True, language=language)
        qml = graduated(column, edges, colours, shown, top=float(np.nanmax(values)))
        found.append(Style(name, column, qml))
    return found or [Style(layer.title, "", single(palette.UNKNOWN))]
