"""The example of docs/explanation/what-if.md, run on the test town, and what a planner does wrong on it."""

import json
import re
from pathlib import Path

import pytest
from pyproj import Transformer

import nahraum
from nahraum.errors import InputError

pytestmark = pytest.mark.xdist_group("town")
GUIDE = Path(__file__).parents[2] / "docs" / "explanation" / "what-if.md"


@pytest.fixture(scope="module")
def state(small_town):
    return nahraum.what_if(small_town.study)


def test_the_example_of_the_guide_runs_on_the_demo(small_town, tmp_path, monkeypatch, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    known: dict = {}
    exec(compile(example.replace('"study.toml"', repr(str(small_town.study))), str(GUIDE), "exec"), known)
    assert re.fullmatch(
        r"<Change: facility_added food_full_range at 44\d{4}, 571\d{4}; \d+ address(es)?>\n", capsys.readouterr().out
    )
    assert len(known["change"].table()) > 0
    assert repr(known["again"]) == f"<StudyState: 3 edits, {known['state'].crs}>"
    assert known["same"].table().equals(known["other"].table())
    assert json.loads(Path("proposal.json").read_text(encoding="utf-8"))["format"] == "nahraum-edits"


def test_a_log_that_does_not_fit_names_the_edit(state, small_town, tmp_path):
    edits = [nahraum.facility_closed("nowhere").to_dict()]
    log = state.to_dict() | {"edits": edits}
    with pytest.raises(InputError) as told:
        nahraum.what_if(small_town.study, log=log)
    assert told.value.where[0] == "edits[0]"
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    for wrong in (tmp_path / "broken.json", tmp_path / "absent.json", 5):
        with pytest.raises(InputError):
            nahraum.what_if(small_town.study, log=wrong)


def test_degrees_and_swapped_coordinates_are_recognised(state):
    """Musterstadt lies about the map point 448000, 5715000 of EPSG:25832."""
    centre = state.area.quarters.geometry.iloc[0].representative_point()
    to_degrees = Transformer.from_crs(state.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(centre.x, centre.y)
    for point, hint in (((lon, lat), "degrees; in"), ((lat, lon), "degrees; in"), ((8.7, 49.4), "degrees; give"),
                        ((centre.y, centre.x), "swapped")):  # fmt: skip
        with pytest.raises(InputError) as told:
            state.apply(nahraum.facility_added(category="gp", x=point[0], y=point[1]))
        assert hint in told.value.fix
        assert state.crs in told.value.expected


@pytest.mark.parametrize("wrong", [5, None, ["study.toml"]])
def test_what_is_no_study_is_refused(wrong):
    with pytest.raises(InputError):
        nahraum.what_if(wrong)
