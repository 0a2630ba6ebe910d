"""Compiling the kernels before anybody waits for them."""

from __future__ import annotations

import time

from nahraum.workflow.summary import Summary


def warmup() -> Summary:
    """Compiles every kernel once on this machine; later processes load them in a moment."""
    from numba.core.event import install_timer  # numba is heavy: only here

    from nahraum.access.rehearsal import rehearse
    from nahraum.scenario.rehearsal import rehearse as rehearse_edits
    from nahraum.sources.osm.pbf_block import rehearse as rehearse_reading

    compiled: list[float] = []
    begun = time.perf_counter()
    with install_timer("numba:compile", compiled.append):
        rehearse()
        rehearse_edits()
        rehearse_reading()
    seconds = time.perf_counter() - begun
    state = "compiled" if compiled else "ready already"
    document = {"verb": "warmup", "state": state, "seconds": round(seconds, 1)}
    return Summary(document, [f"kernels {state}: {seconds:.1f} s"])
