"""What an edit does to a street, computed by hand."""

import numpy as np
import pandas as pd
import pytest

from nahraum import scenario
from nahraum.errors import InputError
from nahraum.scenario.apply import edited
from nahraum.scenario.state import StudyState
from tiny_studies import EAST, NORTH, parameters, study_area
from tiny_walks import net


def at(east: float, north: float = 0.0) -> tuple[float, float]:
    return EAST + east, NORTH + north


def xy(east: float, north: float = 0.0) -> dict[str, float]:
    return {"x": EAST + east, "y": NORTH + north}


def street_with_a_loop():
    """A street of 1 km (way 1, nodes 1 to 11, 100 m apart) and a second one 100 m to the north (way 2, nodes 21 to 31).

    They meet at their western ends (way 3).
    """
    nodes = {1 + n: at(100.0 * n) for n in range(11)} | {21 + n: at(100.0 * n, 100.0) for n in range(11)}
    edges = [(1 + n, 2 + n, 1) for n in range(10)] + [(21 + n, 22 + n, 2) for n in range(10)] + [(1, 21, 3)]
    return net(nodes, edges)


@pytest.fixture
def state() -> StudyState:
    """Addresses on the southern street at 50 m and 950 m, on the northern one at 950 m; in the south a shop, a park."""
    area = study_area(
        {"a": (*at(50), 10.0), "b": (*at(950), 10.0), "n": (*at(950, 100), 20.0)},
        [("shop", "food_full_range", *at(0))],
        {"park": (50.0, [at(1000)])},
    )
    return StudyState.of(area, street_with_a_loop(), parameters())


def food(state: StudyState) -> dict[str, float]:
    table = state.table().set_index("address_id")
    return table["food_full_range_distance_m"].to_dict()


def test_the_base_is_walked_along_both_streets(state):
    """n: 950 m west, 100 m down to the shop at the corner."""
    assert food(state) == {"a": 50.0, "b": 950.0, "n": 1050.0}


def test_a_new_shop_serves_whom_it_is_nearer_to_and_nobody_else(state):
    change = state.apply(scenario.facility_added(category="food_full_range", **xy(900), facility_id="new"))
    assert change.mended
    assert food(state) == {"a": 50.0, "b": 50.0, "n": 1050.0}
    told = change.table().set_index("column")
    assert set(told["address_id"]) == {"b"}
    assert told.loc["food_full_range_distance_m", ["old", "new"]].tolist() == [950.0, 50.0]
    assert told.loc["food_full_range_nearest_id", ["old", "new"]].tolist() == ["shop", "new"]


def test_of_equally_near_shops_the_lower_id_serves(state):
    state.apply(scenario.facility_added(category="food_full_range", **xy(100), facility_id="aaa"))
    assert state.table().set_index("address_id").loc["a", "food_full_range_nearest_id"] == "aaa"
    state.undo()
    state.apply(scenario.facility_added(category="food_full_range", **xy(100), facility_id="zzz"))
    assert state.table().set_index("address_id").loc["a", "food_full_range_nearest_id"] == "shop"


def test_a_shop_that_closes_is_reached_by_nobody(state):
    change = state.apply(scenario.facility_closed("shop"))
    table = state.table()
    assert table["food_full_range_distance_m"].isna().all()
    assert (table["food_full_range_distance_m_status"] == "unreachable").all()
    assert change.address_ids() == ["a", "b", "n"]


def test_a_footpath_between_the_streets_shortens_the_way(state):
    """From (900, 0) to (900, 100): the northern address walks 50 + 100 m to a shop at its southern end."""
    state.apply(scenario.facility_added(category="food_full_range", **xy(900), facility_id="new"))
    state.apply(scenario.footpath_added([at(900, 3), at(900, 97)]))
    assert food(state)["n"] == pytest.approx(150.0, abs=0.1)  # a geodesic length: 100 m on the map, 0.4 ‰ more in UTM
    assert state.network.n_edges == 22  # it meets nodes at both ends: nothing is divided


