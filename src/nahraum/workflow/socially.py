"""What of a study goes into its social-space analysis, and what of its statistics stays a figure of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from nahraum.index.social import Given
from nahraum.index.social_values import table_columns
from nahraum.index.status import read_method
from nahraum.provenance import file_sha256
from nahraum.sources.areatable import TEXTS, AreaTable
from nahraum.study import Study
from nahraum.workflow.inputs import Inputs


def social_given(inputs: Inputs, study: Study, access: Callable[[], pd.DataFrame] | None = None) -> Given:
    """Tables and streets for the analysis; streets and ways only where funding areas are wanted.

    Parameters
        access : gives the ways of the addresses; None where only the status is asked for.
    """
    spec = study.social
    units = study.source("parcels")
    wanted = study.funding and access is not None
    return Given(
        spec=spec,
        statistics=None if spec is None else inputs.statistics[spec.statistics].latest(),
        cases=None if inputs.incidence is None else inputs.incidence.table,
        osm=inputs.osm if wanted else None,
        access=access() if wanted and access is not None else None,
        parcels=inputs.parcels,
        parcels_use="list" if units is None else str(units.option("use", "list")),
        edits=inputs.funding_edits,
    )


def social_settings(study: Study) -> dict[str, Any]:
    """What of the study file, besides sources and parameters, decides the analysis."""
    found: dict[str, Any] = {"funding": study.funding}
    if study.social is not None:
        spec = asdict(study.social) | {"method_file": ""}
        file = study.social.method_file
        found |= {"social": spec, "method": "" if file is None else file_sha256(file)}
    return found


def other_statistics(inputs: Inputs, study: Study) -> dict[str, AreaTable]:
    """The statistics of a study without the figures of its status: they are published by a rule of their own."""
    spec = study.social
    if spec is None:
        return dict(inputs.statistics)
    used = set(table_columns(read_method(spec.method_file or spec.method), spec))
    table = inputs.statistics[spec.statistics]
    kept = {name: heading for name, heading in table.labels.items() if name not in used or name in TEXTS}
    gone = [name for name in table.labels if name not in kept]
    rows = table.table.drop(columns=[c for name in gone for c in (name, f"{name}_status")], errors="ignore")
    return dict(inputs.statistics) | {spec.statistics: replace(table, table=rows, labels=kept)}
