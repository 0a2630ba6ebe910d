"""What is wrong with a file, gathered while it streams by, so that all of it can be said at once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence

from nahraum.errors import InputError

_EXAMPLES = 3


class Problems:
    """Kinds of problems with the number of rows they concern and the first examples."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._first: dict[str, list[str]] = {}

    def add(self, kind: str, examples: Iterable[object], rows: int) -> None:
        """Note `rows` more rows of one kind; the first three examples are kept."""
        if not rows:
            return
        self._rows[kind] = self._rows.get(kind, 0) + rows
        first = self._first.setdefault(kind, [])
        for example in examples:
            if len(first) >= _EXAMPLES:
                break
            if str(example) not in first:
                first.append(str(example))

    def sentences(self) -> list[str]:
        """One sentence per kind, in the order in which they were met."""
        return [f"{kind} in {rows} rows, first: {self._first[kind]}" for kind, rows in self._rows.items()]

    def refuse_any(self, called: str, *, expected: str, fix: str) -> None:
        """Raise InputError with everything that was noted; nothing noted, nothing raised."""
        if self._rows:
            raise InputError(f"{called} cannot be used", where=self.sentences(), expected=expected, fix=fix)


def nearest_name(name: str, known: Collection[str]) -> str:
    """Advice for a name that is not there: the most similar one, or all of them."""
    folded = {candidate.casefold(): candidate for candidate in sorted(known)}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.5)
    listed = ", ".join(sorted(known)[:30]) or "nothing"
    return f"did you mean {folded[near[0]]!r}? There are: {listed}" if near else f"there are: {listed}"


def find_name(wanted: str, known: Sequence[str], *, called: str, what: str = "column") -> str:
    """The name as the file spells it: exact, or the only one that differs in case.

    Raises
        InputError that offers the nearest name.
    """
    if wanted in known:
        return wanted
    alike = [name for name in known if name.casefold() == wanted.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise InputError(f"{called} has no {what} {wanted!r}", fix=nearest_name(wanted, known))
