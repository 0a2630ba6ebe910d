"""The topics of the census, from the people and dwellings of the plan; names exactly as Destatis spells them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.musterstadt.census import Topic
from nahraum.musterstadt.city import City
from nahraum.musterstadt.households import Households
from nahraum.musterstadt.plan import Ints

_AREAS = ("unter30", *(f"{a}bis{a + 9}" for a in range(30, 180, 10)), "180undmehr")
_ROOMS = ("1Raum", *(f"{k}Raeume" for k in range(2, 7)), "7undmehrRaeume")
_SIZES = ("1_Person", *(f"{k}_Personen" for k in range(2, 6)), "6_Personen_und_mehr")
_FAMILIES = ("EinpersHH_SingleHH", "Paare_ohneKind", "Paare_mitKind", "Alleinerziehende", "MehrpersHHohneKernfam")
_AGES = ("Unter18", "a18bis29", "a30bis49", "a50bis64", "a65undaelter")
_TENS = ("Unter10", *(f"a{k}bis{k + 9}" for k in range(10, 80, 10)), "a80undaelter")
_TYPES = (
    "FreiEFH", "EFH_DHH", "EFH_Reihenhaus", "Freist_ZFH", "ZFH_DHH", "ZFH_Reihenhaus", "MFH_3bis6Wohnungen",
    "MFH_7bis12Wohnungen", "MFH_13undmehrWohnungen", "AndererGebaeudetyp",
)  # fmt: skip
_YEARS = (
    "Vor1919", "a1919bis1948", "a1949bis1978", "a1979bis1990", "a1991bis2000", "a2001bis2010", "a2011bis2019",
    "a2020undspaeter",
)  # fmt: skip


def _counts(total: str, names: tuple[str, ...], counts: Ints) -> tuple[tuple[str, ...], Ints]:
    """Columns with the total in front."""
    return (total, *names), np.concatenate([counts.sum(axis=1, keepdims=True), counts], axis=1)


def _count_topics(city: City, homes: Households) -> list[Topic]:
    listed = [
        ("Flaeche_der_Wohnung_10m2_Intervalle", "Zensus2022_Flaeche_der_Wohnung_10m2_Intervalle",
         _counts("Insgesamt_Wohnungen", _AREAS, homes.dwellings), False),
        ("Wohnungen_nach_Zahl_der_Raeume", "Zensus2022_Wohnungen_nach_Zahl_der_Raeume",
         _counts("Insgesamt_Wohnungen", _ROOMS, homes.rooms), False),
        ("Zensus2022_Groesse_des_privaten_Haushalts_in_Gitterzellen", "Zensus2022_Groesse_des_privaten_Haushalts",
         _counts("Insgesamt_Haushalte", _SIZES, homes.sizes), False),
        ("Typ_des_privaten_Haushalts_Familien", "Zensus2022_Typ_priv_HH_Familie",
         _counts("Insgesamt_Haushalte", _FAMILIES, homes.types), True),
        ("Alter_in_5_Altersklassen", "Zensus2022_Alter_in_5_Altersklassen",
         _counts("Insgesamt_Bevoelkerung", _AGES, homes.ages), False),
        ("Alter_in_10er-Jahresgruppen", "Zensus2022_Alter_in_10er-Jahresgruppen",
         _counts("Insgesamt_Bevoelkerung", _TENS, homes.tens), False),
        ("Gebaeude_mit_Wohnraum_nach_Gebaeudetyp_Groesse", "Zensus2022_Geb_Gebaeudetyp_Groesse",
         _counts("Insgesamt_Gebaeude", _TYPES, homes.building_types), False),
        ("Gebaeude_nach_Baujahr_in_Mikrozensus_Klassen", "Zensus2022_Gebaeude_nach_Baujahr_in_MZ_Klassen",
         _counts("Insgesamt_Gebaeude", _YEARS, homes.building_years), False),
    ]  # fmt: skip
    population = Topic(
        "Zensus2022_Bevoelkerungszahl", "Zensus2022_Bevoelkerungszahl", ("Einwohner",),
        counts=city.cells.residents[:, None], smallest=3,
    )  # fmt: skip
    return [population, *(Topic(z, c, names, counts=table, folder=f) for z, c, (names, table), f in listed)]


def secret_cells(city: City) -> npt.NDArray[np.bool_]:
    """Cells whose floor area per resident is secret: small ones, and only where nobody lacks living space."""
    cells = city.cells
    small = (cells.residents <= np.quantile(cells.residents, 0.15)) & ~cells.crowded & (cells.communal == 0)
    chosen = np.zeros(cells.number, dtype=bool)
    listed = np.nonzero(small)[0]
    number = max(1, cells.number // 100)
    chosen[city.plan.rng(15).permutation(listed)[:number]] = True
    return chosen


def topics(city: City, homes: Households) -> list[Topic]:
    """All topics the city publishes."""
    cells = city.cells
    private, households = homes.private.astype(float), homes.households.astype(float)
    rented, stock = homes.rented.astype(float), homes.dwellings.sum(axis=1).astype(float)
    everybody = cells.residents.astype(float)
    under, over = 100.0 * homes.ages[:, 0] / everybody, 100.0 * homes.ages[:, 4] / everybody
    listed = [
        ("Durchschnittliche_Wohnflaeche_je_Bewohner_in_Gitterzellen", "Zensus2022_Durchschn_Flaeche_je_Bewohner",
         "durchschnFlaechejeBew", np.where(secret_cells(city), np.nan, cells.space_m2), private),
        ("Durchschnittliche_Flaeche_je_Wohnung_in_Gitterzellen", "Zensus2022_Durchschn_Flaeche_je_Wohnung",
         "durchschnFlaechejeWohn", homes.m2_per_dwelling, households),
        ("Durchschnittliche_Haushaltsgroesse_in_Gitterzellen", "Zensus2022_Durchschn_Haushaltsgroesse",
         "DurchschnHHGroesse", private / households, households),
        ("Zensus2022_Durchschn_Nettokaltmiete", "Zensus2022_Durchschn_Nettokaltmiete", "durchschnMieteQM",
         np.where(rented > 0, homes.rent_eur_m2, np.nan), rented),
        ("Leerstandsquote_in_Gitterzellen", "Zensus2022_Leerstandsquote", "Leerstandsquote",
         homes.vacancy_percent, stock),
        ("Marktaktive_Leerstandsquote_in_Gitterzellen", "Zensus2022_Marktaktive_Leerstandsquote",
         "marktaktive_Leerstandsquote", homes.vacancy_percent * 0.55, stock),
        ("Eigentuemerquote_in_Gitterzellen", "Zensus2022_Eigentuemerquote", "Eigentuemerquote",
         homes.owner_percent, households),
        ("Durchschnittsalter_in_Gitterzellen", "Zensus2022_Durchschnittsalter", "Durchschnittsalter",
         homes.mean_age, everybody),
        ("Anteil_unter_18-jaehrige_in_Gitterzellen", "Zensus2022_Anteil_unter_18", "AnteilUnter18", under, everybody),
        ("Anteil_ab_65-jaehrige_in_Gitterzellen", "Zensus2022_Anteil_ueber_65", "AnteilUeber65", over, everybody),
    ]  # fmt: skip
    means = [Topic(z, c, (name,), mean=mean, weight=weight, brackets=True) for z, c, name, mean, weight in listed]
    return [*_count_topics(city, homes), *means]
