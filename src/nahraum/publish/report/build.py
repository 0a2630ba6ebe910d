"""The social-space report as PDF: content as data, layout in `template.typ`, maps as SVG."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from nahraum.publish import palette
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report import beside, corrections, further, maps, own, social, tables
from nahraum.publish.report.municipality_maps import municipality_pictures, share_legend
from nahraum.publish.report.ranking import leading_quarters
from nahraum.publish.report.region import region_of
from nahraum.publish.report.region_files import write_region
from nahraum.publish.report.typeset import typeset
from nahraum.publish.report.words import Words
from nahraum.tables import CLASSES, PREREQUISITES


def _values(bundle: PublishBundle) -> dict[str, Any]:
    return bundle.study.parameters().values_by_id()


def _headline(row: pd.Series, k: int, name: str, words: Words) -> str | None:
    several = f"several_k{k}_share"
    low, high = row.get(f"{several}_min"), row.get(f"{several}_max")
    if pd.isna(low) or pd.isna(high):  # held back, or not known
        central = row.get(several)
        return None if pd.isna(central) else words.text("finding_about", k=k, name=name, share=words.share(central))
    if words.share(low) != words.share(high):
        return words.text("finding_interval", k=k, name=name, low=words.share(low), high=words.share(high))
    residents = words.number(row["residents_judged"])
    return words.text("finding_several", name=name, share=words.share(low), residents=residents, k=k)


def _judged(row: pd.Series, words: Words) -> list[str]:
    """How many stand behind the shares, where some are left out at the edge of the data."""
    judged, everybody = row.get("residents_judged"), row.get("residents")
    if pd.isna(judged) or pd.isna(everybody) or everybody - judged < 1:
        return []
    numbers = {"judged": words.number(judged), "all": words.number(everybody), "edge": words.number(everybody - judged)}
    return [words.text("finding_judged", **numbers)]


def findings(bundle: PublishBundle, k: int, words: Words) -> list[str]:
    """The few sentences that stand first: how many lack several, where most, what is most widely missing."""
    row = bundle.municipality.frame.iloc[0]
    headline = _headline(row, k, bundle.study.name, words)
    lines = [headline] if headline else []
    lines += _judged(row, words)
    names, share = leading_quarters(bundle, k, words)
    if names:
        key = ("finding_quarter" if len(names) == 1 else "finding_quarters") + ("" if headline else "_alone")
        lines.append(words.text(key, quarter=words.listed(names), share=share, k=k))
    least = _least_shares(row)
    if least:
        lines.append(_most_missing(row, least, words, enough=_enough(bundle)))
    unknown = [words.label(p) for p in PREREQUISITES if p not in least]
    if unknown:
        lines.append(words.text("finding_unknown", labels=", ".join(unknown)))
    return [*lines, *social.headline(bundle, words)]


def _least_shares(row: pd.Series) -> dict[str, float]:
    """The share of all judged residents who are known to lack each prerequisite: unknown counts as not lacking.

    Where much is unknown, the share among those for whom it is known misleads: with two services unknown a lack is
    certain for whoever reaches none of the others, and having enough is certain for nobody.
    """
    told = {p: (row.get(f"lacks_{p}_share"), row.get(f"lacks_{p}_completeness")) for p in PREREQUISITES}
    return {p: float(share) * float(known) for p, (share, known) in told.items() if pd.notna(share) and pd.notna(known)}


def _enough(bundle: PublishBundle) -> float:
    return bundle.study.parameters().number("counting.minimum_completeness")


def _most_missing(row: pd.Series, least: dict[str, float], words: Words, *, enough: float) -> str:
    """The prerequisite that most residents are known to lack; `at least` where it is not known for enough of them."""
    main = max(least, key=lambda p: least[p])
    if row[f"lacks_{main}_completeness"] < enough:
        return words.text("finding_main_least", label=words.label(main), share=words.share(least[main]))
    return words.text("finding_main", label=words.label(main), share=words.share(row[f"lacks_{main}_share"]))


def _key_figures(bundle: PublishBundle, k: int, words: Words) -> list[dict[str, str]]:
    row = bundle.municipality.frame.iloc[0]
    several = f"several_k{k}_share"
    minimum = int(bundle.study.parameters().number("locations.settlement_minimum_residents"))
    large = bundle.locations.frame[~bundle.locations.frame["settlement"].astype(bool)]
    low, high = row.get("m0_min"), row.get("m0_max")
    spread = pd.notna(low) and pd.notna(high) and high - low >= 0.005
    m0 = f"{words.number(low, 2)}–{words.number(high, 2)}" if spread else words.number(row.get("m0"), 2)
    judged = words.number(row.get("residents_judged"))
    partly = judged != words.number(row["residents"])
    return [
        {
            "value": judged if partly else words.number(row["residents"]),
            "label": words.text("key_judged", all=words.number(row["residents"]))
            if partly
            else words.text("key_residents"),
        },
        {
            "value": words.interval(row.get(f"{several}_min"), row.get(several), row.get(f"{several}_max")),
            "label": words.text("key_several", k=k),
        },
        {"value": m0, "label": words.text("key_m0")},
        {"value": str(len(large)), "label": words.text("key_locations", minimum=minimum)},
    ]


def _draw(bundle: PublishBundle, k: int, words: Words, folder: Path) -> tuple[dict[str, str], list[dict[str, str]]]:
    if bundle.table("municipalities") is not None:
        return municipality_pictures(bundle, k, words, folder)
    cells = bundle.cells.frame
    layers = maps.layers_of(cells, bundle.quarters.frame, bundle.base, bundle.crs)
    name = bundle.study.name
    legend = maps.Legend(
        words.text("class_map", k=k),
        tuple((palette.CLASS_COLOURS[c], words.text(f"class_{c}")) for c in CLASSES),
    )
    colours = [palette.CLASS_COLOURS.get(str(c), palette.UNKNOWN) for c in cells["class"]]
    large = bundle.locations.frame
    (folder / "class.svg").write_text(maps.cell_map(layers, cells, colours, legend, outlines=large), encoding="utf-8")
    first = {
        "file": "class.svg",
        "alt": words.text("alt_class", name=name, k=k),
        "caption": words.text("caption_class") + (" " + words.text("location_outline") if len(large) else ""),
    }
    legend = share_legend(words.text("share_legend"), palette.SHARE_EDGES, words)
    others = []
    for p in PREREQUISITES:
        colours = maps.classed(
            cells[f"lacks_{p}_share"], palette.SHARE_EDGES[1:-1], palette.SEQUENTIAL, palette.UNKNOWN
        )
        svg = maps.cell_map(layers, cells, colours, legend, width_in=3.1, highest_in=3.4, labels=False)
        (folder / f"{p}.svg").write_text(svg, encoding="utf-8")
        label = words.label(p)
        others.append(
            {
                "file": f"{p}.svg",
                "alt": words.text("alt_prerequisite", name=name, label=label),
                "caption": words.text("caption_prerequisite", label=label[:1].upper() + label[1:]),
            }
        )
    return first, others


def _warnings(bundle: PublishBundle, words: Words) -> list[str]:
    texts = bundle.discriminating.frame[f"text_{words.language}"]
    return [str(text) for text in texts if isinstance(text, str) and text]


def _green_method(values: dict[str, Any], words: Words) -> str:
    """How green was judged, by the metric of the study's standard."""
    standard = f"green_standards.{values['green.standard']}"
    if values[f"{standard}.metric"] == "linear":
        return words.text("method_green_linear")
    return words.text("method_green", cap_ha=words.number(values[f"{standard}.usable_area_cap_m2"] / 10_000))


