"""Status and prerequisites over people, in the report: residents by class of their quarter, and fifths of residents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nahraum.indicators.catalogue import SHARE, entry_of
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report.social_funding import lacks_needed
from nahraum.publish.report.tables import table
from nahraum.publish.report.words import DASH, Words
from nahraum.tables import PREREQUISITES

Section = dict[str, Any]
SENTENCES_SHOWN = 4
ENOUGH, HALF = 0.9, 0.5  # known for fewer residents than this: said beside the share; not told at all
_NAMED = ("several_share", "green_m2_per_resident", "floor_area_m2_per_resident", "lacks_supply_share")


def section(title: str, **parts: Any) -> Section:
    """One section for the template; what it lacks stays empty."""
    return {"title": title, "lead": [], "picture": None, "tables": [], "after": [], **parts}


def matrix(bundle: PublishBundle, words: Words) -> Section | None:
    """Residents of each class, and how many of them lack each prerequisite and several."""
    found = bundle.table("social_matrix")
    if found is None:
        return None
    rows = []
    for _, row in found.frame[found.frame["class"].fillna("") != ""].iterrows():
        shares = [_known_share(row, f"lacks_{name}", words) for name in PREREQUISITES]
        several = _known_share(row, "several", words)
        several = several if several == DASH else f"{words.number(row['several_residents'])} ({several})"
        label = str(row[f"class_{words.language}"])
        rows.append([label, words.number(row["n_areas"]), words.number(row["residents"]), *shares, several])
    head = [words.text(f"head_social_{name}") for name in ("class", "quarters", "residents")]
    head += [words.breaking(name) for name in PREREQUISITES] + [
        words.text("head_social_several", k=lacks_needed(bundle))
    ]
    made = table(head, rows, words.text("caption_social_matrix"), align="lrrrrrrr", widths="1.1 auto auto 1 1 1 1 1.3")
    intro = words.text("social_matrix_intro", enough=words.share(ENOUGH))
    return section(
        words.text("h_social_matrix"), lead=[intro], tables=[made],
        after=[words.text("social_matrix_after")],
    )  # fmt: skip


def _known_share(row: pd.Series, name: str, words: Words) -> str:
    """A share, with how many it rests on where those are few; a dash where they are not even half."""
    known = float(row[f"{name}_completeness"])
    if pd.isna(row[f"{name}_share"]) or known < HALF:
        return DASH
    told = words.share(row[f"{name}_share"])
    return told if not known < ENOUGH else f"{told} [{words.share(known)}]"


def fifths(bundle: PublishBundle, words: Words) -> Section | None:
    """The fifth of residents in the quarters of lowest status against the top fifth: sentences, then all figures."""
    found = bundle.table("social_fifths")
    if found is None:
        return None
    frame = found.frame[found.frame["fifth_1"].notna() & ~(found.frame["completeness"] < HALF)]
    if frame.empty:
        return None
    by_status = bool((frame["ordered_by"] == "status").any())
    told = frame.set_index("indicator")[f"text_{words.language}"].astype(str)
    sentences = [first_sentence(told[name]) for name in _NAMED if by_status and name in told.index][:SENTENCES_SHOWN]
    rows = [_fifth_row(row, words, by_status=by_status) for _, row in frame.iterrows()]
    head = [words.text("head_indicator"), *(str(n) for n in range(1, 6)), words.text("head_social_slope")]
    kind = "status" if by_status else "own"
    made = table(
        head if by_status else head[:-1], rows, words.text(f"caption_social_fifths_{kind}"),
        align="lrrrrrr" if by_status else "lrrrrr", widths="1.6 auto auto auto auto auto" + (" 1" if by_status else ""),
    )  # fmt: skip
    lead = [words.text(f"social_fifths_{kind}"), *_rest(frame, bundle, words), *sentences]
    no_line = [name for name in frame.loc[frame["sii"].isna(), "indicator"] if _is_share(str(name))]
    after = [words.text("social_fifths_no_line")] if by_status and no_line else []
    return section(words.text("h_social_fifths"), lead=lead, tables=[made], after=after)


def _rest(frame: pd.DataFrame, bundle: PublishBundle, words: Words) -> list[str]:
    """On how many quarters the fifths rest, where those are not all."""
    n, whole = frame["n_areas"].astype(int), len(bundle.quarters.frame)
    if n.min() >= whole:
        return []
    known = np.floor(frame["completeness"] * 100) / 100  # not quite all is not all
    to = " bis " if words.language == "de" else " to "
    quarters = to.join(words.number(end) for end in dict.fromkeys((n.min(), n.max())))
    share = to.join(words.share(end) for end in dict.fromkeys((known.min(), known.max())))
    return [words.text("social_fifths_rest", n=quarters, all=words.number(whole), share=share)]


def _is_share(name: str) -> bool:
    item = entry_of(name)
    return item is not None and item.unit == SHARE


def first_sentence(text: str) -> str:
    """The first sentence: what the fifths have; the slope stands in the table."""
    return text.split(". ")[0].rstrip(".") + "."


def _fifth_row(row: pd.Series, words: Words, *, by_status: bool) -> list[str]:
    item = entry_of(str(row["indicator"]))
    assert item is not None
    share = item.unit == SHARE

    def said(value: Any) -> str:
        return words.share(value) if share else words.number(value, item.decimals)

    unit = "" if share else item.text("unit", words.language)
    label = item.text("label", words.language)
    label = f"{label} [{unit}]" if unit and unit not in label.split() else label
    figures = [said(row[f"fifth_{n}"]) for n in range(1, 6)]
    return [label, *figures, *([_slope(row, words, share=share, decimals=item.decimals)] if by_status else [])]


def _slope(row: pd.Series, words: Words, *, share: bool, decimals: int) -> str:
    """Rise from the lowest to the highest status over all areas, with its interval."""
    factor, digits = (100.0, 0) if share else (1.0, decimals)
    if pd.isna(row["sii"]):
        return DASH
    low, value, high = (factor * float(row[name]) for name in ("sii_low", "sii", "sii_high"))
    told = words.number(value, digits)
    if np.isnan(low) or np.isnan(high):
        return told
    to = "bis" if words.language == "de" else "to"
    unit = (" Pkt." if words.language == "de" else " pp") if share else ""
    return f"{told}{unit} ({words.number(low, digits)} {to} {words.number(high, digits)})"
