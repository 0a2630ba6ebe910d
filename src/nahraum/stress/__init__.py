"""What is left near home when the city closes: scenarios as data, who fails in what, what would repair most."""

from __future__ import annotations

from nahraum.stress.customers import customers, throughput_per_hour
from nahraum.stress.failing import COMPONENTS, Failing, who_fails
from nahraum.stress.model import Activity, Place, Retail, Scenario
from nahraum.stress.reading import read_scenario, ready_scenarios
from nahraum.stress.summary import failing_by, several

__all__ = [
    "COMPONENTS",
    "Activity",
    "Failing",
    "Place",
    "Retail",
    "Scenario",
    "customers",
    "failing_by",
    "read_scenario",
    "ready_scenarios",
    "several",
    "throughput_per_hour",
    "who_fails",
]
