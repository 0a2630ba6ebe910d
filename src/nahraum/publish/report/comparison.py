"""What others have published of the same kind, beside the figures of this study: to see whether ours can be right."""

from __future__ import annotations

import pandas as pd

from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report.tables import Table, table
from nahraum.publish.report.words import DASH, Words

PLACES = ("germany", "large_cities", "rural")
_GERMAN_CENSUS = "zensus"


def published_beside(bundle: PublishBundle, words: Words) -> Table | None:
    """Shares of residents with each service within reach, beside those of the BBSR.

    Returns
        None outside Germany (a study whose residents are not of the German census), and where the study walks another
        distance than the BBSR did.
    """
    parameters = bundle.study.parameters()
    population = bundle.study.source("population")
    german = population is not None and population.kind.startswith(_GERMAN_CENSUS)
    if not german or parameters.number("supply.maximum_distance_m") != parameters.number(
        "comparison.maximum_distance_m"
    ):
        return None
    told = {place: parameters.group(f"comparison.{place}") for place in PLACES}
    whole, rows = bundle.municipality.frame.iloc[0], []
    for entry in bundle.catalogue:
        theirs = [told[place][entry.id].value if entry.id in told[place] else None for place in PLACES]
        ours = whole.get(entry.id)
        if any(value is not None for value in theirs) and ours is not None and not pd.isna(ours):
            others = [DASH if value is None else words.share(value) for value in theirs]
            rows.append([entry.text("label", words.language), words.share(ours), *others])
    if not rows:
        return None
    head = [words.text(f"head_{key}") for key in ("indicator", "here", *PLACES)]
    caption = words.text("caption_published", metres=words.number(parameters.number("comparison.maximum_distance_m")))
    return table(head, rows, caption, align="lrrrr", widths="1 auto auto auto auto")
