"""Figures as statistical offices write them: decimal comma or point, marks for thousands, signs that are no number.

A sign says why there is no number, and that is kept as a status. What "1.675" means – one thousand six hundred, or
less than two – is never guessed: the column decides, then the whole table, else the study has to say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from nahraum.errors import InputError
from nahraum.sources.problems import Problems

Cell = str | float
Decimal = Literal[",", "."]

ZERO = "zero"
MEANINGS = (ZERO, "missing", "suppressed")
# After the key of signs in German official statistics ("Zeichenerklärung" of Destatis). A dash is there "nothing,
# exactly zero", but "not available" in Berlin's monitoring and "zero or secret" in census grids: unknown unless a
# study or a layout says otherwise (docs/decisions/own-data.md).
MARKS: Mapping[str, str] = {
    "": "missing",
    "-": "missing",
    ".": "suppressed",
    "/": "suppressed",
    "*": "suppressed",
    "x": "missing",
    "...": "missing",
    **dict.fromkeys(("k.a.", "k. a.", "n.v.", "na", "n/a", "nan", "null", "none", "#nv", "#n/a"), "missing"),
    **dict.fromkeys(("#div/0!", "#wert!", "#value!", "#bezug!", "#ref!"), "missing"),
}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u2008\u2009\u202f\t", " "))
_SIGNED = re.compile(r"([+-]?) *(\d.*|[.,]\d+)", re.DOTALL)
_GROUPS = re.compile(r"\d{1,3}( \d{3})+(?=$|[.,])")
_ENGLISH = re.compile(r"(\d{1,3}(,\d{3})+|\d*)(\.\d*)?([eE][+-]?\d+)?")
_GERMAN = re.compile(r"(\d{1,3}(\.\d{3})+|\d*)(,\d*)?([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Writing:
    """How a table writes its figures.

    decimal : "," or "."; '' finds it out.
    marks : sign -> zero | missing | suppressed, over `MARKS`; every dash is "-", letters are small.
    hidden : numbers that stand for "not shown" (-1, -9): suppressed.
    """

    decimal: Decimal | Literal[""] = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[float, ...] = ()

    def meaning(self, sign: str) -> str | None:
        """What a sign stands for, None where it is none."""
        return self.marks.get(sign, MARKS.get(sign))


@dataclass(frozen=True)
class Figures:
    """Numbers of one column (NaN where none is known) and the status of each."""

    values: list[float]
    statuses: list[str]


def plain(text: str) -> str:
    """The text with one kind of blank and one kind of dash, without blanks around it, … written out."""
    return text.translate(_BLANKS).translate(_DASHES).replace("…", "...").strip()


def as_mark(text: str) -> str:
    """A sign as `Writing.marks` knows it."""
    return plain(text).casefold()


def _bare(text: str) -> str:
    """Digits and separators of a figure, without sign, brackets, percent sign and blanks between thousands."""
    inner = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text
    found = _SIGNED.fullmatch(inner.removesuffix("%").rstrip())
    if not found:
        return ""
    digits = found[2]
    grouped = _GROUPS.match(digits)
    return digits.replace(" ", "") if grouped else digits


def decimal_votes(cells: Iterable[Cell]) -> tuple[set[str], list[str]]:
    """Decimal marks that the figures prove, and figures that could be read both ways ("1.675")."""
    votes: set[str] = set()
    open_ones: list[str] = []
    for cell in dict.fromkeys(cell for cell in cells if isinstance(cell, str)):
        bare = _bare(plain(cell))
        marks = [sign for sign in bare if sign in ".,"]
        if not marks:
            continue
        if len(set(marks)) == 2:
            votes.add(marks[-1])
        elif len(marks) > 1:
            votes.add("," if marks[0] == "." else ".")
        elif re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", bare):
            open_ones.append(cell.strip())
        else:
            votes.add(marks[0])
    return votes, open_ones


def decimal_mark(cells: Sequence[Cell], table_votes: set[str], name: str, called: str) -> Decimal:
    """The decimal mark of a column: what its own figures prove, else what those of the whole table prove.

    Raises
        InputError where a column proves both, or where nothing is proved and a figure could be read both ways.
    """
    votes, open_ones = decimal_votes(cells)
    fix = 'say it in the section: decimal = "," or decimal = "."'
    if len(votes) > 1:
        raise InputError(f"{called}: {name!r} is written with decimal comma and with decimal point", fix=fix)
    chosen = votes or table_votes
    if open_ones and len(chosen) != 1:
        raise InputError(
            f"{called}: {name!r} can be read both ways, as thousands and as decimals",
            where=f"first: {sorted(set(open_ones))[:3]}",
            expected="a table whose figures show which mark stands before the decimals",
            fix=fix,
        )
    return "," if chosen == {","} else "."


def figures(cells: Sequence[Cell], writing: Writing, name: str, problems: Problems) -> Figures:
    """The column as numbers with a status; text that is neither number nor sign is noted as a problem.

    A figure in brackets is kept and unreliable; `%` behind a figure is left out; blanks group thousands.
    """
    known = {cell: _figure(cell, writing) for cell in dict.fromkeys(cells)}
    read = [known[cell] for cell in cells]
    bad = [str(cell) for cell, (_, status) in zip(cells, read, strict=True) if not status]
    problems.add(f"{name!r} holds text where a number is needed", bad, len(bad))
    return Figures([value for value, _ in read], [status or "missing" for _, status in read])


def _figure(cell: Cell, writing: Writing) -> tuple[float, str]:
    nan = float("nan")
    if not isinstance(cell, str):
        if cell != cell or cell in (float("inf"), float("-inf")):
            return nan, "missing"
        return (nan, "suppressed") if cell in writing.hidden else (float(cell), "ok")
    text = plain(cell)
    meaning = writing.meaning(text.casefold())
    if meaning is not None:
        return (0.0, "ok") if meaning == ZERO else (nan, meaning)
    bare = _bare(text)
    layout = _GERMAN if writing.decimal == "," else _ENGLISH
    if not bare or not layout.fullmatch(bare) or not any(sign.isdigit() for sign in bare):
        return nan, ""
    thousands, decimal = (".", ",") if writing.decimal == "," else (",", ".")
    value = float(bare.replace(thousands, "").replace(decimal, "."))
    value = -value if text.lstrip("( ").startswith("-") else value
    if value in writing.hidden:
        return nan, "suppressed"
    return value, "unreliable" if text.startswith("(") else "ok"
