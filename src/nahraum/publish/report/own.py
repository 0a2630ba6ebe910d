"""The office's own data in the report: what registers change, and of which days the residents are."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.provenance import NOT_STATED
from nahraum.publish import labels
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report.tables import Table, table
from nahraum.publish.report.words import DASH, Words

QUARTERS_SHOWN = 80


def population_key(bundle: PublishBundle) -> str:
    """`population` where the census tells where people live, `population_stated` where a stated total was shared."""
    stated = any(source.name == "population" and not source.sha256 for source in bundle.sources)
    return "population_stated" if stated else "population"


def residents_of_days(bundle: PublishBundle, words: Words) -> str:
    """Where the residents come from and of which days, for the foot of every page."""
    said = []
    for name in ("population_register", "population"):
        stated = [source.reference_date for source in bundle.sources if source.name == name]
        if stated:
            day = stated[0]
            told = words.text("day_not_stated") if day in ("", NOT_STATED) else words.day(day)
            key = population_key(bundle) if name == "population" else name
            said.append(words.text(f"foot_{key}", date=told))
    return words.text("foot_residents", sources="; ".join(said)) if said else ""


def method(bundle: PublishBundle, words: Words) -> list[str]:
    """What own data change in the way the report counts, a sentence for each kind."""
    return [words.text(f"method_{name}") for name in ("population_difference", "registers") if bundle.table(name)]


def sections(bundle: PublishBundle, words: Words) -> list[dict[str, Any]]:
    """Title, lead and table of each kind of own data that the study has; after, where rows are left out."""
    found = []
    difference, registers = bundle.table("population_difference"), bundle.table("registers")
    if difference is not None and len(difference.frame):
        found.append(
            {
                "title": words.text("h_population_difference"),
                "intro": [words.text("population_difference_intro")],
                "table": _population(difference.frame, words),
            }
        )
    if registers is not None and len(registers.frame):
        found.append(
            {
                "title": words.text("h_registers"),
                "intro": [words.text("registers_intro")],
                "table": _registers(registers.frame, words),
            }
        )
    return found


def _population(frame: pd.DataFrame, words: Words) -> Table:
    """Census and register per quarter; the widest apart first where there are many."""
    shown = frame
    if len(frame) > QUARTERS_SHOWN:
        apart = frame["residents_difference"].abs().fillna(-1.0)
        shown = frame.loc[apart.sort_values(ascending=False, kind="stable").index[:QUARTERS_SHOWN]]
    rows = [
        [
            str(row["name"]), words.number(row["residents_census"]), words.number(row["residents"]),
            _signed(row["residents_difference"], words), words.share(row["difference_share"]),
            words.label(f"used_{row['used']}") if row["used"] else DASH,
        ]
        for _, row in shown.iterrows()
    ]  # fmt: skip
    dates = [_day(frame[f"{name}_date"], words) for name in ("census", "register")]
    head = [
        words.text("head_quarter"), words.text("head_census", date=dates[0]), words.text("head_used", date=dates[1]),
        words.text("head_difference"), "%", words.text("head_from"),
    ]  # fmt: skip
    cut = "_cut" if len(shown) < len(frame) else ""
    caption = words.text(f"caption_population_difference{cut}", shown=len(shown), all=len(frame))
    return table(head, rows, caption, align="lrrrrl", widths="1.6 1 1 auto auto auto")


def _day(days: pd.Series, words: Words) -> str:
    stated = sorted({str(day) for day in days if day})
    return words.day(stated[0]) if stated else words.text("day_not_stated")


def _signed(value: Any, words: Words) -> str:
    return f"+{words.number(value)}" if pd.notna(value) and value > 0 else words.number(value)


def _called(row: pd.Series, words: Words) -> str:
    """The category, with hectares where it is green."""
    name = words.text(f"registers_{row['mode']}", category=labels.text("names", str(row["category"]), words.language))
    if pd.isna(row["register_m2"]):
        return name
    sizes = {key: words.number(row[f"{key}_m2"] / 10_000, 1) for key in ("register", "osm", "common")}
    return words.text("registers_green", category=name, **sizes)


def _registers(frame: pd.DataFrame, words: Words) -> Table:
    """Per register and category: entries, mapped places, both, recall of the map, median distance."""
    rows = [
        [
            _called(row, words),
            words.day(str(row["date"])) or DASH, words.number(row["n_register"]), words.number(row["n_osm"]),
            words.number(row["n_matched"]), words.share(row["osm_recall_share"]),
            words.number(row["median_distance_m"]), words.number(row["places"]),
        ]
        for _, row in frame.iterrows()
    ]  # fmt: skip
    keys = ("category", "date", "n_register", "n_osm", "n_matched", "recall", "median_m", "places")
    head = [words.text(f"head_{key}") for key in keys]
    return table(head, rows, words.text("caption_registers"), align="llrrrrrr", widths="1.6 1.4" + " auto" * 6)
