"""Spatial association of several indicators in one table, and where like values stand together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from nahraum.index.spatial.global_ import Association, eb_moran, geary, moran
from nahraum.index.spatial.local import local_moran
from nahraum.index.spatial.neighbours import Neighbours, row_standardised
from nahraum.indicators.catalogue import format_number
from nahraum.parameters import Parameters


@dataclass(frozen=True)
class Spatial:
    """Association of indicators.

    overall : a row per indicator and measure (fields of `Association`), with sentences.
    areas : a row per indicator and area, as `local_moran` gives it.
    notes : indicator, note_de, note_en.
    """

    overall: pd.DataFrame
    areas: pd.DataFrame
    notes: pd.DataFrame


def association(
    values: pd.DataFrame, neighbours: Neighbours, parameters: Parameters, *, seed: int,
    rates: Mapping[str, tuple[pd.Series, pd.Series]] | None = None,
) -> Spatial:  # fmt: skip
    """Do areas with like values lie side by side, and where? Moran, Geary and local Moran of every column.

    Parameters
        values : by area_id, a column per indicator. neighbours : of the areas.
        seed : of the random arrangements; each column has its own, whatever the order of the columns.
        rates : by column, cases and people where it is a rate: `eb_moran` then stands beside, which allows for areas of
            few people.
    """
    share = parameters.number("spatial.false_discovery_share")
    permutations = int(parameters.number("spatial.permutations"))
    shares = row_standardised(neighbours)
    overall, areas, notes = [], [], []
    for name in sorted(str(column) for column in values.columns):
        rng = np.random.default_rng([seed, crc32(name.encode())])
        column = values[name]
        found = [measure(column, shares, permutations=permutations, rng=rng) for measure in (moran, geary)]
        if rates and name in rates:
            found.append(eb_moran(*rates[name], shares, permutations=permutations, rng=rng))
        local = local_moran(column, shares, permutations=permutations, rng=rng, false_discovery_share=share)
        overall += [{"indicator": name, **one.as_row(), **_sentences(one, parameters)} for one in found]
        areas.append(local.areas.assign(indicator=name))
        notes.append({"indicator": name, "note_de": local.note_de, "note_en": local.note_en})
    return Spatial(pd.DataFrame(overall), pd.concat(areas, ignore_index=True) if areas else pd.DataFrame(),
                   pd.DataFrame(notes))  # fmt: skip


def _sentences(found: Association, parameters: Parameters) -> dict[str, str]:
    """What the statistic says, in both languages; for Moran's I only, the others stand beside it."""
    if found.measure == "geary":
        return {"text_de": "", "text_en": ""}
    if found.status != "ok":
        return {"text_de": f"Nicht bestimmbar: {found.note_de}", "text_en": f"Not determined: {found.note_en}"}
    beyond = found.p_permutation <= parameters.number("spatial.false_discovery_share")
    alike = found.value > found.expected
    german = "Ähnliche Werte liegen beieinander" if alike else "Hohe und niedrige Werte liegen nebeneinander"
    english = "Like values lie side by side" if alike else "High and low values lie side by side"
    if not beyond:
        german = "Ein räumliches Muster ist nicht von Zufall zu unterscheiden"
        english = "No spatial pattern can be told from chance"
    text_de = f"{german} (Moran-Index {format_number(found.value, 2, 'de')}, {_p(found.p_permutation, 'de')})."
    text_en = f"{english} (Moran's I {format_number(found.value, 2, 'en')}, {_p(found.p_permutation, 'en')})."
    if found.areas < parameters.number("spatial.few_areas"):
        text_de += f" Wenige Gebiete ({found.areas})."
        text_en += f" Few areas ({found.areas})."
    return {"text_de": text_de, "text_en": text_en}


def _p(p: float, language: str) -> str:
    least = 0.001
    return f"p < {format_number(least, 3, language)}" if p < least else f"p = {format_number(p, 3, language)}"
