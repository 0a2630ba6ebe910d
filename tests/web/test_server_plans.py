"""Plans over HTTP: asked for, made in a process of their own, kept, changed by hand, financed, shown to everybody."""

import json
import os
import shutil
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from served import HERE, PORT, TOKEN, asking
from starlette.testclient import TestClient

from nahraum.errors import InputError
from nahraum.measures.alone import alone_by_quarter, alone_table
from nahraum.measures.lacking import lacks_by
from nahraum.measures.lives import FLOWS, flows_of, summed_flows
from nahraum.measures.programme import lived_value, read_goal
from nahraum.measures.recompute import predicted_lives, recomputed
from nahraum.measures.trial import Stands
from nahraum.scenario.tally import Tally
from nahraum.web.app import create_app, rules_for
from nahraum.workflow.plan_asks import ask_of, ask_told, front_ask_of
from nahraum.workflow.plan_choice import chosen
from nahraum.workflow.plan_desk import NotReadyError, PlanDesk
from nahraum.workflow.plan_trial import Trials, question_of
from nahraum.workflow.programme import Ask, plan_name
from nahraum.workflow.serving import published
from nahraum.workflow.verbs import store_of

FAKE = (sys.executable, "-c", "import json, sys; sys.stdin.readline(); print(json.dumps({'problem': {'error': 'E', "
        "'what': 'no', 'where': [], 'expected': '', 'fix': ''}}))")  # fmt: skip
SLOW = (sys.executable, "-c", "import sys, time; sys.stdin.readline(); time.sleep(600)")
BUDGET = 400_000.0


@pytest.fixture(scope="module")
def town(small_town, tmp_path_factory):
    """The test town in a folder of its own."""
    folder = tmp_path_factory.mktemp("plans") / "town"
    shutil.copytree(small_town.folder, folder)
    return published(folder / "study.toml")


@pytest.fixture(scope="module")
def desk(town):
    """The desk after one plan, made by a process as on a real server."""
    desk = PlanDesk(town.study)
    asked = {"name": "Grün zuerst", "budget_eur": BUDGET, "years": 3, "variants": False}
    job = desk.ask("plan", asked)
    assert desk.jobs.wait(job, 240) == "done", job.problem
    yield desk
    desk.close()


@pytest.fixture
def planner(town, desk):
    return planner_of(town, desk)


def planner_of(town, desk, token=TOKEN):
    rules = rules_for(town, port=PORT, token=token)
    known = {"authorization": f"Bearer {token}", "x-nahraum": "1"}
    app = create_app(town, rules, desk=desk)
    return TestClient(app, base_url=HERE, headers=known, raise_server_exceptions=False, follow_redirects=False)


NAME = "gruen-zuerst"


def test_a_job_tells_how_it_went_and_what_it_made(planner):
    (job,) = [one for one in planner.get("/api/jobs").json() if one["kind"] == "plan"]
    assert (job["state"], job["result"], job["error"], job["place"]) == ("done", NAME, None, 0)
    assert job["incumbent"] > 0 and job["bound"] >= job["incumbent"] - 1e-6 and job["trail"]
    assert "Wahl der Maßnahmen" in [one["title"] for one in job["stages"]]
    assert planner.get(f"/api/jobs/{job['id']}").json() == job
    assert planner.get("/api/jobs/nothing").status_code == 404


def test_the_form_tells_what_can_be_asked_for_and_the_sites_what_each_does_alone(planner, desk):
    form = planner.get("/api/planning").json()
    assert form["ready"] and {"new_park", "fibre"} <= {one["type_id"] for one in form["types"]}
    assert form["goals"][0] == "utilitarian" and "cost" in {one["name"] for one in form["objectives"]}
    sites = planner.get("/api/planning/sites").json()["features"]
    assert len(sites) == sum(one["n_sites"] for one in form["types"])
    one = max(sites, key=lambda site: site["properties"]["lacks_removed"])
    assert one["properties"]["lacks_removed"] > 0
    whole = planner.get(f"/api/planning/sites/{one['id']}").json()
    assert whole["properties"]["site_id"] == one["id"] and whole["geometry"]["type"]
    assert planner.get("/api/planning/sites/nothing").status_code == 404


def test_what_a_site_does_alone_is_what_the_model_says_of_it(desk):
    ready = desk._ready
    table = alone_table(ready.demand, ready.effects)
    for at in range(0, len(ready.effects.site_ids), 17):
        lives = predicted_lives(ready.demand, ready.effects, [at])
        wanted = flows_of(lives, ready.demand.k).sum(axis=0) / 1e6
        assert table.iloc[at][list(FLOWS)].to_numpy(float) == pytest.approx(wanted, abs=1e-6)


