from datetime import date

import pytest

from nahraum.errors import StudyError
from nahraum.study import read_study

MINIMAL = """
[study]
name = "Ort"
reference_date = 2025-06-30
[sources.osm]
file = "town.osm.pbf"
[sources.population]
kind = "grid_table"
file = "people.csv"
"""


@pytest.fixture
def write(tmp_path):
    (tmp_path / "town.osm.pbf").write_bytes(b"")
    (tmp_path / "people.csv").write_text("")

    def _write(text: str):
        path = tmp_path / "study.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_a_minimal_study_is_read(write, tmp_path):
    study = read_study(write(MINIMAL))
    assert (study.name, study.language, study.reference_date) == ("Ort", "de", date(2025, 6, 30))
    assert study.source("population").file == tmp_path / "people.csv"
    assert study.output_folder == tmp_path / "study.out"


@pytest.mark.parametrize(
    ("extra", "offered"),
    [
        ("[prameters]\n", "did you mean 'parameters'?"),
        ('[parameters]\n"supply.maximum_distanz_m" = 800\n', "did you mean 'supply.maximum_distance_m'?"),
        ("[output]\nfoldr = 'x'\n", "did you mean 'folder'?"),
        ("[sources.populations]\nfile = 'people.csv'\n", "did you mean 'population'?"),
        ("[sources.quarters]\nfile = 'people.csv'\nlayr = 'x'\n", "did you mean 'layer'?"),
    ],
)
def test_an_unknown_key_offers_the_nearest_known_one(write, extra, offered):
    with pytest.raises(StudyError) as caught:
        read_study(write(MINIMAL + extra))
    assert offered in caught.value.message()


@pytest.mark.parametrize(
    "text",
    [
        '[parameters]\n"supply.maximum_distance_m" = "far"\n',
        '[parameters]\n"supply.maximum_distance_m" = nan\n',
        '[parameters]\n"supply.maximum_distance_m" = inf\n',
        '[parameters]\n"counting.lacks_needed" = true\n',
    ],
)
def test_an_impossible_threshold_is_refused_at_the_door(write, text):
    with pytest.raises(StudyError, match=r"supply\.maximum_distance_m|counting\.lacks_needed"):
        read_study(write(MINIMAL + text))


def test_missing_files_are_all_named(write):
    with pytest.raises(StudyError) as caught:
        read_study(write(MINIMAL.replace("people.csv", "nobody.csv")))
    assert "nobody.csv" in caught.value.message()
    assert "paths are relative to the study file" in caught.value.message()


def test_a_study_that_does_not_exist_says_what_to_do(tmp_path):
    with pytest.raises(StudyError, match="nahraum demo"):
        read_study(tmp_path / "none.toml")


def test_a_study_without_residents_is_refused(write):
    with pytest.raises(StudyError, match=r"sources\.population"):
        read_study(write(MINIMAL.split("[sources.population]")[0]))


def test_a_newer_format_is_refused_instead_of_misread(write):
    with pytest.raises(StudyError, match="format_version"):
        read_study(write("format_version = 2\n" + MINIMAL))


def test_broken_toml_names_the_place(write):
    with pytest.raises(StudyError, match="line"):
        read_study(write(MINIMAL + "\n= 3"))


def test_the_example_study_has_only_known_keys(write, monkeypatch):
    from pathlib import Path

    text = (Path(__file__).parents[2] / "config" / "example.toml").read_text(encoding="utf-8")
    for name in ("beispielstadt.osm.pbf", "Zensus2022_Bevoelkerungszahl.zip",
                 "Durchschnittliche_Wohnflaeche_je_Bewohner_in_Gitterzellen.zip"):  # fmt: skip
        text = text.replace(name, "people.csv")
    assert read_study(write(text)).name == "Beispielstadt"


@pytest.mark.parametrize("line", ['"supply.maximum_distance_m" = -5', '"counting.warn_share_high" = 80'])
def test_a_threshold_out_of_its_range_is_refused(write, line):
    with pytest.raises(StudyError, match=r"negative|no share"):
        read_study(write(MINIMAL + f"[parameters]\n{line}\n"))
