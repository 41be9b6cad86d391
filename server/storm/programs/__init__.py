"""The tree of a query to what can run: compiling, values, control flow, calls."""
