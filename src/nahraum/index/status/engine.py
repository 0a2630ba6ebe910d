"""The status index of areas by one method: checked values in, index, classes and everything they rest on out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.status import telling
from nahraum.index.status.check import Checked, checked
from nahraum.index.status.classes import Cut, cut
from nahraum.index.status.method import ANY, Classes, Method
from nahraum.index.status.notes import notes_table
from nahraum.index.status.pipeline import Fit, Inputs, Recipe, Steps, computed, dynamics_recipe, fitted, status_recipe

_FEWEST = 2  # areas that can be compared
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StatusIndex:
    """Index, classes and what they rest on.

    areas : area_id (sorted), valid, reason ("" | few_residents | residents_unknown | missing_part | excluded),
        imputed (parts filled in), index (high = disadvantage), rank (1 = highest index), class, class_de, class_en,
        class_<id> of further classes, dynamics, dynamics_class, dynamics_class_de, dynamics_class_en, change_points,
        group (status and dynamics class together), attention, attention_known.
    parts : area_id, role (status | dynamics | domain), part_id, label_de, label_en, value, status, adjusted,
        standardised, weight (share of all weight), contribution (they add up to the index of the role).
    limits : role, class_below, class_above, limit in the unit of the index.
    available : False where too few areas are valid for classes; `reason` says why.
    """

    areas: pd.DataFrame
    parts: pd.DataFrame
    method: Method
    available: bool
    notes: pd.DataFrame
    reason: str = ""
    limits: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Side:
    """Status or dynamics, worked out: which rows are in, their inputs and steps, the classes if there are enough."""

    recipe: Recipe
    classes: Classes
    member: Bools
    inputs: Inputs
    steps: Steps
    cut: Cut | None
    relative: bool = True


@dataclass(frozen=True)
class Worked:
    """A status index before it becomes tables; `explain` recomputes parts of it."""

    known: Checked
    method: Method
    reason: npt.NDArray[np.object_]
    status: Side
    dynamics: Side | None


def _reasons(known: Checked, method: Method) -> npt.NDArray[np.object_]:
    """Why an area has no index, '' where it has one."""
    n = len(known.ids)
    reason = np.full(n, "", dtype=object)
    if method.missing != "impute":
        gaps = known.given[[part.id for part in method.parts]].isna().any(axis=1).to_numpy()
        reason[gaps] = "missing_part"
    if known.residents is not None:
        residents = known.residents.to_numpy(dtype=np.float64)
        reason[np.isnan(residents)] = "residents_unknown"
        reason[residents < method.minimum_residents] = "few_residents"
    reason[np.isin(np.array(known.ids, dtype=object), list(known.excluded))] = "excluded"
    return reason


def _refused_gaps(known: Checked, method: Method, reason: npt.NDArray[np.object_]) -> None:
    if method.missing != "refuse":
        return
    rows = np.flatnonzero(reason == "missing_part")
    where = [
        f"{part.id!r} is not known in {len(ids)} areas, first: {ids[:3]}"
        for part in method.parts
        if (ids := [known.ids[i] for i in rows if np.isnan(known.given[part.id].iloc[i])])
    ]
    if where:
        raise InputError(
            f"the status index {method.id!r} refuses gaps", where=where, expected="every part known in every area",
            fix="complete the table, exclude these areas, or choose a method with another policy for missing values",
        )  # fmt: skip


def _inputs(known: Checked, recipe: Recipe, member: Bools) -> Inputs:
    names = [part.id for part in recipe.parts]
    return Inputs(
        values=known.given.loc[member, names].to_numpy(dtype=np.float64),
        people=known.people.loc[member, names].to_numpy(dtype=np.float64),
        larger=known.larger.loc[member, names].to_numpy(dtype=np.int64),
    )


def _side(known: Checked, recipe: Recipe, classes: Classes, *, member: Bools, method: Method, fit: Fit | None) -> Side:
    rows = pd.Series(member, index=known.given.index)
    inputs = _inputs(known, recipe, rows.to_numpy())
    steps = computed(inputs, recipe, fit)
    relative = method.relative if recipe.parts is method.parts or method.dynamics is None else method.dynamics.relative
    there = enough(member, method, relative=relative)
    found = cut(steps.index, classes, standardised=recipe.restandardise == "z") if there else None
    return Side(recipe, classes, member, inputs, steps, found, relative)


def enough(member: Bools, method: Method, *, relative: bool) -> bool:
    """Whether so many areas are valid that classes may be made; one is enough where they do not hang on others."""
    return int(member.sum()) >= (method.minimum_areas if relative else 1)


def work_out(
    values: pd.DataFrame, method: Method, *, residents: pd.Series | None = None, excluded: Collection[str] = (),
    fit: Fit | None = None,
) -> Worked:  # fmt: skip
    """The index with all its steps as arrays; parameters and errors as `status_index`."""
    known = checked(values, method, residents=residents, excluded=excluded)
    reason = _reasons(known, method)
    _refused_gaps(known, method, reason)
    member = np.asarray(reason == "", dtype=np.bool_)
    status = _side(known, status_recipe(method), method.classes, member=member, method=method, fit=fit)
    recipe = dynamics_recipe(method) if known.dynamics else None
    if recipe is None or method.dynamics is None:
        return Worked(known, method, reason, status, None)
    told = known.given[[part.id for part in recipe.parts]].notna().all(axis=1).to_numpy()
    dynamics = _side(known, recipe, method.dynamics.classes, member=member & told, method=method, fit=None)
    return Worked(known, method, reason, status, dynamics)


def _spread(side: Side, values: npt.NDArray[np.generic], empty: object) -> npt.NDArray[np.generic]:
    """Values of the member areas at their rows among all areas."""
    found = np.full(len(side.member), empty, dtype=object if isinstance(empty, str) else np.float64)
    found[side.member] = values
    return found


def _class_columns(side: Side, name: str) -> dict[str, npt.NDArray[np.generic]]:
    ids = np.array(side.classes.ids, dtype=object)
    chosen = np.full(int(side.member.sum()), "", dtype=object) if side.cut is None else ids[side.cut.number]
    columns = {name: _spread(side, chosen, "")}
    for language in ("de", "en"):
        labels = np.array([side.classes.label(item, language) for item in chosen], dtype=object)
        columns[f"{name}_{language}"] = _spread(side, labels, "")
    return columns


def _more_classes(work: Worked) -> dict[str, npt.NDArray[np.generic]]:
    side, columns = work.status, {}
    for classes in work.method.more_classes:
        found = cut(side.steps.index, classes, standardised=side.recipe.restandardise == "z")
        number = np.array(classes.ids, dtype=object)[found.number]
        number = number if side.cut is not None else np.full(len(number), "", dtype=object)
        columns[f"class_{classes.id}"] = _spread(side, number, "")
    return columns


def _rank(index: Floats) -> Floats:
    """1 for the highest index; equal ones share the first of their ranks."""
    return np.asarray(len(index) - np.searchsorted(np.sort(index), index, side="right") + 1.0)


def _index_values(side: Side) -> Floats:
    """The index; unknown where a comparison has nothing to compare with."""
    alone = len(side.steps.index) < _FEWEST and side.relative
    return np.full(len(side.steps.index), np.nan) if alone else side.steps.index


def _attention(work: Worked, status: npt.NDArray[np.generic], change: npt.NDArray[np.generic]) -> tuple[Bools, Bools]:
    """Whether an area needs attention, and whether that is known."""
    pairs = [(item, ANY) for item in work.method.attention]
    pairs += list(work.method.dynamics.attention) if work.method.dynamics else []
    wanted, open_ = np.zeros(len(status), dtype=np.bool_), np.zeros(len(status), dtype=np.bool_)
    for of_status, of_change in pairs:
        met = status == of_status
        wanted |= met & ((change == of_change) | (of_change == ANY))
        open_ |= met & (change == "") & (of_change != ANY)
    return wanted, np.asarray((status != "") & (wanted | ~open_))


def _change_points(work: Worked) -> Floats:
    """Mean change of the parts, towards disadvantage. [points]"""
    side = work.dynamics
    if side is None or any(part.scale != "points" for part in side.recipe.parts):
        return np.full(len(work.known.ids), np.nan)
    signs = np.array([1.0 if part.high_is == "disadvantage" else -1.0 for part in side.recipe.parts])
    points = side.inputs.values * signs  # noqa: PD011 - a field, not of a table
    return np.asarray(_spread(side, points.mean(axis=1), np.nan), dtype=np.float64)


def areas_table(work: Worked) -> pd.DataFrame:
    """One row per area, sorted by id: columns as `StatusIndex` says."""
    side, n = work.status, len(work.known.ids)
    index = _index_values(side)
    gaps = work.known.given[[part.id for part in side.recipe.parts]].isna().to_numpy()
    names = [part.id for part in side.recipe.parts]
    filled = [", ".join(names[j] for j in np.flatnonzero(gaps[i])) if side.member[i] else "" for i in range(n)]
    columns: dict[str, object] = {
        "area_id": np.array(work.known.ids, dtype=object), "valid": side.member, "reason": work.reason,
        "imputed": np.array(filled, dtype=object), "index": _spread(side, index, np.nan),
        "rank": _spread(side, np.where(np.isnan(index), np.nan, _rank(index)), np.nan),
    }  # fmt: skip
    columns |= _class_columns(side, "class") | _more_classes(work)
    empty = np.full(n, "", dtype=object)
    change = work.dynamics
    columns["dynamics"] = np.full(n, np.nan) if change is None else _spread(change, _index_values(change), np.nan)
    of_change = {f"dynamics_class{end}": empty for end in ("", "_de", "_en")}
    columns |= of_change if change is None else _class_columns(change, "dynamics_class")
    columns["change_points"] = _change_points(work)
    table = pd.DataFrame(columns)
    both = (table["class"] != "") & (table["dynamics_class"] != "")
    table["group"] = (table["class"] + table["dynamics_class"]).where(both, "")
    wanted, known = _attention(work, table["class"].to_numpy(), table["dynamics_class"].to_numpy())
    return table.assign(attention=wanted, attention_known=known)


def status_index(
    values: pd.DataFrame, method: Method, *, residents: pd.Series | None = None, excluded: Collection[str] = (),
    fit: Fit | None = None,
) -> StatusIndex:  # fmt: skip
    """The status of areas: index, class, dynamics, areas that need attention, and what each part adds.

    Parameters
        values : indexed by area_id (texts, each once), a column per part of the method (and of its dynamics), the
            denominators it names, `<part>_status` where a value has one.
        residents : of the same areas [persons]; areas below the method's minimum have no index.
        excluded : areas that are left out on purpose; they count for no mean and no standard deviation.
        fit : principal components of pooled years (`components`), else those of these areas.

    Raises
        InputError with all problems at once: repeated or unknown areas, missing columns, values that are not what the
        method says (percentages as shares), counts above their denominators, gaps where the method refuses them.

    Notes
        Below `minimum_areas` valid areas there are no classes (`available` is False). Areas have a status; it says
        nothing about a single person. Prerequisites are never part of it: both meet in `matrices`.
    """
    work = work_out(values, method, residents=residents, excluded=excluded, fit=fit)
    areas = areas_table(work)
    available = work.status.cut is not None
    return StatusIndex(
        areas=areas, parts=telling.parts_table(work), method=method, available=available,
        notes=notes_table(telling.notes_of(work, areas)), reason="" if available else "too_few_areas",
        limits=telling.limits_table(work),
    )  # fmt: skip


def components(values: pd.DataFrame, method: Method, *, excluded: Collection[str] = ()) -> Fit:
    """The principal components of a method over these rows, e.g. over pooled years, for `status_index(fit=…)`.

    Parameters
        values : as for `status_index`, with a row per area and year (any unique text as id).
    """
    work = work_out(values, method, excluded=excluded)
    return fitted(work.status.inputs, work.status.recipe)
