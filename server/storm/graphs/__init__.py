"""Graph projections: what of the surroundings of its nodes a query shows, and how nodes are told to hang together."""
