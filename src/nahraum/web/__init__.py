"""Serving a study: map, downloads, OGC API Features, what-if; and the static map alone (`static_server`)."""
