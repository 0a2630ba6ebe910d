"""Which places of supply the tags of one object name (METHODS 3.4). Pure functions of a dict."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nahraum.sources.osm.tags import NOT_PUBLIC, is_gone, values

Tags = Mapping[str, str]

SCHOOLS = ("primary_school", "secondary_school", "school_unspecified", "other_school")
BY_TAG: dict[str, dict[str, str]] = {
    "shop": {
        "supermarket": "food_full_range",
        **dict.fromkeys(
            ("convenience", "grocery", "greengrocer", "farm", "dairy", "frozen_food", "general", "food"), "food_small"
        ),
        "kiosk": "kiosk",
        **dict.fromkeys(("bakery", "butcher", "deli", "seafood"), "bakery_butcher"),
        "chemist": "drugstore",
        "pharmacy": "pharmacy",
    },
    "amenity": {
        "marketplace": "market",
        "pharmacy": "pharmacy",
        "dentist": "dentist",
        "hospital": "hospital",
        **dict.fromkeys(("kindergarten", "childcare"), "kita"),
        **dict.fromkeys(("bank", "atm"), "bank_atm"),
        "post_office": "post",
        "parcel_locker": "parcel",
        **dict.fromkeys(
            ("community_centre", "social_centre", "library", "social_facility", "townhall", "place_of_worship"),
            "community",
        ),
        **dict.fromkeys(("theatre", "cinema", "arts_centre"), "culture"),
        **dict.fromkeys(("restaurant", "cafe", "fast_food", "biergarten"), "eating"),
        "coworking_space": "workplace_third",
        "bus_station": "stop",
    },
    "healthcare": {"pharmacy": "pharmacy", "dentist": "dentist", "hospital": "hospital"},
    "tourism": {"museum": "culture"},
    "leisure": {
        **dict.fromkeys(("sports_centre", "pitch", "swimming_pool", "fitness_centre"), "sport"),
        "playground": "playground",
    },
    "public_transport": {"platform": "stop", "station": "stop", "stop_position": "stop"},
    "highway": {"bus_stop": "stop", "platform": "stop"},
    "railway": {"halt": "stop", "tram_stop": "stop", "station": "stop", "platform": "stop"},
    "office": {"coworking": "workplace_third"},
}
CATEGORIES = (
    "food_full_range", "gp", "pharmacy", "primary_school", "stop", "food_small", "kiosk", "bakery_butcher",
    "market", "drugstore", "specialist", "paediatrician", "dentist", "hospital", "kita", "secondary_school",
    "school_unspecified", "other_school", "bank_atm", "post", "parcel", "community", "culture", "sport",
    "playground", "eating", "workplace_third",
)  # fmt: skip
_GENERAL = re.compile(r"\b(general|family|allgemein\w*|hausarzt)", re.IGNORECASE)
_CHILDREN = re.compile(r"p(a)?ediatric|kinderarzt|kinderärzt|kinder- und jugend(arzt|medizin)", re.IGNORECASE)
_TEETH = re.compile(r"zahn(arzt|ärzt|med)|kieferorthop|dentist|orthodont", re.IGNORECASE)
_SPECIAL = re.compile(
    r"augen(arzt|ärzt|klinik)|hautarzt|hautärzt|dermatolog|gyn(ä|ae)kolog|frauen(arzt|ärzt)|hno|orthop(ä|ae)d|"
    r"urolog|kardiolog|radiolog|neurolog|psychiat|psychother|chirurg|onkolog|pneumolog|dialyse|"
    r"gastroenterolog|rheumatolog|nuklear",
    re.IGNORECASE,
)
_PRIMARY = re.compile(r"grundschul|\bgrund-|primary school|volksschule", re.IGNORECASE)
_SECONDARY = re.compile(
    r"gymnasium|realschul|hauptschul|gesamtschul|mittelschul|sekundarschul|oberschul|regionale schule|stadtteilschul",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"förder(schul|zentrum)|sonderschul|berufs|\bbbs\b|volkshochschul|\bvhs\b|musikschul|fahrschul|tanzschul|"
    r"sprach(en)?schul|abend(gymnasium|realschul)|krankenpflege|fachschul|fachoberschul|wirtschaftsschul",
    re.IGNORECASE,
)
_LEVELS = re.compile(r"(\d)\s*-\s*(\d)|(\d)")


def categories(tags: Tags) -> list[str]:
    """The categories of supply an object belongs to, the five services first; empty for none or for a former one.

    Only plain keys count, so `disused:shop` or `was:amenity` name nothing; `;` lists are split.
    """
    if is_gone(tags) or tags.get("opening_hours", "").strip().lower() in ("closed", "off"):
        return []
    found = {
        group[value] for key, group in BY_TAG.items() if key in tags for value in values(tags[key]) if value in group
    }
    found |= _medical(tags) | _school(tags)
    if tags.get("access", "") in NOT_PUBLIC:
        found -= {"playground", "sport"}
    return [name for name in CATEGORIES if name in found]


def _medical(tags: Tags) -> set[str]:
    """General practitioner, specialist, paediatrician or dentist, by speciality, else by name."""
    doctors = {"doctors", "doctor"}
    if doctors.isdisjoint(values(tags.get("amenity", "")) + values(tags.get("healthcare", ""))):
        return set()
    speciality = tags.get("healthcare:speciality", tags.get("medical_speciality", ""))
    text = speciality or tags.get("name", "")
    found = set()
    if _CHILDREN.search(text):
        found.add("paediatrician")
    if _TEETH.search(text):
        found.add("dentist")
    special = _SPECIAL.search(text) is not None
    if _GENERAL.search(text) or not (special or speciality or found):
        found.add("gp")
    elif special or not found:
        found.add("specialist")
    return found


def _school(tags: Tags) -> set[str]:
    """Primary or secondary school by its tags, else by its name; of unspecified level where neither tells."""
    if "school" not in values(tags.get("amenity", "")):
        return set()
    words = " ".join(tags.get(key, "") for key in ("school", "school:DE", "school:de", "school_type")).lower()
    levels = _isced(tags.get("isced:level", ""))
    name = tags.get("name", "")
    found = set()
    if 1 in levels or re.search(r"primary|elementary|grundschul", words):
        found.add("primary_school")
    if levels & {2, 3} or re.search(r"secondary|gymnasium|realschul|hauptschul|gesamtschul", words):
        found.add("secondary_school")
    if found:
        return found
    if _OTHER.search(name) or re.search(r"special|förder|beruf|vocational", words):
        return {"other_school"}
    if _PRIMARY.search(name):
        found.add("primary_school")
    if _SECONDARY.search(name):
        found.add("secondary_school")
    return found or {"school_unspecified"}


def _isced(text: str) -> set[int]:
    levels: set[int] = set()
    for low, high, single in _LEVELS.findall(text):
        levels |= {int(single)} if single else set(range(int(low), int(high) + 1))
    return levels
