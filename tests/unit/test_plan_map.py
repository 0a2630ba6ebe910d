"""Which plans the map shows: nothing of sites that nobody chose, and no waiting for a computation."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from plan_example import example_plan
from publish_bundle import make_study

from nahraum.publish.programme import PlanDocument, released_plan
from nahraum.publish.programme.model import plan_text
from nahraum.store import StageStore
from nahraum.store.lock import sole_writer
from nahraum.workflow.plan_map import on_map, write_to_map

NOBODYS = "nobodys:site"


@pytest.fixture
def plan() -> PlanDocument:
    """A released plan that names a site which is not in it, wherever a plan can."""
    made = example_plan()
    made["candidates"] = [{**made["candidates"][0], "site_id": NOBODYS, "name": NOBODYS, "chosen": False}]
    made["ask"] |= {"must": [NOBODYS], "must_not": [NOBODYS]}
    made["next_money"] = {"eur": 1e5, "gain": 10.0, "most": 20.0, "names": [NOBODYS], "quarter_ids": [], "unit": "m²"}
    return released_plan(made, make_study().parameters())


@pytest.fixture
def out(tmp_path: Path, plan: PlanDocument) -> Path:
    """The output folder of a study with that plan and a map."""
    (tmp_path / "public" / "map" / "data").mkdir(parents=True)
    folder = tmp_path / "plan" / plan["name"]
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(plan_text(plan), encoding="utf-8")
    (folder / "measures.geojson").write_text('{"features": []}', encoding="utf-8")
    return tmp_path


def test_a_plan_on_the_map_names_no_site_that_it_does_not_choose(out, plan):
    written = write_to_map(plan, out, publish=True)
    assert len(written) == 3 and NOBODYS in (out / "plan" / plan["name"] / "plan.json").read_text(encoding="utf-8")
    files = [path for path in (out / "public").rglob("*") if path.is_file()]
    assert len(files) == 3 and not [path for path in files if NOBODYS.encode() in path.read_bytes()]
    told = json.loads((out / "public" / "map" / "data" / "plans" / plan["name"] / "plan.json").read_bytes())
    assert told["measures"] == plan["measures"] and told["ask"]["budget_eur"] == plan["ask"]["budget_eur"]


def test_a_plan_is_shown_and_taken_off_while_a_computation_runs(out, plan):
    with StageStore(out / "internal" / "stages").lock():
        write_to_map(plan, out, publish=True)
        assert on_map(out) == [plan["name"]]
        write_to_map(plan, out, publish=False)
    assert on_map(out) == [] and not list((out / "public").rglob("plan.json"))


def test_two_who_change_the_map_do_so_one_after_the_other(out, plan):
    (out / "internal").mkdir(exist_ok=True)
    with sole_writer(out / "internal" / "map.lock"):
        other = threading.Thread(target=write_to_map, args=(plan, out), kwargs={"publish": True})
        other.start()
        time.sleep(0.1)
        assert on_map(out) == []
    other.join(120)
    assert on_map(out) == [plan["name"]]
