"""What `nahraum housing` and `nahraum pilots` say on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nahraum.publish.housing.words import LabWords
from nahraum.publish.report.words import DASH

if TYPE_CHECKING:
    from nahraum.publish.housing import Told
    from nahraum.publish.pilots import Trial

_HEAD = {
    "de": ("möglich", "zu erwarten in {years} Jahren", "Dokumente: {folder}"),
    "en": ("possible", "to be expected in {years} years", "documents: {folder}"),
}
_WIDTH = 44


def housing_lines(told: Told, out: Path) -> list[str]:
    """Who lives crowded, each concept possible and expected, what was tried and chosen, where the documents lie."""
    from nahraum.publish.housing.brief import stress_line
    from nahraum.publish.housing.paper import lab_blocks, label, row_of, rules_open
    from nahraum.publish.housing.released import step_of
    from nahraum.publish.programme.blocks import Bullets, Heading, Paragraph

    words = LabWords(told.language, step_of(told.parameters))
    possible, expected, files = _HEAD[told.language]
    blocks = lab_blocks(told, words)
    lines = ["", next(one.text for one in blocks if isinstance(one, Paragraph))]
    lines += ["", f"{'':{_WIDTH}}  {possible:>14}  {expected.format(years=told.lab.years)}"]
    open_rules = rules_open(told)
    for name, concept in told.concepts.items():
        low, high = (row_of(told, name, f"expected_{level}") for level in ("low", "high"))
        most = row_of(told, name, "potential_rooms")
        if low is None or high is None or low["units"] != low["units"] or concept.effect in ("desk", "isolation"):
            continue
        could = DASH if most is None else words.persons(most["persons_low"], most["persons_high"])
        will = words.persons(low["persons_low"], high["persons_high"])
        named = label(told, concept) + (f" ({words.text('at_most')})" if name in open_rules else "")
        lines.append(f"{named:{_WIDTH}}  {could:>14}  {will}")
    lines += [f"  {words.text(f'note_{key}')}" for key, about in told.lab.notes if not about]
    for title in ("h_take", "h_portfolio"):
        budget = words.eur(told.portfolio.budget_eur) if told.portfolio is not None else ""
        found = words.text(title, budget=budget)
        at = next((k for k, one in enumerate(blocks) if isinstance(one, Heading) and one.text == found), None)
        if at is None:
            continue
        lines += ["", found]
        for one in blocks[at + 1 :]:
            if isinstance(one, Heading):
                break
            if isinstance(one, Bullets):
                lines += [f"  {item}" for item in one.items]
            elif isinstance(one, Paragraph) and one.style != "note":
                lines.append(f"  {one.text}")
    if told.design is not None:
        told_score = words.text(
            "design_lead", n=len(told.design.dwellings), rooms=told.design_rooms, score=words.share(told.design.score)
        )
        lines += ["", told_score, stress_line(told, words) or ""]
    return [*lines, "", words.text("notice"), files.format(folder=out / "housing")]


def pilot_lines(told: Trial, out: Path) -> list[str]:
    """Which quarters, compared with which, what can be shown, what is not known."""
    from nahraum.publish.pilots.write import lead

    words = LabWords(told.language)
    lines = ["", *lead(told, words)]
    for key in told.design.notes:
        name, _, number = key.partition(":")
        lines.append(f"  {words.text(f'pnote_{name}', n=number)}")
    return [*lines, "", _HEAD[told.language][2].format(folder=out / "internal" / "pilots")]
