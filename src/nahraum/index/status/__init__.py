"""Status of areas: indicators → one index → classes, by a dated method file; never an input of the prerequisites."""

from __future__ import annotations

from nahraum.index.status.engine import StatusIndex, components, status_index
from nahraum.index.status.explain import StatusExplanation, explain_status
from nahraum.index.status.matrices import quarter_lacks, status_dynamics, status_prerequisites
from nahraum.index.status.method import Method, Part, method_names, read_method

__all__ = [
    "Method", "Part", "StatusExplanation", "StatusIndex", "components", "explain_status", "method_names",
    "quarter_lacks", "read_method", "status_dynamics", "status_index", "status_prerequisites",
]  # fmt: skip
