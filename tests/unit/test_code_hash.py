"""A stage rests on every module that its own code imports; the parser of Python is the witness."""

import ast
from pathlib import Path

import nahraum
from nahraum.store.code import _imports, _origin

HOME = Path(nahraum.__file__).parent
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def parsed(path: Path) -> set[str]:
    """Modules of nahraum that a file imports, anywhere in it."""
    found: set[str] = set()
    todo: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        for block in BLOCKS:  # statements only: an import is none of the many expressions
            todo += getattr(node, block, ())
    return {name for name in found if name.split(".")[0] == "nahraum" and _origin(name)}


def test_every_import_of_every_module_is_found_by_its_lines():
    files, wrong = sorted(HOME.rglob("*.py")), {}
    for path in files:
        name = ".".join(("nahraum", *path.relative_to(HOME).with_suffix("").parts)).removesuffix(".__init__")
        if differs := parsed(path) ^ set(_imports(name)):
            wrong[name] = differs
    assert len(files) > 500 and wrong == {}
