"""A correction changes exactly what it should: the corrected extract is the extract of the corrected map."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.network import build_network
from nahraum.parameters import Parameters
from nahraum.sources.corrections import CORRECTIONS
from nahraum.sources.osm.corrected import corrected
from tiny_corrections import (
    ALLEY,
    DOCTOR,
    FENCE,
    MEADOW,
    PARK,
    PARK_GATE,
    SHOP,
    STEPS,
    STREET_GATE,
    applied,
    changed,
    differing,
    extract,
    place,
    read,
    town,
    wkt,
)

CRS = "EPSG:25832"


@pytest.fixture(scope="module")
def osm(tmp_path_factory):
    return extract(town(), tmp_path_factory.mktemp("town"))


def row(action: str, kind: str, **told: str) -> dict[str, str]:
    return {"action": action, "object": kind} | told


def status(report: pd.DataFrame) -> list[str]:
    return report["status"].tolist()


def tagged(kind: str, number: int, **tags: str | None):
    """The map with other tags of one object; None takes one away."""

    def change(osm):
        objects = {"n": osm.nodes, "w": osm.ways}[kind]
        own = objects[number - 1][2]
        for key, value in tags.items():
            own.pop(key.replace("__", ":"), None)
            if value is not None:
                own[key.replace("__", ":")] = value

    return change


def shifted(number: int, to: tuple[float, float]):
    def change(osm):
        at, _, tags = osm.nodes[number - 1]
        osm.nodes[number - 1] = (at, to, tags)

    return change


SAME_AS_MAPPED = {
    "a shop that closed": (row("remove", "facility", osm_id=f"n{SHOP}"), tagged("n", SHOP, shop=None, name=None)),
    "a shop found by place and name": (
        row("remove", "facility", name="EDEKA Mueller", **place((320.0, 40.0))),
        tagged("n", SHOP, shop=None, name=None),
    ),
    "a doctor who is no general practitioner": (
        row("retag", "facility", osm_id=f"n{DOCTOR}", category="gp", new_category="Facharzt"),
        tagged("n", DOCTOR, healthcare__speciality="ophthalmology"),
    ),
    "a shop with another name": (
        row("retag", "facility", osm_id=f"node/{SHOP}", new_name="Edeka Schulz"), tagged("n", SHOP, name="Edeka Schulz")
    ),
    "a shop that moved": (
        row("move", "facility", osm_id=f"n{SHOP}", **place((350.0, 60.0))), shifted(SHOP, (350.0, 60.0))
    ),
    "a gate that is open": (row("open", "gate", osm_id=f"n{STREET_GATE}"), tagged("n", STREET_GATE, locked=None)),
    "a gate found by place that is closed": (
        row("close", "gate", **place((602.0, 203.0))), tagged("n", PARK_GATE, locked="yes")
    ),
    "a gate that is gone": (
        row("remove", "gate", osm_id=f"n{STREET_GATE}"), tagged("n", STREET_GATE, barrier=None, locked=None)
    ),
    "a green that is not there": (row("remove", "green", osm_id=f"w{MEADOW}"), tagged("w", MEADOW, leisure=None)),
    "a green open to all": (
        row("retag", "green", name="Schlosspark", new_category="öffentlich", **place((150.0, 700.0))),
        tagged("w", MEADOW, access=None),
    ),
    "a green closed to the public": (
        row("retag", "green", osm_id=f"w{PARK}", new_category="not_public"), tagged("w", PARK, access="private")
    ),
    "a path that is gone": (row("remove", "path", osm_id=f"w{STEPS}"), tagged("w", STEPS, highway=None)),
    "a path that is closed": (row("close", "path", osm_id=f"w{ALLEY}"), tagged("w", ALLEY, access="private")),
    "steps that are a ramp": (
        row("retag", "path", category="steps", new_category="Fußweg", **place((450.0, 402.0))),
        tagged("w", STEPS, highway="footway"),
    ),
    "a path with another surface": (
        row("retag", "path", osm_id=f"w{ALLEY}", new_category="surface=asphalt", new_name="Neue Gasse"),
        tagged("w", ALLEY, surface="asphalt", name="Neue Gasse"),
    ),
    "a fence that is gone": (row("remove", "barrier", osm_id=f"w{FENCE}"), tagged("w", FENCE, barrier=None)),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_AS_MAPPED)
def test_a_correction_gives_what_the_corrected_map_gives(osm, name, tmp_path):
    told, change = SAME_AS_MAPPED[name]
    new, report = applied(osm, [told], tmp_path)
    assert status(report) == ["applied"]
    assert differing(new, extract(changed(change), tmp_path)) == []
    assert differing(new, osm) != []


@pytest.mark.parametrize("name", SAME_AS_MAPPED)
def test_what_upstream_has_adopted_is_told_and_not_done_again(name, tmp_path):
    told, change = SAME_AS_MAPPED[name]
    later = extract(changed(change), tmp_path)
    new, report = applied(later, [told], tmp_path)
    assert status(report) == ["adopted"] and differing(new, later) == []


def test_all_corrections_at_once_are_the_map_with_all_changes_in_any_order(osm, tmp_path):
    names = [
        "a shop that closed", "a doctor who is no general practitioner", "a gate that is open", "a green open to all",
        "a path that is gone", "a fence that is gone",
    ]  # fmt: skip
    rows = [SAME_AS_MAPPED[name][0] for name in names]

    def everything(osm):
        for name in names:
            SAME_AS_MAPPED[name][1](osm)

    new, report = applied(osm, rows, tmp_path)
    assert differing(new, extract(changed(everything), tmp_path)) == []
    assert new.counts["corrections_applied"] == len(names) and new.counts["corrections_conflict"] == 0
    turned, other = applied(osm, rows[::-1], tmp_path)
    assert differing(new, turned) == []
    pd.testing.assert_frame_equal(report.drop(columns="row"), other.drop(columns="row"))


def test_no_correction_changes_nothing(osm):
    new, report = corrected(osm, read_nothing(), Parameters())
    assert new is osm and report.empty


def read_nothing():
    return gpd.GeoDataFrame(columns=CORRECTIONS.names(), geometry="geometry", crs="EPSG:4326")


def test_a_correction_and_its_reverse_give_the_extract_again(osm, tmp_path):
    there = [
        row("move", "facility", osm_id=f"n{SHOP}", **place((350.0, 60.0))),
        row("open", "gate", osm_id=f"n{STREET_GATE}"),
        row("retag", "green", osm_id=f"w{MEADOW}", new_category="public"),
        row("retag", "path", osm_id=f"w{STEPS}", new_category="footway"),
    ]
    back = [
        row("move", "facility", osm_id=f"n{SHOP}", **place((300.0, 30.0))),
        row("close", "gate", osm_id=f"n{STREET_GATE}"),
        row("retag", "green", osm_id=f"w{MEADOW}", new_category="not_public"),
        row("retag", "path", osm_id=f"w{STEPS}", new_category="steps"),
    ]
    once, _ = applied(osm, there, tmp_path)
    assert differing(once, osm) == ["ways", "nodes", "facilities", "greens", "gates"]
    assert differing(applied(once, back, tmp_path)[0], osm) == []


# ── added ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_added_facility_is_one_more_row_and_nothing_else(osm, tmp_path):
    told = row("add", "facility", category="Apotheke", name="Stern-Apotheke", **place((400.0, 30.0)))
    new, report = applied(osm, [told], tmp_path)
    mapped = extract(changed(lambda o: o.node((400.0, 30.0), amenity="pharmacy", name="Stern-Apotheke")), tmp_path)
    assert differing(new, osm) == ["facilities"]
    own = new.facilities["facility_id"].str.startswith("own:")
    columns = new.facilities.columns.drop("facility_id")
    is_new = ~mapped.facilities["facility_id"].isin(osm.facilities["facility_id"])
    pd.testing.assert_frame_equal(
        new.facilities.loc[own, columns].reset_index(drop=True),
        mapped.facilities.loc[is_new, columns].reset_index(drop=True),
    )
    assert new.facilities.loc[own, "facility_id"].tolist() == report["target_id"].tolist()
    later, report = applied(mapped, [told], tmp_path)
    assert status(report) == ["adopted"] and differing(later, mapped) == []


def test_a_facility_that_upstream_has_in_a_sister_category_is_a_conflict_and_not_added_twice(osm, tmp_path):
    told = row("add", "facility", category="food_small", name="Edeka Müller", **place((310.0, 35.0)))
    new, report = applied(osm, [told], tmp_path)
    assert status(report) == ["conflict"] and "osm:n1" in report["detail_de"][0] and differing(new, osm) == []


def test_an_added_green_and_its_fence_are_read_as_if_mapped(osm, tmp_path):
    ring = [(850.0, 500.0), (950.0, 500.0), (950.0, 600.0), (850.0, 600.0), (850.0, 500.0)]
    rows = [
        row("add", "green", name="Pocketpark", **wkt("POLYGON", ring)),
        row("add", "barrier", **wkt("LINESTRING", ring)),
    ]
    new, report = applied(osm, rows, tmp_path)
    assert status(report) == ["applied", "applied"] and differing(new, osm) == ["greens", "barriers"]

    def mapped(o):
        o.ring(ring[:-1], leisure="park", name="Pocketpark", barrier="fence")

    drawn = extract(changed(mapped), tmp_path)
    columns = ["kind", "name", "public", "fenced"]
    one, other = (table.greens.sort_values("name")[columns].reset_index(drop=True) for table in (new, drawn))
    pd.testing.assert_frame_equal(one, other)
    assert one["fenced"].tolist() == [True, False, False]
    assert status(applied(drawn, rows, tmp_path)[1]) == ["adopted", "adopted"]


def test_a_park_with_a_new_outline_keeps_its_id_and_its_name(osm, tmp_path):
    ring = [(600.0, 100.0), (900.0, 100.0), (900.0, 300.0), (600.0, 300.0), (600.0, 100.0)]
    told = row("move", "green", osm_id=f"w{PARK}", **wkt("POLYGON", ring))
    new, _ = applied(osm, [told], tmp_path)
    assert differing(new, osm) == ["greens"]
    same = new.greens.set_index("green_id").drop(columns="geometry")
    pd.testing.assert_frame_equal(same, osm.greens.set_index("green_id").drop(columns="geometry"))
    assert status(applied(new, [told], tmp_path)[1]) == ["adopted"]


def test_fencing_the_rest_of_a_park_makes_it_fenced_and_taking_the_fence_away_undoes_it(osm, tmp_path):
    rest = [(600.0, 300.0), (800.0, 300.0), (800.0, 100.0), (600.0, 100.0)]
    fenced, _ = applied(osm, [row("add", "barrier", **wkt("LINESTRING", rest))], tmp_path)
    assert fenced.greens.set_index("green_id")["fenced"].to_dict() == {"osm:w4": True, "osm:w5": False}
    told = row("remove", "barrier", category="Zaun", **place((700.0, 300.0)))
    assert differing(applied(fenced, [told], tmp_path)[0], osm) == []


# ── paths ─────────────────────────────────────────────────────────────────────────────────────────


def km(osm) -> tuple[int, int, int]:
    network = build_network(osm, crs=CRS)
    return network.n_nodes, network.n_edges, int(network.edge_length_dm.sum())


def linked(o):
    """A mapped path from the alley at y = 300 to the main street at x = 700, with nodes in both."""
    alley, street = o.node((500.0, 300.0)), o.node((700.0, 10.0))
    o.way([alley, (600.0, 250.0), street], highway="footway")
    refs = o.ways[ALLEY - 1][1]
    refs.insert(2, alley)
    refs = o.ways[0][1]
    refs.insert(2, street)


LINK = row("add", "path", **wkt("LINESTRING", [(503.0, 301.0), (600.0, 250.0), (700.0, 14.0)]))


def test_an_added_path_joins_the_ways_it_comes_near_as_a_mapped_one_does(osm, tmp_path):
    new, report = applied(osm, [LINK], tmp_path)
    assert status(report) == ["applied"] and differing(new, osm) == ["ways", "nodes", "way_nodes"]
    nodes, edges, length = km(new)
    mapped = km(extract(changed(linked), tmp_path))
    assert (nodes, edges) == mapped[:2] and abs(length - mapped[2]) <= 30  # the joint at the alley lies 1 m off
    components = [build_network(one, crs=CRS).counts["components"] for one in (osm, new)]
    assert components == [2, 1], "the part of the alley beyond the locked gate is reached"


def test_an_added_path_leaves_every_other_way_as_it_was(osm, tmp_path):
    new, _ = applied(osm, [LINK], tmp_path)
    own = new.ways["way_id"] >= 1 << 51
    assert own.sum() == 1 and new.ways["way_id"].is_monotonic_increasing
    columns = osm.ways.columns.drop(["first", "n_nodes"])
    pd.testing.assert_frame_equal(new.ways.loc[~own, columns].reset_index(drop=True), osm.ways[columns])
    for number in range(len(osm.ways)):
        before, after = (run(which, number) for which in (osm, new))
        assert [node for node in after if node < 1 << 51] == before
    old = new.nodes[new.nodes["node_id"] < 1 << 51].reset_index(drop=True)
    pd.testing.assert_frame_equal(old, osm.nodes)
    assert new.nodes["node_id"].is_monotonic_increasing and new.nodes["node_id"].is_unique


def run(osm, number: int) -> list[int]:
    first, size = (int(osm.ways[name].iloc[number]) for name in ("first", "n_nodes"))
    return osm.way_nodes[first : first + size].tolist()


def test_a_path_that_upstream_has_mapped_is_not_added_twice(tmp_path):
    later = extract(changed(linked), tmp_path)
    new, report = applied(later, [LINK], tmp_path)
    assert status(report) == ["adopted"] and differing(new, later) == []


def test_a_short_link_between_two_parallel_ways_is_new_although_both_are_near(osm, tmp_path):
    def parallel(o):
        o.way([(0.0, 18.0), (1000.0, 18.0)], highway="footway")

    both = extract(changed(parallel), tmp_path)
    new, report = applied(both, [row("add", "path", **wkt("LINESTRING", [(200.0, 18.0), (200.0, 10.0)]))], tmp_path)
    assert status(report) == ["applied"] and len(new.ways) == len(both.ways) + 1


def test_a_path_that_meets_no_way_is_a_conflict(osm, tmp_path):
    new, report = applied(osm, [row("add", "path", **wkt("LINESTRING", [(200.0, 800.0), (300.0, 850.0)]))], tmp_path)
    assert status(report) == ["conflict"] and "30 m" in report["detail_de"][0] and differing(new, osm) == []


def test_a_path_with_one_end_in_a_meadow_is_a_dead_end_and_told(osm, tmp_path):
    told = row("add", "path", **wkt("LINESTRING", [(200.0, 12.0), (200.0, 500.0)]))
    new, report = applied(osm, [told], tmp_path)
    assert status(report) == ["applied"] and "dead end" in report["detail_en"][0]
    assert km(new)[1] == km(osm)[1] + 2


def test_added_paths_join_each_other_in_any_order(osm, tmp_path):
    rows = [
        row("add", "path", **wkt("LINESTRING", [(200.0, 10.0), (200.0, 500.0)])),
        row("add", "path", **wkt("LINESTRING", [(205.0, 300.0), (300.0, 300.0)])),
        row("add", "path", **wkt("LINESTRING", [(100.0, 200.0), (400.0, 200.0), (500.0, 250.0)])),
    ]
    new, report = applied(osm, rows, tmp_path)
    assert status(report) == ["applied"] * 3
    turned, _ = applied(osm, rows[::-1], tmp_path)
    assert differing(new, turned) == []
    assert build_network(new, crs=CRS).counts["components"] == 1
    used = np.unique(new.way_nodes, return_counts=True)
    crossing = shapely.Point(*place((200.0, 200.0)).values())
    at = new.nodes[shapely.distance(shapely.points(new.nodes["lon"], new.nodes["lat"]), crossing) < 1e-6]
    assert len(at) == 1 and used[1][used[0] == at["node_id"].iloc[0]].tolist() == [2]


def test_a_way_in_several_parts_is_taken_out_as_one(tmp_path):
    def broken(o):
        lost = o.node((450.0, 500.0))
        o.way([(400.0, 500.0), (430.0, 500.0), lost, (470.0, 500.0), (500.0, 500.0)], highway="path", name="Heckenweg")
        o.lose(lost)

    parts = extract(changed(broken), tmp_path)
    assert (parts.ways["name"] == "Heckenweg").sum() == 2
    new, report = applied(parts, [row("remove", "path", name="Heckenweg", **place((485.0, 500.0)))], tmp_path)
    assert status(report) == ["applied"] and "Heckenweg" not in set(new.ways["name"])


def test_a_moved_path_keeps_its_id_and_what_it_is_like(osm, tmp_path):
    told = row(
        "move", "path", osm_id=f"w{STEPS}", **wkt("LINESTRING", [(500.0, 400.0), (450.0, 500.0), (300.0, 500.0)])
    )
    new, report = applied(osm, [told], tmp_path)
    moved = new.ways[new.ways["way_id"] == STEPS].iloc[0]
    assert status(report) == ["applied"] and moved["highway"] == "steps" and moved["n_nodes"] == 3
    assert status(applied(new, [told], tmp_path)[1]) == ["adopted"]


def test_a_moved_path_that_would_meet_nothing_stays_where_it_was(osm, tmp_path):
    told = row("move", "path", osm_id=f"w{STEPS}", **wkt("LINESTRING", [(200.0, 800.0), (300.0, 850.0)]))
    new, report = applied(osm, [told], tmp_path)
    assert status(report) == ["conflict"] and differing(new, osm) == []


# ── gates and fences ──────────────────────────────────────────────────────────────────────────────


def test_an_added_fence_ends_the_ways_it_meets_unless_there_is_an_open_gate(osm, tmp_path):
    fence = row("add", "barrier", category="Mauer", **wkt("LINESTRING", [(450.0, 100.0), (550.0, 100.0)]))
    gate = row("add", "gate", category="offen", **place((502.0, 101.0)))
    cut, _ = applied(osm, [fence], tmp_path)
    assert differing(cut, osm) == ["ways", "nodes", "barriers", "way_nodes"]
    closed = cut.nodes[~cut.nodes["passable"]]
    assert len(closed) == 2 and (closed["barrier"] == "fence").sum() == 1
    passed, _ = applied(osm, [gate, fence], tmp_path)
    assert differing(passed, osm) == ["barriers", "gates"]
    edge = shapely.LineString([tuple(map(float, place(p).values())) for p in ((450.0, 100.0), (550.0, 100.0))])
    assert shapely.distance(passed.gates.geometry.iloc[-1], edge) < 1e-7, "the gate stands on the fence"


def test_a_closed_gate_on_a_way_bars_it_and_nothing_else(osm, tmp_path):
    told = row("add", "gate", category="geschlossen", **place((250.0, 13.0)))
    new, report = applied(osm, [told], tmp_path)
    assert status(report) == ["applied"] and differing(new, osm) == ["ways", "nodes", "gates", "way_nodes"]
    before, after = build_network(osm, crs=CRS), build_network(new, crs=CRS)
    assert after.counts["components"] == before.counts["components"] + 1
    assert abs(int(after.edge_length_dm.sum()) - int(before.edge_length_dm.sum())) <= 1
    assert status(applied(new, [told], tmp_path)[1]) == ["adopted"]


def test_a_gate_that_is_there_in_another_state_is_a_conflict(osm, tmp_path):
    new, report = applied(osm, [row("add", "gate", category="offen", **place((501.0, 201.0)))], tmp_path)
    assert status(report) == ["conflict"] and "osm:n3" in report["detail_en"][0] and differing(new, osm) == []


# ── later extracts, and files that do not fit ─────────────────────────────────────────────────────


def test_an_id_that_is_something_else_by_now_is_a_conflict(tmp_path):
    later = extract(changed(tagged("n", SHOP, shop=None, amenity="cafe")), tmp_path)
    told = row("remove", "facility", osm_id=f"n{SHOP}", category="Supermarkt")
    new, report = applied(later, [told], tmp_path)
    assert status(report) == ["conflict"] and "eating" in report["detail_de"][0] and differing(new, later) == []


def test_an_object_with_a_new_id_is_found_by_its_place_and_name(osm, tmp_path):
    told = row("remove", "facility", osm_id="w77", name="Edeka Müller", **place((300.0, 30.0)))
    new, report = applied(osm, [told], tmp_path)
    assert status(report) == ["applied"] and report["target_id"].tolist() == ["osm:n1"]
    assert differing(new, osm) == ["facilities"]


def test_the_successor_of_a_shop_that_is_gone_is_not_what_the_correction_means(osm, tmp_path):
    told = row("remove", "facility", osm_id="n999", category="Supermarkt", **place((300.0, 30.0)))  # n1 stands there
    new, report = applied(osm, [told], tmp_path)
    assert status(report) == ["adopted"] and differing(new, osm) == []
    other = row("retag", "facility", osm_id="n999", category="Supermarkt", new_name="X", **place((300.0, 30.0)))
    new, report = applied(osm, [other], tmp_path)
    assert status(report) == ["conflict"] and differing(new, osm) == []
    named = row("remove", "facility", osm_id="n999", name="Rewe", category="Supermarkt", **place((300.0, 30.0)))
    assert status(applied(osm, [named], tmp_path)[1]) == ["adopted"]  # Edeka Müller is another shop


def test_a_shop_of_that_name_some_way_off_is_not_taken_for_gone(osm, tmp_path):
    off = row("remove", "facility", name="Edeka Müller", category="Supermarkt", **place((600.0, 30.0)))  # is at 300 m
    new, report = applied(osm, [off], tmp_path)
    assert status(report) == ["conflict"] and differing(new, osm) == []
    assert "osm:n1" in report["detail_de"][0] and "300 m)" in report["detail_de"][0]
    assert "nearest of the same name: osm:n1" in report["detail_en"][0]
    numbered = row("remove", "facility", osm_id="n999", name="Edeka Müller", **place((600.0, 30.0)))
    assert status(applied(osm, [numbered], tmp_path)[1]) == ["adopted"]  # its number is gone, this is another branch
    other = row("remove", "facility", name="Rewe", category="Supermarkt", **place((600.0, 30.0)))
    assert status(applied(osm, [other], tmp_path)[1]) == ["adopted"]


def test_the_number_of_a_duplicate_that_the_reader_has_merged_means_the_place(tmp_path):
    def drawn(o):
        o.square((280.0, 20.0), 60.0, building="retail", shop="supermarket", name="Edeka Müller")

    both = extract(changed(drawn), tmp_path)
    assert both.facilities["facility_id"].tolist() == ["osm:n2", "osm:w7"]
    new, report = applied(both, [row("remove", "facility", osm_id=f"n{SHOP}")], tmp_path)
    assert report["target_id"].tolist() == ["osm:w7"] and new.facilities["facility_id"].tolist() == ["osm:n2"]


def test_a_change_of_what_is_gone_is_a_conflict(osm, tmp_path):
    _, report = applied(osm, [row("retag", "facility", osm_id="n99", new_name="X")], tmp_path)
    assert status(report) == ["conflict"] and "prüfen" in report["detail_de"][0]


def refused(osm, rows, folder) -> list[str]:
    with pytest.raises(InputError) as caught:
        corrected(osm, read(rows, folder), Parameters())
    assert caught.value.expected and caught.value.fix
    return caught.value.where


def test_a_correction_that_fits_two_objects_names_both_with_their_distance(tmp_path):
    two = extract(changed(lambda o: o.node((340.0, 30.0), shop="supermarket", name="Edeka Müller II")), tmp_path)
    told = refused(two, [row("remove", "facility", category="Supermarkt", **place((320.0, 30.0)))], tmp_path)
    assert len(told) == 1 and "row 2" in told[0] and told[0].count("20 m") == 2
    assert "osm:n1 (food_full_range, 'Edeka Müller', 20 m)" in told[0]
    exact = [row("remove", "facility", name="Edeka Müller", **place((320.0, 30.0)))]
    assert applied(two, exact, tmp_path)[1]["target_id"].tolist() == ["osm:n1"], (
        "the exact name goes before a similar one"
    )


def test_everything_that_does_not_fit_is_told_at_once(osm, tmp_path):
    rows = [
        row("remove", "facility", osm_id=f"n{SHOP}"),
        row("retag", "facility", osm_id=f"n{SHOP}", new_name="Rewe"),
        row("open", "gate", osm_id=f"n{STREET_GATE}"),
        row("remove", "gate", **place((500.0, 200.0))),
        row("add", "facility", category="post", name="Post", lon="51.0005", lat="7.003"),
        row("add", "facility", category="post", name="Post", **place((5000.0, 30.0))),
        row("add", "facility", category="kita", name="Kita Nord", **place((100.0, 30.0))),
        row("add", "facility", category="kita", name="Kita Nord", **place((120.0, 30.0))),
    ]
    told = refused(osm, rows, tmp_path)
    assert len(told) == 5
    expected = ("osm:n1 contradict", "osm:n3 contradict", "look swapped", "outside the data; the data", "the same kita")
    for text in expected:
        assert any(text in line for line in told), (text, told)


def test_an_object_of_two_categories_is_retagged_only_by_category(tmp_path):
    def both(o):
        o.nodes[SHOP - 1][2]["amenity"] = "post_office"

    two = extract(changed(both), tmp_path)
    told = refused(two, [row("retag", "facility", osm_id=f"n{SHOP}", new_category="Drogerie")], tmp_path)
    assert "osm:n1#post" in told[0] and "category" in told[0]
    new, _ = applied(two, [row("remove", "facility", osm_id=f"n{SHOP}", category="post")], tmp_path)
    assert new.facilities["facility_id"].tolist() == ["osm:n1", "osm:n2"]
    closed, _ = applied(two, [row("remove", "facility", osm_id=f"n{SHOP}")], tmp_path)
    assert closed.facilities["facility_id"].tolist() == ["osm:n2"], "the whole shop closed, with its post office"
