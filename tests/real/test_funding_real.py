"""Funding areas of a real town: Lauf an der Pegnitz, with river, railway, motorway and many slivers."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from nahraum.index.funding import funding_of_study, units_of_study
from nahraum.workflow.chain import analyse
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of, study_of

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]


@pytest.fixture(scope="module")
def lauf(analysed_town) -> SimpleNamespace:
    study = study_of(analysed_town("lauf"))
    chain = analyse(study, store_of(study), Progress(quiet=True))
    area, osm, told = chain.area.value, chain.inputs.value.osm, study.parameters()
    units = units_of_study(area, osm, told)
    found = funding_of_study(area, osm, chain.access.value, chain.index.value, told).found
    return SimpleNamespace(area=area, units=units, found=found)


def test_blocks_of_a_real_town_cover_it_once_and_match_edge_to_edge(lauf):
    assert lauf.units.kind == "blocks" and 300 < len(lauf.units) < 700
    assert shapely.coverage_is_valid(lauf.units.shapes)
    assert lauf.units.table["hectares"].median() < 3


def test_proposals_of_a_real_town_cross_neither_rail_nor_river(lauf):
    areas = lauf.found.areas
    assert len(areas) and (areas["pieces"] == 1).all() and (areas["barriers_crossed"] == 0).all()
    walls = lauf.area.barriers[lauf.area.barriers["kind"].isin(["rail", "motorway"])].geometry.to_numpy()
    for shape in areas.geometry:
        inner = shapely.buffer(shape, -1.0)
        crossing = shapely.length(shapely.intersection(inner, walls)).sum()
        assert crossing < 0.2 * np.sqrt(shape.area)  # sidings that end inside a block


def test_unknown_prerequisites_make_proposals_less_firm(lauf):
    first = lauf.found.areas.loc[0]
    assert first["people_max"] > first["people"] and first["stability"] < 0.99
    assert lauf.found.units["membership"].isin(["core", "fringe", "possible", "outside"]).all()
