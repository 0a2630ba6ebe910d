"""`nahraum replicate NAME`: a published index from its published figures, and how far the result agrees."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nahraum.errors import InputError, NahraumError
from nahraum.workflow.summary import Summary

if TYPE_CHECKING:
    import pandas as pd

    from nahraum.sources.published import Replication
    from nahraum.workflow.replicated import Replicated

VARIABLE = "NAHRAUM_DATA"
_WORDS = {
    "computed": ("Berechnet", "Computed"),
    "agreement": ("Übereinstimmung", "Agreement"),
    "difference": ("Verbleibender Unterschied", "Remaining difference"),
    "written": ("Geschrieben", "Written"),
}


def replications_list(language: str = "de") -> Summary:
    """Every published index that can be computed again, with its title and where its tables come from."""
    from nahraum.sources.published import replications

    known = replications()
    lines = []
    for name, one in known.items():
        table = next(iter(one.tables.values()))
        lines += [f"{name}", f"    {one.told('title', language)}", f"    {table.source} ({table.licence})"]
    document = {
        name: {
            "title_de": one.title_de,
            "title_en": one.title_en,
            "files": [table.file for table in one.tables.values()],
            "address": next(iter(one.tables.values())).address,
        }
        for name, one in known.items()
    }
    return Summary({"replications": document}, lines)


def replicate(
    name: str, *, data: Path | None = None, area: str = "", out: Path | None = None, language: str = "de"
) -> Summary:
    """A published index from its published figures.

    Parameters
        name : one of `nahraum replicate --list`. data : folder with the published tables, else NAHRAUM_DATA.
        area : also explain this area. out : also write the released tables below this folder.

    Returns
        lines and document; `document["reached"]` is False where the agreement is below the bar, and
        `document["error"]` says so in four parts.

    Raises
        InputError for an unknown name, missing tables (all at once), tables in another layout, an unknown area.
    """
    from nahraum.sources.published import read_all, replication
    from nahraum.workflow.replicated import as_document

    wanted = replication(name)
    folder = _data_folder(wanted, data)
    found = _computed(wanted, read_all(wanted, folder))
    document, lines = as_document(wanted, found), _lines(wanted, found, language)
    if area:
        from nahraum.workflow.replicate_area import area_told

        told = area_told(wanted, found, area, language)
        lines += ["", *told.lines]
        document["area"] = told.document
    if not found.reached:
        failure = _below_the_bar(wanted, found, language)
        return Summary({**document, "error": failure.as_dict()}, [*lines, "", *failure.message().splitlines()])
    if out is not None:
        from nahraum.workflow.replicate_release import write_release

        files = write_release(wanted, found, Path(out), language)
        document["files"] = [str(file) for file in files]
        written = _WORDS["written"][language == "en"]
        lines += ["", f"{written}: " + ", ".join(str(file) for file in files)]
    return Summary(document, lines)


def _lines(wanted: Replication, found: Replicated, language: str) -> list[str]:
    """Title, what was computed from what, how far it agrees, what was found, and what remains."""
    from nahraum.workflow.replicated import lines_of, said, source_lines

    words = {key: said(pair, language) for key, pair in _WORDS.items()}
    lines = [wanted.told("title", language), "", f"{words['computed']}: {wanted.told('computed', language)}"]
    lines += [*source_lines(wanted, language), "", f"{words['agreement']}:"]
    lines += [lines_of(agreement, language) for agreement in found.agreements]
    lines += ["", *(said(pair, language) for pair in found.findings)]
    return [*lines, "", f"{words['difference']}: {wanted.told('difference', language)}"]


def _data_folder(wanted: Replication, data: Path | None) -> Path:
    """The folder that was named, or that of the environment."""
    named = data if data is not None else Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None
    if named is not None and named.is_dir():
        return named.resolve()
    files = [table.file for table in wanted.tables.values()]
    where = f"there is no folder {named}" if named is not None else f"neither --data nor {VARIABLE} is given"
    raise InputError(
        f"{wanted.id} cannot be computed again without its published tables",
        where=where,
        expected=f"a folder with {files[0]}" + (f" and {len(files) - 1} more" if len(files) > 1 else ""),
        fix="--data DIR; docs/howto/replicate.md says which files, and from where",
    )


def _computed(wanted: Replication, tables: Mapping[str, pd.DataFrame]) -> Replicated:
    """The function that computes this one again."""
    from nahraum.workflow import replicate_gisd, replicate_rates, replicate_status

    kinds: Mapping[str, Callable[[Replication, Mapping[str, pd.DataFrame]], Replicated]] = {
        "mss": replicate_status.mss,
        "imd": replicate_status.imd,
        "gisd": replicate_gisd.gisd,
        "hamburg": replicate_rates.hamburg,
        "new_york": replicate_rates.new_york,
    }
    return kinds[wanted.kind](wanted, tables)


def _below_the_bar(wanted: Replication, found: Replicated, language: str) -> NahraumError:
    from nahraum.workflow.replicated import lines_of

    return NahraumError(
        f"{wanted.id} does not agree with what is published",
        where=[lines_of(one, language).strip() for one in found.agreements if not one.reached],
        expected="the published classes and figures, as far as docs/explanation/replications.md says",
        fix="compare the files with the publisher's: another edition, another column, or a mistake in nahraum; "
        "nothing was written",
    )
