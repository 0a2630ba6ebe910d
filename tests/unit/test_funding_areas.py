"""Funding areas on a lattice of square units of one hectare, every figure by hand."""

from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from lattice_units import CRS, EAST, NORTH, lattice, name, need_of, units_at
from nahraum.errors import InputError
from nahraum.index.funding import funding_areas
from nahraum.index.funding.figures import figures
from nahraum.index.funding.limits import read_limits, task_of
from nahraum.parameters import Parameters

SMALL = {
    "funding_areas.minimum_residents": 100.0,
    "funding_areas.maximum_residents": 900.0,
    "funding_areas.runs": 5,
    "funding_areas.ladder_residents": [400],
    "funding_areas.candidates": 2,
}
HOT = {(1, 1): 90.0, (1, 2): 80.0, (2, 1): 80.0, (2, 2): 90.0}


def parameters(**more) -> Parameters:
    return Parameters(SMALL | {f"funding_areas.{key}": value for key, value in more.items()})


def edits(*rows: dict) -> pd.DataFrame:
    told = {"reason": "Beschluss der Stadtteilkonferenz", "author": "M. Yılmaz", "date": "2026-03-01", "edit_id": ""}
    return pd.DataFrame([told | {"edit_id": f"e{number}"} | row for number, row in enumerate(rows)])


def members(found, area_id: str = "F1") -> set[str]:
    return set(found.units.loc[found.units["area_id"] == area_id, "unit_id"])


def test_the_four_units_where_people_are_in_need_are_the_proposal():
    units = lattice(6, 6)
    found = funding_areas(units, need_of(units, HOT), parameters())
    assert members(found) == {name(place) for place in HOT}
    area = found.areas.set_index("area_id").loc["F1"]
    assert area["residents"] == 400 and area["people"] == 340
    assert area["hectares"] == pytest.approx(4.0)
    assert area["border_m"] == pytest.approx(800.0)
    assert area["compactness"] == pytest.approx(np.pi / 4)
    assert area["recall"] == pytest.approx(1.0)
    assert area["precision"] == pytest.approx(0.85)
    assert area["objective"] == pytest.approx(340 * 0.85 / 800)
    assert area["pieces"] == 1 and area["enclosed"] == 0 and area["barriers_crossed"] == 0
    assert area.geometry.equals(shapely.box(EAST + 100, NORTH + 100, EAST + 300, NORTH + 300))


def test_the_ladder_of_sizes_keeps_each_size():
    units = lattice(6, 6)
    found = funding_areas(units, need_of(units, HOT), parameters(ladder_residents=[200, 400, 800]))
    steps = found.areas[found.areas["kind"] == "size"].set_index("area_id")
    assert list(steps.index) == ["S200", "S400", "S800"]
    assert (steps["residents"] <= [200, 400, 800]).all() and (steps["residents"] >= [100, 200, 400]).all()
    assert steps["recall"].is_monotonic_increasing


def _brute_force(task) -> float:
    """Best objective of all connected subsets that keep the limits: every subset is looked at."""
    n, borders, limits = len(task.units), task.units.borders, task.limits
    near = {unit: set() for unit in range(n)}
    for one, other in zip(
        borders.first[borders.is_open].tolist(), borders.second[borders.is_open].tolist(), strict=True
    ):
        near[one].add(other)
        near[other].add(one)
    best = 0.0
    for size in range(1, n + 1):
        for chosen in combinations(range(n), size):
            left, ways = set(chosen[1:]), [chosen[0]]
            while ways:
                step = near[ways.pop()] & left
                left -= step
                ways += step
            if left or not set(task.must.tolist()) <= set(chosen) or not task.allowed[list(chosen)].all():
                continue
            inside = np.zeros(n, dtype=bool)
            inside[list(chosen)] = True
            people = task.residents[inside].sum() / 1e6
            border_m = (task.units.outer_mm[inside].sum() - 2 * _inner(borders, inside)) / 1000
            ground_m2 = task.ground_cm2[inside].sum() / 1e4
            if not limits.minimum_residents <= people <= limits.maximum_residents:
                continue
            if 4 * np.pi * ground_m2 / border_m**2 < limits.minimum_compactness:
                continue
            lack = task.people[inside].sum()
            share = lack / people if people else 0.0
            best = max(best, (task.people * task.weight)[inside].sum() * share / border_m)
    return best


def _inner(borders, inside) -> int:
    return int(borders.shared_mm[inside[borders.first] & inside[borders.second]].sum())


