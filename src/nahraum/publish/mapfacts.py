"""`study.json` of the map: what is shown, in which words, by which thresholds, from which sources."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.indicators.catalogue import SHARE, THEMES, Indicator
from nahraum.parameters import Parameter
from nahraum.provenance import NOT_STATED, Source
from nahraum.publish import facts, labels, mapjson, palette
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report import own, words
from nahraum.publish.report.tables import source_label
from nahraum.tables import PREREQUISITES, SERVICES

FORMAT_VERSION = 3
LEVELS = ("cells", "quarters")
SIDE_CLASSES = 2
PLAIN_CLASSES = 5
NARROW = 0.4  # fifths would show a share of this range in two colours at most
STANDARDS = "green_standards."


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    file = resources.files("nahraum.publish").joinpath("mapsite.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _both(german: str, english: str) -> dict[str, str]:
    return {"de": german, "en": english or german}


def _label(section: str, key: str) -> dict[str, str]:
    return _both(labels.text(section, key, "de"), labels.text(section, key, "en"))


def parameters_by_id(bundle: PublishBundle) -> dict[str, Parameter]:
    """The parameters a reader of this study needs: of the green standards only the chosen one."""
    found = {parameter.id: parameter for parameter in bundle.parameters}
    chosen = f"{STANDARDS}{_standard(found)}."
    return {
        name: parameter
        for name, parameter in sorted(found.items())
        if not name.startswith(STANDARDS) or name.startswith(chosen)
    }


def _standard(parameters: Mapping[str, Parameter]) -> str:
    return str(parameters["green.standard"].value) if "green.standard" in parameters else ""


def threshold_of(entry: Indicator, parameters: Mapping[str, Parameter]) -> tuple[str, float] | None:
    """Parameter and value by which an indicator is judged, None for one without."""
    name = str(getattr(entry, "threshold", "") or _texts()["thresholds"].get(entry.id, ""))
    parameter = parameters.get(name.format(standard=_standard(parameters)))
    if parameter is None or isinstance(parameter.value, bool) or not isinstance(parameter.value, (int, float)):
        return None
    return parameter.id, float(parameter.value)


def _nice(values: npt.NDArray[np.float64]) -> list[float]:
    """The numbers with two significant digits."""
    return [float(f"{value:.1e}") for value in values]


def breaks_of(values: npt.ArrayLike, *, threshold: float | None, share: bool, whole: bool) -> list[float]:
    """Limits between the classes of the legend, lowest first; a threshold is always one of them.

    Parameters
        values : of all cells; NaN does not count.
        share : fifths from 0 to 1; whole : counts, a class each.
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if share:
        return list(palette.SHARE_EDGES[1:-1])
    if not known.size:
        return []
    if whole and known.max() <= PLAIN_CLASSES:
        return [float(count) for count in range(1, int(known.max()) + 1)] or [1.0]
    if threshold is None:
        return list(palette.class_edges(known, n_classes=PLAIN_CLASSES)[1:-1]) or [float(known.min())]
    below, above = known[known < threshold], known[known > threshold]
    steps = np.arange(1, SIDE_CLASSES + 1) / (SIDE_CLASSES + 1)
    found = _nice(np.quantile(below, steps)) if below.size else []
    found += _nice(np.quantile(above, steps)) if above.size else []
    between = {limit for limit in found if known.min() < limit <= known.max()}
    return sorted(between | {threshold})


def _is_count(entry: Indicator) -> bool:
    return entry.kind == "count" and entry.unit != SHARE


def _breaks(entry: Indicator, values: npt.NDArray[np.float64], threshold: float | None) -> list[float]:
    """Limits between the classes of an entry; of a further share that stays within a narrow range finer than fifths."""
    known = values[np.isfinite(values)]
    if entry.letters and known.size:
        return [float(rank) for rank in range(math.floor(known.min()) + 1, math.ceil(known.max()) + 1)] or [
            float(known.min()) + 1
        ]
    narrow = bool(entry.theme) and known.size > 0 and 0 < known.max() - known.min() <= NARROW
    return breaks_of(values, threshold=threshold, share=entry.unit == SHARE and not narrow, whole=_is_count(entry))


