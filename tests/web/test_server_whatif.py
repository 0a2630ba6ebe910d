"""What-if over HTTP: scenarios that are kept, answers that are those of a full run, and what leaves the office."""

import json
import random
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest
from served import HERE, PORT, TOKEN, asking

from nahraum.errors import InputError
from nahraum.grid import cell_id
from nahraum.scenario.effect import effect_of
from nahraum.scenario.state import StudyState
from nahraum.scenario.tally import Tally
from nahraum.store.scenarios import ScenarioStore
from nahraum.web.app import create_app, rules_for
from nahraum.workflow.planning import Planning
from nahraum.workflow.serving import published
from nahraum.workflow.whatif import what_if


@pytest.fixture(scope="module")
def town(small_town):
    return published(small_town.study)


@pytest.fixture(scope="module")
def base(small_town):
    return what_if(small_town.study)


@pytest.fixture
def planning(town, base, tmp_path):
    return Planning(town.study, base, ScenarioStore(tmp_path / "internal" / "scenarios.sqlite", crs=base.crs))


@pytest.fixture
def planner(town, planning):
    return asking(town, planning)


@pytest.fixture
def spot(base):
    """The address with most residents."""
    row = base.area.addresses.sort_values("residents").iloc[-1]
    return float(row["x_m"]), float(row["y_m"])


def shop(spot) -> dict:
    return {"kind": "facility_added", "category": "food_full_range", "x_m": spot[0], "y_m": spot[1]}


def new(planner, name="Markt") -> str:
    answer = planner.post("/api/scenarios", json={"name": name})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def edit(planner, scenario, document, **more):
    return planner.post(f"/api/scenarios/{scenario}/edits", json={"edit": document, **more})


def test_a_scenario_is_made_edited_undone_redone_copied_renamed_and_deleted(planner, spot):
    one = new(planner)
    made = edit(planner, one, shop(spot)).json()
    assert made["scenario"]["n_done"] == 1 and made["edit"]["facility_id"].startswith("edit:")
    assert made["effect"]["n_addresses"] > 0 and made["effect"]["quarters"]
    back = planner.post(f"/api/scenarios/{one}/undo", json={}).json()
    assert back["scenario"]["n_done"] == 0 and back["scenario"]["n_undone"] == 1
    assert back["effect"]["residents"]["relieved"] == made["effect"]["residents"]["newly_lacking"]
    assert back["effect"]["residents"]["newly_lacking"] == made["effect"]["residents"]["relieved"]
    assert planner.post(f"/api/scenarios/{one}/undo", json={}).status_code == 422
    again = planner.post(f"/api/scenarios/{one}/redo", json={}).json()
    assert again["effect"] == made["effect"]
    copy = planner.post(f"/api/scenarios/{one}/duplicate", json={"name": "Kopie"}).json()
    assert copy["edits"] == planner.get(f"/api/scenarios/{one}").json()["edits"]
    assert planner.get(f"/api/scenarios/{copy['id']}/effect").json()["effect"] == made["effect"]
    assert planner.patch(f"/api/scenarios/{one}", json={"name": "Großer Markt"}).json()["name"] == "Großer Markt"
    assert planner.delete(f"/api/scenarios/{one}").status_code == 204
    assert [one["name"] for one in planner.get("/api/scenarios").json()] == ["Kopie"]


def test_an_edit_that_changes_nothing_for_anybody_is_answered_with_nothing(planner, base, spot):
    one = new(planner)
    edit(planner, one, shop(spot))
    answer = edit(planner, one, shop(spot) | {"facility_id": "zz"})  # ties go to the lower id
    assert answer.status_code == 200, answer.text
    told = answer.json()["effect"]
    assert (told["n_addresses"], told["quarters"], told["cells"], told["residents"]["relieved"]) == (0, [], [], 0.0)
    assert told["total"]["before"] == told["total"]["after"]


