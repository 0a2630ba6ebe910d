"""A released plan for the map of the study: `public/map/data/plans/`, and the list of all plans.

A plan is shown only when that was asked for (`nahraum plan … --publish`): trials stay in the office. `plan/on_map.json`
says which. A lock of its own, held for a moment, keeps two writers apart: a computation of hours hinders nobody.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nahraum.errors import InputError, OutputError
from nahraum.publish.mapjson import write_json
from nahraum.publish.programme import PlanDocument, read_plan
from nahraum.publish.programme.words import PlanWords
from nahraum.store.lock import sole_writer

LIST = "plans.json"
FOLDER = "plans"
SHOWN = "on_map.json"
PLAN, MEASURES = "plan.json", "measures.geojson"
_LOCK, _WAIT_S = "map.lock", 20.0
_ASKED = ("must", "must_not")  # sites by name


def write_to_map(plan: PlanDocument, out: Path, *, publish: bool) -> list[Path]:
    """The layers of a plan where the map of the study finds them; nothing where there is no map.

    Parameters
        plan : released; its files stand in `out/plan/<name>/` already.
        publish : whether it is to be shown; one that was shown and is made anew without it is taken from the map.

    Notes
        A run makes the map anew: then the plans are put there again (`plans_of_map`). What a shown stress test tells
        of the measures of a plan comes and goes with it.
    """
    from nahraum.workflow.chapters import chapters_of_map

    with only_one(out):
        before = on_map(out)
        after = sorted({*before, plan["name"]} if publish else set(before) - {plan["name"]})
        if after == before and not publish:
            return []
        write_json({"plans": after}, out / "plan" / SHOWN)
        data = out / "public" / "map" / "data"
        return [*_put(out, data), *chapters_of_map(out, data)] if data.is_dir() else []


def plans_of_map(out: Path, data: Path) -> list[Path]:
    """All shown plans of a study into the data of its map; plans.json tells which there are, by name."""
    if not (out / "plan" / SHOWN).is_file():
        return []
    with only_one(out):
        return _put(out, data)


def of_everybody(plan: PlanDocument) -> dict[str, Any]:
    """A released plan without sites that it does not choose: they are nobody's business outside the office."""
    ask = {name: value for name, value in plan["ask"].items() if name not in _ASKED}
    return {**plan, "ask": ask, "candidates": [], "next_money": None}


@contextmanager
def only_one(out: Path) -> Iterator[None]:
    """Nobody else changes what the map shows as long as the block runs.

    Raises
        OutputError where another holder keeps the lock for long, or the folder is not writable.
    """
    folder = out / "internal"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "the plans of the map cannot be changed", where=f"{folder}: {error.strerror}",
            expected="a folder one may write to", fix="choose another [output] folder or --out",
        ) from None  # fmt: skip
    with sole_writer(folder / _LOCK, wait_s=_WAIT_S):
        yield


def _put(out: Path, data: Path) -> list[Path]:
    told, written = [], []
    try:
        shutil.rmtree(data / FOLDER, ignore_errors=True)
        for path in (out / "plan" / name / PLAN for name in on_map(out)):
            if not path.is_file():
                continue
            try:
                plan = read_plan(path)
            except InputError:  # of another version: it has to be made again
                continue
            target = data / FOLDER / path.parent.name
            target.mkdir(parents=True, exist_ok=True)
            written.append(write_json(of_everybody(plan), target / PLAN))
            written.append(Path(shutil.copyfile(path.parent / MEASURES, target / MEASURES)))
            told.append(_facts(plan))
        written.append(write_json({"plans": told}, data / LIST))
    except OSError as error:
        raise OutputError(
            "the plan cannot be put on the map",
            where=f"{data}: {error.strerror}",
            fix="nahraum run STUDY makes the map anew",
        ) from None
    return written


def on_map(out: Path) -> list[str]:
    """The names of the plans that are on the map, sorted."""
    try:
        told = json.loads((out / "plan" / SHOWN).read_text(encoding="utf-8"))["plans"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return sorted(one for one in told if isinstance(one, str) and Path(one).name == one)


def _facts(plan: PlanDocument) -> dict[str, Any]:
    return {
        "name": plan["name"], "title": plan["title"], "n_measures": len(plan["measures"]),
        "cost_eur": plan["solution"]["cost_eur"], "notice": PlanWords(plan["language"]).text("notice"),
    }  # fmt: skip
