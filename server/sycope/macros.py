"""The macros that a user's queries may name: the product's own, and stored ones (nql.md chapter 14).

A stored one is a config element of the category MACRO: `{"name", "query", "description"?, "tags"?}`. It is loaded as it is,
so one without a name or a text is no macro, and does no harm. This module is imported where a query is read, as it loads the
language.
"""

from collections.abc import Mapping

from ...storage import elements
from ...storage.database import Database
from ..nql import BUILT_IN
from . import access
from .access import Viewer
from .choices import MACRO


def known_to(database: Database, who: Viewer) -> Mapping[str, str]:
    """Text by name. One that the user sees counts more than the product's own of that name. Raises Closed."""
    stored = {
        element.config.get("name"): element.config.get("query")
        for element in elements.listed(database, MACRO)
        if access.sees(who, element) and element.config.get("active") is not False
    }
    return {
        **BUILT_IN,
        **{name: query for name, query in stored.items() if isinstance(name, str) and isinstance(query, str)},
    }
