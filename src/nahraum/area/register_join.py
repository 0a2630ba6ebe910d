"""A register's ids against those of the study's quarters: the same ids on both sides, or words about it."""

from __future__ import annotations

import pandas as pd

from nahraum.errors import InputError

_SHOWN = 5


def joined_by_id(table: pd.DataFrame, quarter_ids: list[str]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows of a register that belong to quarters of the study, sorted by id, and counts.

    Parameters
        table : area_id and what the register tells.
        quarter_ids : of the study, each once.

    Raises
        InputError where no id is known, and where both sides hold ids the other does not: then some are written
        in another way, and nobody can say which. A register of a larger area (ids that the study does not have,
        but every quarter found), and one of some quarters only, are fine and counted.

    Notes
        Leading zeros that a spreadsheet took away are put back where the study's ids are figures of one length.
    """
    ids, padded = _padded(table["area_id"], quarter_ids)
    known = set(quarter_ids)
    strange = sorted(set(ids) - known)
    missing = sorted(known - set(ids))
    if (strange and missing) or len(missing) == len(known):
        raise InputError(
            "the register of residents does not fit the quarters by id",
            where=[
                f"only in the register: {len(strange)}, first: {strange[:_SHOWN]}",
                f"quarters without a row: {len(missing)}, first: {missing[:_SHOWN]}",
            ],
            expected="ids of [sources.quarters], written alike (leading zeros count)",
            fix='correct the ids, or leave rows such as totals out: [sources.population_register] exclude = ["…"]',
        )
    rows = table.assign(area_id=ids)
    rows = rows[rows["area_id"].isin(known)].sort_values("area_id", ignore_index=True)
    return rows, {"register_ids_padded": padded, "register_areas_elsewhere": len(strange)}


def _padded(ids: pd.Series, quarter_ids: list[str]) -> tuple[pd.Series, int]:
    lengths = {len(name) for name in quarter_ids}
    figures = all(name.isdigit() for name in quarter_ids) and len(lengths) == 1
    if not figures or not ids.str.isdigit().all():
        return ids, 0
    full = ids.str.zfill(lengths.pop())
    if full.duplicated().any():
        return ids, 0
    return full, int((full != ids).sum())
