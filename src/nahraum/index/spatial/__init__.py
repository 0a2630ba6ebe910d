"""Spatial association: are like values side by side, and where (docs/explanation/spatial-association.md)."""
