"""Value choices behind synthetic households: what differs among them is not known, whatever the draws say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nahraum.parameters import Parameters

_AGES = "households.age_association"
_RATES = ("households.employed_by_age_assumed", "households.at_school_by_age_assumed")


@dataclass(frozen=True)
class Variant:
    """One way to make the households: seed of chance, strength of association (None: as assumed), rates × factor.

    Without any association, ages of one household do not hang together either.
    """

    name: str
    seed: int = 1
    strength: float | None = None
    factor: float = 1.0

    def overrides(self, parameters: Parameters) -> dict[str, Any]:
        """What this variant changes of the parameters: the assumed rates, at most 1 each, and how near ages are."""
        changed: dict[str, Any] = {}
        if self.factor != 1.0:
            for id_ in _RATES:
                changed[id_] = np.minimum(np.asarray(parameters.value(id_)) * self.factor, 1.0).tolist()
        if self.strength == 0.0:
            changed[_AGES] = 0.0
        return changed


def variants(parameters: Parameters) -> Iterator[Variant]:
    """As assumed; no and twice the association of the seed; further seeds; low and high rates of what is assumed."""
    _, none, twice = (float(power) for power in parameters.value("households.association"))
    low, _, high = (float(factor) for factor in parameters.value("households.assumed_rates_factor"))
    yield Variant("as_assumed")
    yield Variant("no_association", strength=none)
    yield Variant("twice_the_association", strength=twice)
    for seed in parameters.value("households.variant_seeds"):
        yield Variant(f"seed_{int(seed)}", seed=int(seed))
    yield Variant("rates_low", factor=low)
    yield Variant("rates_high", factor=high)
