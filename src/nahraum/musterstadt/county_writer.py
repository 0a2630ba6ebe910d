"""Writes all files of a county into one folder: the same formats as those of one city, each source in one file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nahraum.errors import OutputError
from nahraum.musterstadt.broadband import write_broadband
from nahraum.musterstadt.census import Cells100, Topic, write_topic
from nahraum.musterstadt.census_topics import secret_cells, topics
from nahraum.musterstadt.city import City
from nahraum.musterstadt.county import County, build_county, draw_roads, write_municipalities
from nahraum.musterstadt.households import build_households
from nahraum.musterstadt.names import street_names
from nahraum.musterstadt.osm import box_lon_lat, draw_city, stop_names
from nahraum.musterstadt.osm_draft import OsmDraft
from nahraum.musterstadt.quarters import write_quarters
from nahraum.musterstadt.social_file import METHOD_FILE, write_method
from nahraum.musterstadt.statistics import build_figures, write_incidence, write_statistics
from nahraum.musterstadt.study_file import write_county_study
from nahraum.musterstadt.timetable import write_timetable
from nahraum.musterstadt.truth_file import cell_corners, inspire_ids, truth_document
from nahraum.musterstadt.unmapped import cells_without_houses

_FILES = (
    "musterkreis.osm.pbf", "vg250_musterkreis.zip", "breitband_gitter_100m.csv", "quartiere.geojson",
    "fahrplan_gtfs.zip", "study.toml", "truth.json", "statistik_quartiere.csv", "inzidenz_wellen.csv", METHOD_FILE,
)  # fmt: skip


def write_county(number: int, residents: int, seed: int, folder: Path) -> dict[str, Any]:
    """See nahraum.musterstadt.write_county."""
    county = build_county(number, residents, seed)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = _write(county, seed, folder)
    except OSError as error:
        raise OutputError(f"the files of the Musterkreis cannot be written to {folder}", where=str(error)) from error
    sizes = {city.plan.site.ags: int(city.cells.residents.sum()) for city in county.cities}
    return {
        "files": sorted(files), "study": folder / "study.toml", "residents": sum(sizes.values()),
        "municipalities": sizes,
    }  # fmt: skip


def _write(county: County, seed: int, folder: Path) -> list[str]:
    cities = county.cities
    hidden = [cells_without_houses(city) for city in cities]
    _write_osm(county, folder / _FILES[0], hidden)
    write_municipalities(county, folder / _FILES[1])
    corners = [cell_corners(city) for city in cities]
    where = Cells100(*(np.concatenate([getattr(c, side) for c in corners]) for side in ("east_m", "north_m")))
    homes = [build_households(city) for city in cities]
    figures = [(city, build_figures(city, households)) for city, households in zip(cities, homes, strict=True)]
    of_all = zip(*(topics(city, households) for city, households in zip(cities, homes, strict=True)), strict=True)
    zips = [write_topic(_joined(parts), where, folder, (seed, where.east_m.size)) for parts in of_all]
    offers = [(city.plan.site.ags, city.cells, corner) for city, corner in zip(cities, corners, strict=True)]
    write_broadband(offers, folder / _FILES[2])
    write_quarters(cities, folder / _FILES[3])
    stops = [(city, stop_names(city, street_names(city.plan, city.streets))) for city in cities]
    write_timetable(stops, folder / _FILES[4])
    write_county_study(folder / _FILES[5])
    write_statistics(figures, folder / _FILES[7], called="Musterkreis")
    write_incidence(figures, folder / _FILES[8])
    write_method(folder / METHOD_FILE)
    truth = {c.plan.site.ags: _truth(c, flags) for c, flags in zip(cities, hidden, strict=True)}
    text = json.dumps({"format_version": 1, "municipalities": truth}, ensure_ascii=False, indent=1)
    (folder / _FILES[6]).write_text(text + "\n", encoding="utf-8")
    return [*_FILES, *(path.name for path in zips)]


def _write_osm(county: County, path: Path, hidden: list[np.ndarray[Any, Any]]) -> None:
    draft, ids = OsmDraft(), []
    for city, flags in zip(county.cities, hidden, strict=True):
        at = set(zip(city.cells.i[flags].tolist(), city.cells.j[flags].tolist(), strict=True))
        ids.append(draw_city(city, draft, at))
    draw_roads(county, draft, ids)
    draft.write(path, box_lon_lat(*county.extent))


def _joined(parts: tuple[Topic, ...]) -> Topic:
    """One topic of all cities: the same columns, the cells of one after those of the other."""

    def together(name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else np.concatenate(values)

    return replace(parts[0], **{name: together(name) for name in ("counts", "mean", "weight")})


def _truth(city: City, hidden: np.ndarray[Any, Any]) -> dict[str, Any]:
    ids = inspire_ids(city)
    no_house, secret = ([ids[k] for k in np.nonzero(flag)[0]] for flag in (hidden, secret_cells(city)))
    return {"name": city.plan.site.name, **truth_document(city, no_house, secret)}
