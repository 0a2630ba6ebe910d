"""The Breitbandatlas by municipality in the guises in which it was published."""

from pathlib import Path

import pytest

from nahraum.errors import InputError
from nahraum.sources.breitbandatlas import read_breitbandatlas

EDITIONS = {
    "2018.csv": "AGS;300_16;300_50;DSL_50\n05911000;99,00;95,00;75,00\n09576453;0,00;0,00;0,00\n",
    "2019.csv": (
        '"AGS";"alle Technologien ≥ 16 Mbit/s";"alle Technologien ≥ 50 Mbit/s"\n'
        '"05911000";99;95.00\n"09576453";0;0\n'
    ),
    "2021.csv": (
        '"AGS","alle Technologien ≥ 16 Mbit/s","alle Technologien ≥ 50 Mbit/s"\n"05911000",99,95\n"09576453",0,0\n'
    ),
}  # fmt: skip


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_gives_the_same_shares_and_areas_without_people_are_unknown(tmp_path, edition):
    read = read_breitbandatlas([written(tmp_path, edition, EDITIONS[edition])])
    assert read.table["area_id"].tolist() == ["05911000", "09576453"]
    assert read.table["all_50_share"].tolist()[0] == pytest.approx(0.95)
    assert read.table["all_16_share"].tolist()[0] == pytest.approx(0.99)
    assert read.table["all_50_share_status"].tolist() == ["ok", "missing"]
    assert read.table["all_50_share"].isna().tolist() == [False, True]
    assert read.counts["unpopulated"] == 1


def test_an_area_without_fibre_has_people_and_a_zero(tmp_path):
    text = "ags;verf_300_50;verf_ftth_1000\n05911000;95.00;0.00\n"
    read = read_breitbandatlas([written(tmp_path, "a.csv", text)], columns={"fibre": "verf_ftth_1000"})
    assert read.table.columns.tolist() == ["area_id", "fibre", "fibre_status"]
    assert read.table["fibre"].tolist() == [0.0]
    assert read.counts["unpopulated"] == 0


def test_a_little_above_a_hundred_percent_is_a_hundred_and_counted_and_more_is_refused(tmp_path):
    read = read_breitbandatlas([written(tmp_path, "a.csv", "AGS;300_50;300_100\n05911000;100,39;80,0\n")])
    assert read.table["all_50_share"].tolist() == [1.0]
    assert read.table["all_50_share_status"].tolist() == ["imputed"]
    assert read.counts["above_100_percent"] == 1
    with pytest.raises(InputError, match="outside 0 to 100"):
        read_breitbandatlas([written(tmp_path, "b.csv", "AGS;300_50;300_100\n05911000;950,0;80,0\n")])


def test_keys_of_kreise_and_laender_keep_their_length_and_lost_zeros_come_back(tmp_path):
    assert (
        read_breitbandatlas([written(tmp_path, "k.csv", "krs;priv_lg_tech_50\n1001;95.5\n")]).table["area_id"][0]
        == "01001"
    )
    assert read_breitbandatlas([written(tmp_path, "l.csv", "ags;verf_100_50\n1;95.5\n")]).table["area_id"][0] == "01"


def test_another_table_is_refused(tmp_path):
    with pytest.raises(InputError, match="no table of the Breitbandatlas"):
        read_breitbandatlas([written(tmp_path, "a.csv", "AGS;Einwohner\n05911000;5\n")])
