"""Further limits of a plan by name, as `--limit` and `[plan] limits` give them."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from nahraum.errors import InputError
from nahraum.measures.german import in_german

_SUMS = {
    "running": "running_eur", "sealing": "most_sealing_m2", "canopy": "least_canopy_m2",
    "dwellings": "least_dwellings",
}  # fmt: skip
_OF_QUARTERS = {"quarter": "least_removed_in_quarter", "quarter_eur": "least_eur_in_quarter"}
_PROGRAMME = "programme"
_KINDS = (*_SUMS, *(f"{name}:<…>" for name in (*_OF_QUARTERS, _PROGRAMME)))


def named_limits(amounts: Mapping[str, float], quarters: Mapping[str, str]) -> dict[str, Any]:
    """Fields of `measures.programme.Limits`.

    Parameters
        amounts : by name: `running` (most EUR per year), `sealing` (most m²), `canopy` (least m²), `dwellings` (least),
            `programme:<name>` (most EUR of its measures), `quarter:<id or name>` (lacks removed there at least),
            `quarter_eur:<id or name>` (EUR there at least). quarters : ids by id and name.

    Raises
        InputError with every name that is not known and the nearest known one.
    """
    found: dict[str, Any] = defaultdict(dict)
    problems = []
    for name, amount in sorted(amounts.items()):
        kind, _, key = name.partition(":")
        if name in _SUMS:
            found[_SUMS[name]] = float(amount)
        elif kind == _PROGRAMME and key:
            found["programme_eur"][key] = float(amount)
        elif kind in _OF_QUARTERS and key in quarters:
            found[_OF_QUARTERS[kind]][quarters[key]] = float(amount)
        elif kind in _OF_QUARTERS and key:
            problems.append(f"{name!r}: no such quarter{_near(key, quarters)}")
        else:
            problems.append(f"{name!r}{_near(kind, (*_SUMS, *_OF_QUARTERS, _PROGRAMME))}")
    if problems:
        wrong = InputError(
            "limits of the plan are not known", where=problems, expected=", ".join(_KINDS),
            fix="--limit sealing=0, or [plan] limits = { sealing = 0 }; quarters as in tables/quarters.csv",
        )  # fmt: skip
        named = [
            one.replace(": no such quarter", ": kein solches Quartier").replace(", nearest: ", ", ähnlich: ")
            for one in problems
        ]
        raise in_german(
            wrong, "Grenzen des Plans sind nicht bekannt", where=named, expected=", ".join(_KINDS),
            fix="die Grenze neu wählen",
        )  # fmt: skip
    return dict(found)


def _near(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f", nearest: {near[0]!r}" if near else ""
