"""All files of a stress test at once: tables, a layer, one paper; complete or not at all."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from nahraum.publish.housing.words import texts as lab_texts
from nahraum.publish.mapjson import write_json
from nahraum.publish.report.beside import write_chapters
from nahraum.publish.report.typeset import typeset
from nahraum.publish.stress.chapter import hardest_scenario, stress_chapter
from nahraum.publish.stress.document import stress_document
from nahraum.publish.stress.findings import findings
from nahraum.publish.stress.layers import write_stress_layers
from nahraum.publish.stress.living import mismatch_chapter
from nahraum.publish.stress.released import ReleasedStress
from nahraum.publish.stress.words import StressWords
from nahraum.publish.values import number_text, safe_text
from nahraum.publish.write import replaced

FOLDER, DOCUMENT = "stress", "stress.json"
_DECIMALS = 3


def write_stress(
    told: ReleasedStress, out: Path, *, base: gpd.GeoDataFrame | None = None, crs: str = "", basis: str = ""
) -> list[Path]:
    """`out/stress/`: tables/*.csv, stress.json, stress.geojson (quarters, every scenario), stress.pdf, STATEMENT.txt.

    Parameters
        base, crs : what lies under the map. basis : key of the analysis, for the chapters of the next report.
    """
    return replaced(out / FOLDER, lambda folder: _fill(told, folder, (base, crs), basis))


def _fill(told: ReleasedStress, folder: Path, ground: tuple[gpd.GeoDataFrame | None, str], basis: str) -> list[Path]:
    statement = folder / "STATEMENT.txt"
    statement.write_text(f"{_notice(told)}\n{told.statement}\n", encoding="utf-8")
    written = [statement, *_tables(told, folder / "tables"), _layer(told, folder), *write_stress_layers(told, folder)]
    document = write_json(stress_document(told), folder / DOCUMENT)
    chapters = stress_chapters(told, ground, folder)
    paper = folder / "stress.pdf"
    paper.write_bytes(render_stress(told, chapters, folder))
    pictures = sorted(folder.glob("*.svg"))
    return [*written, document, paper, *pictures, write_chapters(chapters, folder, basis=basis)]


def stress_chapters(
    told: ReleasedStress, ground: tuple[gpd.GeoDataFrame | None, str], folder: Path
) -> list[dict[str, Any]]:
    """The two chapters, for the paper and the report; the map is drawn into the folder."""
    words, (base, crs) = StressWords(told.study.language), ground
    under = gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=told.shapes.crs) if base is None else base
    chapters = [
        {"title": words.text("h_mismatch"), "sections": mismatch_chapter(told, words)},
        {
            "title": words.text("h_stress"),
            "sections": stress_chapter(told, under, crs or str(told.shapes.crs), folder, words),
        },
    ]
    return [one for one in chapters if one["sections"]]


def _notice(told: ReleasedStress) -> str:
    """That no household of it exists, in the reader's language."""
    return str(lab_texts(told.study.language)["notice"])


def _tables(told: ReleasedStress, folder: Path) -> list[Path]:
    """Every table as German spreadsheets read it; the last line says that the households are synthetic."""
    folder.mkdir()
    written = []
    for name, frame in told.tables():
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
        writer.writerow(map(str, plain.columns))
        writer.writerows([_cell(value) for value in row] for row in plain.itertuples(index=False))
        writer.writerow([_notice(told)])
        path = folder / f"{name}.csv"
        path.write_bytes(stream.getvalue().encode("utf-8-sig"))
        written.append(path)
    return written


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return safe_text(value)
    return "" if value != value or value is None else number_text(float(value), _DECIMALS)


def _layer(told: ReleasedStress, folder: Path) -> Path:
    """Quarters in WGS 84 with what fails in every scenario, as one layer."""
    layer = told.shapes[["quarter_id", "name", "geometry"]].astype({"quarter_id": str}).set_index("quarter_id")
    parts = []
    for one in told.scenarios:
        frame = told.quarters[one.id].frame
        shares = [name for name in frame.columns if str(name).endswith(("_share", "_share_min", "_share_max"))]
        known = frame.set_index(frame["quarter_id"].astype(str))[shares].add_prefix(f"{one.id}_")
        parts.append(known.reindex(layer.index))
    layer = layer.join(pd.concat(parts, axis=1)).copy()  # in one piece: readers warn of many
    path = folder / "stress.geojson"
    shown = gpd.GeoDataFrame(layer.reset_index(), crs=told.shapes.crs).to_crs("EPSG:4326")
    shown.to_file(path, driver="GeoJSON", DESCRIPTION=_notice(told))
    return path


def render_stress(told: ReleasedStress, chapters: list[dict[str, Any]], pictures: Path) -> bytes:
    """The paper as PDF."""
    words, day = StressWords(told.study.language), told.study.reference_date
    with tempfile.TemporaryDirectory(prefix="nahraum-stress-") as name:
        folder = Path(name)
        for picture in sorted(pictures.glob("*.svg")):
            shutil.copyfile(picture, folder / picture.name)
        data = {
            "lang": told.study.language, "date": {"year": day.year, "month": day.month, "day": day.day},
            "title": words.text("title", name=told.study.name), "kicker": words.text("kicker"),
            "subtitle": words.text("subtitle", date=words.day(day)), "attribution": told.attribution,
            "text": {key: value for key, value in words.texts.items() if isinstance(value, str)},
            "findings": findings(told, words), "figures_key": _key_figures(told, words), "chapters": chapters,
        }  # fmt: skip
        return typeset("stress.typ", data, folder, on=day, package="nahraum.publish.stress")


def _key_figures(told: ReleasedStress, words: StressWords) -> list[dict[str, str]]:
    hardest = hardest_scenario(told)
    whole = told.whole_study[hardest].frame.iloc[0]
    label = next(one.label(words.language) for one in told.scenarios if one.id == hardest)
    figures = [{"value": words.number(whole["residents"]), "label": words.text("key_residents")}]
    if told.mismatch_whole is not None:
        row = told.mismatch_whole.frame.iloc[0].to_dict()
        figures.append({"value": words.told(row, "overcrowded"), "label": words.text("key_crowded")})
        figures.append({"value": words.told(row, "single_in_one_room"), "label": words.text("key_alone")})
    several = words.text("key_several", k=told.k, scenario=label)
    return [*figures, {"value": words.told(whole.to_dict(), "stress_several"), "label": several}]