def test_what_a_plan_would_lose_without_a_site_is_the_whole_plan_less_the_plan_without_it(desk):
    ready = desk._ready
    quarters = pd.Index(ready.demand.quarters)

    def whole(sites: list[int]) -> pd.DataFrame:
        lives = predicted_lives(ready.demand, ready.effects, sites)
        return summed_flows(flows_of(lives, ready.demand.k), lives, lives.quarter, quarters)

    plan = [*range(0, len(ready.effects.site_ids), 29)]
    for site in plan[::5]:
        told = alone_by_quarter(ready.demand, ready.effects, site, plan)
        pd.testing.assert_frame_equal(told[list(FLOWS)], whole([site])[list(FLOWS)], check_exact=True)
        lost = whole(plan) - whole([one for one in plan if one != site])
        assert told["missed"].to_numpy() == pytest.approx((lost["lacks_gone"] - lost["lacks_arisen"]).to_numpy())


def test_a_plan_is_listed_read_asked_again_and_its_documents_are_handed_out(planner):
    (entry,) = planner.get("/api/plans").json()
    assert entry["name"] == NAME and entry["cost_eur"] <= BUDGET and not entry["published"]
    plan = planner.get(f"/api/plans/{NAME}").json()
    assert plan["released"] is False and plan["solution"]["cost_eur"] == entry["cost_eur"]
    ask = planner.get(f"/api/plans/{NAME}/ask").json()
    assert (ask["budget_eur"], ask["years"], ask["variants"]) == (BUDGET, 3, False)
    files = {one["name"]: one["bytes"] for one in planner.get(f"/api/plans/{NAME}/files").json()}
    assert {"kuf.xlsx", "application.pdf", "measure_sheets.docx", "plan.json"} <= set(files)
    told = planner.get(f"/api/plans/{NAME}/files/kuf.xlsx")
    assert told.content.startswith(b"PK") and len(told.content) == files["kuf.xlsx"]
    assert json.loads(planner.get(f"/api/plans/{NAME}/files/plan.json").content)["released"] is True
    for path in (f"{NAME}/files/..%2f..%2fstudy.toml", f"{NAME}/files/nothing", "%2e%2e%2f{NAME}", "x/ask"):
        assert planner.get(f"/api/plans/{path}").status_code == 404


def test_the_financing_adds_up_to_the_cost_in_every_view(planner):
    paid, plan = planner.get(f"/api/plans/{NAME}/financing").json(), planner.get(f"/api/plans/{NAME}").json()
    cost = plan["solution"]["cost_eur"]
    assert sum(paid["total"].values()) == pytest.approx(cost, abs=0.01)
    for basis in ("programme", "cost", "cash"):
        assert sum(row["total"] for row in paid["by_year"][basis]) == pytest.approx(cost, abs=0.05)
    for one in paid["measures"]:
        assert sum(one["by_funder"].values()) == pytest.approx(one["cost_eur"], abs=0.01)


def test_a_set_by_hand_is_computed_in_full_and_held_against_the_best(planner):
    plan = planner.get(f"/api/plans/{NAME}").json()
    ids = [one["site_id"] for one in plan["measures"]]

    def tried(sites):
        answer = planner.post("/api/plans/try", json={"sites": sites, "against": NAME})
        assert answer.status_code == 200, answer.text
        return answer.json()

    same, fewer, nothing = tried(ids), tried(ids[1:]), tried([])
    assert (same["loss"], same["problems"]) == (0.0, []) and same["value"] == same["best_value"]
    assert same["lacks_removed"] == pytest.approx(plan["outcome"]["lacks_removed"]["exact"], abs=1e-3)
    assert same["cost_eur"] == pytest.approx(plan["solution"]["cost_eur"], abs=0.01)
    assert 0 < fewer["loss"] < fewer["best_value"] and fewer["cost_eur"] < same["cost_eur"]
    assert fewer["loss"] == pytest.approx(same["value"] - fewer["value"])
    assert (nothing["value"], nothing["relieved"], nothing["loss_share"]) == (0.0, 0.0, 1.0)
    wrong = planner.post("/api/plans/try", json={"sites": ["park:nowhere"], "against": NAME})
    assert wrong.status_code == 422 and wrong.json()["where"] == ["park:nowhere"]
    assert wrong.json()["german"]["what"] == "Genannte Standorte gibt es nicht"
    assert planner.post("/api/plans/try", json={"sites": ids, "against": "nothing"}).status_code == 404


