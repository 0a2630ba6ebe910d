"""emo.csv: the indicators of a plan as the electronic monitoring of urban development funding asks for them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from nahraum.publish.programme.model import PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.values import number_text, safe_text

FILE = "emo.csv"
COLUMNS = (
    "indicator_id", "kind", "label", "unit", "area_id", "area", "baseline", "baseline_date", "target", "target_year",
    "source", "plan", "run", "note",
)  # fmt: skip
_DECIMALS = 4


def emo_text(plan: PlanDocument) -> str:
    """Indicators with baseline and target: semicolon, decimal comma; empty is unknown.

    kind : input (money) | output (what is built, who gains it) | context (what is observed beside it). note : of costs
    that are general knowledge in part, that they are to be verified locally.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    verify = PlanWords(plan["language"]).text("verify") if any(one["verify"] for one in plan["measures"]) else ""
    ready = [one["ready_year"] for one in plan["measures"] if one["ready_year"] is not None]
    year = str(max(ready)) if ready else ""
    for one in plan["monitoring"]:
        values = ["" if value is None else number_text(value, _DECIMALS) for value in (one["baseline"], one["target"])]
        writer.writerow([
            *(safe_text(one[key]) for key in ("id", "kind", "label", "unit", "area_id", "area")),
            values[0], plan["reference_date"], values[1], year if values[1] else "", safe_text(one["source"]),
            safe_text(plan["name"]), plan["run"]["manifest"], verify if one["id"] == "cost_eur" else "",
        ])  # fmt: skip
    return stream.getvalue()


def write_emo(plan: PlanDocument, folder: Path) -> Path:
    """emo.csv as German spreadsheets read it."""
    path = folder / FILE
    path.write_bytes(emo_text(plan).encode("utf-8-sig"))
    return path
