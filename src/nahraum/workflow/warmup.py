"""Compiling the kernels before anybody waits for them."""

from __future__ import annotations

import time

from nahraum.workflow.summary import Summary


def warmup() -> Summary:
    """Compiles every kernel once on this machine; later processes load them in a moment."""
    from nahraum.access.rehearsal import rehearse
    from nahraum.compiled import seconds_compiling
    from nahraum.network.rehearsal import rehearse as rehearse_building
    from nahraum.scenario.rehearsal import rehearse as rehearse_edits
    from nahraum.sources.osm.pbf_block import rehearse as rehearse_reading

    begun = time.perf_counter()
    for each in (rehearse_reading, rehearse_building, rehearse, rehearse_edits):
        each()
    seconds = time.perf_counter() - begun
    state = "compiled" if seconds_compiling() else "ready already"
    document = {"verb": "warmup", "state": state, "seconds": round(seconds, 1)}
    return Summary(document, [f"kernels {state}: {seconds:.1f} s"])
