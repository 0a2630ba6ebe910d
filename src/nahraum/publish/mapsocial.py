"""`social.json` of the map: the released tables of the social-space analysis that its charts are drawn from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.publish import mapjson
from nahraum.publish.bundle import PublishBundle

TABLES = {"matrix": "social_matrix", "fifths": "social_fifths", "inequality": "social_inequality"}
"""Name in social.json, name of the released table."""


def social_document(bundle: PublishBundle) -> dict[str, list[dict[str, Any]]]:
    """Status matrix, fifths of residents and measures of inequality, row by row; empty lists where a study has none.

    Only tables that went through `publish.release` are read; nothing is added up again here.
    """
    released = {name: bundle.table(table) for name, table in TABLES.items()}
    return {name: [] if one is None else mapjson.records(pd.DataFrame(one.frame)) for name, one in released.items()}
