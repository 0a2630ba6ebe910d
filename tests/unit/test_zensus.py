"""Zensus 2022 grid files: the publisher's own lines, in all the guises in which they come."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.grid import cell_key
from nahraum.parameters import Parameters
from nahraum.sources import zensus

POPULATION = """GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner
CRS3035RES100mN2689100E4337000;4337050;2689150;4
"""
AGE = """GITTER_ID_100m;x_mp_100m;y_mp_100m;Durchschnittsalter;werterlaeuternde_Zeichen
CRS3035RES100mN2689100E4337000;4337050;2689150;36,75;
CRS3035RES100mN2689100E4341100;4341150;2689150;39,78;KLAMMERN
"""
RENT = """GITTER_ID_100m;x_mp_100m;y_mp_100m;durchschnMieteQM;AnzahlWohnungen;werterlaeuternde_Zeichen
CRS3035RES100mN2691700E4341100;4341150;2691750;6,26;3;
CRS3035RES100mN2694800E4343900;4343950;2694850;4,45;3;KLAMMERN
"""
SENIORS = """GITTER_ID_10km;x_mp_10km;y_mp_10km;Insgesamt_Haushalte;HH_nurSenioren;HH_mitSenioren;HH_ohneSenioren
CRS3035RES10000mN2690000E4330000;4335000;2695000;143;39;15;87
"""
CLASSES = ["unter30", *(f"{low}bis{low + 9}" for low in range(30, 180, 10)), "180undmehr"]


def written(folder: Path, text: str, *, name: str = "table_100m-Gitter.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def zipped(folder: Path, members: dict[str, str], name: str = "topic.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member, text.encode())
    return path


def test_a_population_row_of_the_publisher_becomes_a_cell_with_residents(tmp_path):
    read = zensus.population(written(tmp_path, POPULATION), 100)
    assert read.size_m == 100
    assert read.table.to_dict("records") == [
        {"cell_key": int(cell_key(4337050, 2689150)), "residents": 4.0, "residents_status": "ok"}
    ]


def test_the_decimal_comma_is_read_and_a_value_in_brackets_is_kept_as_unreliable(tmp_path):
    read = zensus.read_zensus2022(written(tmp_path, AGE), size_m=100)
    assert read["Durchschnittsalter"].tolist() == [36.75, 39.78]
    assert read["Durchschnittsalter_status"].tolist() == ["ok", "unreliable"]


def test_several_value_columns_keep_their_names_and_share_the_flag(tmp_path):
    read = zensus.read_zensus2022(written(tmp_path, RENT), size_m=100)
    assert read["durchschnMieteQM"].tolist() == [6.26, 4.45]
    assert read["AnzahlWohnungen"].tolist() == [3, 3]
    assert read["AnzahlWohnungen_status"].tolist() == ["ok", "unreliable"]


def test_ten_kilometre_cells_are_read_with_their_own_headers(tmp_path):
    read = zensus.read_zensus2022(written(tmp_path, SENIORS), size_m=10_000)
    assert read["cell_key"].tolist() == [269 * 1_000_000 + 433]
    assert read["HH_ohneSenioren"].tolist() == [87]


@pytest.mark.parametrize(
    ("mark", "status"), [("–", "suppressed"), ("-", "suppressed"), ("", "missing"), ("…", "missing")]
)
def test_a_mark_instead_of_a_number_is_never_zero(tmp_path, mark, status):
    text = POPULATION + f"CRS3035RES100mN2689100E4337100;4337150;2689150;{mark}\n"
    read = zensus.population(written(tmp_path, text), 100).table
    assert np.isnan(read["residents"].iloc[1])
    assert read["residents_status"].tolist() == ["ok", status]


def test_a_cp1252_file_is_read_with_its_dash_as_byte_0x96(tmp_path):
    text = (
        "GITTER_ID_100m;x_mp_100m;y_mp_100m;Insgesamt_Energietraeger;Gas;Heizöl\n"
        "CRS3035RES100mN2689100E4337000;4337050;2689150;6;–;3\n"
    )
    path = written(tmp_path, text, encoding="cp1252")
    assert b"\x96" in path.read_bytes()
    read = zensus.read_zensus2022(path, size_m=100)
    assert read["Gas_status"].tolist() == ["suppressed"]
    assert read["Heizöl"].tolist() == [3]


def test_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    plain = zensus.read_zensus2022(written(tmp_path, AGE), size_m=100)
    other = written(tmp_path, AGE.replace("\n", "\r\n"), name="b_100m-Gitter.csv", encoding="utf-8-sig")
    assert plain.equals(zensus.read_zensus2022(other, size_m=100))


def test_the_row_order_of_the_file_changes_nothing(tmp_path):
    header, *rows = AGE.splitlines()
    turned = "\n".join([header, *reversed(rows)])
    plain = zensus.read_zensus2022(written(tmp_path, AGE), size_m=100)
    assert plain.equals(zensus.read_zensus2022(written(tmp_path, turned, name="t.csv"), size_m=100))


@pytest.mark.parametrize("folder", ["", "Durchschnittsalter_in_Gitterzellen/"])
def test_the_member_of_the_wanted_size_is_found_at_the_top_or_in_a_sub_folder(tmp_path, folder):
    path = zipped(
        tmp_path,
        {
            f"{folder}Zensus2022_Durchschnittsalter_100M-GITTER.csv": AGE,
            f"{folder}Zensus2022_Durchschnittsalter_1km-Gitter.csv": "GITTER_ID_1km;x_mp_1km;y_mp_1km;D\n",
            f"{folder}Zensus2022_Durchschnittsalter_10km-Gitter.csv": SENIORS,
            f"{folder}Datensatzbeschreibung.xlsx": "PK",
            "__MACOSX/._Zensus2022_Durchschnittsalter_100m-Gitter.csv": "litter",
        },
    )
    assert len(zensus.read_zensus2022(path, size_m=100)) == 2
    assert len(zensus.read_zensus2022(path, size_m=1000)) == 0
    assert len(zensus.read_zensus2022(path, size_m=10_000)) == 1


def test_a_zip_without_the_wanted_size_names_its_members(tmp_path):
    path = zipped(tmp_path, {"a_1km-Gitter.csv": "GITTER_ID_1km;x_mp_1km;y_mp_1km;E\n"})
    with pytest.raises(InputError, match=r"a_1km-Gitter\.csv"):
        zensus.population(path, 100)


def test_a_file_of_another_cell_size_is_refused(tmp_path):
    with pytest.raises(InputError, match="10km cells"):
        zensus.read_zensus2022(written(tmp_path, SENIORS), size_m=100)


def test_only_cells_that_touch_the_window_are_read(tmp_path):
    path = written(tmp_path, RENT)
    assert len(zensus.read_zensus2022(path, size_m=100, window_m=(4343900, 2694800, 4343910, 2694810))) == 1
    assert len(zensus.read_zensus2022(path, size_m=100, window_m=(0, 0, 1, 1))) == 0


def test_merged_topics_use_the_flag_that_follows_their_columns(tmp_path):
    text = (
        "GITTER_ID_100m;x_mp_100m;y_mp_100m;A;werterlaeuternde_Zeichen;B;werterlaeuternde_Zeichen\n"
        "CRS3035RES100mN2689100E4337000;4337050;2689150;1;KLAMMERN;2;\n"
    )
    read = zensus.read_zensus2022(written(tmp_path, text), size_m=100)
    assert read[["A_status", "B_status"]].to_numpy().tolist() == [["unreliable", "ok"]]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("CRS3035RES100mN2689100E4337100;4337150;2689150;viele", "text where a number is needed"),
        ("CRS3035RES100mN2689100E4337100;4337150;2689150;1_000", "text where a number is needed"),
        ("CRS3035RES100mN2689100E4337100;4337150;2689150;nan", "text where a number is needed"),
        ("CRS3035RES100mN2689100E4337100;4337150;2689150;1e999", "text where a number is needed"),
        ("CRS3035RES100mN2689100E4337100;4337150;2689150;-7", "'Einwohner' is negative"),
        ("CRS3035RES100mN2689100E4337000;4337050;2689150;9", "occurs more than once"),
        ("CRS3035RES100mN2689100E4337100;4337050;2689250;9", "does not fit the coordinates"),
        ("4337150;CRS3035RES100mN2689100E4337100;2689150;9", "text where a number is needed"),
        ("CRS3035RES1000mN2689000E4337000;4337150;2689150;9", "not that of a 100 m cell"),
        ("hier;4337150;2689150;9", "the cell id is not understood"),
        ("CRS3035RES100mN2689100E4337100;4337151;2689150;9", "not the centre of a 100 m cell"),
    ],
)
def test_a_wrong_row_is_refused_and_named(tmp_path, row, said):
    with pytest.raises(InputError, match=said):
        zensus.population(written(tmp_path, POPULATION + row + "\n"), 100)


def test_all_problems_are_said_at_once(tmp_path):
    rows = "CRS3035RES100mN2689100E4337100;4337150;2689150;-7\nCRS3035RES100mN2689100E4337200;4337250;2689150;x\n"
    with pytest.raises(InputError) as caught:
        zensus.population(written(tmp_path, POPULATION + rows), 100)
    assert len(caught.value.where) == 2


def test_a_row_with_too_few_fields_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read as a table"):
        zensus.population(written(tmp_path, POPULATION + "CRS3035RES100mN2689100E4337100;4337150\n"), 100)


def test_another_topic_than_population_is_refused_with_the_columns_it_has(tmp_path):
    with pytest.raises(InputError, match="Durchschnittsalter"):
        zensus.population(written(tmp_path, AGE), 100)


def test_floor_area_per_resident_has_our_name(tmp_path):
    text = AGE.replace("Durchschnittsalter", "durchschnFlaechejeBew")
    read = zensus.floor_area(written(tmp_path, text), 100).table
    assert read["floor_area_m2_per_resident"].tolist() == [36.75, 39.78]
    assert read["floor_area_m2_per_resident_status"].tolist() == ["ok", "unreliable"]


def class_table(total: str, counts: dict[str, str]) -> str:
    header = ";".join(["GITTER_ID_100m;x_mp_100m;y_mp_100m", "Insgesamt_Wohnungen", *CLASSES])
    values = [counts.get(name, "–") for name in CLASSES]
    return f"{header}\n" + ";".join(["CRS3035RES100mN2689100E4337000;4337050;2689150", total, *values]) + "\n"


def test_mean_floor_area_per_dwelling_is_that_of_the_class_mid_points(tmp_path):
    text = class_table("12", {"unter30": "3", "60bis69": "6", "180undmehr": "3"})
    read = zensus.dwellings(written(tmp_path, text), 100).table.iloc[0]
    assert read["dwellings"] == 12
    assert read["floor_area_m2_per_dwelling"] == pytest.approx((3 * 24 + 6 * 64.5 + 3 * 200) / 12)
    assert (read["dwellings_status"], read["floor_area_m2_per_dwelling_status"]) == ("ok", "ok")


@pytest.mark.parametrize(
    ("total", "counts", "dwellings", "status", "mean_status"),
    [
        ("10", {"60bis69": "3"}, 10, "ok", "unreliable"),
        ("–", {"60bis69": "3"}, 3, "unreliable", "unreliable"),
        ("4", {}, 4, "ok", "suppressed"),
        ("–", {}, np.nan, "suppressed", "suppressed"),
    ],
)
def test_unpublished_classes_make_a_mean_unreliable_or_unknown(tmp_path, total, counts, dwellings, status, mean_status):
    read = zensus.dwellings(written(tmp_path, class_table(total, counts)), 100).table.iloc[0]
    np.testing.assert_equal(read["dwellings"], dwellings)
    assert read["dwellings_status"] == status
    assert read["floor_area_m2_per_dwelling_status"] == mean_status


def test_the_mid_points_used_are_noted_as_parameters_of_the_stage(tmp_path):
    parameters = Parameters()
    zensus.dwellings(written(tmp_path, class_table("4", {})), 100, parameters=parameters)
    assert "census.floor_area_class_midpoints_m2" in [used.id for used in parameters.used()]


def test_a_table_without_all_floor_area_classes_is_refused(tmp_path):
    with pytest.raises(InputError, match="lacks floor-area classes"):
        zensus.dwellings(written(tmp_path, POPULATION), 100)


def test_a_size_the_census_does_not_publish_is_refused(tmp_path):
    with pytest.raises(InputError, match="250 m are not published"):
        zensus.population(written(tmp_path, POPULATION), 250)


def test_a_table_that_is_no_census_table_is_refused(tmp_path):
    with pytest.raises(InputError, match="no cell ids"):
        zensus.read_zensus2022(written(tmp_path, "a;b\n1;2\n"), size_m=100)
    with pytest.raises(InputError, match="no header"):
        zensus.read_zensus2022(written(tmp_path, "", name="empty.csv"), size_m=100)
