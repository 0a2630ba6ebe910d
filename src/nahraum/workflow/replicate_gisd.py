"""The GISD computed again: its classes from its score, and its score from the raw series as far as they are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pandas as pd

from nahraum.index.agreement import Agreement, correlation, values_agree
from nahraum.index.gisd import LOGARITHMS, RawSeries, gisd_inputs, over_kreise
from nahraum.index.status import Method, read_method
from nahraum.index.status.pipeline import Inputs, computed, fitted, status_recipe
from nahraum.parameters import Parameters
from nahraum.sources.published import Replication
from nahraum.workflow.replicated import Replicated, Sentence, needed, number

_KREIS, _VERBAND = 5, 9  # digits of a regional key: Kreis, Gemeindeverband, municipality (12)
_FIFTHS, _TENTHS = 5, 10


def gisd(wanted: Replication, tables: Mapping[str, pd.DataFrame]) -> Replicated:
    """Classes of all Kreise and years, and the score from raw data for the years with all nine indicators."""
    published = tables["published"]
    agreements = _class_agreements(wanted, published)
    score, loadings = raw_score(wanted, tables)
    theirs = published.pivot_table(index="area_id", columns="year", values="score")
    theirs.columns = theirs.columns.astype(int)
    first, last = int(wanted.expected["compared_from"]), int(wanted.expected["last_year"])
    years = list(range(first, last + 1))
    agreements += _score_agreements(wanted, score[years], theirs[years])
    findings = [loadings, *_yearly(score, theirs, years)]
    names = published.drop_duplicates("area_id").set_index("area_id")["name"]
    latest = published[published["year"] == last].set_index("area_id")
    areas = latest[["score", "quintile", "decile", "class"]].join(names)
    areas["computed_score"] = score[last]
    areas["computed_quintile"] = fifths(score[last], _FIFTHS)
    return Replicated(tuple(agreements), areas, tuple(findings), labels=_LABELS)


_LABELS: Mapping[str, Sentence] = {
    "score": ("Punktwert, veröffentlicht", "score, published"),
    "computed_score": ("Punktwert, aus den Rohdaten", "score, from the raw data"),
    "quintile": ("Quintil, veröffentlicht", "quintile, published"),
    "computed_quintile": ("Quintil, aus den Rohdaten", "quintile, from the raw data"),
    "decile": ("Dezil, veröffentlicht", "decile, published"),
    "class": ("Klasse, veröffentlicht", "class, published"),
}


def fifths(score: pd.Series, parts: int) -> pd.Series:
    """Class of each area by its rank from the lowest score: ceil(rank · parts / n); ties in the order of the rows."""
    rank = score.rank(method="first").to_numpy()
    return pd.Series(np.ceil(rank * parts / len(score)), index=score.index)


def _class_agreements(wanted: Replication, published: pd.DataFrame) -> list[Agreement]:
    """Quintile, decile and class of each year from the published score."""
    whole = published.set_index(published["area_id"] + " " + published["year"].astype(int).astype(str))
    grouped = whole.groupby("year")["score"]
    quintile = grouped.transform(lambda score: fifths(score, _FIFTHS))
    decile = grouped.transform(lambda score: fifths(score, _TENTHS))
    three = quintile.map(lambda fifth: 1.0 if fifth == 1 else 3.0 if fifth == _FIFTHS else 2.0)
    span = grouped.agg(["min", "max"])
    ends = pd.concat([span["min"], span["max"] - 1.0], keys=["min", "max"])
    ends.index = [f"{name} {int(year)}" for name, year in ends.index]
    compared: list[tuple[str, Sentence, pd.Series]] = [
        ("quintile", ("Quintile", "quintiles"), quintile),
        ("decile", ("Dezile", "deciles"), decile),
        ("class", ("Klassen", "classes"), three),
    ]
    found = [
        values_agree(name, words, ours, whole[name], needed=needed(wanted, name)) for name, words, ours in compared
    ]
    words = ("Punktwert je Jahr von 0 bis 1", "score per year from 0 to 1")
    return [*found, values_agree("span", words, ends, ends * 0.0, needed=needed(wanted, "span"))]


def rows_of(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Municipalities with residents: their id, Gemeindeverband and Kreis.

    A Gemeindeverband without income tax in the last year has no residents (forests, military grounds).
    """
    ids = tables["municipalities"]["area_id"].sort_values().reset_index(drop=True)
    rows = pd.DataFrame({"verband": ids.str[:_VERBAND].to_numpy(), "kreis": ids.str[:_KREIS].to_numpy()}, index=ids)
    tax = tables["income_tax"].set_index("area_id")
    lived_in = tax.index[tax[max(year for year in tax.columns if isinstance(year, int))].notna()]
    return rows[rows["verband"].isin(lived_in)]


