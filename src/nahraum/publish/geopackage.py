"""One GeoPackage with every layer, coloured when QGIS opens it, with licence and attribution inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio

from nahraum.publish import facts, labels
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.layer_styles import base_layers, styles_of
from nahraum.publish.styles import Style

FILE = "nahraum.gpkg"
VERSION = "1.3"  # newest version that the GDAL 3.6 of Debian 12 and QGIS 3.22 open without a warning
_LAYER_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)"""


def _said(bundle: PublishBundle) -> dict[str, str]:
    licence = facts.output_licence(bundle)
    return {
        "TITLE": facts.title(bundle),
        "STATEMENT": facts.description(bundle),
        "LICENCE": licence,
        "LICENCE_URL": facts.licence_address(licence),
        "ATTRIBUTION": bundle.attribution,
        "REFERENCE_DATE": facts.date_text(bundle),
        "CREATOR": f"nahraum {bundle.version}",
    }


def _layers(bundle: PublishBundle) -> list[tuple[str, gpd.GeoDataFrame, list[Style]]]:
    tables = [(table.name, table.frame, styles_of(table, bundle)) for table in bundle.tables()]
    tables += [(name, frame, [style]) for name, (frame, style) in base_layers(bundle).items()]
    return [(name, frame, styles) for name, frame, styles in tables if len(frame.columns)]


def _write_layers(path: Path, bundle: PublishBundle) -> dict[str, list[Style]]:
    said, written = _said(bundle), {}
    for place, (name, frame, styles) in enumerate(_layers(bundle)):
        spatial = isinstance(frame, gpd.GeoDataFrame)
        pyogrio.write_dataframe(
            frame,
            path,
            layer=name,
            driver="GPKG",
            append=place > 0,
            geometry_type=None if not spatial or len(frame) else "Polygon",
            promote_to_multi=spatial and bool(frame.geometry.geom_type.str.startswith("Multi").any()),
            dataset_options={"VERSION": VERSION},
            layer_options={
                "IDENTIFIER": labels.table_name(name, bundle.study.language),
                "DESCRIPTION": facts.title(bundle),
                **({"GEOMETRY_NAME": "geom"} if spatial else {}),
            },
            dataset_metadata=said if place == 0 else None,
            layer_metadata=said,
        )
        written[name] = styles
    return written


def write_styles(database: sqlite3.Connection, styles: Mapping[str, Sequence[Style]], moment: str) -> None:
    """Styles of each layer where QGIS looks for them, the first the default."""
    database.execute(_LAYER_STYLES)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, ?, ?, ?)",
        ("layer_styles", "attributes", "layer_styles", moment),
    )
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, useAsDefault, description, owner, update_time) "
        "VALUES ('', '', ?, 'geom', ?, ?, '', ?, ?, '', ?)",
        [
            (layer, style.name, style.qml, int(place == 0), style.description or style.name, moment)
            for layer, several in styles.items()
            for place, style in enumerate(several)
        ],
    )


def write_geopackage(bundle: PublishBundle, folder: Path) -> Path:
    """All layers and tables as nahraum.gpkg, equal in content on every run.

    Styles lie in `layer_styles`, where QGIS looks for them; title, licence and attribution lie in
    `gpkg_metadata` of the file and of every layer. Every date in it is the study's reference date.
    """
    path = folder / FILE
    moment = f"{facts.date_text(bundle)}T00:00:00.000Z"
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        styles = _write_layers(path, bundle)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    with closing(sqlite3.connect(path)) as database, database:
        write_styles(database, styles, moment)
        database.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
        database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (moment,))
    return path
