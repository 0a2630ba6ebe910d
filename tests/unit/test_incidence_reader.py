"""Tables of cases as health offices write them: periods, days, ages; suppressed is not zero."""

from pathlib import Path

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.sources.incidence import age_span, read_incidence
from nahraum.study import SourceSpec, read_study
from nahraum.tables import CASES

WAVES = """Nr;Welle;Beginn;Ende;Einwohner;Fälle
01;1. Welle;02.03.2020;17.05.2020;1.200;.
02;1. Welle;02.03.2020;17.05.2020;800;7
01;2. Welle;28.09.2020;28.02.2021;1.200;31
02;2. Welle;28.09.2020;28.02.2021;800;0
"""
COLUMNS = {"cases": "Fälle", "residents": "Einwohner", "period": "Welle", "begin": "Beginn", "end": "Ende"}


def section(folder: Path, text: str, columns: dict[str, str], **options: object) -> SourceSpec:
    path = folder / "cases.csv"
    path.write_text(text, encoding="utf-8")
    return SourceSpec("incidence", "table", (path,), {"id": "Nr", "columns": columns, "decimal": ",", **options})


def read(folder: Path, text: str, columns: dict[str, str] = COLUMNS, **options: object):
    return read_incidence(section(folder, text, columns, **options)).table


def test_a_table_of_waves_keeps_its_suppressed_counts_suppressed(tmp_path):
    table = read(tmp_path, WAVES)
    assert list(table.columns) == CASES.names()
    first = table[table["period"] == "1. Welle"]
    assert first["cases_status"].tolist() == ["suppressed", "ok"]
    assert np.isnan(first["cases"].iloc[0]) and first["cases"].iloc[1] == 7
    assert first["begin"].tolist() == ["2020-03-02"] * 2 and first["end"].tolist() == ["2020-05-17"] * 2
    assert table.loc[table["period"] == "2. Welle", "cases"].tolist() == [31, 0]
    assert set(table["residents"]) == {1200, 800}


def test_rows_come_out_the_same_whatever_their_order(tmp_path):
    head, *rows = WAVES.splitlines()
    turned = "\n".join([head, *reversed(rows)]) + "\n"
    assert read(tmp_path, turned).equals(read(tmp_path, WAVES))


def test_single_days_have_no_period_yet(tmp_path):
    text = "Nr;Tag;n\n01;2020-03-03;2\n01;2020-03-04;1\n02;2020/03/04 00:00:00;5\n"
    table = read(tmp_path, text, {"cases": "n", "day": "Tag"})
    assert set(table["period"]) == {""}
    assert table["begin"].tolist() == table["end"].tolist() == ["2020-03-03", "2020-03-04", "2020-03-04"]
    assert set(table["residents_status"]) == {"missing"}


def test_ages_become_columns_of_years_and_a_table_without_period_is_one(tmp_path):
    text = "Nr;Alter;n\n01;A00-A04;2\n01;80 und älter;9\n01;unbekannt;1\n"
    table = read(tmp_path, text, {"cases": "n", "age": "Alter"}, date="2021-06-30").set_index("age")
    assert set(table["period"]) == {"2021-06-30"}
    assert table.loc["0-4", ["age_first", "age_last"]].tolist() == [0, 4]
    assert table.loc["80+", "age_first"] == 80 and np.isnan(table.loc["80+", "age_last"])
    assert np.isnan(table.loc["unknown", "age_first"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A05-A14", "5-14"), ("5 bis unter 15 Jahre", "5-14"), ("5–14", "5-14"), ("<1", "0-0"), ("0", "0-0"),
        ("unter 5 Jahren", "0-4"), ("A80+", "80+"), ("ab 65", "65+"), ("65 and over", "65+"), ("Insgesamt", ""),
        ("", ""), ("k.A.", "unknown"),
    ],
)  # fmt: skip
def test_ages_are_read_as_they_are_written(text, name):
    found = age_span(text)
    assert found is not None and found[0] == name


@pytest.mark.parametrize("text", ["Kinder", "15 bis 5", "10-", "unter 0"])
def test_what_is_no_age_is_told(tmp_path, text):
    assert age_span(text) is None
    with pytest.raises(InputError, match="the age is no range of years"):
        read(tmp_path, f"Nr;Alter;n\n01;{text};2\n", {"cases": "n", "age": "Alter"})


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("17.05.2020", "17.02.2020", "ends before it begins"),
        ("01;2. Welle;28.09.2020", "01;2. Welle;29.09.2020", "several first or last days"),
        ("02.03.2020", "irgendwann", "begin is no day"),
        ("800;7", "800;-7", "is negative"),
        ("800;7", "800;7,5", "is no whole number"),
        ("01;1. Welle;", "01;;", "the period has no name"),
        ("800;7", "800;viele", "text where a number is needed"),
        ("02;2. Welle;28.09.2020;28.02.2021;800;0", "01;2. Welle;28.09.2020;28.02.2021;1.200;30", "several different"),
    ],
)
def test_rows_that_cannot_be_meant_are_refused_with_an_example(tmp_path, before, after, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, WAVES.replace(before, after))


def test_ages_that_overlap_or_add_up_to_more_than_all_are_refused(tmp_path):
    columns = {"cases": "n", "age": "Alter"}
    with pytest.raises(InputError, match="ages overlap"):
        read(tmp_path, "Nr;Alter;n\n01;0-17;2\n01;15+;2\n", columns)
    with pytest.raises(InputError, match="more cases than all ages"):
        read(tmp_path, "Nr;Alter;n\n01;0-17;2\n01;18+;2\n01;alle;3\n", columns)


def test_ages_that_adjoin_are_fine_beside_a_total(tmp_path):
    table = read(tmp_path, "Nr;Alter;n\n01;0-17;2\n01;18+;2\n01;alle;5\n", {"cases": "n", "age": "Alter"})
    assert set(table["age"]) == {"", "0-17", "18+"}


def test_a_table_in_which_nothing_is_known_is_refused(tmp_path):
    with pytest.raises(InputError, match="no number of cases is known"):
        read(tmp_path, "Nr;n\n01;.\n02;.\n", {"cases": "n"})


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"residents": "Einwohner"}, "maps no cases"),
        ({"cases": "Fälle", "wave": "Welle"}, "knows no 'wave'"),
        ({"cases": "Fälle", "day": "Beginn", "period": "Welle"}, "holds day and period"),
        ({"cases": "Fälle", "period": "Wele"}, "has no column 'Wele'"),
    ],
)
def test_a_wrong_mapping_is_refused_before_anything_is_read(tmp_path, columns, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, WAVES, columns)


def test_the_section_is_known_to_the_study(tmp_path):
    path = tmp_path / "study.toml"
    for name in ("a.osm.pbf", "b.zip", "c.csv"):
        (tmp_path / name).write_bytes(b"")
    path.write_text(
        'format_version = 1\n[study]\nname = "X"\nreference_date = 2026-01-01\n'
        '[sources.osm]\nfile = "a.osm.pbf"\n[sources.population]\nfile = "b.zip"\n'
        '[sources.incidence]\nfile = "c.csv"\nid = "Nr"\ncolumns = { cases = "n" }\n',
        encoding="utf-8",
    )
    spec = read_study(path).source("incidence")
    assert spec is not None and spec.kind == "table"
