"""Musterstadt: the raw files have the original formats, the planted truth holds, the same seed gives the same bytes."""

from __future__ import annotations

import ast
import csv
import hashlib
import heapq
import io
import json
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest

from nahraum import musterstadt
from nahraum.errors import InputError
from nahraum.musterstadt import write_city
from nahraum.musterstadt.city import City, build_city
from nahraum.musterstadt.osm_draft import to_lon_lat
from nahraum.musterstadt.people import share_out
from nahraum.musterstadt.places import SERVICES
from nahraum.musterstadt.search import nearest_m
from nahraum.parameters import shipped
from nahraum.study import read_study

PREREQUISITES = ("living_space", "green", "internet", "supply")
DECOYS = {
    "rail_detour", "far_gate", "private_green", "verge", "disused_shop", "former_pharmacy", "specialist", "kiosk",
    "across_quarters", "large_flat", "roomy_neighbour", "kita_in_care_home", "closed_crossing", "island_path",
    "no_building",
}  # fmt: skip
CENSUS = {
    "Zensus2022_Bevoelkerungszahl": ("Zensus2022_Bevoelkerungszahl", "Einwohner"),
    "Durchschnittliche_Wohnflaeche_je_Bewohner_in_Gitterzellen": (
        "Zensus2022_Durchschn_Flaeche_je_Bewohner", "durchschnFlaechejeBew;werterlaeuternde_Zeichen"),
    "Flaeche_der_Wohnung_10m2_Intervalle": (
        "Zensus2022_Flaeche_der_Wohnung_10m2_Intervalle",
        "Insgesamt_Wohnungen;unter30;30bis39;40bis49;50bis59;60bis69;70bis79;80bis89;90bis99;100bis109;110bis119;"
        "120bis129;130bis139;140bis149;150bis159;160bis169;170bis179;180undmehr"),
    "Wohnungen_nach_Zahl_der_Raeume": (
        "Zensus2022_Wohnungen_nach_Zahl_der_Raeume",
        "Insgesamt_Wohnungen;1Raum;2Raeume;3Raeume;4Raeume;5Raeume;6Raeume;7undmehrRaeume"),
    "Zensus2022_Groesse_des_privaten_Haushalts_in_Gitterzellen": (
        "Zensus2022_Groesse_des_privaten_Haushalts",
        "Insgesamt_Haushalte;1_Person;2_Personen;3_Personen;4_Personen;5_Personen;6_Personen_und_mehr"),
    "Typ_des_privaten_Haushalts_Familien": (
        "Typ_des_privaten_Haushalts_Familien/Zensus2022_Typ_priv_HH_Familie",
        "Insgesamt_Haushalte;EinpersHH_SingleHH;Paare_ohneKind;Paare_mitKind;Alleinerziehende;MehrpersHHohneKernfam"),
    "Alter_in_5_Altersklassen": (
        "Zensus2022_Alter_in_5_Altersklassen",
        "Insgesamt_Bevoelkerung;Unter18;a18bis29;a30bis49;a50bis64;a65undaelter"),
    "Zensus2022_Durchschn_Nettokaltmiete": (
        "Zensus2022_Durchschn_Nettokaltmiete", "durchschnMieteQM;werterlaeuternde_Zeichen"),
    "Leerstandsquote_in_Gitterzellen": ("Zensus2022_Leerstandsquote", "Leerstandsquote;werterlaeuternde_Zeichen"),
    "Gebaeude_nach_Baujahr_in_Mikrozensus_Klassen": (
        "Zensus2022_Gebaeude_nach_Baujahr_in_MZ_Klassen",
        "Insgesamt_Gebaeude;Vor1919;a1919bis1948;a1949bis1978;a1979bis1990;a1991bis2000;a2001bis2010;a2011bis2019;"
        "a2020undspaeter"),
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_city(1_000, 1, folder)
    return folder


@pytest.fixture(scope="module")
def truth(town: Path) -> dict[str, Any]:
    return dict(json.loads((town / "truth.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def larger() -> City:
    return build_city(20_000, 3)


class _Everything(osmium.SimpleHandler):
    def __init__(self) -> None:
        super().__init__()
        self.nodes: dict[int, tuple[float, float]] = {}
        self.ids: dict[str, list[int]] = {"n": [], "w": [], "r": []}
        self.tags: list[dict[str, str]] = []
        self.missing = 0

    def node(self, node: Any) -> None:
        self.ids["n"].append(node.id)
        self.nodes[node.id] = (node.location.lon, node.location.lat)
        self._keep(node)

    def way(self, way: Any) -> None:
        self.ids["w"].append(way.id)
        self.missing += sum(node.ref not in self.nodes for node in way.nodes)
        self._keep(way)

    def relation(self, relation: Any) -> None:
        self.ids["r"].append(relation.id)
        self._keep(relation)

    def _keep(self, thing: Any) -> None:
        if thing.version != 1 or not thing.user or thing.timestamp.year != 2026:
            raise AssertionError("metadata is missing")
        if len(thing.tags):
            self.tags.append({tag.k: tag.v for tag in thing.tags})

    def having(self, **wanted: str) -> list[dict[str, str]]:
        return [t for t in self.tags if all(t.get(k.replace("__", ":")) == v for k, v in wanted.items())]


@pytest.fixture(scope="module")
def osm(town: Path) -> _Everything:
    found = _Everything()
    found.apply_file(str(town / "musterstadt.osm.pbf"))
    return found


def _rows(town: Path, topic: str, size: str = "100m") -> list[dict[str, str]]:
    with zipfile.ZipFile(town / f"{topic}.zip") as archive:
        text = archive.read(f"{CENSUS[topic][0]}_{size}-Gitter.csv").decode("utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_osmium_reads_the_city_back_with_sorted_ids_and_no_missing_node(osm: _Everything) -> None:
    assert osm.missing == 0
    for ids in osm.ids.values():
        assert ids == sorted(set(ids))
        assert ids


def test_every_inhabited_cell_is_a_mile_away_from_the_edge_of_the_data(town: Path, truth: dict[str, Any]) -> None:
    box = osmium.io.Reader(str(town / "musterstadt.osm.pbf")).header().box()
    low, high = box.bottom_left, box.top_right
    x = np.array([int(cell.split("E")[-1]) + 50.0 for cell in truth["cells"]])
    y = np.array([int(cell.split("mN")[1].split("E")[0]) + 50.0 for cell in truth["cells"]])
    lon, lat = to_lon_lat(x, y)
    metres = 111_200.0
    assert (lat.min() - low.lat) * metres > 1500 < (high.lat - lat.max()) * metres
    shrink = math.cos(math.radians(float(lat.mean())))
    assert (lon.min() - low.lon) * metres * shrink > 1500 < (high.lon - lon.max()) * metres * shrink


def test_the_town_has_streets_steps_fences_gates_a_care_home_and_boundaries(osm: _Everything) -> None:
    for wanted in (
        {"highway": "footway", "footway": "sidewalk"}, {"highway": "steps"}, {"barrier": "fence"}, {"barrier": "gate"},
        {"railway": "rail"}, {"natural": "water", "water": "river"}, {"highway": "motorway"}, {"place": "square"},
        {"leisure": "playground"}, {"social_facility": "nursing_home"}, {"amenity": "school", "school": "primary"},
        {"shop": "supermarket"}, {"amenity": "pharmacy"}, {"amenity": "doctors"}, {"highway": "bus_stop"},
        {"boundary": "administrative", "admin_level": "8", "name": "Musterstadt"}, {"place": "suburb"},
        {"type": "multipolygon", "leisure": "park"}, {"bridge": "yes"}, {"tunnel": "yes"}, {"barrier": "bollard"},
    ):  # fmt: skip
        assert osm.having(**wanted), wanted
    assert len(osm.having(type="boundary", admin_level="10")) == 8
    assert all(t["building:levels"].isdigit() for t in osm.tags if "addr:street" in t and "building" in t)


def test_every_decoy_is_planted_and_its_traces_are_mapped(truth: dict[str, Any], osm: _Everything) -> None:
    assert {d["decoy"] for d in truth["decoys"]} == DECOYS
    assert osm.having(disused__shop="supermarket")
    assert osm.having(was__amenity="pharmacy")
    assert osm.having(leisure="park", access="private", barrier="fence")
    assert osm.having(landuse="village_green")
    assert osm.having(highway="service", access="private")
    for decoy in truth["decoys"]:
        for cell in decoy["cells"]:
            for name, value in decoy["expect"].items():
                assert truth["cells"][cell][name] == value, decoy


def test_the_shop_across_the_railway_is_near_in_a_line_and_far_on_foot(truth: dict[str, Any]) -> None:
    decoy = next(d for d in truth["decoys"] if d["decoy"] == "rail_detour")
    assert 250 < decoy["straight_m"] < 400
    assert 1400 < decoy["walk_m"] < 1800


def test_lacks_cross_the_border_of_a_quarter(truth: dict[str, Any]) -> None:
    decoy = next(d for d in truth["decoys"] if d["decoy"] == "across_quarters")
    assert len({truth["cells"][cell]["quarter"] for cell in decoy["cells"]}) == 2
    assert all(cell in truth["all_four"] for cell in decoy["cells"])


@pytest.mark.parametrize("topic", sorted(CENSUS))
def test_a_census_zip_has_the_members_and_headers_of_destatis(town: Path, topic: str) -> None:
    name, columns = CENSUS[topic]
    with zipfile.ZipFile(town / f"{topic}.zip") as archive:
        members = archive.namelist()
        for size in ("100m", "1km", "10km"):
            assert f"{name}_{size}-Gitter.csv" in members
            header = archive.read(f"{name}_{size}-Gitter.csv").decode("utf-8").splitlines()[0]
            assert header == f"GITTER_ID_{size};x_mp_{size};y_mp_{size};{columns}"
    assert sum(member.endswith(".xlsx") for member in members) == 1


def test_ids_and_centres_of_census_cells_agree(town: Path) -> None:
    for size, edge in (("100m", 100), ("1km", 1000), ("10km", 10_000)):
        for row in _rows(town, "Zensus2022_Bevoelkerungszahl", size):
            x, y = int(row[f"x_mp_{size}"]), int(row[f"y_mp_{size}"])
            assert row[f"GITTER_ID_{size}"] == f"CRS3035RES{edge}mN{y - edge // 2}E{x - edge // 2}"


def test_truth_covers_every_inhabited_cell_and_the_residents_add_up(town: Path, truth: dict[str, Any]) -> None:
    published = {row["GITTER_ID_100m"]: int(row["Einwohner"]) for row in _rows(town, "Zensus2022_Bevoelkerungszahl")}
    assert set(published) == set(truth["cells"])
    assert min(published.values()) >= 3
    assert sum(cell["residents"] for cell in truth["cells"].values()) == 1_000
    assert abs(sum(published.values()) - 1_000) <= 20


def test_counts_are_disturbed_so_that_parts_do_not_add_up(town: Path) -> None:
    rows = _rows(town, "Alter_in_5_Altersklassen")
    columns = [c for c in rows[0] if c.startswith(("Unter", "a"))]
    assert any(sum(int(row[c]) for c in columns) != int(row["Insgesamt_Bevoelkerung"]) for row in rows)
    assert not {int(row[c]) for row in rows for c in columns} & {1, 2}


def test_floor_area_is_published_as_planted_secret_or_in_brackets(town: Path, truth: dict[str, Any]) -> None:
    rows = _rows(town, "Durchschnittliche_Wohnflaeche_je_Bewohner_in_Gitterzellen")
    secret = [r["GITTER_ID_100m"] for r in rows if r["durchschnFlaechejeBew"] == "–"]
    assert secret == truth["secret_living_space"]
    assert all(truth["cells"][cell]["living_space"] == 0 for cell in secret)
    assert any(row["werterlaeuternde_Zeichen"] == "KLAMMERN" for row in rows)
    for row in rows:
        cell = truth["cells"][row["GITTER_ID_100m"]]
        if row["GITTER_ID_100m"] not in secret:
            assert (float(row["durchschnFlaechejeBew"].replace(",", ".")) < 30.0) == bool(cell["living_space"])


def test_the_internet_offer_is_clear_and_never_rises_with_the_speed(town: Path, truth: dict[str, Any]) -> None:
    with (town / "breitband_gitter_100m.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert {row["raster_id"] for row in rows} == set(truth["cells"])
    for row in rows:
        offered = [float(row[f"down_fn_hh_alle_{speed}"]) for speed in (10, 16, 30, 50, 100, 200, 400, 1000)]
        assert offered == sorted(offered, reverse=True)
        assert (offered[4] < 10.0) == bool(truth["cells"][row["raster_id"]]["internet"])
        assert offered[4] < 10.0 or offered[4] > 90.0


def test_the_smallest_town_has_six_quarters_of_differing_character(town: Path, truth: dict[str, Any]) -> None:
    features = json.loads((town / "quartiere.geojson").read_text(encoding="utf-8"))["features"]
    kinds = {f["properties"]["quartier_nr"]: f["properties"]["siedlungstyp"] for f in features}
    assert len({kinds[cell["quarter"]] for cell in truth["cells"].values()}) >= 6
    assert len({f["properties"]["quartier"] for f in features}) == len(features)
    assert 55 <= len(truth["cells"]) <= 70


def test_at_least_one_place_lacks_all_four_and_each_lack_occurs_and_does_not(truth: dict[str, Any]) -> None:
    assert len(truth["all_four"]) >= 3
    for name in PREREQUISITES:
        share = np.mean([cell[name] for cell in truth["cells"].values()])
        assert 0.1 < share < 0.6, name


def test_municipal_statistics_have_bom_decimal_comma_and_a_total(town: Path) -> None:
    raw = (town / "statistik_quartiere.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 9
    assert rows[-1]["Quartier"] == "Musterstadt insgesamt"
    assert rows[0]["Quartier_Nr"] == "01001"
    assert "," in rows[0]["Wohnflaeche_je_Wohnung_m2"]
    assert any(value == "." for row in rows for value in row.values())


def test_every_stop_of_the_timetable_has_a_bus_each_hour_of_the_day(town: Path) -> None:
    with zipfile.ZipFile(town / "fahrplan_gtfs.zip") as archive:
        tables = {n: list(csv.DictReader(io.StringIO(archive.read(n).decode()))) for n in archive.namelist()}
    workday = {trip["trip_id"] for trip in tables["trips.txt"] if trip["service_id"] == "werktags"}
    hours: dict[str, set[int]] = {}
    for row in tables["stop_times.txt"]:
        if row["trip_id"] in workday:
            hours.setdefault(row["stop_id"], set()).add(int(row["departure_time"][:2]))
    assert all(set(range(6, 20)) <= hours[stop["stop_id"]] for stop in tables["stops.txt"])


def test_incidence_follows_social_status_with_a_changing_sign(tmp_path: Path) -> None:
    document = write_city(20_000, 3, tmp_path)["truth"]
    with (tmp_path / "inzidenz_wellen.csv").open(encoding="utf-8") as stream:
        waves = list(csv.DictReader(stream, delimiter=";"))
    text = (tmp_path / "statistik_quartiere.csv").read_text(encoding="utf-8-sig")
    known = [r for r in csv.DictReader(io.StringIO(text), delimiter=";") if r["SGB_II_Quote_Prozent"] != "."]
    need = {row["Quartier_Nr"]: float(row["SGB_II_Quote_Prozent"].replace(",", ".")) for row in known}
    signs = set()
    for wave, sign in document["incidence_follows_status"].items():
        rows = [row for row in waves if row["welle"] == wave and row["quartier_nr"] in need]
        incidence = [float(row["inzidenz_je_100000"].replace(",", ".")) for row in rows]
        r = np.corrcoef(np.log([need[row["quartier_nr"]] for row in rows]), np.log(incidence))[0, 1]
        assert np.sign(r) == -sign, wave
        signs.add(sign)
    assert signs == {-1, 1}


def test_the_study_of_the_city_is_valid(town: Path) -> None:
    study = read_study(town / "study.toml")
    assert study.name == "Musterstadt"
    assert {"osm", "population", "floor_area", "dwellings", "broadband", "quarters"} <= set(study.sources)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_city(town: Path, tmp_path: Path) -> None:
    def digests(folder: Path) -> dict[str, str]:
        return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}

    write_city(1_000, 1, tmp_path / "again")
    write_city(1_000, 2, tmp_path / "other")
    first = digests(town)
    assert digests(tmp_path / "again") == first
    assert digests(tmp_path / "other")["musterstadt.osm.pbf"] != first["musterstadt.osm.pbf"]


@pytest.mark.parametrize("size", [1_000, 1_500, 4_000, 20_000])
def test_every_service_is_at_least_as_dense_as_in_the_country(size: int) -> None:
    city = build_city(size, 5)
    found = {kind: int(city.places.of(kind).sum()) for kind in SERVICES}
    found["stop"] = city.stops.corner.size
    ids = dict(zip(SERVICES, ("food_full_range", "gp", "pharmacy", "primary_school", "stop"), strict=True))
    for kind, number in found.items():
        national = float(shipped()[f"national_density.{ids[kind]}"].value)
        assert number >= 1
        assert number / size * 1000 >= national, kind


def test_the_search_of_the_plan_equals_plain_dijkstra(larger: City) -> None:
    streets, places = larger.streets, larger.places
    food = np.nonzero(places.of("food"))[0]
    near: dict[int, list[tuple[int, float]]] = {}
    for a, b, length, walk in zip(streets.start, streets.end, streets.length_m, streets.walkable, strict=True):
        if walk:
            near.setdefault(int(a), []).append((int(b), float(length)))
            near.setdefault(int(b), []).append((int(a), float(length)))
    heap = []
    for k in food:
        edge, offset, leg = int(places.edge[k]), float(places.offset_m[k]), float(places.leg_m[k])
        heap.append((leg + offset, int(streets.start[edge])))
        heap.append((leg + float(streets.length_m[edge]) - offset, int(streets.end[edge])))
    best: dict[int, float] = {}
    heapq.heapify(heap)
    while heap:
        distance, node = heapq.heappop(heap)
        if node not in best:
            best[node] = distance
            for other, length in near.get(node, []):
                heapq.heappush(heap, (distance + length, other))
    found = nearest_m(streets, places.edge[food], places.offset_m[food], places.leg_m[food])
    assert all(found[node] == pytest.approx(distance) for node, distance in best.items())
    assert int(np.isfinite(found).sum()) == len(best)


def test_green_supply_is_what_is_demanded(larger: City) -> None:
    residents, usable = larger.truth.green_residents, np.minimum(larger.walks.green_m2, 100_000.0)
    cell = np.searchsorted(
        larger.cells.i * 10_000 + larger.cells.j, larger.homes.i * 10_000 + larger.homes.j
    )  # fmt: skip
    ground = np.bincount(cell, larger.homes.footprint_m2)
    people = larger.cells.residents[cell] * larger.homes.footprint_m2 / ground[cell]
    assert (people * larger.truth.m2_per_resident).sum() == pytest.approx(usable[residents > 0].sum())


def test_no_truth_is_a_close_call(larger: City) -> None:
    truth, cells = larger.truth, larger.cells
    for share in (truth.supply_share, truth.green_share):
        assert np.mean((share > 0.25) & (share < 0.75)) < 0.01
    assert np.abs(cells.space_m2 - 30.0).min() > 2.9
    reached = truth.m2_per_resident[truth.m2_per_resident > 0]
    assert np.mean((reached > 5.2) & (reached < 6.9)) < 0.01


def test_a_larger_city_keeps_the_core_and_its_decoys(larger: City, tmp_path: Path) -> None:
    assert larger.cells.residents.sum() == 20_000
    assert len(larger.plan.quarters) > 15
    names = [quarter.name for quarter in larger.plan.quarters]
    assert len(set(names)) == len(names)
    assert {"Altstadt", "Schlehenbusch"} <= set(names)


@pytest.mark.parametrize(("size", "seed"), [(3_000, 1), (8_000, 12), (20_000, 6), (20_000, 8)])
def test_every_quarter_is_inhabited_and_joined_to_the_city(size: int, seed: int) -> None:
    city = build_city(size, seed)
    assert set(city.cells.quarter.tolist()) == set(range(len(city.plan.quarters)))
    assert np.isfinite(city.truth.service_m).all()


def test_whole_persons_are_shared_out_exactly() -> None:
    assert share_out(np.array([1.0, 1.0, 2.0]), 13, 3).tolist() == [4, 4, 5]
    assert share_out(np.array([1.0, 1.0]), 7, 0).tolist() == [4, 3]


def test_an_impossible_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="999 residents"):
        write_city(999, 1, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_truth_is_planted_without_any_product_code() -> None:
    allowed = {"nahraum.errors", "nahraum.musterstadt"}
    folder = Path(musterstadt.__file__).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                if name.startswith("nahraum"):
                    assert any(name == a or name.startswith(a + ".") for a in allowed), (file.name, name)