def test_a_set_that_breaks_a_limit_or_cannot_stand_together_says_so(planner, desk):
    sites = {one["id"]: one["properties"] for one in planner.get("/api/planning/sites").json()["features"]}
    dear = [name for name, one in sites.items() if one["cost_eur"]]
    dear = sorted(dear, key=lambda name: -sites[name]["cost_eur"])[:3]
    told = planner.post("/api/plans/try", json={"sites": dear, "against": NAME}).json()
    assert sum(sites[one]["cost_eur"] for one in dear) > BUDGET
    assert any("Budget" in one for one in told["problems"])
    assert any(one["name"] == "budget" and not one["kept"] for one in told["limits"])
    pair = next(((name, other) for name, one in sites.items() for other in one["excludes"]), None)
    if pair is not None:
        told = planner.post("/api/plans/try", json={"sites": list(pair)}).json()
        assert any("schließen sich aus" in one for one in told["problems"]) and told["best_value"] is None


def test_a_set_whose_effect_cannot_be_computed_says_so(desk, monkeypatch):
    ready = desk._ready
    monkeypatch.setattr(Trials, "_gains", lambda *_: None)  # as where the edits do not go together
    one = next(site.site_id for site in ready.candidates.sites if np.isfinite(site.cost.mid_eur))
    told = Trials(ready, ready.problem, most=1, built=1).answer([one], question_of(ready, None))
    assert told["relieved"] is None and told["value"] is None
    assert told["problems"] == ["Die Maßnahmen lassen sich nicht zusammen bauen; Wirkung nicht bekannt"]


def test_sets_changed_click_by_click_are_those_of_a_recomputation_from_nothing(desk):
    ready, dice = desk._ready, np.random.default_rng(5)
    place = {site.site_id: at for at, site in enumerate(ready.candidates.sites)}
    kinds = {}  # two of each kind of measure that stand beside each other
    for site in ready.candidates.sites:
        if len(kinds.setdefault(site.type_id, [])) < 2 and site.edits:
            kinds[site.type_id].append(site.site_id)
    names = sorted(one for held in kinds.values() for one in held)
    trials = Trials(ready, ready.problem, most=4, built=8)
    chosen, compared = set(dice.choice(names, 6, replace=False)), 0
    for _ in range(14):
        chosen ^= {str(dice.choice(names))}
        told = trials.answer(sorted(chosen), question_of(ready, None))
        try:
            wanted = recomputed(
                ready.base, ready.demand, ready.effects, ready.candidates.sites, chosen=[place[one] for one in chosen],
                groups=ready.groups,
            )  # fmt: skip
        except InputError:
            assert told["relieved"] is None
            continue
        compared, out = compared + 1, wanted.outcome
        assert told["lacks_removed"] == round(out.lacks_removed, 3)
        assert (told["relieved"], told["newly_lacking"]) == (
            round(out.people_relieved, 3), round(out.people_newly_lacking, 3)
        )  # fmt: skip
        by_quarter = {one["quarter_id"]: one["relieved"] for one in told["by_quarter"]}
        assert sum(by_quarter.values()) == pytest.approx(out.people_relieved, abs=0.01)
        for key, value in by_quarter.items():
            assert value == round(out.quarters.loc[key, "people_relieved"], 3)
        now = lived_value(ready.problem, read_goal(ready.study.parameters()), lacks_by(ready.demand, wanted.parts))
        assert told["value"] == pytest.approx(now, abs=1e-6)
    assert compared >= 8


def test_sets_on_the_way_to_another_are_not_counted_and_counts_are_those_of_one_edit_after_the_other(desk, monkeypatch):
    ready, counted = desk._ready, []
    changed_at = Tally.changed_at
    monkeypatch.setattr(Tally, "changed_at", lambda self, *of: counted.append(1) or changed_at(self, *of))
    people = [one for one in ready.candidates.sites if one.edits and one.type_id in ("fibre", "roof_storey")]
    some = [one for kind in ("fibre", "roof_storey") for one in people if one.type_id == kind][:3] + people[-3:]
    paths = [one for one in ready.candidates.sites if one.type_id == "footpath_link"][:2]
    chosen = {one.site_id: one for one in [*some, *paths]}
    built = Stands(ready.base, ready.candidates.sites, most=40).of(chosen)
    assert not counted
    tally = built.tally
    assert len(counted) == 1
    step, state = ready.base.tally, ready.base.state.branch()
    for name in sorted(chosen):
        for edit in chosen[name].edits:
            step = step.after(state, state.apply(edit))
    assert (tally.sums == step.sums).all() and (tally.tops == step.tops).all()
    assert (tally.bottoms == step.bottoms).all() and len(counted) > 4


