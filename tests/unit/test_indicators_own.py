"""What a study brings itself: maps, statistics, rents against ceilings, bound dwellings; computed by hand."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.indicators.further import Given
from nahraum.indicators.themes import affordability, context, municipal
from nahraum.parameters import Parameters
from nahraum.sources.areatable import AreaTable
from nahraum.sources.context import figures_of, read_context
from nahraum.tables import GridTable

CRS = "EPSG:25832"


def _table(ids, **columns) -> AreaTable:
    frame = pd.DataFrame({"area_id": ids})
    for name, values in columns.items():
        frame[name] = values
        frame[f"{name}_status"] = np.where(np.isnan(np.asarray(values, dtype=float)), "suppressed", "ok")
    return AreaTable(frame, labels={name: f"Kopf {name}" for name in columns})


def _setting(given: Given):
    addresses = pd.DataFrame(
        {
            "address_id": list("abcd"), "cell_key": [1, 1, 2, 3], "quarter_id": ["01", "01", "02", "02"],
            "x_m": [5.0, 15.0, 25.0, 99.0], "y_m": 5.0, "residents": [100.0, 300.0, 50.0, 50.0], "inside": True,
        }
    )  # fmt: skip
    return SimpleNamespace(area=SimpleNamespace(addresses=addresses, crs=CRS), given=given, parameters=Parameters())


def _polygons() -> gpd.GeoDataFrame:
    shapes = [shapely.box(0, 0, 20, 10), shapely.box(10, 0, 30, 10), shapely.box(20, 0, 30, 10)]
    return gpd.GeoDataFrame({"value": [55.0, 60.0, np.nan]}, geometry=shapes, crs=CRS)


def test_context_value_is_that_of_the_polygon_and_of_several_the_highest():
    addresses = _setting(Given()).area.addresses
    assert context.context_value(addresses, _polygons())[:3].tolist() == [55.0, 60.0, 60.0]
    assert np.isnan(context.context_value(addresses, _polygons())[3])
    assert context.context_value(addresses, _polygons(), outside=50.0)[3] == 50.0


def test_a_map_of_the_study_has_its_own_words_and_statuses():
    options = {"context.noise": {"label_de": "Straßenlärm", "unit": "dB(A)", "better": "lower", "decimals": 0}}
    setting = _setting(Given(context={"noise": _polygons()}, options=options))
    table = context.address_values(setting)
    assert table["context_noise_status"].tolist() == ["ok", "ok", "ok", "missing"]
    [entry] = context.own_entries(setting)
    assert (entry.id, entry.label_de, entry.unit, entry.better) == ("context_noise", "Straßenlärm", "dB(A)", "lower")
    assert entry.label_en != entry.label_de


def test_a_map_of_cells_is_looked_up_by_cell():
    grid = GridTable(100, pd.DataFrame({"cell_key": [1, 2], "value": [0.1, 0.3], "value_status": ["ok", "unreliable"]}))
    table = context.address_values(_setting(Given(context={"canopy": grid})))
    assert table["context_canopy"].tolist()[:3] == [0.1, 0.1, 0.3]
    assert table["context_canopy_status"].tolist() == ["ok", "ok", "unreliable", "missing"]


def test_a_class_of_a_map_counts_by_its_first_number():
    assert figures_of(pd.Series(["55-60", "Lden7074", "3,5 °C", "keine"])).tolist()[:3] == [55.0, 7074.0, 3.5]
    assert figures_of(pd.Series([1, 2])).tolist() == [1.0, 2.0]


def test_a_map_without_numbers_is_told_with_what_it_holds(tmp_path):
    path = tmp_path / "laerm.gpkg"
    there = _polygons().assign(klasse=["laut", "leise", "laut"])
    there.set_geometry(there.translate(450_000, 5_700_000)).to_file(path, driver="GPKG")
    assert read_context([path], value="value")["value"].tolist()[:2] == [55.0, 60.0]
    with pytest.raises(InputError, match="holds no number") as told:
        read_context([path], value="klasse")
    assert "laut" in str(told.value.where)
    with pytest.raises(InputError, match="wert"):
        read_context([path], value="wert")


ZONES = gpd.GeoDataFrame({"zone": ["01", "02"]}, geometry=[shapely.box(0, 0, 20, 10), shapely.box(20, 0, 40, 10)])
WHOLE = gpd.GeoDataFrame({"zone": ["all"]}, geometry=[shapely.box(0, 0, 40, 10)])


def test_municipal_value_is_the_figure_of_the_office_with_its_status():
    given = Given(statistics={"sozial": _table(["01", "02", "99"], sgb2_share=[0.12, np.nan, 0.5])})
    setting = _setting(given)
    table = municipal.zone_values(setting, ZONES)
    assert table["sozial_sgb2_share"].tolist()[0] == 0.12 and np.isnan(table["sozial_sgb2_share"][1])
    assert table["sozial_sgb2_share_status"].tolist() == ["ok", "suppressed"]
    assert table["sozial_sgb2_share_completeness"].tolist() == [1.0, 0.0]
    assert municipal.zone_values(setting, WHOLE).empty  # three rows: none speaks for the whole study
    [entry] = municipal.own_entries(setting)
    assert (entry.id, entry.label_de, entry.unit) == ("sozial_sgb2_share", "Kopf sgb2_share", "share")


def test_a_table_of_one_row_speaks_for_the_whole_study_and_shipped_names_stay_apart():
    given = Given(statistics={"gemeinde": _table(["07312000"], kitas=[31.0])})
    assert municipal.zone_values(_setting(given), WHOLE)["gemeinde_kitas"].tolist() == [31.0]
    taken = Given(statistics={"detour": _table(["01"], detour_factor=[1.0])})
    assert municipal.own_entries(_setting(taken))[0].id == "own_detour_factor"


def test_rent_to_ceiling_ratio_takes_rent_costs_and_adequate_area():
    ratio = affordability.rent_to_ceiling_ratio(pd.Series([6.0, np.nan]), 65.0, 520.0, operating_eur_m2=2.0)
    assert ratio[0] == 1.0 and np.isnan(ratio[1])  # (6 + 2) · 65 = 520


def test_rent_above_ceiling_share_asks_whether_the_mean_is_above():
    assert affordability.rent_above_ceiling_share(pd.Series([0.9, 1.0, 1.01])).tolist() == [0.0, 0.0, 1.0]
    assert np.isnan(affordability.rent_above_ceiling_share(pd.Series([np.nan]))[0])


def _rents() -> GridTable:
    rows = {"cell_key": [1, 2], "net_cold_rent_eur_m2": [6.0, 9.0], "net_cold_rent_eur_m2_status": ["ok", "unreliable"]}
    return GridTable(100, pd.DataFrame(rows))


def test_rents_are_held_against_the_ceiling_of_the_reference_household():
    ceilings = _table(["1", "2"], ceiling_eur=[400.0, 520.0])
    table = affordability.address_values(
        _setting(Given(topics={"rent": _rents()}, housing={"rent_ceilings": ceilings}))
    )
    assert table["rent_to_ceiling_ratio"].round(4).tolist()[:3] == [1.0, 1.0, 1.375]
    assert table["rent_above_ceiling_share"].tolist()[:3] == [0.0, 0.0, 1.0]
    assert table["rent_above_ceiling_share_status"].tolist() == ["ok", "ok", "unreliable", "missing"]
    assert affordability.address_values(_setting(Given(topics={"rent": _rents()}))).empty
    with pytest.raises(InputError, match="no ceiling for a household of 2"):
        one = _table(["1"], ceiling_eur=[400.0])
        affordability.address_values(_setting(Given(topics={"rent": _rents()}, housing={"rent_ceilings": one})))


def test_bound_dwellings_per_1000_residents_and_of_the_whole_their_sum():
    given = Given(housing={"bound_dwellings": _table(["01", "02"], bound=[40.0, 20.0], expiring=[10.0, 0.0])})
    table = affordability.zone_values(_setting(given), ZONES)
    assert table["bound_dwellings_per_1000_residents"].tolist() == [100.0, 200.0]
    whole = affordability.zone_values(_setting(given), WHOLE)
    assert whole["bound_dwellings_per_1000_residents"].tolist() == [120.0]  # 60 for 500 residents
    assert whole["bindings_expiring_share"].round(4).tolist() == [0.1667]


def test_of_bound_dwellings_only_what_is_known_of_the_same_quarters_is_summed_up():
    rows = _table(["01", "02", "99"], bound=[120.0, np.nan, 600.0], expiring=[12.0, 5.0, 600.0])
    setting = _setting(Given(housing={"bound_dwellings": rows}))  # 400 residents in 01, 100 in 02; 99 lies elsewhere
    whole = affordability.zone_values(setting, WHOLE)
    assert np.isnan(whole["bound_dwellings_per_1000_residents"][0])  # known for 80 % of the residents
    assert whole["bound_dwellings_per_1000_residents_status"].tolist() == ["missing"]
    assert whole["bound_dwellings_per_1000_residents_completeness"].tolist() == [0.8]
    assert np.isnan(whole["bindings_expiring_share"][0])
    setting.parameters = Parameters({"counting.minimum_completeness": 0.75})
    whole = affordability.zone_values(setting, WHOLE)
    assert whole["bound_dwellings_per_1000_residents"].tolist() == [300.0]  # 120 for 400, not 120 for 500
    assert whole["bound_dwellings_per_1000_residents_status"].tolist() == ["unreliable"]
    assert whole["bindings_expiring_share"].tolist() == [0.1]  # 12 of 120, not 17 of 120


def test_a_list_by_municipality_takes_the_residents_of_municipalities():
    setting = _setting(Given(housing={"bound_dwellings": _table(["m1", "m2"], bound=[45.0, 2.0])}))
    setting.area.addresses["municipality_id"] = ["m1", "m1", "m1", "m2"]
    towns = gpd.GeoDataFrame({"zone": ["m1", "m2"]}, geometry=ZONES.geometry)
    assert affordability.zone_values(setting, towns)["bound_dwellings_per_1000_residents"].tolist() == [100.0, 40.0]
    assert affordability.zone_values(setting, WHOLE)["bound_dwellings_per_1000_residents"].tolist() == [94.0]
    assert affordability.zone_values(setting, ZONES).empty


def test_whole_numbers_of_an_office_count_persons_unless_it_says_otherwise():
    rows = _table(["01", "02"], alg2=[1.0, 40.0], rent=[7.5, 8.0], kitas=[1.0, 2.0], young_share=[0.0, 1.0])

    def counted(**options):
        setting = _setting(Given(statistics={"sozial": rows}, options={"statistics.sozial": options}))
        return [entry.id for entry in municipal.own_entries(setting) if entry.counts]

    assert counted() == ["sozial_alg2", "sozial_kitas"]
    assert counted(persons=["alg2"]) == ["sozial_alg2"]
    assert counted(persons=False) == []
    assert counted(persons=True) == ["sozial_alg2", "sozial_rent", "sozial_kitas"]


def test_bindings_expiring_share_is_unknown_without_any_bound_dwelling():
    share = affordability.bindings_expiring_share(pd.Series([10.0, 0.0]), pd.Series([40.0, 0.0]))
    assert share[0] == 0.25 and np.isnan(share[1])