@pytest.mark.parametrize("seed", range(6))
def test_small_cases_equal_the_best_of_all_connected_subsets(seed):
    rng = np.random.default_rng(seed)
    places = [(x, y) for x in range(4) for y in range(3)]
    walls = {"rail": [[(2, 0), (2, 2)]]} if seed % 2 else None
    units = lattice(4, 3, walls=walls)
    residents = {place: float(rng.integers(20, 200)) for place in places}
    people = {place: float(rng.integers(0, int(residents[place]))) for place in places}
    need = need_of(units, people, residents=residents)
    told = parameters(candidates=1, minimum_residents=300.0, maximum_residents=700.0, minimum_compactness=0.5)
    demand = edits({"action": "must", "unit_ids": name((3, 2))}) if seed > 3 else None
    found = funding_areas(units, need, told, edits=demand)
    task = task_of(units, need, read_limits(told), must=[name((3, 2))] if seed > 3 else [])
    assert found.areas.loc[0, "objective"] == pytest.approx(_brute_force(task), rel=1e-9)


def test_an_area_never_crosses_the_railway_until_a_crossing_is_declared():
    walls = {"rail": [[(2, 0), (2, 6)]]}
    units = lattice(6, 6, walls=walls)
    need = need_of(units, HOT)
    found = funding_areas(units, need, parameters(minimum_recall=0.0))
    for area in ("F1", "F2"):
        assert len({unit < "u02" for unit in members(found, area)}) == 1
    assert (found.areas["barriers_crossed"] == 0).all()
    crossing = gpd.GeoDataFrame(
        edits({"action": "crossing", "unit_ids": ""}),
        geometry=[shapely.Point(EAST + 200, NORTH + 150)], crs=CRS,
    )  # fmt: skip
    joined = funding_areas(units, need, parameters(), edits=crossing)
    assert members(joined) == {name(place) for place in HOT}
    assert joined.areas.loc[0, "barriers_crossed"] == 1
    assert joined.edits.loc[0, "reason"] == "Beschluss der Stadtteilkonferenz"


def test_a_crossing_far_from_any_barrier_is_refused():
    units = lattice(4, 4, walls={"water": [[(2, 0), (2, 4)]]})
    far = gpd.GeoDataFrame(
        edits({"action": "crossing", "unit_ids": ""}), geometry=[shapely.Point(EAST + 20, NORTH + 20)], crs=CRS
    )
    with pytest.raises(InputError, match="no barrier"):
        funding_areas(units, need_of(units, HOT), parameters(), edits=far)


def test_ground_that_an_area_encloses_is_taken_in():
    ring = {(x, y): 90.0 for x in (1, 2, 3) for y in (1, 2, 3) if (x, y) != (2, 2)}
    units = lattice(6, 6)
    need = need_of(units, ring)
    found = funding_areas(units, need, parameters(maximum_residents=2000.0))
    assert name((2, 2)) in members(found)
    kept_out = funding_areas(
        units, need, parameters(maximum_residents=2000.0), edits=edits({"action": "must_not", "unit_ids": name((2, 2))})
    )
    area = kept_out.areas.loc[0]
    assert name((2, 2)) not in members(kept_out) and area["enclosed"] in (0, 1)


def test_must_haves_far_apart_are_joined_to_one_piece():
    units = lattice(6, 6)
    demand = edits({"action": "must", "unit_ids": f"{name((0, 0))}; {name((3, 0))}"})
    found = funding_areas(units, need_of(units, HOT), parameters(minimum_compactness=0.1), edits=demand)
    assert {name((0, 0)), name((3, 0))} <= members(found)
    assert found.areas.loc[0, "pieces"] == 1


def test_must_haves_on_both_sides_of_a_river_are_refused():
    units = lattice(4, 4, walls={"water": [[(2, 0), (2, 4)]]})
    demand = edits({"action": "must", "unit_ids": f"{name((0, 0))};{name((3, 0))}"})
    with pytest.raises(InputError, match="cannot be joined"):
        funding_areas(units, need_of(units, HOT), parameters(), edits=demand)


def test_all_contradictions_are_told_at_once():
    units = lattice(4, 4)
    demand = edits(
        {"action": "must", "unit_ids": ";".join(units.ids[:10])}, {"action": "must_not", "unit_ids": units.ids[0]}
    )
    with pytest.raises(InputError) as caught:
        funding_areas(units, need_of(units, HOT), parameters(maximum_residents=500.0), edits=demand)
    told = str(caught.value)
    assert "must and must not" in told and "hold 1000 residents, at most 500" in told


