"""What a run tells of its stages."""

import logging

from nahraum.workflow.progress import Progress


def test_a_stage_within_another_keeps_its_notes_to_itself(caplog):
    progress = Progress(language="de")
    with caplog.at_level(logging.INFO, logger="nahraum"), progress.stage("stress", "stress test"):
        progress.note("14 concepts")
        with progress.stage("households", "synthetic households"):
            progress.note("unchanged")
    inner, outer = (record.getMessage() for record in caplog.records)
    assert inner.rstrip().endswith("unverändert") and outer.rstrip().endswith("14 Konzepte")
