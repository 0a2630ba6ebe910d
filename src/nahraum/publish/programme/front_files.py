"""The files of a front: front.json, front.csv, the paper as PDF and DOCX, the sites with how often they are chosen."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from nahraum.measures.model import MeasureType, Site
from nahraum.publish.mapjson import write_json
from nahraum.publish.programme.blocks import Picture
from nahraum.publish.programme.front import Found, FrontDocument, front_paper
from nahraum.publish.programme.front_density import density_text
from nahraum.publish.programme.front_released import released_front
from nahraum.publish.programme.paper_docx import paper_docx
from nahraum.publish.programme.paper_pdf import paper_pdf
from nahraum.publish.programme.past_plans import PastPlans
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.programme.write import write_private
from nahraum.publish.values import number_text, safe_text
from nahraum.publish.write import replaced

FOLDER, FILE = "pareto", "front.json"
_POINT = "#1b5a7a"


def front_text(front: FrontDocument) -> str:
    """front.json as text."""
    return json.dumps(front, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_front(front: FrontDocument, found: Found, out: Path) -> list[Path]:
    """The exact front for the office in `internal/pareto/<name>/`, what may leave it in `pareto/<name>/`.

    What is told of persons is written into the ledger first, as of a plan.
    """
    internal, parameters = out / "internal", found.study.parameters()
    past = PastPlans.of(internal, parameters)
    told = released_front(front, parameters, past)
    past.record(told, internal, parameters)
    write_private(front_text(front), internal / FOLDER / front["name"], FILE)
    return replaced(out / FOLDER / front["name"], lambda folder: _fill(told, found, folder))


def _fill(front: FrontDocument, found: Found, folder: Path) -> list[Path]:
    path = folder / FILE
    path.write_text(front_text(front), encoding="utf-8", newline="\n")
    density = folder / "density.csv"
    density.write_bytes(density_text(front["density"]).encode("utf-8-sig"))
    written = [path, _csv(front, folder), density, _sites(front, found, folder)]
    with tempfile.TemporaryDirectory(prefix="nahraum-front-") as name:
        working = Path(name)
        paper = front_paper(front, _picture(front, working))
        for ending, make in (("pdf", paper_pdf), ("docx", paper_docx)):
            target = folder / f"front.{ending}"
            target.write_bytes(make(paper, working))
            written.append(target)
    return written


def _csv(front: FrontDocument, folder: Path) -> Path:
    """A row per plan."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    names = [one["name"] for one in front["objectives"]]
    writer.writerow(["point", *names, "exact", "gap", "knee", "double", "n_sites", "sites", "run"])
    for one in front["points"]:
        values = ["" if one["values"][name] is None else number_text(float(one["values"][name]), 2) for name in names]
        gap = "" if one["gap"] is None else number_text(float(one["gap"]), 6)
        flags = ["" if one[key] is None else str(int(one[key])) for key in ("knee", "double")]
        writer.writerow([
            one["point"], *values, int(one["exact"]), gap, *flags, len(one["sites"]),
            safe_text(" ".join(one["sites"])), front["run"]["manifest"],
        ])  # fmt: skip
    path = folder / "front.csv"
    path.write_bytes(stream.getvalue().encode("utf-8-sig"))
    return path


def _sites(front: FrontDocument, found: Found, folder: Path) -> Path:
    """Every site that stands in a plan of the front, as GeoJSON in WGS 84."""
    plans: dict[str, list[str]] = {}
    for one in front["points"]:
        for site_id in one["sites"]:
            plans.setdefault(site_id, []).append(one["point"])
    sites = [found.sites[one] for one in sorted(plans)]
    table = pd.DataFrame([_row(site, found.types[site.type_id], plans[site.site_id], front) for site in sites])
    features = []
    if sites:
        points = gpd.GeoSeries(
            gpd.points_from_xy([one.x_m for one in sites], [one.y_m for one in sites]), crs=found.crs
        )
        points = points.to_crs("EPSG:4326")
        for row, point in zip(table.to_dict(orient="records"), points, strict=True):
            spot = [round(point.x, 6), round(point.y, 6)]
            features.append({"type": "Feature", "properties": {str(k): v for k, v in row.items()},
                             "geometry": {"type": "Point", "coordinates": spot}})  # fmt: skip
    return write_json({"type": "FeatureCollection", "features": features}, folder / "sites.geojson")


def _row(site: Site, kind: MeasureType, plans: list[str], front: FrontDocument) -> dict[str, object]:
    return {
        "site_id": site.site_id, "type_id": site.type_id, "label": kind.text("label", front["language"]),
        "field": kind.field, "quarter_id": site.quarter_id, "cost_eur": site.cost.mid_eur,
        "verify_locally": kind.verify_locally, "dwellings": site.dwellings, "n_plans": len(plans),
        "plans": " ".join(plans),
    }  # fmt: skip


def _picture(front: FrontDocument, folder: Path) -> Picture | None:
    """Each plan as a point: two objectives across and up, the third as colour."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    if not front["points"]:
        return None
    words = PlanWords(front["language"])
    style: dict[Any, Any] = {
        "svg.hashsalt": "nahraum", "font.family": "DejaVu Sans", "svg.fonttype": "path", "font.size": 8,
    }  # fmt: skip
    with matplotlib.rc_context(style):
        figure, axes = plt.subplots(figsize=(6.4, 3.6), constrained_layout=True)
        _scatter(figure, axes, front, words)
        figure.savefig(folder / "front.svg", metadata={"Date": None, "Creator": "nahraum"})
        figure.savefig(folder / "front.png", metadata={"Software": None}, dpi=180)
        plt.close(figure)
    alt = words.text("front_alt", n=len(front["points"]))
    return Picture("front.svg", "front.png", words.text("front_caption"), alt)


def _scatter(figure: Any, axes: Any, front: FrontDocument, words: PlanWords) -> None:
    told = front["objectives"]
    across, up = told[1], told[0]
    points = [one for one in front["points"] if None not in one["values"].values()]
    columns = {one["name"]: [point["values"][one["name"]] for point in points] for one in told}
    look: dict[str, Any] = {"c": columns[told[2]["name"]], "cmap": "viridis_r"} if len(told) > 2 else {"color": _POINT}
    drawn = axes.scatter(columns[across["name"]], columns[up["name"]], s=46, zorder=3, **look)
    axes.margins(0.08)
    for point in points:
        at = (point["values"][across["name"]], point["values"][up["name"]])
        weight = "bold" if point["knee"] else "normal"
        axes.annotate(point["point"], at, textcoords="offset points", xytext=(5, 4), fontsize=7, fontweight=weight)
    if len(told) > 2:
        bar = figure.colorbar(drawn, ax=axes)
        bar.set_label(_axis(told[2], words))
        bar.formatter = lambda value, _: words.number(value)
        bar.update_ticks()
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: words.number(value))
    axes.set_xlabel(_axis(across, words))
    axes.set_ylabel(_axis(up, words))
    axes.grid(color="#dddddd", linewidth=0.5, zorder=0)


def _axis(objective: dict[str, Any], words: PlanWords) -> str:
    """An objective with its unit, where the label does not hold it already."""
    unit = words.named("units_of", str(objective["unit"]))
    label = str(objective["label"])
    return label if unit.lower() in label.lower() else f"{label} [{unit}]"
