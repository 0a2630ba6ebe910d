"""Walkable ways as a routable graph; addresses and places attached to its edges."""

from nahraum.network.attach import Attachment, SmallComponents, attach_points
from nahraum.network.build import build_network
from nahraum.network.graph import BLOCKED, Network, network_of_edges

__all__ = ["BLOCKED", "Attachment", "Network", "SmallComponents", "attach_points", "build_network", "network_of_edges"]
