"""What is known about public downloads: `registry.toml` beside this file, as plain data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any


@lru_cache(maxsize=1)
def registry() -> Mapping[str, Any]:
    """Sections of `registry.toml` by provider: address, licence, attribution, layout."""
    text = resources.files("nahraum.sources").joinpath("registry.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))
