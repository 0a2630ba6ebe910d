"""Writes all files of a city into one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nahraum.errors import OutputError
from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.broadband import write_broadband
from nahraum.musterstadt.census import write_topic
from nahraum.musterstadt.census_topics import secret_cells, topics
from nahraum.musterstadt.city import City, build_city
from nahraum.musterstadt.households import build_households
from nahraum.musterstadt.names import street_names
from nahraum.musterstadt.osm import stop_names, write_osm
from nahraum.musterstadt.quarters import write_quarters
from nahraum.musterstadt.social_file import METHOD_FILE, write_method
from nahraum.musterstadt.statistics import build_figures, write_incidence, write_statistics
from nahraum.musterstadt.study_file import write_study
from nahraum.musterstadt.timetable import write_timetable
from nahraum.musterstadt.truth_file import cell_corners, inspire_ids, write_truth
from nahraum.musterstadt.unmapped import cells_without_houses


def write_city(residents: int, seed: int, folder: Path) -> dict[str, Any]:
    """See nahraum.musterstadt.write_city."""
    city = build_city(residents, seed)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files, truth = _write(city, folder)
    except OSError as error:
        raise OutputError(f"the files of Musterstadt cannot be written to {folder}", where=str(error)) from error
    return {
        "files": sorted(files),
        "study": folder / "study.toml",
        "residents": int(city.cells.residents.sum()),
        "cells": city.cells.number,
        "quarters": len(city.plan.quarters),
        "truth": truth,
    }


def _write(city: City, folder: Path) -> tuple[list[str], dict[str, Any]]:
    where, ids = cell_corners(city), inspire_ids(city)
    hidden = cells_without_houses(city)
    at = set(zip(city.cells.i[hidden].tolist(), city.cells.j[hidden].tolist(), strict=True))
    homes, stops = build_households(city), stop_names(city, street_names(city.plan, city.streets))
    figures = build_figures(city, homes)
    write_osm(city, folder / "musterstadt.osm.pbf", at)
    zips = [write_topic(t, where, folder, (city.plan.seed, city.plan.residents)) for t in topics(city, homes)]
    write_broadband([(city.plan.site.ags, city.cells, where)], folder / "breitband_gitter_100m.csv")
    write_quarters([city], folder / "quartiere.geojson")
    write_statistics([(city, figures)], folder / "statistik_quartiere.csv")
    write_incidence([(city, figures)], folder / "inzidenz_wellen.csv")
    write_timetable([(city, stops)], folder / "fahrplan_gtfs.zip")
    write_method(folder / METHOD_FILE)
    write_study(folder / "study.toml")
    no_house, secret = ([ids[k] for k in np.nonzero(flag)[0]] for flag in (hidden, secret_cells(city)))
    truth = write_truth(city, folder / "truth.json", no_house, secret)
    fixed = ["musterstadt.osm.pbf", "breitband_gitter_100m.csv", "quartiere.geojson", "statistik_quartiere.csv"]
    fixed += ["inzidenz_wellen.csv", "fahrplan_gtfs.zip", METHOD_FILE, "study.toml", "truth.json"]
    return [*fixed, *(path.name for path in zips)], truth


def sizes() -> tuple[int, int]:
    """Smallest and largest number of residents a city can have."""
    return layout.MINIMUM_RESIDENTS, layout.MAXIMUM_RESIDENTS
