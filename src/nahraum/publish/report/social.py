"""The chapter on social status and prerequisites: from released tables only, and only what the study has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.index.status import Method, read_method
from nahraum.publish import palette
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report import maps
from nahraum.publish.report.social_funding import funding
from nahraum.publish.report.social_incidence import incidence
from nahraum.publish.report.social_people import Section, fifths, first_sentence, matrix, section
from nahraum.publish.report.tables import Table, table
from nahraum.publish.report.words import DASH, Words

COLOURS = ("#e3f1ec", "#b4d8cd", "#7db7ab", "#468b83", "#1c5a57", "#0d3533")
MOVED_SHOWN = 6
SURE = 0.9


def chapter(bundle: PublishBundle, folder: Path, words: Words) -> list[Section]:
    """Sections with title, lead, picture, tables and what follows; empty where the study has none of it.

    Parameters
        folder : for the map.
    """
    makers: tuple[Callable[[], Section | None], ...] = (
        lambda: _status(bundle, folder, words),
        lambda: matrix(bundle, words),
        lambda: fifths(bundle, words),
        lambda: _sureness(bundle, words),
        lambda: incidence(bundle, words),
        lambda: funding(bundle, folder, words),
    )
    if not any(bundle.table(name) for name in ("social_status", "social_incidence", "funding_areas")):
        return []
    return [section for make in makers if (section := make())]


def headline(bundle: PublishBundle, words: Words) -> list[str]:
    """Who lacks several prerequisites by the status of their quarter, where there are classes."""
    found = bundle.table("social_fifths")
    if found is None or bundle.table("social_matrix") is None:
        return []
    rows = found.frame[(found.frame["indicator"] == "several_share") & (found.frame["ordered_by"] == "status")]
    return [first_sentence(str(text)) for text in rows[f"text_{words.language}"] if isinstance(text, str) and text]


def _shown(frame: pd.DataFrame, column: str) -> pd.Series:
    """A text column, '' where nothing is shown."""
    if column not in frame.columns:
        return pd.Series("", index=frame.index)
    return frame[column].astype(object).where(frame[column].notna(), "").astype(str)


def _status(bundle: PublishBundle, folder: Path, words: Words) -> Section | None:
    """What the status is, which classes there are, and a map of them (of the index where there are none)."""
    found = bundle.table("social_status")
    if found is None:
        return None
    frame, quarters = found.frame, gpd.GeoDataFrame(bundle.quarters.frame)
    lead = [_method(bundle, words), words.text("social_intro")]
    classes = [name for name in dict.fromkeys(_shown(frame, f"class_{words.language}")) if name]
    with_index = int(frame["index"].notna().sum())
    if not classes:
        minimum = _chosen(bundle).minimum_areas
        lead.append(words.text("social_no_classes", n=with_index, minimum=minimum))
    picture = _map(quarters, frame, bundle, folder, words) if classes or with_index > 1 else None
    after = _without(frame, words)
    return section(words.text("h_social_status"), lead=lead, picture=picture, after=after)


def _chosen(bundle: PublishBundle) -> Method:
    """The method of the study; there is one where there is a status."""
    spec = bundle.study.social
    assert spec is not None
    return read_method(spec.method_file or spec.method)


def _method(bundle: PublishBundle, words: Words) -> str:
    """Which method, of which parts, from where."""
    method = _chosen(bundle)
    parts = words.listed([part.label(words.language) for part in method.parts])
    told = words.text("social_method", method=method.label(words.language), edition=method.edition, parts=parts)
    return told if method.tested else f"{told} {words.text('social_not_tested')}"


def _without(frame: pd.DataFrame, words: Words) -> list[str]:
    """Quarters without an index, by reason."""
    reasons = _shown(frame, "reason")
    told = []
    for reason in ("few_residents", "missing_part", "excluded", "residents_unknown"):
        names = frame.loc[reasons == reason, "name"].astype(str).tolist()
        if names:
            told.append(words.text(f"social_{reason}", names=words.listed(names)))
    return told


def ordered_classes(frame: pd.DataFrame, language: str, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Id and name of the classes that occur, from the lowest index on: `ids` in the order of the method."""
    named = dict(zip(_shown(frame, "class"), _shown(frame, f"class_{language}"), strict=True))
    return [(name, named[name]) for name in ids if name in named]


