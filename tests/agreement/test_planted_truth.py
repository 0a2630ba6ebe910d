"""The product against the planted truth of Musterstadt, which comes from the layout plan, never from product code."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from nahraum.access import access_rules, attach_area
from nahraum.access.engine import Engine
from nahraum.access.reach import pairs
from nahraum.grid import cell_id
from nahraum.musterstadt import write_city
from nahraum.parameters import Parameters
from nahraum.store import StageStore
from nahraum.study import read_study
from nahraum.tables import PREREQUISITES
from nahraum.workflow.chain import Chain, analyse
from nahraum.workflow.progress import Progress

SIZES = [1000, 20_000]


@pytest.fixture(scope="module", params=SIZES)
def town(request, tmp_path_factory) -> tuple[pd.DataFrame, pd.DataFrame, list[dict], Chain]:
    folder: Path = tmp_path_factory.mktemp("city")
    write_city(request.param, 3, folder)
    study = read_study(folder / "study.toml")
    study = replace(study, output_folder=folder / "out")
    chain = analyse(study, StageStore(folder / "out" / "internal" / "stages"), Progress(quiet=True))
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    cells = chain.index.value.cells
    cells = cells.assign(id=cell_id(cells["cell_key"].to_numpy())).set_index("id")
    return pd.DataFrame(told["cells"]).T, cells, told["decoys"], chain


@pytest.mark.parametrize("prerequisite", PREREQUISITES)
def test_precision_and_recall_per_cell_are_at_least_98_percent(town, prerequisite):
    truth, cells, _, _ = town
    wanted = truth[prerequisite].astype(int) == 1
    found = (cells[f"lacks_{prerequisite}_share"] >= 0.5).reindex(truth.index, fill_value=False)
    right = int((wanted & found).sum())
    assert wanted.sum() > 5, "the plan plants enough lacks to be worth a test"
    assert right / found.sum() >= 0.98
    assert right / wanted.sum() >= 0.98


def test_every_inhabited_cell_is_found_and_no_other(town):
    truth, cells, _, _ = town
    assert set(truth.index) == set(cells.index)


def test_every_decoy_is_seen_through(town):
    _, cells, decoys, _ = town
    assert len(decoys) >= 10
    wrong = [
        (decoy["decoy"], cell, prerequisite)
        for decoy in decoys
        for cell in decoy["cells"]
        for prerequisite, lacks in decoy["expect"].items()
        if (cells.loc[cell, f"lacks_{prerequisite}_share"] >= 0.5) != bool(lacks)
    ]
    assert wrong == []


def test_the_place_with_all_four_lacks_is_found_as_a_location(town):
    truth, cells, _, chain = town
    everything = truth.index[(truth[list(PREREQUISITES)].astype(int) == 1).all(axis=1)]
    assert len(everything)
    assert (cells.loc[everything, "class"] == "lacking").all()
    combinations = set(chain.index.value.locations["combination"])
    assert "living_space+green+internet+supply" in combinations


def test_no_resident_is_lost_between_census_and_addresses(town):
    _, _, _, chain = town
    census = chain.inputs.value.grids["population"].table["residents"].sum()
    addresses = chain.area.value.addresses["residents"].sum()
    assert abs(census - addresses) <= 1e-6
    assert chain.index.value.cells["residents"].sum() == pytest.approx(addresses, abs=1e-6)


def test_competition_for_green_conserves_its_area(town):
    _, _, _, chain = town
    area, access = chain.area.value, chain.access.value.set_index("address_id")
    people = area.addresses.set_index("address_id")["residents"]
    given = (access["green_m2_per_resident"] * people).sum()
    reached = _greens_in_demand(chain)
    supply = area.greens.set_index("green_id").loc[reached, "area_m2"].clip(upper=100_000).sum()
    assert given == pytest.approx(supply, rel=1e-9)


def _greens_in_demand(chain: Chain) -> list[str]:
    """Greens that somebody reaches within 500 m."""
    area, network = chain.area.value, chain.network.value
    attached = attach_area(area, network, access_rules(Parameters()))
    found = pairs(Engine.of(network), attached.addresses, attached.entrances, limit=5000).table()
    people = area.addresses.set_index("address_id")["residents"]
    return sorted(found.loc[found["origin_id"].map(people) > 0, "group_id"].unique())
