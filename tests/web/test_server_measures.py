"""What stands beside a what-if answer over HTTP: costs of measures, fibre, people by status, who moves in."""

import pytest
from served import asking

from nahraum.grid import cell_id
from nahraum.store.scenarios import ScenarioStore
from nahraum.workflow.beside_whatif import study_status_groups
from nahraum.workflow.planning import Planning
from nahraum.workflow.serving import published
from nahraum.workflow.whatif import what_if


@pytest.fixture(scope="module")
def base(small_town):
    return what_if(small_town.study)


@pytest.fixture
def planner(small_town, base, tmp_path):
    town = published(small_town.study)
    store = ScenarioStore(tmp_path / "internal" / "scenarios.sqlite", crs=base.crs)
    return asking(town, Planning(town.study, base, store, study_status_groups(town.study)))


def test_types_of_measures_are_offered_with_costs_and_added_up(planner):
    types = {one["type_id"]: one for one in planner.get("/api/measures").json()}
    assert len(types) >= 10
    name, unit = next((name, one) for name, one in types.items() if one["cost_eur"]["mid"] is not None)
    told = planner.post("/api/costs", json={"measures": [{"type_id": name, "quantity": 3}] * 2}).json()
    assert told["total"]["cost_eur"]["mid"] == pytest.approx(6 * unit["cost_eur"]["mid"])
    assert told["measures"][0]["quantity"] == 3
    paid = told["funding"]
    assert paid["cost_eur"] == pytest.approx(told["total"]["cost_eur"]["mid"])
    assert 0.0 <= paid["grant_share"] <= 0.9
    wrong = planner.post("/api/costs", json={"measures": [{"type_id": "castle", "quantity": 3}]})
    assert wrong.status_code == 422
    assert "castle" in wrong.json()["where"][0]


def test_fibre_for_a_cell_takes_the_lack_of_internet_from_who_lives_there(planner, base):
    cells = base.area.cells
    row = cells[cells["inside"] & (cells["internet_offer_share"] < 0.5)].sort_values("residents").iloc[-1]
    fibre = {"kind": "internet_offer_changed", "cells": cell_id(int(row["cell_key"])).tolist()}
    scenario = planner.post("/api/scenarios", json={"name": "Glasfaser"}).json()["id"]
    told = planner.post(f"/api/scenarios/{scenario}/edits", json={"edit": fibre}).json()
    gone = told["effect"]["residents"]["prerequisites"]["internet"]["no_longer_lacking"]
    assert gone == pytest.approx(row["residents"] * (1 - row["internet_offer_share"]), rel=0.01)
    back = planner.post(f"/api/scenarios/{scenario}/undo", json={}).json()
    assert back["effect"]["residents"]["prerequisites"]["internet"]["now_lacking"] == gone
    wrong = planner.post(f"/api/scenarios/{scenario}/edits", json={"edit": fibre | {"cells": ["here"]}})
    assert wrong.status_code == 422


def test_people_are_told_by_status_of_their_quarter_and_newcomers_apart(planner, base, small_town):
    groups = study_status_groups(published(small_town.study).study)
    row = base.area.addresses.sort_values("residents").iloc[-1]
    home = {"kind": "residents_added", "residents": 30.0, "address_id": str(row["address_id"])}
    scenario = planner.post("/api/scenarios", json={"name": "Wohnungen"}).json()["id"]
    told = planner.post(f"/api/scenarios/{scenario}/edits", json={"edit": home}).json()["effect"]
    assert told["newcomers"]["residents"] == pytest.approx(30.0)
    assert [one["status"] for one in told["status_groups"]][: len(groups.groups)] == [one.id for one in groups.groups]
    assert sum(one["relieved"] for one in told["status_groups"]) == pytest.approx(
        told["residents"]["relieved"], abs=0.01
    )
    undone = planner.post(f"/api/scenarios/{scenario}/undo", json={}).json()["effect"]
    assert undone["newcomers"]["residents"] == pytest.approx(-30.0)


