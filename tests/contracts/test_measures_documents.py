"""Documents of measures and funding keep what they promise: their code runs, their keys are those of the program."""

import re
from pathlib import Path

from nahraum.measures.catalogue import read_catalogue
from nahraum.measures.catalogue_rules import OPTIONS, OWN
from nahraum.measures.funding import read_rule_sets
from nahraum.parameters import Parameters
from nahraum.study_measures import DISPLACEMENT_KEYS, PLAN_KEYS

ROOT = Path(__file__).parents[2]
HOWTO = (ROOT / "docs" / "howto" / "measures.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "config" / "example.toml").read_text(encoding="utf-8")


def test_the_code_of_the_page_runs_and_gives_what_it_says() -> None:
    names: dict = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", HOWTO, flags=re.DOTALL)), names)  # our own page
    year = names["found"].overview("programme").loc[2027]
    assert year[["bund", "land", "municipality"]].tolist() == [300_000.0, 300_000.0, 400_000.0]
    cash = names["found"].overview("cash")
    assert (cash["bund"] + cash["land"]).tolist() == [120_000.0] * 5


def test_the_example_study_shows_every_key_of_plan_and_measures() -> None:
    keys = {*PLAN_KEYS, *DISPLACEMENT_KEYS, *OWN}
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", EXAMPLE)] == []


def test_the_page_knows_every_rule_set_and_option_and_the_number_of_types() -> None:
    assert [name for name in (*read_rule_sets(), *OPTIONS) if f"`{name}`" not in HOWTO] == []
    assert f"a catalogue of {len(read_catalogue(Parameters()))} types" in HOWTO.replace("\n", " ")
