"""What `nahraum stress` says on the command line."""

from __future__ import annotations

from nahraum.publish.report.words import DASH
from nahraum.publish.stress import ReleasedStress, StressWords
from nahraum.publish.stress.findings import absent_lines, isolation_lines
from nahraum.stress.outcome import StressTest
from nahraum.study import Study


def stress_lines(told: ReleasedStress, found: StressTest, study: Study) -> list[str]:
    """A line per scenario, who could not keep apart at home, what is not known, and where the files lie."""
    words = StressWords(study.language)
    whole = {row["scenario"]: row for row in told.whole()}
    people = words.number(next(iter(whole.values()))["residents"])
    lines = [words.text("line_head", name=study.name, n=len(whole), people=people, quarters=len(told.shapes))]
    for one in found.scenarios:
        row = whole[one.id]
        span = words.interval(row["stress_several_share_min"], None, row["stress_several_share_max"])
        share, label = words.told(row, "stress_several"), one.label(words.language)
        key = "line_row" if row["stress_several_share"] is not None or share == DASH else "line_row_open"
        lines.append("  " + words.text(key, scenario=label, share=share, range=span or DASH))
    lines += [f"  {line}" for line in (*isolation_lines(told, words), *absent_lines(told, words))]
    if found.open:
        names = ", ".join(words.text(f"dimension_{one}") for one in found.open)
        lines.append("  " + words.text("line_open", names=names))
    return [*lines, "  " + words.text("line_files", folder=study.output_folder / "stress")]
