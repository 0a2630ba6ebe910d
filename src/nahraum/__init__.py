"""nahraum: where people lack living space, green, internet and everyday supply near home.

Names listed here are the promise of the Python interface; everything else may move. They are loaded when
first used, so that `import nahraum` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
_NAMES = {
    "read_study": "nahraum.study",
    "build_area": "nahraum.workflow",
    "analyse": "nahraum.workflow",
    "run": "nahraum.workflow",
    "Area": "nahraum.area",
    "Result": "nahraum.index",
    "NahraumError": "nahraum.errors",
    "InputError": "nahraum.errors",
}
__all__ = ["__version__", *_NAMES]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'nahraum' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
