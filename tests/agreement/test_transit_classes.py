"""Classes of addresses by one sweep with a lane for each category, against every stop by a plain search."""

import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import oracle
from nahraum.access.setting import whole_dm
from nahraum.area.transit import departures_per_hour
from nahraum.indicators.further import Setting
from nahraum.indicators.themes import transit as theme
from nahraum.indicators.transit_classes import SYSTEMS, quality_class, read_system, stop_categories
from tiny_studies import random_study
from tiny_transit import departures, rows, transit


@pytest.mark.parametrize("seed", range(30))
def test_the_best_class_over_all_stops(seed):
    dice = random.Random(seed)
    area, network, parameters = random_study(dice)
    stops = area.facilities[area.facilities["category"] == "stop"]
    listed = [
        row
        for stop in stops["facility_id"]
        for direction in "01"[: dice.randint(1, 2)]
        for row in rows(stop, dice.randint(1, 12), direction=direction, route_type=dice.choice((0, 2, 3, 700, 1000)))
    ]
    if not listed:
        return
    rates = departures_per_hour(departures(listed, "facility_id"), from_hour=6, to_hour=20, one_way_share=0.8)
    given = transit(rates["departures_per_hour"].to_dict(), listed)
    given = replace(given, stops=given.stops.assign(n_directions=rates["n_directions"].to_numpy()))
    area = replace(area, transit=given)
    setting = Setting(area, network, pd.DataFrame(), parameters)
    table = theme.address_values(setting)
    addresses = area.addresses["address_id"].tolist()
    feet = setting.prepared.attached.addresses
    lost = dict(zip(feet.id, feet.edge < 0, strict=True))
    for name in SYSTEMS:
        system = read_system(parameters, name)
        category = stop_categories(given, system)["category"].to_dict()
        best = dict.fromkeys(addresses, system.rank("-"))
        if system.metric == "network":
            places = setting.prepared.attached.facilities.of(stops["facility_id"].to_numpy(dtype=object))
            found = oracle.pairs(network, feet, places, whole_dm(system.rings_m[-1]))
            ways = [(row.origin_id, row.group_id, row.cost / 10) for row in found.itertuples()]
        else:
            ways = [
                (one.address_id, other.facility_id, float(np.hypot(one.x_m - other.x_m, one.y_m - other.y_m)))
                for one in area.addresses.itertuples()
                for other in stops.itertuples()
            ]
        for address, stop, metres in ways:
            best[address] = min(best[address], system.rank(quality_class(system, category[stop], metres)))
        ours = dict(zip(addresses, table[f"transit_class_{name}"], strict=True))
        for address in addresses:
            if system.metric == "network" and lost[address]:
                assert np.isnan(ours[address])
            else:
                assert ours[address] == best[address], (name, address)
