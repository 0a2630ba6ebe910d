"""Zensus 2011 grid files: the publisher's own lines, long and wide, and what they do not say."""

import csv
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.grid import cell_key
from nahraum.parameters import Parameters
from nahraum.sources import zensus2011
from nahraum.sources.load import load_grid, load_topic
from nahraum.sources.longtable import read_long
from nahraum.study import SourceSpec
from nahraum.tables import GridTable

NAMES = (
    "Gitter_ID_100m",
    "Gitter_ID_100m_neu",
    "Merkmal",
    "Auspraegung_Code",
    "Auspraegung_Text",
    "Anzahl",
    "Anzahl_q",
)
HEAD = ",".join(f'"{name}"' for name in NAMES) + "\n"
ONE, TWO = int(cell_key(4095450, 3083050)), int(cell_key(4096450, 3083050))


def line(cell: str, variable: str, code: int, count: object, quality: int = 0, text: str = "x, y") -> str:
    north, east = cell[5:].split("E")
    new = f"CRS3035RES100mN{north}00E{east}00"
    return f'"{cell}","{new}","{variable}",{code},"{text}",{count},{quality}\n'


A, B = "100mN30830E40954", "100mN30830E40964"
HOMES = HEAD + "".join(
    [
        line(A, "WOHNFLAECHE_10S", 1, 3, text="Unter 30"),
        line(A, "WOHNFLAECHE_10S", 17, 6, text="180 und mehr, auch größer"),
        line(A, " INSGESAMT", 0, 9),
        line(B, "RAUMANZAHL", 4, 5),
    ]
)
GUISES = {
    "semicolon": "\n".join(";".join(row) for row in csv.reader(HOMES.splitlines())) + "\n",
    "crlf": HOMES.replace("\n", "\r\n"),
    "utf-8": HOMES,
    "zip": HOMES,
}


def written(folder: Path, text: str, name: str = "Wohnungen100m.csv", encoding: str = "cp1252") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_dwellings_are_counted_by_class_and_their_mean_is_that_of_the_published_ones(tmp_path):
    read = zensus2011.dwellings(written(tmp_path, HOMES), 100)
    assert read.table["cell_key"].tolist() == [ONE]
    middle = Parameters().value("census.floor_area_class_midpoints_m2")
    assert read.table["dwellings"].tolist() == [9]
    assert read.table["floor_area_m2_per_dwelling"][0] == pytest.approx((3 * middle[0] + 6 * middle[16]) / 9)
    assert read.table["dwellings_status"].tolist() == ["ok"]
    assert read.table["floor_area_m2_per_dwelling_status"].tolist() == ["ok"]


def test_without_a_total_the_classes_are_a_lower_bound_and_unreliable(tmp_path):
    read = zensus2011.dwellings(written(tmp_path, HOMES.replace("INSGESAMT", "NUTZUNG")), 100)
    assert read.table["dwellings"].tolist() == [9]
    assert read.table["dwellings_status"].tolist() == ["unreliable"]


def test_a_total_far_above_its_classes_makes_their_mean_unreliable(tmp_path):
    read = zensus2011.dwellings(written(tmp_path, HOMES.replace('"x, y",9', '"x, y",90')), 100)
    assert read.table["dwellings"].tolist() == [90]
    assert read.table["floor_area_m2_per_dwelling_status"].tolist() == ["unreliable"]


def test_classes_that_the_whole_file_lacks_are_named(tmp_path):
    read = zensus2011.dwellings(written(tmp_path, HOMES), 100)
    assert read.absent == tuple(f"WOHNFLAECHE_10S {code}" for code in range(2, 17))


@pytest.mark.parametrize("guise", GUISES)
def test_every_guise_of_the_long_table_is_read_alike(tmp_path, guise):
    plain = zensus2011.dwellings(written(tmp_path, HOMES), 100)
    path = written(tmp_path, GUISES[guise], "other.csv", "utf-8" if guise == "utf-8" else "cp1252")
    if guise == "zip":
        zipped = tmp_path / "csv_Wohnungen_100m_Gitter.zip"
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, "Wohnungen100m.csv")
            archive.writestr("Datensatzbeschreibung.xlsx", b"PK")
        path = zipped
    assert zensus2011.dwellings(path, 100).table.equals(plain.table)


