"""Candidate sites go through the stage store and come back the same: edits, geometry, unknown costs."""

import math

import pandas as pd
import shapely

from nahraum.measures.model import Cost, Site
from nahraum.measures.sites.candidates import Candidates
from nahraum.measures.sites.stored import SiteTables, site_tables, sites_of
from nahraum.scenario.edits import FacilityAdded, FootpathAdded
from nahraum.scenario.log import edit_of
from nahraum.store import codec

NOTES = pd.DataFrame({"type_id": ["gp_branch"], "rule": ["ground_floor"], "looked_at": [3], "found": [2], "kept": [2]})


def site(name: str, geometry: shapely.Geometry, *edits: object, cost: Cost | None = None) -> Site:
    known = cost or Cost(1.0, 2.5, 1e6 / 3)
    return Site(
        site_id=name, type_id="gp_branch", quarter_id="0102", x_m=361_000.123456789, y_m=5_700_000.5, quantity=2.0,
        geometry=geometry, edits=tuple(edits), cost=known, running=Cost(math.nan, math.nan, math.nan), name="Süd & =1",
        reason_de="Laden", reason_en="shop", dwellings=3.0, sealing_m2=math.nan, street="Bachstraße",
    )  # fmt: skip


def back(found: Candidates, folder) -> Candidates:
    codec.write(site_tables(found, "EPSG:25832"), folder, "value")
    return sites_of(codec.read(folder, "value", SiteTables))


def test_sites_of_every_geometry_come_back_as_they_were(tmp_path):
    sites = (
        site("a:1", shapely.Point(1.25, 2.0), FacilityAdded("gp", 1.25, 2.0)),
        site("b:2", shapely.LineString([(0, 0), (1 / 3, 1)]), FootpathAdded(((0.0, 0.0), (1 / 3, 1.0)))),
        site("c:3", shapely.box(0, 0, 1, 1), cost=Cost(math.nan, math.nan, math.nan)),
    )
    told = back(Candidates(sites, NOTES, ("a:1",)), tmp_path)
    assert told.must == ("a:1",)
    for one, other in zip(sites, told.sites, strict=True):
        assert one.geometry.equals_exact(other.geometry, 0)
        assert tuple(map(edit_of, one.edits)) == other.edits  # with the ids that the edits give themselves
        assert (one.site_id, one.name, one.x_m, one.quantity) == (other.site_id, other.name, other.x_m, other.quantity)
        assert one.street == other.street == "Bachstraße"
        assert str(one.cost) == str(other.cost) and str(one.running) == str(other.running)
        assert math.isnan(other.sealing_m2)


def test_no_sites_at_all_can_be_stored(tmp_path):
    assert back(Candidates((), NOTES.iloc[:0]), tmp_path).sites == ()
