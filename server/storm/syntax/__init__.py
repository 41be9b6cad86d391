"""The tree of a query, plain data."""
