"""Coordinates and keys that are given wrongly are told with what is meant."""

from __future__ import annotations

from pathlib import Path

import pyproj
import pytest

from nahraum.errors import InputError, StudyError
from nahraum.sources.georef import require_on_earth
from nahraum.study import read_study

UTM = pyproj.CRS("EPSG:25832")


@pytest.mark.parametrize(
    ("bounds", "meant"),
    [
        ((3461234.0, 5481234.0, 3463000.0, 5483000.0), 'zone 3, crs = "EPSG:31467"'),
        ((4461234.0, 5481234.0, 4463000.0, 5483000.0), 'zone 4, crs = "EPSG:31468"'),
        ((32461234.0, 5481234.0, 32463000.0, 5483000.0), 'crs = "EPSG:4647"'),
        ((5481234.0, 461234.0, 5483000.0, 463000.0), "x and y are swapped"),
        ((7.7, 49.4, 7.8, 49.5), 'crs = "EPSG:4326"'),
        ((9e8, 9e8, 9e8, 9e8), "say which one it is"),
    ],
)
def test_the_system_that_coordinates_look_like_is_named(bounds, meant):
    with pytest.raises(InputError) as told:
        require_on_earth(UTM, bounds, "register.csv")
    assert meant in told.value.fix and told.value.expected
    assert "e+" not in told.value.where[0], "numbers as they stand in the file"


def test_gauss_krueger_is_told_with_its_million():
    with pytest.raises(InputError) as told:
        require_on_earth(UTM, (3461234.0, 5481234.0, 3463000.0, 5483000.0), "register.csv")
    assert told.value.fix.startswith("x begins with 3.46 million")
    assert "3461234, 5481234 to 3463000, 5483000" in told.value.where[0]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ('"5999098"', 'it has 7 digits, a leading zero was lost: is "05999098" meant?'),
        ("5999098", 'is "05999098" meant?'),
        ('"059990000098"', 'its AGS is "05999098"'),
        ("15999098", 'write it as text: "15999098"'),
        ('"abc"', "it has 3 characters"),
    ],
)
def test_a_key_of_a_municipality_that_is_none_is_told_with_the_one_that_is_meant(tmp_path, key, meant):
    path = Path(tmp_path / "s.toml")
    path.write_text(
        "format_version = 1\n[study]\nname = 'K'\nreference_date = 2026-01-01\n"
        f"[area]\nmunicipalities = [{key}]\n[sources.osm]\nfile = 'a.pbf'\n"
        "[sources.population]\nkind = 'zensus2022'\nfile = 'c.zip'\n[sources.municipalities]\nfile = 'b.zip'\n",
        encoding="utf-8",
    )
    with pytest.raises(StudyError) as told:
        read_study(path, require_files=False)
    assert meant in told.value.fix
