"""Edits of nodes: compiling them, working out what follows, storing and telling it."""
