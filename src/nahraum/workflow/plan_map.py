"""A released plan for the map of the study: `public/map/data/plans/`, and the list of all plans."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from nahraum.errors import InputError, OutputError
from nahraum.publish.mapjson import write_json
from nahraum.publish.programme import PlanDocument, read_plan
from nahraum.publish.programme.words import PlanWords

LIST = "plans.json"
FOLDER = "plans"
FILES = ("plan.json", "measures.geojson", "candidate_sites.geojson")


def write_to_map(plan: PlanDocument, out: Path) -> list[Path]:
    """The layers of a plan where the map of the study finds them; nothing where there is no map.

    Parameters
        plan : released; its files stand in `out/plan/<name>/` already.

    Notes
        A run makes the map anew: then the plans are put there again (`plans_of_map`).
    """
    data = out / "public" / "map" / "data"
    return plans_of_map(out, data) if data.is_dir() else []


def plans_of_map(out: Path, data: Path) -> list[Path]:
    """All released plans of a study into the data of its map; plans.json tells which there are, by name."""
    found = sorted(path for path in (out / "plan").glob("*/plan.json") if not path.parent.name.startswith("."))
    if not found:
        return []
    told, written = [], []
    try:
        for path in found:
            try:
                facts = _facts(read_plan(path))
            except InputError:  # of another version: it has to be made again
                continue
            target = data / FOLDER / path.parent.name
            target.mkdir(parents=True, exist_ok=True)
            for name in FILES:
                shutil.copyfile(path.parent / name, target / name)
                written.append(target / name)
            told.append(facts)
        written.append(write_json({"plans": told}, data / LIST))
    except OSError as error:
        raise OutputError(
            "the plan cannot be put on the map",
            where=f"{data}: {error.strerror}",
            fix="nahraum run STUDY makes the map anew",
        ) from None
    return written


def _facts(plan: PlanDocument) -> dict[str, Any]:
    return {
        "name": plan["name"], "title": plan["title"], "n_measures": len(plan["measures"]),
        "cost_eur": plan["solution"]["cost_eur"], "notice": PlanWords(plan["language"]).text("notice"),
    }  # fmt: skip
