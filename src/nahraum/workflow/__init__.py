"""What the verbs do: one function each, called by the command line and by Python."""

from __future__ import annotations

from nahraum.workflow.evaluating import EvaluateAsk, evaluate
from nahraum.workflow.fetching import fetch, fetch_boundaries
from nahraum.workflow.homes_python import synthetic_households
from nahraum.workflow.housing import HousingAsk, housing, lab_of
from nahraum.workflow.minutes import walking_minutes
from nahraum.workflow.pareto import FrontAsk, pareto
from nahraum.workflow.pilots import PilotAsk, pilots
from nahraum.workflow.programme import Ask, plan
from nahraum.workflow.programme_python import Programme, Weighing, best_programme, pareto_front
from nahraum.workflow.releases import releases
from nahraum.workflow.replicating import replicate, replications_list
from nahraum.workflow.starting import init
from nahraum.workflow.stress import StressAsk, stress, stress_test
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import analyse, build_area, check, demo, explain, musterstadt, region, run
from nahraum.workflow.warmup import warmup
from nahraum.workflow.whatif import what_if

__all__ = [
    "Ask", "EvaluateAsk", "FrontAsk", "HousingAsk", "PilotAsk", "Programme", "StressAsk", "Summary", "Weighing",
    "analyse", "best_programme", "build_area", "check", "demo", "evaluate", "explain", "fetch", "fetch_boundaries",
    "housing", "init", "lab_of", "musterstadt", "pareto", "pareto_front", "pilots", "plan", "region", "releases",
    "replicate", "replications_list", "run", "stress", "stress_test", "synthetic_households", "walking_minutes",
    "warmup", "what_if",
]  # fmt: skip
