"""`nahraum init`: a commented study for a German municipality, several or a Kreis, with its public downloads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from nahraum.errors import InputError, OutputError
from nahraum.sources.gazetteer import (
    Box,
    Gazetteer,
    extent_of,
    extracts_for,
    municipalities_of_kreis,
    municipality_by_ags,
    municipality_by_name,
    read_gazetteer,
)
from nahraum.sources.gazetteer_list import municipalities_of_list
from nahraum.sources.registry import registry
from nahraum.workflow.fetching import boundaries_file, fetch_boundaries
from nahraum.workflow.starting_text import study_text
from nahraum.workflow.summary import Summary

_WORDS = {
    "de": {"all": "… insgesamt {n} Gemeinden", "next": "als Nächstes:", "then": "danach:"},
    "en": {"all": "… {n} municipalities in all", "next": "next:", "then": "then:"},
}


@dataclass(frozen=True)
class Plan:
    """What a new study is about, and where its data come from."""

    name: str
    ags: tuple[str, ...]
    kreis: str
    window: Box
    regions: tuple[str, ...]
    boundaries: str
    """Path of a file with the municipalities, relative to the study; '' where `fetch` downloads the VG250."""
    layer: str
    slug: str
    key: str
    """How the boundary's file calls the (first) municipality: AGS, or ARS where it has only that."""
    file: str

    @property
    def several(self) -> bool:
        """Whether the study is one of a Kreis or a list: `nahraum region` is its verb."""
        return bool(self.kreis) or len(self.ags) > 1


def init(
    *,
    name: str = "",
    ags: Sequence[str] = (),
    kreis: str = "",
    names: str | Path | None = None,
    title: str = "",
    out: str | Path = "study.toml",
    boundaries: str | Path | None = None,
    download: bool = False,
    language: str = "de",
    on: date | None = None,
    quiet: bool = False,
) -> Summary:
    """Writes a study file with comments, addresses and the box of streets it needs; nothing is analysed.

    Parameters
        name, ags, kreis, names : one of them: a name, keys of municipalities, the key of a Kreis, or a text file with
            a name or a key per line.
        title : what report and map are called; without it the name of the municipality, of the Kreis, or of the list.
        boundaries : a VG250 file; without it the one that `nahraum fetch --boundaries` brought.
        download : fetch the VG250 where it is not there.
        on : reference date of the study; default: today.

    Raises
        InputError for an unknown or ambiguous name or key, naming the candidates; OutputError where the file exists.
    """
    path = Path(out)
    if path.exists():
        raise OutputError(f"{path} exists already", expected="a new file", fix="choose another name by --out")
    known, given = _gazetteer(boundaries, download=download, quiet=quiet)
    if kreis:
        chosen = municipalities_of_kreis(known, kreis)
    elif names is not None:
        chosen = municipalities_of_list(known, Path(names))
    else:
        chosen = [municipality_by_ags(known, key) for key in ags] or [municipality_by_name(known, name)]
    called = " ".join(title.split()) or ("" if names is None else Path(names).stem)
    plan = _plan(
        known, tuple(dict.fromkeys(chosen)), kreis=kreis.strip(), title=called, given=given, path=path.resolve()
    )
    _write(path, study_text(plan, language=language, on=on or date.today()))
    return _summary(plan, known, path, language)


def _gazetteer(boundaries: str | Path | None, *, download: bool, quiet: bool) -> tuple[Gazetteer, Path | None]:
    """The municipalities, and the file that the user gave (None for the one in the cache)."""
    if boundaries is not None:
        return read_gazetteer(Path(boundaries)), Path(boundaries)
    cached, known = boundaries_file(), registry()["downloads"]["vg250"]
    if not cached.is_file():
        if not download:
            raise InputError(
                "the list of German municipalities is not there yet",
                where=f"{cached} (NAHRAUM_CACHE names another folder)",
                expected=f"the VG250 of the BKG ({known['licence']})",
                fix=f"nahraum fetch --boundaries downloads it, or take it from {known['page']} and give "
                "--boundaries FILE",
            )
        fetch_boundaries(quiet=quiet)
    return read_gazetteer(cached), None


def _plan(known: Gazetteer, chosen: tuple[str, ...], *, kreis: str, title: str, given: Path | None, path: Path) -> Plan:
    margin_m = float(registry()["init"]["margin_m"])
    if title:
        name = title
    elif kreis:
        name = known.kreise.get(kreis, "") or f"Kreis {kreis}"
    elif len(chosen) == 1:
        name = known.name_of(chosen[0]) or chosen[0]
    else:
        name = ", ".join(known.name_of(ags) or ags for ags in chosen[:3]) + (" …" if len(chosen) > 3 else "")
    return Plan(
        name=name,
        ags=chosen,
        kreis=kreis,
        window=extent_of(known, chosen, margin_m),
        regions=tuple(extracts_for(known, chosen, margin_m)),
        boundaries="" if given is None else _relative(given, path.parent),
        layer=registry()["downloads"]["vg250"]["layer"] if given is None or known.kreise else "",
        slug=kreis or chosen[0],
        key=known.key_in_file(chosen[0]),
        file=path.name,
    )


def _relative(file: Path, folder: Path) -> str:
    """A path as the study names it: relative where the file lies below or beside it, else from the root."""
    absolute = file.resolve()
    near = absolute.is_relative_to(folder) or absolute.is_relative_to(folder.parent)
    return Path(os.path.relpath(absolute, folder)).as_posix() if near else absolute.as_posix()


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".tmp-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written", where=str(error.strerror or error)) from None


def _summary(plan: Plan, known: Gazetteer, path: Path, language: str) -> Summary:
    document: dict[str, Any] = {
        "study": str(path),
        "name": plan.name,
        "municipalities": [{"ags": ags, "name": known.name_of(ags)} for ags in plan.ags],
        "window": list(plan.window),
        "extracts": list(plan.regions),
    }
    shown = [f"  {known.told(ags)}" for ags in plan.ags[:8]]
    words = _WORDS[language]
    more = [f"  {words['all'].format(n=len(plan.ags))}"] if len(plan.ags) > 8 else []
    lines = [f"{path}: {plan.name}", *shown, *more, f"  OpenStreetMap: {' + '.join(plan.regions)}, {list(plan.window)}"]
    then = [f"{words['then']} nahraum region {path}"] if plan.several else []
    return Summary(document, [*lines, f"{words['next']} nahraum fetch {path}", *then])
