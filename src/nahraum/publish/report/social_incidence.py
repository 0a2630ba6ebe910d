"""The section on incidence: per wave, how it goes with status and each prerequisite, always between areas."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report.tables import Table, table
from nahraum.publish.report.words import DASH, Words

_RANK = "rank_correlation"


def incidence(bundle: PublishBundle, words: Words) -> dict[str, Any] | None:
    """A table of factors by wave, the sentences on change; the sentence on areas stands under the table."""
    found, changes = bundle.table("social_associations"), bundle.table("social_changes")
    if found is None or changes is None or found.frame.empty:
        return None
    frame = found.frame
    kinds = frame["method"].astype(str)
    regression = bool((~kinds.isin((_RANK, "none"))).any())
    caveat = str(frame[f"caveat_{words.language}"].iloc[0])
    lead = [words.text(f"social_incidence_{'regression' if regression else 'rank'}", n=_areas(frame, words))]
    lead += _turns(changes.frame, words)
    return {
        "title": words.text("h_social_incidence"), "lead": lead, "picture": None,
        "tables": [_table(frame, words, caveat, regression=regression)], "after": _notes(bundle, frame, words),
    }  # fmt: skip


def _areas(frame: pd.DataFrame, words: Words) -> str:
    """Over how many areas the rows speak: "51", or "48 bis 51"."""
    told = frame.loc[frame["method"].astype(str) != "none", "n_areas"]
    n = sorted(set((told if len(told) else frame["n_areas"]).astype(int)))
    ends = [words.number(number) for number in dict.fromkeys((n[0], n[-1]))]
    return f" {'bis' if words.language == 'de' else 'to'} ".join(ends)


def _table(frame: pd.DataFrame, words: Words, caveat: str, *, regression: bool) -> Table:
    periods = list(dict.fromkeys(frame["period"].astype(str)))
    rows = []
    ordered = frame.sort_values("factor_id", key=_status_first, kind="stable")
    for factor in dict.fromkeys(ordered["factor_id"].astype(str)):
        mine = frame[frame["factor_id"] == factor]
        label = str(mine[f"label_{words.language}"].iloc[0])
        told = {str(row["period"]): _cell(row, words, marked=regression) for _, row in mine.iterrows()}
        rows.append([label[:1].upper() + label[1:], *(told.get(period, DASH) for period in periods)])
    kind = "regression" if regression else "rank"
    caption = f"{words.text(f'caption_social_incidence_{kind}')} {caveat}"
    if regression and (frame["method"].astype(str) == _RANK).any():
        caption = f"{caption} {words.text('social_incidence_marked')}"
    widths = "1.5" + " 1" * len(periods)
    return table(
        [words.text("head_social_factor"), *periods], rows, caption, align="l" + "r" * len(periods), widths=widths
    )


def _cell(row: pd.Series, words: Words, *, marked: bool) -> str:
    """An estimate with its interval; bare where it has none, a dash where nothing may be said.

    Parameters
        marked : whether a rank correlation is named as one, as it stands among ratios of rates.
    """
    name = "rank" if row["method"] == _RANK else "rate_ratio_per_sd"
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if row["method"] == "none" or pd.isna(value):
        return DASH
    told = words.number(value, 2)
    if marked and row["method"] == _RANK:
        told = f"{words.text('social_incidence_rank_mark')} {told}"
    if pd.isna(low) or pd.isna(high):
        return told
    to = "bis" if words.language == "de" else "to"
    return f"{told} ({words.number(low, 2)} {to} {words.number(high, 2)})"


def _turns(frame: pd.DataFrame, words: Words) -> list[str]:
    """What changes its sign from wave to wave, and between which waves."""
    turned = frame[frame["change"] == "sign_changes"].sort_values("factor_id", key=_status_first, kind="stable")
    told = [f"{row[f'label_{words.language}']} ({row['turns']})" for _, row in turned.iterrows()]
    return [words.text("social_turns", listed="; ".join(told))] if told else []


def _status_first(factors: pd.Series) -> pd.Series:
    return factors.astype(str) != "status"


def _notes(bundle: PublishBundle, frame: pd.DataFrame, words: Words) -> list[str]:
    """What a reader has to know: which notes the rows carry, in the words of the notes of the run."""
    notes = bundle.notes.set_index("code")[f"text_{words.language}"]
    codes = dict.fromkeys(code for text in frame["notes"].fillna("").astype(str) for code in text.split())
    codes.pop("fifths_not_formed", None)  # of the rates by fifths, which stand in the table only
    wanted = [f"incidence_{code}" for code in (*codes, "testing_unknown")]
    told = [str(text) for name in wanted if name in notes.index for text in [notes.loc[name]] if isinstance(text, str)]
    return [" ".join(told)] if told else []
