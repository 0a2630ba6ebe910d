"""Broadband per cell: what is offered can only fall as the speed rises."""

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.sources.broadband import falling, read_broadband

COLUMNS = {
    "50": "down_fn_hh_alle_50",
    "100": "down_fn_hh_alle_100",
    "1000": "down_fn_hh_alle_1000",
    "cell": "raster_id",
}


def written(folder, *rows, name="broadband.csv"):
    path = folder / name
    path.write_text("\n".join(["raster_id;down_fn_hh_alle_50;down_fn_hh_alle_100;down_fn_hh_alle_1000", *rows]))
    return path


def test_percent_of_households_becomes_shares_by_speed(tmp_path):
    path = written(tmp_path, "100mN27689E43340;100;90,5;0")
    read = read_broadband([path], size_m=100, columns=COLUMNS).table.iloc[0]
    assert [read["offered_50_share"], read["offered_100_share"], read["offered_1000_share"]] == [1, 0.905, 0]
    assert read["offered_1000_share_status"] == "ok"


def test_a_share_that_rises_with_the_speed_is_mended_and_flagged_cell_by_cell(tmp_path):
    path = written(tmp_path, "100mN27689E43340;40;60;10", "100mN27689E43341;60;40;10")
    read = read_broadband([path], size_m=100, columns=COLUMNS).table
    assert read["offered_50_share"].tolist() == [0.5, 0.6]
    assert read["offered_100_share"].tolist() == [0.5, 0.4]
    assert read["offered_50_share_status"].tolist() == ["imputed", "ok"]
    assert read["offered_1000_share_status"].tolist() == ["ok", "ok"]
    assert int((read["offered_100_share_status"] == "imputed").sum()) == 1


def test_unknown_shares_stay_unknown_when_others_are_mended(tmp_path):
    path = written(tmp_path, "100mN27689E43340;40;;60")
    read = read_broadband([path], size_m=100, columns=COLUMNS).table.iloc[0]
    assert (read["offered_50_share"], read["offered_1000_share"]) == (0.5, 0.5)
    assert np.isnan(read["offered_100_share"])
    assert read["offered_100_share_status"] == "missing"


def test_the_mended_sequence_is_the_nearest_that_never_rises():
    given = np.array([[3.0, 5.0, 4.0, 1.0], [1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]])
    mended, changed = falling(given)
    assert mended.tolist() == [[4.0, 4.0, 4.0, 1.0], [2.5] * 4, [4.0, 3.0, 2.0, 1.0]]
    assert changed.tolist() == [[True, True, False, False], [True] * 4, [False] * 4]
    assert (np.diff(mended, axis=1) <= 0).all()


def test_a_file_of_shares_is_read_as_such_and_percent_in_it_are_refused(tmp_path):
    path = written(tmp_path, "100mN27689E43340;1;0,5;0")
    read = read_broadband([path], size_m=100, columns=COLUMNS, unit="share").table
    assert read["offered_100_share"].tolist() == [0.5]
    with pytest.raises(InputError, match="shares above 1"):
        read_broadband([written(tmp_path, "100mN27689E43340;99;5;0")], size_m=100, columns=COLUMNS, unit="share")


def test_unknown_units_and_speeds_are_refused(tmp_path):
    path = written(tmp_path, "100mN27689E43340;1;0,5;0")
    with pytest.raises(InputError, match="percent or share"):
        read_broadband([path], size_m=100, columns=COLUMNS, unit="promille")
    with pytest.raises(InputError, match="is no speed"):
        read_broadband([path], size_m=100, columns={"fast": "down_fn_hh_alle_50"})