def test_a_count_that_the_secrecy_procedure_changed_much_is_unreliable(tmp_path):
    text = HEAD + line(A, "INSGESAMT", 0, 9, 0) + line(B, "INSGESAMT", 0, 5, 2)
    read = zensus2011.population(written(tmp_path, text), 100)
    assert read.table["residents"].tolist() == [9, 5]
    assert read.table["residents_status"].tolist() == ["ok", "unreliable"]


def test_a_class_without_a_row_in_a_cell_is_hidden_or_none_and_so_unknown(tmp_path):
    text = HEAD + line(A, "HHGROESS_KLASS", 1, 4) + line(B, "HHGROESS_KLASS", 2, 5)
    read = read_long(written(tmp_path, text), variables=["HHGROESS_KLASS"])
    assert read.classes == (("HHGROESS_KLASS", 1), ("HHGROESS_KLASS", 2))
    assert np.isnan(read.counts).tolist() == [[False, True], [True, False]]


def test_batches_and_windows_change_nothing_in_what_is_read(tmp_path):
    rows = [
        line(f"100mN{30_000 + n // 400:05d}E{40_000 + n % 400:05d}", "INSGESAMT", 0, n % 7 + 3) for n in range(120_000)
    ]
    path = written(tmp_path, HEAD + "".join(rows))
    assert path.stat().st_size > 1 << 23  # more than one batch
    window = (4_000_000.0, 3_000_000.0, 4_000_999.0, 3_000_299.0)
    near = zensus2011.population(path, 100, window_m=window).table
    everything = zensus2011.population(path, 100).table
    assert len(everything) == 120_000
    assert len(near) == 10 * 3
    assert near["residents"].sum() == sum((n // 400 * 400 + n % 400) % 7 + 3 for n in range(1200) if n % 400 < 10)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (HEAD + line(A, "INSGESAMT", 0, "viele"), "holds text where a number is needed"),
        (HEAD + line(A, "INSGESAMT", 0, 3) * 2, "comes more than once"),
        (HEAD + line(A, "INSGESAMT", 0, 3).replace("100mN", "1kmN"), "cell id"),
        (HEAD + line(A, "INSGESAMT", 0, 3) + '"a","b"\n', "cannot be read as a table"),
        (HEAD + line(A, "GESCHLECHT", 1, 3), "no variable INSGESAMT"),
    ],
)
def test_a_broken_long_table_is_refused_and_says_why(tmp_path, text, what):
    with pytest.raises(InputError) as refused:
        zensus2011.population(written(tmp_path, text), 100)
    assert what in refused.value.message()


def test_the_totals_of_dwellings_are_not_taken_for_persons(tmp_path):
    with pytest.raises(InputError, match="counts no persons"):
        zensus2011.population(written(tmp_path, HOMES), 100)
    with pytest.raises(InputError, match="no dwellings by floor area"):
        zensus2011.dwellings(written(tmp_path, HEAD + line(A, "INSGESAMT", 0, 9)), 100)


WIDE = "Gitter_ID_100m;x_mp_100m;y_mp_100m;Einwohner\n"
CELLS_100M = WIDE + "100mN30830E40954;4095450;3083050;8\n100mN30830E40964;4096450;3083050;-1\n"
CELLS_1KM = (
    "Gitter_ID_1km;x_mp_1km;y_mp_1km;Einwohner;Alter_D;unter18_A;Wohnfl_Bew_D\n"
    "1kmN3142E4098;4098500;3142500;1200;41,5;18,5;40,25\n1kmN3142E4099;4099500;3142500;-1;-1;-1;-9\n"
)


def test_the_wide_population_hides_empty_and_secret_cells_behind_minus_one(tmp_path):
    read = zensus2011.population(written(tmp_path, CELLS_100M), 100)
    assert read.table["residents_status"].tolist() == ["ok", "suppressed"]
    assert read.table["residents"][0] == 8
    assert math.isnan(read.table["residents"][1])