def test_limits_that_nobody_can_keep_are_refused():
    units = lattice(4, 4)
    with pytest.raises(InputError, match="residents from 900 to 500"):
        funding_areas(units, need_of(units, HOT), parameters(minimum_residents=900.0, maximum_residents=500.0))
    with pytest.raises(InputError, match="only 1600 residents"):
        funding_areas(units, need_of(units, HOT), parameters(minimum_residents=5000.0, maximum_residents=9000.0))
    with pytest.raises(InputError, match="square"):
        funding_areas(units, need_of(units, HOT), parameters(minimum_compactness=0.9))


def test_an_unknown_unit_is_refused_and_the_nearest_is_offered():
    units = lattice(4, 4)
    with pytest.raises(InputError, match="u03_03"):
        funding_areas(units, need_of(units, HOT), parameters(), edits=edits({"action": "must", "unit_ids": "u03_3"}))


def test_where_nobody_is_in_need_there_is_no_proposal_and_a_note():
    units = lattice(4, 4)
    found = funding_areas(units, need_of(units, {}), parameters())
    assert len(found.areas) == 0 and (found.units["membership"] == "outside").all()
    assert "funding_none" in set(found.notes["code"])
    assert "Es ist kein Bedarf bekannt." in " ".join(found.notes["text_de"])


def test_where_every_unit_is_alike_no_area_is_named():
    units = lattice(5, 5)
    found = funding_areas(units, need_of(units, dict.fromkeys([(x, y) for x in range(5) for y in range(5)], 50.0)),
                          parameters())  # fmt: skip
    assert (found.areas["kind"] == "size").all()
    assert "deutlich mehr Bedarf" in " ".join(found.notes["text_de"])


def test_given_starts_are_used_and_unknown_ones_refused():
    units = lattice(6, 6)
    found = funding_areas(units, need_of(units, HOT), parameters(seeds=0, shakes=0), seeds=[name((2, 2))])
    assert name((2, 2)) in members(found)
    with pytest.raises(InputError, match="seeds names 1 units"):
        funding_areas(units, need_of(units, HOT), parameters(), seeds=["nowhere"])


def test_need_must_fit_the_units():
    units = lattice(3, 3)
    need = need_of(units, HOT)
    with pytest.raises(InputError, match="do not belong together"):
        funding_areas(units, need.drop(index=units.ids[0]), parameters())
    with pytest.raises(InputError, match="negative or missing"):
        funding_areas(units, need.assign(people=np.nan), parameters())
    with pytest.raises(InputError, match="lacks columns"):
        funding_areas(units, need.drop(columns="weight"), parameters())


@pytest.mark.parametrize("missing", ["reason", "author", "date"])
def test_a_change_without_reason_author_or_date_is_refused(missing):
    units = lattice(4, 4)
    with pytest.raises(InputError, match=f"no {missing}"):
        funding_areas(
            units, need_of(units, HOT), parameters(),
            edits=edits({"action": "add", "unit_ids": name((0, 0)), missing: " "}),
        )  # fmt: skip


def test_a_change_by_hand_is_told_with_its_reason_and_the_figures_before_and_after():
    units = lattice(6, 6)
    hand = edits(
        {"action": "add", "unit_ids": name((3, 1)), "reason": "Schule gehört dazu"},
        {"action": "remove", "unit_ids": name((1, 1)), "reason": "Neubau, anderes Programm"},
    )
    found = funding_areas(units, need_of(units, HOT), parameters(), edits=hand)
    first, second = found.edits.to_dict("records")
    assert (first["area_id"], first["residents_before"], first["residents_after"]) == ("F1", 400, 500)
    assert first["precision_before"] == pytest.approx(0.85) and first["precision_after"] == pytest.approx(0.68)
    assert first["reason"] == "Schule gehört dazu" and first["limits_de"] == ""
    assert second["recall_after"] == pytest.approx(250 / 340)
    assert found.areas.loc[0, "edited"] and found.areas.loc[0, "n_units"] == 4
    assert found.before.loc[0, "n_units"] == 4 and found.before.loc[0, "recall"] == pytest.approx(1.0)
    assert members(found) == {name(place) for place in [(1, 2), (2, 1), (2, 2), (3, 1)]}


def test_a_change_that_breaks_an_area_apart_is_told_not_refused():
    units = lattice(6, 6)
    hand = edits({"action": "add", "unit_ids": name((5, 5)), "area_id": "F1"})
    found = funding_areas(units, need_of(units, HOT), parameters(), edits=hand)
    assert "2 getrennte Teile" in found.edits.loc[0, "limits_de"]
    assert "2 separate pieces" in found.edits.loc[0, "limits_en"]
    with pytest.raises(InputError, match="border on no area"):
        funding_areas(
            units, need_of(units, HOT), parameters(), edits=edits({"action": "add", "unit_ids": name((5, 5))})
        )


