"""Corrections on real extracts, witnessed by the extract itself: edited with osmium, then read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely

from nahraum.network import Network, build_network
from nahraum.parameters import Parameters
from nahraum.sources.corrections import CORRECTIONS
from nahraum.sources.osm import OsmExtract, read_osm
from nahraum.sources.osm.corrected import corrected
from tiny_corrections import applied, differing

pytestmark = pytest.mark.real
UTM = "EPSG:25832"
FILES = {"lauf": "lauf/lauf-200115.osm.pbf", "kaiserslautern": "kaiserslautern/kaiserslautern.osm.gz"}
Tags = dict[str, str]


@pytest.fixture(scope="module", params=sorted(FILES))
def town(request, data_dir) -> tuple[Path, OsmExtract]:
    path = data_dir / FILES[request.param]
    return path, read_osm(path)


class Edited(osmium.SimpleHandler):
    """The same objects with other tags for some of them."""

    def __init__(self, writer: osmium.SimpleWriter, changes: dict[str, Callable[[Tags], Tags]]) -> None:
        super().__init__()
        self.writer, self.changes = writer, changes

    def _tags(self, thing, letter: str):
        change = self.changes.get(f"osm:{letter}{thing.id}")
        return thing if change is None else thing.replace(tags=change(dict(thing.tags)))

    def node(self, thing):
        self.writer.add_node(self._tags(thing, "n"))

    def way(self, thing):
        self.writer.add_way(self._tags(thing, "w"))

    def relation(self, thing):
        self.writer.add_relation(self._tags(thing, "r"))


def edited(path: Path, changes: dict[str, Callable[[Tags], Tags]], folder: Path) -> OsmExtract:
    """The extract as it would be read if upstream had made the changes."""
    header = osmium.io.Reader(str(path)).header()
    target = folder / ("later" + "".join(path.suffixes[-2:]))
    with osmium.SimpleWriter(str(target), header=header, overwrite=True) as writer:
        Edited(writer, changes).apply_file(str(path))
    return read_osm(target)


def without(*keys: str) -> Callable[[Tags], Tags]:
    return lambda tags: {key: value for key, value in tags.items() if key not in keys}


def plus(**more: str) -> Callable[[Tags], Tags]:
    return lambda tags: tags | more


def chosen(osm: OsmExtract) -> tuple[list[dict[str, str]], dict[str, Callable[[Tags], Tags]]]:
    """One correction of each kind, and the edit of the map that says the same."""
    places = osm.facilities
    alone = places[(places["category"] == "pharmacy") & places["facility_id"].str.match(r"osm:n\d+$")]
    renamed = places[(places["category"] == "eating") & places["facility_id"].str.match(r"osm:n\d+$")].iloc[3]
    green = osm.greens[osm.greens["public"] & osm.greens["green_id"].str.startswith("osm:w")].iloc[0]["green_id"]
    park = osm.greens[osm.greens["public"] & (osm.greens["kind"] == "park")].iloc[-1]["green_id"]
    ways = osm.ways[osm.ways["part"] == 0]
    gone = ways[ways["highway"] == "steps"].iloc[2]["way_id"]
    shut = ways[(ways["highway"] == "footway") & ways["walkable"]].iloc[10]["way_id"]
    gate = osm.gates[osm.gates["passable"] & (osm.gates["kind"] == "gate")].iloc[0]["node_id"]
    shop = alone.iloc[0]["facility_id"]
    rows = [
        {"action": "remove", "object": "facility", "osm_id": shop},
        {"action": "retag", "object": "facility", "osm_id": renamed["facility_id"], "new_name": "Neuer Wirt"},
        {"action": "remove", "object": "green", "osm_id": green},
        {"action": "retag", "object": "green", "osm_id": park, "new_category": "not_public"},
        {"action": "remove", "object": "path", "osm_id": f"w{gone}"},
        {"action": "close", "object": "path", "osm_id": f"w{shut}"},
        {"action": "close", "object": "gate", "osm_id": f"n{gate}"},
    ]
    changes = {
        shop: without("amenity", "healthcare", "shop", "name"),
        renamed["facility_id"]: plus(name="Neuer Wirt"),
        green: without("leisure", "landuse", "natural"),
        park: plus(access="private"),
        f"osm:w{gone}": without("highway"),
        f"osm:w{shut}": plus(access="private", foot="no"),
        f"osm:n{gate}": plus(access="private", foot="no"),
    }
    return rows, changes


def test_corrections_of_a_real_town_are_the_edited_map_bit_by_bit(town, tmp_path):
    path, osm = town
    rows, changes = chosen(osm)
    new, report = applied(osm, rows, tmp_path)
    later = edited(path, changes, tmp_path)
    assert report["status"].tolist() == ["applied"] * len(rows)
    assert differing(new, later) == []
    again, report = applied(later, rows, tmp_path)
    assert report["status"].tolist() == ["adopted"] * len(rows) and differing(again, later) == []


def test_each_correction_of_a_real_town_touches_its_own_tables_only(town, tmp_path):
    _, osm = town
    touched = {
        "facility": {"facilities"},
        "green": {"greens"},
        "path": {"ways", "nodes", "way_nodes"},
        "gate": {"nodes", "gates"},
    }
    for row in chosen(osm)[0]:
        new, _ = applied(osm, [row], tmp_path)
        assert len(differing(new, osm)) > 0 and set(differing(new, osm)) <= touched[row["object"]], row


def edges(network: Network) -> pd.DataFrame:
    ends = (network.node_id[network.edge_from], network.node_id[network.edge_to])
    return pd.DataFrame({"way": network.edge_way_id, "a": ends[0], "b": ends[1], "dm": network.edge_length_dm})


def test_a_path_across_a_block_divides_the_ways_it_meets_and_leaves_the_network_else_as_it_was(town, tmp_path):
    _, osm = town
    line = link(osm)
    row = {"action": "add", "object": "path", "wkt": shapely.to_wkt(line, rounding_precision=7)}
    new, report = applied(osm, [row], tmp_path)
    assert report["status"].tolist() == ["applied"]
    before, after = (edges(build_network(one, crs=UTM)) for one in (osm, new))
    both = before.merge(after, how="outer", indicator=True)
    gone, made = both[both["_merge"] == "left_only"], both[both["_merge"] == "right_only"]
    own = made["way"] >= 1 << 51
    assert own.any() and set(made.loc[~own, "way"]) == set(gone["way"])
    assert len(gone) <= 2 + 2 * 20
    for way, pieces in made[~own].groupby("way"):
        assert abs(int(pieces["dm"].sum()) - int(gone.loc[gone["way"] == way, "dm"].sum())) <= len(pieces)


def link(osm: OsmExtract) -> shapely.LineString:
    """A line of some 100 m from the middle of a residential street across a block, where no way leads."""
    at = osm.nodes.set_index("node_id")
    xy = np.column_stack([at["lon"].reindex(osm.way_nodes), at["lat"].reindex(osm.way_nodes)])
    all_nodes = shapely.MultiPoint(xy)
    streets = osm.ways[(osm.ways["highway"] == "residential") & (osm.ways["n_nodes"] > 3)]
    for first in streets["first"].tolist():
        lon, lat = xy[first + 1]
        line = shapely.LineString([(lon + 0.00002, lat + 0.00001), (lon + 0.0012, lat + 0.0004)])
        if shapely.distance(all_nodes, line.interpolate(0.5, normalized=True)) > 0.0005:
            return line
    raise AssertionError("no block is wide enough")


def test_every_named_place_of_a_real_town_is_found_by_place_name_and_category(town, tmp_path):
    _, osm = town
    named = osm.facilities[osm.facilities["name"] != ""]
    rows = [
        {"action": "remove", "object": "facility", "name": one["name"], "category": one["category"],
         "lon": f"{one['geometry'].x:.7f}", "lat": f"{one['geometry'].y:.7f}"}
        for one in named.to_dict("records")
    ]  # fmt: skip
    new, report = applied(osm, rows, tmp_path)
    assert set(report["status"]) == {"applied"} and len(report) == len(named)
    assert set(new.facilities["name"]) == {""}


def test_no_correction_of_a_real_town_is_its_own_extract(town):
    _, osm = town
    table = gpd.GeoDataFrame(columns=CORRECTIONS.names(), geometry="geometry", crs="EPSG:4326")
    new, report = corrected(osm, table, Parameters())
    assert new is osm and report.empty and np.array_equal(new.way_nodes, osm.way_nodes)
