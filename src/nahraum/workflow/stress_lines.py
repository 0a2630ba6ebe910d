"""What `nahraum stress` says on the command line."""

from __future__ import annotations

from nahraum.publish.report.words import DASH
from nahraum.publish.stress import ReleasedStress, StressWords
from nahraum.stress.outcome import StressTest
from nahraum.study import Study


def stress_lines(told: ReleasedStress, found: StressTest, study: Study) -> list[str]:
    """A line per scenario, what is not known, and where the files lie."""
    words = StressWords(study.language)
    whole = {row["scenario"]: row for row in told.whole()}
    people = words.number(next(iter(whole.values()))["residents"])
    lines = [words.text("line_head", name=study.name, n=len(whole), people=people, quarters=len(told.shapes))]
    for one in found.scenarios:
        row = whole[one.id]
        span = words.interval(row["stress_several_share_min"], None, row["stress_several_share_max"])
        share = words.share(row["stress_several_share"])
        label = one.label(words.language)
        lines.append("  " + words.text("line_row", scenario=label, share=share, range=span or DASH))
    if found.open:
        names = ", ".join(words.text(f"dimension_{one}") for one in found.open)
        lines.append("  " + words.text("line_open", names=names))
    return [*lines, "  " + words.text("line_files", folder=study.output_folder / "stress")]
