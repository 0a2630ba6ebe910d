"""`nahraum fetch`: what a study names by `url` onto this machine, one file after another, checked and noted."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nahraum.errors import InputError, NahraumError, StudyError
from nahraum.provenance import file_sha256
from nahraum.sources.fetch import Asking, Download, Fetched, copy_from_cache, fetch_file
from nahraum.sources.fetch_http import host_of, user_agent, usual_manners
from nahraum.sources.fetch_lock import FOUND_HERE, Locked, cache_folder, lock_key, read_lock, write_lock
from nahraum.sources.problems import nearest_name
from nahraum.sources.registry import registry
from nahraum.store.lock import sole_writer
from nahraum.study import SourceSpec, Study, read_study
from nahraum.workflow.progress import Progress
from nahraum.workflow.summary import Summary

log = logging.getLogger("nahraum")
_WORDS = {
    "de": {
        "unchanged": "unverändert", "noted": "lag schon da, vermerkt", "downloaded": "geladen",
        "copied": "aus dem Vorrat", "resumed": "geladen, fortgesetzt", "renewed": "erneuert", "cut": "ausgeschnitten",
        "by_hand": "von Hand zu besorgen", "next": "weiter", "again": "neuer Stand dort? nahraum fetch --refresh fragt",
    },
    "en": {
        "unchanged": "unchanged", "noted": "was there, noted", "downloaded": "downloaded", "copied": "from the cache",
        "resumed": "downloaded, resumed", "renewed": "renewed", "cut": "cut out",
        "by_hand": "to be got by hand", "next": "next", "again": "newer ones there? nahraum fetch --refresh asks",
    },
}  # fmt: skip
_MB, _KB = 1e6, 1e3
_LIVE_S = 0.2
_BUSY = ".nahraum-fetch"  # held while files are written


@dataclass(frozen=True)
class _Wanted:
    """One file to download, for which sections of the study; `cut` where a box of it is the input."""

    names: tuple[str, ...]
    download: Download


@dataclass(frozen=True)
class _Done:
    """What happened to one file."""

    names: tuple[str, ...]
    file: Path
    outcome: str
    locked: Locked

    def as_dict(self) -> dict[str, Any]:
        """Plain values for machines."""
        told = {"url": self.locked.url, "bytes": self.locked.bytes, "sha256": self.locked.sha256}
        return {"sources": list(self.names), "file": str(self.file), "outcome": self.outcome, **told}


def _size(n_bytes: int) -> str:
    return f"{n_bytes / _MB:.1f} MB" if n_bytes >= _MB else f"{n_bytes / _KB:.0f} kB"


class _Fetching:
    """One run of the verb: asks hosts one after another, notes each file when it is whole."""

    def __init__(self, folder: Path, contact: str, progress: Progress, *, refresh: bool, language: str = "en") -> None:
        self.folder, self.progress, self.refresh = folder, progress, refresh
        self.words = _WORDS[language]
        self.locked = read_lock(folder)
        self.asking = Asking(user_agent(contact), usual_manners())
        self._asked: set[str] = set()

    def file(self, wanted: _Wanted) -> _Done:
        """One file at its place; noted in the lock beside the study."""
        key, download = lock_key(wanted.download.file, self.folder), wanted.download
        known, refresh = self.locked.get(key), self.refresh
        if known is not None and known.url != download.url:  # the study names another address now
            refresh = refresh or known.fetched != FOUND_HERE
            known = None
        with self.progress.stage(key, download.file.name):
            fetched = self._one(download, known, refresh=refresh)
            self.progress.note(f"{_size(fetched.locked.bytes)}, {self.words[fetched.outcome]}")
        self._note(key, fetched.locked)
        return _Done(wanted.names, download.file, fetched.outcome, fetched.locked)

    def _one(self, download: Download, known: Locked | None, *, refresh: bool) -> Fetched:
        if not download.file.exists() and not refresh and (copied := copy_from_cache(download, known)):
            return copied
        host = host_of(download.url)
        if host in self._asked and (refresh or not download.file.exists()):
            time.sleep(self.asking.manners.pause_between_s)
        self._asked.add(host)
        return fetch_file(download, known, replace(self.asking, tell=self._tell(download.file.name)), refresh=refresh)

    def _tell(self, name: str) -> Any:
        """How far a file is, rewritten on a terminal; why it is tried again, as a line of its own."""
        live, shown = sys.stderr.isatty(), 0.0

        def tell(done: int, whole: int | None, remark: str) -> None:
            nonlocal shown
            if self.progress.quiet:
                return
            if remark:
                log.info("         %s, %s: %s", name, _size(done), remark)
            elif live and time.monotonic() - shown > _LIVE_S:
                shown = time.monotonic()
                share = f" {done / whole:4.0%}" if whole else ""
                sys.stderr.write(f"  … {name}{share} {_size(done)}\x1b[K\r")
                sys.stderr.flush()

        return tell

    def cut(self, spec: SourceSpec, sources: Sequence[_Wanted]) -> list[_Done]:
        """The box of the study out of its extracts, which are downloaded where the cut is not there as noted."""
        assert spec.window is not None
        key, told = lock_key(spec.file, self.folder), f"{' + '.join(spec.urls)} {list(spec.window)}"
        known, there = self.locked.get(key), spec.file.exists()
        as_noted = known is not None and there and file_sha256(spec.file) == known.sha256
        if known is not None and as_noted and known.url == told and not self.refresh:
            return [_Done((spec.name,), spec.file, "unchanged", known)]
        by_hand = known is None or known.fetched == FOUND_HERE or not as_noted
        if there and by_hand and not self.refresh:  # noted, or refused as another than before; nothing is asked
            return [self.file(_Wanted((spec.name,), Download(told, spec.file)))]
        done = [self.file(wanted) for wanted in sources]
        from nahraum.sources.osm.cut import cut_extract  # only here: it loads kernels

        made_of = "+".join(one.locked.sha256 for one in done)
        if known is not None and as_noted and known.url == told and known.etag == made_of:
            return [*done, _Done((spec.name,), spec.file, "unchanged", known)]
        with self.progress.stage(key, spec.file.name):
            cut_extract([one.file for one in done], spec.window, spec.file)
            size = spec.file.stat().st_size
            self.progress.note(f"{_size(size)}, {self.words['cut']}")
        dates = [one.locked.fetched for one in done]
        locked = Locked(told, file_sha256(spec.file), size, etag=made_of, fetched=max(dates))
        self._note(key, locked)
        return [*done, _Done((spec.name,), spec.file, "cut", locked)]

    def _note(self, key: str, locked: Locked) -> None:
        if self.locked.get(key) != locked:
            self.locked[key] = locked
            write_lock(self.folder, self.locked)


def _chosen(study: Study, only: Sequence[str]) -> list[SourceSpec]:
    """The sections with an address, all or those named by `--only` (a group's name means all of it)."""
    with_url = [spec for spec in study.sources.values() if spec.urls]
    known = {spec.name for spec in with_url} | {spec.group for spec in with_url}
    for name in only:
        if name not in known:
            fix = nearest_name(name, known) if known else 'add url = "…" to a section'
            raise StudyError(f"[sources.{name}] has no url to fetch", where=str(study.path), fix=fix)
    return [spec for spec in with_url if not only or spec.name in only or spec.group in only]


def _plain_downloads(specs: Sequence[SourceSpec]) -> list[_Wanted]:
    """Each file once, with all sections that read it."""
    found: dict[Path, _Wanted] = {}
    for spec in specs:
        if spec.window is not None:
            continue
        known = found.get(spec.file)
        if known is not None and (known.download.url, known.download.sha256) != (spec.urls[0], spec.sha256):
            raise StudyError(
                f"{spec.file.name} comes from two addresses",
                where=[f"[sources.{name}]" for name in (*known.names, spec.name)],
                fix="give one of them another file name",
            )
        names = (spec.name,) if known is None else (*known.names, spec.name)
        found[spec.file] = _Wanted(names, Download(spec.urls[0], spec.file, spec.sha256))
    return list(found.values())


def _extracts(spec: SourceSpec) -> list[_Wanted]:
    """The large files that a box is cut out of, beside it, under the names their publisher gives them."""
    return [
        _Wanted((spec.name,), Download(url, spec.file.parent / url.rpartition("/")[2], pinned))
        for url, pinned in zip(spec.urls, spec.checksums or ("",) * len(spec.urls), strict=True)
    ]


def fetch(path: str | Path, *, only: Sequence[str] = (), refresh: bool = False, quiet: bool = False) -> Summary:
    """Downloads what the study names by `url`; its input files need not be there yet.

    Parameters
        only : sections, e.g. osm, topics.rent, topics.
        refresh : ask whether there are newer files, and take them.

    Raises
        NahraumError in four parts; where several files fail, all of them are told at the end, and the others are there.
    """
    study = read_study(path, require_files=False)
    specs = _chosen(study, only)
    if not specs:
        raise StudyError(
            f"{study.path.name} names nothing to download",
            expected='url = "https://…" beside file = "…" in a section of [sources]',
            fix="nahraum init writes a study with its addresses",
        )
    folder = study.path.parent
    progress = Progress(quiet=quiet, language=study.language)
    done: list[_Done] = []
    failed: list[tuple[str, NahraumError]] = []
    with sole_writer(folder / _BUSY):
        run = _Fetching(folder, study.contact, progress, refresh=refresh, language=study.language)
        for wanted in _plain_downloads(specs):
            try:
                done.append(run.file(wanted))
            except NahraumError as error:
                failed.append((wanted.download.file.name, error))
        for spec in (spec for spec in specs if spec.window is not None):
            try:
                done += run.cut(spec, _extracts(spec))
            except NahraumError as error:
                failed.append((spec.file.name, error))
    if failed:
        raise _all_failures(failed, len(done))
    return _summary(study, done)


def _all_failures(failed: Sequence[tuple[str, NahraumError]], n_done: int) -> NahraumError:
    """One error for all that failed; a single one stays as it is, with a word about the others."""
    if len(failed) == 1:
        one = failed[0][1]
        others = f"the other {n_done} {'files are' if n_done > 1 else 'file is'} there" if n_done else ""
        fix = "; ".join(part for part in (one.fix, others) if part)
        return type(one)(one.what, where=one.where, expected=one.expected, fix=fix)
    where = [f"{name}: {error.what}; {'; '.join(error.where)}" for name, error in failed]
    fixes = dict.fromkeys(error.fix for _, error in failed if error.fix)
    return InputError(
        f"{len(failed)} of {len(failed) + n_done} files could not be fetched; the others are there",
        where=where,
        expected="; ".join(dict.fromkeys(error.expected for _, error in failed if error.expected)),
        fix="; ".join(fixes),
    )


def _summary(study: Study, done: Sequence[_Done]) -> Summary:
    words = _WORDS[study.language]
    missing = [
        (s.name, str(file)) for s in study.sources.values() if not s.urls for file in s.files if not file.is_file()
    ]
    lines = ["", study.name, ""]
    for one in done:
        lines.append(f"  {', '.join(one.names):<24} {_size(one.locked.bytes):>12}  {words[one.outcome]}")
    if missing:
        lines += ["", words["by_hand"], *(f"  {name:<24} {file}" for name, file in missing)]
    if any(one.outcome in ("unchanged", "noted") for one in done):
        lines += ["", f"  {words['again']}"]
    lines += ["", f"  {words['next']}: nahraum check {study.path.name}"]
    document = {
        "study": study.name,
        "files": [one.as_dict() for one in done],
        "by_hand": [{"source": name, "file": file} for name, file in missing],
    }
    return Summary(document, lines)


def boundaries_file() -> Path:
    """Where the municipalities of Germany lie after `nahraum fetch --boundaries`."""
    return cache_folder() / str(registry()["downloads"]["vg250"]["url"]).rpartition("/")[2]


def fetch_boundaries(*, refresh: bool = False, quiet: bool = False, contact: str = "") -> Summary:
    """Downloads the VG250 of the BKG, from which `nahraum init` knows the municipalities, into the cache."""
    file = boundaries_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with sole_writer(file.parent / _BUSY):
        run = _Fetching(file.parent, contact, Progress(quiet=quiet), refresh=refresh)
        done = run.file(_Wanted(("boundaries",), Download(registry()["downloads"]["vg250"]["url"], file)))
    return Summary(
        {"files": [done.as_dict()]},
        [f"{file}", f"  {_size(done.locked.bytes)}, {done.outcome}", "  next: nahraum init --name …"],
    )
