"""What goes in and comes out: margins of the census, households in dwellings, how well they fit; as contracts."""

from __future__ import annotations

from nahraum.frames import STATUSES, Column, Contract

LEVELS = ("cell", "km", "municipality")
STATED = (
    "Synthetic: fitted to published counts of the census. No row is a household that exists; no personal record in it."
)

SIZES = ("1", "2", "3", "4", "5", "6_and_more")
TYPES = ("one_person", "couple_without_child", "couple_with_child", "lone_parent", "other")
TENURES = ("owner", "tenant")
ROOMS = ("1", "2", "3", "4", "5", "6", "7_and_more")
AREAS = ("under_30", *(f"{low}_to_{low + 9}" for low in range(30, 180, 10)), "180_and_more")
BUILDING_TYPES = (
    "detached_one", "semidetached_one", "terraced_one", "detached_two", "semidetached_two", "terraced_two",
    "dwellings_3_to_6", "dwellings_7_to_12", "dwellings_13_and_more", "other",
)  # fmt: skip
BUILDING_YEARS = (
    "before_1919", "1919_to_1948", "1949_to_1978", "1979_to_1990", "1991_to_2000", "2001_to_2010", "2011_to_2019",
    "from_2020",
)  # fmt: skip
RENTS = ("under_5", *(f"{low}_to_{low + 1}" for low in range(5, 12)), "12_and_more")
"""Classes of net cold rent, EUR/m²: the mean of the rented dwellings of a unit, no dwelling's own rent."""
AGE_TENS = ("00_09", "10_19", "20_29", "30_39", "40_49", "50_59", "60_69", "70_79", "80_plus")
AGE_FIVE = ("under_18", "18_29", "30_49", "50_64", "65_plus")
BANDS = ("00_09", "10_17", "18_19", "20_29", "30_39", "40_49", "50_59", "60_64", "65_69", "70_79", "80_plus")
"""Ages that both publications are made of: every class of AGE_TENS and of AGE_FIVE is a sum of these."""
BAND_TENS = (0, 1, 1, 2, 3, 4, 5, 6, 6, 7, 8)
BAND_FIVE = (0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4)

CLASSES: dict[str, tuple[str, ...]] = {
    "household_size": SIZES,
    "household_type": TYPES,
    "tenure": TENURES,
    "rooms": ROOMS,
    "floor_area": AREAS,
    "building_type": BUILDING_TYPES,
    "building_year": BUILDING_YEARS,
    "age_tens": AGE_TENS,
    "age_five": AGE_FIVE,
}
"""Dimensions of the margins and their classes, numbered from 1; the ages count persons, the others households."""
OF_PERSONS = ("age_tens", "age_five")
OF_HOUSEHOLDS = tuple(name for name in CLASSES if name not in OF_PERSONS)

MARGINS = Contract(
    "margins",
    "one row per level, area, dimension and class of a published count",
    ("level", "area_key", "dimension", "class_id"),
    (
        Column("level", "text", allowed=LEVELS),
        Column("area_key", "int", "key of the 100 m cell, of the 1 km cell, or the municipality's number"),
        Column("dimension", "text", allowed=tuple(CLASSES)),
        Column("class_id", "int", "1 … as in contracts.CLASSES; 0: stated total of the dimension", minimum=0),
        Column("count", "float", "NaN: not known", "households, dwellings or persons", nullable=True, minimum=0),
        Column("status", "text", "unreliable: noisy; suppressed: small or 0; missing: no such class", allowed=STATUSES),
    ),
)  # fmt: skip
"""Optional: `least`, `most` of a class whose count is not known, but bounds are (buildings with 3 to 6 dwellings)."""

PLACES = Contract(
    "cells of households",
    "one row per inhabited 100 m cell",
    ("cell_key",),
    (Column("cell_key", "int"), Column("municipality_key", "int", "number of the municipality")),
)

