"""Berlin has tables and areas, but no streets here: every table joins its 542 Planungsräume; published sums are met."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nahraum.area.register_join import joined_by_id
from nahraum.errors import InputError
from nahraum.sources.areatable import AreaTable
from nahraum.sources.registers import read_register
from nahraum.sources.statistics import load_statistics
from nahraum.sources.vector import read_polygons
from nahraum.study import SourceSpec

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("statistics")]


@pytest.fixture(scope="module")
def areas(data_dir) -> gpd.GeoDataFrame:
    """The 542 Planungsräume of 2021 in EPSG:25833."""
    polygons, _ = read_polygons(data_dir / "berlin" / "lor_2021" / "lor_planungsraeume_2021.shp", id="PLR_ID")
    assert len(polygons) == 542
    return polygons


def table(file: Path, **options: Any) -> AreaTable:
    return load_statistics(SourceSpec("statistics.x", "table", (file,), options))


def test_the_monitoring_of_2021_joins_every_planning_area(data_dir, areas):
    """536 of the 542 are judged; the other six have too few residents (Monitoring Soziale Stadtentwicklung 2021)."""
    file = data_dir / "berlin" / "social" / "mss_2021.csv"
    columns = {"residents": "EW", "unemployed": "S1", "status": "SI_N", "dynamics": "DI_N"}
    found = table(file, id="PLR_ID", id_digits=8, columns=columns, decimal=".").table
    rows, counts = joined_by_id(found, areas["quarter_id"].tolist())
    assert len(rows) == 542 and counts["register_ids_padded"] == counts["register_areas_elsewhere"] == 0
    judged = rows.dropna(subset=["status", "dynamics"])
    assert len(judged) >= 536 and set(judged["status"]) <= {1, 2, 3, 4}
    assert rows["unemployed"].dropna().between(0, 40).all()


def test_the_atlas_of_environmental_justice_joins_every_planning_area(data_dir, areas):
    file = data_dir / "berlin" / "environment" / "raw_umweltgerechtigkeit_2021_2022.csv"
    kinds = {"air": "Luftbelastungs", "noise": "Lärmbelastungs", "green": "Grünflächenversorgungs"}
    columns = {name: f"{kind}-Kategorie" for name, kind in kinds.items()}
    found = table(file, id="Planungsraum-ID", id_digits=8, columns=columns).table
    assert set(found["area_id"]) == set(areas["quarter_id"])
    for name in columns:
        assert set(found[name].dropna()) <= {0, 1, 2, 3}


@pytest.mark.parametrize("lost", [False, True])
def test_the_park_register_joins_99_9_percent_also_where_its_zeros_were_lost(data_dir, areas, lost):
    """2,556 public greens with 5,912 ha, one without a Planungsraum, one in an area of before 2021 (SPATIAL.md)."""
    file = data_dir / "berlin" / "green" / "public_parks.csv"
    columns = {"name": "Nummer des Planungsraumes", "area_m2": "Größe in m² (Kataster)"}
    parks = table(file, id="Technischer Schlüssel", columns=columns, decimal=",").table
    assert len(parks) == 2_556
    assert parks["area_m2"].sum() == pytest.approx(59_120_000, rel=1e-3)
    named = parks[parks["name"].str.fullmatch(r"\d+")]
    if lost:
        named = named.assign(name=named["name"].str.lstrip("0"))
    sums = named.groupby("name")["area_m2"].agg(["sum", "size"]).rename_axis("area_id").reset_index()
    with pytest.raises(InputError, match=r"only in the register: 1, first: .'07030301'"):
        joined_by_id(sums, areas["quarter_id"].tolist())
    rows, counts = joined_by_id(sums[~sums["area_id"].str.endswith("7030301")], areas["quarter_id"].tolist())
    assert (counts["register_ids_padded"] > 300) == lost and counts["register_areas_elsewhere"] == 0
    assert rows["size"].sum() / len(parks) >= 0.999


@pytest.mark.parametrize(
    ("item", "file", "columns", "entries"),
    [
        ("kita", "kindertagesstaetten.geojson", {"id": "e_nr", "name": "e_name", "places": "e_platz"}, 2880),
        ("school_unspecified", "schulen.geojson", {"id": "bsn", "name": "name"}, 902),
        ("pharmacy", "apothekenstandorte.geojson", {"id": "gc_id", "name": "aponame"}, 732),
    ],
)
def test_every_entry_of_a_register_lies_in_one_planning_area(data_dir, areas, item, file, columns, entries):
    """Points in EPSG:25833, pharmacies as MultiPoints; at most a handful lies on the water or beyond the line."""
    path = data_dir / "berlin" / "facilities" / file
    found = read_register(SourceSpec(f"registers.{item}", "register", (path,), {"columns": columns})).entries
    assert len(found) == entries
    points = gpd.GeoSeries(gpd.points_from_xy(found["lon"], found["lat"]), crs="EPSG:4326").to_crs(areas.crs)
    place, area = shapely.STRtree(areas.geometry.to_numpy()).query(points.to_numpy(), predicate="intersects")
    assert len(np.unique(place)) >= 0.999 * entries
    assert len(place) - len(np.unique(place)) <= 3  # on a border between two
    assert len(np.unique(area)) > {"kita": 520, "school_unspecified": 400, "pharmacy": 300}[item]


COVID = {
    "mitte": 164_391, "friedrichshain_kreuzberg": 124_777, "pankow": 168_988, "charlottenburg_wilmersdorf": 115_919,
    "spandau": 96_508, "steglitz_zehlendorf": 110_163, "tempelhof_schoeneberg": 134_604, "neukoelln": 130_107,
    "treptow_koepenick": 105_277, "marzahn_hellersdorf": 105_294, "lichtenberg": 115_465, "reinickendorf": 97_366,
}  # fmt: skip


def test_daily_cases_of_the_twelve_bezirke_add_up_to_their_published_sums(data_dir):
    """LAGeSo, 3 March 2020 to 13 January 2025 (STATISTICS.md); an empty cell is no zero, and adds nothing."""
    file = data_dir / "statistics" / "berlin_covid" / "daily-numbers.csv"
    found = table(file, id="id", columns={name: name for name in COVID}).table
    assert len(found) == 1_778
    assert {name: int(found[name].sum()) for name in COVID} == COVID
    assert found["mitte"].isna().any()
    assert set(found.loc[found["mitte"].isna(), "mitte_status"]) == {"missing"}
