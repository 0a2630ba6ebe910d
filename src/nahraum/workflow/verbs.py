"""The verbs of the command line as functions; each returns what it has to say, as data and as lines."""

from __future__ import annotations

import json
import os
import platform
import resource
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.store import StageStore
from nahraum.study import Study, read_study
from nahraum.workflow.progress import Progress
from nahraum.workflow.summary import Summary

if TYPE_CHECKING:
    from nahraum.workflow.python import Analysis, StudyArea

_SMALLEST, _LARGEST = 1_000, 5_000_000


def study_of(study: Study | str | Path, out: Path | None = None) -> Study:
    """A study or the file it stands in, with another output folder where one is given."""
    known = study if isinstance(study, Study) else read_study(study)
    return known if out is None else replace(known, output_folder=Path(out).resolve())


def store_of(study: Study) -> StageStore:
    """Where the finished stages of a study lie."""
    return StageStore(study.output_folder / "internal" / "stages")


def build_area(study: Study | str | Path) -> StudyArea:
    """The study area: residents on addresses, places, public green with entrances, quarters."""
    from nahraum.workflow.chain import analyse_area
    from nahraum.workflow.python import StudyArea

    known = study_of(study)
    store = store_of(known)
    with store.lock():
        return StudyArea(known, analyse_area(known, store, Progress(quiet=True))[1].value)


def analyse(area: StudyArea) -> Analysis:
    """Cells, quarters and locations of a study area, unsuppressed, as GeoDataFrames.

    Stages go through the study's stage store, so that a second call, or `run`, finds them finished.
    """
    from nahraum.workflow.chain import analyse as whole
    from nahraum.workflow.python import analysis_of

    store = store_of(area.study)
    with store.lock():
        return analysis_of(whole(area.study, store, Progress(quiet=True)))


def run(study: Study | str | Path, *, out: Path | None = None, quiet: bool = False) -> Summary:
    """The whole analysis of a study: `internal/`, `public/` and `run.json` in its output folder.

    Raises
        NahraumError in four parts for anything that cannot be used or written; nothing half-written stays.
    """
    known = study_of(study, out)  # before the heavy imports: a wrong key is told at once
    from nahraum.publish.mapsite import map_warning
    from nahraum.publish.past import PastReleases
    from nahraum.workflow import chain as stages
    from nahraum.workflow.findings import findings
    from nahraum.workflow.publication import build_bundle, write_internal

    store, progress = store_of(known), Progress(quiet=quiet, language=known.language)
    with store.lock():
        chain = stages.analyse(known, store, progress)
        with progress.stage("publish", "tables, report, map"):
            parameters = stages.used_parameters(known, chain, store)
            past = PastReleases(known.output_folder / "internal", parameters)
            bundle = build_bundle(known, chain, parameters, past)
            write_internal(chain, known.output_folder / "internal")
            past.record(bundle.tables(), study=known.name, reference_date=known.reference_date, version=bundle.version)
            written = _write_public(bundle, known.output_folder / "public")
            written += _plans_again(known) + _chapters_again(known, chain.social.key)
            progress.note(f"{len(written)} files")
        _write_run_json(known, progress, network=chain.network.value.counts)
    summary, warning = findings(bundle, known), map_warning()
    warnings = [*past.lines(known.language), *([warning] if warning else [])]
    document = {**summary.document, "files": [str(f) for f in written], "warnings": warnings}
    return Summary(document, [*summary.lines, *([""] if warnings else []), *(f"  {one}" for one in warnings)])


def _write_public(bundle: Any, folder: Path) -> list[Path]:
    from nahraum.publish import write_all
    from nahraum.publish.mapsite import write_map
    from nahraum.publish.report import write_report

    return list(write_all(bundle, folder, report=write_report, mapsite=write_map))


def _plans_again(study: Study) -> list[Path]:
    """The plans of the study on its new map."""
    from nahraum.workflow.plan_map import plans_of_map

    return plans_of_map(study.output_folder, study.output_folder / "public" / "map" / "data")


