"""Status of areas: indicators → one index → classes, by a dated method file; never an input of the prerequisites."""

from __future__ import annotations

from nahraum.index.status.engine import StatusIndex, status_index
from nahraum.index.status.method import Method, Part, method_names, read_method

__all__ = ["Method", "Part", "StatusIndex", "method_names", "read_method", "status_index"]
