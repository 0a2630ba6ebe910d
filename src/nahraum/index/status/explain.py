"""Why an area has the status it has: inputs, steps, contributions, limits, and what would put it into another class."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.status.engine import Side, Worked, areas_table, work_out
from nahraum.index.status.method import Method
from nahraum.index.status.moves import Move, part_moves
from nahraum.index.status.moving import class_sentence, move_sentence
from nahraum.index.status.notes import notes_table
from nahraum.index.status.pipeline import Fit
from nahraum.index.status.telling import limits_table, notes_of, parts_table

MOVE_COLUMNS = [
    "role", "part_id", "label_de", "label_en", "scale", "class_from", "class_to", "value", "needed", "change",
    "possible", "text_de", "text_en",
]  # fmt: skip


@dataclass(frozen=True)
class StatusExplanation:
    """One area of a status index, with everything it rests on.

    area : its row of `StatusIndex.areas`. parts : its rows of `StatusIndex.parts`. limits : of the classes.
    moves : per role, part and limit the value of that part alone that would put the area across it; `possible` False
        where no value would. Everything else stays as it is, mean and standard deviation are computed again.
    """

    area_id: str
    method: Method
    area: dict[str, Any]
    parts: pd.DataFrame
    limits: pd.DataFrame
    moves: pd.DataFrame
    notes: pd.DataFrame
    sentence_de: str
    sentence_en: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values for `--json`; not-a-number becomes None."""
        tables = {name: getattr(self, name).to_dict("records") for name in ("parts", "limits", "moves", "notes")}
        head = {"area_id": self.area_id, "method": self.method.id, "edition": self.method.edition, "area": self.area}
        plain = head | tables | {"sentence_de": self.sentence_de, "sentence_en": self.sentence_en}
        cleaned: dict[str, Any] = _plain(plain)
        return cleaned


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value


def _row_of(work: Worked, area_id: str) -> int:
    if area_id in work.known.ids:
        return work.known.ids.index(area_id)
    near = difflib.get_close_matches(area_id, work.known.ids, n=1, cutoff=0.4)
    raise InputError(
        f"no area is called {area_id!r}", where=f"{len(work.known.ids)} areas, e.g. {work.known.ids[:3]}",
        fix=f"did you mean {near[0]!r}?" if near else "give the id as it stands in the table of values",
    )  # fmt: skip


def _moves_of(role: str, side: Side, row: int) -> list[dict[str, object]]:
    """Rows of the table of moves for one side of an area that is a member of it."""
    if side.cut is None or not side.member[row]:
        return []
    position = int(np.flatnonzero(np.flatnonzero(side.member) == row)[0])
    own = side.classes.ids[int(side.cut.number[position])]
    return [
        _move_row(role, side, move, own)
        for part in range(len(side.recipe.parts))
        for move in part_moves(side, position, part)
    ]


def _move_row(role: str, side: Side, move: Move, own: str) -> dict[str, object]:
    part, towards = side.recipe.parts[move.part], side.classes.ids[move.towards]
    return {
        "role": role, "part_id": part.id, "label_de": part.label_de, "label_en": part.label_en, "scale": part.scale,
        "class_from": own, "class_to": towards, "value": move.value, "needed": move.needed,
        "change": move.needed - move.value, "possible": move.possible,
        "text_de": move_sentence(part, side.classes, move, "de"),
        "text_en": move_sentence(part, side.classes, move, "en"),
    }  # fmt: skip


def explain_status(
    values: pd.DataFrame, method: Method, area_id: str, *, residents: pd.Series | None = None,
    excluded: Collection[str] = (), fit: Fit | None = None,
) -> StatusExplanation:  # fmt: skip
    """Everything behind the status of one area; parameters as `engine.status_index`.

    Raises
        InputError for an unknown area (the nearest id is offered), and as `status_index`.
    """
    work = work_out(values, method, residents=residents, excluded=excluded, fit=fit)
    return explained(work, area_id)


def explained(work: Worked, area_id: str) -> StatusExplanation:
    """The same from an index that is worked out already, for several areas one after the other."""
    row = _row_of(work, area_id)
    areas, parts = areas_table(work), parts_table(work)
    area = {str(name): value for name, value in areas.iloc[row].items()}
    found = _moves_of("status", work.status, row)
    found += [] if work.dynamics is None else _moves_of("dynamics", work.dynamics, row)
    limits = limits_table(work)
    return StatusExplanation(
        area_id=area_id, method=work.method, area=area, limits=limits,
        parts=parts[parts["area_id"] == area_id].reset_index(drop=True),
        moves=pd.DataFrame(found, columns=MOVE_COLUMNS), notes=notes_table(notes_of(work, areas)),
        sentence_de=class_sentence(work.method, area, limits, "de"),
        sentence_en=class_sentence(work.method, area, limits, "en"),
    )  # fmt: skip
