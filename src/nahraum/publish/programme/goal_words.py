"""The sentence of a goal: what falls from where to where, or how many gain where the rounded share stays."""

from __future__ import annotations

from nahraum.publish.programme.model import Figure
from nahraum.publish.programme.words import PlanWords

_STEP = 10


def goal_text(figure: Figure, gain: float, year: int | None, words: PlanWords) -> str:
    """The goal of a prerequisite in words.

    Parameters
        figure : its share in the whole study. gain : persons who gain it; told in multiples of ten. year : by when.
    """
    name = figure["id"].removeprefix("lacks_").removesuffix("_share")
    baseline, target = words.share(figure["baseline"]), words.share(figure["target"])
    same = baseline == target or figure["target"] is None
    about = words.number(max(_STEP, _STEP * round(gain / _STEP)))
    text = words.text(
        "goal_text_same" if same else "goal_text", what=words.label(name), area=figure["area"], n=about,
        baseline=baseline, target=target,
    )  # fmt: skip
    return by_year(text, year, words)


def by_year(text: str, year: int | None, words: PlanWords) -> str:
    """A sentence with the year by which it holds."""
    return text if year is None else f"{text} {words.text('goal_by', year=year)}"
