"""The social-space analysis of a study: status of quarters beside the prerequisites, in space and over people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.index.incidence.analysis import Incidence, incidence_analysis
from nahraum.index.incidence.factors import Factor, prerequisite_factor, status_factor
from nahraum.index.result import Result
from nahraum.index.robust import data_uncertainty, value_choices
from nahraum.index.social_notes import Note, note, notes_table, of_topics
from nahraum.index.social_people import fifths_of, inequality_of, status_matrix
from nahraum.index.social_values import Joined, joined
from nahraum.index.spatial.neighbours import Neighbours, contiguity
from nahraum.index.spatial.overview import association
from nahraum.index.status import StatusIndex, read_method, status_index
from nahraum.parameters import Parameters
from nahraum.study_social import SocialSpec
from nahraum.tables import PREREQUISITES

if TYPE_CHECKING:
    from nahraum.area import Area
    from nahraum.sources.osm import OsmExtract

SEVERAL = "several_share"
STATUS = "status_index"
_FEWEST = 2  # areas with an index, below which nothing can be ranked


@dataclass(frozen=True)
class Given:
    """What a study brings for its social-space analysis; each may be None.

    spec, statistics : section [social] and the latest rows of its table. cases : table CASES.
    osm, access : streets and ways of the addresses, where funding areas are wanted; parcels, edits : of
        [sources.parcels] (parcels_use: list or units) and [sources.funding_edits].
    """

    spec: SocialSpec | None = None
    statistics: pd.DataFrame | None = None
    cases: pd.DataFrame | None = None
    osm: OsmExtract | None = None
    access: pd.DataFrame | None = None
    parcels: gpd.GeoDataFrame | None = None
    parcels_use: str = "list"
    edits: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Social:
    """Status and prerequisites of a study, unsuppressed. Tables are empty where the study has no data for them.

    method : id of the method, '' without status; edition, label_de, label_en, source, evidence : of the method.
    available : whether there are classes; without, index and rank stay (fewer areas than the method asks for).
    areas : quarters as `StatusIndex.areas`, with name, residents, `cluster` (pattern of the local Moran, '' where the
        area is not named); of the choices of method `variant_share`, `rank_low`, `rank_high`; of the data `index_low`,
        `index_high`, `class_share`, `reliability`. Choices and data are two figures, never one.
    parts, limits : as of `StatusIndex`; parts also with scale and denominator (NaN: not known).
    variants, choices : the printed list of other methods, and means by choice, as `ValueChoices`.
    matrix, fifths, inequality : as of `index.social_people`.
    spatial : association of status index and share lacking several. clusters : the local statistics.
    cases, associations, changes : as of `Incidence`; caveat_de, caveat_en belong to all three.
    funding, funding_units, funding_edits, funding_parcels : as `FundingAreas` .areas, .units, .edits, and the list of
        parcels; None or empty where not asked for.
    """

    method: str = ""
    edition: str = ""
    label_de: str = ""
    label_en: str = ""
    source: str = ""
    evidence: str = ""
    available: bool = False
    areas: pd.DataFrame = field(default_factory=pd.DataFrame)
    parts: pd.DataFrame = field(default_factory=pd.DataFrame)
    limits: pd.DataFrame = field(default_factory=pd.DataFrame)
    variants: pd.DataFrame = field(default_factory=pd.DataFrame)
    choices: pd.DataFrame = field(default_factory=pd.DataFrame)
    matrix: pd.DataFrame = field(default_factory=pd.DataFrame)
    fifths: pd.DataFrame = field(default_factory=pd.DataFrame)
    inequality: pd.DataFrame = field(default_factory=pd.DataFrame)
    spatial: pd.DataFrame = field(default_factory=pd.DataFrame)
    clusters: pd.DataFrame = field(default_factory=pd.DataFrame)
    cases: pd.DataFrame = field(default_factory=pd.DataFrame)
    associations: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    caveat_de: str = ""
    caveat_en: str = ""
    funding: gpd.GeoDataFrame | None = None
    funding_units: gpd.GeoDataFrame | None = None
    funding_edits: pd.DataFrame = field(default_factory=pd.DataFrame)
    funding_parcels: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: pd.DataFrame = field(default_factory=lambda: notes_table([]))


def social_analysis(area: Area, result: Result, given: Given, parameters: Parameters) -> Social:
    """Status of the quarters and how it goes with the prerequisites, as far as the study has data.

    Parameters
        area : the study area; result : of the index, with its further indicators.

    Raises
        InputError where the table of [social] does not fit the method or the quarters, and from the packages below.

    Notes
        Status and prerequisites are never added up: they are held against each other.
    """
    quarters = pd.DataFrame(result.quarters.drop(columns="geometry"))
    notes, status = _status(quarters, given)
    neighbours = _neighbours(result.quarters, parameters)
    index = None if status is None else status[0].areas.set_index("area_id")["index"]
    found: dict[str, Any] = {"fifths": fifths_of(quarters, index, parameters)}
    found["inequality"] = inequality_of(quarters, parameters)
    found |= _space(quarters, index, neighbours, parameters)
    if status is not None:
        found |= _told(status[0], status[1], quarters, found["clusters"])
        found |= _sureness(found["areas"], *status, given, parameters)
    if given.cases is not None:
        found |= _waves(given.cases, quarters, index, neighbours, parameters=parameters, notes=notes)
    if given.osm is not None:
        found |= _funding(area, result, given, parameters, notes=notes)
    return Social(**found, notes=notes_table(notes))


def _status(quarters: pd.DataFrame, given: Given) -> tuple[list[Note], tuple[StatusIndex, Joined] | None]:
    """The status index of the quarters, or the reason why there is none."""
    spec = given.spec
    if spec is None or given.statistics is None:
        return [note("no_section")] if given.cases is not None or given.osm is not None else [], None
    if not len(quarters):
        return [note("no_quarters")], None
    method = read_method(spec.method_file or spec.method)
    known = joined(given.statistics, method, spec, quarters)
    index = status_index(known.values, method, residents=known.residents, excluded=spec.exclude)
    silent = [part.id for part in method.every_part() if part.id in known.people and known.people[part.id].isna().all()]
    counted = [part.id for part in method.every_part() if part.scale in ("share", "percent")]
    open_ = [name for name in silent if name in counted and not spec.published]
    return [*known.notes, *of_topics(index.notes, "status"), *([note("no_denominator", open_)] if open_ else [])], (
        index, known,
    )  # fmt: skip


def _neighbours(quarters: gpd.GeoDataFrame, parameters: Parameters) -> Neighbours | None:
    if not len(quarters):
        return None
    ids = quarters["quarter_id"].astype(str).tolist()
    tolerance = parameters.number("spatial.contiguity_tolerance_m")
    return contiguity(quarters.geometry.to_numpy(), ids, tolerance_m=tolerance)


def _space(
    quarters: pd.DataFrame, index: pd.Series | None, neighbours: Neighbours | None, parameters: Parameters
) -> dict[str, pd.DataFrame]:
    """Where like values stand together: of the status and of the share lacking several prerequisites."""
    if neighbours is None:
        return {"spatial": pd.DataFrame(), "clusters": pd.DataFrame()}
    values = quarters.set_index(quarters["quarter_id"].astype(str))[[SEVERAL]].astype(np.float64)
    if index is not None:
        values[STATUS] = index.reindex(values.index)
    found = association(values, neighbours, parameters, seed=int(parameters.number("social.seed")))
    return {"spatial": found.overall, "clusters": found.areas}


def _told(status: StatusIndex, known: Joined, quarters: pd.DataFrame, clusters: pd.DataFrame) -> Mapping[str, object]:
    """Tables of the status, with what a reader needs beside them."""
    method = status.method
    scales = {part.id: part.scale for part in method.every_part()}
    people = known.people.rename_axis("area_id").reset_index()
    people = people.melt("area_id", var_name="part_id", value_name="denominator")
    parts = status.parts.assign(scale=status.parts["part_id"].map(scales).fillna("score"))
    parts = parts.merge(people, on=["area_id", "part_id"], how="left")
    names = quarters.set_index(quarters["quarter_id"].astype(str))["name"].astype(str)
    areas = status.areas.assign(residents=status.areas["area_id"].map(known.residents))
    areas.insert(1, "name", areas["area_id"].map(names).fillna(""))
    if len(clusters):
        named = clusters[clusters["indicator"] == STATUS].set_index("area_id")["pattern"]
        areas["cluster"] = areas["area_id"].map(named).fillna("").astype(object)
    return {
        "method": method.id, "edition": method.edition, "label_de": method.label_de, "label_en": method.label_en,
        "source": method.source, "evidence": method.evidence, "available": status.available, "areas": areas,
        "parts": parts, "limits": status.limits, "matrix": status_matrix(quarters, areas),
    }  # fmt: skip


_OF_CHOICES = {"target_share": "variant_share", "rank_low": "rank_low", "rank_high": "rank_high"}
_OF_DATA = ("index_low", "index_high", "class_share", "reliability")


def _sureness(
    areas: pd.DataFrame, status: StatusIndex, known: Joined, given: Given, parameters: Parameters
) -> dict[str, pd.DataFrame]:
    """How much hangs on the choice of method, and how much on the data: beside each other, never merged."""
    assert given.spec is not None
    people, left_out = known.residents, given.spec.exclude
    if status.method.aggregate == "counting" or int(status.areas["valid"].sum()) < _FEWEST:
        return {}
    choices = value_choices(known.values, status.method, parameters, residents=people, excluded=left_out)
    data = data_uncertainty(
        known.values, status.method, parameters, residents=people, excluded=left_out,
        seed=int(parameters.number("social.seed")),
    )  # fmt: skip
    chosen = choices.areas[["area_id", *_OF_CHOICES]].rename(columns=_OF_CHOICES)
    whole = areas.merge(chosen, on="area_id", how="left").merge(
        data.areas[["area_id", *_OF_DATA]], on="area_id", how="left"
    )
    whole["reliability"] = whole["reliability"].fillna("")
    return {"areas": whole, "variants": choices.variants, "choices": choices.by_choice}


def factors_of(quarters: pd.DataFrame, index: pd.Series | None) -> list[Factor]:
    """What incidence is held against: status where there is one, and each prerequisite that is known."""
    table = quarters.set_index(quarters["quarter_id"].astype(str))
    found = [] if index is None or index.isna().all() else [status_factor(index, high_is="disadvantage")]
    for name in PREREQUISITES:
        share = table[f"lacks_{name}_share"].astype(np.float64)
        if share.notna().any():
            found.append(prerequisite_factor(name, share))
    return found


def _waves(
    cases: pd.DataFrame, quarters: pd.DataFrame, index: pd.Series | None, neighbours: Neighbours | None, *,
    parameters: Parameters, notes: list[Note],
) -> dict[str, object]:  # fmt: skip
    """Incidence by wave and what it goes with; only rates where no area of the cases is a quarter."""
    ids = pd.Index(cases["area_id"].astype(str).unique())
    known = pd.Index(quarters["quarter_id"].astype(str))
    elsewhere = sorted(ids.difference(known))
    if elsewhere:
        notes.append(note("no_cases") if len(elsewhere) == len(ids) else note("cases_elsewhere", elsewhere))
    together = len(elsewhere) < len(ids)
    factors = factors_of(quarters, index) if together else []
    residents = pd.Series(quarters["residents"].to_numpy(dtype=np.float64), index=known) if together else None
    found: Incidence = incidence_analysis(
        cases, factors, residents, neighbours=neighbours if together else None, parameters=parameters
    )
    notes += of_topics(found.notes, "incidence")
    return {
        "cases": found.areas, "associations": found.associations, "changes": found.changes,
        "caveat_de": found.caveat_de, "caveat_en": found.caveat_en,
    }  # fmt: skip


def _funding(
    area: Area, result: Result, given: Given, parameters: Parameters, *, notes: list[Note]
) -> dict[str, object]:
    """Proposals for funding areas by the people who lack several prerequisites; the status is no part of the need."""
    from nahraum.index.funding.of_study import funding_of_study

    assert given.osm is not None and given.access is not None
    told = funding_of_study(
        area, given.osm, given.access, result, parameters, given=given.parcels, use=given.parcels_use, edits=given.edits
    )
    found = told.found
    notes += [{str(name): value for name, value in row.items()} for row in found.notes.to_dict("records")]
    return {
        "funding": found.areas, "funding_units": found.units, "funding_edits": found.edits,
        "funding_parcels": told.parcels,
    }  # fmt: skip
