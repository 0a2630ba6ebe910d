"""What a stress test or a lab is asked for as plain values, as a browser sends it and as it is kept beside a result."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.workflow.chapters import HOUSING, STRESS
from nahraum.workflow.programme import plan_name

if TYPE_CHECKING:
    from nahraum.study import Study
    from nahraum.workflow.housing import HousingAsk
    from nahraum.workflow.progress import Progress
    from nahraum.workflow.stress import StressAsk

MOST_DRAWS = 200
MOST_CSV = 100_000
_FIELDS = {
    STRESS: ("name", "scenarios", "plan", "draws", "choices"),
    HOUSING: ("name", "take", "budget_eur", "brief", "draws", "design"),
}  # fmt: skip
_NO_NAME_OF_A_FILE = re.compile(r"[^\w .-]")


def stress_ask_of(given: Mapping[str, Any]) -> StressAsk:
    """The question for a stress test; the open day is always computed along, to stand beside the others.

    Parameters
        given : name, scenarios (ids; none: all ready ones), plan, draws (null: of the study), choices.

    Raises
        InputError with everything that cannot be used.
    """
    from nahraum.publish.stress.told_scenarios import NORMAL_DAY
    from nahraum.stress.reading import ready_scenarios
    from nahraum.workflow.stress import StressAsk

    known, wanted = ready_scenarios(), given.get("scenarios") or []
    problems = [*_unknown(given, STRESS), *_draws(given.get("draws")), *_flag("choices", given)]
    if not isinstance(wanted, list | tuple) or not all(isinstance(one, str) for one in wanted):
        problems.append("'scenarios' is no list of ids")
        wanted = []
    problems += [f"there is no scenario {one[:60]!r}" for one in wanted if one not in known]
    if not isinstance(given.get("plan") or "", str):
        problems.append("'plan' is no name")
    _told(problems, STRESS, f"scenarios: {', '.join(known)}")
    scenarios = [one for one in known if not wanted or one in wanted or one == NORMAL_DAY]
    draws = given.get("draws")
    plan = str(given.get("plan") or "")
    return StressAsk(
        tuple(scenarios), plan_name(plan) if plan else "", -1 if draws is None else int(draws),
        bool(given.get("choices", True)), name=plan_name(str(given.get("name") or STRESS)),
    )  # fmt: skip


def housing_ask_of(given: Mapping[str, Any]) -> HousingAsk:
    """The question for a lab, without a design: that becomes a file where the lab is made (`made`).

    Parameters
        given : name, take (units per year by concept), budget_eur, brief, draws (null: of the study), design (name,
            csv).

    Raises
        InputError with everything that cannot be used.
    """
    from nahraum.workflow.housing import HousingAsk

    take, budget = given.get("take") or {}, given.get("budget_eur")
    problems = [*_unknown(given, HOUSING), *_draws(given.get("draws")), *_flag("brief", given)]
    if not isinstance(take, Mapping) or not all(isinstance(one, str) for one in take):
        problems.append("'take' is no table of units per year by concept")
        take = {}
    problems += [f"take {name[:60]!r} = {n!r}"[:120] for name, n in take.items() if not _amount(n)]
    if budget is not None and not (_amount(budget) and budget > 0):
        problems.append(f"budget_eur = {budget!r}"[:80])
    problems += _design(given.get("design"))
    _told(problems, HOUSING, "units per year from 0 on, EUR above 0, a list of rooms as text")
    draws = given.get("draws")
    return HousingAsk(
        take={str(name): float(n) for name, n in take.items()}, budget_eur=None if budget is None else float(budget),
        brief=bool(given.get("brief", False)), draws=None if draws is None else int(draws),
        name=plan_name(str(given.get("name") or HOUSING)),
    )  # fmt: skip


def checked(verb: str, given: Mapping[str, Any], study: Study) -> str:
    """The name of the result that is asked for; a question that cannot be used is told before it waits its turn.

    Raises
        InputError for unknown scenarios, plans and concepts, and for a list of rooms that cannot be read.
    """
    if verb == STRESS:
        from nahraum.workflow.stress import measures_of

        asked = stress_ask_of(given)
        measures_of(study, asked.plan)
        return asked.name
    from nahraum.flexhousing.design import read_rooms
    from nahraum.flexhousing.lab import checked_take
    from nahraum.workflow.housing import concepts_of

    lab = housing_ask_of(given)
    checked_take(lab.take, concepts_of(study, study.parameters()))
    if given.get("design"):
        read_rooms(plain(given["design"]["csv"]).encode(), called=plain(given["design"]["name"])[:60])
    return lab.name


def made(verb: str, given: Mapping[str, Any], study: Study, progress: Progress) -> str:
    """Makes what is asked for; the name under which it is kept."""
    if verb == STRESS:
        from nahraum.workflow.stress import stress

        asked = stress_ask_of(given)
        stress(study, asked, progress=progress)
        return asked.name
    from nahraum.workflow.housing import housing

    lab, design = housing_ask_of(given), given.get("design")
    with tempfile.TemporaryDirectory(prefix="nahraum-design-") as folder:
        if design:
            called = _NO_NAME_OF_A_FILE.sub("", plain(design["name"])).strip(" .")[:60] or "design"
            path = Path(folder) / f"{called}.csv"
            path.write_text(plain(design["csv"]), encoding="utf-8")
            lab = replace(lab, design=path)
        housing(study, lab, progress=progress)
    return lab.name


def plain(text: str) -> str:
    """A text of a request as every file can hold it."""
    return str(text).encode("utf-8", "replace").decode()


def _told(problems: list[str], verb: str, expected: str) -> None:
    if problems:
        called = "a stress test" if verb == STRESS else "the lab"
        raise InputError(
            f"the question for {called} cannot be used", where=problems[:20], expected=expected,
            fix=f"fields: {', '.join(_FIELDS[verb])}",
        )  # fmt: skip


def _unknown(given: Mapping[str, Any], verb: str) -> list[str]:
    return [f"{str(name)[:60]!r} is not known" for name in given if name not in _FIELDS[verb]]


def _draws(value: Any) -> list[str]:
    fits = value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DRAWS)
    return [] if fits else [f"draws = {value!r}: 0 to {MOST_DRAWS}"[:80]]


def _flag(name: str, given: Mapping[str, Any]) -> list[str]:
    return [] if isinstance(given.get(name, True), bool) else [f"{name} = {given[name]!r}"[:80]]


def _amount(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= 1e12
    )


def _design(value: Any) -> list[str]:
    if not value:
        return []
    texts = isinstance(value, Mapping) and all(isinstance(value.get(one), str) for one in ("name", "csv"))
    return [] if texts and len(value["csv"]) <= MOST_CSV else [f"design: name and csv, {MOST_CSV:,} signs at most"]
