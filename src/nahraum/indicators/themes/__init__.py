"""Further indicators, a module per theme (see `indicators.further`) with its catalogue beside it."""

MODULES: tuple[str, ...] = (
    "short_ways",
    "supply",
    "proximity",
    "census",
    "green",
    "public_space",
    "play",
    "walkers",
    "transit",
    "density",
    "affordability",
    "context",
    "municipal",
)
"""Names of the modules, in the order in which their columns stand."""
