"""Kinds of values that need a running query: nodes, paths, queries."""
