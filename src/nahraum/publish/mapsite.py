"""`map/`: a static site that explains the result, from released tables only; it asks no other server for anything."""

from __future__ import annotations

import html
import shutil
from importlib import resources
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.publish import mapfacts, mapjson, mapsocial, mapstreets
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.vectortiles import background_tiles, described_layers, lon_lat_bounds, write_archive

STAMP = "built-from.txt"
BACKGROUND = "base.pmtiles"
CHAPTERS = {"stress": "stress.json", "housing": "housing.json"}
"""Files of the results that other verbs show on the map; without a result where none is shown."""
NOT_BUILT = (
    "the map was not built: npm's registry could not be reached when nahraum was installed; its data stand in "
    "map/data. Install nahraum again with a connection (in a clone: python hatch_build.py), then run the study again"
)
_PAGE = """<!doctype html>
<html lang="de">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name} – nahraum</title></head>
<body>
<h1>{name}: Die Karte wurde nicht gebaut</h1>
<p>Beim Installieren von nahraum waren die Bausteine der Karte (npm) nicht erreichbar. Alle Ergebnisse liegen vor:
als Tabellen, GeoPackage und Bericht im Ordner darüber, als Daten der Karte in <code>data/</code>.</p>
<p>So entsteht die Karte: nahraum mit Netzverbindung neu installieren
(im Quellverzeichnis: <code>python hatch_build.py</code>), dann die Auswertung noch einmal starten.</p>
<h2 lang="en">The map was not built</h2>
<p lang="en">The parts of the map (npm) could not be reached when nahraum was installed. All results are there: tables,
GeoPackage and report in the folder above, the data of the map in <code>data/</code>. To get the map, install nahraum
again with a connection (in a clone: <code>python hatch_build.py</code>) and run the study again.</p>
<p>{attribution}</p>
</body>
</html>
"""


def assets_folder() -> Path | None:
    """The built front end inside the package, None where the install had no way to build it."""
    folder = Path(str(resources.files("nahraum"))) / "web" / "static"
    return folder if (folder / "index.html").is_file() else None


def map_warning() -> str:
    """What to tell the user about the map before a run: '' where it will be there."""
    return "" if assets_folder() else NOT_BUILT


def write_map(bundle: PublishBundle, folder: Path) -> list[Path]:
    """The map of a study in `folder/map`, ready for any web server.

    Parameters
        folder : the study's `public/`.

    Returns
        all files written. Without the built front end (`map_warning` says so) index.html is a plain page that
        explains how to build it; the data are written all the same.

    Notes
        Longitude and latitude with six digits, texts as data only, the same bytes for the same bundle.
        docs/explanation/map.md describes the files.
    """
    target = folder / "map"
    data = target / "data"
    data.mkdir(parents=True, exist_ok=True)
    assets = assets_folder()
    written = _plain_page(bundle, target) if assets is None else _copied(assets, target)
    return [*written, *_write_data(bundle, data)]


def _copied(assets: Path, target: Path) -> list[Path]:
    written = []
    for source in sorted(path for path in assets.rglob("*") if path.is_file() and path.name != STAMP):
        copy = target / source.relative_to(assets)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
        written.append(copy)
    return written


def _plain_page(bundle: PublishBundle, target: Path) -> list[Path]:
    page = target / "index.html"
    text = _PAGE.format(name=html.escape(bundle.study.name), attribution=html.escape(bundle.attribution))
    page.write_text(text, encoding="utf-8", newline="\n")
    return [page]


def _write_data(bundle: PublishBundle, data: Path) -> list[Path]:
    quarters, locations = bundle.quarters.frame, bundle.locations.frame
    return [
        mapjson.write_json(mapfacts.study_document(bundle), data / "study.json"),
        mapjson.write_json(_cells(bundle), data / "cells.json"),
        mapjson.write_json(mapsocial.social_document(bundle), data / "social.json"),
        mapjson.write_json(mapstreets.streets_document(bundle), data / "streets.json"),
        mapjson.write_json({"plans": []}, data / "plans.json"),  # `nahraum plan` names its plans there
        *(mapjson.write_json({"result": None}, data / file) for file in CHAPTERS.values()),
        mapjson.write_json({"chapters": []}, data / "chapters.json"),
        mapjson.write_json(_areas(bundle, quarters, "quarter_id"), data / "quarters.json"),
        mapjson.write_geojson(quarters, {"quarter_id": "id"}, data / "quarters.geojson"),
        mapjson.write_json(_areas(bundle, locations, "location_id"), data / "locations.json"),
        mapjson.write_geojson(locations, {"location_id": "id"}, data / "locations.geojson"),
        mapjson.write_geojson(bundle.greens.frame, {"green_id": "id", "name": "name"}, data / "greens.geojson"),
        mapjson.write_geojson(
            bundle.entrances.frame, {"green_id": "green_id", "kind": "kind"}, data / "entrances.geojson"
        ),
        mapjson.write_geojson(bundle.places.frame, _place_columns(bundle.places.frame), data / "places.geojson"),
        _background(bundle, data / BACKGROUND),
    ]


