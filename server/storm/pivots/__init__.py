"""Pivots and walks: from node to node."""