def test_a_footpath_divides_the_ways_it_meets_between_their_nodes(state):
    network = state.network
    state.apply(scenario.footpath_added([at(930), at(930, 100)]))
    after = state.network
    assert after.n_nodes == network.n_nodes + 2
    assert after.n_edges == network.n_edges + 3
    np.testing.assert_array_equal(after.x_m[: network.n_nodes], network.x_m)
    for way in (1, 2):
        lengths = [n.edge_length_dm[n.edge_way_id == way].sum() for n in (network, after)]
        assert lengths[0] == lengths[1] == 10_000
    assert sorted(after.edge_length_dm[after.edge_way_id == 1])[:2] == [300, 700]


def test_a_footpath_that_is_removed_again_leaves_the_distances_as_they_were(state):
    before = food(state)
    path = scenario.footpath_added([at(430), at(430, 100)])
    state.apply(path)
    assert food(state)["n"] == pytest.approx(1050.0, abs=0.1)
    state.apply(scenario.footpath_removed(path.way_id))
    assert food(state) == before


def test_a_barrier_across_a_street_cuts_it_and_each_side_walks_up_to_it(state):
    """At 520 m: b can no longer walk west; the shop is unreachable for it, the park still 50 m away.

    A practice there makes the eastern part one that serves (otherwise b would go to the northern street).
    """
    state.apply(scenario.facility_added(category="gp", **xy(900)))
    change = state.apply(scenario.barrier_added([at(500 + 20, -50), at(500 + 20, 50)], kind="fence"))
    table = state.table().set_index("address_id")
    assert np.isnan(table.loc["b", "food_full_range_distance_m"])
    assert table.loc["b", "green_distance_m"] == 50.0
    assert food(state)["a"] == 50.0
    loose = state.network
    assert loose.n_nodes == 24
    assert loose.component.max() == 1
    assert change.address_ids() == ["a", "b"]  # a can no longer walk to the park; n never could within 1,500 m


def test_a_barrier_taken_away_is_as_if_it_had_never_been(state):
    before = state.table()
    wall = scenario.barrier_added([at(520, -50), at(520, 150)], kind="fence", line_id="wall")
    state.apply(wall)
    state.apply(scenario.residents_added(5, address_id="a"))
    state.apply(scenario.barrier_removed("wall"))
    assert state.network.n_edges == 21
    state.apply(scenario.facility_closed("shop"))
    assert not state.table().equals(before)
    for _ in range(4):
        state.undo()
    pd.testing.assert_frame_equal(state.table(), before)


def test_green_is_shared_among_those_who_reach_it(state):
    """2,500 m²; b walks 50 m, nobody else is within 500 m: 250 m² each. With 40 more people there 2,500 / 50."""
    share = "green_m2_per_resident"
    assert state.table().set_index("address_id")[share].to_dict() == {"a": 0.0, "b": 250.0, "n": 0.0}
    change = state.apply(scenario.residents_added(40, address_id="b"))
    assert change.table()[["address_id", "column", "old", "new"]].to_numpy().tolist() == [["b", share, 250.0, 50.0]]
    state.apply(scenario.capacity_changed("park", area_m2=5000))
    assert state.table().set_index("address_id")[share]["b"] == 100.0


def test_a_new_park_serves_by_its_nearest_entrance(state):
    ring = [at(0, 40), at(100, 40), at(100, 70), at(0, 70)]
    state.apply(scenario.green_added(outline=ring, entrances=[at(50), at(100)], green_id="new"))
    table = state.table().set_index("address_id")
    assert table.loc["a", ["green_distance_m", "green_nearest_id", "green_m2_per_resident"]].tolist() == [
        0.0,
        "new",
        300.0,
    ]
    state.apply(scenario.entrance_removed("new#0"))
    assert state.table().set_index("address_id").loc["a", "green_distance_m"] == 50.0


