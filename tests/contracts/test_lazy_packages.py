"""Packages that load names when first used: what readers of the source see is what they load.

The stage store follows imports in the source; a name that is only in `_HOMES` would escape its hash.
"""

import ast
from importlib import import_module
from pathlib import Path

import pytest


@pytest.mark.parametrize("package", ["nahraum.access", "nahraum.network", "nahraum.sources.osm"])
def test_names_loaded_late_are_also_imported_for_readers(package):
    module = import_module(package)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    told = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package + ".")
        for alias in node.names
    }
    assert told == {name: f"{package}.{home}" for name, home in module._HOMES.items()}
    assert sorted(module.__all__) == sorted(told)
    for name in module.__all__:
        assert getattr(module, name) is not None
