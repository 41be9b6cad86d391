"""Nodes as a query sees them, and the view that they are seen in."""