def test_a_plan_by_hand_has_exactly_its_sites_and_the_bound_of_the_best(desk):
    ready, best = desk._ready, desk.plans.document(NAME)
    ids = sorted(one["site_id"] for one in best["measures"])
    choice = chosen(ready, Ask(budget_eur=BUDGET, years=3, variants=False, sites=tuple(ids[1:])))
    assert choice.plan.chosen == tuple(ids[1:]) and choice.next_money is None and choice.ask["by_hand"]
    assert choice.plan.bound == pytest.approx(best["solution"]["bound"], rel=1e-6)
    assert (choice.plan.method, choice.plan.status) == ("by_hand", "feasible")
    assert choice.plan.gap == pytest.approx((choice.plan.bound - choice.plan.value) / choice.plan.value)
    with pytest.raises(InputError, match="no plan keeps all limits"):
        chosen(ready, Ask(budget_eur=best["solution"]["cost_eur"] - 100.0, variants=False, sites=tuple(ids)))
    free = chosen(ready, Ask(variants=False, sites=tuple(ids)))  # as a point of a trade-off is worked out
    assert free.plan.chosen == tuple(ids) and free.ask["budget_eur"] is None
    assert free.plan.bound >= choice.plan.bound - 1e-6


def test_a_plan_is_shown_to_everybody_only_when_asked_and_sites_nobody_proposed_never(planner, town):
    public = asking(town, token=None)

    def collections(client):
        return {one["id"] for one in client.get("/api/ogc/collections").json()["collections"]}

    mine = {f"plan_{NAME}_measures", f"plan_{NAME}_sites"}
    assert mine <= collections(planner) and not mine & collections(public)
    shown = planner.put(f"/api/plans/{NAME}/published", json={"published": True}).json()
    assert shown["published"] and collections(public) & mine == {f"plan_{NAME}_measures"}
    items = public.get(f"/api/ogc/collections/plan_{NAME}_measures/items").json()
    assert items["numberMatched"] == shown["n_measures"]
    assert "exact" not in json.dumps(items)
    one = items["features"][0]
    assert public.get(f"/api/ogc/collections/plan_{NAME}_measures/items/{one['id']}").json()["id"] == one["id"]
    assert not planner.put(f"/api/plans/{NAME}/published", json={"published": False}).json()["published"]
    assert not mine & collections(public)


def test_without_the_planner_role_there_are_no_plans_and_changes_need_the_header(town, desk):
    public = TestClient(create_app(town, rules_for(town, port=PORT, token=None), desk=desk), base_url=HERE)
    for path in ("plans", "jobs", "planning", "planning/sites", f"plans/{NAME}", f"plans/{NAME}/files", "fronts"):
        assert public.get(f"/api/{path}").status_code == 404
    assert public.get("/api").json()["plans"] is False
    forged = TestClient(create_app(town, rules_for(town, port=PORT, token=TOKEN), desk=desk), base_url=HERE)
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert forged.post("/api/jobs", json={"kind": "plan"}, headers=bearer).status_code == 403
    assert forged.delete(f"/api/plans/{NAME}", headers=bearer).status_code == 403
    assert "plan" in forged.get("/", headers=bearer).text.split('content="', 1)[1].split('"', 1)[0].split()


def test_a_desk_that_is_not_ready_prepares_and_tells_why_it_cannot(town):
    desk = PlanDesk(town.study, command=FAKE)
    client = planner_of(town, desk)
    first = client.get("/api/planning").json()
    assert first["ready"] is False and first["types"] == []
    assert client.get("/api/planning/sites").status_code == 409
    end = time.monotonic() + 240
    while (told := client.get("/api/planning").json())["error"] is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert told["error"]["what"] == "no" and told["job"] is None
    again = client.post("/api/jobs", json={"kind": "prepare"})
    assert again.status_code == 202 and again.json()["state"] in ("waiting", "running")
    desk.close()


def test_a_preparation_that_was_cancelled_is_told_and_can_be_asked_for_again(town):
    desk = PlanDesk(town.study, command=SLOW)
    client = planner_of(town, desk)
    job = client.get("/api/planning").json()["job"]
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 204
    told = client.get("/api/planning").json()
    assert (told["ready"], told["job"], told["error"]["what"]) == (False, None, "the preparation was cancelled")
    assert client.post("/api/jobs", json={"kind": "prepare"}).status_code == 202
    assert client.get("/api/planning").json()["job"]["state"] in ("waiting", "running")
    desk.close()


