"""Neighbours made of real polygons: those of the files of PySAL, and the planning areas of Berlin without an island."""

import geopandas as gpd
import pytest

from nahraum.index.spatial.neighbours import contiguity, gal

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("statistics")]


def pairs(found):
    return {(found.ids[i], found.ids[j]) for i, j in zip(found.rows, found.indices, strict=True)}


@pytest.mark.parametrize("tolerance_m", [0.0, 1e-6])
@pytest.mark.parametrize(
    ("rule", "file", "shapes", "column"),
    [
        ("queen", "pysal_columbus/columbus.gal", "pysal_columbus/columbus.shp", "POLYID"),
        ("rook", "pysal_stl/stl_hom_rook.gal", "pysal_stl/stl_hom.shp", "POLY_ID_OG"),
    ],
)
def test_neighbours_by_common_border_are_those_that_pysal_ships(data_dir, rule, file, shapes, column, tolerance_m):
    folder = data_dir / "statistics"
    areas = gpd.read_file(folder / shapes)
    ids = areas[column].astype(int).astype(str)
    found = contiguity(areas.geometry.to_numpy(), ids, rule=rule, tolerance_m=tolerance_m)
    assert pairs(found) == pairs(gal((folder / file).read_text(encoding="utf-8"), called=file))


def test_every_planning_area_of_berlin_has_neighbours_both_ways(data_dir):
    areas = gpd.read_file(data_dir / "berlin" / "lor_2021" / "lor_planungsraeume_2021.shp")
    polygons, ids = areas.geometry.to_numpy(), areas["PLR_ID"].to_numpy()
    found = {rule: contiguity(polygons, ids, rule=rule, tolerance_m=1.0) for rule in ("queen", "rook")}
    queen, rook = (pairs(one) for one in found.values())
    assert found["rook"].islands == () and rook < queen
    assert all((b, a) in queen for a, b in queen) and all((b, a) in rook for a, b in rook)
