"""Edits as plain data: made, checked, written, read back."""

import json

import pytest

import nahraum
from nahraum import scenario
from nahraum.errors import InputError
from nahraum.scenario.edits import KINDS, WAY_IDS, FootpathAdded

CRS = "EPSG:25832"
ONE_OF_EACH = [
    scenario.facility_added(category="gp", x=1, y=2.5, name="Praxis"),
    scenario.facility_moved("osm:n1", x=0, y=0),
    scenario.facility_closed("osm:n1"),
    scenario.capacity_changed("osm:w1", area_m2=8000),
    scenario.green_added(outline=[(0, 0), (100, 0), (100, 100)], entrances=[(0, 0)], name="Park"),
    scenario.green_removed("osm:w1"),
    scenario.entrance_added("osm:w1", x=1, y=1),
    scenario.entrance_removed("osm:w1#0"),
    scenario.footpath_added([(0, 0), (5, 5), (9, 9)], joins=[0, 1]),
    scenario.footpath_removed(42),
    scenario.barrier_added([(0, 0), (9, 9)], kind="rail"),
    scenario.barrier_removed("osm:w9"),
    scenario.residents_added(12.5, address_id="osm:w3"),
    scenario.residents_added(12.5, x=3, y=4),
    scenario.internet_offer_changed(["CRS3035RES100mN2689000E4337000", "100mN26891E43370"], share=0.8),
]


def test_every_kind_survives_json():
    assert {edit.kind for edit in ONE_OF_EACH} == set(KINDS)
    text = json.dumps(scenario.log_to_dict(ONE_OF_EACH, crs=CRS))
    assert scenario.log_of(json.loads(text), crs=CRS) == tuple(ONE_OF_EACH)


def test_ids_are_made_of_what_is_said_and_so_the_same_at_every_replay():
    one, again = (scenario.facility_added(category="gp", x=1, y=2) for _ in range(2))
    other = scenario.facility_added(category="gp", x=1, y=3)
    assert one.facility_id == again.facility_id != other.facility_id
    assert one.facility_id.startswith("edit:")
    assert scenario.facility_added(category="gp", x=1, y=2, facility_id="mine").facility_id == "mine"


def test_a_new_way_has_an_id_above_all_sources_and_exact_in_json():
    path = scenario.footpath_added([(0, 0), (1, 1)])
    assert isinstance(path, FootpathAdded)
    assert WAY_IDS <= path.way_id < 2**53
    assert int(float(path.way_id)) == path.way_id


def test_both_ends_of_a_footpath_join_unless_it_is_said_otherwise():
    assert scenario.footpath_added([(0, 0), (1, 1), (2, 2)]).joining() == {0, 2}
    assert scenario.footpath_added([(0, 0), (1, 1), (2, 2)], joins=[1]).joining() == {1}


def test_the_area_of_a_green_is_that_of_its_outline():
    """A right triangle with legs of 100 m: 5,000 m²."""
    assert ONE_OF_EACH[4].shape_m2() == 5000.0


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InputError) as told:
        scenario.facility_added(category="", x=float("nan"), y=float("inf"))
    assert len(told.value.where) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: scenario.capacity_changed("g", area_m2=-1),
        lambda: scenario.footpath_added([(0, 0)]),
        lambda: scenario.footpath_added([(0, 0), (1, 1)], joins=[]),
        lambda: scenario.footpath_added([(0, 0), (1, 1)], joins=[2]),
        lambda: scenario.footpath_added([(0, 0), (1, float("nan"))]),
        lambda: scenario.green_added(outline=[(0, 0), (1, 1), (2, 2)], entrances=[(0, 0)]),
        lambda: scenario.green_added(outline=[(0, 0), (9, 0), (9, 9)], entrances=[]),
        lambda: scenario.residents_added(0, address_id="a"),
        lambda: scenario.residents_added(5),
        lambda: scenario.residents_added(5, x=1),
        lambda: scenario.facility_closed(""),
        lambda: scenario.internet_offer_changed([]),
        lambda: scenario.internet_offer_changed(["1kmN2689E4337"]),
        lambda: scenario.internet_offer_changed(["here"]),
        lambda: scenario.internet_offer_changed(["100mN26891E43370"], share=1.2),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(InputError):
        wrong()


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "spell"},
        {"kind": "facility_closed"},
        {"kind": "facility_closed", "facility_id": 5},
        {"kind": "facility_closed", "facility_id": "x", "why": "so"},
        {"kind": "facility_moved", "facility_id": "x", "x_m": "1", "y_m": 2},
        {"kind": "footpath_removed", "way_id": 1.5},
        {"kind": "footpath_added", "points": [[0, 0], [1]]},
    ],
)
def test_a_document_that_is_no_edit_is_refused(document):
    with pytest.raises(InputError):
        scenario.edit_of(document)


