"""The section [social] of a study: by which method the status of quarters is told, and from which table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nahraum.errors import StudyError


@dataclass(frozen=True)
class SocialSpec:
    """Which index, from which figures.

    method : name of a shipped method, or the path of a method file; `method_file` is that path, else None.
    statistics : the item of `[sources.statistics.<item>]` that holds the parts.
    columns : part of the method (or its denominator) -> our column of that table; the same name where silent.
    residents : our column with residents; "" for the residents of the quarters as nahraum counts them.
    exclude : ids of quarters that get no index (harbours, industry).
    published : whether the office's table is public already; its figures are then not held back again.
    """

    method: str
    statistics: str
    method_file: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    residents: str = ""
    exclude: tuple[str, ...] = ()
    published: bool = False


def social_of(
    section: Mapping[str, Any], folder: Path, statistics: Collection[str], *, require_files: bool = True
) -> SocialSpec | None:
    """What [social] says; None where the study has no such section.

    Parameters
        folder : of the study file; paths are relative to it.
        statistics : the items of [sources.statistics] that the study has.
        require_files : whether a method file must be there.

    Raises
        StudyError for a missing method, a table that is not there, or a value of the wrong kind.
    """
    if not section:
        return None
    method = section.get("method", "")
    if not isinstance(method, str) or not method:
        raise StudyError(
            "[social] names no method",
            expected='method = "mss-berlin-2019", or the path of a method file',
            fix="shipped methods: docs/howto/status-index.md",
        )
    table = section.get("statistics", next(iter(statistics), "") if len(statistics) == 1 else "")
    if table not in statistics:
        raise StudyError(
            f"[social] statistics = {table!r} is no section [sources.statistics.{table or '…'}]",
            expected=" or ".join(sorted(statistics)) or "[sources.statistics.<name>] with the office's figures",
            fix="without figures of the municipality there is no status index: leave [social] out",
        )
    columns, exclude = section.get("columns", {}), section.get("exclude", [])
    if not isinstance(columns, Mapping) or not all(isinstance(value, str) for value in columns.values()):
        raise StudyError("[social] columns must map parts of the method to columns", expected='{ s1 = "sgb2_share" }')
    if not isinstance(exclude, list) or not all(isinstance(value, str) for value in exclude):
        raise StudyError("[social] exclude must be a list of quarter ids", expected='exclude = ["0104"]')
    published = section.get("published", False)
    if not isinstance(published, bool):
        raise StudyError(f"[social] published = {published!r}", expected="true or false")
    file = (folder / method).resolve() if method.endswith(".toml") else None
    if require_files and file is not None and not file.is_file():
        raise StudyError(f"[social] method: {file} does not exist", fix="paths are relative to the study file")
    return SocialSpec(
        method, str(table), file, {str(k): v for k, v in columns.items()}, str(section.get("residents", "")),
        tuple(exclude), published,
    )  # fmt: skip


def funding_wanted(section: Mapping[str, Any], sources: Collection[str]) -> bool:
    """Whether a run proposes funding areas: [funding] propose, or the study brings parcels or edits for them.

    Raises
        StudyError where propose is neither true nor false.
    """
    said = section.get("propose", bool({"parcels", "funding_edits"} & set(sources)))
    if not isinstance(said, bool):
        raise StudyError(f"[funding] propose = {said!r}", expected="true or false")
    return said
