"""What disclosure control does with cases by area and period, and with what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress

import numpy as np
import pandas as pd

from nahraum.errors import NahraumError
from nahraum.frames import MICRO
from nahraum.publish.cellkey import perturbation_table, perturbed, record_keys
from nahraum.publish.controlled import controlled_rounding
from nahraum.publish.disclosure import Mask, Rules, is_small, micro
from nahraum.publish.families import numbers
from nahraum.publish.over_time import row_keys, told_values
from nahraum.publish.rounding import Numbers, to_step, values
from nahraum.publish.secondary import Suppression, suppressed
from nahraum.publish.social_rules import CITY, Outcome, area_keys, needed, text, unique
from nahraum.publish.suppression_tables import Key, Table, table_of

ALL = "all"
SUPPRESSED = "suppressed"
_STAY = ("population", "residents", "residents_status", "hectares")
_NO_CASES = ("area_id", "name", "period", "begin", "end", "age_group", "level", "parent_id", "geometry")
_GROWS_WITH_CASES = ("rate_per_100000", "adjusted_per_100000", "crude_rate", "standardised_rate", "ratio", "smr", "sir")
_REGRESSION = ("regression", "negative_binomial", "poisson")
_OF_TOTAL = ("expected", "ratio", "smr", "sir")  # each row of them tells the cases of the whole period
_ESTIMATES = ("rate_ratio", "estimate", "theta", "residual_", "rank", "direction", "sentence", "text", "coefficient")


def _dimensions(frame: pd.DataFrame) -> tuple[list[Key], list[dict[Hashable, Hashable]]]:
    """What each row counts (area, period, age), and which totals of them the table itself tells."""
    areas, above = area_keys(frame)
    periods, ages = text(frame, "period", ALL), text(frame, "age_group", ALL)
    parents = [above]
    for members in (periods, ages):
        parts = dict.fromkeys(member for member in members if member != ALL)
        parents.append(dict.fromkeys(parts, ALL) if ALL in members else {})
    return list(zip(areas, periods, ages, strict=True)), parents


def _population(frame: pd.DataFrame) -> str:
    found = [column for column in ("population", "residents") if column in frame.columns]
    if not found:
        raise NahraumError(
            "cases cannot be judged without the residents among whom they were counted",
            where="a table by 'incidence' without a column of residents", expected="population or residents",
            fix="give the residents of each area; NaN where they are not known",
        )  # fmt: skip
    return found[0]


def case_table(frame: pd.DataFrame) -> tuple[Table, list[Key]]:
    """Cases with their totals as a table to protect, and the key of each row."""
    keys, parents = _dimensions(frame)
    unique(list(keys), "incidence")
    cases = values(frame, "cases")
    known = {key: float(case) for key, case in zip(keys, cases, strict=True) if not np.isnan(case)}
    return table_of(known, parents), keys


def _residents_of(table: Table, keys: list[Key], sizes: Numbers) -> Numbers:
    """Residents behind each number of the table; without end where they are not known."""
    found = dict(zip(keys, sizes.tolist(), strict=True))
    told = np.array([found.get(key, np.nan) for key in table.keys], dtype=np.float64)
    return np.where(np.isnan(told), np.inf, told)


def _suppressed_cases(frame: pd.DataFrame, rules: Rules) -> tuple[Mask, Mask]:
    """Rows whose cases are held back (small counts, complements, what tells them); rows whose total must go, too."""
    table, keys = case_table(frame)
    residents = _residents_of(table, keys, values(frame, _population(frame)))
    counts = np.array(table.values)
    rest = np.where(np.isfinite(residents), np.maximum(residents - counts, 0.0), 0.0)
    primary = is_small(micro(counts), rules.minimum_count) | is_small(micro(rest), rules.minimum_count)
    if rules.held is not None:
        also = {key for key, wanted in zip(keys, rules.held, strict=True) if wanted}
        primary |= np.array([key in also for key in table.keys], dtype=np.bool_)
    known = _public_already(frame, keys, table, rules)
    found = None
    if known.any():  # where all that could hide a count is public already, it must do all the same
        with suppress(NahraumError):
            found = _protected(table, primary, residents, rules, may_hide=(counts > 0) & ~known)
    if found is None or found.how == "everything":
        found = _protected(table, primary, residents, rules, may_hide=counts > 0)
    beside = _beside_few(table, found.hidden, residents, set(_periods_of_few(table, found.hidden, rules.minimum_count)))
    if beside.any():
        with suppress(NahraumError):
            found = _protected(table, primary | beside, residents, rules, may_hide=counts > 0)
    alone = set(_alone_at_source(frame, table, found.hidden))  # the sums of the table do not know such a count
    hidden = found.hidden | _beside_few(table, found.hidden, residents, alone)
    gone = {key for key, wanted in zip(table.keys, hidden, strict=True) if wanted}
    small = (
        {key[1:] for key in gone if key[0] == CITY} | set(_periods_of_few(table, hidden, rules.minimum_count)) | alone
    )
    held = np.array([key in gone for key in keys], dtype=np.bool_)
    return held, np.array([key[1:] in small for key in keys], dtype=np.bool_)


def _periods_of_few(table: Table, hidden: Mask, k: int) -> dict[Key, list[int]]:
    """Periods whose held-back areas have so few cases together that, at one each, none has k; with these areas."""
    held: dict[Key, list[int]] = {}
    for at in np.flatnonzero(hidden & table.given):
        if table.keys[at][0] != CITY:
            held.setdefault(table.keys[at][1:], []).append(int(at))
    counts = np.array(table.values)
    return {name: rows for name, rows in held.items() if counts[rows].sum() < len(rows) + k - 1}


def _alone_at_source(frame: pd.DataFrame, table: Table, hidden: Mask) -> list[Key]:
    """Periods in which a count that came held back is the only one: the city's total would tell it."""
    keys, missing = _dimensions(frame)[0], np.isnan(values(frame, "cases"))
    came = [key[1:] for key, gone, why in zip(keys, missing, text(frame, "cases_status"), strict=True)
            if gone and why == SUPPRESSED]  # fmt: skip
    ours = {table.keys[at][1:] for at in np.flatnonzero(hidden & table.given)}
    return [period for period in dict.fromkeys(came) if came.count(period) == 1 and period not in ours]


