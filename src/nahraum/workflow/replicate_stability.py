"""How stable the place of an area is: value choices and data uncertainty, two figures that are never merged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from nahraum.index.robust import data_uncertainty, value_choices
from nahraum.index.status import Method, StatusIndex
from nahraum.parameters import Parameters
from nahraum.workflow.replicate_status import with_sample_sd
from nahraum.workflow.replicated import Replicated, number, said
from nahraum.workflow.summary import Summary

_SHARES = ("share", "percent")
_PEOPLE = "persons_"
_RELIABILITY = {
    "sure": ("sicher", "sure"),
    "uncertain": ("unsicher", "uncertain"),
    "open": ("offen", "open"),
    "no_class": ("keine Klasse", "no class"),
}


def stability_told(found: Replicated, area: str, language: str) -> Summary:
    """Share of method variants and rank interval; share of data draws that keep the class; the standard deviation."""
    status = found.status
    if status is None or found.inputs is None or not _valid(status, area):
        return Summary({}, [])
    parameters = Parameters()
    documents: dict[str, Any] = {}
    lines = [said(("Wie stabil:", "How stable:"), language)]
    for part in (_choices(found, area, parameters, language), _data(found, area, parameters, language)):
        documents |= part.document
        lines += part.lines
    if status.method.standardise == "z" and status.method.classes.kind == "sd":
        line, other = _other_sd(found, status, area, language)
        documents["class_with_sample_sd"] = other
        lines.append(line)
    return Summary(documents, lines)


def stability_columns(found: Replicated) -> pd.DataFrame:
    """What a published rank needs beside it, by area_id: share of variants, rank interval, reliability.

    No rank leaves without it; areas without an index have none.
    """
    assert found.status is not None and found.inputs is not None
    parameters, method = Parameters(), found.status.method
    choices = value_choices(found.inputs, method, parameters, residents=found.residents).areas.set_index("area_id")
    columns = choices[["target_share", "rank_low", "rank_high"]].rename(columns={"target_share": "variant_share"})
    if any(part.scale in _SHARES for part in method.parts):
        values, told_method = _with_persons(found, method)
        drawn = data_uncertainty(values, told_method, parameters, residents=found.residents).areas
        columns["reliability"] = drawn.set_index("area_id")["reliability"]
    return columns


def _valid(status: StatusIndex, area: str) -> bool:
    return bool(status.areas.set_index("area_id")["valid"].get(area, False))


def _row(frame: pd.DataFrame, area: str) -> dict[str, Any]:
    return {str(name): value for name, value in frame[frame["area_id"] == area].to_dict("records")[0].items()}


def _choices(found: Replicated, area: str, parameters: Parameters, language: str) -> Summary:
    """In how many of the printed variants the area is in the target set, and between which ranks it moves."""
    assert found.status is not None and found.inputs is not None
    choices = value_choices(found.inputs, found.status.method, parameters, residents=found.residents)
    row, n = _row(choices.areas, area), len(choices.variants)
    size = int(choices.areas["in_target"].sum())
    share = number(100 * float(row["target_share"]), language)
    low, high = (number(float(row[name]), language) for name in ("rank_low", "rank_high"))
    line = said(
        (
            f"  Rechenwege: in {share} % von {number(n, language)} Varianten gehört der Raum zu den "
            f"{number(size, language)} Räumen mit dem niedrigsten Status; Rang {low} bis {high} "
            "(90 % der Varianten). Ein Anteil von Varianten ist keine Wahrscheinlichkeit.",
            f"  Choices of method: in {share}% of {number(n, language)} variants the area is among the "
            f"{number(size, language)} areas of lowest status; rank {low} to {high} (90% of the variants). "
            "A share of variants is no probability.",
        ),
        language,
    )
    document = {
        "variants": n, "target_areas": size, "in_target": bool(row["in_target"]),
        "target_share": float(row["target_share"]), "rank_low": float(row["rank_low"]),
        "rank_high": float(row["rank_high"]),
    }  # fmt: skip
    return Summary({"value_choices": document}, [line])


def _data(found: Replicated, area: str, parameters: Parameters, language: str) -> Summary:
    """How often the area keeps its class when its inputs are drawn again."""
    assert found.status is not None and found.inputs is not None
    method = found.status.method
    if not any(part.scale in _SHARES for part in method.parts):
        told = (
            "  Daten: aus Rängen lässt sich keine Unsicherheit der Daten ableiten.",
            "  Data: ranks say nothing about the uncertainty of the data.",
        )
        return Summary({"data": None}, [said(told, language)])
    values, told_method = _with_persons(found, method)
    drawn = data_uncertainty(values, told_method, parameters, residents=found.residents)
    row = _row(drawn.areas, area)
    kept = number(100 * float(row["class_share"]), language)
    low, high = (number(float(row[name]), language, 2) for name in ("index_low", "index_high"))
    word = said(_RELIABILITY[str(row["reliability"])], language)
    line = said(
        (
            f"  Daten: bei {drawn.n_draws} Ziehungen (Rundung, kleine Nenner) bleibt die Klasse in {kept} % gleich: "
            f"{word}; Index {low} bis {high}.",
            f"  Data: in {drawn.n_draws} draws (rounding, small bases) the class stays the same in {kept}%: "
            f"{word}; index {low} to {high}.",
        ),
        language,
    )
    document = {
        "draws": drawn.n_draws, "class_share": float(row["class_share"]), "reliability": str(row["reliability"]),
        "index_low": float(row["index_low"]), "index_high": float(row["index_high"]),
    }  # fmt: skip
    return Summary({"data": document}, [line])


def _with_persons(found: Replicated, method: Method) -> tuple[pd.DataFrame, Method]:
    """Values and method with the people behind each share, where the register of the same day is there."""
    assert found.inputs is not None
    known = [name for name in found.persons.columns if not found.persons[name].isna().any()]
    parts = tuple(
        replace(part, denominator=_PEOPLE + part.id) if part.id in known and part.scale in _SHARES else part
        for part in method.parts
    )
    people = found.persons[known].reindex(found.inputs.index).add_prefix(_PEOPLE)
    return found.inputs.join(people), replace(method, parts=parts)


def _other_sd(found: Replicated, status: StatusIndex, area: str, language: str) -> tuple[str, str]:
    """The class with the standard deviation over n − 1."""
    assert found.inputs is not None
    other = str(with_sample_sd(found.inputs, status.method)[area])
    own = str(status.areas.set_index("area_id")["class_de"][area])
    label = dict(zip(status.method.classes.labels_de, status.method.classes.labels_en, strict=True))
    same = said(("ebenfalls", "also") if other == own else ("aber", "but"), language)
    line = said(
        (
            f"  Standardabweichung über n − 1 statt n: {same} Klasse „{other}“.",
            f"  Standard deviation over n − 1 instead of n: {same} class “{label[other]}”.",
        ),
        language,
    )
    return line, other