POOLS = Contract(
    "pools",
    "one row per cell: the unit it is shown in",
    ("cell_key",),
    (
        Column("cell_key", "int"),
        Column("unit_id", "int", "lowest cell key of the unit"),
        Column("n_households", "int", "of the whole unit", "households", minimum=0),
        Column("n_households_status", "text", "unreliable: a lower bound; suppressed: too few", allowed=STATUSES),
    ),
)  # fmt: skip

HOUSEHOLDS = Contract(
    "households",
    "one row per synthetic household in its dwelling",
    ("household_id",),
    (
        Column("household_id", "text", "<unit>:<number>"),
        Column("unit_id", "int", "one cell, or several with few households"),
        Column("household_size", "int", "6: six and more", "persons", minimum=1, maximum=6),
    ),
)
"""Beside these, a column per dimension that has a margin: household_type, tenure, rooms, floor_area, floor_area_m2,
building_type, building_year, age_<band>, workers_assumed, school_children_assumed; in a study also quarter_id,
net_cold_rent_eur_m2 and rent_class."""

UNITS = Contract(
    "units of households",
    "one row per unit that is shown: a cell with enough households, or several small ones",
    ("unit_id",),
    (
        Column("unit_id", "int", "lowest cell key of the unit"),
        Column("n_households", "int", "inside the study", "households", minimum=0),
        Column("n_households_status", "text", "unreliable: a lower bound", allowed=STATUSES),
        Column("n_persons", "int", "in these households", "persons", minimum=0),
        Column("net_cold_rent_eur_m2", "float", "mean of its rented dwellings", "EUR/m²", nullable=True, minimum=0),
        Column("net_cold_rent_eur_m2_status", "text", allowed=STATUSES),
    ),
)

UNIT_PLACES = Contract(
    "where the people of a unit live",
    "one row per unit, cell, quarter and side of the boundary",
    ("unit_id", "cell_key", "quarter_id", "inside"),
    (
        Column("unit_id", "int"),
        Column("cell_key", "int"),
        Column("quarter_id", "text", "'' where the addresses lie in no quarter"),
        Column("inside", "bool", "inside the study's boundary"),
        Column("residents", "float", "without communal accommodation", "persons", minimum=0),
        Column("share", "float", "of the unit; adds up to 1", "share", minimum=0, maximum=1),
    ),
)

HOME_QUARTERS = Contract(
    "households of the quarters",
    "one row per quarter; '' for addresses in no quarter",
    ("quarter_id",),
    (
        Column("quarter_id", "text"),
        Column("name", "text"),
        Column("residents", "float", "", "persons", minimum=0),
        Column("residents_communal", "float", "in communal accommodation: in no household", "persons", minimum=0),
        Column("n_households", "int", "synthetic", "households", minimum=0),
        Column("n_persons", "int", "in these households", "persons", minimum=0),
        Column("covered_share", "float", "n_persons ÷ residents outside of communal accommodation", "share", True, 0),
    ),
)
"""Beside these persons_<band> [persons] where ages are known."""

FITS = Contract(
    "fit of households",
    "one row per unit, dimension and class: what was published, what was aimed at, what there is",
    ("level", "area_key", "dimension", "class_id"),
    (
        Column("level", "text", allowed=("unit", "km", "municipality")),
        Column("area_key", "int"),
        Column("dimension", "text", allowed=tuple(CLASSES)),
        Column("class_id", "int", minimum=1),
        Column("published", "float", "sum of the published counts of its cells", "", True, 0),
        Column("status", "text", "ok; suppressed, missing: open at least in part", allowed=STATUSES),
        Column("lower", "float", "aimed at, at least; scaled to the unit's households", "", True, 0),
        Column("upper", "float", "aimed at, at most; NaN: no limit", "", True, 0),
        Column("fitted", "float", "sum of the weights", "", True, 0),
        Column("households", "float", "sum of the households or persons", minimum=0),
        Column("difference", "float", "households outside of lower to upper, 0 within"),
        Column("consistent", "bool", "the published classes add up to the unit's households (± 1)"),
    ),
)
