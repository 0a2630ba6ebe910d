"""Musterstadt: a synthetic German city's raw input files in the original formats, with planted truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nahraum.musterstadt.county_writer import write_county as _write_county
from nahraum.musterstadt.writer import write_city as _write_city


def write_city(residents: int, seed: int, folder: Path) -> dict[str, Any]:
    """Raw input files of a city of about so many residents. [files]

    Parameters
        residents : 1,000 to 5,000,000. [persons]
        seed : the same size and seed give the same bytes.
        folder : made if missing; files of the same names are replaced.

    Returns
        files (names, sorted), study (path of study.toml), residents, cells, quarters, and truth (the content of
        truth.json).

    Raises
        InputError for an impossible size; OutputError where the folder cannot be written.
    """
    return _write_city(residents, seed, folder)


def write_county(number: int, residents: int, seed: int, folder: Path) -> dict[str, Any]:
    """Raw input files of a county of several municipalities of different size, each source in one file. [files]

    Parameters
        number : of municipalities, 2 to 40; residents : of all together, at least 1,000 for each. [persons]
        seed : the same number, size and seed give the same bytes.
        folder : made if missing; files of the same names are replaced.

    Returns
        files (names, sorted), study (path of study.toml), residents, municipalities (residents by AGS).

    Raises
        InputError for an impossible number or size; OutputError where the folder cannot be written.
    """
    return _write_county(number, residents, seed, folder)
