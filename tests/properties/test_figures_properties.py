"""A figure written in any usual way is read back exactly, or the study is asked; it is never off by a thousand."""

import math

from hypothesis import given
from hypothesis import strategies as st

from nahraum.errors import InputError
from nahraum.sources.figures import Writing, decimal_mark, decimal_votes, figures
from nahraum.sources.problems import Problems

STYLES = ((",", "."), (",", " "), (",", "\u00a0"), (",", "\u202f"), (",", ""), (".", ","), (".", " "), (".", ""))
NUMBERS = st.builds(lambda whole, places: (whole, places), st.integers(-(10**9), 10**9), st.integers(0, 4))


def written(number: tuple[int, int], style: tuple[str, str]) -> str:
    """`whole` / 10**places with its decimals, thousands grouped."""
    whole, places = number
    digits = str(abs(whole)).zfill(places + 1)
    head, tail = digits[: len(digits) - places], digits[len(digits) - places :]
    groups = f"{int(head):,}".replace(",", style[1])
    return ("-" if whole < 0 else "") + groups + (style[0] + tail if tail else "")


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=6), min_size=1, max_size=3), st.sampled_from(STYLES))
def test_columns_of_one_writing_are_read_back_or_asked_about(columns, style):
    cells = [[written(number, style) for number in column] for column in columns]
    votes = set().union(*(decimal_votes(column)[0] for column in cells))
    for column, texts in zip(columns, cells, strict=True):
        try:
            mark = decimal_mark(texts, votes, "c", "t")
        except InputError:
            continue
        problems = Problems()
        read = figures(texts, Writing(mark), "c", problems)
        assert not problems.sentences()
        for (whole, places), value in zip(column, read.values, strict=True):
            assert math.isclose(value, whole / 10**places, rel_tol=1e-12, abs_tol=1e-12)


@given(st.text(max_size=12), st.sampled_from([",", "."]))
def test_any_text_is_a_number_with_a_status_or_a_problem(text, mark):
    problems = Problems()
    read = figures([text], Writing(mark), "c", problems)
    known = not math.isnan(read.values[0])
    assert known == (read.statuses[0] in ("ok", "unreliable"))
    assert not (known and problems.sentences())
