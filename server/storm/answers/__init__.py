"""Queries for clients: messages, values, nodes, exports."""
