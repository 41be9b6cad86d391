"""Storm, the query language of the Cortex: its text to a tree (`parse`), and what goes wrong with it (`errors`).

Knows nothing of HTTP, of storage, of the data model.
"""

from .errors import BadSyntax, StormError
from .parsing.parse import parse

__all__ = ["BadSyntax", "StormError", "parse"]
