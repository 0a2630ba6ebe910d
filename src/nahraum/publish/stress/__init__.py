"""A stress test as it may leave the office: tables, a layer, a paper."""

from __future__ import annotations

from nahraum.publish.stress.released import ReleasedStress, released_stress
from nahraum.publish.stress.words import StressWords
from nahraum.publish.stress.write import write_stress

__all__ = ["ReleasedStress", "StressWords", "released_stress", "write_stress"]
