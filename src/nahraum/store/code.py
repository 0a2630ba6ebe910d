"""Hash of the source code a stage rests on: its modules and all of nahraum that they import."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = (
    "numpy", "pandas", "geopandas", "shapely", "pyproj", "scipy", "osmium", "pyarrow", "pyogrio", "numba", "llvmlite",
    "deflate", "pillow",
)  # fmt: skip
_ROOT = "nahraum"
_HERE = Path(__file__).resolve().parents[1]
_COMMENT = re.compile(r"#[^\n]*")
_IMPORT = re.compile(
    rf"^[ \t]*(?:from[ \t]+({_ROOT}[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n;]*)|import[ \t]+([^\n;]*))", re.MULTILINE
)
_PLAIN = re.compile(rf"\b{_ROOT}[\w.]*")


@lru_cache(maxsize=8192)
def _origin(module: str) -> Path | None:
    """The file of a module of nahraum; found beside this one, so that nothing is imported for it."""
    root, *inner = module.split(".")
    place = _HERE.joinpath(*inner)
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if root == _ROOT and path.is_file():
            return path
    return None


@lru_cache(maxsize=2048)
def _imports(module: str) -> tuple[str, ...]:
    """Modules of nahraum that a module imports, anywhere in it; by its lines, as parsing takes ten times as long."""
    path = _origin(module)
    if path is None:
        return ()
    found: set[str] = set()
    for source, names, plain in _IMPORT.findall(_COMMENT.sub("", path.read_text(encoding="utf-8"))):
        told = [part.split()[0] for part in names.strip("()").split(",") if part.strip()]
        found |= {source} | {f"{source}.{name}" for name in told} if source else set(_PLAIN.findall(plain))
    return tuple(sorted(name for name in found if name.split(".")[0] == _ROOT and _origin(name)))


@lru_cache(maxsize=64)
def code_hash(*modules: str) -> str:
    """sha256 over the source of the modules, of everything of nahraum below them, and library versions."""
    todo, seen = list(modules), set[str]()
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo += _imports(module)
    digest = hashlib.sha256()
    for module in sorted(seen):
        path = _origin(module)
        if path is not None:
            digest.update(module.encode() + b"\0" + path.read_bytes())
            for data in sorted(path.parent.glob("*.toml")) if path.name == "__init__.py" else ():
                # parameters are followed value by value, so that only what is read makes a stage stale
                if module != f"{_ROOT}.parameters":
                    digest.update(data.read_bytes())
    for library in _LIBRARIES:
        try:
            digest.update(f"{library}={version(library)}".encode())
        except PackageNotFoundError:
            continue
    return digest.hexdigest()