def _beside_few(table: Table, hidden: Mask, residents: Numbers, periods: set[Key]) -> Mask:
    """One more area of each such period, which may have no cases: only then nobody knows that each has one or two."""
    chosen = np.zeros(len(table), dtype=np.bool_)
    people, counts = np.where(np.isfinite(residents), residents, 0.0), np.array(table.values)
    open_: dict[Key, list[int]] = {}
    for at in np.flatnonzero(~hidden & table.given):
        if table.keys[at][0] != CITY:
            open_.setdefault(table.keys[at][1:], []).append(int(at))
    for name in periods & open_.keys():
        chosen[min(open_[name], key=lambda at: (counts[at], -people[at], at))] = True
    return chosen


def _protected(table: Table, primary: Mask, residents: Numbers, rules: Rules, *, may_hide: Mask) -> Suppression:
    return suppressed(
        table, primary, protection=float(rules.minimum_count), exact_up_to=rules.exact_cells, may_hide=may_hide,
        ceiling=np.maximum(residents, table.values),
    )  # fmt: skip


def _public_already(frame: pd.DataFrame, keys: list[Key], table: Table, rules: Rules) -> Mask:
    """Counts that a past release told, and that are still the same: they hide nothing."""
    told: set[Key] = set()
    names, now = row_keys(frame), values(frame, "cases")
    for earlier in rules.earlier:
        past = told_values(earlier, "cases")
        told |= {key for key, name, count in zip(keys, names, now, strict=True) if past.get(name) == count}
    return np.array([key in told for key in table.keys], dtype=np.bool_)


def _changed_cases(frame: pd.DataFrame, rules: Rules) -> Numbers:
    """Cases with noise or rounded, each total in its own right."""
    table, keys = case_table(frame)
    if rules.method == "round":
        changed = controlled_rounding(table, rules.rounding_base)
        found = dict(zip(table.keys, changed.tolist(), strict=True))
        return np.array([found.get(key, np.nan) for key in keys], dtype=np.float64)
    ids = ["|".join(map(str, key)) for key in keys]
    own = dict(zip(keys, record_keys(ids, rules.secret).tolist(), strict=True))
    sums = table.relations.tocsr()
    all_keys = np.array([own.get(key, 0) for key in table.keys], dtype=np.uint64)
    for row in range(sums.shape[0]):  # the key of a total is the sum of the keys of its parts
        columns = sums.indices[sums.indptr[row] : sums.indptr[row + 1]]
        signs = sums.data[sums.indptr[row] : sums.indptr[row + 1]]
        all_keys[columns[signs < 0]] = all_keys[columns[signs > 0]].sum(dtype=np.uint64)
    noise = perturbation_table(rules.noise_largest, rules.noise_variance, never=rules.minimum_count - 1)
    changed = perturbed(table.values, all_keys, noise)
    found = dict(zip(table.keys, changed.tolist(), strict=True))
    return np.array([found.get(key, np.nan) for key in keys], dtype=np.float64)


