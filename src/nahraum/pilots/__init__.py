"""Pilots: which quarters to try something in, which to compare, what a trial can show; its plan, and what it showed.

design = trial_design(panel, quarters, parameters)   # .pilots .controls .power
effect = effect_of(read_evaluation(text), panel)      # .estimate .low .high .large_enough
"""

from __future__ import annotations

from nahraum.pilots.effect import Effect, effect_of
from nahraum.pilots.evaluation import evaluation_plan, read_evaluation
from nahraum.pilots.panel import PANEL, QUARTERS, checked_panel, lines_of
from nahraum.pilots.power import Power, minimum_detectable
from nahraum.pilots.trial import TrialDesign, trial_design

__all__ = [
    "PANEL",
    "QUARTERS",
    "Effect",
    "Power",
    "TrialDesign",
    "checked_panel",
    "effect_of",
    "evaluation_plan",
    "lines_of",
    "minimum_detectable",
    "read_evaluation",
    "trial_design",
]
