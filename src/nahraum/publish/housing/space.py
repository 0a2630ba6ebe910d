"""Rooms and floor area that concepts gain, and land and CO2 beside as many newly built homes."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from nahraum.flexhousing.model import Concept
from nahraum.publish.housing.model import Told
from nahraum.publish.housing.words import LabWords, rounded
from nahraum.publish.programme.blocks import Block, Heading, Paragraph, table
from nahraum.publish.report.words import DASH

RowOf = Callable[[str, str], pd.Series | None]
_WITHOUT = ("desk", "isolation", "design")


def space_blocks(told: Told, words: LabWords, row_of: RowOf) -> list[Block]:
    """A table of what is tried, else of what is expected at middle participation; nothing where nothing is gained.

    Parameters
        row_of : the row of a concept and case as it may be told.
    """
    rows = []
    for name, concept in told.concepts.items():
        taken = row_of(name, "taken")
        row = row_of(name, "expected_mid") if taken is None else taken
        if row is None or concept.effect in _WITHOUT or not row["units"] > 0:
            continue
        rows.append([
            str(concept.text("label", told.language)), words.units(row["units"]), _tens(row["gained_rooms"], words),
            _tens(row["gained_m2"], words, "m²", none=concept.effect == "lodger"), _per_person(concept, words),
            _beside(row["land_m2"], row["new_build_land_m2"], "m²", words),
            _beside(row["carbon_t"], row["new_build_carbon_t"], "t", words),
        ])  # fmt: skip
    if not rows:
        return []
    keys = (
        "head_concept", "head_units", "head_rooms", "head_area", "head_m2_person", "head_land_beside",
        "head_carbon_beside",
    )  # fmt: skip
    made = table(
        [words.text(key) for key in keys], rows, words.text("caption_space", years=told.lab.years), align="lrrrrrr",
        widths="2.4 0.9 0.9 1 1.1 1.4 1.4",
    )  # fmt: skip
    return [Heading(words.text("h_space"), 2), Paragraph(words.text("space"), "note"), made]


def _tens(value: float, words: LabWords, unit: str = "", *, none: bool = False) -> str:
    """An amount in tens; few are "under 10", as there is something unless it is said that there is none."""
    if math.isnan(value):
        return DASH
    told = rounded(float(value), words.step)
    shown = words.number(told) if told or none else words.text("under", n=words.step)
    return f"{shown}\u00a0{unit}" if unit else shown


def _per_person(concept: Concept, words: LabWords) -> str:
    """m² per person before and after, where the catalogue knows both."""
    before, after = concept.m2_per_person
    if math.isnan(before) or math.isnan(after):
        return DASH
    return words.text("m2_person", before=words.number(before), after=words.number(after))


def _beside(own: float, new: float, unit: str, words: LabWords) -> str:
    """An amount beside that of new build; a dash where the own one is not known."""
    if math.isnan(own):
        return DASH
    told = f"{words.number(own)}\u00a0{unit}"
    if math.isnan(new):
        return told
    return words.text("beside_new", own=told, new=f"{words.number(new)}\u00a0{unit}")