def _background(bundle: PublishBundle, path: Path) -> Path:
    """What is drawn below the colours, as vector tiles in one file."""
    drawn = bundle.base if bundle.background is None else bundle.background
    told = {"name": bundle.study.name, "attribution": bundle.attribution, "vector_layers": described_layers()}
    return write_archive(background_tiles(drawn), path, bounds=lon_lat_bounds(drawn), metadata=told)


def _place_columns(places: pd.DataFrame) -> dict[str, str]:
    """Properties of places: with a timetable also how often a stop is served."""
    told = {"frequency": "frequency"} if "departures_per_hour" in places.columns else {}
    return {"facility_id": "id", "category": "category", "name": "name"} | told


def _digits(bundle: PublishBundle) -> dict[str, int]:
    """Digits after the point: some more than are shown, so that a value is rounded only once."""
    found = {entry.id: entry.decimals + 3 for entry in bundle.catalogue if entry.unit != "share"}
    return found | dict.fromkeys(("residents", "residents_judged", "residents_edge"), 3) | {STRAIGHT: 0}


def _areas(bundle: PublishBundle, frame: gpd.GeoDataFrame, key: str) -> dict[str, object]:
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    columns = [str(name) for name in plain.columns if name != key and not str(name).endswith("_nearest_id")]
    return mapjson.table(plain, key, columns, _digits(bundle)) | {"labels": mapjson.flat_points(frame)}


# figures of the index that are worth a map of cells; the others stand with the quarters
_OF_THE_INDEX = ("in_target_share",)
STRAIGHT = "green_straight_m"


def _cell_columns(bundle: PublishBundle, frame: pd.DataFrame) -> list[str]:
    """What the map shows of a cell; the tables hold more."""
    wanted = ["quarter_id", "location_id", "class", "residents", "suppressed", "known_dimensions", "several_share"]
    for entry in bundle.catalogue:
        if entry.kind == "lack":
            wanted += [f"{entry.id}_{end}" for end in ("share", "completeness", "status")]
        elif entry.kind != "class" and (entry.prerequisite or entry.theme or entry.id in _OF_THE_INDEX):
            wanted += [entry.id, f"{entry.id}_status"]
    wanted += [str(name) for name in frame.columns if str(name).endswith("_nearest_name")]
    wanted.append(STRAIGHT)
    return [name for name in dict.fromkeys(wanted) if name in frame.columns]


def _location_of(cells: gpd.GeoDataFrame, locations: gpd.GeoDataFrame) -> pd.Series:
    """The location that each cell is part of, '' for none."""
    found = np.full(len(cells), "", dtype=object)
    if len(cells) and len(locations):
        centres = cells.geometry.centroid.to_crs(locations.crs)
        cell, location = locations.sindex.query(centres, predicate="within")
        found[cell] = locations["location_id"].to_numpy(dtype=object)[location]
    return pd.Series(found, index=cells.index, name="location_id")


def _straight_to_green(cells: gpd.GeoDataFrame, greens: gpd.GeoDataFrame) -> pd.Series:
    """Straight way from the centre of each cell to the green that is nearest on foot. [m]

    NaN where no green is named or its way on foot is not published.
    """
    found = pd.Series(np.nan, index=cells.index, name=STRAIGHT)
    if not len(cells) or not len(greens) or not {"green_nearest_id", "green_distance_m"} <= set(cells.columns):
        return found
    shapes = greens.drop_duplicates("green_id").set_index("green_id").geometry
    named = cells["green_nearest_id"].isin(shapes.index) & cells["green_distance_m"].notna()
    if named.any():
        centres = cells.geometry[named].centroid.to_crs(greens.crs)
        nearest = shapes.loc[cells.loc[named, "green_nearest_id"]].to_numpy()
        found[named] = shapely.distance(centres.to_numpy(), nearest)
    return found


def _cells(bundle: PublishBundle) -> dict[str, object]:
    squares = bundle.cells.frame
    plain = pd.DataFrame(squares.drop(columns=squares.geometry.name))
    plain["location_id"] = _location_of(squares, bundle.locations.frame)
    plain[STRAIGHT] = _straight_to_green(squares, bundle.greens.frame)
    key = "cell_id" if "cell_id" in plain.columns else "cell_key"
    columns = _cell_columns(bundle, plain)
    return mapjson.table(plain, key, columns, _digits(bundle)) | {"corners": mapjson.flat_corners(squares)}
