"""The text of a query to its tree: a scannerless recursive descent."""
