"""Filters: conditions on nodes."""
