"""The table of all kinds of values, filled by `table.py` and by those who add kinds; empty on its own."""

from ..surface import Kind

# By Python type, exactly: a subclass is a kind of its own.
KINDS: dict[type, Kind] = {}


# Types whose values can be no key and no item of a set, though Python could hash them.
MUTABLE: set[type] = set()


def register(*kinds: Kind, mutable: bool = False) -> None:
    """Make kinds known; a type has one kind only. mutable: what Storm refuses as a key and in a set, as texts and queries."""
    for kind in kinds:
        assert kind.of not in KINDS, kind.of
        KINDS[kind.of] = kind
        if mutable:
            MUTABLE.add(kind.of)
