"""The municipalities of one study or of many, by one method, in one report with a page for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.region import ranked_together
from nahraum.parameters import Parameter, Parameters
from nahraum.publish import PublishBundle, release
from nahraum.publish.bundle import Released
from nahraum.publish.csvfiles import FOLDER as TABLES
from nahraum.publish.csvfiles import csv_text
from nahraum.publish.manifest import write_manifest
from nahraum.publish.nested import Beside, Nested
from nahraum.publish.parquet import write_parquet
from nahraum.publish.report.region import Region, Said, findings_of, region_of
from nahraum.publish.report.region_files import write_region
from nahraum.publish.write import replaced
from nahraum.study import Study
from nahraum.workflow.chain import Chain, analyse, used_parameters
from nahraum.workflow.progress import Progress
from nahraum.workflow.publication import beside_of, build_bundle
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import run, store_of, study_of

_SHOWN = 5


@dataclass(frozen=True)
class _Part:
    """One study of the region, analysed and released."""

    study: Study
    parameters: Parameters
    bundle: PublishBundle
    rows: gpd.GeoDataFrame
    shares: pd.DataFrame  # a row per variant, a column per municipality
    beside: Beside


def region_report(
    studies: Sequence[Study | str | Path], *, name: str = "", out: Path | None = None, quiet: bool = False
) -> Summary:
    """All municipalities of the studies compared within their type.

    Parameters
        studies : one study of several municipalities, or several studies; those that have not been run are run.
        name : of the region; the name of the first study where none is given.
        out : folder for the result of several studies; region.out beside the first one by default.

    Raises
        InputError where studies were computed by different rules, or share a municipality.
    """
    known = [study_of(study) for study in studies]
    if len(known) == 1:
        return _of_one(known[0], quiet=quiet)
    _require_once(key for study in known for key in sorted(set(study.municipalities)))  # before hours of work
    progress = Progress(quiet=quiet, language=known[0].language)
    first = _part(known[0], progress)
    _require_same_rules(first, [(study.name, study.parameters()) for study in known[1:]], first.parameters.used())
    parts = [first, *(_part(study, progress) for study in known[1:])]
    _require_one_method(parts)
    whole, bundle = _together(parts, name or f"{known[0].name} …")
    folder = (out or known[0].path.parent / "region.out").resolve()
    with progress.stage("publish", "tables, report, map"):
        replaced(folder / "public", lambda working: _write(bundle, whole, working))
        progress.note(f"{sum(path.is_file() for path in (folder / 'public').rglob('*'))} files")
    return _summary(whole, folder / "public")


def _of_one(study: Study, *, quiet: bool) -> Summary:
    if not (study.municipalities or study.kreis) and study.source("municipalities") is None:
        raise InputError(
            f"{study.name} is a study of one municipality",
            expected="several studies, or one with [sources.municipalities] and [area] municipalities or kreis",
            fix="nahraum region town-a.toml town-b.toml; or nahraum init --kreis 07335",
        )
    done = run(study, quiet=quiet)
    public = study.output_folder / "public"
    frame = gpd.read_parquet(public / "municipalities.parquet")
    words = Said(study.language)
    k = int(study.parameters().number("counting.lacks_needed"))
    lines = [f"  {line}" for line in findings_of(frame, k, words)]
    where = [f"  {words.text('where_region'):<9}{public / 'region.pdf'}", f"  {'':<9}{public / 'municipalities'}"]
    return Summary(done.document | {"region": str(public / "region.pdf")}, [*done.lines, "", *lines, "", *where])


def _part(study: Study, progress: Progress) -> _Part:
    progress.heading(study.name)
    store = store_of(study)
    with store.lock():
        chain = analyse(study, store, progress)
        parameters = used_parameters(study, chain, store)
        bundle = build_bundle(study, chain, parameters)
        rows = _rows(study, chain).assign(measured_by=_measured_by(study))
        return _Part(study, parameters, bundle, rows, _shares(study, chain), beside_of(chain, parameters))


def _key(study: Study) -> str:
    """Key of a study of one municipality: its AGS, else its name."""
    return study.municipalities[0] if study.municipalities else re.sub(r"\W+", "_", study.name.lower()).strip("_")


def _measured_by(study: Study) -> str:
    """What tells which places there are: streets and places, a timetable, registers of the office."""
    osm = study.source("osm")
    kinds = ["street_axes" if osm is not None and osm.kind == "lines" else "osm"]
    kinds += ["timetable"] if study.source("timetable") is not None else []
    return "+".join(
        [*kinds, *(["own_register"] if any(s.group == "registers" for s in study.sources.values()) else [])]
    )


def _beside(parts: Sequence[_Part]) -> Beside:
    """What is known beside the municipalities of all studies."""
    pieces = [part.beside.nested.pieces for part in parts if part.beside.nested is not None]
    counted = dict.fromkeys(name for part in parts for name in part.beside.counted)
    return Beside(Nested(pd.concat(pieces, ignore_index=True)) if pieces else None, tuple(counted))


def _rows(study: Study, chain: Chain) -> gpd.GeoDataFrame:
    result = chain.index.value
    if result.municipalities is not None:
        return result.municipalities
    area = chain.area.value
    row = result.municipality.assign(municipality_id=_key(study))
    row.insert(1, "name", study.name)
    row.insert(2, "type", "")
    return gpd.GeoDataFrame(row, geometry=area.boundary.geometry.to_numpy()[:1], crs=area.crs)


def _shares(study: Study, chain: Chain) -> pd.DataFrame:
    result = chain.index.value
    if result.municipality_variants is not None:
        return result.municipality_variants
    shares = result.variants.set_index("variant_id")["several_known_share"]
    return pd.DataFrame({_key(study): shares}).reset_index()


def _require_same_rules(first: _Part, others: Iterable[tuple[str, Parameters]], used: Iterable[Parameter]) -> None:
    """The others judge by the same thresholds as the first, as far as these are used; told before all is computed."""
    names, known, wrong = sorted({one.id for one in used}), first.parameters.values_by_id(), []
    for study, parameters in others:
        theirs = parameters.values_by_id()
        wrong += [
            f"{study}: {name} = {theirs.get(name)!r}, {first.study.name}: {known.get(name)!r}"
            for name in names
            if theirs.get(name) != known.get(name)
        ]
    if wrong:
        raise InputError(
            "the studies are computed by different rules", where=wrong[:_SHOWN],
            expected="the same [parameters] in every study", fix="compare only what was measured alike",
        )  # fmt: skip


def _require_one_method(parts: Sequence[_Part]) -> None:
    """All studies judge by the same thresholds, or nothing can be compared; whichever of them used a parameter."""
    used = [one for part in parts for one in part.parameters.used()]
    _require_same_rules(parts[0], [(part.study.name, part.parameters) for part in parts[1:]], used)
    _require_once(key for part in parts for key in part.rows["municipality_id"])


def _require_once(keys: Iterable[str]) -> None:
    """No municipality is in several studies: it would count twice."""
    ids = pd.Series(list(keys), dtype=object)
    if (repeated := ids[ids.duplicated()]).any():
        raise InputError(
            "a municipality is in several studies", where=sorted(set(repeated))[:_SHOWN], fix="name each study once"
        )


def _together(parts: Sequence[_Part], name: str) -> tuple[Region, PublishBundle]:
    first = parts[0]
    crs = first.bundle.crs
    rows = pd.concat([part.rows.to_crs(crs) for part in parts], ignore_index=True)
    shares = parts[0].shares
    for part in parts[1:]:
        shares = shares.merge(part.shares, on="variant_id", how="inner", validate="one_to_one")
    ranked = ranked_together(rows, shares, first.parameters)
    table = release(ranked, "municipalities", parameters=first.parameters, name="municipalities", beside=_beside(parts))
    entries = {entry.id: entry for part in parts for entry in part.bundle.catalogue}
    sources = tuple(dict.fromkeys(source for part in parts for source in part.bundle.sources))
    bundle = replace(
        first.bundle, study=replace(first.study, name=name), more=(table,), catalogue=tuple(entries.values()),
        sources=sources,
    )  # fmt: skip
    own = region_of(bundle)
    assert own is not None
    cells = _stacked([part.bundle.cells for part in parts], crs)
    return replace(own, cells=cells, locations=_stacked([part.bundle.locations for part in parts], crs)), bundle


def _stacked(tables: Sequence[Released], crs: str) -> gpd.GeoDataFrame:
    frames = [gpd.GeoDataFrame(table.frame).to_crs(crs) for table in tables]
    whole: gpd.GeoDataFrame = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    return whole


def _write(bundle: PublishBundle, whole: Region, folder: Path) -> list[Path]:
    table = whole.municipalities
    written = [write_parquet(table, folder / "municipalities.parquet", bundle)]
    (folder / TABLES).mkdir()
    path = folder / TABLES / "municipalities.csv"
    path.write_bytes(csv_text(table, bundle).encode("utf-8-sig"))
    written += [path, *write_region(whole, folder)]
    return [*written, write_manifest(bundle, folder, files=written)]


def _summary(whole: Region, public: Path) -> Summary:
    words, frame = Said(whole.language), whole.municipalities.frame
    found = [f"  {line}" for line in findings_of(frame, whole.k, words)]
    lines = ["", f"{whole.name}: {len(frame)} {words.text('key_number')}", *found, ""]
    lines += [f"  {words.text('where_region'):<9}{public / 'region.pdf'}", f"  {'':<9}{public / 'municipalities'}"]
    document: dict[str, Any] = {
        "region": str(public / "region.pdf"),
        "public": str(public),
        "municipalities": frame[["municipality_id", "name", "residents"]].to_dict("records"),
    }
    return Summary(document, lines)
