"""The tables that say what a status index rests on: parts, limits of the classes, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nahraum.index.status.normalise import constant
from nahraum.index.status.notes import note
from nahraum.index.status.pipeline import Units

if TYPE_CHECKING:
    from nahraum.index.status.engine import Side, Worked

_COMPARABLE = 2  # areas, below which nothing is compared
PART_COLUMNS = [
    "area_id", "role", "part_id", "label_de", "label_en", "value", "status", "adjusted", "standardised", "weight",
    "contribution",
]  # fmt: skip


def _role_rows(work: Worked, side: Side, role: str) -> pd.DataFrame:
    """Rows of the parts of one side, for all areas; only the member areas have more than their value."""
    names = [part.id for part in side.recipe.parts]
    n, p = len(work.known.ids), len(names)
    units = side.steps.parts
    values = work.known.given[names].to_numpy(dtype=np.float64)
    status = work.known.status[names].to_numpy(dtype=object)
    gaps = np.isnan(values) & side.member[:, None]
    told = {"adjusted": side.steps.adjusted, "standardised": units.standardised, "contribution": units.contribution}
    columns: dict[str, Any] = {}
    for name, found in told.items():
        whole = np.full((n, p), np.nan)
        whole[side.member] = found
        columns[name] = whole.ravel()
    frame = _frame(work, [part.label_de for part in side.recipe.parts], [part.label_en for part in side.recipe.parts])
    return frame.assign(
        role=role, part_id=np.tile(np.array(names, dtype=object), n), value=values.ravel(),
        status=np.where(gaps, "imputed", status).ravel(), weight=np.tile(units.weight, n), **columns,
    )  # fmt: skip


def _frame(work: Worked, labels_de: list[str], labels_en: list[str]) -> pd.DataFrame:
    n = len(work.known.ids)
    return pd.DataFrame(
        {
            "area_id": np.repeat(np.array(work.known.ids, dtype=object), len(labels_de)),
            "label_de": np.tile(np.array(labels_de, dtype=object), n),
            "label_en": np.tile(np.array(labels_en, dtype=object), n),
        }
    )


def _domain_rows(work: Worked, side: Side, units: Units) -> pd.DataFrame:
    domains = side.recipe.domains
    n, d = len(work.known.ids), len(domains)
    columns: dict[str, Any] = {}
    for name, found in (("adjusted", units.score), ("standardised", units.standardised), ("c", units.contribution)):
        whole = np.full((n, d), np.nan)
        whole[side.member] = found
        columns["contribution" if name == "c" else name] = whole.ravel()
    frame = _frame(work, [item.label_de for item in domains], [item.label_en for item in domains])
    names = np.tile(np.array([item.id for item in domains], dtype=object), n)
    status = np.repeat(np.where(side.member, "ok", "missing"), d)
    return frame.assign(
        role="domain", part_id=names, value=columns["adjusted"], status=status, weight=np.tile(units.weight, n),
        **columns,
    )  # fmt: skip


def parts_table(work: Worked) -> pd.DataFrame:
    """One row per area and part: value, steps, contribution; sorted by area, then in the order of the method."""
    tables = [_role_rows(work, work.status, "status")]
    if work.status.steps.domains is not None:
        tables.append(_domain_rows(work, work.status, work.status.steps.domains))
    if work.dynamics is not None:
        tables.append(_role_rows(work, work.dynamics, "dynamics"))
    whole = pd.concat(tables, ignore_index=True).sort_values("area_id", kind="stable", ignore_index=True)
    return whole[PART_COLUMNS]


def limits_table(work: Worked) -> pd.DataFrame:
    """The limits between the classes, in the unit of the index; none where there are no classes."""
    rows = []
    for role, side in (("status", work.status), ("dynamics", work.dynamics)):
        if side is None or side.cut is None:
            continue
        for k, limit in enumerate(side.cut.limits.tolist()):
            rows.append((role, side.classes.ids[k], side.classes.ids[k + 1], limit))
    return pd.DataFrame(rows, columns=["role", "class_below", "class_above", "limit"])


def _validity_notes(work: Worked) -> list[dict[str, str]]:
    method, found = work.method, []
    ids = np.array(work.known.ids, dtype=object)
    n = int(work.status.member.sum())
    if work.status.cut is None:
        found.append(note("too_few_areas", n=n, least=method.minimum_areas))
        if n < _COMPARABLE:
            found.append(note("one_area"))
    for reason in ("few_residents", "residents_unknown", "missing_part", "excluded"):
        these = [str(item) for item in ids[work.reason == reason]]
        if these:
            found.append(note(reason, ids=these, least=f"{method.minimum_residents:g}"))
    if work.known.residents is None:
        found.append(note("residents_not_given", least=f"{method.minimum_residents:g}"))
    return found


def _part_notes(work: Worked, side: Side) -> list[dict[str, str]]:
    found = []
    ids = np.array(work.known.ids, dtype=object)[side.member]
    same = constant(side.steps.adjusted)[0] if len(ids) > 1 else np.zeros(len(side.recipe.parts), dtype=np.bool_)
    raw = side.inputs.values  # noqa: PD011 - a field, not of a table
    for j, part in enumerate(side.recipe.parts):
        label = (part.label_de, part.label_en)
        gaps = [str(item) for item in ids[np.isnan(raw[:, j])]]
        if gaps:
            found.append(note("imputed", ids=gaps, part=label))
        if same[j] and side.recipe.aggregate != "counting":
            found.append(note("constant_part", part=label))
    if len(ids) > 1 and side.steps.raw.max() == side.steps.raw.min():
        found.append(note("constant_index"))
    return found


def _component_notes(work: Worked) -> list[dict[str, str]]:
    found, recipe = [], work.status.recipe
    for domain, component in work.status.steps.components.items():
        parts = [part for part in recipe.parts if part.domain == domain]
        if component.explained == component.explained:
            found.append(note("component", domain=domain, share=f"{100 * component.explained:.0f}"))
        for part, loading in zip(parts, component.loading.tolist(), strict=True):
            if loading < 0:
                found.append(note("opposed_part", part=(part.label_de, part.label_en), loading=f"{loading:.2f}"))
    return found


def _dynamics_notes(work: Worked, areas: pd.DataFrame) -> list[dict[str, str]]:
    if work.method.dynamics is None:
        return []
    if work.dynamics is None:
        return [note("no_dynamics")]
    found = []
    gaps = areas.loc[areas["valid"] & ~work.dynamics.member, "area_id"].tolist()
    if gaps:
        found.append(note("dynamics_missing", ids=gaps))
    unsure = areas.loc[(areas["class"] != "") & ~areas["attention_known"], "area_id"].tolist()
    if unsure:
        found.append(note("attention_unknown", ids=unsure))
    return [*found, *_part_notes(work, work.dynamics), note("points", years=f"{work.method.dynamics.years:g}")]


def notes_of(work: Worked, areas: pd.DataFrame) -> list[dict[str, str]]:
    """What whoever reads the index must know, the most general first."""
    method, n = work.method, int(work.status.member.sum())
    found = [note("relative", n=n, edition=method.edition) if method.relative else note("absolute")]
    found += _validity_notes(work) + _part_notes(work, work.status) + _component_notes(work)
    found += _dynamics_notes(work, areas)
    found += [] if method.tested else [note("not_tested")]
    found += [note("from_knowledge")] if method.evidence == "from_knowledge" else []
    found += [note("nationality")] if method.uses_nationality else []
    return found
