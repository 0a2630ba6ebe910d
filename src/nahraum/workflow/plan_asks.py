"""What a plan or a front is asked for as plain values, as a browser sends it and as it is kept beside the plan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from nahraum.errors import InputError
from nahraum.workflow.pareto import MOST_POINTS, FrontAsk
from nahraum.workflow.programme import Ask, plan_name

_AMOUNTS = ("budget_eur", "priority_share")
_LISTS = ("yearly_eur", "priority", "must", "must_not", "types", "sites")
_MOST_IDS = 5000
_LONGEST = 200


def ask_of(given: Mapping[str, Any]) -> Ask:
    """The question for a plan.

    Parameters
        given : fields of `Ask`; null where nothing is asked.

    Raises
        InputError, all at once, for fields that are not known and values that cannot be used.
    """
    known = [one.name for one in fields(Ask)]
    problems = [f"{name!r} is not known" for name in given if name not in known]
    said = {name: value for name, value in given.items() if name in known and value is not None}
    problems += [text for name, value in said.items() if (text := _wrong(name, value))]
    if problems:
        raise InputError(
            "the question for a plan cannot be used", where=problems[:20], expected=f"fields: {', '.join(known)}",
            fix="amounts from 0 on, texts for ids and names",
        )  # fmt: skip
    plan_name(str(said.get("name", "plan")))
    lists = {name: tuple(value) for name, value in said.items() if name in _LISTS}
    return Ask(**(said | lists))


def ask_told(ask: Ask) -> dict[str, Any]:
    """The question as plain values; null where nothing is asked."""
    told = asdict(ask) | {name: list(getattr(ask, name)) for name in _LISTS}
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in told.items()}


def front_ask_of(given: Mapping[str, Any]) -> FrontAsk:
    """The question for a front: `objectives`, `least`, `points`, and what a plan is asked for.

    Parameters
        given : a limit of `least` that is null means: as it is today.

    Raises
        InputError for what cannot be used.
    """
    own = {name: given[name] for name in ("objectives", "least", "points") if given.get(name) is not None}
    objectives, least, points = own.get("objectives", ()), own.get("least", {}), own.get("points", 0)
    problems = []
    if not _texts(objectives):
        problems.append("'objectives' is no list of names")
    if not isinstance(least, Mapping) or not _texts(list(least)) or not all(
        value is None or _number(value) for value in least.values()
    ):  # fmt: skip
        problems.append("'least' has an amount that is no number")
    if isinstance(points, bool) or not isinstance(points, int) or not 0 <= points <= MOST_POINTS:
        problems.append(f"'points' is no number from 0 to {MOST_POINTS}")
    if problems:
        raise InputError("the question for a front cannot be used", where=problems, expected="see /api/openapi.json")
    limits = ask_of({name: value for name, value in given.items() if name not in ("objectives", "least", "points")})
    named = {str(name): math.nan if value is None else float(value) for name, value in least.items()}
    found = {"least": named, "points": points, "limits": limits}
    return FrontAsk(tuple(objectives), **found) if objectives else FrontAsk(**found)


def _wrong(name: str, value: Any) -> str:
    """What is wrong with one field; '' where it can be used."""
    if name in _AMOUNTS or name == "yearly_eur":
        several = value if name == "yearly_eur" and isinstance(value, list | tuple) else [value]
        return "" if len(several) <= 100 and all(_number(one) and one >= 0 for one in several) else _said(name, value)
    if name in ("variants", "publish"):
        return "" if isinstance(value, bool) else _said(name, value)
    if name == "years":
        return (
            "" if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100 else _said(name, value)
        )
    if name == "limit":
        named = isinstance(value, Mapping) and _texts(list(value)) and all(map(_number, value.values()))
        return "" if named else _said(name, value)
    if name in _LISTS:
        return "" if _texts(value) else _said(name, value)
    return "" if isinstance(value, str) and len(value) <= _LONGEST and value.isprintable() else _said(name, value)


def _texts(value: Any) -> bool:
    return (
        isinstance(value, Sequence) and not isinstance(value, str) and len(value) <= _MOST_IDS
        and all(isinstance(one, str) and len(one) <= _LONGEST and one.isprintable() for one in value)
    )  # fmt: skip


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _said(name: str, value: Any) -> str:
    return f"{name} = {value!r}"[:_LONGEST].encode("utf-8", "replace").decode()