def test_new_homes_are_an_address_of_their_own(state):
    change = state.apply(scenario.residents_added(100, x=at(200)[0], y=at(200)[1]))
    (name,) = change.address_ids()
    assert food(state)[name] == 200.0
    assert set(change.table()["old"]) == {None}
    assert state.area.addresses["residents"].sum() == 140.0
    state.undo()
    assert name not in food(state)


def test_prerequisites_are_told_for_the_changed_addresses(state):
    """b walks 950 m to the shop and now 50 m to a practice; n has neither within 1,000 m."""
    told = state.apply(scenario.facility_added(category="gp", **xy(900))).prerequisites()
    assert "n" not in set(told["address_id"])
    services = told[(told["address_id"] == "b") & (told["column"] == "services_within_reach")]
    assert services[["old", "new"]].to_numpy().tolist() == [[1.0, 2.0]]


def test_branches_do_not_touch_each_other(state):
    other = state.branch()
    state.apply(scenario.facility_closed("shop"))
    other.apply(scenario.facility_added(category="food_full_range", **xy(900), facility_id="new"))
    assert food(other) == {"a": 50.0, "b": 50.0, "n": 1050.0}
    assert all(np.isnan(value) for value in food(state).values())
    assert [edit.kind for edit in other.log] == ["facility_added"]


def test_a_change_can_be_asked_after_the_state_has_gone_on(state):
    change = state.apply(scenario.facility_closed("shop"))
    state.undo()
    state.apply(scenario.facility_moved("shop", **xy(1000)))
    assert change.after()["food_full_range_distance_m"].isna().all()
    assert food(state)["b"] == 50.0


def test_an_edit_that_does_not_fit_changes_nothing(state):
    before = state.table()
    for wrong in (
        scenario.facility_closed("nowhere"),
        scenario.facility_added(category="castle", **xy(0)),
        scenario.facility_added(category="gp", **xy(0), facility_id="shop"),
        scenario.green_removed("shop"),
        scenario.capacity_changed("park", area_m2=50),
        scenario.footpath_added([at(500), at(500, 45)]),
        scenario.footpath_removed(77),
        scenario.residents_added(5, x=0.0, y=0.0),
        scenario.residents_added(5, address_id="nobody"),
    ):
        with pytest.raises(InputError):
            state.apply(wrong)
    with pytest.raises(InputError):
        state.undo()
    pd.testing.assert_frame_equal(state.table(), before)
    assert state.log == ()


def test_inputs_are_not_changed(state):
    area, network = state.area, state.network
    after, other = edited(area, network, [scenario.facility_closed("shop"), scenario.footpath_removed(3)], parameters())
    assert len(area.facilities) == 1
    assert len(after.facilities) == 0
    assert (network.n_edges, other.n_edges) == (21, 20)


def test_taking_an_added_barrier_away_is_mended_like_any_edit(state):
    """The edits since then are made again without it; they stay in the log, and undoing brings the barrier back."""
    state.apply(scenario.barrier_added([at(520, -50), at(520, 150)], kind="rail", line_id="wall"))
    state.apply(scenario.facility_added(category="food_full_range", **xy(900), facility_id="new"))
    walled = state.table()
    change = state.apply(scenario.barrier_removed("wall"))
    assert change.mended
    assert food(state) == {"a": 50.0, "b": 50.0, "n": 1050.0}
    assert [edit.kind for edit in state.log] == ["barrier_added", "facility_added", "barrier_removed"]
    assert "n" in change.address_ids()  # it could not walk to the shop
    state.undo()
    pd.testing.assert_frame_equal(state.table(), walled)


