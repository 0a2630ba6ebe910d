"""Serving results; so far the static map on the loopback address."""
