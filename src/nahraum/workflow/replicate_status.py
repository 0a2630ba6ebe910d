"""Status indices computed again and compared with what is published: Berlin's monitoring, England's IMD."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nahraum.index.agreement import Agreement, values_agree, words_agree
from nahraum.index.status import Method, StatusIndex, read_method, status_index
from nahraum.index.status.classes import cut
from nahraum.index.status.compose import exponential
from nahraum.sources.published import Replication
from nahraum.workflow.replicated import Replicated, Sentence, needed, number


def mss(wanted: Replication, tables: Mapping[str, pd.DataFrame]) -> Replicated:
    """Status, dynamics, groups and attention areas of Berlin's planning areas."""
    method = read_method(wanted.method)
    table = tables["areas"].set_index("area_id").sort_index()
    values = table[[part.id for part in method.every_part()]]
    found = status_index(values, method, residents=table["residents"])
    areas = found.areas.set_index("area_id").join(table[["name", "residents"]])
    published = areas.join(table[["status_class", "dynamics_class", "group"]].add_suffix("_published"))
    agreements = (
        *_classes(wanted, found, table),
        *_z_values(wanted, found, table),
    )
    findings = (_matrix(found), *_counted(wanted, found), *_sample_sd(values, found))
    persons = _persons(tables, values.index)
    return Replicated(agreements, published, findings, found, values, table["residents"], persons)


def _classes(wanted: Replication, found: StatusIndex, table: pd.DataFrame) -> list[Agreement]:
    """Classes, groups and attention areas against the published words."""
    areas = found.areas.set_index("area_id")
    dynamics = found.method.dynamics
    label = {} if dynamics is None else dict(zip(dynamics.classes.ids, dynamics.classes.labels_de, strict=True))
    called = set(wanted.expected["attention_groups"])
    compared: list[tuple[str, Sentence, pd.Series, pd.Series]] = [
        ("status_class", ("Statusklassen", "status classes"), areas["class_de"], table["status_class"]),
        (
            "dynamics_class", ("Dynamikklassen", "dynamics classes"),
            areas["dynamics_class"].map(lambda known: label.get(known, known)), table["dynamics_class"],
        ),
        ("group", ("Gruppen der Matrix", "groups of the matrix"), areas["group"], table["group"]),
        (
            "attention", ("besonderer Aufmerksamkeitsbedarf", "need of attention"),
            areas["attention"].astype(bool).astype(str), table["group"].isin(called).astype(str),
        ),
    ]  # fmt: skip
    return [
        words_agree(name, words, ours, theirs, needed=needed(wanted, name)) for name, words, ours, theirs in compared
    ]


def _z_values(wanted: Replication, found: StatusIndex, table: pd.DataFrame) -> list[Agreement]:
    """Standardised shares, their sum and the index against the published ones, where the file has them."""
    z = _standardised(found, "status")
    tolerance = float(wanted.expected["z_tolerance"])
    names = [name for name in z.columns if f"z_{name}" in table.columns]
    ours = pd.concat({name: z[name] for name in names})
    theirs = pd.concat({name: table[f"z_{name}"] for name in names})
    ours.index, theirs.index = ours.index.map(" ".join), theirs.index.map(" ".join)
    labels = ("z-Werte der Anteile", "z values of the shares")
    result = [values_agree("z", labels, ours, theirs, tolerance=tolerance, needed=needed(wanted, "z"))]
    summed: list[tuple[str, Sentence, pd.Series]] = [
        ("sum_of_z", ("Summe der z-Werte", "sum of the z values"), z.sum(axis=1, skipna=False)),
        ("index", ("Index", "index"), found.areas.set_index("area_id")["index"]),
    ]
    for name, words, column in summed:
        if name in table.columns:
            # a sum of rounded figures is off by half a unit for each of them
            least = tolerance * len(names) if name == "sum_of_z" else tolerance
            result.append(values_agree(name, words, column, table[name], tolerance=least, needed=needed(wanted, name)))
    return result


def _standardised(found: StatusIndex, role: str) -> pd.DataFrame:
    """Standardised parts, areas by part."""
    rows = found.parts[found.parts["role"] == role]
    wide = rows.pivot_table(index="area_id", columns="part_id", values="standardised")
    return wide.reindex(found.areas["area_id"])  # areas without an index stay, unknown


def _matrix(found: StatusIndex) -> Sentence:
    """How many areas stand in each group of status and dynamics."""
    counts = found.areas["group"].value_counts().sort_index()
    told = "; ".join(f"{group}: {count}" for group, count in counts.items() if group)
    return f"Matrix Status × Dynamik: {told}", f"matrix of status and dynamics: {told}"


def _counted(wanted: Replication, found: StatusIndex) -> list[Sentence]:
    """The sizes of the classes as published, and those found."""
    areas = found.areas
    counts = areas["class_de"].value_counts()
    told = ", ".join(f"{name} {counts.get(name, 0)}" for name in wanted.expected["status_counts"])
    need = int(areas["attention"].sum())
    return [
        (
            f"{len(areas)} Räume: {told}; {need} mit besonderem Aufmerksamkeitsbedarf.",
            f"{len(areas)} areas: {told}; {need} needing attention.",
        )
    ]


