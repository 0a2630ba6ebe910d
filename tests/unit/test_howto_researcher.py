"""The page for researchers: its code runs, and says what it promises."""

import re
from pathlib import Path

import numpy as np

from tiny_osm import TinyOsm

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "researcher.md"


def test_the_code_of_the_page_runs_on_a_small_town(tmp_path, monkeypatch):
    """Five corners of one street, 300 m apart; the way between two is 300 m for each step along it."""
    town = TinyOsm()
    town.way([(300.0 * step, 10.0) for step in range(5)], highway="residential")
    town.write(tmp_path / "town.osm.pbf")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    exec("\n".join(code), names)  # our own page
    network, counts, table, two = (names[name] for name in ("network", "counts", "table", "two"))
    metres = np.abs(network.x_m[:3, None] - network.x_m[None, -2:])
    np.testing.assert_allclose(table["cost"].to_numpy().reshape(3, 2) / 10, metres, atol=1.0)
    assert counts[:, 0, 0].tolist() == (metres < 310).sum(axis=1).tolist()
    assert counts[:, 0, 1].tolist() == (metres < 1000).sum(axis=1).tolist()
    assert (
        names["nearest"]["cost"].tolist()
        == two.cost[:, 0].tolist()
        == table.groupby("origin_id")["cost"].min().tolist()
    )
    assert names["scenarios"][:, 1].tolist() == table["cost"].to_numpy().reshape(3, 2)[:, 0].tolist()
    for name in ("per_person", "smoother"):
        np.testing.assert_allclose(names["residents"] @ names[name], 1500.0)