def test_an_edit_in_the_middle_is_reshaped_taken_out_and_brought_back(planner, base, spot):
    name, x, y = new(planner), *spot
    square = [[x, y], [x + 90, y], [x + 90, y + 90], [x, y + 90]]
    park = {"kind": "green_added", "outline": square, "entrances": [[x, y]]}
    path = {"kind": "footpath_added", "points": [[x - 40, y], [x + 60, y + 30]]}
    edits = [shop(spot), park, path]
    for edit in edits:
        assert planner.post(f"/api/scenarios/{name}/edits", json={"edit": edit}).status_code == 200
    kept = planner.get(f"/api/scenarios/{name}").json()["edits"]
    moved = kept[1] | {"outline": [[a + 50, b] for a, b in park["outline"]], "entrances": [[x + 50, y]]}

    tried = planner.post(f"/api/scenarios/{name}/edits/1/preview", json={"edit": moved})
    assert planner.get(f"/api/scenarios/{name}").json()["edits"] == kept
    done = planner.put(f"/api/scenarios/{name}/edits/1", json={"edit": moved, "version": 3})
    assert done.status_code == 200, done.text
    assert done.json()["effect"] == tried.json()["effect"]
    assert planner.get(f"/api/scenarios/{name}").json()["edits"] == [kept[0], moved, kept[2]]
    fresh = [kept[0], moved, kept[2]]
    assert _whole(planner, name) == _of_edits(planner, fresh)

    assert planner.delete(f"/api/scenarios/{name}/edits/0?version=4").status_code == 200
    assert _whole(planner, name) == _of_edits(planner, fresh[1:])
    assert planner.post(f"/api/scenarios/{name}/undo", json={}).status_code == 200
    assert _whole(planner, name) == _of_edits(planner, fresh)
    assert planner.post(f"/api/scenarios/{name}/undo", json={}).status_code == 200
    assert planner.get(f"/api/scenarios/{name}").json()["edits"] == kept
    assert _whole(planner, name) == _of_edits(planner, kept)
    for _ in range(2):
        assert planner.post(f"/api/scenarios/{name}/redo", json={}).status_code == 200
    assert _whole(planner, name) == _of_edits(planner, fresh[1:])

    nowhere = planner.put(f"/api/scenarios/{name}/edits/7", json={"edit": moved})
    assert nowhere.status_code == 422
    assert nowhere.json()["what"] == "there is no edit at this position"


def _whole(planner, name):
    return planner.get(f"/api/scenarios/{name}/effect").json()["effect"]


def _of_edits(planner, edits):
    """The effect of a new scenario with these edits."""
    crs = planner.get("/api/whatif").json()["crs"]
    log = {"format": "nahraum-edits", "format_version": 1, "crs": crs, "edits": edits}
    made = planner.post("/api/scenarios", json={"name": "neu", "log": log})
    assert made.status_code == 201, made.text
    return _whole(planner, made.json()["id"])


def test_reshaping_makes_a_scenario_no_larger_and_its_history_has_an_end(planning, spot, monkeypatch):
    class Few:
        def number(self, name):
            return 2.0 if name == "serving.most_edits" else planning._study.parameters().number(name)

    planning.parameters = Few()
    monkeypatch.setattr("nahraum.workflow.planning._LOG_OF_EDITS", 3)
    name = planning.create("Markt")["id"]
    shops = (shop((spot[0] + metres, spot[1])) for metres in range(20))
    planning.edit(name, next(shops))
    for _ in range(3):
        planning.replace(name, 0, next(shops))
    planning.edit(name, next(shops))
    with pytest.raises(InputError, match="too many edits"):
        planning.edit(name, next(shops))
    planning.replace(name, 0, next(shops))
    with pytest.raises(InputError, match="changed too often"):
        planning.replace(name, 0, next(shops))
    copy = planning.duplicate(name, "Kopie")["id"]
    planning.replace(copy, 0, next(shops))


def test_trying_an_edit_keeps_nothing(planner, spot):
    one = new(planner)
    tried = planner.post(f"/api/scenarios/{one}/preview", json={"edit": shop(spot)}).json()
    assert tried["scenario"]["n_done"] == 0
    assert tried["effect"] == edit(planner, one, shop(spot)).json()["effect"]


