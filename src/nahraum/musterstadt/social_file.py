"""The method file of the city: its social index, as an office would write it."""

from __future__ import annotations

from pathlib import Path

METHOD_FILE = "sozialindex.toml"
_TEXT = """\
# Sozialindex der Musterstadt: drei Anteile, standardisiert, gleich gewichtet. Was die Wörter bedeuten, steht in
# docs/howto/status-index.md.
[method]
id = "musterstadt"
edition = "2025"
label_de = "Sozialindex der Musterstadt"
label_en = "social index of Musterstadt"
source = "Musterstadt (künstlich), nach Art der Berliner und Münsteraner Sozialindizes"
date = 2025-12-31
evidence = "proposal"
tested = true
uses_nationality = false
standardise = "z"
weights = "equal"
aggregate = "mean"
restandardise = "z"
missing = "drop"
minimum_residents = 300
minimum_areas = 30
attention = ["4"]

[[parts]]
id = "unemployed"
label_de = "Arbeitslose"
label_en = "unemployed"
scale = "percent"
denominator = "labour_force"

[[parts]]
id = "sgb2"
label_de = "Leistungsbezug SGB II"
label_en = "recipients of SGB II benefits"
scale = "percent"
denominator = "under_65"

[[parts]]
id = "child_sgb2"
label_de = "Leistungsbezug SGB II, unter 18 Jahren"
label_en = "recipients of SGB II benefits, below 18 years"
scale = "percent"
denominator = "under_18"

[classes]
kind = "sd"
cuts = [-1.0, 1.0, 1.5]
at_cut = ["above", "below", "below"]
ids = ["1", "2", "3", "4"]
labels_de = ["hoch", "mittel", "niedrig", "sehr niedrig"]
labels_en = ["high", "medium", "low", "very low"]
"""


def write_method(path: Path) -> None:
    """Writes the method file."""
    path.write_text(_TEXT, encoding="utf-8")
