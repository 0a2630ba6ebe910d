"""What a server of a study hands out: only what has been published."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.workflow.verbs import study_of

if TYPE_CHECKING:
    from nahraum.parameters import Parameters
    from nahraum.publish.features import Layer
    from nahraum.workflow.plan_stored import Stored

OFFERED = (".csv", ".gpkg", ".json", ".parquet", ".pdf", ".ttl", ".xlsx")


@dataclass(eq=False)
class Published:
    """The published results of a study; read again when a new run has replaced them."""

    study: Study
    _layers: dict[str, Layer] = field(default_factory=dict)
    _stamp: int = -1
    _lock: Lock = field(default_factory=Lock)
    _of_files: dict[Path, tuple[int, Layer | None]] = field(default_factory=dict)
    _results: dict[str, Stored] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The study's `public/`."""
        return self.study.output_folder / "public"

    @property
    def parameters(self) -> Parameters:
        """The parameters of the study."""
        return self.study.parameters()

    def about(self) -> dict[str, Any]:
        """Name of the study, version of the program, reference date and who must be named, from the manifest."""
        manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        licence = manifest.get("licence", {})
        return {
            "study": self.study.name, "version": str(manifest.get("nahraum_version", "")),
            "reference_date": self.study.reference_date.isoformat(),
            "attribution": str(licence.get("attribution", "")), "language": self.study.language,
        }  # fmt: skip

    def downloads(self) -> dict[str, Path]:
        """The files one may have, by their path below `public/`; nothing else is ever handed out."""
        root = self.folder
        files = sorted(path for path in root.rglob("*") if path.suffix in OFFERED and path.is_file())
        kept = [path for path in files if not path.is_symlink() and path.relative_to(root).parts[0] != "map"]
        return {path.relative_to(root).as_posix(): path for path in kept}

    def every_layer(self, *, office: bool) -> dict[str, Layer]:
        """The published layers, those of plans and those of stress tests and labs.

        Parameters
            office : of every released plan with its sites, and of every kept result; else the measures of the plans and
                the results that the map shows.
        """
        from nahraum.publish.plan_features import MEASURES, SITES, plan_layer

        found = dict(self.layers())
        crs = found["quarters"].crs
        folder = self.study.output_folder / "plan" if office else self.folder / "map" / "data" / "plans"
        names = {MEASURES, SITES} if office else {MEASURES}
        plans = sorted(path for path in folder.glob("[!.]*/*.geojson") if path.name in names)
        told = [self._held(file, partial(plan_layer, file, file.parent.name, crs)) for file in plans]
        told += self._of_results(crs, office=office)
        return found | {one.name: one for one in told if one is not None}

    def _of_results(self, crs: str, *, office: bool) -> list[Layer | None]:
        """Layers of kept stress tests and labs."""
        from nahraum.publish.result_features import result_layer
        from nahraum.workflow.chapters import KINDS, seen_result
        from nahraum.workflow.plan_stored import Stored

        found = []
        for verb, kind in KINDS.items():
            out = self.study.output_folder
            folder, stored = out / kind, self._results.setdefault(kind, Stored(out, kind))
            name = "[!.]*" if office else seen_result(out, verb, stored)
            for file in sorted(folder.glob(f"{name}/{verb}.geojson")) if name else []:
                called = file.parent.name
                found.append(self._held(file, partial(result_layer, file, verb, called, crs)))
        return found

    def _held(self, file: Path, made: Callable[[], Layer | None]) -> Layer | None:
        """A layer of a file, read once; None where the file has been taken away meanwhile."""
        with self._lock:
            try:
                stamp = file.stat().st_mtime_ns
                held = self._of_files.get(file)
                if held is None or held[0] != stamp:
                    self._of_files[file] = held = (stamp, made())
            except FileNotFoundError:
                self._of_files.pop(file, None)
                return None
        return held[1]

    def layers(self) -> dict[str, Layer]:
        """The published layers by name."""
        from nahraum.publish.features import FILE, read_layers

        file = self.folder / FILE
        stamp = file.stat().st_mtime_ns if file.is_file() else -1
        with self._lock:
            if stamp != self._stamp or not self._layers:
                self._layers, self._stamp = read_layers(self.folder), stamp
            return self._layers


def published(study: Study | str | Path, *, out: Path | None = None) -> Published:
    """The published results of a study.

    Raises
        InputError where nothing has been published yet.
    """
    known = study_of(study, out)
    found = Published(known)
    if not (found.folder / "manifest.json").is_file():
        raise InputError(
            "nothing has been published of this study yet", where=str(found.folder),
            expected="the results of a run", fix="nahraum run STUDY",
        )  # fmt: skip
    return found
