"""Studies put together are measured alike: by the same thresholds, and ranked only among the same sources."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.index.region import ranked_together
from nahraum.parameters import Parameters
from nahraum.publish.report.region import Said, findings_of
from nahraum.workflow import regional
from nahraum.workflow.regional import _require_one_method


def part(name: str, key: str, read: list[str], **changed: float) -> SimpleNamespace:
    """A study that read some parameters."""
    parameters = Parameters({name.replace("__", "."): value for name, value in changed.items()})
    for one in read:
        parameters.value(one)
    rows = pd.DataFrame({"municipality_id": [key]})
    return SimpleNamespace(study=SimpleNamespace(name=name), parameters=parameters, rows=rows)


def test_a_threshold_that_only_the_second_study_used_must_be_the_same_too():
    supply = "supply.maximum_distance_m"
    alone = part("Adorf", "1", ["counting.lacks_needed"])
    other = part("Bheim", "2", ["counting.lacks_needed", supply], supply__maximum_distance_m=800.0)
    with pytest.raises(InputError, match="different rules") as told:
        _require_one_method([alone, other])
    assert told.value.where == [f"Bheim: {supply} = 800.0, Adorf: 1000.0"]
    _require_one_method([alone, part("Bheim", "2", [supply])])


def test_a_key_that_one_study_lists_twice_is_in_no_other_study(monkeypatch):
    """Refused is before anything is computed; what is listed twice in one study is one municipality all the same."""
    monkeypatch.setattr(regional, "study_of", lambda study: study)
    monkeypatch.setattr(regional, "_part", lambda study, progress: pytest.fail("computed"))
    twice, other = (SimpleNamespace(municipalities=keys, language="de") for keys in (("1", "1"), ("2", "1")))
    with pytest.raises(InputError, match="in several studies") as told:
        regional.region_report([twice, other], quiet=True)
    assert told.value.where == ["1"]
    monkeypatch.setattr(regional, "_part", lambda study, progress: 1 / 0)
    other.municipalities = ("2",)
    with pytest.raises(ZeroDivisionError):
        regional.region_report([twice, other], quiet=True)


def rows(*measured: str) -> gpd.GeoDataFrame:
    n = len(measured)
    table = {
        "municipality_id": [str(at) for at in range(n)], "name": [f"Ort {at}" for at in range(n)], "type": "Dorf",
        "residents_judged": 5000.0, "known_dimensions": "green+supply", "measured_by": list(measured),
    }  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=[shapely.Point(at, 0) for at in range(n)], crs="EPSG:25832")


def test_municipalities_are_ranked_among_those_measured_by_the_same_sources():
    shares = pd.DataFrame({"variant_id": ["base"], "0": [0.4], "1": [0.3], "2": [0.2]})
    alike = ranked_together(rows("osm", "osm", "osm"), shares, Parameters())
    assert alike["rank"].tolist() == [1, 2, 3] and alike["n_comparable"].tolist() == [3, 3, 3]
    apart = ranked_together(rows("osm", "osm+timetable", "osm"), shares, Parameters())
    assert apart["n_comparable"].tolist() == [2, 1, 2] and apart["rank"].tolist()[2] == 2


def test_the_report_names_who_was_measured_by_which_sources():
    frame = pd.DataFrame(rows("osm", "osm+timetable", "osm")).assign(several_k2_share=[0.4, 0.3, 0.2])
    told = findings_of(frame, 2, Said("de"))
    assert told[-1].endswith("gleich gemessenen: OpenStreetMap: Ort 0 und Ort 2; OpenStreetMap + Fahrplan: Ort 1.")
    assert not any("Quellen" in line for line in findings_of(frame.assign(measured_by="osm"), 2, Said("de")))
