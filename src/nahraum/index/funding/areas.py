"""Proposals for funding areas: where people in need live together, within limits, and how firm that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.index.funding.edited import Edited, applied, crossings_of, demanded
from nahraum.index.funding.figures import FIGURES, FORMULA, area_names, area_outline, figures
from nahraum.index.funding.limits import Limits, Task, read_limits, task_of
from nahraum.index.funding.need import NEED
from nahraum.index.funding.search import Effort, Found, Ground, ground_of, ladder, proposals, values_of
from nahraum.index.funding.stability import Firmness, firmness, perturbed_people
from nahraum.index.funding.units import Flags, Units, notes_table, with_crossings
from nahraum.parameters import Parameters

PROPOSAL, SIZE = "proposal", "size"


@dataclass(frozen=True)
class FundingAreas:
    """Proposals in the study's CRS.

    areas   area_id (F1 … in the order of the search, S<residents> on the ladder of sizes), kind (proposal | size),
            name, those of `figures.FIGURES`, stability, stability_variants, core_residents, edited, geometry
    units   unit_id, hectares, need of the unit, area_id ('' for none), membership_share (share of perturbed runs in
            which some proposal names it), variant_share (the same over variants; NaN without), membership (core |
            fringe | possible | outside), geometry
    edits   a row per change by hand, with its reason and the figures before and after; empty without
    before  proposals that were changed by hand, as they were
    notes   code, count, text_de, text_en
    """

    areas: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    edits: pd.DataFrame
    before: gpd.GeoDataFrame
    notes: pd.DataFrame
    limits: Limits | None = None
    task: Task | None = field(default=None, repr=False)


def funding_areas(
    units: Units,
    need: pd.DataFrame,
    parameters: Parameters,
    *,
    variants: pd.DataFrame | None = None,
    edits: pd.DataFrame | None = None,
    seeds: Sequence[str] = (),
    quarters: gpd.GeoDataFrame | None = None,
    seed: int = 0,
) -> FundingAreas:
    """Proposals for funding areas, each with how much of the city's need it reaches and how firm it is.

    Parameters
        units : from `blocks`, `parcels` or `cells`; need : from `unit_need`.
        variants : people in need of each unit (indexed by unit_id) under each variant of the index, a column each.
        edits : rows of [sources.funding_edits]: must, must_not and crossing hold for the search, add and remove change
            its result; None for none.
        seeds : units to start from besides those of highest need density (LISA high-high).
        quarters : name and geometry, for the names of areas.
        seed : of the search and the perturbed runs; the same seed gives the same areas.

    Raises
        InputError for need that does not fit the units, limits that cannot be kept, unknown units, demands that
        contradict each other.

    Notes
        Where nobody is in need there is no proposal, and a note says so. See docs/explanation/funding-areas.md.
    """
    limits = read_limits(parameters)
    rows = pd.DataFrame() if edits is None else edits
    units = with_crossings(units, crossings_of(rows, units), parameters.number("funding_areas.crossing_reach_m"))
    must, must_not = demanded(rows, units)
    task = task_of(units, need, limits, must=must, must_not=must_not)
    ground = ground_of(task)
    effort, light = _effort(parameters, ""), _effort(parameters, "run_")
    starts = units.positions(seeds, called="seeds").tolist()
    found = proposals(ground, values_of(task, task.people), limits, effort, seed=seed, seeds=starts)
    steps = _ladder(task, ground, limits, effort, parameters, seed=seed)
    firm, by_variant = _firm(task, ground, found, limits, light, parameters, variants=variants, seed=seed)
    edited = applied(task, [area.inside > 0 for area in found], rows)
    return _put_together(task, edited, steps, (firm, by_variant), parameters, quarters=quarters)


def _effort(parameters: Parameters, of: str) -> Effort:
    """How long is searched: for proposals, or (`run_`) in each perturbed run."""
    names = (f"{of}seeds", f"{of}shakes", "candidates", "minimum_recall", "minimum_lift")
    starts, shakes, candidates, recall, lift = (parameters.number(f"funding_areas.{name}") for name in names)
    return Effort(int(starts), int(shakes), int(candidates), recall, lift)


def _ladder(
    task: Task, ground: Ground, limits: Limits, effort: Effort, parameters: Parameters, *, seed: int
) -> list[tuple[float, Found]]:
    sizes = [size for size in parameters.value("funding_areas.ladder_residents") if size > 0]
    fill = parameters.number("funding_areas.ladder_fill_share")
    values = values_of(task, task.people)
    return ladder(ground, values, limits, effort, sizes=sizes, fill=fill, seed=seed)


def _firm(
    task: Task, ground: Ground, found: list[Found], limits: Limits, effort: Effort, parameters: Parameters, *,
    variants: pd.DataFrame | None, seed: int,
) -> tuple[Firmness, Firmness | None]:  # fmt: skip
    """Under uncertain data, and under other choices: two figures, never one."""
    noise, runs = parameters.number("funding_areas.need_noise_share"), int(parameters.number("funding_areas.runs"))
    drawn = [perturbed_people(task, noise, seed=seed, run=run) for run in range(runs)] if found else []
    firm = firmness(task, ground, found, drawn, limits=limits, effort=effort, seed=seed)
    if variants is None or not len(variants.columns) or not found:
        return firm, None
    table = variants.reindex(pd.Index(task.units.ids)).to_numpy(dtype=float)
    most = task.judged / 1e6
    others = [np.clip(np.nan_to_num(table[:, k]), 0, most) for k in range(table.shape[1])]
    return firm, firmness(task, ground, found, others, limits=limits, effort=effort, seed=seed)


def _put_together(
    task: Task, edited: Edited, steps: list[tuple[float, Found]], firm: tuple[Firmness, Firmness | None],
    parameters: Parameters, *, quarters: gpd.GeoDataFrame | None,
) -> FundingAreas:  # fmt: skip
    sure, by_variant = firm
    core = parameters.number("funding_areas.core_share")
    marks = [*edited.inside, *(area.inside > 0 for _, area in steps)]
    names = area_names(task.units, task.residents / 1e6, edited.inside, quarters)
    n, rest = len(edited.inside), len(steps)
    table = _areas(task, marks)
    table.insert(0, "area_id", [f"F{k + 1}" for k in range(n)] + [f"S{size:g}" for size, _ in steps])
    table.insert(1, "kind", [PROPOSAL] * n + [SIZE] * rest)
    table.insert(2, "name", names + [""] * rest)
    nothing = np.full(rest, np.nan)
    table["stability"] = np.concatenate([sure.overlap, nothing])
    table["stability_variants"] = (
        np.concatenate([by_variant.overlap, nothing]) if by_variant else np.full(n + rest, np.nan)
    )
    table["core_residents"] = [
        float(task.residents[inside & (sure.unit_share >= core)].sum() / 1e6) for inside in edited.inside
    ] + [float("nan")] * rest
    table["edited"] = [*edited.changed, *([False] * rest)]
    before = _areas(task, [edited.original[k] for k in range(n) if edited.changed[k]])
    before.insert(0, "area_id", [f"F{k + 1}" for k in range(n) if edited.changed[k]])
    return FundingAreas(
        areas=table, units=_units(task, edited.inside, firm, parameters), edits=edited.table, before=before,
        notes=_notes(task, n, sure), limits=task.limits, task=task,
    )  # fmt: skip


def _areas(task: Task, marks: Sequence[Flags]) -> gpd.GeoDataFrame:
    told = [figures(task, inside) for inside in marks]
    shapes = [area_outline(task.units, inside) for inside in marks]
    table = pd.DataFrame(told, columns=list(FIGURES))
    counts = ["n_units", "barriers_crossed", "pieces", "enclosed"]
    table[counts] = table[counts].astype("int64")
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=task.units.table.crs), crs=task.units.table.crs)


def _units(
    task: Task, inside: Sequence[Flags], firm: tuple[Firmness, Firmness | None], parameters: Parameters
) -> gpd.GeoDataFrame:
    sure, by_variant = firm
    table = task.units.table[["unit_id", "hectares"]].copy()
    columns = (task.residents / 1e6, task.judged / 1e6, task.people, task.people_min, task.people_max, task.weight)
    for name, values in zip(NEED, columns, strict=True):
        table[name] = values
    of_unit = np.full(len(task.units), "", dtype=object)
    for number, marks in enumerate(inside):
        of_unit[marks] = f"F{number + 1}"
    table["area_id"] = of_unit
    share = sure.unit_share
    table["membership_share"] = share if sure.runs else np.where(of_unit != "", 1.0, 0.0)
    table["variant_share"] = by_variant.unit_share if by_variant else np.full(len(of_unit), np.nan)
    taken, firmly = of_unit != "", table["membership_share"].to_numpy()
    table["membership"] = np.select(
        [taken & (firmly >= parameters.number("funding_areas.core_share")), taken,
         firmly >= parameters.number("funding_areas.fringe_share")],
        ["core", "fringe", "possible"], default="outside",
    )  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=task.units.shapes, crs=task.units.table.crs)


def _notes(task: Task, n: int, sure: Firmness) -> pd.DataFrame:
    exponent = task.limits.precision_exponent
    rows = [
        ("funding_objective", n, FORMULA["de"].format(exponent=exponent), FORMULA["en"].format(exponent=exponent)),
        ("funding_runs", sure.runs, f"Kern und Rand aus {sure.runs} Läufen mit leicht verändertem Bedarf.",
         f"Core and fringe from {sure.runs} runs with need a little different."),
        ("funding_justify", n, "Ein Gebiet begründet der Rat, kein Verfahren: Vorschläge brauchen eine Begründung.",
         "The council justifies an area, not the algorithm: proposals need reasons in words."),
    ]  # fmt: skip
    if not n:
        nobody = not (task.people * task.weight).sum() > 0
        reason = ("Es ist kein Bedarf bekannt.", "No need is known.") if nobody else (
            "Kein Gebiet hält alle Grenzen ein und hat deutlich mehr Bedarf als die Stadt.",
            "No area keeps all limits and has clearly more need than the city.")  # fmt: skip
        rows.append(("funding_none", 0, f"Kein Vorschlag: {reason[0]}", f"No proposal: {reason[1]}"))
    return pd.concat([notes_table(rows), task.units.notes], ignore_index=True)
