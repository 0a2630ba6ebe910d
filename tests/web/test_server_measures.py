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
