"""Golden vector "cell id": METHODS 13, after the census' own ids (x_mp, y_mp are the centre of the cell)."""

from nahraum.grid import cell_id, cell_key, parent_key, parse_cell_id


def test_the_cell_id_of_the_printed_centre_is_the_printed_one():
    assert cell_id(cell_key([4337050], [2689050])).tolist() == ["CRS3035RES100mN2689000E4337000"]


def test_the_printed_id_leads_back_to_the_centre():
    key, size_m = parse_cell_id("CRS3035RES100mN2689000E4337000")
    assert (key, size_m) == (int(cell_key(4337050, 2689050)), 100)


def test_the_short_and_the_long_id_of_the_2011_census_are_the_same_cell():
    assert parse_cell_id("100mN27689E43340") == parse_cell_id("CRS3035RES100mN2768900E4334000")


def test_the_printed_kilometre_cell_lies_in_the_printed_ten_kilometre_cell():
    key, size_m = parse_cell_id("CRS3035RES1000mN2689000E4337000")
    parent = parent_key([key], size_m, 10_000)
    assert cell_id(parent, 10_000).tolist() == ["CRS3035RES10000mN2680000E4330000"]
