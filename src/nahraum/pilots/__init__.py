"""Pilots: which quarters to try something in, which to compare, what a trial can show at all; and the plan of it.

design = trial_design(panel, quarters, parameters)   # .pairs .pilots .controls .mde
"""

from __future__ import annotations

from nahraum.pilots.evaluation import evaluation_plan, read_evaluation
from nahraum.pilots.panel import PANEL, QUARTERS, checked_panel, lines_of
from nahraum.pilots.power import Power, minimum_detectable
from nahraum.pilots.trial import TrialDesign, trial_design

__all__ = [
    "PANEL",
    "QUARTERS",
    "Power",
    "TrialDesign",
    "checked_panel",
    "evaluation_plan",
    "lines_of",
    "minimum_detectable",
    "read_evaluation",
    "trial_design",
]