def _beside_held(frame: pd.DataFrame, held: Mask) -> Mask:
    """All rows of a period with a held-back count: smoothed rates rest on the counts of other areas, too."""
    periods = pd.Series(text(frame, "period", ALL))
    return np.asarray(periods.isin(set(periods[held])).to_numpy(), dtype=np.bool_)


def _of_cases(frame: pd.DataFrame) -> list[str]:
    """Columns that tell the cases or follow from them."""
    numeric = [str(c) for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c].dtype)]
    return [c for c in numeric if c not in _STAY and c not in _NO_CASES]


def incidence(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Cases by area and period: 1 and 2 go, with what would tell them; rates need 100 residents."""
    needed(frame, ("area_id", "period", "cases"), "incidence")
    frame = frame.drop(columns=[c for c in ("status", "index") if c in frame.columns])  # told in their own table
    size = numbers(frame, _population(frame))
    told, none = _of_cases(frame), np.zeros(len(frame), dtype=np.bool_)
    few = (size > 0) & (size < rules.minimum_denominator * MICRO)
    rates = [column for column in told if not column.startswith("cases")]
    if rules.method == "suppress":
        held, total = _suppressed_cases(frame, rules)
        mask = held | np.isnan(values(frame, "cases"))
        masks = dict.fromkeys(told, mask) | dict.fromkeys(rates, mask | few)
        smoothed = [column for column in rates if "smoothed" in column]
        masks |= dict.fromkeys(smoothed, mask | few | _beside_held(frame, held))
        of_total = [column for column in rates if column.startswith(_OF_TOTAL)]
        return frame, masks | dict.fromkeys(of_total, mask | few | total), none
    changed, exact = _changed_cases(frame, rules), values(frame, "cases")
    part = np.divide(changed, exact, out=np.ones(len(frame)), where=exact > 0)
    masks = {}
    for column in told:
        if column in _GROWS_WITH_CASES:
            frame[column] = values(frame, column) * part
            masks[column] = few
        elif column != "cases":  # limits and smoothed rates would tell the count before the noise
            masks[column] = np.ones(len(frame), dtype=np.bool_)
    return frame.assign(cases=changed), masks, none


def associations(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """How incidence goes with status: facts about areas; no regression below 30 areas, no row of 1 or 2 cases."""
    needed(frame, ("n_areas",), "associations")
    rows = is_small(numbers(frame, "cases"), rules.minimum_count)
    method = np.array([any(word in name for word in _REGRESSION) for name in text(frame, "method")], dtype=np.bool_)
    few = method & (values(frame, "n_areas") < rules.minimum_areas_classes)
    told = [str(c) for c in frame.columns if str(c).startswith(_ESTIMATES)]
    numeric = [c for c in told if pd.api.types.is_float_dtype(frame[c].dtype)]
    frame = frame.assign(**{c: to_step(values(frame, c), rules.estimate_step) for c in numeric})  # held-back counts
    return frame, dict.fromkeys(told, few), np.asarray(rows, dtype=np.bool_)


def magnitudes(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Sums of amounts by area: three contributors at least, none of whom gives 85 % of the sum."""
    from nahraum.publish.dominance import magnitude_mask

    needed(frame, ("area_id", "amount", "contributors", "largest"), "magnitudes")
    mask = magnitude_mask(frame, rules)
    return frame.drop(columns="largest"), {"amount": mask, "contributors": mask}, np.zeros(len(frame), dtype=np.bool_)


CASE_RULES: dict[str, Callable[[pd.DataFrame, Rules], Outcome]] = {
    "incidence": incidence,
    "associations": associations,
    "magnitudes": magnitudes,
}
