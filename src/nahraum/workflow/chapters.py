"""Stress tests and labs of a study that are kept by name, and which of them everybody sees on the map.

The verb writes its latest result to `stress/` or `housing/`; a copy under its name stays until it is taken away. The
map shows one stress test and one lab at most, and only when that was asked for; `on_map.json` says which.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nahraum.errors import InputError, OutputError
from nahraum.publish.mapjson import write_json
from nahraum.publish.mapsite import CHAPTERS
from nahraum.publish.programme.write import write_private
from nahraum.publish.write import replaced
from nahraum.workflow.plan_map import on_map, only_one
from nahraum.workflow.plan_stored import FILES, LABS, PLANS, TESTS, Stored

STRESS, HOUSING = "stress", "housing"
KINDS: Mapping[str, str] = {STRESS: TESTS, HOUSING: LABS}
"""Where results are kept, by the verb that makes them."""
SHOWN, ANALYSIS = "on_map.json", "basis.json"
_NOT_KEPT = (".svg", "chapters.json")  # parts of the paper and of the next report


def keep(out: Path, verb: str, name: str, *, ask: Mapping[str, Any], basis: str) -> Path:
    """Keeps the latest result of a verb under a name, with its documents; one of that name is replaced, and leaves the
    map.

    Parameters
        out : output folder of the study. verb : `STRESS` or `HOUSING`. ask : what was asked, as plain values.
        basis : key of the analysis it rests on.

    Returns
        the folder of its documents.
    """
    kind, latest = KINDS[verb], out / verb
    document = json.loads((latest / FILES[kind]).read_text(encoding="utf-8"))
    told = json.dumps({**document, "name": name, "ask": dict(ask), "basis": basis}, ensure_ascii=False)
    if shown_result(out, verb) == name:  # nobody has asked yet to show the new one
        with only_one(out):
            _point_to(out, verb, "")
    folder = out / kind / name
    replaced(folder, lambda working: _copied(latest, working))
    write_private(told + "\n", out / "internal" / kind / name, FILES[kind])
    told_basis(out, basis)
    return folder


def _copied(latest: Path, working: Path) -> list[Path]:
    files = sorted(path for path in latest.rglob("*") if path.is_file() and not path.name.endswith(_NOT_KEPT))
    return [Path(shutil.copyfile(path, working / path.name)) for path in files]


def told_basis(out: Path, basis: str) -> None:
    """Notes which analysis the study holds now: results of an earlier one are outdated."""
    write_private(json.dumps({"basis": basis}) + "\n", _analysis(out), ANALYSIS)


def _analysis(out: Path) -> Path:
    return out / "internal" / "analysis" / "latest"


def is_outdated(document: Mapping[str, Any], out: Path) -> bool:
    """Whether a result rests on another analysis than the one that the study holds now."""
    try:
        now = json.loads((_analysis(out) / ANALYSIS).read_text(encoding="utf-8"))["basis"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(document.get("basis") != now)


def shown_result(out: Path, verb: str) -> str:
    """The name of the result that everybody sees; '' for none."""
    try:
        told = json.loads((out / KINDS[verb] / SHOWN).read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return told if isinstance(told, str) and Path(told).name == told else ""


def seen_result(out: Path, verb: str, stored: Stored | None = None) -> str:
    """The name of the result that stands on the map: shown, and of the analysis that the study holds; '' for none.

    Parameters
        stored : the results, where they are asked again and again: a document is read once.
    """
    name = shown_result(out, verb)
    try:
        found = stored or Stored(out, KINDS[verb])
        return "" if not name or is_outdated(found.document(name), out) else name
    except InputError:  # taken away, or of another version
        return ""


def show(out: Path, verb: str, name: str, *, published: bool) -> list[Path]:
    """Shows a result to everybody, in place of the one that was shown, or no longer.

    Raises
        UnknownPlanError where there is none of that name.
    """
    Stored(out, KINDS[verb]).document(name)
    with only_one(out):
        now = shown_result(out, verb)
        after = name if published else "" if now == name else now
        if after == now and not published:
            return []
        return _point_to(out, verb, after)


def _point_to(out: Path, verb: str, name: str) -> list[Path]:
    """Another result, or none, on the map. Whoever asks has the map to himself."""
    (out / KINDS[verb]).mkdir(parents=True, exist_ok=True)
    write_json({"name": name}, out / KINDS[verb] / SHOWN)
    data = out / "public" / "map" / "data"
    return _put(out, data) if data.is_dir() else []


def chapters_of_map(out: Path, data: Path) -> list[Path]:
    """The shown results into the data of a map that was made anew; those of an earlier analysis stay away.

    Notes
        Also when a plan is shown or no longer shown: what is told of its measures goes with it. Whoever asks has the
        map to himself (`plan_map.only_one`) or has just made it.
    """
    return _put(out, data) if any(shown_result(out, verb) for verb in KINDS) else []


def _put(out: Path, data: Path) -> list[Path]:
    told, written = [], []
    try:
        for verb, file in CHAPTERS.items():
            document = _of_everybody(out, verb)
            written.append(write_json({"result": document}, data / file))
            told += [verb] if document is not None else []
        written.append(write_json({"chapters": told}, data / "chapters.json"))
    except OSError as error:
        raise OutputError(
            "the result cannot be put on the map", where=f"{data}: {error.strerror}",
            fix="nahraum run STUDY makes the map anew",
        ) from None  # fmt: skip
    return written


def _of_everybody(out: Path, verb: str) -> dict[str, Any] | None:
    """The shown result as everybody may see it: without measures of a plan that is not shown, without designs.

    A plan may have been made anew under its name since: then the measures of the test are not those that are shown.
    """
    name = seen_result(out, verb)
    if not name:
        return None
    found = Stored(out, KINDS[verb]).document(name)
    ask = dict(found["ask"])
    if verb == HOUSING:
        return {**found, "ask": {**ask, "design": None}, "design": None}
    named = {str(row["site_id"]) for one in found["scenarios"] for row in one["repairs"]}
    if ask.get("plan") in on_map(out) and named <= _sites_of(out, str(ask["plan"])):
        return found
    scenarios = [{**one, "repairs": []} for one in found["scenarios"]]
    return {**found, "ask": {**ask, "plan": ""}, "scenarios": scenarios}


def _sites_of(out: Path, plan: str) -> set[str]:
    """The sites of a plan as it is told now; none where it cannot be read."""
    try:
        told = json.loads((out / PLANS / plan / FILES[PLANS]).read_text(encoding="utf-8"))
        return {str(one["site_id"]) for one in told["measures"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
