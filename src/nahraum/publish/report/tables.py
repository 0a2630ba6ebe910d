"""The tables of the report: head, alignment, widths and rows as text, ready for the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from nahraum.provenance import NOT_STATED, Source
from nahraum.publish import labels
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report.ranking import ordered_quarters
from nahraum.publish.report.words import DASH, Words
from nahraum.publish.wording import scale_text, source_text
from nahraum.tables import PREREQUISITES

QUARTERS_SHOWN = 80
LOCATIONS_SHOWN = 30
PARTLY_FROM = 0.01
FINE_FROM = 5000  # five persons are a thousandth of them (disclosure.* in parameters/release.toml)
SHARES = ("share", "of the national")  # how the units of shares begin
Table = dict[str, Any]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str, *, align: str, widths: str) -> Table:
    """One table for the template.

    Parameters
        align : a letter per column, l or r.
        widths : a word per column: auto, or a number for a share of the rest.
    """
    sides = ["right" if letter == "r" else "left" for letter in align]
    return {
        "head": list(head), "rows": [list(row) for row in rows], "caption": caption, "align": sides,
        "widths": widths.split(),
    }  # fmt: skip


def rule(prerequisite: str, values: dict[str, Any], words: Words) -> str:
    """When a person lacks it, with the thresholds of this study filled in."""
    standard = values["green.standard"]
    green = f"green_standards.{standard}"
    linear = prerequisite == "green" and values[f"{green}.metric"] == "linear"
    return words.text(
        "rule_green_linear" if linear else f"rule_{prerequisite}",
        living_space=words.number(values["living_space.minimum_m2_per_resident"]),
        green_ha=words.number(values[f"{green}.minimum_area_m2"] / 10_000, 1),
        green_m=words.number(values[f"{green}.maximum_distance_m"]),
        green_m2=words.number(values.get(f"{green}.minimum_m2_per_resident")),
        speed=words.number(values["internet.required_mbit_s"]),
        supply_m=words.number(values["supply.maximum_distance_m"]),
        needed=words.number(values["supply.services_needed"]),
        of=words.number(len(values["supply.services"])),
    )


def fine_decimals(row: pd.Series) -> int:
    """Digits that a released share of the municipality really has: tenths of a percent from 5,000 residents on."""
    return 1 if float(row["residents"] or 0) >= FINE_FROM else 0


def prerequisites(bundle: PublishBundle, values: dict[str, Any], words: Words) -> Table:
    """Who lacks which prerequisite, by which rule, and for how many residents it is known."""
    row = bundle.municipality.frame.iloc[0]
    rows = [
        [
            words.label(p).capitalize() if words.language == "en" else words.label(p),
            rule(p, values, words),
            words.share(row.get(f"lacks_{p}_share"), fine_decimals(row)),
            words.number(row.get(f"lacks_{p}_residents")),
            words.share(row.get(f"lacks_{p}_completeness")),
        ]
        for p in PREREQUISITES
    ]
    head = [words.text(f"head_{k}") for k in ("prerequisite", "rule", "share", "residents", "completeness")]
    caption = words.text("caption_prerequisites", name=bundle.study.name)
    return table(head, rows, caption, align="llrrr", widths="auto 1 auto auto auto")


def _missing_names(row: pd.Series, words: Words) -> str:
    named = [words.label(p) for p in PREREQUISITES if float(row[p]) == 1.0]
    return ", ".join(named) or words.text("none_lacking")


def _undetermined_rows(bundle: PublishBundle, whole: pd.DataFrame, words: Words) -> list[list[str]]:
    """What is known of those for whom something is not known; a question mark stands behind the unknown."""
    share = float(whole["share"].sum())
    partly = bundle.partly_known
    if partly is None or not share > PARTLY_FROM:
        return [
            [words.text("undetermined_row"), words.number(row["residents"]), words.share(row["share"], 1)]
            for _, row in whole.iterrows()
            if pd.notna(row["residents"]) and row["residents"] > 0
        ]
    shown = partly.frame[partly.frame["residents"].notna()].sort_values(
        ["residents", "combination"], ascending=[False, True]
    )
    return [
        [str(row[f"name_{words.language}"]), words.number(row["residents"]), words.share(row["share"] or 0.001)]
        for _, row in shown.iterrows()
    ]


def combinations(bundle: PublishBundle, words: Words) -> Table:
    """The combinations of lacks that occur, by residents."""
    frame = bundle.combinations.frame
    counted = frame[frame[list(PREREQUISITES)].notna().all(axis=1)]
    counted = counted[counted["residents"].fillna(0) > 0].sort_values("residents", ascending=False, kind="stable")
    rows = [
        [_missing_names(row, words), words.number(row["residents"]), words.share(row["share"], 1)]
        for _, row in counted.iterrows()
    ]
    rows += _undetermined_rows(bundle, frame[frame[list(PREREQUISITES)].isna().any(axis=1)], words)
    head = [words.text(f"head_{k}") for k in ("combination", "residents", "share")]
    return table(head, rows, words.text("caption_combinations"), align="lrr", widths="1 auto auto")


def _nearest(services: pd.DataFrame, location_id: str, words: Words) -> str:
    parts = []
    for _, row in services[services["location_id"] == location_id].iterrows():
        what = words.label(str(row["service"])) if "service" in row else words.label(str(row["prerequisite"]))
        name, metres = str(row["nearest_name"] or ""), row["distance_m"]
        if pd.isna(metres):
            continue
        parts.append(f"{what}: {name + ', ' if name else ''}{words.number(metres, 0)}\u00a0m")
    return "; ".join(parts) or DASH


def locations(bundle: PublishBundle, words: Words) -> Table:
    """Locations lacking several prerequisites, largest first, with what is missing and where the nearest is."""
    frame = bundle.locations.frame
    shown = frame.sort_values(["residents", "location_id"], ascending=[False, True]).head(LOCATIONS_SHOWN)
    services = bundle.location_services.frame
    rows = []
    for _, row in shown.iterrows():
        star = " *" if bool(row["settlement"]) else ""
        named = str(row["combination"]) if isinstance(row["combination"], str) else ""
        missing = ", ".join(words.label(p) for p in named.split("+") if p) or words.text("held_back")
        rows.append(
            [
                f"{row['name']}{star}", words.number(row["residents"]), words.number(row["hectares"]), missing,
                _nearest(services, str(row["location_id"]), words), words.share(row["stability"]),
            ]
        )  # fmt: skip
    keys = ("location", "residents", "hectares", "missing", "nearest", "stability")
    head = [words.text(f"head_{k}") for k in keys]
    return table(head, rows, words.text("caption_locations"), align="lrrllr", widths="1 auto auto 1 1.7 auto")


def _ranks(low: float, high: float) -> str:
    if pd.isna(low):
        return DASH
    return f"{int(low)}" if low == high else f"{int(low)}–{int(high)}"


def quarters(bundle: PublishBundle, k: int, words: Words) -> Table:
    """Every quarter with its four shares, the share lacking several, and the range of its rank."""
    several = f"several_k{k}_share"
    frame = ordered_quarters(bundle, k)
    frame = frame[frame["residents"] != 0].head(QUARTERS_SHOWN)
    judged = bool((frame["residents_judged"].fillna(frame["residents"]) < frame["residents"] - 0.5).any())
    rows = []
    for _, row in frame.iterrows():
        ranks = _ranks(row.get("rank_min", float("nan")), row.get("rank_max", float("nan")))
        of = row.get("n_comparable")
        if ranks != DASH and of is not None and pd.notna(of):
            ranks = words.text("rank_of", rank=ranks, of=int(of))
        rows.append(
            [
                str(row["name"]), words.number(row["residents"]),
                *([words.number(row["residents_judged"])] if judged else []),
                *(words.share(row.get(f"lacks_{p}_share")) for p in PREREQUISITES),
                words.interval(row.get(f"{several}_min"), row.get(several), row.get(f"{several}_max")), ranks,
            ]
        )  # fmt: skip
    head = [
        words.text("head_quarter"), words.text("head_residents"), *([words.text("head_judged")] if judged else []),
        *(words.breaking(p) for p in PREREQUISITES), words.text("head_several", k=k), words.text("head_rank"),
    ]  # fmt: skip
    caption, more = words.text("caption_quarters", k=k), int(judged)
    return table(head, rows, caption, align="lrrrrrrr" + "r" * more, widths="1.7" + " 1" * (6 + more) + " 1.1")


def completeness(bundle: PublishBundle, words: Words) -> Table:
    """Places found and expected per category, with the judgement."""
    rows = [
        [
            words.label(str(row["category"])), words.number(row["n_places"]), words.number(row["n_expected"]),
            words.label(f"reason_{row['reason']}"),
        ]
        for _, row in bundle.categories.frame.iterrows()
    ]  # fmt: skip
    head = [words.text(f"head_{k}") for k in ("category", "found", "expected", "judgement")]
    return table(head, rows, words.text("caption_completeness"), align="lrrl", widths="1 auto auto 2")


def variants(bundle: PublishBundle, k: int, words: Words) -> Table:
    """The fixed list of variants and what each gives."""
    frame = bundle.variants.frame
    label = f"label_{words.language}"
    rows = [
        [
            str(row[label]),
            words.interval(row.get("several_share_min"), row.get("several_share"), row.get("several_share_max")),
        ]
        for _, row in frame.iterrows()
    ]
    head = [words.text("head_variant"), words.text("head_several", k=k)]
    return table(head, rows, words.text("caption_variants", k=k), align="lr", widths="1 auto")


def _breakable(text: str) -> str:
    """The same text, with places where a line may break after dots and underscores."""
    return text.replace(".", ".\u200b").replace("_", "_\u200b")


def parameters(bundle: PublishBundle, values: dict[str, Any], words: Words) -> Table:
    """The thresholds and assumptions a reader asks for first, in words, with key, source and evidence."""
    known = bundle.study.parameters()
    rows = []
    for pattern, text in words.texts["parameters"].items():
        name = pattern.format(standard=values["green.standard"])
        if known.peek(name) is None:
            continue
        item = known.lookup(name)
        number = float(item.value)
        said = words.share(number) if item.unit.startswith(SHARES) else words.number(number, _decimals(number))
        mark = words.text("overridden") if item.overridden else words.text(f"evidence_{item.evidence}")
        rows.append([text.format(value=said), _breakable(name), source_text(item.source, words.language), mark])
    head = [words.text(f"head_{k}") for k in ("parameter", "value", "source", "evidence")]
    return table(head, rows, words.text("caption_parameters"), align="llll", widths="1.3 1.1 1.6 auto")


def _decimals(number: float) -> int:
    return 0 if number.is_integer() else 2


def sources(bundle: PublishBundle, words: Words) -> Table:
    """Every source with its first file, scale, date, licence and attribution."""
    rows = []
    for name, mine in _by_section(bundle.sources).items():
        first = mine[0]
        more = "" if len(mine) == 1 else f" … ({len(mine)})"
        named = [part for part in (first.licence, first.attribution) if part not in ("", NOT_STATED)]
        date = DASH if first.reference_date in ("", NOT_STATED) else words.day(first.reference_date)
        several = dict.fromkeys(source.name for source in mine)
        said = source_label(name, words) if len(several) == 1 else _listed_topics(several, words)
        what = said if len(several) > 1 else f"{said}: {_breakable(Path(first.file).name)}{more}"
        rows.append([what, _scale(first.scale, words), date, ". ".join(named) or DASH])
    head = [words.text(f"head_{k}") for k in ("data", "scale", "date", "licence")]
    return table(head, rows, words.text("caption_sources"), align="llll", widths="1.3 auto auto 1.3")


def _by_section(sources: Sequence[Source]) -> dict[str, list[Source]]:
    """The files of each section; further topics of the census of one day and licence stand together."""
    found: dict[tuple[str, ...], list[Source]] = {}
    for one in sources:
        facts = (one.licence, one.attribution, one.reference_date, one.scale)
        key = ("topics.", *facts) if one.name.startswith("topics.") else (one.name,)
        found.setdefault(key, []).append(one)
    return {mine[0].name: mine for mine in found.values()}


def _listed_topics(names: Iterable[str], words: Words) -> str:
    listed = ", ".join(labels.text("topics", name.partition(".")[2], words.language) for name in names)
    return words.label("source_topics").format(item=listed)


def source_label(name: str, words: Words) -> str:
    """A source as a reader calls it; one of several of a kind by the kind and its own name."""
    group, _, item = name.partition(".")
    if not item:
        return words.label(f"source_{name}")
    section = "topics" if group == "topics" else "names"
    return words.label(f"source_{group}").format(item=labels.text(section, item, words.language))


def _scale(scale: str, words: Words) -> str:
    """The scale in the reader's words."""
    return scale_text(scale, words.language) or DASH


def notes(bundle: PublishBundle, words: Words) -> Table:
    """What was repaired, dropped or decided in the data."""
    rows = [[str(row[f"text_{words.language}"]), words.number(row["count"])] for _, row in bundle.notes.iterrows()]
    head = [words.text("head_note"), words.text("head_count")]
    return table(head, rows, words.text("caption_notes"), align="lr", widths="1 auto")
