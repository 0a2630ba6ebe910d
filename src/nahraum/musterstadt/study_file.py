"""The study file of the city, commented for a planner."""

from __future__ import annotations

from pathlib import Path

_TEXT = """\
# Studie der Musterstadt: eine Datei beschreibt den ganzen Lauf. Alle Daten sind künstlich, in den Formaten der
# Originalquellen. Aufruf:  nahraum check study.toml   und   nahraum run study.toml
format_version = 1

[study]
name = "Musterstadt"
language = "de"                    # Sprache von Bericht und Karte: de oder en
reference_date = 2026-06-30        # Stichtag; gilt auch für die Parameter

# Straßen, Läden, Grünflächen, Gebäude: ein Auszug aus OpenStreetMap
[sources.osm]
file = "musterstadt.osm.pbf"
date = "2026-05-04"
attribution = "Musterstadt (künstlich), im Format von OpenStreetMap"

# Zensus 2022, 100-m-Gitter: die Zip-Dateien, wie Destatis sie liefert
[sources.population]
kind = "zensus2022"
file = "Zensus2022_Bevoelkerungszahl.zip"
size_m = 100
date = "2022-05-15"

[sources.floor_area]
kind = "zensus2022"
file = "Durchschnittliche_Wohnflaeche_je_Bewohner_in_Gitterzellen.zip"
size_m = 100
date = "2022-05-15"

# Wohnungen nach Fläche: formt die Wohnfläche je Person, wo sie nur im 1-km-Gitter steht
[sources.dwellings]
kind = "zensus2022"
file = "Flaeche_der_Wohnung_10m2_Intervalle.zip"
size_m = 100
date = "2022-05-15"

# Internet-Angebot je Gitterzelle: links unser Name, rechts der Name der Spalte in der Datei
[sources.broadband]
kind = "grid_table"
file = "breitband_gitter_100m.csv"
size_m = 100
unit = "percent"
columns = { cell = "raster_id", 50 = "down_fn_hh_alle_50", 100 = "down_fn_hh_alle_100", 1000 = "down_fn_hh_alle_1000" }
date = "2025-12-31"

# Weitere Themen des Zensus: Mieten, Alter, Haushalte, Wohnungen, Gebäude (stehen neben den vier Voraussetzungen)
[sources.topics]
rent = { file = "Zensus2022_Durchschn_Nettokaltmiete.zip", date = "2022-05-15" }
mean_age = { file = "Durchschnittsalter_in_Gitterzellen.zip", date = "2022-05-15" }
ages = { file = "Alter_in_10er-Jahresgruppen.zip", date = "2022-05-15" }
age_classes = { file = "Alter_in_5_Altersklassen.zip", date = "2022-05-15" }
household_size = { file = "Durchschnittliche_Haushaltsgroesse_in_Gitterzellen.zip", date = "2022-05-15" }
households = { file = "Zensus2022_Groesse_des_privaten_Haushalts_in_Gitterzellen.zip", date = "2022-05-15" }
families = { file = "Typ_des_privaten_Haushalts_Familien.zip", date = "2022-05-15" }
dwelling_area = { file = "Durchschnittliche_Flaeche_je_Wohnung_in_Gitterzellen.zip", date = "2022-05-15" }
rooms = { file = "Wohnungen_nach_Zahl_der_Raeume.zip", date = "2022-05-15" }
ownership = { file = "Eigentuemerquote_in_Gitterzellen.zip", date = "2022-05-15" }
vacancy = { file = "Leerstandsquote_in_Gitterzellen.zip", date = "2022-05-15" }
market_active_vacancy = { file = "Marktaktive_Leerstandsquote_in_Gitterzellen.zip", date = "2022-05-15" }
building_types = { file = "Gebaeude_mit_Wohnraum_nach_Gebaeudetyp_Groesse.zip", date = "2022-05-15" }
building_years = { file = "Gebaeude_nach_Baujahr_in_Mikrozensus_Klassen.zip", date = "2022-05-15" }

# Fahrplan (GTFS): welche Haltestelle oft genug bedient wird
[sources.timetable]
file = "fahrplan_gtfs.zip"
date = "2026-01-01"
complete = true                    # er enthält alle Linien der Stadt
attribution = "Stadtwerke Musterstadt (künstlich)"

# Quartiere mit Nummer und Namen
[sources.quarters]
kind = "vector"
file = "quartiere.geojson"
id = "quartier_nr"
name = "quartier"
date = "2026-01-01"

# Sozialdaten des Statistikamts je Quartier: Anteile in Prozent und die Zahl der Menschen dahinter
[sources.statistics.sozialdaten]
file = "statistik_quartiere.csv"
id = "Quartier_Nr"
date = "2025-12-31"
[sources.statistics.sozialdaten.columns]
unemployed = "Arbeitslosenanteil_Prozent"
labour_force = "Erwerbspersonen"
sgb2 = "SGB_II_Quote_Prozent"
under_65 = "unter_65"
child_sgb2 = "Kinderarmut_Prozent"
under_18 = "unter_18"

# Status der Quartiere: welche Methode, aus welcher Tabelle; steht neben den Voraussetzungen, wird nie mit ihnen addiert
[social]
method = "sozialindex.toml"
statistics = "sozialdaten"

# Fälle einer Krankheit je Quartier und Welle
[sources.incidence]
file = "inzidenz_wellen.csv"
id = "quartier_nr"
columns = { cases = "faelle", residents = "einwohner", period = "welle", begin = "beginn", end = "ende" }
date = "2021-12-31"

# Vorschläge für Fördergebiete (rechnet einige Sekunden länger)
# [funding]
# propose = true

# Schwellen lassen sich hier ändern; ohne Eintrag gelten die mitgelieferten Werte mit ihrer Quelle.
# [parameters]
# "supply.maximum_distance_m" = 800.0
# "living_space.minimum_m2_per_resident" = 25.0
# "green.standard" = "who_europe"

[output]
folder = "ergebnis"
"""


_COUNTY = """\
[area]
kreis = "05999"                    # oder: municipalities = ["05999001", "05999002"]

# Gemeinden: ein Shapefile wie die VG250 des BKG; TYP steht für den Stadt- und Gemeindetyp, in dem verglichen wird
[sources.municipalities]
file = "vg250_musterkreis.zip"
type = "TYP"
date = "2026-01-01"

"""
_FIRST_SOURCE = "# Straßen, Läden, Grünflächen"


def write_study(path: Path) -> None:
    """Writes study.toml."""
    path.write_text(_TEXT, encoding="utf-8")


def write_county_study(path: Path) -> None:
    """Writes study.toml of the Musterkreis: the same sources, and the municipalities."""
    text = _TEXT.replace('name = "Musterstadt"', 'name = "Musterkreis"').replace("musterstadt.osm", "musterkreis.osm")
    text = text.replace("Studie der Musterstadt", "Studie des Musterkreises").replace("nahraum run", "nahraum region")
    text = text.replace("alle Linien der Stadt", "alle Linien des Kreises")
    path.write_text(text.replace(_FIRST_SOURCE, _COUNTY + _FIRST_SOURCE, 1), encoding="utf-8")