def _chapters_again(study: Study, basis: str) -> list[Path]:
    """The stress test and the lab that are shown on its new map, where they rest on this analysis."""
    from nahraum.workflow.chapters import chapters_of_map, told_basis

    told_basis(study.output_folder, basis)
    return chapters_of_map(study.output_folder, study.output_folder / "public" / "map" / "data")


def _write_run_json(study: Study, progress: Progress, *, network: dict[str, int]) -> None:
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    document = {
        "seconds": progress.seconds,
        "computed_stages": progress.computed,
        "network": network,
        "peak_memory_mb": round(peak_kb / 1024, 1),
        "host": {"system": platform.system(), "python": platform.python_version(), "processors": os.cpu_count()},
    }
    path = study.output_folder / "run.json"
    temporary = path.with_name(".tmp-run.json")
    temporary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def musterstadt(residents: int, *, seed: int, folder: Path, municipalities: int = 1) -> Summary:
    """Raw input files of the synthetic city, with `study.toml` and `truth.json`; of a county of several if wanted.

    Parameters
        residents : of the city, or of all municipalities together.
    """
    from nahraum.musterstadt import write_city, write_county

    if municipalities != 1:
        county = write_county(municipalities, residents, seed, Path(folder))
        sizes = county["municipalities"].values()
        told = f"{len(sizes)} municipalities of {min(sizes):,} to {max(sizes):,} residents"
        return Summary(
            {"folder": str(folder), **county, "study": str(county["study"])},
            [f"Musterkreis, {told}, seed {seed}: {folder}", f"next: nahraum region {county['study']}"],
        )
    if not _SMALLEST <= residents <= _LARGEST:
        raise InputError(
            f"Musterstadt cannot have {residents} residents",
            expected=f"{_SMALLEST} to {_LARGEST}",
            fix="--residents 20000",
        )
    written = write_city(residents, seed, Path(folder))
    study = Path(folder) / "study.toml"
    return Summary(
        {"folder": str(folder), "study": str(study), **written},
        [f"Musterstadt, {residents:,} residents, seed {seed}: {folder}", f"next: nahraum run {study}"],
    )


def _same_city(truth: Path, residents: int, seed: int) -> bool:
    try:
        told = json.loads(truth.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (told.get("residents"), told.get("seed")) == (residents, seed)


def demo(folder: Path, *, residents: int = 20_000, seed: int = 1, quiet: bool = False) -> Summary:
    """Musterstadt from raw files to map in one go; the folder must be new, empty, or an earlier demo.

    In the folder of an earlier demo of the same size and seed the files stay as they are, also study.toml.
    """
    marker = folder / "truth.json"
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise InputError(
            f"{folder} holds other files", expected="a new folder or an earlier demo", fix="choose another --out"
        )
    if not _same_city(marker, residents, seed):  # an earlier demo keeps what was changed in its study.toml
        musterstadt(residents, seed=seed, folder=folder)
    summary = run(folder / "study.toml", quiet=quiet)
    return Summary({"study": str(folder / "study.toml"), **summary.document}, summary.lines)


def check(study: Study | str | Path, *, quiet: bool = False) -> Summary:
    """Inputs validated; completeness, scale and date of each source; nothing is analysed or written."""
    from nahraum.workflow.checking import check_study

    return check_study(study_of(study), quiet=quiet)


def region(
    studies: Sequence[Study | str | Path], *, name: str = "", out: Path | None = None, quiet: bool = False
) -> Summary:
    """All municipalities of one study or of several compared within their type, in one report with a page for each.

    Raises
        InputError where studies were computed by different rules, or share a municipality.
    """
    from nahraum.workflow.regional import region_report

    return region_report(studies, name=name, out=out, quiet=quiet)


def explain(
    study: Study | str | Path,
    *,
    indicator: str,
    cell: str | None = None,
    quarter: str | None = None,
    out: Path | None = None,
) -> Summary:
    """Why a value is what it is, for a cell or a quarter of a finished run."""
    from nahraum.workflow.explaining import explain_value

    known = study_of(study, out)
    store = store_of(known)
    if not store.folder.is_dir():
        raise InputError(f"{known.name} has not been run yet", where=str(known.output_folder), fix="nahraum run STUDY")
    return explain_value(known, store, indicator=indicator, cell=cell, quarter=quarter)
