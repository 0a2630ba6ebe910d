"""Stages by key: computed once, written whole or not at all, loaded only when somebody needs the value."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from nahraum.errors import OutputError
from nahraum.parameters import Parameters
from nahraum.store import codec
from nahraum.store.code import code_hash
from nahraum.store.lock import sole_writer

Value = TypeVar("Value")
KEPT_PER_STAGE = 3


@dataclass
class Stage(Generic[Value]):
    """One finished stage: its key is known, its value is loaded when first asked for."""

    name: str
    key: str
    folder: Path
    kind: Any
    fresh: bool
    _again: Callable[[], Path] | None = None
    _value: Value | None = None

    @property
    def value(self) -> Value:
        """What the stage computed; where the stored files are damaged, it is computed once more."""
        if self._value is None:
            try:
                self._value = codec.read(self.folder, "value", self.kind)
            except Exception:  # whatever a damaged file makes a reader say
                if self._again is None:
                    raise
                self.folder, self.fresh, self._again = self._again(), True, None
                self._value = codec.read(self.folder, "value", self.kind)
        return self._value

    def part(self, name: str) -> Any:
        """A field of the value, loaded without the others: the inputs of a city are large."""
        if self._value is None:
            with suppress(Exception):  # a damaged file is found again where the whole value is read
                return codec.read_part(self.folder, "value", self.kind, name)
        return getattr(self.value, name)


def _digest(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class StageStore:
    """The folder `internal/stages` of one study."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _prepare(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.parent.chmod(0o700)
            probe = self.folder / ".writable"
            probe.write_text("")
            probe.unlink()
        except OSError as error:
            raise OutputError(
                "results cannot be written", where=f"{self.folder}: {error.strerror}",
                expected="a folder one may write to", fix="choose another [output] folder or --out",
            ) from None  # fmt: skip

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps a second run of the same study out.

        Raises
            OutputError where another live process holds the lock, or the folder is not writable.
        """
        self._prepare()
        with sole_writer(self.folder / "lock"):
            self._sweep()
            yield

    def _sweep(self) -> None:
        for leftover in self.folder.glob(".tmp-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def find(self, name: str, base: str, parameters: Parameters) -> Path | None:
        """The stored entry with the same base key whose noted parameters still have their values."""
        for meta_file in sorted((self.folder / name).glob("*/meta.json")):
            with suppress(OSError, ValueError, KeyError):
                meta = json.loads(meta_file.read_text(encoding="utf-8"))
                noted: Mapping[str, Any] = meta["parameters"]
                if meta["base"] == base and all(
                    json.dumps(parameters.peek(item), default=str) == json.dumps(value, default=str)
                    for item, value in noted.items()
                ):
                    return meta_file.parent
        return None

    def stage(
        self,
        name: str,
        compute: Callable[[Parameters], Value],
        *,
        kind: Any,
        modules: tuple[str, ...],
        parameters: Parameters,
        depends_on: Mapping[str, Any],
    ) -> Stage[Value]:
        """The stage, from disk where nothing it depends on has changed, else computed and stored.

        Parameters
            compute : the work; gets the parameter set and is watched for what it reads.
            kind : annotation of the value, to rebuild dataclasses.
            modules : where its code lives; their source and what they import is part of the key.
            depends_on : keys of upstream stages, hashes of inputs, settings of the study.
        """
        base = _digest({"stage": name, "code": code_hash(*modules), "depends_on": depends_on})

        def work() -> Path:
            value = compute(parameters)
            noted = {item.id: item.value for item in parameters.used()}
            key = _digest({"base": base, "parameters": noted})[:24]
            # the value is read back when it is needed, so that a resumed run is byte for byte like a fresh one
            return self._save(name, key, value, {"base": base, "parameters": noted})

        found = self.find(name, base, parameters)
        if found is None:
            folder = work()
            return Stage(name, folder.name, folder, kind, fresh=True)
        os.utime(found)
        return Stage(name, found.name, found, kind, fresh=False, _again=work)

    def _save(self, name: str, key: str, value: Any, meta: Mapping[str, Any]) -> Path:
        final = self.folder / name / key
        temporary = self.folder / f".tmp-{name}-{os.getpid()}"
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            temporary.mkdir(parents=True)
            codec.write(value, temporary, "value")
            codec.write(meta, temporary, "meta")
            final.parent.mkdir(exist_ok=True)
            shutil.rmtree(final, ignore_errors=True)
            temporary.rename(final)
        except OSError as error:
            shutil.rmtree(temporary, ignore_errors=True)
            raise OutputError(
                f"stage {name!r} cannot be stored", where=f"{final}: {error.strerror or error}",
                expected="enough space and the right to write", fix="free space or choose another [output] folder",
            ) from None  # fmt: skip
        entries = sorted((self.folder / name).iterdir(), key=lambda entry: entry.stat().st_mtime_ns, reverse=True)
        for old in entries[KEPT_PER_STAGE:]:
            shutil.rmtree(old, ignore_errors=True)
        return final
