"""The text of a new study: what a planner reads first, with the reason for each section."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from nahraum.sources.registry import registry

if TYPE_CHECKING:
    from nahraum.workflow.starting import Plan

_FOLDER = "daten"
_PURPOSE = {
    "de": {
        "head": (
            "Studie für {name}, angelegt mit nahraum init. Eine Datei beschreibt den ganzen Lauf.",
            "Aufrufe:  nahraum fetch {file}   dann   nahraum check {file}   und   nahraum {verb} {file}",
            "Alle Schlüssel mit Erklärung: config/example.toml. Pfade gelten von dieser Datei aus.",
        ),
        "date": "Stichtag; gilt auch für die Parameter",
        "language": "Sprache von Bericht und Karte: de oder en",
        "contact": 'contact = "planung@example.org"   # an wen sich die Betreiber der Server wenden können',
        "several": "Mehrere Gemeinden: jede bekommt ihre Zeile und ihre Seite",
        "osm": "Straßen, Läden, Grünflächen, Gebäude. Geladen wird der Auszug der Region, behalten nur dieses Fenster:",
        "osm_window": "West, Süd, Ost, Nord: die Gemeinde und {km:.0f} km darum",
        "osm_window_several": "West, Süd, Ost, Nord: die Gemeinden und {km:.0f} km darum",
        "osm_border": "Die Umgebung reicht in mehrere Auszüge; nahraum fetch fügt sie zusammen.",
        "boundary": "Grenze der Gemeinde (VG250 des BKG)",
        "municipalities": "Grenzen und Namen der Gemeinden (VG250 des BKG)",
        "population": "Einwohner je 100-m-Zelle, Zensus 2022",
        "floor_area": "Wohnfläche je Person",
        "dwellings": "Wohnungen nach Fläche",
        "topics": "Weitere Themen des Zensus 2022; die Zeilen ohne # werden geladen, die anderen bei Bedarf",
        "timetable": "Fahrplan: ohne ihn zählt eine Haltestelle mit unbekannter Häufigkeit. Deutschland, rund 250 MB;",
        "timetable2": "kleiner ist der Fahrplan Ihres Verkehrsverbunds. Zum Einschalten die # entfernen.",
        "broadband": "Internet-Angebot: keine bleibende Adresse. Von Hand laden, Spalten zuordnen, # entfernen:",
        "quarters": "Quartiere: die Stadtteile Ihres Amts. Ohne sie nimmt nahraum Stadtteilgrenzen aus OpenStreetMap",
        "quarters2": 'oder grenzt selbst ab; kind = "none" lässt die Gemeinde ungeteilt.',
        "quarters_several": "Quartiere: die Stadtteile Ihrer Ämter. Ohne sie ist jede Gemeinde ein Quartier.",
        "parameters": "Schwellen ändern: siehe config/example.toml",
    },
    "en": {
        "head": (
            "A study of {name}, begun by nahraum init. One file describes the whole run.",
            "Calls:  nahraum fetch {file}   then   nahraum check {file}   and   nahraum {verb} {file}",
            "All keys with explanation: config/example.toml. Paths are relative to this file.",
        ),
        "date": "stands on every page; the parameters of this day hold",
        "language": "of report and map: de or en",
        "contact": 'contact = "planning@example.org"   # whom those who run the servers can write to',
        "several": "Several municipalities: each gets its row and its page",
        "osm": "Streets, places, green, buildings. The region's extract is downloaded, only this box of it is kept:",
        "osm_window": "west, south, east, north: the municipality and {km:.0f} km around",
        "osm_window_several": "west, south, east, north: the municipalities and {km:.0f} km around",
        "osm_border": "The surroundings lie in several extracts; nahraum fetch joins them.",
        "boundary": "Boundary of the municipality (VG250 of the BKG)",
        "municipalities": "Boundaries and names of the municipalities (VG250 of the BKG)",
        "population": "Residents by 100 m cell, census 2022",
        "floor_area": "Floor area per person",
        "dwellings": "Dwellings by floor area",
        "topics": "Further topics of the census 2022; lines without # are downloaded, the others where needed",
        "timetable": "Timetable: without it a stop counts with unknown frequency. All Germany, about 250 MB;",
        "timetable2": "the feed of your transport association is smaller. Remove the # to use it.",
        "broadband": "Internet offer: no address that stays. Download by hand, map the columns, remove the #:",
        "quarters": "Quarters: those of your office. Without them nahraum takes the boundaries of OpenStreetMap",
        "quarters2": 'or delineates its own; kind = "none" leaves the municipality undivided.',
        "quarters_several": "Quarters: those of your offices. Without them each municipality is one quarter.",
        "parameters": "Changing thresholds: see config/example.toml",
    },
}


def _text(value: Any) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _section(name: str, entries: dict[str, Any], *, remarks: tuple[str, ...] = (), off: bool = False) -> list[str]:
    """A section with its comments; `off` puts it behind #. A value that is a tuple has a comment behind it."""
    lines = [f"[sources.{name}]"]
    for key, value in entries.items():
        shown, behind = (value[0], f"   # {value[1]}") if isinstance(value, tuple) else (value, "")
        lines.append(f"{key} = {_text(shown)}{behind}")
    if off:
        lines = [f"# {line}" for line in lines]
    return ["", *(f"# {remark}" for remark in remarks), *lines]


