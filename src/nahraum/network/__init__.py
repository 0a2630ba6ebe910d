"""Walkable ways as a routable graph; addresses and places attached to its edges.

Names are loaded when first used: a search needs the graph, not the readers of maps.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nahraum.network.attach import SmallComponents, attach_points
    from nahraum.network.attachment import Attachment
    from nahraum.network.build import build_network
    from nahraum.network.graph import BLOCKED, Network, network_of_edges
    from nahraum.network.profiles import PROFILES, Profile, known_shares, walking_profile

_HOMES = {
    "Attachment": "attachment",
    "BLOCKED": "graph",
    "Network": "graph",
    "PROFILES": "profiles",
    "Profile": "profiles",
    "SmallComponents": "attach",
    "attach_points": "attach",
    "build_network": "build",
    "known_shares": "profiles",
    "network_of_edges": "graph",
    "walking_profile": "profiles",
}

__all__ = [
    "BLOCKED",
    "PROFILES",
    "Attachment",
    "Network",
    "Profile",
    "SmallComponents",
    "attach_points",
    "build_network",
    "known_shares",
    "network_of_edges",
    "walking_profile",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"nahraum.network.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'nahraum.network' has no attribute {name!r}")
