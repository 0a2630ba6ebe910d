"""Rent beside assumed income in the paper of the stress test; where it cannot be told, why."""

from __future__ import annotations

import pandas as pd

from nahraum.households.mismatch.burden import BURDENS
from nahraum.parameters import Parameters
from nahraum.publish.report.social_people import Section, section
from nahraum.publish.report.tables import table
from nahraum.publish.stress.released import ReleasedStress
from nahraum.publish.stress.words import StressWords

SHOWN = 60
_NAMES = tuple(BURDENS)


def rent_section(told: ReleasedStress, words: StressWords) -> Section:
    """Tenants whose rent takes much of an income that is assumed, by quarter; else a sentence that says what lacks."""
    title = words.text("h_rents")
    whole = told.mismatch_whole
    if told.mismatch is None or whole is None or f"{_NAMES[0]}_share" not in whole.frame:
        return section(title, after=[words.text("rents_none"), _published(words)])  # no table that it must stand by
    rows = [[told.study.name, *_cells(row, words)] for _, row in whole.frame.iterrows()]
    rows += [[str(row["name"]), *_cells(row, words)] for _, row in told.mismatch.frame.head(SHOWN).iterrows()]
    known = told.study.parameters()
    high, over = (words.share(known.number(one)) for one in BURDENS.values())
    head = [words.text(f"head_{name}") for name in ("quarter", "people", "tenants")]
    head += [words.text(f"head_{name}", share=share) for name, share in zip(_NAMES, (high, over), strict=True)]
    made = table(head, rows, words.text("caption_rents"), align="lrrrr", widths="1.6 auto 1 1.3 1.3")
    return section(title, lead=[words.text("rents_intro", high=high, over=over), _published(words)], tables=[made])


def _published(words: StressWords) -> str:
    """What is published of the Land, to be held against; nothing is adjusted to it."""
    known = Parameters()
    high, over = (words.share(known.number(one)) for one in BURDENS.values())
    nrw = {f"nrw_{name}": words.share(known.number(f"mismatch.published.rent_{one}_nrw_2022"), 1)
           for name, one in (("high", "high"), ("over", "overburden"))}  # fmt: skip
    return words.text("rents_published", high=high, over=over, **nrw)


def _cells(row: pd.Series, words: StressWords) -> list[str]:
    """People, the share of them whose rent is known, and the two figures with the ends of assumed incomes."""
    found = [words.number(row["residents"]), words.share(row.get(f"{_NAMES[0]}_completeness"))]
    for name in _NAMES:
        low, likely, high = (row.get(f"{name}_share{end}") for end in ("_min", "", "_max"))
        span = words.interval(low, None, high)
        likely_told = words.share(likely)
        found.append(likely_told if pd.isna(low) or pd.isna(high) or span == likely_told else f"{likely_told} [{span}]")
    return found
