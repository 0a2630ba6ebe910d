"""A park and the dwellings beside it, by hand: what the model adds up is not what is so, until it is corrected."""

import pytest

from nahraum import scenario
from nahraum.errors import InputError
from nahraum.measures.built import Built
from nahraum.measures.demand import demand_of
from nahraum.measures.effect import effects_of
from nahraum.measures.recompute import Figures, corrected, predicted_lives, recomputed, verified
from nahraum.measures.trial import Stands
from nahraum.scenario.state import StudyState
from tiny_plans import site
from tiny_studies import EAST, NORTH, parameters, study_area
from tiny_walks import net

RING = [(EAST - 20, NORTH), (EAST, NORTH), (EAST, NORTH + 10), (EAST - 20, NORTH + 10)]
PARK = scenario.green_added(outline=RING, entrances=[(EAST, NORTH)])
HOMES = scenario.residents_added(40.0, x=EAST + 20, y=NORTH)


@pytest.fixture
def base() -> Built:
    """Ten people at the western end of a street of 3 km, without food and green; the study's only park is far away."""
    nodes = {1 + n: (EAST + 100.0 * n, NORTH) for n in range(31)}
    park = {"far": (200.0, [(EAST + 3000, NORTH)])}
    area = study_area({"a": (EAST, NORTH, 10.0)}, [("doctor", "gp", EAST, NORTH)], park)
    street = net(nodes, [(n, n + 1, 1) for n in range(1, 31)])
    return Built.of(StudyState.of(area, street, parameters()))


def test_dwellings_that_crowd_a_new_park_are_seen_when_both_are_built(base):
    """The park alone: 200 m² for ten, 20 each, 6 are needed: a lack less for each. With 40 more people 4 m²: none."""
    demand, sites = demand_of(base.state, base.tally), [site("homes", [HOMES]), site("park", [PARK])]
    effects = effects_of(base.state, demand, sites)
    alone = recomputed(base, demand, effects, sites, chosen=[1])
    assert (alone.predicted.lacks_removed, alone.recomputed.lacks_removed, alone.agrees) == (10.0, 10.0, True)
    both = recomputed(base, demand, effects, sites, chosen=[0, 1])
    assert (both.predicted.lacks_removed, both.recomputed.lacks_removed) == (10.0, 0.0)
    assert (both.difference_share, both.agrees) == (1.0, False)
    assert (both.outcome.newcomers, both.outcome.newcomers_lacking) == (40.0, 40.0)
    better = corrected(demand, effects, [0, 1], both.parts)
    assert Figures.of(predicted_lives(demand, better, [0, 1]), 2).lacks_removed == 0.0
    assert verified(base, both.built).n_differing == 0


def test_counting_once_after_all_edits_is_counting_after_each(base):
    """Whatever comes first: who moves in, what is built for them, and a place that is moved between."""
    shop = scenario.facility_added(category="food_full_range", x=EAST + 60, y=NORTH)
    path = scenario.footpath_added([(EAST + 100, NORTH), (EAST + 100, NORTH + 40)], joins=[0])
    for edits in ([HOMES, PARK, shop, path], [shop, path, PARK, HOMES], [PARK, HOMES, shop]):
        state, tally = base.state.branch(), base.tally
        for edit in edits:
            tally = tally.after(state, state.apply(edit))
        once = base.after(edits).tally
        assert (once.at == tally.at).all() and (once.sums == tally.sums).all()
        assert (once.tops == tally.tops).all() and (once.bottoms == tally.bottoms).all()


def test_nothing_chosen_is_nothing_predicted_and_agrees(base):
    demand = demand_of(base.state, base.tally)
    found = recomputed(base, demand, effects_of(base.state, demand, []), [], chosen=[])
    assert (found.predicted.lacks_removed, found.recomputed.lacks_removed, found.difference_share) == (0.0, 0.0, 0.0)
    assert found.agrees


def test_sites_that_do_not_go_together_are_refused_with_the_edit_that_does_not(base):
    sites = [site("park", [PARK]), site("again", [PARK])]
    demand = demand_of(base.state, base.tally)
    effects = effects_of(base.state, demand, sites)
    with pytest.raises(InputError) as told:
        recomputed(base, demand, effects, sites, chosen=[0, 1])
    assert told.value.where[0] == "edit 2 of 2"
    assert base.state.log == ()


def test_paths_that_meet_are_built_in_one_order_whichever_is_clicked_first(base):
    """The second path begins 2 m beside the first one, or 20 m from the street where that is not there."""
    first = scenario.footpath_added([(EAST + 100, NORTH), (EAST + 100, NORTH + 40)], joins=[0])
    second = scenario.footpath_added([(EAST + 102, NORTH + 20), (EAST + 300, NORTH)])
    shop = scenario.facility_added(category="food_full_range", x=EAST + 60, y=NORTH)
    stands = Stands(base, [site("a", [first]), site("b", [second]), site("shop", [shop])], most=8)

    def lengths(built: Built) -> list[int]:
        return sorted(built.state.network.edge_length_dm.tolist())

    wanted = lengths(base.after([first, second]))
    assert wanted != lengths(base.after([second, first]))
    for clicked in (["b"], ["b", "shop"], ["a", "b", "shop"], ["b"], ["a", "b"]):
        built = stands.of(clicked)
        assert lengths(built) == (wanted if "a" in clicked else lengths(base.after([second])))
