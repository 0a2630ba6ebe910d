"""Valhalla on the extract, with its own access rules: a matrix and the first routes in full. question -> answer.npz"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import valhalla

asked = np.load(sys.argv[1])


def places(name: str) -> list[dict[str, float]]:
    return [{"lon": lon, "lat": lat} for lon, lat in asked[name].tolist()]


def ask(function: Callable[[str], Any], question: dict[str, Any]) -> Any:
    told = function(json.dumps(question))
    return json.loads(told) if isinstance(told, str) else told


def decoded(text: str) -> np.ndarray:
    """Longitudes and latitudes of a line in Google's polyline encoding with six decimals."""
    numbers, value, shift = [], 0, 0
    for sign in text:
        bits = ord(sign) - 63
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    return np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)[:, ::-1] / 1e6


with tempfile.TemporaryDirectory() as folder:
    tiles = Path(folder) / "tiles"
    tiles.mkdir()
    config = valhalla.get_config(tile_extract="", tile_dir=str(tiles))
    config["mjolnir"]["concurrency"] = 2
    config["service_limits"]["pedestrian"] |= {"max_matrix_distance": 200_000, "max_matrix_location_pairs": 1_000_000}
    settings = Path(folder) / "valhalla.json"
    settings.write_text(json.dumps(config), encoding="utf-8")
    build = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    command = [build, "-c", settings, str(asked["extract"])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode:
        sys.exit(done.stderr[-2000:] + done.stdout[-2000:])
    rules = {"costing": "pedestrian", "costing_options": {"pedestrian": {"shortest": True}}, "units": "kilometers"}
    actor = valhalla.Actor(str(settings))
    sources, targets = places("sources"), places("targets")
    told = ask(actor.matrix, rules | {"sources": sources, "targets": targets, "verbose": False})
    ways = [ask(actor.route, rules | {"locations": list(ends)}) for ends in zip(sources, targets, strict=False)]
shapes = [decoded(way["trip"]["legs"][0]["shape"]) for way in ways]
np.savez(
    sys.argv[2],
    distance_m=np.array(told["sources_to_targets"]["distances"], dtype=float) * 1000,
    route_m=np.array([way["trip"]["summary"]["length"] for way in ways]) * 1000,
    shape=np.concatenate(shapes),
    start=np.cumsum([0, *map(len, shapes)]),
    version=valhalla.__version__,
)
