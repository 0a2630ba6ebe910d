"""Hash of the source code a stage rests on: its modules and all of nahraum that they import."""

from __future__ import annotations

import ast
import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = (
    "numpy", "pandas", "geopandas", "shapely", "pyproj", "scipy", "osmium", "pyarrow", "pyogrio", "numba", "llvmlite",
    "deflate", "pillow",
)  # fmt: skip
_ROOT = "nahraum"
_HERE = Path(__file__).resolve().parents[1]
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


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
    path = _origin(module)
    if path is None:
        return ()
    found: set[str] = set()
    todo: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        for block in _BLOCKS:  # statements only: an import is none of the many expressions
            todo += getattr(node, block, ())
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
