"""Public space, play and green by several standards on Kaiserslautern: witnesses, and figures that must make sense."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from nahraum.access import measure
from nahraum.access.open_space import Surroundings
from nahraum.indicators.further import Setting
from nahraum.indicators.themes import green, play, public_space
from nahraum.parameters import Parameters
from nahraum.sources.osm import read_osm
from nahraum.workflow.chain import analyse_walks
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of, study_of

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]


@pytest.fixture(scope="module")
def town(analysed_town) -> SimpleNamespace:
    """Kaiserslautern: its setting, the surroundings of its addresses, and the weights of judged residents."""
    study, parameters = study_of(analysed_town("kaiserslautern")), Parameters()
    assert study.name == "Kaiserslautern"
    store = store_of(study)
    with store.lock():
        found = analyse_walks(study, store, Progress(quiet=True))
        area, network = found[0].value, found[1].value
    setting = Setting(area, network, measure(area, network, parameters), parameters)
    around = Surroundings(setting.prepared, area.open_space, parameters)
    addresses = area.addresses
    judged = (addresses["inside"] & ~addresses["edge"]).to_numpy(dtype=bool)
    weights = addresses["residents"].to_numpy(dtype=np.float64) * judged
    return SimpleNamespace(setting=setting, around=around, area=area, network=network, weights=weights)


def share(town: SimpleNamespace, values: pd.Series) -> float:
    """Mean over judged residents whose value is known."""
    known = values.notna().to_numpy() & (town.weights > 0)
    return float(np.average(values[known], weights=town.weights[known]))


def walked_dm(town: SimpleNamespace, address: int) -> np.ndarray:
    """Way from one address to every node by scipy's Dijkstra. [dm]"""
    network, held = town.network, town.setting.prepared.attached.addresses
    at = int(town.around.order[address])
    edge, offset, leg = int(held.edge[at]), int(held.offset_dm[at]), int(held.leg_dm[at])
    n = network.n_nodes
    graph = csr_array((network.cost_out.astype(float), network.neighbour, network.indptr), shape=(n, n))
    ends = [int(network.edge_from[edge]), int(network.edge_to[edge])]
    both = dijkstra(graph, indices=ends)
    rest = int(network.edge_length_dm[edge]) - offset
    return np.minimum(both[0] + leg + offset, both[1] + leg + rest)


def test_lengths_of_ways_near_an_address_are_those_of_another_library(town):
    network, ways = town.network, town.area.open_space.ways.set_index("way_id")
    calm = ways["highway"].reindex(network.edge_way_id).isin(("living_street", "pedestrian")).to_numpy()
    half = network.edge_length_dm // 2
    held = town.setting.prepared.attached.addresses
    rng = np.random.default_rng(1)
    for address in rng.choice(np.flatnonzero(town.weights > 0), 12, replace=False).tolist():
        nodes = walked_dm(town, address)
        middle = np.minimum(nodes[network.edge_from] + half, nodes[network.edge_to] + network.edge_length_dm - half)
        at = int(town.around.order[address])
        own = int(held.edge[at])
        middle[own] = min(middle[own], held.leg_dm[at] + abs(int(half[own]) - int(held.offset_dm[at])))
        near = middle <= 3000
        length = town.around.ways.length_m[address]
        assert length.sum() == pytest.approx(network.edge_length_dm[near].sum() / 10)
        assert length[:, :, 1].sum() == pytest.approx(network.edge_length_dm[near & calm].sum() / 10)


def test_the_standards_beside_each_other_agree_with_the_prerequisite(town):
    """nahraum_green is Berlin's size and distance: the same greens, the same entrances, the same ways."""
    access = town.setting.access.set_index("address_id").loc[town.area.addresses["address_id"]]
    own = town.around.green_distance_m(5000.0)
    np.testing.assert_array_equal(own, access["green_distance_m"].to_numpy())


def test_stricter_standards_are_never_met_by_more_people(town):
    values = green.address_values(town.setting)
    met = {
        name: share(town, values[name]) for name in values if name.endswith("_share") and name != "three_trees_share"
    }
    assert met["ioer_daily_share"] <= met["ioer_green_share"] <= met["who_europe_green_share"]
    assert met["rule_300_share"] <= met["berlin_near_share"]
    assert met["rule_300_share"] <= met["who_europe_green_share"]  # on foot is never shorter than straight
    assert met["who_europe_green_share"] == pytest.approx(0.48, abs=0.03)
    assert met["berlin_near_share"] == pytest.approx(0.66, abs=0.03)


def test_what_an_old_extract_hardly_maps_is_unknown_and_never_zero(town):
    """134 benches and 569 trees for 74,000 people, light on 7 of 5,600 ways (2013)."""
    values = pd.concat([module.address_values(town.setting) for module in (green, public_space)], axis=1)
    for name in ("benches_within_300m", "drinking_water_distance_m", "lit_way_share_300m", "three_trees_share"):
        assert values[name].isna().all(), name
        assert set(values[f"{name}_status"]) <= {"missing", "edge"}
    codes = {note[0] for module in (green, public_space, play) for note in module.notes(town.setting)}
    assert codes == {"sparse_bench", "sparse_drinking_water", "sparse_tree"}


def test_public_space_of_a_town_is_a_few_square_metres_per_resident(town):
    values = public_space.address_values(town.setting)
    near, far = (values[f"public_space_m2_per_resident_{d}m"][town.weights > 0] for d in (300, 500))
    assert 1 < near.median() < 5 and 1 < far.median() < 5
    assert (near == 0).any() and near.notna().all()


def test_the_nearest_place_to_play_is_nearer_for_whoever_asks_for_less(town):
    values = play.address_values(town.setting)
    tiers = [values[f"playground_{tier}_distance_m"] for tier in ("from_6_to_11", "from_12")]
    assert (tiers[0] <= tiers[1]).all()
    assert (values["playground_under_6_distance_m_status"] == "unreliable").any()  # 14 playgrounds are points


def test_las_palmas_has_squares_trees_and_pedestrian_multipolygons(data_dir):
    extract = read_osm(data_dir / "las_palmas" / "example_las_palmas_2023_osm_20230221.pbf")
    spaces = extract.public_space
    assert (
        spaces["kind"] == "square"
    ).sum() == 40  # 32 + 2 ways, 8 relations, a node; three of them also something else
    drawn = spaces[(spaces["kind"] == "pedestrian") & (spaces.geom_type != "LineString")]
    assert drawn["space_id"].str.startswith("osm:r").sum() == 64  # 71 relations, 7 of them squares
    assert (extract.street_furniture["kind"] == "tree").sum() > 35_000
