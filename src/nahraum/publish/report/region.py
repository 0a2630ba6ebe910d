"""The report of several municipalities: one table of all, held against those of their type, and a page for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from nahraum.indicators.catalogue import Indicator
from nahraum.publish import labels, palette
from nahraum.publish.bundle import PublishBundle, Released
from nahraum.publish.report.municipality_maps import municipality_layers, share_legend, share_map
from nahraum.publish.report.own import residents_of_days
from nahraum.publish.report.tables import Table, rule, table
from nahraum.publish.report.words import DASH, Words
from nahraum.tables import PREREQUISITES

FOLDER = "municipalities"
VISITED = 3


@dataclass(frozen=True)
class Region:
    """Several municipalities, released: what their report needs.

    municipalities : table of all, ranked within their type.
    cells, locations : of all studies, in `crs`.
    status : residents by municipality type, status class of their quarter and prerequisites; None without status.
    values : parameters by id; they are the same in all studies.
    """

    name: str
    language: str
    reference_date: date
    municipalities: Released
    cells: gpd.GeoDataFrame
    locations: gpd.GeoDataFrame
    base: gpd.GeoDataFrame
    crs: str
    catalogue: tuple[Indicator, ...]
    values: Mapping[str, Any]
    attribution: str
    population_days: str = ""
    status: Released | None = None

    @property
    def k(self) -> int:
        """How many lacks count as several."""
        return int(self.values["counting.lacks_needed"])


def region_of(bundle: PublishBundle) -> Region | None:
    """The region of a study of several municipalities; None of a study of one."""
    found = bundle.table("municipalities")
    if found is None:
        return None
    values = bundle.study.parameters().values_by_id()
    return Region(
        bundle.study.name, bundle.study.language, bundle.study.reference_date, found,
        gpd.GeoDataFrame(bundle.cells.frame).to_crs(bundle.crs), gpd.GeoDataFrame(bundle.locations.frame),
        bundle.base, bundle.crs, bundle.catalogue, values,
        bundle.attribution, residents_of_days(bundle, Words(bundle.study.language)), bundle.table("social_types"),
    )  # fmt: skip


@lru_cache(maxsize=2)
def _texts(language: str) -> Mapping[str, str]:
    file = resources.files("nahraum.publish.report").joinpath("region.toml")
    found: Mapping[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    return found


class Said:
    """Words of this report, with the numbers of the main one."""

    def __init__(self, language: str) -> None:
        self.words, self.own = Words(language), _texts(language)

    def text(self, key: str, **values: Any) -> str:
        """One text with its values filled in."""
        return self.own[key].format(**values)

    def heads(self, *keys: str) -> list[str]:
        """Headings of columns."""
        return [self.own[f"head_{key}"] for key in keys]


def head_of(region: Region, said: Said) -> dict[str, Any]:
    """What every document of the region begins with."""
    day = region.reference_date
    return {
        "lang": region.language,
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "subtitle": said.text("subtitle", date=said.words.day(day)),
        "attribution": region.attribution,
        "population_days": region.population_days,
        "text": {**{k: v for k, v in said.words.texts.items() if isinstance(v, str)}, **said.own},
    }


# ── all of them ───────────────────────────────────────────────────────────────────────────────────────────────────


def region_document(region: Region, folder: Path, said: Said) -> dict[str, Any]:
    """Everything the report of the region prints; the map is drawn into `folder`."""
    frame = region.municipalities.frame
    words, several = said.words, f"several_k{region.k}_share"
    (folder / "region.svg").write_text(_region_map(region, said), encoding="utf-8")
    kinds = sorted(frame["type"].fillna("").astype(str).unique())
    return head_of(region, said) | {
        "kicker": said.text("kicker"),
        "title": said.text("title", name=region.name),
        "findings": findings_of(region.municipalities.frame, region.k, said),
        "figures_key": [
            {"value": words.number(len(frame)), "label": said.text("key_number")},
            {"value": words.number(frame["residents"].sum()), "label": words.text("key_residents")},
            {"value": words.share(_of_all(frame, several)), "label": words.text("key_several", k=region.k)},
        ],
        "map": {
            "file": "region.svg",
            "alt": said.text("alt_map", k=region.k),
            "caption": said.text("caption_map", k=region.k),
        },
        "tables": [
            {
                "title": said.text("of_type", type=kind) if kind else said.text("of_no_type"),
                "table": _comparison(frame[frame["type"].fillna("").astype(str) == kind], region, said),
            }
            for kind in kinds
        ],
        **status_sections(region, said),
        "method": [said.text("method", k=region.k), said.text("method_type")],
        "rules": [
            f"{words.label(name)[:1].upper()}{words.label(name)[1:]}: {rule(name, dict(region.values), words)}"
            for name in PREREQUISITES
        ],
    }  # fmt: skip


def status_sections(region: Region, said: Said) -> dict[str, Any]:
    """Status and prerequisites side by side within each municipality type; empty without a status."""
    if region.status is None or region.status.frame.empty:
        return {"status": [], "status_lead": [], "status_after": []}
    frame, words = region.status.frame, said.words
    frame = frame[frame["class"].fillna("") != ""]  # nothing is told of a handful of people
    heads = [words.text(f"head_social_{name}") for name in ("class", "quarters", "residents")]
    heads += [*(words.breaking(p) for p in PREREQUISITES), words.text("head_social_several", k=region.k)]
    found = []
    for kind in sorted(frame["type"].fillna("").astype(str).unique()):
        rows = [
            [
                str(row[f"class_{region.language}"]), words.number(row["n_areas"]), words.number(row["residents"]),
                *(words.share(row[f"lacks_{p}_share"]) for p in PREREQUISITES),
                f"{words.number(row['several_residents'])} ({words.share(row['several_share'])})",
            ]
            for _, row in frame[frame["type"].fillna("").astype(str) == kind].iterrows()
        ]  # fmt: skip
        title = said.text("of_type", type=kind) if kind else said.text("of_no_type")
        made = table(heads, rows, said.text("caption_status"), align="lrrrrrrr", widths="1.1 auto auto 1 1 1 1 1.3")
        found.append({"title": title, "table": made})
    return {"status": found, "status_lead": [said.text("status_lead")], "status_after": [said.text("status_after")]}


def _of_all(frame: pd.DataFrame, column: str) -> float:
    """A share over all municipalities whose share is known, weighted by the judged residents."""
    known = frame[column].notna() & frame["residents_judged"].notna()
    people = frame.loc[known, "residents_judged"]
    return float((frame.loc[known, column] * people).sum() / people.sum()) if people.sum() > 0 else float("nan")


def findings_of(frame: pd.DataFrame, k: int, said: Said) -> list[str]:
    """Where to look first: by people, and by share.

    Parameters
        frame : the released municipalities; k : how many lacks count as several.
    """
    words, several = said.words, f"several_k{k}_share"
    people = (frame[several] * frame["residents_judged"]).rename("people")
    most = frame.assign(people=people).dropna(subset=["people"])
    lines = []
    for key, column in (("first_people", "people"), ("first_share", several)):
        chosen = most.sort_values([column, "municipality_id"], ascending=[False, True]).head(VISITED)
        named = [
            f"{row['name']} ({_people(row[column], words) if column == 'people' else words.share(row[several])})"
            for _, row in chosen.iterrows()
            if row[column] > 0
        ]
        if named:
            lines.append(said.text(key, names=words.listed(named), k=k))
    unknown = frame.loc[frame[several].isna(), "name"].astype(str).tolist()
    if unknown:
        lines.append(said.text("unknown", names=words.listed(unknown)))
    return [*lines, *_measured(frame, said)]


def _measured(frame: pd.DataFrame, said: Said) -> list[str]:
    """Which municipalities were measured by which sources, where that is not the same everywhere."""
    if "measured_by" not in frame.columns or len(set(frame["measured_by"])) <= 1:
        return []
    alike = frame.sort_values("municipality_id").groupby("measured_by", sort=True)["name"]
    language = said.words.language
    named = [
        f"{labels.value_text('measured_by', str(kind), language)}: {said.words.listed([str(name) for name in names])}"
        for kind, names in alike
    ]
    return [said.text("measured", names="; ".join(named))]


def _people(number: float, words: Words) -> str:
    return DASH if pd.isna(number) else words.number(round(number, -1))


def rank_of(row: pd.Series, said: Said) -> str:
    """Rank among its like with the range over the variants, and of how many."""
    low, high, of = (float(row.get(name, float("nan"))) for name in ("rank_min", "rank_max", "n_comparable"))
    if pd.isna(low) or pd.isna(high):
        return DASH
    text = f"{int(low)}" if low == high else f"{int(low)}–{int(high)}"
    return said.words.text("rank_of", rank=text, of=int(of)) if pd.notna(of) else text


def _comparison(frame: pd.DataFrame, region: Region, said: Said) -> Table:
    words, several = said.words, f"several_k{region.k}_share"
    ordered = frame.sort_values([several, "municipality_id"], ascending=[False, True], na_position="last")
    rows = [
        [
            str(row["name"]), words.number(row["residents"]),
            *(words.share(row.get(f"lacks_{p}_share")) for p in PREREQUISITES),
            words.interval(row.get(f"{several}_min"), row.get(several), row.get(f"{several}_max")),
            _people(row[several] * row["residents_judged"], words), rank_of(row, said),
        ]
        for _, row in ordered.iterrows()
    ]  # fmt: skip
    head = [
        *said.heads("municipality", "residents"), *(words.breaking(p) for p in PREREQUISITES),
        words.text("head_several", k=region.k), *said.heads("people"), words.text("head_rank"),
    ]  # fmt: skip
    caption = said.text("caption_comparison", k=region.k)
    return table(head, rows, caption, align="lrrrrrrrr", widths="1.5 0.95 0.9 0.85 0.95 0.95 0.9 1 1.45")


def _region_map(region: Region, said: Said) -> str:
    frame, words = gpd.GeoDataFrame(region.municipalities.frame), said.words
    share = frame[f"several_k{region.k}_share"]
    edges = palette.fine_share_edges(share)
    legend = share_legend(words.text("class_map", k=region.k), edges, words)
    return share_map(municipality_layers(frame, region.base, region.crs), frame, share, legend, edges=edges)
