"""Texts of options → values: lists, amounts, limits by name."""

from __future__ import annotations

import typer


def listed(text: str) -> tuple[str, ...]:
    """Parts between commas, without blanks."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def amounts(text: str) -> list[float]:
    """Amounts in EUR between commas. Raises typer.BadParameter for what is none."""
    try:
        return [float(part) for part in listed(text)]
    except ValueError:
        raise typer.BadParameter(f"--yearly {text}: amounts in EUR with commas between, e.g. 500000,800000") from None


def pairs(texts: list[str], *, today: bool = False) -> dict[str, float]:
    """Amounts by name; NaN for the one of today, where that may be said."""
    try:
        pairs = [text.split("=") for text in texts]
        found = {name.strip(): _amount(value.strip(), today=today) for name, value in pairs}
    except ValueError:
        more = " or today" if today else ""
        raise typer.BadParameter(f"--limit {' '.join(texts)}: name=value{more}, e.g. sealing=0") from None
    if len(found) < len(texts):
        raise typer.BadParameter(f"--limit {' '.join(texts)}: the same limit is given twice")
    return found


def _amount(text: str, *, today: bool) -> float:
    if today and text == "today":
        return float("nan")
    value = float(text)
    if value != value:
        raise ValueError(text)
    return value


def or_nan(value: float | None) -> float:
    """NaN for what was not given."""
    return float("nan") if value is None else value
