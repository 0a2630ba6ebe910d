"""Studies of several municipalities: who is chosen, who is told apart, who is ranked among whom."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.area.municipalities import (
    as_quarters,
    chosen_municipalities,
    municipality_of_points,
    study_municipalities,
    told_apart,
)
from nahraum.errors import NahraumError, StudyError
from nahraum.index.region import ranked_together
from nahraum.parameters import Parameters
from nahraum.study import read_study

CRS = "EPSG:25832"
KEYS = ("07335002", "07335009", "07312000", "01001000")


def _known() -> gpd.GeoDataFrame:
    shapes = [shapely.box(450_000 + 1000 * n, 5_700_000, 451_000 + 1000 * n, 5_701_000) for n in range(4)]
    names = ["Bann", "Enkenbach", "Kaiserslautern", "Flensburg"]
    return gpd.GeoDataFrame(
        {"municipality_id": KEYS, "name": names, "type": ["a", "a", "b", "b"]}, geometry=shapes, crs=CRS
    )


def test_municipalities_are_chosen_by_key_or_by_kreis_and_sorted():
    assert chosen_municipalities(_known(), ags=["07335009", "01001000"], kreis="")["municipality_id"].tolist() == [
        "01001000", "07335009"
    ]  # fmt: skip
    assert chosen_municipalities(_known(), ags=[], kreis="07335")["name"].tolist() == ["Bann", "Enkenbach"]
    both = chosen_municipalities(_known(), ags=["07312000"], kreis="07335")
    assert both["municipality_id"].tolist() == ["07312000", "07335002", "07335009"]
    assert len(chosen_municipalities(_known(), ags=[], kreis="")) == 4


def test_an_unknown_key_is_told_with_the_nearest_ones():
    with pytest.raises(StudyError, match="does not hold") as told:
        chosen_municipalities(_known(), ags=["07335003"], kreis="")
    assert "07335002 Bann" in str(told.value.where)
    with pytest.raises(StudyError, match="no key") as told:
        chosen_municipalities(_known(), ags=[], kreis="99")
    assert "07335" in str(told.value.where)


def test_points_are_told_apart_and_on_a_border_the_lower_key_has_them():
    here = study_municipalities(_known(), crs=CRS)
    assert here is not None and here["municipality_id"].tolist() == sorted(KEYS)
    x = [450_500.0, 451_000.0, 453_500.0, 460_000.0]
    keys, several = municipality_of_points(here, x, [5_700_500.0] * 4)
    assert keys.tolist() == ["07335002", "07335002", "01001000", ""] and several == 1
    assert as_quarters(here).columns.tolist() == ["quarter_id", "name", "geometry"]
    assert study_municipalities(None, crs=CRS) is None


def test_a_municipality_without_a_name_is_called_by_its_key():
    nameless = _known().assign(name=["Bann", "", "", "Flensburg"])
    names = study_municipalities(nameless, crs=CRS).set_index("municipality_id")["name"]
    assert names.to_dict() == {
        "01001000": "Flensburg", "07312000": "07312000", "07335002": "Bann", "07335009": "07335009"
    }  # fmt: skip


def test_quarters_of_one_name_are_told_apart_by_their_municipality():
    here = study_municipalities(_known(), crs=CRS)
    shapes = [shapely.box(450_100 + 1000 * n, 5_700_100, 450_900 + 1000 * n, 5_700_900) for n in (0, 1, 2, 20)]
    quarters = gpd.GeoDataFrame(
        {"quarter_id": list("abcd"), "name": ["Altstadt", "Altstadt", "Hafen", "Altstadt"]}, geometry=shapes, crs=CRS
    )
    names = told_apart(quarters, here)["name"].tolist()
    assert names == ["Altstadt (Bann)", "Altstadt (Enkenbach)", "Hafen", "Altstadt"]  # the last lies in none
    assert told_apart(quarters.iloc[1:3], here)["name"].tolist() == ["Altstadt", "Hafen"]


def _study(folder, area: str, *, source: bool = True):
    section = '[sources.municipalities]\nfile = "gem.gpkg"\n' if source else ""
    text = (
        '[study]\nname = "Kreis"\nreference_date = 2025-06-30\n'
        f'{area}\n[sources.osm]\nfile = "a.osm"\n[sources.population]\nfile = "b.csv"\n{section}'
    )
    for name in ("a.osm", "b.csv", "gem.gpkg"):
        (folder / name).touch()
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml")


def test_a_study_names_municipalities_as_text_of_eight_digits(tmp_path):
    study = _study(tmp_path, '[area]\nmunicipalities = ["07335002"]\nkreis = "073"')
    assert study.municipalities == ("07335002",) and study.kreis == "073"
    for wrong in (
        "municipalities = [7335002]",
        'municipalities = ["7335002"]',
        'municipalities = "07335002"',
        "kreis = 7335",
    ):
        with pytest.raises(StudyError):
            _study(tmp_path, f"[area]\n{wrong}")
    with pytest.raises(StudyError, match="no file says where they are"):
        _study(tmp_path, '[area]\nkreis = "07335"', source=False)


def _rows() -> gpd.GeoDataFrame:
    return _known().assign(
        residents_judged=[500.0, 5000.0, 90_000.0, 80_000.0], known_dimensions="green+supply", rank=9.0
    )


def test_ranks_count_within_a_type_over_all_variants():
    shares = pd.DataFrame(
        {"variant_id": ["own", "x"], **dict(zip(KEYS, ([0.2, 0.4], [0.3, 0.3], [0.1, 0.1], [0.5, 0.5]), strict=True))}
    )
    ranked = ranked_together(_rows(), shares, Parameters())
    assert ranked["rank"].tolist() == [2.0, 1.0, 2.0, 1.0]
    assert ranked["rank_min"].tolist() == [1.0, 1.0, 2.0, 1.0]
    assert ranked["rank_max"].tolist() == [2.0, 2.0, 2.0, 1.0]
    assert ranked["n_comparable"].tolist() == [2.0] * 4
    assert list(ranked.columns).count("rank") == 1


def test_where_something_else_is_known_nothing_is_compared():
    rows = _rows()
    rows.loc[0, "known_dimensions"], rows.loc[1, "residents_judged"] = "green", 10.0
    shares = pd.DataFrame({"variant_id": ["own"], **{key: [0.1] for key in KEYS}})
    ranked = ranked_together(rows, shares, Parameters())
    assert ranked["n_comparable"].tolist()[0] == 1.0  # alone with what is known of it
    assert np.isnan(ranked["rank"][1])  # too few residents to be ranked


def test_one_study_of_one_municipality_is_no_region(small_town):
    from nahraum import workflow

    with pytest.raises(NahraumError, match="a study of one municipality"):
        workflow.region([small_town.study])
