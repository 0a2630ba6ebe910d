"""Households of a study: counts of the census read class by class, fitted, put into quarters; made on demand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from nahraum.area import Area
from nahraum.frames import require
from nahraum.households.contracts import FITS, HOME_QUARTERS, HOUSEHOLDS, UNIT_PLACES, UNITS
from nahraum.households.ground import Counted, Ground, homes_from_counts
from nahraum.households.homes import Homes
from nahraum.households.variants import Variant, variants
from nahraum.parameters import Parameters
from nahraum.sources.household_counts import household_counts
from nahraum.store import Stage, StageStore
from nahraum.study import Study
from nahraum.workflow.chain import Chain, Runner, analyse_area
from nahraum.workflow.inputs import Inputs, window_of
from nahraum.workflow.progress import Progress

TOLD = "STATEMENT.txt"


def homes_of(study: Study, store: StageStore, progress: Progress, chain: Chain | None = None) -> Stage[Homes]:
    """The synthetic households of a study, found again by what they depend on. Whoever asks holds the store's lock.

    They are also written to `internal/households`, for the office.

    Parameters
        chain : the finished stages of the study, where there are some; else inputs and area are run.

    Raises
        InputError where the study knows no sizes of households, or no unit of cells has enough of them.
    """
    runner, inputs, area, counts = _ground(study, store, progress, chain)
    done: Stage[Homes] = runner.stage(
        "households",
        "synthetic households",
        lambda p: homes_from_counts(counts.value, _living(inputs.value, area.value), p),
        kind=Homes,
        code=("nahraum.households.ground",),
        counts=counts.key,
        area=area.key,
        inputs=inputs.key,
    )
    folder = study.output_folder / "internal" / "households"
    if done.fresh or not (folder / TOLD).exists():
        write_homes(done.value, folder)
    return done


def homes_variants(
    study: Study,
    store: StageStore,
    progress: Progress,
    chain: Chain | None = None,
    *,
    names: Collection[str] = (),
    known: Homes | None = None,
) -> Iterator[tuple[str, Homes]]:
    """The households under other value choices: strength of the assumed cross tables, seeds, assumed rates.

    Parameters
        names : only these of `households.variants.variants`; all by default.
        known : the households as assumed (`homes_of`), where they are there: not made again.

    Notes
        What differs among them is not known, whatever the draws say; the two are never merged. They are not kept, and
        how well they fit is not told.
    """
    _, inputs, area, counts = _ground(study, store, progress, chain)
    parameters = study.parameters()
    counted = Counted.of(counts.value, _living(inputs.value, area.value), parameters)
    for variant in (each for each in variants(parameters) if not names or each.name in names):
        mine = Parameters({**study.overrides, **variant.overrides(parameters)}, on=study.reference_date)
        as_assumed = known is not None and variant == Variant(variant.name)
        yield variant.name, known if known is not None and as_assumed else counted.homes(mine, variant, fits=False)


def _ground(
    study: Study, store: StageStore, progress: Progress, chain: Chain | None
) -> tuple[Runner, Stage[Inputs], Stage[Area], Stage[pd.DataFrame]]:
    """What households are made of: inputs, area, counts."""
    runner = Runner(study, store, progress)
    inputs, area = analyse_area(study, store, progress) if chain is None else (chain.inputs, chain.area)
    counts: Stage[pd.DataFrame] = runner.stage(
        "household_counts",
        "counts of households",
        lambda _: household_counts(study.sources, window_m=window_of(inputs.value.osm.extent)),
        kind=None,
        code=("nahraum.sources", "nahraum.sources.household_counts"),
        inputs=inputs.key,
    )
    return runner, inputs, area, counts


def _living(inputs: Inputs, area: Area) -> Ground:
    """Addresses, names of the quarters and rents of a study."""
    names = pd.Series(area.quarters["name"].to_numpy(), index=area.quarters["quarter_id"].to_numpy())
    return Ground(area.addresses, names, inputs.topics.get("rent"))


def write_homes(homes: Homes, folder: Path) -> list[Path]:
    """The households with their fit, for the office only: Parquet files and the statement beside them.

    Every file carries the statement in its metadata. The folder is readable by its owner alone.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    tables = {
        "households": (homes.households, HOUSEHOLDS),
        "fits": (homes.made.fits, FITS),
        "units": (homes.units, UNITS),
        "places": (homes.places, UNIT_PLACES),
        "quarters": (homes.quarters, HOME_QUARTERS),
    }
    written = []
    for name, (table, contract) in tables.items():
        arrow = pa.Table.from_pandas(require(table, contract, called=contract.name), preserve_index=False)
        arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), b"statement": homes.statement.encode()})
        path, temporary = folder / f"{name}.parquet", folder / f".tmp-{name}.parquet"
        pq.write_table(arrow, temporary, compression="zstd")
        temporary.replace(path)
        written.append(path)
    told = folder / TOLD
    told.write_text(homes.statement + "\n", encoding="utf-8")
    return [*written, told]