def test_coordinates_may_be_longitude_and_latitude(planner, base, spot):
    import pyproj

    lon, lat = pyproj.Transformer.from_crs(base.crs, 4326, always_xy=True).transform(*spot)
    told = edit(planner, new(planner), shop((lon, lat)), crs="OGC:CRS84").json()["edit"]
    assert (told["x_m"], told["y_m"]) == pytest.approx(spot, abs=0.01)


def test_a_log_goes_out_and_comes_in_again(planner, base, spot):
    one = new(planner)
    edit(planner, one, shop(spot))
    log = planner.get(f"/api/scenarios/{one}/log").json()
    assert log["format"] == "nahraum-edits" and log["crs"] == base.crs
    other = planner.post("/api/scenarios", json={"name": "geteilt", "log": log}).json()
    assert other["edits"] == log["edits"]
    wrong = planner.post("/api/scenarios", json={"name": "x", "log": log | {"crs": "EPSG:31467"}})
    assert wrong.status_code == 422 and "CRS" in wrong.json()["what"]


def test_a_scenario_comes_in_degrees_and_a_log_in_degrees_is_taken(planner, spot):
    one = new(planner)
    edit(planner, one, shop(spot))
    degrees = planner.get(f"/api/scenarios/{one}?crs=OGC:CRS84").json()["edits"]
    assert 5 < degrees[0]["x_m"] < 16 and 47 < degrees[0]["y_m"] < 56
    log = {"format": "nahraum-edits", "format_version": 1, "crs": "OGC:CRS84", "edits": degrees}
    other = planner.post("/api/scenarios", json={"name": "von außen", "log": log}).json()["edits"][0]
    assert (other["x_m"], other["y_m"]) == pytest.approx(spot, abs=0.01)
    there = planner.get(f"/api/whatif/point?x={spot[0]}&y={spot[1]}").json()["point"]
    assert there == pytest.approx([degrees[0]["x_m"], degrees[0]["y_m"]], abs=1e-7)
    assert planner.get("/api/whatif/point?x=1e9&y=1e9").status_code == 422
    assert planner.get(f"/api/scenarios/{one}?crs=EPSG:31467").status_code == 422


def test_what_lies_around_a_point_can_be_named_in_an_edit(planner, base, spot):
    one = new(planner)
    made = edit(planner, one, shop(spot)).json()["edit"]["facility_id"]
    ask = f"/api/scenarios/{one}/around?x={spot[0]}&y={spot[1]}"
    found = planner.get(f"{ask}&within_m=80").json()
    assert found[0]["id"] == made and found[0]["distance_m"] == 0.0
    assert [thing["distance_m"] for thing in found] == sorted(thing["distance_m"] for thing in found)
    assert all(thing["distance_m"] <= 80 for thing in found)
    way = next(thing for thing in found if thing["what"] == "way")
    assert int(way["id"]) in base.network.edge_way_id
    edit(planner, one, {"kind": "footpath_removed", "way_id": int(way["id"])})
    edit(planner, one, {"kind": "facility_closed", "facility_id": made})
    left = {thing["id"] for thing in planner.get(f"{ask}&within_m=80").json()}
    assert not left & {made, way["id"]}
    gate = base.area.green_entrances.iloc[0]
    near = planner.get(f"/api/scenarios/{one}/around?x={gate['x_m']}&y={gate['y_m']}&within_m=5").json()
    assert {"entrance", "green"} <= {thing["what"] for thing in near}
    assert planner.get(f"{ask}&within_m=5000").status_code == 422


