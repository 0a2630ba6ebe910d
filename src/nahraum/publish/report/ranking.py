"""Order of quarters and the sentence about those where most people lack several; said only where it holds."""

from __future__ import annotations

import pandas as pd

from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report.words import Words


def ordered_quarters(bundle: PublishBundle, k: int) -> pd.DataFrame:
    """Quarters by the share lacking at least k, then M0, then residents; what is held back stands last."""
    frame, several = bundle.quarters.frame, f"several_k{k}_share"
    share = frame[several].fillna(frame[f"{several}_min"]).fillna(frame[f"{several}_max"] - 1.0)
    order = pd.DataFrame(
        {"share": share, "m0": frame.get("m0"), "residents": frame["residents"], "id": frame["quarter_id"]}
    ).sort_values(["share", "m0", "residents", "id"], ascending=[False, False, False, True], na_position="last")
    return frame.loc[order.index]


def leading_quarters(bundle: PublishBundle, k: int, words: Words) -> tuple[list[str], str]:
    """Names of the quarters that lead beyond doubt, and their share; nothing where ranges overlap.

    A quarter leads where its lower end is not below the upper end of any other; those that print the same
    share lead together.
    """
    several = f"several_k{k}_share"
    rows = ordered_quarters(bundle, k)
    low = rows[f"{several}_min"].fillna(rows[several])
    high = rows[f"{several}_max"].fillna(rows[several])
    known = low.notna() & high.notna()
    if len(rows) < 2 or not known.any() or not low[known].max() > 0:
        return [], ""
    top = words.share(low[known].max())
    leads = known & (low.map(words.share) == top)
    rivals = known & ~leads
    overlap = bool((high[rivals] > low[known].max()).any())
    narrow = bool((high[leads].map(words.share) == top).all())
    if overlap or (leads.sum() > 1 and not narrow):
        return [], ""
    names = [str(name) for name in rows.loc[leads, "name"]]
    first = rows[leads].iloc[0]
    return names, words.interval(first.get(f"{several}_min"), first[several], first.get(f"{several}_max"))