def test_a_whole_scenario_costs_what_its_edits_are_as_measures(planner, base):
    row = base.area.addresses.sort_values("residents").iloc[-1]
    x, y = float(row["x_m"]), float(row["y_m"])
    ring = [[x, y], [x + 100, y], [x + 100, y + 80], [x, y + 80]]
    cells = base.area.cells
    lacking = cells[cells["inside"] & (cells["internet_offer_share"] < 0.5)].sort_values("residents").iloc[-1]
    edits = [
        {"kind": "green_added", "outline": ring, "entrances": ring[:1]},
        {"kind": "facility_added", "category": "gp", "x_m": x, "y_m": y},
        {"kind": "footpath_added", "points": [[x, y], [x + 30, y + 40]]},
        {"kind": "internet_offer_changed", "cells": cell_id(int(lacking["cell_key"])).tolist()},
        {"kind": "facility_closed", "facility_id": str(base.area.facilities["facility_id"].iloc[0])},
    ]
    scenario = planner.post("/api/scenarios", json={"name": "alles"}).json()["id"]
    for edit in edits:
        assert planner.post(f"/api/scenarios/{scenario}/edits", json={"edit": edit}).status_code == 200
    told = planner.get(f"/api/scenarios/{scenario}/costs").json()
    rows = {one["kind"]: one for one in told["edits"]}
    assert (rows["green_added"]["type_id"], rows["green_added"]["quantity"]) == ("new_park", 8000.0)
    assert rows["facility_added"]["choices"] == ["gp_branch"] and rows["facility_added"]["quantity"] == 1.0
    assert rows["footpath_added"]["quantity"] == pytest.approx(50.0)
    households = lacking["residents"] / 2.0 * (1 - lacking["internet_offer_share"])
    assert rows["internet_offer_changed"]["quantity"] == pytest.approx(households, rel=0.25)
    assert (rows["facility_closed"]["type_id"], told["not_costed"]) == ("", 1) and rows["facility_closed"]["note"]
    total = sum(one["cost_eur"]["mid"] for one in told["edits"] if one["cost_eur"])
    assert told["total"]["cost_eur"]["mid"] == pytest.approx(total, abs=0.05)
    assert told["funding"]["cost_eur"] == pytest.approx(total, abs=0.05)


def test_which_measure_an_edit_is_can_be_said_and_is_kept_with_the_scenario(planner, base):
    row = base.area.addresses.sort_values("residents").iloc[-1]
    x, y = float(row["x_m"]), float(row["y_m"])
    path = {"kind": "footpath_added", "points": [[x, y], [x + 30, y + 40]]}
    scenario = planner.post("/api/scenarios", json={"name": "Weg", "log": None}).json()["id"]
    planner.post(f"/api/scenarios/{scenario}/edits", json={"edit": path})
    costs = f"/api/scenarios/{scenario}/costs"
    said = planner.post(costs, json={"types": {"0": "footbridge"}, "quantities": {"0": 12.0}}).json()
    assert (said["edits"][0]["type_id"], said["edits"][0]["quantity"]) == ("footbridge", 12.0)
    assert planner.get(costs).json() == said
    copy = planner.post(f"/api/scenarios/{scenario}/duplicate", json={"name": "Kopie"}).json()["id"]
    assert planner.get(f"/api/scenarios/{copy}/costs").json() == said
    planner.post(f"/api/scenarios/{scenario}/undo", json={})
    assert planner.get(costs).json()["edits"] == []
    planner.post(f"/api/scenarios/{scenario}/redo", json={})
    assert planner.get(costs).json() == said
    nothing = planner.post(costs, json={"types": {"0": ""}}).json()
    assert (nothing["total"], nothing["not_costed"]) == (None, 1)
    for wrong in ({"types": {"0": "gp_branch"}}, {"types": {"7": ""}}, {"quantities": {"0": -1}}, {"types": {"x": ""}}):
        assert planner.post(costs, json=wrong).status_code == 422
    assert planner.get("/api/scenarios/nothing/costs").status_code == 404