def test_a_barrier_of_the_data_taken_away_turns_nobody_aside():
    """Rail between house and southern street: 60 m to the northern one, 80 m west, 100 m down. Without: 40 + 80 m."""
    house, shop = {"a": (*at(80, 40), 10.0)}, [("shop", "food_full_range", *at(0))]
    area = study_area(house, shop, barriers=[("r", "rail", [at(0, 20), at(300, 20)])])
    state = StudyState.of(area, street_with_a_loop(), parameters())
    assert food(state) == {"a": 240.0}
    with pytest.raises(InputError):
        state.apply(scenario.barrier_removed("nowhere"))
    change = state.apply(scenario.barrier_removed("r"))
    assert change.mended
    assert change.address_ids() == ["a"]
    assert food(state) == {"a": 120.0}
    state.apply(scenario.barrier_added([at(5, 20), at(300, 20)], kind="rail", line_id="r"))
    assert food(state) == {"a": 240.0}
    state.apply(scenario.barrier_removed("r"))
    assert food(state) == {"a": 120.0}
    for _ in range(3):
        state.undo()
    assert food(state) == {"a": 240.0}


def test_a_town_cut_in_half_is_computed_anew(state):
    """Without way 3 the two streets are equally long: which of them is the town is another question.

    n walks 100 m to the southern one, as long as nothing is on its own.
    """
    change = state.apply(scenario.footpath_removed(3))
    assert not change.mended
    assert food(state) == {"a": 50.0, "b": 950.0, "n": 1050.0}
    assert change.address_ids() == ["b", "n"]  # n has the park at 150 m and shares it with b
    state.apply(scenario.facility_added(category="food_full_range", **xy(900, 100), facility_id="new"))
    assert food(state)["n"] == 50.0
    for _ in range(2):
        state.undo()
    assert food(state) == {"a": 50.0, "b": 950.0, "n": 1050.0}


def test_the_first_green_and_the_last_change_what_is_known_of_everybody(state):
    """Without any green nothing is known of it (missing); with one, who has none near is out of reach."""
    base = state.table()
    change = state.apply(scenario.green_removed("park"))
    assert change.mended
    table = state.table().set_index("address_id")
    assert set(table["green_m2_per_resident_status"]) == {"missing"}
    told = change.table()
    assert set(told["address_id"]) == {"a", "b", "n"}
    ring = [at(0, 40), at(100, 40), at(100, 70), at(0, 70)]
    again = state.branch()
    assert again.apply(scenario.green_added(outline=ring, entrances=[at(50)], green_id="new")).mended
    table = again.table().set_index("address_id")
    assert table["green_m2_per_resident"].to_dict() == {"a": 300.0, "b": 0.0, "n": 0.0}
    pd.testing.assert_frame_equal(change.table(), told)
    state.undo()
    pd.testing.assert_frame_equal(state.table(), base)


def test_dragging_does_not_pile_up_memory(state):
    sizes = dict(state._position.host.standing.book.sizes)
    for step in range(30):
        change = state.apply(scenario.residents_added(5, x=at(100 + step)[0], y=at(0)[1]))
        assert len(change.address_ids()) == 1
        del change
        state.undo()
    state.apply(scenario.footpath_added([at(430), at(430, 100)]))
    after = state._position.host.standing.book.sizes
    assert after["address"] == sizes["address"]
    assert after["node"] == sizes["node"] + 2


def refused(state: StudyState, edit) -> InputError:
    before = state.log
    with pytest.raises(InputError) as told:
        state.apply(edit)
    with pytest.raises(InputError):
        edited(state.area, state.network, [edit], parameters())
    assert state.log == before
    return told.value


BEYOND = at(20_101.0)  # the data reach 20 km, and 100 m are let pass