def test_what_does_not_fit_is_told_and_changes_nothing(planner, spot):
    one = new(planner)
    for document in (
        {"kind": "facility_closed", "facility_id": "nothing"}, shop((0.0, 0.0)), shop(spot) | {"category": "castle"},
        shop(spot) | {"name": "\ud800"}, shop(spot) | {"name": "x" * 999}, shop(spot) | {"x_m": 1e308},
        {"kind": "footpath_removed", "way_id": 10**30},
        {"kind": "green_added", "outline": [[0, 0]] * 600, "entrances": []},
        {"kind": "footpath_added", "points": [[[1], 2], [3, 4]]}, shop(spot) | {"x_m": None},
    ):  # fmt: skip
        answer = planner.post(
            f"/api/scenarios/{one}/edits", content=json.dumps({"edit": document}),
            headers={"content-type": "application/json"},
        )  # fmt: skip
        assert answer.status_code == 422, answer.text
        assert answer.json()["what"]
    assert planner.get(f"/api/scenarios/{one}").json()["version"] == 0
    assert edit(planner, "0" * 16, shop(spot)).status_code == 404
    assert planner.get("/api/scenarios/'; DROP TABLE scenario; --").status_code == 404


def test_an_edit_on_an_older_version_is_refused(planner, spot):
    one = new(planner)
    assert edit(planner, one, shop(spot), version=0).status_code == 200
    assert edit(planner, one, shop(spot), version=0).status_code == 409


