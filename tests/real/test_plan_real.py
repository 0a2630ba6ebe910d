"""Five million euros for Kaiserslautern: a plan that is proven, verified by recomputation, and lies in the town.

The neutral rules (thirds) hold there; rules of another Land are refused.
"""

from types import SimpleNamespace

import geopandas as gpd
import pytest

from nahraum import workflow
from nahraum.errors import InputError
from nahraum.workflow.verbs import study_of

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real_plan")]
BUDGET = 5_000_000.0


@pytest.fixture(scope="module")
def town(analysed_town) -> SimpleNamespace:
    study = analysed_town("kaiserslautern")
    ask = workflow.Ask(budget_eur=BUDGET, years=5, name="fünf millionen", variants=False)
    plan = workflow.plan(study, ask, quiet=True).document["plan"]
    return SimpleNamespace(study=study, public=study_of(study).output_folder / "public", plan=plan)


def test_five_million_euros_buy_a_proven_and_verified_plan(town):
    solution = town.plan["solution"]
    assert 0 < solution["cost_eur"] <= BUDGET + 0.01
    assert solution["gap"] <= 0.01
    assert solution["agrees"] and solution["deviation"] <= 0.02
    assert town.plan["outcome"]["people_relieved"]["exact"] > 100


def test_every_measure_of_the_plan_lies_in_the_town(town):
    quarters = gpd.read_parquet(f"{town.public}/quarters.parquet").to_crs("EPSG:4326").union_all().buffer(0.002)
    points = gpd.points_from_xy(*zip(*(one["point"] for one in town.plan["measures"]), strict=True))
    assert all(quarters.contains(point) for point in points)


def test_kaiserslautern_gets_the_neutral_rules_and_is_refused_those_of_another_land(town, tmp_path):
    paid = {one["funder"] for one in town.plan["financing"]}
    assert {"bund", "land", "municipality"} <= paid
    assert "bund-laender-drittel" in town.plan["rules"]["ids"]
    text = town.study.read_text(encoding="utf-8").replace("start_year", 'funding = ["nrw-2023"]\nstart_year')
    other = town.study.with_name("anderes.toml")
    other.write_text(text + '\n[output]\nfolder = "kaiserslautern.out"\n', encoding="utf-8")
    with pytest.raises(InputError, match="Nordrhein-Westfalen"):
        workflow.plan(other, workflow.Ask(budget_eur=BUDGET, variants=False), quiet=True)


def test_two_hundred_flats_on_car_parks_need_not_make_green_worse(town):
    ask = workflow.FrontAsk(
        objectives=("people_lacking_green", "dwellings", "cost"), points=4,
        limits=workflow.Ask(budget_eur=60_000_000.0, name="wohnungen"),
    )  # fmt: skip
    front = workflow.pareto(town.study, ask, quiet=True).document["front"]
    assert front["double"]["exists"] is True
    assert max(front["double"]["dwellings"]) >= 200
