"""Lifts: from the indexes of the graph to nodes, and nodes that are made on the fly."""
