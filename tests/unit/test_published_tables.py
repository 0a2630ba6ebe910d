"""Published tables are read by position, whole or not at all; what is missing is told at once."""

import gzip
import zipfile

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.sources.published import (
    Published,
    Replication,
    file_of,
    read_all,
    read_published,
    replication,
    replications,
)

MARKS = {"source": "Amt", "licence": "CC BY 4.0", "attribution": "Amt", "reference_date": "2020-12-31"}


def published(**other) -> Published:
    return Published(**{"file": "folder/table.csv", "key": 1, "rows": 3, "key_digits": 4, **MARKS, **other})


def table(tmp_path, text="id;wert;name\n1;2,5;A\n22;.;B\n0333;0;C\n", name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_go_by_position_and_keys_get_their_zeros_back(tmp_path):
    spec = published(figures={"share": 2}, texts={"name": 3}, decimal=",")
    read = read_published(spec, table(tmp_path))
    assert read["area_id"].tolist() == ["0001", "0022", "0333"]
    assert read["name"].tolist() == ["A", "B", "C"]
    assert read["share"].tolist()[::2] == [2.5, 0.0]


def test_a_figure_that_is_not_published_is_unknown_and_not_zero(tmp_path):
    read = read_published(published(figures={"share": 2}, decimal=","), table(tmp_path))
    assert np.isnan(read["share"][1])


def test_years_are_found_in_their_row(tmp_path):
    text = "key;name;Wert;Wert\n;;Wert 2019;Wert 2020\n1;A;1;2\n2;B;3;4\n3;C;5;6\n"
    read = read_published(published(skip=2, first_year=3, year_row=2), table(tmp_path, text))
    assert read[[2019, 2020]].to_numpy().tolist() == [[1, 2], [3, 4], [5, 6]]


def test_a_packed_table_is_read_and_a_damaged_one_is_told(tmp_path):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b'id,"rank"\n1,"1,002"\n2,2\n3,3\n'))
    read = read_published(published(figures={"rank": 2}), path)
    assert read["rank"].tolist() == [1002, 2, 3]
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(InputError, match="damaged or cut off"):
        read_published(published(figures={"rank": 2}), path)


@pytest.mark.parametrize("body", ["1;2,5;A\n", "1;2,5;A\n2;2;B\n3;2;C\n4;2;D\n", ""])
def test_another_number_of_areas_than_published_is_refused(tmp_path, body):
    with pytest.raises(InputError, match="3 areas are published"):
        read_published(published(figures={"share": 2}, decimal=","), table(tmp_path, "id;wert;name\n" + body))


def test_all_problems_of_a_table_are_told_at_once(tmp_path):
    text = "id;wert;name\n1;viel;A\n;2;B\n"
    with pytest.raises(InputError) as caught:
        read_published(published(figures={"share": 2}, decimal=","), table(tmp_path, text))
    told = caught.value.message()
    assert "3 areas are published" in told and "no key" in told and "column 2" in told and "FIX" in told


def test_a_file_is_found_at_its_place_below_it_or_by_its_name(tmp_path):
    spec = published(file="a/b/table.csv")
    assert file_of(spec, tmp_path) is None
    for place in ("", "b", "a/b"):
        folder = tmp_path / place
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "table.csv").write_text("x")
        assert file_of(spec, tmp_path) == folder / "table.csv"


def wanted(**tables) -> Replication:
    return Replication("x", "rates", *["…"] * 6, tables=tables)


def test_every_missing_table_is_named_with_where_it_comes_from(tmp_path):
    spec = wanted(one=published(file="one.csv", address="https://one.example"), two=published(file="two.csv"))
    with pytest.raises(InputError) as caught:
        read_all(spec, tmp_path)
    assert [place.split(" ")[0] for place in caught.value.where] == ["one.csv", "two.csv"]
    assert "https://one.example" in caught.value.fix and "NAHRAUM_DATA" in caught.value.fix


def test_a_table_of_people_behind_the_shares_may_be_missing(tmp_path):
    table(tmp_path)
    spec = wanted(areas=published(figures={}), persons=published(file="people.csv", optional=True))
    assert set(read_all(spec, tmp_path)) == {"areas"}


def test_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(InputError, match="mss-berlin-2019"):
        replication("mss-berlin-2018")


def test_every_entry_of_the_data_file_says_source_licence_and_both_languages():
    known = replications()
    assert set(known) == {
        "mss-berlin-2015", "mss-berlin-2019", "imd-england-2019", "gisd-kreise", "hamburg-m2-2014", "nyc-covid-rates",
    }  # fmt: skip
    for entry in known.values():
        for name in ("title", "computed", "difference"):
            assert (
                entry.told(name, "de") and entry.told(name, "en") and entry.told(name, "de") != entry.told(name, "en")
            )
        assert entry.needed and all(0 < share <= 1 for share in entry.needed.values())
        for one in entry.tables.values():
            assert one.source and one.licence and one.attribution and one.rows > 0
            pd.Timestamp(one.reference_date)


def test_a_zip_with_a_table_inside_is_read_like_any_other(tmp_path):
    path = tmp_path / "table.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("table.csv", "id;wert\n1;1\n2;2\n3;3\n")
    assert read_published(published(figures={"share": 2}), path)["share"].tolist() == [1, 2, 3]