def _map(
    quarters: gpd.GeoDataFrame, frame: pd.DataFrame, bundle: PublishBundle, folder: Path, words: Words
) -> dict[str, str]:
    told = frame.set_index("area_id").reindex(quarters["quarter_id"].astype(str))
    classes = ordered_classes(frame, words.language, _chosen(bundle).classes.ids)
    grey = (palette.UNKNOWN, words.text("social_no_index"))
    if classes:
        scale = _spread(len(classes))
        colour_of = {name: scale[place] for place, (name, _) in enumerate(classes)}
        colours = [colour_of.get(name, palette.UNKNOWN) for name in _shown(told, "class")]
        entries = [(colour_of[name], label) for name, label in classes]
        title, kind = words.text("social_legend_class"), "class"
    else:
        index = told["index"].astype(np.float64)
        edges = [float(edge) for edge in np.unique(np.round(np.nanquantile(index, [0.2, 0.4, 0.6, 0.8]), 1))]
        colours = maps.classed(index, edges, COLOURS, palette.UNKNOWN)
        ends = [words.number(edge, 1) for edge in edges]
        labels = [f"< {ends[0]}", *(f"{a} – {b}" for a, b in pairwise(ends)), f"≥ {ends[-1]}"]
        entries, title, kind = list(zip(COLOURS, labels, strict=False)), words.text("social_legend_index"), "index"
    layers = maps.layers_of(quarters, quarters, bundle.base, bundle.crs)
    svg = maps.cell_map(
        layers, quarters, colours, maps.Legend(title, (*entries, grey)), width_in=4.9, highest_in=4.1, labels=True
    )
    (folder / "status.svg").write_text(svg, encoding="utf-8")
    name = bundle.study.name
    return {
        "file": "status.svg", "alt": words.text(f"alt_social_{kind}", name=name),
        "caption": words.text(f"caption_social_{kind}"),
    }  # fmt: skip


def _spread(n: int) -> list[str]:
    """So many colours from light to dark, as far apart as they go."""
    return [COLOURS[round(at)] for at in np.linspace(0, min(len(COLOURS) - 1, max(n, 2)), n)]


def _sureness(bundle: PublishBundle, words: Words) -> Section | None:
    """Two figures that are never merged: what hangs on the data, what hangs on the choice of method."""
    found = bundle.table("social_status")
    if found is None or "variant_share" not in found.frame:
        return None
    frame = found.frame[found.frame["variant_share"].notna()]
    if frame.empty:
        return None
    share = frame["variant_share"].astype(np.float64)
    counts = {
        "always": int((share >= SURE).sum()), "sometimes": int(((share > 1 - SURE) & (share < SURE)).sum()),
        "n": len(frame), "variants": words.number(_variants(bundle)),
    }  # fmt: skip
    after = []
    if "index_reliability" in frame:
        kinds = frame["index_reliability"].astype(str)
        after.append(
            words.text("social_data", sure=int((kinds == "sure").sum()), n=len(frame),
                       uncertain=int((kinds == "uncertain").sum()), open=int((kinds == "open").sum()))
        )  # fmt: skip
    held = int((found.frame["valid"].fillna(False).astype(bool) & found.frame["variant_share"].isna()).sum())
    if held:
        after.append(words.text("social_sureness_rest_one" if held == 1 else "social_sureness_rest", held=held))
    made = _moved(frame, words) if "class" in frame else None
    lead = [words.text("social_sureness_intro"), words.text("social_choices", **counts), *after]
    return section(words.text("h_social_sureness"), lead=lead, tables=[made] if made else [])


def _variants(bundle: PublishBundle) -> int:
    """How many variants of the method are on the list."""
    found = bundle.table("social_variants")
    return 0 if found is None else len(found.frame)


def _moved(frame: pd.DataFrame, words: Words) -> Table | None:
    """The quarters that hang most on the choice of method."""
    wide = (frame["rank_high"] - frame["rank_low"]).astype(np.float64)
    apart = (frame["variant_share"].astype(np.float64) - 0.5).abs()
    chosen = frame.assign(wide=wide, apart=apart).sort_values(
        ["apart", "wide", "area_id"], ascending=[True, False, True]
    )
    chosen = chosen[chosen["apart"] < SURE - 0.5].head(MOVED_SHOWN)
    rows = []
    for _, row in chosen.iterrows():
        ranks = f"{words.number(row['rank_low'])}–{words.number(row['rank_high'])}"
        same = words.share(row.get("index_class_share"))
        label = str(row.get(f"class_{words.language}") or DASH)
        rows.append([str(row["name"]), label, words.share(row["variant_share"]), ranks, same])
    if not rows:
        return None
    head = [words.text(f"head_social_{name}") for name in ("quarter", "class", "variant_share", "ranks", "same_class")]
    return table(head, rows, words.text("caption_social_moved"), align="llrrr", widths="1.4 1 1 1.2 1")