def test_a_drawn_polygon_names_the_units_it_holds_by_half():
    units = lattice(6, 6)
    drawn = gpd.GeoDataFrame(
        edits({"action": "add", "unit_ids": ""}),
        geometry=[shapely.box(EAST + 300, NORTH + 100, EAST + 360, NORTH + 240)], crs=CRS,
    )  # fmt: skip
    found = funding_areas(units, need_of(units, HOT), parameters(), edits=drawn.to_crs("EPSG:4326"))
    assert found.edits.loc[0, "unit_ids"] == name((3, 1))


def test_need_that_is_weighted_moves_the_area_but_not_the_people_in_need():
    units = lattice(6, 2)
    need = need_of(units, {(0, 0): 60.0, (5, 0): 60.0}, weight={(5, 0): 3.0})
    found = funding_areas(units, need, parameters(candidates=1))
    area = found.areas.loc[0]
    assert members(found) == {name((5, 0))}
    assert area["recall"] == pytest.approx(0.75) and area["precision"] == pytest.approx(0.6)


def test_unknown_need_makes_a_fringe_and_certain_need_a_core():
    units = lattice(6, 6)
    sure = need_of(units, HOT)
    found = funding_areas(units, sure, parameters(runs=20, need_noise_share=0.0))
    assert set(found.units.loc[found.units["area_id"] != "", "membership"]) == {"core"}
    assert found.areas.loc[0, "stability"] == pytest.approx(1.0)
    open_ = need_of(units, HOT, unknown={(3, 1): 100.0, (3, 2): 100.0})
    unsure = funding_areas(units, open_, parameters(runs=60, need_noise_share=0.0)).units.set_index("unit_id")
    assert set(unsure.loc[[name(place) for place in HOT], "membership"]) == {"core"}
    assert unsure.loc[name((3, 1)), "membership"] in ("possible", "fringe")
    assert 0 < unsure.loc[name((3, 1)), "membership_share"] < 1


def test_uncertain_data_and_other_choices_are_two_figures():
    units = lattice(6, 6)
    need = need_of(units, HOT)
    moved = need["people"].to_numpy().copy()
    moved[:] = 0.0
    variants = pd.DataFrame({"base": need["people"], "other": moved}, index=need.index)
    variants.loc[name((4, 4)), "other"] = 100.0
    found = funding_areas(units, need, parameters(need_noise_share=0.0), variants=variants)
    unit = found.units.set_index("unit_id")
    assert unit.loc[name((1, 1)), "membership_share"] == 1.0
    assert unit.loc[name((1, 1)), "variant_share"] == 0.5
    assert found.areas.loc[0, "stability"] == pytest.approx(1.0)
    assert found.areas.loc[0, "stability_variants"] == pytest.approx(0.5)


def test_islands_and_one_unit_alone_are_no_error():
    lonely = units_at([(0, 0)])
    found = funding_areas(lonely, need_of(lonely, {(0, 0): 50.0}), parameters(minimum_lift=1.0))
    assert members(found) == {name((0, 0))} and found.areas.loc[0, "compactness"] == pytest.approx(np.pi / 4)
    apart = units_at([(0, 0), (5, 5)])
    both = funding_areas(apart, need_of(apart, {(0, 0): 50.0, (5, 5): 40.0}), parameters(minimum_lift=0.0))
    assert both.areas.loc[both.areas["kind"] == "proposal", "n_units"].tolist() == [1, 1]


def test_outlines_of_neighbouring_proposals_share_their_points():
    units = lattice(6, 6)
    people = {(x, y): 90.0 for x in range(6) for y in (2, 3)}
    found = funding_areas(units, need_of(units, people), parameters(maximum_residents=600.0, minimum_recall=0.0))
    shapes = found.areas.loc[found.areas["kind"] == "proposal"].geometry.to_numpy()
    assert len(shapes) == 2
    assert shapely.area(shapely.intersection(*shapes)) == 0
    assert shapely.coverage_is_valid(shapes)


def test_the_figures_of_an_area_without_judged_residents_are_unknown_not_zero():
    units = lattice(2, 2)
    need = need_of(units, {})
    task = task_of(units, need.assign(judged=0.0), read_limits(Parameters(SMALL)))
    told = figures(replace(task), np.array([True, False, False, False]))
    assert np.isnan(told["precision"]) and np.isnan(told["recall"])
