"""Zensus 2022 grid files as Destatis lays them out: one zip per topic, three CSV files and a description.

Counts carry noise as the cell-key method gives it (parts do not add up to totals, levels disagree, positive counts
start at 3); means come from undisturbed data; `–` stands for secret, KLAMMERN for a value of limited reliability.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import xlsxwriter

from nahraum.musterstadt.plan import Floats, Ints

SECRET, BRACKETS, BRACKETS_COLUMN = "–", "KLAMMERN", "werterlaeuternde_Zeichen"
SIZES = ((100, "100m"), (1_000, "1km"), (10_000, "10km"))
FIXED_TIME = (2024, 6, 25, 12, 0, 0)
SMALLEST_COUNT = 3
_SECRET_BELOW, _BRACKETS_BELOW = 3, 12


@dataclass(frozen=True)
class Topic:
    """One zip: its name, the name of its CSV files without the size, and its value columns.

    counts: by cell and column; or mean with weight (and a number of decimals).
    folder: whether the members sit in a folder named after the zip.
    """

    zip_name: str
    csv_name: str
    columns: tuple[str, ...]
    counts: Ints | None = None
    mean: Floats | None = None
    weight: Floats | None = None
    brackets: bool = False
    folder: bool = False
    smallest: int = 0


def zip_entry(name: str) -> zipfile.ZipInfo:
    """A zip member with a fixed time, so that the same content gives the same bytes."""
    entry = zipfile.ZipInfo(name, FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def disturbed(counts: Ints, rng: np.random.Generator, smallest: int = 0) -> Ints:
    """Counts as published: zeros stay, others move by up to two, and 1 or 2 become 0 or 3.

    Parameters
        smallest : what a published count is at least where the true one is not zero.
    """
    noise = rng.choice([-2, -1, 0, 1, 2], p=[0.06, 0.22, 0.44, 0.22, 0.06], size=counts.shape)
    moved = np.maximum(counts + noise, 0)
    small = (moved > 0) & (moved < SMALLEST_COUNT)
    up = rng.random(counts.shape) * SMALLEST_COUNT < moved
    published = np.where(small, np.where(up, SMALLEST_COUNT, 0), moved)
    return np.asarray(np.where(counts == 0, 0, np.maximum(published, smallest)), dtype=np.int64)


def german(values: Floats, decimals: int = 2) -> npt.NDArray[np.str_]:
    """Numbers with decimal comma."""
    return np.char.replace(np.char.mod(f"%.{decimals}f", values), ".", ",")


@dataclass(frozen=True)
class Cells100:
    """Lower-left corners of the inhabited cells in EPSG:3035, in the order of the true tables."""

    east_m: Ints
    north_m: Ints

    def groups(self, size_m: int) -> tuple[Ints, Ints, Ints]:
        """Corners of the coarser cells, and for each 100 m cell the number of its coarser one."""
        east, north = self.east_m // size_m * size_m, self.north_m // size_m * size_m
        key, group = np.unique(north * 10**8 + east, return_inverse=True)
        return key % 10**8, key // 10**8, group.astype(np.int64)


def _csv(topic: Topic, cells: Cells100, size: tuple[int, str], rng: np.random.Generator) -> str:
    size_m, label = size
    east, north, group = cells.groups(size_m)
    columns: list[npt.NDArray[np.str_]] = []
    brackets = np.full(east.size, "", dtype="<U8")
    if topic.counts is not None:
        totals = np.zeros((east.size, topic.counts.shape[1]), dtype=np.int64)
        np.add.at(totals, group, topic.counts)
        published = disturbed(totals, rng, topic.smallest)
        columns += [np.char.mod("%d", column) for column in published.T]
        keep = totals.sum(axis=1) > 0
    else:
        texts, brackets, keep = _means(topic, group, east.size)
        columns.append(texts)
    if topic.brackets:
        columns.append(brackets)
    ids = np.char.add(np.char.add(f"CRS3035RES{size_m}mN", north.astype(str)), np.char.add("E", east.astype(str)))
    half = size_m // 2
    rows = [ids, (east + half).astype(str), (north + half).astype(str), *columns]
    header = [f"GITTER_ID_{label}", f"x_mp_{label}", f"y_mp_{label}", *topic.columns]
    header += [BRACKETS_COLUMN] if topic.brackets else []
    lines = [";".join(header), *(";".join(row) for row in zip(*(row[keep].tolist() for row in rows), strict=True))]
    return "\n".join(lines) + "\n"


def _means(
    topic: Topic, group: Ints, number: int
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_], npt.NDArray[np.bool_]]:
    if topic.mean is None or topic.weight is None:
        raise AssertionError(f"{topic.zip_name} has neither counts nor means")
    known = np.where(np.isnan(topic.mean), 0.0, topic.weight)
    there = np.bincount(group, topic.weight, number) > 0
    weight = np.bincount(group, known, number)
    total = np.bincount(group, known * np.nan_to_num(topic.mean), number)
    value = np.divide(total, weight, out=np.zeros(number), where=weight > 0)
    texts = np.where(weight < _SECRET_BELOW, SECRET, german(value))
    brackets = np.where((weight >= _SECRET_BELOW) & (weight < _BRACKETS_BELOW), BRACKETS, "")
    return texts, brackets, there


def _description(topic: Topic) -> bytes:
    """The data set description that Destatis adds as a workbook."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(*FIXED_TIME), "title": topic.csv_name, "author": "Musterstadt"})
    sheet = book.add_worksheet("Datensatzbeschreibung")
    meanings = {
        "GITTER_ID_*": "Kennung der Gitterzelle (INSPIRE)",
        "x_mp_*": "Mittelpunkt, Ostwert EPSG:3035",
        "y_mp_*": "Mittelpunkt, Nordwert EPSG:3035",
    } | dict.fromkeys(topic.columns, "Anzahl" if topic.counts is not None else "Mittelwert oder Anteil")
    for row, (name, meaning) in enumerate((("Spalte", "Bedeutung"), *meanings.items())):
        sheet.write_row(row, 0, (name, meaning))
    sheet.write(len(meanings) + 2, 0, "Künstliche Daten der Musterstadt im Format der Gitterdaten des Zensus 2022")
    book.close()
    return buffer.getvalue()


def write_topic(topic: Topic, cells: Cells100, folder: Path, seed: Sequence[int]) -> Path:
    """Writes the zip of one topic."""
    path = folder / f"{topic.zip_name}.zip"
    inside = f"{topic.zip_name}/" if topic.folder else ""
    with zipfile.ZipFile(path, "w") as archive:
        for size in SIZES:
            rng = np.random.default_rng([*seed, size[0], *topic.zip_name.encode()])
            text = _csv(topic, cells, size, rng)
            archive.writestr(zip_entry(f"{inside}{topic.csv_name}_{size[1]}-Gitter.csv"), text.encode("utf-8"))
        archive.writestr(zip_entry(f"{inside}Datensatzbeschreibung_{topic.csv_name}.xlsx"), _description(topic))
    return path
