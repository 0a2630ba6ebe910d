"""Method files that come with nahraum: one dated index each (docs/howto/status-index.md)."""
