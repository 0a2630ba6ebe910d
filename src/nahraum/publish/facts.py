"""What stands beside the numbers in every file: title, licence, attribution, date."""

from __future__ import annotations

import re
import unicodedata

from nahraum.provenance import LICENCES
from nahraum.publish.bundle import PublishBundle

_TITLES = {
    "de": "{name}: Wohnstandorte mit mehrfach fehlenden Voraussetzungen",
    "en": "{name}: locations lacking several prerequisites",
}
_DESCRIPTIONS = {
    "de": (
        "Wem fehlen Wohnraum, Grün, Internet-Angebot und Nahversorgung in der Nähe der Wohnung, und wo treffen "
        "mehrere dieser fehlenden Voraussetzungen zusammen? Gerechnet aus offenen Daten mit nahraum {version}, "
        "Stand {date}. Kleine Zahlen sind geheim gehalten."
    ),
    "en": (
        "Who lacks living space, green, internet offer and everyday supply near home, and where do several of "
        "these lacks meet? Computed from open data with nahraum {version}, as of {date}. Small counts are held back."
    ),
}
_SHARE_ALIKE = "ODbL-1.0"
_DEFAULT = "dl-de/by-2-0"


def title(bundle: PublishBundle, language: str = "") -> str:
    """Title of the publication."""
    return _TITLES[language or bundle.study.language].format(name=bundle.study.name)


def description(bundle: PublishBundle, language: str = "") -> str:
    """What the data are, in two sentences."""
    return _DESCRIPTIONS[language or bundle.study.language].format(version=bundle.version, date=date_text(bundle))


def date_text(bundle: PublishBundle) -> str:
    """Reference date of the study; the only date in any output."""
    return bundle.study.reference_date.isoformat()


def output_licence(bundle: PublishBundle) -> str:
    """Licence of the published tables: share-alike where a source asks for it (OpenStreetMap: ODbL)."""
    licences = {source.licence for source in bundle.sources}
    return _SHARE_ALIKE if _SHARE_ALIKE in licences else _DEFAULT


def licence_address(licence: str) -> str:
    """Where a licence is printed, '' for one that is not known."""
    return LICENCES.get(licence, "")


def file_name(path: str) -> str:
    """Name of an input without the folders of this machine."""
    return re.split(r"[/\\]", path)[-1]


def slug(name: str) -> str:
    """A name as an identifier: lower case letters, digits and hyphens."""
    spelled = name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "study"
