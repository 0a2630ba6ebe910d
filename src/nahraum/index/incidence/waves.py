"""Does the association change its sign from wave to wave? Said from three waves on, and only where intervals say it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from nahraum.index.incidence.associations import NONE
from nahraum.index.incidence.cases import Wave
from nahraum.index.incidence.notes import caveat

CHANGES, SAME, UNCERTAIN, TOO_FEW = "sign_changes", "same_sign", "not_certain", "too_few_waves"
_SIGNS, _NO_ESTIMATE = {1: "+", 0: "0", -1: "−"}, "·"


def changes_table(associations: pd.DataFrame, minimum_waves: int) -> pd.DataFrame:
    """One row per factor: the sign of each wave and what may be said about change.

    Returns
        n_waves : with an estimate; signs : "+ − −", 0 where the interval holds no association, · where there is no
        estimate; change : sign_changes (one wave with an interval above and one with an interval below no
        association), same_sign (all intervals on one side), not_certain, too_few_waves; turns : waves between which
        it changed, among those with a sign; notes : residuals_cluster where the intervals of a wave are too narrow.

    Notes
        A single coefficient for all waves together would hide a change; none is computed.
    """
    groups = associations.groupby("factor_id", sort=False)
    return pd.DataFrame([_factor_row(str(factor), group, minimum_waves) for factor, group in groups])


def _factor_row(factor: str, group: pd.DataFrame, minimum_waves: int) -> dict[str, object]:
    told = group[group["method"] != NONE]
    pairs = zip(group["method"], group["direction"], strict=True)
    clustered = told["notes"].str.split().map(lambda codes: "residuals_cluster" in codes)
    return {
        "factor_id": factor,
        "label_de": group["label_de"].iloc[0],
        "label_en": group["label_en"].iloc[0],
        "n_waves": len(told),
        "signs": " ".join(_NO_ESTIMATE if method == NONE else _SIGNS[int(sign)] for method, sign in pairs),
        "change": _change(told["direction"].tolist(), minimum_waves),
        "turns": _turns(told) if len(told) >= minimum_waves else "",
        "notes": "residuals_cluster" if clustered.any() else "",
        "caveat_de": caveat("de"),
        "caveat_en": caveat("en"),
    }


def _change(signs: Sequence[int], minimum_waves: int) -> str:
    if len(signs) < minimum_waves:
        return TOO_FEW
    if {1, -1} <= set(signs):
        return CHANGES
    return SAME if len(set(signs)) == 1 and signs[0] else UNCERTAIN


def _turns(told: pd.DataFrame) -> str:
    """Neighbouring waves with a sign whose signs differ: "1. Welle → 2. Welle"."""
    certain = told[told["direction"] != 0]
    both = pairwise(zip(certain["period"], certain["direction"], strict=True))
    return "; ".join(f"{one} → {other}" for (one, before), (other, after) in both if before != after)


def overlapping(waves: Sequence[Wave]) -> bool:
    """Whether a wave begins before the one before it ended, as far as days are told."""
    dated = [wave for wave in waves if wave.begin and wave.end]
    return any(other.begin <= one.end for one, other in pairwise(dated))