def with_sample_sd(values: pd.DataFrame, method: Method) -> pd.Series:
    """Status class of each area with the standard deviation over n − 1 instead of n, in parts and index.

    What a spreadsheet's STABW does where the office used STABWN: the trap of this index.
    """
    parts = [part.id for part in method.parts]
    signs = np.array([1.0 if part.high_is == "disadvantage" else -1.0 for part in method.parts])
    z = (values[parts] - values[parts].mean()) / values[parts].std(ddof=1) * signs
    index = z.sum(axis=1) / z.sum(axis=1).std(ddof=1)
    numbers = cut(index.to_numpy(), method.classes, standardised=True).number
    return pd.Series([method.classes.labels_de[at] for at in numbers], index=values.index)


def _sample_sd(values: pd.DataFrame, found: StatusIndex) -> list[Sentence]:
    """Which areas the choice of the standard deviation moves."""
    other, own = with_sample_sd(values, found.method), found.areas.set_index("area_id")["class_de"]
    moved = sorted(own.index[(own != other.reindex(own.index)).to_numpy()])
    if not moved:
        return [
            (
                "Mit der Standardabweichung über n − 1 statt n bliebe jeder Raum in seiner Klasse.",
                "With the standard deviation over n − 1 instead of n every area would stay in its class.",
            )
        ]
    names = ", ".join(moved)
    return [
        (
            f"Mit der Standardabweichung über n − 1 statt n läge in einer anderen Klasse: {names}.",
            f"With the standard deviation over n − 1 instead of n in another class: {names}.",
        )
    ]


def _persons(tables: Mapping[str, pd.DataFrame], ids: pd.Index) -> pd.DataFrame:
    """People behind the shares, where the register of the same day is there: of working age, all, children."""
    if "persons" not in tables:
        return pd.DataFrame(index=ids)
    table = tables["persons"].set_index("area_id").reindex(ids)
    children = table[["below_6", "from_6_to_15"]].sum(axis=1, min_count=2)
    ages = ["from_15_to_18", "from_18_to_27", "from_27_to_45", "from_45_to_55", "from_55_to_65"]
    working = table[ages].sum(axis=1, min_count=len(ages))
    return pd.DataFrame({"s1": working, "s2": working, "s3": table["residents"], "s4": children})


def imd(wanted: Replication, tables: Mapping[str, pd.DataFrame]) -> Replicated:
    """Overall rank, decile and score of England's small areas from the ranks of seven domains."""
    method = read_method(wanted.method)
    table = tables["areas"].set_index("area_id").sort_index()
    values = table[[part.id for part in method.parts]]
    people = tables.get("persons")
    residents = None if people is None else people.set_index("area_id")["residents"].reindex(values.index)
    found = status_index(values, method, residents=residents)
    areas = found.areas.set_index("area_id")
    agreements = (
        *_ranks(wanted, areas, table),
        *_ranks_of_the_file(values, method, table),
        *_scores(wanted, areas),
    )
    findings = (_ties(values, table),)
    published = areas.join(table["name"]).join(table[["rank", "decile"]].add_suffix("_published"))
    if residents is not None:
        published["residents"] = residents
    return Replicated(agreements, published, findings, found, values, residents)


def _ranks(wanted: Replication, areas: pd.DataFrame, table: pd.DataFrame) -> list[Agreement]:
    within = float(wanted.expected["largest_rank_difference"])
    deciles = pd.Series(np.ceil(areas["rank"] * 10 / len(areas)), index=areas.index)
    return [
        values_agree(
            "rank", ("Gesamtränge genau", "overall ranks exact"), areas["rank"], table["rank"],
            needed=needed(wanted, "rank"),
        ),
        values_agree(
            "rank_within", (f"Gesamtränge auf {within:g}", f"overall ranks within {within:g}"), areas["rank"],
            table["rank"], tolerance=within, needed=needed(wanted, "rank_within"),
        ),
        values_agree("decile", ("Dezile", "deciles"), deciles, table["decile"], needed=needed(wanted, "decile")),
    ]  # fmt: skip


def _ranks_of_the_file(values: pd.DataFrame, method: Method, table: pd.DataFrame) -> list[Agreement]:
    """The same with the ranks as the file has them, the smallest where areas are tied; told beside, without a bar."""
    weights = np.array([part.weight for part in method.parts])
    scaled = 1 - (values.to_numpy(dtype=np.float64) - 1) / len(values)
    overall = pd.Series(-(exponential(scaled) @ weights), index=values.index).rank(method="min")
    labels = (
        "… mit den Rängen der Datei (bei Gleichstand dem kleinsten)",
        "… with the file's ranks (smallest if tied)",
    )
    return [values_agree("rank_of_the_file", labels, overall, table["rank"])]


def _scores(wanted: Replication, areas: pd.DataFrame) -> list[Agreement]:
    """Three published scores: sums with the printed weights, which add up to 0.999."""
    published = pd.Series(wanted.expected["scores"], dtype=np.float64)
    score = areas["index"].reindex(published.index)
    return [
        values_agree(
            "score", ("veröffentlichte Punktwerte", "published scores"), score, published,
            tolerance=float(wanted.expected["score_tolerance"]), needed=needed(wanted, "score"),
        )
    ]  # fmt: skip


def _ties(values: pd.DataFrame, table: pd.DataFrame) -> Sentence:
    """How many areas share a rank in a domain, and overall."""
    tied = int(sum(values[name].duplicated(keep=False).sum() for name in values.columns))
    overall = int(table["rank"].duplicated(keep=False).sum())
    return (
        f"{number(tied, 'de')} Bereichsränge und {overall} Gesamtränge sind geteilt; die Datei gibt den kleinsten.",
        f"{number(tied, 'en')} ranks of domains and {overall} overall ranks are shared; the file gives the smallest.",
    )
