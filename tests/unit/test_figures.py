"""Figures in German tables: commas, blanks, dashes, brackets – and nothing guessed."""

import math

import pytest

from nahraum.errors import InputError
from nahraum.sources.figures import Writing, decimal_mark, decimal_votes, figures
from nahraum.sources.problems import Problems


def read(cell: str | float, decimal: str = ",", **marks: str) -> tuple[float, str]:
    problems = Problems()
    got = figures([cell], Writing(decimal, marks), "c", problems)
    return got.values[0], "refused" if problems.sentences() else got.statuses[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 675    ", 1675),  # Hamburg: blank as thousands mark, blanks behind
        ("1 788 994", 1_788_994),
        ("12 301", 12_301),  # narrow no-break space
        ("12 301,5", 12_301.5),
        ("1.788.994", 1_788_994),
        ("1.788,5", 1788.5),
        ("15,7", 15.7),
        (",5", 0.5),
        ("0", 0),
        ("-  23", -23),  # Hamburg: a minus apart from its figure
        ("− 1,5", -1.5),
        ("– 2", -2),
        ("+3", 3),
        ("8%", 8),
        ("8,5 %", 8.5),
        ("1,5E+3", 1500),
    ],
)
def test_a_figure_with_decimal_comma_is_read_whatever_groups_its_thousands(text, value):
    assert read(text) == (pytest.approx(value), "ok")


@pytest.mark.parametrize(("text", "value"), [("1,788,994", 1_788_994), ("29,199", 29_199), ("98.3", 98.3), (".5", 0.5)])
def test_a_figure_with_decimal_point_is_read(text, value):
    assert read(text, ".") == (pytest.approx(value), "ok")


@pytest.mark.parametrize(
    ("sign", "status"),
    [
        ("", "missing"),
        ("-", "missing"),
        ("–", "missing"),
        (" -   ", "missing"),
        (".", "suppressed"),
        ("/", "suppressed"),
        ("*", "suppressed"),
        ("x", "missing"),
        ("X", "missing"),
        ("…", "missing"),
        ("...", "missing"),
        ("k.A.", "missing"),
        ("#NV", "missing"),
    ],
)
def test_a_sign_says_why_there_is_no_number(sign, status):
    value, found = read(sign)
    assert math.isnan(value)
    assert found == status


def test_a_dash_is_zero_only_where_the_study_says_so_and_then_every_kind_of_dash():
    for dash in ("-", "–", "—", " -   "):
        assert read(dash, **{"-": "zero"}) == (0.0, "ok")


def test_a_figure_in_brackets_is_kept_and_unreliable():
    assert read("(23)") == (23, "unreliable")
    assert read("( -1,5 )") == (-1.5, "unreliable")


@pytest.mark.parametrize("text", ["12 34", "1.23.4", "1,2,3", "12 345 6", "rund 5", "5 bis 7", "--", "0x10", "1e400x"])
def test_what_is_no_figure_is_refused_not_bent(text):
    assert read(text)[1] == "refused"


def test_numbers_of_a_sheet_are_taken_as_they_are_and_hidden_ones_are_suppressed():
    problems = Problems()
    got = figures([2.5, -9.0, "-9", float("inf")], Writing(",", hidden=(-9.0,)), "c", problems)
    assert got.statuses == ["ok", "suppressed", "suppressed", "missing"]
    assert not problems.sentences()


def test_what_1_675_means_is_decided_by_the_other_figures_of_the_column():
    assert decimal_mark(["1.675", "2,5"], set(), "c", "t") == ","
    assert decimal_mark(["1.675", "2.5"], set(), "c", "t") == "."
    assert decimal_mark(["0.675"], set(), "c", "t") == "."
    assert decimal_mark(["1.675.000"], set(), "c", "t") == ","
    assert decimal_mark(["1.675,0"], set(), "c", "t") == ","


def test_without_proof_in_the_column_the_rest_of_the_table_decides():
    votes, _ = decimal_votes(["3,5"])
    assert decimal_mark(["1.675"], votes, "c", "t") == ","
    assert decimal_mark(["29,199"], {"."}, "c", "t") == "."


def test_an_open_figure_is_asked_for_instead_of_guessed():
    with pytest.raises(InputError, match="can be read both ways") as refused:
        decimal_mark(["1.675", "2.301"], set(), "Einwohner", "a.csv")
    assert 'decimal = ","' in refused.value.fix
    with pytest.raises(InputError, match="decimal comma and with decimal point"):
        decimal_mark(["1,5", "2.25"], set(), "Einwohner", "a.csv")