def test_a_log_of_another_crs_or_version_is_refused():
    log = scenario.log_to_dict(ONE_OF_EACH, crs=CRS)
    with pytest.raises(InputError):
        scenario.log_of(log, crs="EPSG:25833")
    with pytest.raises(InputError):
        scenario.log_of(log | {"format_version": 2}, crs=CRS)


def test_the_promised_names_make_edits():
    assert nahraum.facility_closed("x") == scenario.facility_closed("x")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda: scenario.facility_added(category="gp", x="abc", y=1), "'x_m' = 'abc'"),
        (lambda: scenario.facility_added(category="gp", x=1, y=None), "'y_m' = None"),
        (lambda: scenario.facility_added(category=None, x=1, y=1), "'category' = None"),
        (lambda: scenario.footpath_added([(0, 0, 5), (1, 1)]), "point 0 is (0, 0, 5), not x and y"),
        (lambda: scenario.footpath_added([(0, 0), 7]), "point 1 is 7, not x and y"),
        (lambda: scenario.footpath_added(5), "'points' = 5: no list"),
        (lambda: scenario.footpath_added([(0, 0), (1, 1)], joins=["a"]), "'a' is no whole number"),
        (lambda: scenario.footpath_removed("abc"), "'way_id' = 'abc'"),
        (lambda: scenario.footpath_removed(float("nan")), "'way_id' = nan"),
        (lambda: scenario.residents_added("many", address_id="a"), "'residents' = 'many'"),
        (lambda: scenario.residents_added(10**400, address_id="a"), "'residents' = 1000"),
        (lambda: scenario.capacity_changed("g", area_m2=None), "'area_m2' = None"),
        (lambda: scenario.barrier_added([(3, 3), (3, 3)]), "a line of length 0"),
        (lambda: scenario.footpath_added([(3, 3), (3, 3), (3, 3)]), "a line of length 0"),
        (lambda: scenario.edit_of({"kind": "facility_closed"}), "'facility_id' is missing"),
        (lambda: scenario.edit_of({"kind": "facility_closed", "facility_id": "x", "why": 1}), "'why' is not known"),
    ],
)
def test_a_value_that_is_no_such_thing_is_named(wrong, named):
    with pytest.raises(InputError) as told:
        wrong()
    assert named in " ".join(told.value.where)


@pytest.mark.parametrize("residents", [1e-7, 0.0009, 1.0001e7, 1e13, -5])
def test_residents_have_bounds(residents):
    with pytest.raises(InputError) as told:
        scenario.residents_added(residents, address_id="a")
    assert "0.001 to 10,000,000" in told.value.where[0]


@pytest.mark.parametrize("area_m2", [0.5, 1.1e10, 1e12])
def test_areas_have_bounds(area_m2):
    ring = [(0, 0), (100, 0), (100, 100)]
    for wrong in (
        lambda: scenario.capacity_changed("g", area_m2=area_m2),
        lambda: scenario.green_added(outline=ring, entrances=ring, area_m2=area_m2),
    ):
        with pytest.raises(InputError) as told:
            wrong()
        assert "1 to 10,000,000,000" in told.value.where[0]


def test_the_bounds_themselves_are_let_pass():
    for residents in (0.001, 1e7):
        assert scenario.residents_added(residents, address_id="a").residents == residents
    for area_m2 in (1, 1e10):
        assert scenario.capacity_changed("g", area_m2=area_m2).area_m2 == area_m2


@pytest.mark.parametrize("edits", [None, 5, "facility_closed", {"kind": "facility_closed", "facility_id": "x"}])
def test_a_log_without_a_list_of_edits_is_refused(edits):
    with pytest.raises(InputError) as told:
        scenario.log_of(scenario.log_to_dict([], crs=CRS) | {"edits": edits}, crs=CRS)
    assert "'edits' = " in told.value.where[0]


@pytest.mark.parametrize("item", [5, None, "x", [], {"kind": "spell"}, {"kind": "facility_closed", "facility_id": ""}])
def test_a_log_names_the_position_of_what_is_no_edit(item):
    log = scenario.log_to_dict(ONE_OF_EACH[:2], crs=CRS)
    log["edits"].append(item)
    with pytest.raises(InputError) as told:
        scenario.log_of(log, crs=CRS)
    assert told.value.where[0] == "edits[2]"
    with pytest.raises(InputError):
        scenario.log_of(None, crs=CRS)
