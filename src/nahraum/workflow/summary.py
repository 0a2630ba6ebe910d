"""What a verb has to say, for machines and for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Summary:
    """What a verb found: a document for machines and lines for people."""

    document: dict[str, Any]
    lines: list[str] = field(default_factory=list)
