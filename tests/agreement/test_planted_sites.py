"""The rules for sites against what is planted in Musterstadt: each planted obstacle has a site that cures it."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from nahraum.grid import parse_cell_id
from nahraum.measures.catalogue import read_catalogue
from nahraum.measures.sites import Candidates, SiteGround, candidate_sites, conflicts
from nahraum.musterstadt import write_city
from nahraum.scenario.state import StudyState
from nahraum.store import StageStore
from nahraum.study import read_study
from nahraum.workflow.chain import analyse
from nahraum.workflow.progress import Progress


class Town:
    """Musterstadt with its sites, its planted obstacles, and what an edit of it changes."""

    def __init__(self, folder: Path, residents: int) -> None:
        write_city(residents, 3, folder)
        study = replace(read_study(folder / "study.toml"), output_folder=folder / "out")
        chain = analyse(study, StageStore(folder / "out" / "internal" / "stages"), Progress(quiet=True))
        self.parameters = study.parameters()
        self.ground = SiteGround(
            chain.area.value, chain.inputs.value.osm, chain.network.value, chain.judged.value, chain.access.value,
            chain.inputs.value.topics,
        )  # fmt: skip
        self.found: Candidates = candidate_sites(self.ground, read_catalogue(self.parameters), self.parameters)
        self.base = StudyState.of(self.ground.area, self.ground.network, self.parameters)
        told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        self.decoys = {one["decoy"]: one for one in told["decoys"]}

    def sites(self, *types: str) -> list:
        return [site for site in self.found.sites if site.type_id in types]

    def lacking(self, lack: str, decoy: str, *edits: object) -> float:
        """Residents of the cells of a planted obstacle who lack something, after some edits."""
        state = self.base.branch()
        for edit in edits:
            state.apply(edit)
        keys = [parse_cell_id(one)[0] for one in self.decoys[decoy]["cells"]]
        people = state.area.addresses[["address_id", "cell_key", "residents"]]
        table = people[people["cell_key"].isin(keys)].merge(state.prerequisites(), on="address_id")
        return float((table["residents"] * table[f"lacks_{lack}"]).sum())


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Town:
    return Town(tmp_path_factory.mktemp("planted"), 1000)


def test_the_park_with_its_gate_on_the_far_side_gets_an_entrance_that_brings_it_near(town):
    named = town.decoys["far_gate"]["green"]
    entrances = [site for site in town.sites("green_entrance") if site.name == named]
    assert entrances
    before = town.lacking("green", "far_gate")
    assert before > 0
    assert min(town.lacking("green", "far_gate", *site.edits) for site in entrances) < 0.05 * before


def test_the_fenced_private_green_is_offered_to_be_opened_and_that_helps(town):
    named = town.decoys["private_green"]["green"]
    (site,) = [one for one in town.sites("closed_green_opened") if one.name == named]
    assert site.quantity == pytest.approx(town.decoys["private_green"]["area_m2"], rel=0.05)
    assert town.lacking("green", "private_green", *site.edits) < town.lacking("green", "private_green")


def test_a_bridge_over_the_railway_makes_the_near_shop_a_near_one(town):
    bridges = town.sites("footbridge")
    assert bridges
    before = town.lacking("supply", "rail_detour")
    assert before > 0
    assert min(town.lacking("supply", "rail_detour", *site.edits) for site in bridges) < before


def test_fibre_at_all_its_sites_leaves_nobody_without_but_scattered_households(town):
    state = town.base.branch()
    cells = town.ground.area.cells
    for site in town.sites("fibre"):
        for edit in site.edits:
            state.apply(edit)
    after = state.area.cells
    lacked, lacks = (
        float((table["residents"] * (1 - table["internet_offer_share"].fillna(1.0)))[table["inside"]].sum())
        for table in (cells, after)
    )
    assert lacks < 0.1 * lacked


def test_every_planned_type_says_what_its_rule_looked_at(town):
    notes = town.found.notes.set_index("type_id")
    assert notes[["text_de", "text_en"]].map(bool).all().all()
    with_sites = set(notes.index[notes["kept"] > 0])
    assert {"green_entrance", "footbridge", "fibre", "neighbourhood_shop", "green_street", "playground"} <= with_sites
    kept = pd.Series([site.type_id for site in town.found.sites]).value_counts()
    assert (notes.loc[kept.index, "kept"] == kept).all()


def test_no_site_excludes_itself_and_pairs_are_in_order(town):
    pairs = conflicts(town.found.sites)
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len({tuple(pair) for pair in pairs.tolist()}) == len(pairs)
