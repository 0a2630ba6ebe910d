"""What a run found, in the few sentences a planner reads first; from released tables only."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.publish import PublishBundle
from nahraum.publish.report.build import findings as report_findings
from nahraum.publish.report.tables import fine_decimals
from nahraum.publish.report.words import Words
from nahraum.study import Study
from nahraum.tables import PREREQUISITES
from nahraum.workflow.summary import Summary


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _document(bundle: PublishBundle, study: Study, k: int) -> dict[str, Any]:
    row = bundle.municipality.frame.iloc[0]
    several = f"several_k{k}_share"
    names = ["residents", "residents_judged", "residents_edge", "m0_min", "m0", "m0_max"]
    names += [f"{several}_min", several, f"{several}_max"]
    names += [f"lacks_{p}_{part}" for p in PREREQUISITES for part in ("share", "residents", "completeness")]
    public = study.output_folder / "public"
    return {
        "study": study.name,
        "public": str(public),
        "report": str(public / "report.pdf"),
        "map": str(public / "map" / "index.html"),
        "municipality": {name: _plain(row.get(name)) for name in names},
        "n_locations": len(bundle.locations.frame),
        "n_quarters": len(bundle.quarters.frame),
    }


def findings(bundle: PublishBundle, study: Study) -> Summary:
    """Headline, each prerequisite, the quarter most affected, locations, and where to look."""
    words = Words(study.language)
    k = int(study.parameters().value("counting.lacks_needed"))
    row, several = bundle.municipality.frame.iloc[0], f"several_k{k}_share"
    lines = ["", f"{study.name}: {words.number(row['residents'])} {words.text('key_residents')}"]
    span = words.interval(row.get(f"{several}_min"), row.get(several), row.get(f"{several}_max"))
    lines.append(f"  {words.text('key_several', k=k):<44} {span:>10}")
    for p in PREREQUISITES:
        share = words.share(row.get(f"lacks_{p}_share"), fine_decimals(row))
        known = words.share(row.get(f"lacks_{p}_completeness"))
        lines.append(f"    {words.label(p):<42} {share:>10}   ({words.text('head_completeness')} {known})")
    lines += ["", *(f"  {line}" for line in report_findings(bundle, k, words)), ""]
    locations = bundle.locations.frame.sort_values(["residents", "location_id"], ascending=[False, True])
    minimum = int(study.parameters().number("locations.settlement_minimum_residents"))
    large = int((~locations["settlement"].astype(bool)).sum())
    above = words.text("key_locations", minimum=minimum)
    lines.append(f"  {words.text('h_locations')}: {len(locations)} ({above}: {large})")
    for _, place in locations.head(3).iterrows():
        named = place["combination"] if isinstance(place["combination"], str) else ""
        missing = ", ".join(words.label(p) for p in named.split("+") if p) or words.text("held_back")
        lines.append(
            f"    {place['name']}: {words.number(place['residents'])} {words.text('key_residents')} – {missing}"
        )
    document = _document(bundle, study, k)
    where = [f"  {words.text('where_' + name):<9}{document[name]}" for name in ("report", "map", "public")]
    lines += ["", *where]
    return Summary(document, lines)
