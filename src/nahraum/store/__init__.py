"""The stage store: finished stages on disk, found again by what they depend on (docs/decisions/stage-store.md)."""

from nahraum.store.stages import Stage, StageStore

__all__ = ["Stage", "StageStore"]