def document(bundle: PublishBundle, folder: Path) -> dict[str, Any]:
    """Everything the template prints, as plain data; maps are drawn into `folder`."""
    words = Words(bundle.study.language)
    values = _values(bundle)
    k = int(values["counting.lacks_needed"])
    name, day = bundle.study.name, bundle.study.reference_date
    minimum = words.number(values["locations.settlement_minimum_residents"])
    first, others = _draw(bundle, k, words, folder)
    n_locations, n_quarters = len(bundle.locations.frame), len(bundle.quarters.frame)
    row, combined = bundle.municipality.frame.iloc[0], tables.combinations(bundle, words)
    after = [words.text("locations_small", minimum=minimum)] if bundle.locations.frame["settlement"].any() else []
    if not n_locations:
        after = [words.text("locations_none")]
    if n_locations > tables.LOCATIONS_SHOWN:
        after.append(words.text("locations_cut", shown=tables.LOCATIONS_SHOWN, all=n_locations))
    cut = words.text("quarters_cut", shown=tables.QUARTERS_SHOWN, all=n_quarters)
    green = _green_method(values, words)
    edge = f"{words.number(row.get('residents_edge', 0))} {words.text('key_residents')}"
    residents = words.text(f"residents_{own.population_key(bundle)}")
    return {
        "lang": bundle.study.language,
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "title": words.text("title", name=name),
        "subtitle": words.text("subtitle", date=words.day(day)),
        "kicker": words.text("kicker"),
        "attribution": bundle.attribution,
        "text": {key: value for key, value in words.texts.items() if isinstance(value, str)},
        "findings": findings(bundle, k, words),
        "figures_key": _key_figures(bundle, k, words),
        "map_class": first,
        "maps_prerequisites": others,
        "prerequisites_intro": [words.text("prerequisites_intro")],
        "prerequisites_after": _warnings(bundle, words),
        "table_prerequisites": tables.prerequisites(bundle, values, words),
        "combinations_intro": [words.text("combinations_intro")],
        "table_combinations": combined,
        "combinations_after": [] if combined["rows"] else [words.text("combinations_held")],
        "locations_intro": [words.text("locations_intro", k=k)],
        "table_locations": tables.locations(bundle, words),
        "locations_after": after,
        "quarters_intro": [words.text("quarters_intro")],
        "table_quarters": tables.quarters(bundle, k, words),
        "quarters_after": [words.text("quarters_after")] + ([cut] if n_quarters > tables.QUARTERS_SHOWN else []),
        "population_days": own.residents_of_days(bundle, words),
        "social": social.chapter(bundle, folder, words),
        "own": own.sections(bundle, words),
        "beside": beside.chapters_of(bundle.chapters, folder),
        "further_intro": [words.text("further_intro")],
        "further": further.sections(bundle, words),
        "sureness_intro": [words.text("sureness_intro")],
        "table_variants": tables.variants(bundle, k, words),
        "table_completeness": tables.completeness(bundle, words),
        "method": [
            *(text.format(green=green, edge=edge, residents=residents) for text in words.texts["method"]),
            *own.method(bundle, words),
        ],
        "table_parameters": tables.parameters(bundle, values, words),
        "table_sources": tables.sources(bundle, words),
        "corrections": corrections.section(bundle, words),
        "limits": list(words.texts["limits"]),
        "notes": bundle.notes["code"].tolist(),
        "table_notes": tables.notes(bundle, words),
    }


def render_report(bundle: PublishBundle) -> bytes:
    """`report.pdf` as bytes: tagged PDF/UA-1 and PDF/A-2a, dated by the study's reference date.

    Raises
        NahraumError where typst refuses the document (with its words).
    """
    with tempfile.TemporaryDirectory(prefix="nahraum-report-") as name:
        folder = Path(name)
        return typeset("template.typ", document(bundle, folder), folder, on=bundle.study.reference_date)


def write_report(bundle: PublishBundle, folder: Path) -> list[Path]:
    """`report.pdf` into the folder of the publication; of a study of several municipalities also their pages."""
    path = folder / "report.pdf"
    path.write_bytes(render_report(bundle))
    region = region_of(bundle)
    return [path] if region is None else [path, *write_region(region, folder)]