def raw_score(wanted: Replication, tables: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, Sentence]:
    """Score of each Kreis and year from the raw series, and a sentence on the components.

    Components are fitted over the years with all nine indicators, pooled; each year is standardised by them.
    """
    rows, method = rows_of(tables), read_method(wanted.method)
    series = {
        name: table.set_index("area_id")
        .reindex(rows["verband" if name == "income_tax" else "kreis"])
        .set_axis(rows.index)
        for name, table in tables.items()
        if name in {each.name for each in fields(RawSeries)}
    }
    inputs = gisd_inputs(RawSeries(**series), rows["kreis"], Parameters())
    years = [int(year) for year in inputs["arbeitslosigkeit"].columns]
    pooled = [year for year in years if int(wanted.expected["compared_from"]) <= year]
    recipe = status_recipe(method)
    fit = fitted(_inputs(inputs, method, pooled), recipe)
    scores = {year: computed(_inputs(inputs, method, [year]), recipe, fit).index for year in years}
    told = "; ".join(
        f"{name} " + " ".join(number(float(each), "en", 2) for each in component.loading)
        for name, component in sorted(fit.items())
    )
    sentence = (
        f"{number(len(rows), 'de')} Gemeinden, Ladungen der Bereiche {pooled[0]}–{pooled[-1]}: {told}",
        f"{number(len(rows), 'en')} municipalities, loadings of the dimensions {pooled[0]}–{pooled[-1]}: {told}",
    )
    return over_kreise(pd.DataFrame(scores, index=rows.index), rows["kreis"]), sentence


def _inputs(series: Mapping[str, pd.DataFrame], method: Method, years: list[int]) -> Inputs:
    """The parts of the method as arrays, the rows of several years below one another."""
    columns = []
    for part in method.parts:
        column = np.concatenate([series[part.id][year].to_numpy() for year in years])
        # gaps were filled in logarithms; the method takes the logarithm itself
        logged = part.id in LOGARITHMS and part.transform == "log"
        columns.append(np.exp(column) if logged else column)
    values = np.column_stack(columns)
    return Inputs(values, np.full(values.shape, np.nan), np.zeros(values.shape, dtype=np.int64))


def _stacked(table: pd.DataFrame) -> pd.Series:
    names = [f"{area} {year}" for area in table.index for year in table.columns]
    return pd.Series(table.to_numpy(dtype=np.float64).ravel(), index=names)


def _score_agreements(wanted: Replication, ours: pd.DataFrame, theirs: pd.DataFrame) -> list[Agreement]:
    """How far the score from raw data goes: correlation and quintiles, over all compared years."""
    quintile = _stacked(ours.apply(lambda score: fifths(score, _FIFTHS)))
    published = _stacked(theirs.apply(lambda score: fifths(score, _FIFTHS)))
    years = f"{ours.columns[0]}–{ours.columns[-1]}"
    return [
        correlation(
            "score_correlation",
            (f"Punktwert aus den Rohdaten {years}, Korrelation", f"score from raw data {years}, correlation"),
            _stacked(ours), _stacked(theirs), needed=needed(wanted, "score_correlation"),
        ),
        values_agree("score_quintile", ("… gleiches Quintil", "… same quintile"), quintile, published),
        values_agree(
            "score_quintile_within_one", ("… höchstens ein Quintil daneben", "… at most one quintile off"), quintile,
            published, tolerance=1.0, needed=needed(wanted, "score_quintile_within_one"),
        ),
    ]  # fmt: skip


def _yearly(ours: pd.DataFrame, theirs: pd.DataFrame, years: list[int]) -> list[Sentence]:
    """Correlation, mean and largest difference and equal quintiles of the first and the last compared year."""
    found: list[Sentence] = []
    for year in dict.fromkeys((years[0], years[-1])):
        a, b = ours[year], theirs[year].reindex(ours.index)
        equal = int((fifths(a, _FIFTHS) == fifths(b, _FIFTHS)).sum())
        figures = [float(np.corrcoef(a, b)[0, 1]), float((a - b).abs().mean()), float((a - b).abs().max())]
        de, en = ([number(each, language, 3) for each in figures] for language in ("de", "en"))
        found.append(
            (
                f"{year}: Korrelation {de[0]}, mittlere Abweichung {de[1]}, größte {de[2]}, "
                f"{equal} von {len(a)} im selben Quintil.",
                f"{year}: correlation {en[0]}, mean difference {en[1]}, largest {en[2]}, "
                f"{equal} of {len(a)} in the same quintile.",
            )
        )
    return found