def test_edits_at_the_same_time_are_made_one_after_the_other(planner, base, spot, town):
    one, answers = new(planner), []

    def several(seed: int) -> None:
        for n in range(3):
            there = (spot[0] + 10 * seed, spot[1] + 10 * n)
            answers.append(edit(planner, one, shop(there)).status_code)

    threads = [threading.Thread(target=several, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 12
    kept = planner.get(f"/api/scenarios/{one}").json()
    assert kept["n_done"] == kept["version"] == len({e["facility_id"] for e in kept["edits"]}) == 12
    whole = planner.get(f"/api/scenarios/{one}/effect").json()["effect"]
    state = base.branch()
    for document in kept["edits"]:
        state.apply(document)
    assert whole["total"]["after"]["lacks_supply_residents"] == float(
        Tally.of(state).total()["lacks_supply_residents"].iloc[0]
    )


def test_another_server_finds_the_scenarios_of_one_that_was_killed(town, base, tmp_path, spot):
    file = tmp_path / "internal" / "scenarios.sqlite"
    first = asking(town, Planning(town.study, base, ScenarioStore(file, crs=base.crs)))
    one = new(first)
    made = edit(first, one, shop(spot)).json()
    second = asking(town, Planning(town.study, base, ScenarioStore(file, crs=base.crs)))  # the first was never closed
    assert second.get(f"/api/scenarios/{one}").json()["edits"] == [made["edit"]]
    assert second.get(f"/api/scenarios/{one}/effect").json()["effect"] == made["effect"]
    assert second.post(f"/api/scenarios/{one}/undo", json={}).json()["scenario"]["n_done"] == 0


def random_edit(dice: random.Random, state) -> dict:
    addresses = state.area.addresses
    row = addresses.iloc[dice.randrange(len(addresses))]
    x, y = float(row["x_m"]) + dice.uniform(-40, 40), float(row["y_m"]) + dice.uniform(-40, 40)
    ring = [[x, y], [x + 120, y], [x + 120, y + 90], [x, y + 90]]
    facilities = state.area.facilities["facility_id"]
    return dice.choice([
        {"kind": "facility_added", "category": dice.choice(["food_full_range", "gp", "stop"]), "x_m": x, "y_m": y},
        {"kind": "facility_closed", "facility_id": str(facilities.iloc[dice.randrange(len(facilities))])},
        {"kind": "green_added", "outline": ring, "entrances": ring[:2]},
        {"kind": "green_removed", "green_id": str(state.area.greens["green_id"].iloc[0])},
        {"kind": "footpath_added", "points": [[x, y], [x + dice.uniform(60, 200), y + 50]]},
        {"kind": "residents_added", "residents": dice.choice([3.0, 250.0]), "x_m": x, "y_m": y},
        {"kind": "residents_added", "residents": 7.5, "address_id": str(row["address_id"])},
    ])  # fmt: skip


def test_whatever_is_edited_undone_and_redone_the_counts_are_those_of_a_full_run(planning, base):
    """The witness counts the edited study from nothing; the tables of a run are compared in tests/properties."""
    dice = random.Random(8)
    one, made = planning.create("zufällig")["id"], 0
    while made < 12:
        state = planning._opened(one).state
        try:
            answer = planning.edit(one, random_edit(dice, state))
        except ValueError:
            continue
        made += 1
        if dice.random() < 0.4:
            answer = planning.step(one, -1)
            if dice.random() < 0.5:
                answer = planning.step(one, 1)
        ready = planning._opened(one)
        full = Tally.of(ready.state)
        assert (ready.tally.sums == full.sums).all()
        assert (ready.tally.tops == full.tops).all() and (ready.tally.bottoms == full.bottoms).all()
        told = {row["quarter_id"]: row["after"] for row in answer["effect"]["quarters"]}
        for key, values in told.items():
            wanted = full.table().loc[key]
            assert all(value is None or value == wanted[name] for name, value in values.items())


def test_outside_the_office_answers_are_by_quarter_and_rounded(town, base, spot):
    public = asking(town, Planning(town.study, base, None), token=None)
    answer = public.post("/api/whatif", json={"edits": [shop(spot)]}).json()
    assert set(answer) == {"lacks_needed", "residents", "quarters", "status_groups"}
    for row in [answer["residents"], *answer["quarters"], *answer["status_groups"]]:
        counts = [
            row["relieved"],
            row["newly_lacking"],
            *(c for p in row["prerequisites"].values() for c in p.values()),
        ]
        assert all(
            c == {"fewer_than": 3} or (set(c) == {"about"} and c["about"] >= 10 and c["about"] % 10 == 0)
            for c in counts
        )
    assert public.get("/api/scenarios").status_code == 404
    named = {"kind": "residents_added", "residents": 5, "address_id": str(base.area.addresses["address_id"].iloc[0])}
    assert public.post("/api/whatif", json={"edits": [named]}).status_code == 422
    assert public.post("/api/whatif", json={"edits": [shop(spot)] * 21}).status_code == 422


def several_cells(base) -> list[int]:
    """Cells with people and only a part of the offer, those of fewest residents first."""
    cells = base.area.cells
    known = cells[cells["inside"] & (cells["residents"] > 0) & (cells["internet_offer_share"] < 0.9)]
    return [int(key) for key in known.sort_values("residents")["cell_key"]]


def told_relieved(public, edits) -> int:
    """Residents told to lack the offer no longer, 0 for "fewer than"."""
    answer = public.post("/api/whatif", json={"edits": edits})
    assert answer.status_code == 200, answer.text
    return answer.json()["residents"]["prerequisites"]["internet"]["no_longer_lacking"].get("about", 0)


def bisected_residents(public, cell: str, before: float) -> float:
    """What an attacker takes a cell's residents to be: where, between a share and another, the rounded count jumps.

    At the jump to t the residents times the growth of the share are t - 5, or the least count for the first jump.
    """

    def relieved(share: float) -> int:
        return told_relieved(public, [{"kind": "internet_offer_changed", "cells": [cell], "share": share}])

    most = relieved(1.0)
    if most == 0:
        return 0.0
    low, high = before, 1.0
    for _ in range(16):
        share = (low + high) / 2
        low, high = (low, share) if relieved(share) == most else (share, high)
    return (3.0 if most == 10 else most - 5.0) / (high - before)


def attacked(public, base) -> list[tuple[float, float]]:
    """Some cells: the residents that an attacker finds, and those who live there."""
    cells, found = base.area.cells.set_index("cell_key"), []
    for key in several_cells(base)[-6:]:
        name, before = str(cell_id(np.array([key]))[0]), float(cells.loc[key, "internet_offer_share"])
        found.append((bisected_residents(public, name, before), float(cells.loc[key, "residents"])))
    return found


def test_bisecting_an_edit_would_tell_the_residents_of_a_cell_if_only_the_answers_were_rounded(town, base, monkeypatch):
    for module in ("holding", "planning"):
        monkeypatch.setattr(f"nahraum.workflow.{module}.blurred", lambda study, base: base)
    public = asking(town, Planning(town.study, base, None), token=None)
    assert all(found == pytest.approx(real, abs=0.1) for found, real in attacked(public, base))


def test_bisecting_an_edit_tells_the_blurred_residents_and_not_those_who_live_there(town, base):
    found = attacked(asking(town, Planning(town.study, base, None), token=None), base)
    assert all(one == pytest.approx(10 * round(one / 10), abs=0.1) for one, _ in found), found
    assert all(abs(one - real) < 10 for one, real in found)
    assert sum(abs(one - real) > 0.5 for one, real in found) >= len(found) / 2, found


def test_the_area_of_a_park_is_no_scale_for_the_residents_around_it(town, base, spot):
    """m² per resident has a threshold: bisecting the area of a park would weigh the people who reach it."""
    planning = Planning(town.study, base, None)
    outside = planning._outside.state
    ring = [[spot[0], spot[1]], [spot[0] + 120, spot[1]], [spot[0] + 120, spot[1] + 90], [spot[0], spot[1] + 90]]
    park = {"kind": "green_added", "outline": ring, "entrances": ring[:1]}
    blurred, real = outside.branch(), base.branch()
    blurred.apply(park)
    real.apply(park)
    people = outside.area.addresses.groupby("cell_key")["residents"].sum()
    assert (people.round(6) % 10 == 0).all()
    again = StudyState.of(blurred.area, blurred.network, base.parameters).table()
    pd.testing.assert_frame_equal(blurred.table(), again)  # nothing of the real residents is left in any m²
    column = "green_m2_per_resident"
    assert not np.allclose(blurred.table()[column], real.table()[column], equal_nan=True)


def test_starting_the_server_again_blurs_in_the_same_way_and_the_office_still_sees_the_real_residents(
    town, base, planning, spot
):
    one, other = (asking(town, Planning(town.study, base, None), token=None) for _ in range(2))
    wanted = {"edits": [shop(spot)]}
    answers = [who.post("/api/whatif", json=wanted).json() for who in (one, other, asking(town, planning))]
    assert answers[0] == answers[1] == answers[2]
    assert planning._base is base


def test_people_count_as_relieved_who_lacked_several_and_no_longer_do(base, spot):
    """By the prerequisites of a full run before and after: a person counts with the share of several known lacks."""
    before = Tally.of(base)
    state = base.branch()
    after = before.after(state, state.apply(shop(spot)))
    told = effect_of(before, after)
    old, new = (s.prerequisites().set_index("address_id")["lacks_supply"] for s in (base, state))
    people = base.area.addresses.set_index("address_id")
    people = people[people["inside"] & ~people["edge"]]["residents"]
    gained = people[(old.reindex(people.index) == 1) & (new.reindex(people.index) == 0)].sum()
    assert told.quarters["lacks_supply_no_longer"].sum() == pytest.approx(gained, abs=1e-6)
    assert told.quarters["several_no_longer"].sum() <= gained + 1e-6
    assert told.cells.sum().sum() == pytest.approx(told.quarters.sum().sum(), abs=1e-6)


def test_no_request_makes_the_server_fail(town, planning):
    """schemathesis over the whole description, bounded; whatever it sends is answered below 500."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    app = create_app(town, rules_for(town, port=PORT, token=TOKEN), planning)
    headers = {"authorization": f"Bearer {TOKEN}", "x-nahraum": "1", "host": f"127.0.0.1:{PORT}"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=headers)
    statuses: list[int] = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def check(case):
            answer = case.call(headers=headers, base_url=HERE)
            statuses.append(answer.status_code)
            assert answer.status_code < 500, (case.method, case.formatted_path, answer.status_code)

        check()
    assert len(statuses) > 100 and {200, 201, 404, 422} <= set(statuses) and 401 not in statuses


def test_serve_explains_itself_and_wants_results():
    shown = subprocess.run([sys.executable, "-m", "nahraum.cli", "serve", "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and "--public" in shown.stdout