@pytest.mark.parametrize(
    "edit",
    [
        scenario.facility_added(category="gp", x=BEYOND[0], y=BEYOND[1]),
        scenario.facility_moved("shop", x=8.7, y=49.4),
        scenario.footpath_added([at(0), BEYOND]),
        scenario.barrier_added([(8.7, 49.4), (8.8, 49.4)]),
        scenario.green_added(outline=[(0, 0), (900, 0), (900, 900)], entrances=[(0, 0)]),
        scenario.green_added(outline=[at(0), at(90), at(90, 90)], entrances=[at(90), BEYOND]),
        scenario.entrance_added("park", x=at(0)[1], y=at(0)[0]),
        scenario.residents_added(5, x=BEYOND[0], y=BEYOND[1]),
    ],
)
def test_what_lies_beyond_the_data_is_refused(state, edit):
    told = refused(state, edit)
    assert "outside the study's data" in told.what
    assert told.expected == "metres of EPSG:25832: x from 480000 to 520000, y from 5480000 to 5520000"


def test_a_point_a_little_beyond_the_data_is_let_pass(state):
    state.apply(scenario.facility_added(category="gp", x=at(20_099.0)[0], y=at(0)[1]))


def test_degrees_and_swapped_coordinates_are_called_so(state):
    """500000, 5500000 of EPSG:25832 is 9° E (the central meridian), some 49.65° N."""
    assert "degrees; in EPSG:25832" in refused(state, scenario.facility_moved("shop", x=9.0, y=49.65)).fix
    assert "degrees; in EPSG:25832" in refused(state, scenario.facility_moved("shop", x=49.65, y=9.0)).fix
    assert "degrees; give" in refused(state, scenario.facility_moved("shop", x=13.4, y=52.5)).fix
    swapped = refused(state, scenario.facility_moved("shop", x=at(0)[1], y=at(0)[0])).fix
    assert swapped == "x and y look swapped: x = 500000 (east), y = 5500000 (north)"


def test_an_entrance_far_from_its_green_is_refused(state):
    """The park is a square of 50 m from (1000, 0) on: 50 m west of it is near enough, 51 m is not."""
    assert "51 m" in refused(state, scenario.entrance_added("park", **xy(949, 10))).where[0]
    state.apply(scenario.entrance_added("park", **xy(950, 10)))
    ring = [at(0, 60), at(100, 60), at(100, 90), at(0, 90)]
    assert "60 m" in refused(state, scenario.green_added(outline=ring, entrances=[at(50, 60), at(50)])).where[0]
    state.apply(scenario.green_added(outline=ring, entrances=[at(50, 20)], green_id="new"))
    assert "100 m" in refused(state, scenario.entrance_added("new", **xy(200, 60))).where[0]


def test_what_finds_no_way_is_told(state):
    """Three kilometres from all ways nothing is within `walking.maximum_leg_m`."""
    far = xy(0, 3000)
    change = state.apply(scenario.facility_added(category="gp", **far, facility_id="lost"))
    (note,) = change.notes()
    assert note.startswith("facility 'lost' finds no way within")
    assert note in repr(change)
    assert len(state.apply(scenario.residents_added(5, **far)).notes()) == 1
    ring = [at(0, 3000), at(100, 3000), at(100, 3090)]
    assert len(state.apply(scenario.green_added(outline=ring, entrances=ring[:2], green_id="g")).notes()) == 2
    assert state.apply(scenario.facility_moved("lost", **xy(0))).notes() == []


@pytest.mark.parametrize(
    ("category", "meant"),
    [("supermarkt", "food_full_range"), ("Apotheke", "pharmacy"), ("stops", "stop"), ("castle", "choose")],
)
def test_a_category_that_no_indicator_measures_is_refused(state, category, meant):
    told = refused(state, scenario.facility_added(category=category, **xy(0)))
    assert meant in told.fix
    assert "school_unspecified" in told.expected


def test_barriers_are_of_kinds_that_rules_or_data_know(state):
    told = refused(state, scenario.barrier_added([at(20, -5), at(20, 5)], kind="fense"))
    assert (told.expected, told.fix) == ("fence, motorway, rail, water", "did you mean 'fence'?")
    area = study_area({"a": (*at(50), 1.0)}, barriers=[("r", "major_road", [at(0, 20), at(300, 20)])])
    other = StudyState.of(area, street_with_a_loop(), parameters())
    other.apply(scenario.barrier_added([at(20, -5), at(20, 5)], kind="major_road"))


