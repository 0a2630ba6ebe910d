"""Sites built and taken back one by one, with what that changes: the inner loops of the search."""

from __future__ import annotations

from nahraum.compiled import compiled
from nahraum.measures.model import Bools, Floats, Int64


@compiled
def changed(
    pattern: int, by: float, weight: Floats, of_pattern: tuple[Int64, Int64, Floats], people: Floats, lacks: Floats,
    over: float,
) -> float:  # fmt: skip
    """By how much the value rises when a pattern is met by so much more; with people who are looked at one by one (of
    a level of lacks, from which on they count), their lacks are brought up to date."""
    if len(people) == 0:
        return float(weight[pattern] * by)
    gain = 0.0
    for at in range(of_pattern[0][pattern], of_pattern[0][pattern + 1]):
        group = of_pattern[1][at]
        before = lacks[group]
        after = before - of_pattern[2][at] * by
        lacks[group] = after
        gain += people[group] * (max(before - over, 0.0) - max(after - over, 0.0))
    return gain


@compiled
def flipped(
    site: int, chosen: Bools, by_site: tuple[Int64, Int64, Int64], by_condition: tuple[Int64, Int64, Int64],
    need: Int64, amount: Bools, least: Int64, worth: tuple[Floats, tuple[Int64, Int64, Floats], Floats, Floats, float],
    sums: Int64, holding: Floats, broken: Int64,
) -> float:  # fmt: skip
    """Builds a site, or takes it back, and brings all counts up to date; by how much the value rises."""
    sign = -1 if chosen[site] else 1
    chosen[site] = not chosen[site]
    gain = 0.0
    for entry in range(by_site[0][site], by_site[0][site + 1]):
        condition, coef = by_site[1][entry], sign * by_site[2][entry]
        before, after = sums[condition], sums[condition] + coef
        sums[condition] = after
        if amount[condition]:
            share = min(after, need[condition]) - min(before, need[condition])
            for at in range(by_condition[0][condition], by_condition[0][condition + 1]):
                gain += changed(by_condition[1][at], share / need[condition], *worth)
            continue
        was, now = before >= need[condition], after >= need[condition]
        if was == now:
            continue
        step = 1 if now else -1
        for at in range(by_condition[0][condition], by_condition[0][condition + 1]):
            pattern = by_condition[1][at]
            met = broken[pattern] == 0 and holding[pattern] >= least[pattern]
            holding[pattern] += step
            if by_condition[2][at]:
                broken[pattern] -= step
            still = broken[pattern] == 0 and holding[pattern] >= least[pattern]
            if still != met:
                gain += changed(pattern, 1.0 if still else -1.0, *worth)
    return gain


@compiled
def fits(site: int, sign: float, rows: Floats, used: Floats, low: Floats, high: Floats) -> bool:
    """Whether the limits are kept when a site is built (sign 1) or taken back (-1)."""
    for row in range(rows.shape[0]):
        after = used[row] + sign * rows[row, site]
        if after > high[row] or after < low[row]:
            return False
    return True


@compiled
def gains(
    chosen: Bools, open_: Bools, rows: Floats, used: Floats, low: Floats, high: Floats,
    by_site: tuple[Int64, Int64, Int64], by_condition: tuple[Int64, Int64, Int64], need: Int64, amount: Bools,
    least: Int64, worth: tuple[Floats, tuple[Int64, Int64, Floats], Floats, Floats, float], sums: Int64,
    holding: Floats, broken: Int64, found: Floats,
) -> None:  # fmt: skip
    """Fills in what each open site that fits would bring if it were built next; 0 for the others."""
    for site in range(len(chosen)):
        found[site] = 0.0
        if chosen[site] or not open_[site] or not fits(site, 1.0, rows, used, low, high):
            continue
        found[site] = flipped(
            site, chosen, by_site, by_condition, need, amount, least, worth, sums, holding, broken
        )  # fmt: skip
        flipped(site, chosen, by_site, by_condition, need, amount, least, worth, sums, holding, broken)
