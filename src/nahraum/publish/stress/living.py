"""The chapter of living at home: who has how much room, by quarter, household and age; rent beside income."""

from __future__ import annotations

import pandas as pd

from nahraum.parameters import Parameters
from nahraum.publish.report.social_people import Section, section
from nahraum.publish.report.tables import table
from nahraum.publish.stress.released import ReleasedStress
from nahraum.publish.stress.rents import rent_section
from nahraum.publish.stress.words import StressWords

QUARTERS_SHOWN = 60


def mismatch_chapter(told: ReleasedStress, words: StressWords) -> list[Section]:
    """Wohnen zu Hause: rooms against people, by quarter, household and age; empty without rooms."""
    if told.mismatch is None or told.mismatch_whole is None:
        return []
    intro = [words.text("mismatch_intro"), _published(words), words.text("mismatch_alone")]
    rows = [_crowded("", row, words) for _, row in told.mismatch_whole.frame.iterrows()]
    rows = [[told.study.name, *row[1:]] for row in rows]
    rows += [_crowded(str(row["name"]), row, words) for _, row in told.mismatch.frame.head(QUARTERS_SHOWN).iterrows()]
    head = [words.text(f"head_{name}") for name in ("quarter", "people", *_CROWDED_HEADS)]
    made = table(head, rows, words.text("caption_mismatch"), align="lrrrrrr", widths="1.4 auto 1.1 1.1 1 1 1")
    people = []
    for found in (told.mismatch_groups, told.mismatch_ages):
        if found is not None:
            people += [
                _crowded(group_label(str(row["quarter_id"]), told, words), row, words)
                for _, row in found.frame.iterrows()
            ]
    head = [words.text(f"head_{name}") for name in ("group", "people", *_CROWDED_HEADS)]
    by = table(head, people, words.text("caption_people"), align="lrrrrrr", widths="1.4 auto 1.1 1.1 1 1 1")
    after = [words.text("mismatch_more"), words.text("adequate")]
    return [
        section(words.text("h_mismatch_quarters"), lead=intro, tables=[made]),
        section(words.text("h_mismatch_people"), tables=[by] if people else [], after=after),
        rent_section(told, words),
        *([fit_section(told, words)] if len(told.fit) else []),
    ]


def fit_section(told: ReleasedStress, words: StressWords) -> Section:
    """How well the synthetic households meet the counts they are made of."""
    rows = [
        [
            words.text(f"dimension_{row['dimension']}"), words.number(row["n_counts"]), words.share(row["told"]),
            words.share(row["consistent"]), words.share(row["met"]), words.number(row["largest"]),
        ]
        for _, row in told.fit.iterrows()
    ]  # fmt: skip
    head = [words.text(f"head_fit_{name}") for name in ("dimension", "counts", "told", "consistent", "met", "largest")]
    made = table(head, rows, words.text("caption_fit"), align="lrrrrr", widths="1.6 1 1 1.1 1.1 1")
    return section(words.text("h_fit"), lead=[words.text("fit_intro")], tables=[made])


def group_label(name: str, told: ReleasedStress, words: StressWords) -> str:
    """What a kind of household or an age is called; where ages are known, those all from 65 on stand apart."""
    apart = f"group_{name}_others"
    return words.text(apart if told.mismatch_ages is not None and apart in words.texts else f"group_{name}")


_CROWDED_HEADS = ("crowded", "counted", "alone", "more", "adequate")
_CROWDED = ("overcrowded", "overcrowded_counted", "single_in_one_room", "underoccupied", "below_adequate")


def _crowded(name: str, row: pd.Series, words: StressWords) -> list[str]:
    figures = {str(key): value for key, value in row.items()}
    shares = [words.told(figures, one) for one in _CROWDED]
    low, high = row.get("overcrowded_drawn_share_min"), row.get("overcrowded_drawn_share_max")
    if pd.notna(low) and pd.notna(high) and words.share(low) != words.share(high):
        shares[0] += f" [{words.interval(low, None, high)}]"
    return [name, words.number(row["residents"]), *shares]


def _published(words: StressWords) -> str:
    values = Parameters().values_by_id()
    names = {
        "de": "germany",
        "cities": "cities",
        "towns": "towns",
        "rural": "rural",
        "young": "under_18",
        "old": "from_65",
    }
    told = {key: words.share(values[f"mismatch.published.{name}_2020"], 1) for key, name in names.items()}
    return words.text("mismatch_published", **told)
