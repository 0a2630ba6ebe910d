"""All files of a plan at once: the office's in `internal/plan/`, those for others in `plan/`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nahraum.errors import OutputError
from nahraum.parameters import Parameters
from nahraum.publish.programme.chapter import application
from nahraum.publish.programme.drawings import Ground, drawings
from nahraum.publish.programme.kuf import write_kuf
from nahraum.publish.programme.layers import write_map_layers, write_plan_geopackage
from nahraum.publish.programme.measure_sheets import measure_sheets
from nahraum.publish.programme.model import PlanDocument, plan_text
from nahraum.publish.programme.monitoring import write_emo
from nahraum.publish.programme.paper_docx import paper_docx
from nahraum.publish.programme.paper_pdf import paper_pdf
from nahraum.publish.programme.past_plans import PastPlans
from nahraum.publish.programme.released import released_plan
from nahraum.publish.write import replaced

FOLDER = "plan"
PLAN = "plan.json"


def write_plan(
    plan: PlanDocument, out: Path, parameters: Parameters, *, ground: Ground | None = None
) -> list[Path]:  # fmt: skip
    """The exact plan for the office, and everything that may leave it, complete or not at all; told to the ledger.

    Parameters
        out : output folder of the study. ground : what lies under the maps; without it there are none.

    Returns
        the files in `out/plan/<name>/`: plan.json, kuf.xlsx, application and measure_sheets (pdf, docx), emo.csv,
        plan.gpkg, measures.geojson, candidate_sites.geojson.
    """
    internal = out / "internal"
    past = PastPlans.of(internal, parameters)
    told = released_plan(plan, parameters, past)
    past.record(told, internal, parameters)
    write_private(plan_text(plan), internal / FOLDER / plan["name"], PLAN)
    return replaced(out / FOLDER / plan["name"], lambda folder: _fill(told, folder, ground))


def write_private(text: str, folder: Path, name: str) -> Path:
    """A file in `internal/` that nobody else may read.

    Raises
        OutputError where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in (folder, folder.parent, folder.parent.parent):
            one.chmod(0o700)
        temporary, path = folder / f".tmp-{os.getpid()}", folder / name
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(0o600)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            "the plan cannot be written", where=f"{folder}: {error.strerror}", expected="a folder one may write to",
            fix="choose another [output] folder or --out",
        ) from None  # fmt: skip
    return path


def _fill(plan: PlanDocument, folder: Path, ground: Ground | None) -> list[Path]:
    path = folder / PLAN
    path.write_text(plan_text(plan), encoding="utf-8", newline="\n")
    written = [path, write_kuf(plan, folder), write_emo(plan, folder)]
    written += [*write_plan_geopackage(plan, folder), *write_map_layers(plan, folder)]
    with tempfile.TemporaryDirectory(prefix="nahraum-plan-") as name:
        working = Path(name)
        overview, places = drawings(plan, ground, working)
        papers = {"application": application(plan, overview), "measure_sheets": measure_sheets(plan, places)}
        for called, paper in papers.items():
            for ending, make in (("pdf", paper_pdf), ("docx", paper_docx)):
                target = folder / f"{called}.{ending}"
                target.write_bytes(make(paper, working))
                written.append(target)
    return written