def test_the_kilometre_table_has_short_ids_and_two_sentinels(tmp_path):
    path = written(tmp_path, CELLS_1KM)
    people, area = zensus2011.population(path, 1000), zensus2011.floor_area([path], 1000)
    assert people.table["residents"].tolist()[0] == 1200
    assert area.table["floor_area_m2_per_resident"].tolist()[0] == 40.25
    assert area.table["floor_area_m2_per_resident_status"].tolist() == ["ok", "suppressed"]


def test_living_space_per_person_at_100_m_is_derived_from_classes_and_residents_and_unreliable(tmp_path):
    homes, people = written(tmp_path, HOMES), written(tmp_path, CELLS_100M, "Bev.csv")
    read = zensus2011.floor_area([homes, people], 100)
    middle = Parameters().value("census.floor_area_class_midpoints_m2")
    assert read.table["floor_area_m2_per_resident"].tolist() == [pytest.approx((3 * middle[0] + 6 * middle[16]) / 8)]
    assert read.table["floor_area_m2_per_resident_status"].tolist() == ["unreliable"]
    no_total = written(tmp_path, HOMES.replace("INSGESAMT", "NUTZUNG"), "no_total.csv")
    assert zensus2011.floor_area([no_total, people], 100).table["floor_area_m2_per_resident_status"].tolist() == [
        "missing"
    ]
    with pytest.raises(InputError, match="no living space per person at 100 m"):
        zensus2011.floor_area([homes], 100)


def topic(path: Path, name: str, size_m: int) -> GridTable:
    return load_topic(SourceSpec(f"topics.{name}", "zensus2011", (path,), {"size_m": size_m}))


def test_a_topic_of_a_long_table_is_a_share_of_all_classes(tmp_path):
    text = HEAD + "".join(line(A, "HHGROESS_KLASS", code, count) for code, count in enumerate((6, 3, 3, 4, 4, 4), 1))
    read = topic(written(tmp_path, text + line(B, "HHGROESS_KLASS", 1, 5)), "households", 100)
    assert read.table["one_person_households_share"].tolist() == [0.25, 1.0]
    assert read.table["one_person_households_share_status"].tolist() == ["ok", "unreliable"]
    assert read.absent == ()


def test_a_share_is_unknown_where_the_file_lacks_a_class_and_the_class_is_named(tmp_path):
    text = HEAD + "".join(line(A, "HHGROESS_KLASS", code, 5) for code in (3, 4, 5, 6))
    read = topic(written(tmp_path, text), "households", 100)
    assert read.table["one_person_households_share_status"].tolist() == ["missing"]
    assert read.absent == ("HHGROESS_KLASS 1", "HHGROESS_KLASS 2")


def test_a_topic_of_the_kilometre_table_comes_in_our_units(tmp_path):
    read = topic(written(tmp_path, CELLS_1KM), "under_18", 1000)
    assert read.table["under_18_share"].tolist()[0] == pytest.approx(0.185)
    assert topic(written(tmp_path, CELLS_1KM), "mean_age", 1000).table["mean_age_years"].tolist()[0] == 41.5


def test_a_topic_that_the_file_does_not_have_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"nothing for .*topics.rent"):
        topic(written(tmp_path, CELLS_1KM), "rent", 1000)
    with pytest.raises(InputError, match=r"nothing for .*topics.rent"):
        topic(written(tmp_path, HOMES), "rent", 100)


@pytest.mark.parametrize(
    ("section", "column"),
    [("population", "residents"), ("floor_area", "floor_area_m2_per_resident"), ("dwellings", "dwellings")],
)
def test_the_sections_of_a_study_read_the_census_of_2011(tmp_path, section, column):
    homes, people = written(tmp_path, HOMES), written(tmp_path, CELLS_100M, "Bev.csv")
    files = {"population": (people,), "floor_area": (homes, people), "dwellings": (homes,)}[section]
    read = load_grid(SourceSpec(section, "zensus2011", files, {}), parameters=Parameters())
    assert column in read.table
    with pytest.raises(InputError, match=r"only at 100 m"):
        load_grid(SourceSpec("dwellings", "zensus2011", (homes,), {"size_m": 1000}), parameters=Parameters())
