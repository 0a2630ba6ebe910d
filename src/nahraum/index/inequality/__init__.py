"""Inequality over people and segregation of groups (docs/explanation/inequality.md)."""