def indicator(entry: Indicator, bundle: PublishBundle, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """One catalogue entry with its legend."""
    limit = threshold_of(entry, parameters)
    frames = {level: getattr(bundle, level).frame for level in LEVELS}
    levels = [level for level, frame in frames.items() if entry.value_column in frame.columns]
    frame = frames[levels[0]] if levels else bundle.quarters.frame
    numeric = entry.id in frame.columns and pd.api.types.is_numeric_dtype(frame[entry.id].dtype)
    drawn = [frames[level] for level in (levels if entry.letters else levels[:1])] or [frame]
    told = [each[entry.id].to_numpy(dtype=np.float64, na_value=np.nan) for each in drawn] if numeric else []
    values = np.concatenate(told) if told else np.array([])
    known = numeric and (not entry.theme or bool(np.isfinite(values).any()))
    breaks = _breaks(entry, values, limit[1] if limit else None) if known else []
    standard = _standard(parameters)
    names = [str(name).format(standard=standard) for name in entry.parameters]
    return {
        "id": entry.id,
        "label": _both(entry.label_de, entry.label_en),
        "unit": {"de": labels.unit_of(entry, "de"), "en": entry.unit},
        "kind": entry.kind,
        "prerequisite": entry.prerequisite,
        "theme": entry.theme,
        "summed": entry.summed,
        "of": "age" if entry.weight else entry.of,
        "letters": entry.letters,
        "levels": levels,
        "geographies": list(entry.geographies),
        "formula": _both(entry.formula_de, entry.formula_en),
        "sentence": _both(entry.sentence_de, entry.sentence_en),
        "limits": _both(entry.limits_de, entry.limits_en),
        "source": entry.source,
        "evidence": entry.evidence,
        "better": entry.better,
        "decimals": entry.decimals,
        "parameters": [name for name in names if name in parameters],
        "threshold": {"parameter": limit[0], "value": limit[1]} if limit else None,
        "breaks": breaks,
    }


def _prerequisite(name: str, indicators: list[dict[str, Any]]) -> dict[str, Any]:
    own = [entry for entry in indicators if entry["prerequisite"] == name]
    used = {parameter for entry in own for parameter in entry["parameters"]}
    used |= {entry["threshold"]["parameter"] for entry in own if entry["threshold"]}
    text = _texts()["prerequisites"][name]
    return {
        "id": name,
        "label": _label("names", name),
        "short": _both(text["short_de"], text["short_en"]),
        "sources": text["sources"],
        "parameters": sorted(used),
    }


def _stated(text: str) -> str:
    return "" if text == NOT_STATED else text


def _scale(scale: str) -> dict[str, str]:
    """A scale such as "100 m cell" in both languages."""
    german = scale
    for pattern, spoken in _texts()["scales"].items():
        german = re.sub(pattern, spoken, german)
    return _both(german, scale)


def _sources(bundle: PublishBundle) -> list[dict[str, Any]]:
    """Every source once; the files of one source (a file per class of dwellings, say) are counted."""
    by_facts: dict[tuple[str, ...], list[Source]] = {}
    for one in bundle.sources:
        by_facts.setdefault((one.name, one.licence, one.attribution, one.reference_date, one.scale), []).append(one)
    return [_source(files[0]) | {"files": len(files)} for files in by_facts.values()]


def _source(source: Source) -> dict[str, Any]:
    plain = {each: source_label(source.name, words.Words(each)) for each in labels.LANGUAGES}
    label = _texts()["sources"].get(source.name, plain)
    return {
        "name": source.name,
        "label": label,
        "file": facts.file_name(source.file),
        "licence": _stated(source.licence),
        "licence_url": facts.licence_address(source.licence),
        "attribution": _stated(source.attribution),
        "reference_date": _stated(source.reference_date),
        "scale": _scale(_stated(source.scale)),
        "note": source.note,
    }


def _parameter_label(parameter: Parameter, standard: str, language: str) -> str:
    """A parameter in the words of the report, its value left open; '' for one that the report does not name."""
    names = words.texts(language)["parameters"]
    return str(names.get(parameter.id, names.get(parameter.id.replace(f".{standard}.", ".{standard}."), "")))


def _parameter(parameter: Parameter, standard: str) -> dict[str, Any]:
    told = {name: value if name == "value" else mapjson.scalar(value) for name, value in parameter.as_dict().items()}
    return told | {"label": {each: _parameter_label(parameter, standard, each) for each in labels.LANGUAGES}}


def _population_days(bundle: PublishBundle) -> dict[str, str]:
    """Where residents come from and of which days, for the head of the map; '' where they are of one source."""
    told = any(source.name == "population_register" for source in bundle.sources)
    told |= own.population_key(bundle) != "population"  # no census: say so
    return {each: own.residents_of_days(bundle, words.Words(each)) if told else "" for each in labels.LANGUAGES}


def bounds(bundle: PublishBundle) -> list[float]:
    """West, south, east, north of what is inhabited (of the quarters where there is no cell)."""
    frame = bundle.cells.frame if len(bundle.cells.frame) else bundle.quarters.frame
    box: list[float] = shapely.total_bounds(mapjson.lon_lat(frame)).tolist()
    return box


def study_document(bundle: PublishBundle) -> dict[str, Any]:
    """Everything the map shows that is not a table of cells, quarters or locations."""
    parameters = parameters_by_id(bundle)
    indicators = [indicator(entry, bundle, parameters) for entry in bundle.catalogue]
    study = bundle.study
    return {
        "format_version": FORMAT_VERSION,
        "name": study.name,
        "reference_date": facts.date_text(bundle),
        "population_days": _population_days(bundle),
        "language": study.language,
        "note": study.note,
        "contact": study.contact,
        "version": bundle.version,
        "bounds": bounds(bundle),
        "lacks_needed": int(parameters["counting.lacks_needed"].value),
        "minimum_residents_cell": int(parameters["disclosure.minimum_residents_cell"].value),
        "palette": {
            "classes": palette.CLASS_COLOURS,
            "sequential": list(palette.SEQUENTIAL),
            "neutral": list(palette.NEUTRAL),
            "unknown": palette.UNKNOWN,
            "services": palette.SERVICE_COLOURS,
        },
        "prerequisites": [_prerequisite(name, indicators) for name in PREREQUISITES],
        "themes": [
            {"id": name, "label": _label("themes", name)}
            for name in THEMES
            if any(entry.theme == name for entry in bundle.catalogue)
        ],
        "services": [{"id": name, "label": _label("names", name)} for name in SERVICES],
        "indicators": indicators,
        "parameters": {name: _parameter(one, _standard(parameters)) for name, one in parameters.items()},
        "sources": _sources(bundle),
        "municipality": mapjson.records(bundle.municipality.frame)[0],
        "combinations": mapjson.records(bundle.combinations.frame),
        "partly_known": [] if bundle.partly_known is None else mapjson.records(bundle.partly_known.frame),
        "discriminating": mapjson.records(bundle.discriminating.frame),
        "variants": mapjson.records(bundle.variants.frame),
        "categories": mapjson.records(bundle.categories.frame),
        "location_services": mapjson.records(bundle.location_services.frame),
        "notes": [
            {"code": note["code"], "count": note["count"], "text": _both(note["text_de"], note["text_en"])}
            for note in mapjson.records(bundle.notes)
        ],
    }