def test_no_plan_is_replaced_unless_that_is_said(town, desk):
    slow = PlanDesk(town.study, command=SLOW)
    client = planner_of(town, slow)

    def asked(name, **more):
        return client.post("/api/jobs", json={"kind": "plan", "ask": {"name": name, "budget_eur": BUDGET, **more}})

    refused = asked("Grün zuerst")
    assert (refused.status_code, refused.json()["error"], refused.json()["where"]) == (409, "NameTakenError", [NAME])
    assert asked("Grün zuerst", against=NAME, sites=[]).status_code == 409
    assert asked("Grün zuerst", replace=True).status_code == 202
    assert asked("zwei").status_code == 202 and asked("zwei", replace=False).status_code == 409
    front = client.post("/api/jobs", json={"kind": "front", "ask": {"name": "zwei", "budget_eur": BUDGET}})
    assert front.status_code == 202  # fronts have names of their own
    assert "replace" not in slow.jobs.listed()[-1].ask
    slow.close()


def test_a_long_name_keeps_its_number():
    names = [plan_name(f"Mehr Grün und kurze Wege für die Innenstadt {n}") for n in (2, 3, 1234)]
    assert len(set(names)) == 3 and max(map(len, names)) <= 40
    assert names[0] == "mehr-gruen-und-kurze-wege-fuer-die-inn-2" and [plan_name(one) for one in names] == names
    assert plan_name("stadtpark-2027") == "stadtpark-2027"


def test_a_plan_is_published_while_a_computation_runs(planner, town):
    with store_of(town.study).lock():
        for shown in (True, False):
            answer = planner.put(f"/api/plans/{NAME}/published", json={"published": shown})
            assert (answer.status_code, answer.json()["published"]) == (200, shown)


def test_what_is_held_ready_goes_with_the_run_it_rests_on(town, desk):
    manifest = town.folder / "manifest.json"
    kept = manifest.stat()
    other = PlanDesk(town.study, command=SLOW)
    other._ready, other._form, other._of_run = desk._ready, desk._form, desk._of_run
    assert other.form()["ready"]
    os.utime(manifest, ns=(kept.st_atime_ns, kept.st_mtime_ns + 10**9))
    try:
        with pytest.raises(NotReadyError):
            other.sites()
        assert not other.form()["ready"] and other.form()["job"]["kind"] == "prepare"
    finally:
        os.utime(manifest, ns=(kept.st_atime_ns, kept.st_mtime_ns))
        other.close()


def test_a_question_goes_out_and_comes_in_again_and_what_is_wrong_is_told_at_once():
    ask = Ask(budget_eur=1e6, priority=("status",), limit={"sealing": 0.0}, sites=("a",), name="x")
    assert ask_of(json.loads(json.dumps(ask_told(ask)))) == replace(ask, priority_share=ask_of({}).priority_share)
    with pytest.raises(InputError) as wrong:
        ask_of({"budget_eur": -1, "years": 1.5, "must": "park", "nothing": 1, "limit": {"a": "b"}})
    assert len(wrong.value.where) == 5
    front = front_ask_of({"objectives": ["cost", "dwellings"], "least": {"sealing": None}, "budget_eur": 5.0})
    assert np.isnan(front.least["sealing"]) and front.limits.budget_eur == 5.0
    with pytest.raises(InputError):
        front_ask_of({"points": "many", "least": {"a": "b"}})


def test_no_request_about_plans_makes_the_server_fail(town):
    """As in test_server_whatif, with jobs that end at once; what it deletes or shows is a plan that is not there."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    desk = PlanDesk(town.study, command=FAKE)
    app = create_app(town, rules_for(town, port=PORT, token=TOKEN), desk=desk)
    headers = {"authorization": f"Bearer {TOKEN}", "x-nahraum": "1", "host": f"127.0.0.1:{PORT}"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=headers)
    statuses: list[int] = []
    for found in schema.include(path_regex="/api/(jobs|plan|fronts)").get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=3, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def check(case):
            answer = case.call(headers=headers, base_url=HERE)
            statuses.append(answer.status_code)
            assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)

        check()
    desk.close()
    assert len(statuses) > 40 and {200, 202, 404} <= set(statuses) and 401 not in statuses


def test_a_plan_is_taken_away_with_its_files_and_from_the_map(planner, town, desk):
    planner.put(f"/api/plans/{NAME}/published", json={"published": True})
    assert planner.delete(f"/api/plans/{NAME}").status_code == 204
    assert planner.get("/api/plans").json() == [] and planner.get(f"/api/plans/{NAME}").status_code == 404
    out = town.study.output_folder
    assert not (out / "plan" / NAME).exists() and not (out / "internal" / "plan" / NAME).exists()
    assert json.loads((out / "public" / "map" / "data" / "plans.json").read_text())["plans"] == []
