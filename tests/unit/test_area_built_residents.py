"""Residents of a stated total on homes: every number here is computed by hand."""

from __future__ import annotations

import geopandas as gpd
import pytest

from nahraum.area import Area, AreaInputs, build_area
from nahraum.errors import InputError, StudyError
from nahraum.sources.load import provenance_of
from nahraum.sources.stated_residents import stated_residents
from nahraum.study import SourceSpec
from tiny_areas import GRID, buildings, census, extract, house, parameters, square


def area(homes: list[dict], residents: int, **inputs: object) -> Area:
    given = AreaInputs(osm=extract(buildings=buildings(homes)), population=None, residents_stated=residents, **inputs)
    return build_area(given, parameters(), crs=None)


def residents(built: Area) -> dict[str, float]:
    return dict(zip(built.addresses["address_id"], built.addresses["residents"].round(2), strict=True))


def note(built: Area, code: str) -> int:
    return int(built.notes.set_index("code")["count"].get(code, 0))


def test_a_stated_total_is_shared_by_footprint_times_storeys_across_cells() -> None:
    # 200, 400 and 200 m² of 800 m²; the third home lies in another cell
    homes = [house(1, 30, 30, levels=2), house(2, 70, 70, levels=4), house(3, 250, 250, levels=2)]
    built = area(homes, 80)
    assert residents(built) == {"osm:w1": 20.0, "osm:w2": 40.0, "osm:w3": 20.0}
    assert built.addresses["residents"].sum() == 80
    assert note(built, "residents_by_buildings") == 80
    assert note(built, "residents_by_buildings_m2") == 10  # 800 m² for 80 people


def test_the_order_of_homes_means_nothing() -> None:
    homes = [house(number, 20.0 * number, 30, levels=number) for number in (1, 2, 3)]
    assert residents(area(homes, 7)) == residents(area(homes[::-1], 7))


def test_communal_accommodation_takes_its_estimate_and_homes_the_rest() -> None:
    # 100 m² x 3 storeys x 0.022 = 6.6 residents; 50 - 6.6 in the home
    homes = [house(1, 30, 30, levels=2), house(2, 70, 70, levels=3, communal=True, residential=False)]
    built = area(homes, 50)
    assert residents(built) == {"osm:w1": 43.4, "osm:w2": 6.6}
    assert built.addresses.set_index("address_id")["residents_communal"].round(2).to_dict() == {
        "osm:w1": 0,
        "osm:w2": 6.6,
    }


def test_where_the_total_is_small_communal_accommodation_takes_its_share_only() -> None:
    # expected 200 / 60 = 3.33 and 6.6: of 3 residents 3 x 6.6 / 9.9333 = 1.99
    homes = [house(1, 30, 30, levels=2), house(2, 70, 70, levels=3, communal=True, residential=False)]
    assert residents(area(homes, 3)) == {"osm:w1": 1.01, "osm:w2": 1.99}


def test_the_total_is_of_the_boundary_and_homes_beyond_it_get_its_rate() -> None:
    homes = [house(1, 30, 30, levels=2), house(2, 70, 70, levels=4), house(3, 250, 50, levels=2)]
    inside = gpd.GeoDataFrame(geometry=[square(0, 0, 100)], crs=GRID)
    built = area(homes, 60, boundary=inside)
    assert residents(built) == {"osm:w1": 20.0, "osm:w2": 40.0, "osm:w3": 20.0}
    here = built.addresses[built.addresses["inside"]]
    assert here["residents"].sum() == 60


def test_nobody_lives_in_buildings_that_are_no_homes_and_a_note_counts_them() -> None:
    homes = [house(1, 30, 30), house(2, 250, 250, building="yes", residential=False, has_address=False)]
    built = area(homes, 10)
    assert residents(built) == {"osm:w1": 10.0}
    assert note(built, "buildings_no_home") == 1


def test_without_a_home_inside_the_stated_residents_are_refused() -> None:
    with pytest.raises(InputError, match="no home is mapped inside"):
        area([house(1, 30, 30, building="yes", residential=False, has_address=False)], 10)


def test_a_census_stays_a_census() -> None:
    given = AreaInputs(osm=extract(buildings=buildings([house(1, 30, 30)])), population=census({(50, 50): 9}))
    built = build_area(given, parameters(), crs=None)
    assert residents(built) == {"osm:w1": 9.0}
    assert note(built, "residents_by_buildings") == 0


def spec(kind: str = "buildings", **options: object) -> SourceSpec:
    return SourceSpec("population", kind, (), options)


@pytest.mark.parametrize("said", [None, 0, -3, 2.5, True, "viele"])
def test_buildings_without_a_whole_number_of_residents_are_refused_in_four_parts(said: object) -> None:
    with pytest.raises(StudyError) as caught:
        stated_residents(spec(**({} if said is None else {"residents": said})))
    error = caught.value
    assert error.where and error.expected and error.fix
    assert "residents = 380000" in str(error.fix)


def test_residents_beside_a_census_are_refused() -> None:
    with pytest.raises(StudyError, match="knows no residents"):
        stated_residents(spec("zensus2022", residents=5))
    assert stated_residents(spec("zensus2022")) == 0


def test_the_manifest_says_that_the_number_stands_in_the_study() -> None:
    (source,) = provenance_of(spec(residents=5, date="2023-01-01"))
    assert (source.file, source.sha256, source.reference_date) == ("residents = 5", "", "2023-01-01")
