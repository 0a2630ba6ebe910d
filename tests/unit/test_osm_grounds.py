"""Ground that could become something else, as OpenStreetMap maps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nahraum.sources.osm import read_osm
from nahraum.sources.osm.grounds import ground_kind
from tiny_osm import TinyOsm


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"amenity": "parking"}, "parking"),
        ({"amenity": "parking", "parking": "surface"}, "parking"),
        ({"amenity": "parking", "parking": "multi-storey"}, ""),
        ({"amenity": "parking", "parking": "underground"}, ""),
        ({"amenity": "parking", "layer": "-1"}, ""),
        ({"amenity": "parking", "building": "yes"}, ""),
        ({"amenity": "parking", "disused": "yes"}, ""),
        ({"amenity": "school"}, "school"),
        ({"amenity": "school", "building": "school"}, ""),
        ({"landuse": "brownfield"}, "brownfield"),
        ({"landuse": "greenfield"}, "greenfield"),
        ({"landuse": "garages"}, "garages"),
        ({"landuse": "residential"}, ""),
        ({"landuse": "parking"}, ""),
        ({}, ""),
    ],
)
def test_the_kind_of_a_ground_is_told_by_its_tags(tags: dict[str, str], expected: str) -> None:
    assert ground_kind(tags) == expected


def test_an_extract_lists_its_grounds_by_id(tmp_path: Path) -> None:
    made = TinyOsm()
    made.street()
    made.square((500, 500), 40, amenity="parking", access="customers", capacity="25", name="Am Markt")
    made.square((100, 100), 80, landuse="brownfield")
    outer = made.square((700, 700), 90)
    made.relation([("w", outer, "outer")], type="multipolygon", amenity="school")
    table = read_osm(made.write(tmp_path / "a.osm.pbf")).grounds
    assert table is not None
    assert table[["ground_id", "kind", "name", "access"]].to_numpy().tolist() == [
        ["osm:r1", "school", "", ""], ["osm:w2", "parking", "Am Markt", "customers"], ["osm:w3", "brownfield", "", ""],
    ]  # fmt: skip
    assert table["capacity"].tolist()[1] == 25
