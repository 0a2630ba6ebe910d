# `just` lists the recipes; each is one line anyone can also type by hand.
default:
    @just --list

# unit, properties, contracts: about three minutes
fast:
    uv run pytest tests/unit tests/properties tests/contracts

# style, types, layers
lint:
    uv run ruff check .
    uv run ruff format --check .
    uv run mypy
    uv run lint-imports

# what CI runs
check: lint
    bash .ci/run

# exact versions into pyproject.toml, without any address (docs/decisions/lock.md)
lock:
    uv run python .ci/lock.py

# rebuild the web assets
web:
    uv run python hatch_build.py

# the benchmarks, small inputs and few runs (benchmarks/README.md)
bench:
    uv run python benchmarks/demo.py
    for case in nearest cumulative catchment whole_process whatif pbf scaling; do uv run python benchmarks/$case.py --quick; done

# docs/reference from the catalogue and the parameter files
reference:
    uv run python .ci/reference.py