def _zensus(archive: str) -> dict[str, Any]:
    known = registry()["downloads"]["zensus2022"]
    return {
        "kind": "zensus2022",
        "file": f"{_FOLDER}/{archive}",
        "url": known["url"].format(archive=archive),
        "date": registry()["zensus2022"]["reference_date"],
    }


def _head(plan: Plan, words: dict[str, Any], language: str, on: date) -> list[str]:
    verb = "region" if plan.several else "run"
    lines = [f"# {line.format(name=plan.name, file=plan.file, verb=verb)}" for line in words["head"]]
    lines += ["format_version = 1", "", "[study]", f"name = {_text(plan.name)}"]
    lines += [f"language = {_text(language)}   # {words['language']}"]
    lines += [f"reference_date = {on.isoformat()}   # {words['date']}", f"# {words['contact']}"]
    if plan.kreis:
        lines += ["", f"# {words['several']}", "[area]", f"kreis = {_text(plan.kreis)}"]
    elif len(plan.ags) > 1:
        keys = ", ".join(_text(ags) for ags in plan.ags)
        lines += ["", f"# {words['several']}", "[area]", f"municipalities = [{keys}]"]
    return lines


def _osm(plan: Plan, words: dict[str, Any]) -> list[str]:
    known = registry()["downloads"]["geofabrik"]
    urls = [known["url"].format(region=region) for region in plan.regions]
    remarks = (words["osm"], words["osm_border"]) if len(urls) > 1 else (words["osm"],)
    km = registry()["init"]["margin_m"] / 1000
    entries = {
        "file": f"{_FOLDER}/{plan.slug}.osm.pbf",
        "url": urls[0] if len(urls) == 1 else urls,
        "window": (list(plan.window), words["osm_window_several" if plan.several else "osm_window"].format(km=km)),
        "licence": known["licence"],
        "attribution": known["attribution"],
    }
    return _section("osm", entries, remarks=remarks)


def _boundaries(plan: Plan, words: dict[str, Any]) -> list[str]:
    known = registry()["downloads"]["vg250"]
    entries: dict[str, Any] = {"file": plan.boundaries or f"{_FOLDER}/{known['url'].rpartition('/')[2]}"}
    if not plan.boundaries:
        entries["url"] = known["url"]
    if plan.layer:
        entries["layer"] = plan.layer
    entries |= {"licence": known["licence"], "attribution": known["attribution"]}
    if plan.several:
        return _section("municipalities", entries, remarks=(words["municipalities"],))
    return _section("boundary", {"kind": "vector", "name": plan.key, **entries}, remarks=(words["boundary"],))


def _census(words: dict[str, Any]) -> list[str]:
    known, lines = registry()["zensus2022"], []
    for name in ("population", "floor_area", "dwellings"):
        lines += _section(name, _zensus(known["topics"][name]["archive"]), remarks=(words[name],))
    lines += ["", f"# {words['topics']}", "[sources.topics]"]
    for topic, archive in known["archives"].items():
        given = {key: value for key, value in _zensus(archive).items() if key != "kind"}
        inline = ", ".join(f"{key} = {_text(value)}" for key, value in given.items())
        off = "" if topic in registry()["init"]["topics"] else "# "
        lines.append(f"{off}{topic} = {{ {inline} }}")
    return lines


def _rest(plan: Plan, words: dict[str, Any]) -> list[str]:
    gtfs, broadband = registry()["downloads"]["gtfs"], registry()["downloads"]["broadband"]
    grid = registry()["gigabit_grundbuch"]
    columns = {"cell": grid["cell"]} | {mbit: grid["columns"].format(mbit=mbit) for mbit in ("50", "100", "1000")}
    shown = ", ".join(f"{_text(key) if key.isdigit() else key} = {_text(value)}" for key, value in columns.items())
    timetable = {"file": f"{_FOLDER}/gtfs_nv.zip", "url": gtfs["url"]}
    timetable |= {"licence": gtfs["licence"], "attribution": gtfs["attribution"]}
    lines = _section("timetable", timetable, remarks=(words["timetable"], words["timetable2"]), off=True)
    remarks = (words["broadband"], broadband["page"])
    lines += _section("broadband", {"file": f"{_FOLDER}/breitband.csv"}, remarks=remarks, off=True)
    lines += [f"# columns = {{ {shown} }}", '# unit = "percent"']
    told: tuple[str, ...] = (words["quarters_several"],) if plan.several else (words["quarters"], words["quarters2"])
    quarters = {"kind": "vector", "file": "quartiere.gpkg", "id": "nummer", "name": "name"}
    lines += _section("quarters", quarters, remarks=told, off=True)
    return [*lines, "", f"# {words['parameters']}", "[parameters]", ""]


def study_text(plan: Plan, *, language: str, on: date) -> str:
    """The study file of a plan, with comments in its language."""
    words = _PURPOSE[language]
    lines = [*_head(plan, words, language, on), *_osm(plan, words), *_boundaries(plan, words)]
    return "\n".join([*lines, *_census(words), *_rest(plan, words)])