def test_more_residents_than_can_be_counted_are_refused(state):
    state.apply(scenario.residents_added(9e6, address_id="a"))
    more = scenario.residents_added(1.1e6, address_id="b")
    for made in (
        lambda: state.apply(more),
        lambda: edited(state.area, state.network, [*state.log, more], parameters()),
    ):
        with pytest.raises(InputError) as told:
            made()
        assert told.value.expected == "at most 10,000,000 in one log"
    state.undo()
    state.apply(scenario.residents_added(1e7, address_id="b"))
    table = state.table().set_index("address_id")
    assert table.loc["b", "green_m2_per_resident"] == pytest.approx(2500 / 10_000_010, rel=1e-3)


def test_an_edit_may_be_given_by_its_plain_values(state):
    change = state.apply({"kind": "facility_closed", "facility_id": "shop"})
    assert change.edit == scenario.facility_closed("shop")
    for wrong in ({"kind": "facility_closed"}, {"kind": ["x"]}, {}, 5, None, "facility_closed", scenario.Edit()):
        with pytest.raises(InputError):
            state.apply(wrong)
    assert len(state.log) == 1


def test_states_and_changes_say_what_they_are_in_one_line(state):
    assert repr(state) == "<StudyState: 0 edits, EPSG:25832>"
    change = state.apply(scenario.facility_added(category="food_full_range", **xy(900)))
    assert repr(change) == "<Change: facility_added food_full_range at 500900, 5500000; 1 address>"
    assert repr(state.undo()) == "<Change: undone: facility_added food_full_range at 500900, 5500000; 1 address>"
    assert repr(state.apply(scenario.footpath_removed(3))).startswith("<Change: footpath_removed 3; ")
    assert repr(state) == "<StudyState: 1 edit, EPSG:25832>"


def test_a_replayed_log_names_the_edit_that_does_not_fit(state):
    log = [scenario.facility_closed("shop"), {"kind": "facility_closed", "facility_id": "shop"}]
    with pytest.raises(InputError) as told:
        StudyState.replay(state, log)
    assert told.value.where[0] == "edits[1]"
    with pytest.raises(InputError):
        StudyState.replay(state, "log.json")
    assert len(StudyState.replay(state, log[:1]).log) == 1


def lacking(change) -> dict[str, list[float]]:
    told = change.residents().set_index("prerequisite")
    return {name: row.tolist() for name, row in told.iterrows() if row.any()}


def test_residents_are_counted_by_prerequisite(state):
    """b (10 persons) alone has the park within 500 m: without its entrance b lacks green, nobody else anew.

    Twenty newcomers at 960 m have the park at 40 m (2,500 / 30 = 83 m² for each of them and of b), but lack supply:
    of the services only the shop is there. With them gone again they lack it no longer.
    """
    closed = lacking(state.branch().apply(scenario.entrance_removed("park#0")))
    assert closed["lacks_green_access"] == closed["lacks_green"] == [10.0, 0.0]
    assert "lacks_supply" not in closed
    change = state.apply(scenario.residents_added(20, **xy(960)))
    assert lacking(change) == {"lacks_supply": [20.0, 0.0]}
    assert lacking(state.undo()) == {"lacks_supply": [0.0, 20.0]}


def test_residents_outside_the_boundary_are_not_counted():
    area = study_area({"a": (*at(50), 10.0), "b": (*at(60), 7.0)}, [("s", "gp", *at(0))], {"g": (50.0, [at(0)])})
    area.addresses["inside"] = [True, False]
    state = StudyState.of(area, street_with_a_loop(), parameters())
    assert lacking(state.apply(scenario.entrance_removed("g#0")))["lacks_green_access"] == [10.0, 0.0]
