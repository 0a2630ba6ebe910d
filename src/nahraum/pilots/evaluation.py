"""The plan of an evaluation as a file: written before the pilot begins, read by whoever looks at it afterwards."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.pilots.trial import TrialDesign

FORMAT, FORMAT_VERSION = "nahraum-evaluation", 1
METHOD = "difference_in_differences"
_NEEDED: Mapping[str, type | tuple[type, ...]] = {
    "format": str, "format_version": int, "study": str, "outcome": dict, "pilots": list, "comparisons": list,
    "periods_before": list, "start": (int, float), "periods_after": int, "method": str, "minimum_detectable_effect":
    (int, float, type(None)), "significance": (int, float), "power": (int, float), "checks": list,
}  # fmt: skip
CHECKS = ("pre_trend", "placebo_date", "placebo_quarters", "rings_of_spillover", "rents_and_moves")


def evaluation_plan(
    design: TrialDesign, parameters: Parameters, *, study: str, outcome: Mapping[str, Any], periods: list[float]
) -> dict[str, Any]:
    """Plain values of the plan: what is observed where, from when, and what would count as an effect.

    Parameters
        outcome : id, label, source, unit, wanted ("lower" or "higher").
        periods : those before the pilot; it begins one step after the last.
    """
    step = periods[-1] - periods[-2] if len(periods) > 1 else 1.0
    start = periods[-1] + step
    named = design.controls.to_dict("records")
    return {
        "format": FORMAT, "format_version": FORMAT_VERSION, "study": study, "outcome": dict(outcome),
        "pilots": list(design.pilots),
        "comparisons": [
            {
                "pilot": one["pilot_id"], "quarter": one["quarter_id"],
                "level_difference": _number(one["level_difference"]),
                "trend_difference": _number(one["trend_difference"]),
            }
            for one in named
        ],
        "periods_before": periods, "start": start, "step": step,
        "periods_after": int(parameters.number("pilots.periods_after")), "method": METHOD,
        "minimum_detectable_effect": _number(design.power.mde), "standard_error": _number(design.power.standard_error),
        "bias_of_trend": _number(design.trend_bias),
        "error_from": design.power.method, "significance": parameters.number("pilots.significance"),
        "power": parameters.number("pilots.power"), "spillover_m": parameters.number("pilots.spillover_m"),
        "checks": list(CHECKS), "notes": list(design.notes),
    }  # fmt: skip


def evaluation_text(plan: Mapping[str, Any]) -> str:
    """The plan as JSON, the same bytes for the same plan."""
    return json.dumps(plan, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def read_evaluation(text: str, *, called: str = "the plan of the evaluation") -> dict[str, Any]:
    """The plan of an evaluation, checked.

    Raises
        InputError with everything that is missing or of the wrong kind, also for a later format.
    """
    try:
        plan = json.loads(text)
    except ValueError as error:
        raise InputError(f"{called} is no JSON", where=str(error)) from None
    if not isinstance(plan, dict) or plan.get("format") != FORMAT:
        raise InputError(f"{called} is no plan of an evaluation", expected=f'"format": "{FORMAT}"')
    problems = [f"{name!r} is missing" for name in _NEEDED if name not in plan]
    problems += [
        f"{name!r} is {plan[name]!r}"
        for name, kind in _NEEDED.items() if name in plan and not isinstance(plan[name], kind)
    ]  # fmt: skip
    if not problems:
        problems += [f"method {plan['method']!r}"] if plan["method"] != METHOD else []
        problems += [*_of_quarters(plan), *_of_numbers(plan)]
        later = plan["format_version"] > FORMAT_VERSION
        problems += [f"format_version {plan['format_version']} is later than {FORMAT_VERSION}"] if later else []
    if problems:
        raise InputError(
            f"{called} cannot be used", where=problems, expected=f"{', '.join(_NEEDED)}", fix="nahraum pilots STUDY"
        )
    return dict(plan)


def _of_quarters(plan: Mapping[str, Any]) -> Iterable[str]:
    """What is wrong with the quarters of a plan: no ids, one twice, one on both sides."""
    pilots = plan["pilots"]
    others = [one.get("quarter") if isinstance(one, dict) else None for one in plan["comparisons"]]
    for name, ids in (("pilots", pilots), ("comparisons", others)):
        if not ids or not all(isinstance(one, str) and one for one in ids):
            yield f"{name!r} is {plan[name]!r}: ids of quarters are needed"
            return
    yield from (f"{name!r} is a pilot twice" for name in sorted(set(pilots)) if pilots.count(name) > 1)
    yield from (f"{name!r} is pilot and comparison" for name in sorted(set(pilots) & set(others)))


def _of_numbers(plan: Mapping[str, Any]) -> Iterable[str]:
    """What is wrong with the periods and sizes of a plan."""
    before = plan["periods_before"]
    if not _finite(plan["start"]):
        yield f"'start' is {plan['start']!r}"
    elif not before or not all(_finite(one) and one < plan["start"] for one in before):
        yield f"'periods_before' is {before!r}: periods before {plan['start']:g} are needed"
    if isinstance(plan["periods_after"], bool) or plan["periods_after"] < 1:
        yield f"'periods_after' is {plan['periods_after']!r}: 1 or more are needed"
    for name in ("significance", "power"):
        if not (_finite(plan[name]) and 0 < plan[name] < 1):
            yield f"{name!r} is {plan[name]!r}: a share between 0 and 1 is needed"
    if not (_finite(plan.get("step", 1.0)) and plan.get("step", 1.0) > 0):
        yield f"'step' is {plan['step']!r}: a length above 0 is needed"
    for name in ("minimum_detectable_effect", "standard_error"):
        if plan.get(name) is not None and not (_finite(plan[name]) and plan[name] >= 0):
            yield f"{name!r} is {plan[name]!r}: an amount from 0 on is needed, or null"


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(float(value)) else float(value)
