"""The page of one municipality: what is missing there, held against the municipalities of its type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from nahraum.indicators.catalogue import THEMES, Indicator
from nahraum.publish import labels, palette
from nahraum.publish.report import maps
from nahraum.publish.report.further import named, value_of
from nahraum.publish.report.region import Region, Said, head_of, rank_of
from nahraum.publish.report.tables import Table, table
from nahraum.publish.report.words import DASH
from nahraum.tables import CLASSES, PREREQUISITES

LOCATIONS_SHOWN = 4  # so that the page stays one sheet; report and tables have all
CLOSE_POINTS = 5  # shares of one type that lie no farther apart: the variants of the thresholds move them by more


def page_document(region: Region, row: pd.Series, folder: Path, said: Said) -> dict[str, Any]:
    """Everything the page of one municipality prints; its map is drawn into `folder`."""
    words, several = said.words, f"several_k{region.k}_share"
    like = _like(region, row)
    svg = _page_map(region, row, said)
    (folder / "page.svg").write_text(svg, encoding="utf-8")
    places = _locations(region, row, said)
    return head_of(region, said) | {
        "kicker": said.text("of_type", type=row["type"]) if row.get("type") else said.text("kicker"),
        "title": str(row["name"]),
        "findings": _page_findings(region, row, like, said),
        "figures_key": [
            {"value": words.number(row["residents"]), "label": words.text("key_residents")},
            {
                "value": words.interval(row.get(f"{several}_min"), row.get(several), row.get(f"{several}_max")),
                "label": words.text("key_several", k=region.k),
            },
            {"value": rank_of(row, said), "label": said.text("key_rank")},
        ],
        "map": {
            "file": "page.svg",
            "alt": said.text("alt_page", name=row["name"]),
            "caption": words.text("caption_class"),
        },
        "prerequisites": _prerequisites(row, like, said),
        "locations": places,
        "no_locations": "" if places else said.text("no_locations"),
        "further": _further(region, row, like, said),
    }  # fmt: skip


def _like(region: Region, row: pd.Series) -> pd.DataFrame:
    """The municipalities of the same type, this one included."""
    frame = region.municipalities.frame
    return frame[frame["type"].fillna("").astype(str) == str(row["type"] or "")]


def _page_findings(region: Region, row: pd.Series, like: pd.DataFrame, said: Said) -> list[str]:
    words, lines, close = said.words, [], _close(region, row, like, said)
    gaps = {}
    for name in PREREQUISITES:
        here, usual = row.get(f"lacks_{name}_share"), like[f"lacks_{name}_share"].median()
        if pd.notna(here) and pd.notna(usual):
            gaps[name] = (float(here) - float(usual), float(here), float(usual))
    if not gaps:
        return [said.text("page_unknown"), *close]
    name = max(gaps, key=lambda one: (gaps[one][0], one))
    gap, here, usual = gaps[name]
    if len(like) > 1 and gap > 0:
        said_gap = {"label": words.label(name), "here": words.share(here), "usual": words.share(usual)}
        lines.append(said.text("page_gap", **said_gap))
    main = max(gaps, key=lambda one: (gaps[one][1], one))
    lines.insert(0, said.text("page_main", label=words.label(main), share=words.share(gaps[main][1])))
    return [*lines, *close]


def _close(region: Region, row: pd.Series, like: pd.DataFrame, said: Said) -> list[str]:
    """That the municipalities of its type hardly differ, where they do not: a rank must not look like a distance."""
    shares = like[f"several_k{region.k}_share"].dropna()
    points = round(100 * float(shares.max() - shares.min())) if len(shares) else 0
    if len(shares) < 2 or points > CLOSE_POINTS or rank_of(row, said) == DASH:
        return []
    return [said.text("page_close", k=region.k, n=len(shares), points=points)]


def _spread(values: pd.Series, said: Any) -> str:
    known = values.dropna()
    return " – ".join(dict.fromkeys((said(known.min()), said(known.max())))) if len(known) > 1 else DASH


def _prerequisites(row: pd.Series, like: pd.DataFrame, said: Said) -> Table:
    words = said.words
    rows = []
    for name in PREREQUISITES:
        column = f"lacks_{name}_share"
        rows.append(
            [
                words.label(name), words.share(row.get(column)), words.number(row.get(f"lacks_{name}_residents")),
                words.share(like[column].median()), _spread(like[column], words.share),
                words.share(row.get(f"lacks_{name}_completeness")),
            ]
        )  # fmt: skip
    head = [words.text("head_prerequisite"), *said.heads("here", "lacking", "median", "range", "known")]
    return table(head, rows, said.text("caption_prerequisites", n=len(like)), align="lrrrrr", widths="1 1 1 1 1.3 1")


def _locations(region: Region, row: pd.Series, said: Said) -> Table | None:
    words, shape = said.words, row.geometry
    inside = region.locations[shapely.intersects(shapely.point_on_surface(region.locations.geometry.to_numpy()), shape)]
    shown = inside.sort_values(["residents", "location_id"], ascending=[False, True]).head(LOCATIONS_SHOWN)
    rows = []
    for _, one in shown.iterrows():
        named = str(one["combination"]) if isinstance(one["combination"], str) else ""
        missing = ", ".join(words.label(p) for p in named.split("+") if p) or words.text("held_back")
        called = str(one["name"]).replace(f" ({row['name']})", "")  # on its own page nobody has to be told where
        rows.append([called, words.number(one["residents"]), missing, words.share(one["stability"])])
    if not rows:
        return None
    head = [words.text(f"head_{key}") for key in ("location", "residents", "missing", "stability")]
    return table(head, rows, said.text("caption_locations"), align="lrlr", widths="1 auto 1.6 auto")


def _further(region: Region, row: pd.Series, like: pd.DataFrame, said: Said) -> list[Table]:
    words, found = said.words, []
    for theme in THEMES:
        rows = []
        for entry in region.catalogue:
            if entry.theme != theme or entry.id not in row.index or pd.isna(row[entry.id]):
                continue

            def value(number: Any, of: Indicator = entry) -> str:
                return value_of(of, number, words)

            figures = [value(row[entry.id]), value(like[entry.id].median()), _spread(like[entry.id], value)]
            rows.append([named(entry, region.language), *figures])
        if rows:
            title = labels.text("themes", theme, region.language)
            head = [title, *said.heads("here", "median", "range")]
            caption = said.text("caption_further", theme=title)
            caption += " " + said.text("caption_whole_ground") if theme == "density" else ""
            found.append(table(head, rows, caption, align="lrrr", widths="1 auto auto auto"))
    return found


def _page_map(region: Region, row: pd.Series, said: Said) -> str:
    words, frame = said.words, region.municipalities.frame
    shapes = gpd.GeoDataFrame(frame[["name"]], geometry=frame.geometry, crs=frame.crs)
    centres = shapely.centroid(region.cells.geometry.to_numpy())
    mine = region.cells[shapely.intersects(centres, row.geometry)]
    ground = gpd.GeoDataFrame(geometry=[row.geometry], crs=frame.crs)
    layers = maps.layers_of(ground if mine.empty else mine, shapes, region.base, region.crs)
    legend = maps.Legend(
        words.text("class_map", k=region.k),
        tuple((palette.CLASS_COLOURS[c], words.text(f"class_{c}")) for c in CLASSES),
    )
    colours = [palette.CLASS_COLOURS.get(str(c), palette.UNKNOWN) for c in mine["class"]]
    return maps.cell_map(
        layers, mine, colours, legend, outlines=region.locations, width_in=4.6, highest_in=3.0, labels=False
    )
