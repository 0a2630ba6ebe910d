"""What was found in words: never of causes, always of areas."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nahraum.index.incidence.associations import NONE, RANK
from nahraum.index.incidence.factors import Factor
from nahraum.index.incidence.notes import caveat, word
from nahraum.indicators.catalogue import format_number

_HEADS = {1: "higher", -1: "lower", 0: "open"}
_BESIDE = ("residuals_cluster", "no_convergence")  # notes that change what a sentence means
LANGUAGES = ("de", "en")


def _estimate(row: pd.Series, name: str, part: str, language: str) -> str:
    """An estimate with its limits."""
    columns = {"value": name, "low": f"{name}_low", "high": f"{name}_high"}
    figures = {key: format_number(float(row[column]), 2, language) for key, column in columns.items()}
    return word("association", part, language).format(**figures, n=int(row["n_areas"]))


def association_sentence(row: pd.Series, factor: Factor, language: str) -> str:
    """One row of associations in words, with the notes that change its meaning and the sentence on areas."""
    codes = str(row["notes"]).split()
    if row["method"] == NONE:
        label = factor.label_de if language == "de" else factor.label_en
        head = word("association", "none", language).format(period=row["period"], label=label)
        return " ".join([head, *(word("notes", code, language) for code in codes[-1:])])
    more = factor.more_de if language == "de" else factor.more_en
    head = word("association", _HEADS[int(row["direction"])], language).format(period=row["period"], more=more)
    if row["method"] == RANK:
        parts = [_estimate(row, "rank", "rank_bare" if pd.isna(row["rank_low"]) else "rank", language)]
    else:
        parts = [_estimate(row, "rate_ratio_per_sd", "per_sd", language)]
        if not pd.isna(row["rate_ratio_fifths"]):
            parts.append(_estimate(row, "rate_ratio_fifths", "fifths", language))
    beside = [word("notes", code, language) for code in _BESIDE if code in codes]
    return " ".join([f"{head}: {'; '.join(parts)}.", *beside, caveat(language)])


def change_sentence(row: pd.Series, language: str) -> str:
    """One row of changes in words."""
    label = str(row[f"label_{language}"])
    text = word("change", str(row["change"]), language)
    text = text.format(label=label[:1].upper() + label[1:], turns=row["turns"], n=row["n_waves"])
    beside = [word("notes", code, language) for code in str(row["notes"]).split()]
    return " ".join([text, *beside, caveat(language)])


def with_sentences(associations: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    """The associations with sentence_de and sentence_en."""
    known = {factor.id: factor for factor in factors}
    rows = [(row, known[str(row["factor_id"])]) for _, row in associations.iterrows()]
    return associations.assign(
        **{f"sentence_{lang}": [association_sentence(row, factor, lang) for row, factor in rows] for lang in LANGUAGES}
    )


def with_change_sentences(changes: pd.DataFrame) -> pd.DataFrame:
    """The changes with sentence_de and sentence_en."""
    rows = [row for _, row in changes.iterrows()]
    return changes.assign(**{f"sentence_{lang}": [change_sentence(row, lang) for row in rows] for lang in LANGUAGES})
