"""The solver greets nobody: what a verb prints with --json is its document alone."""

import subprocess
import sys

CODE = """
from drawn_programmes import demand, effects, measure_type, site
from nahraum.measures.programme import Limits, best_programme, programme_problem
people = demand([100], m2=[4.0], internet=[1.0])
told = effects({"a": {0: {"green_m2": 5.0}}})
problem = programme_problem(people, told, [site("a", 1000.0)], {"park": measure_type("park")})
print(best_programme(problem, limits=Limits(budget_eur=5000)).chosen)
"""


def test_a_plan_prints_nothing_of_the_solver():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, cwd="tests", check=True)
    assert done.stdout == "('a',)\n"
