"""Tables that functions look values up in: lookups and collectors (nql.md 12.6, 12.8). Knows rows, not their store.

Tables are immutable and may be shared between queries and threads. A look-up takes about the same time whatever the size:
each set of key columns gets an index the first time that it is asked for.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from . import addresses
from .addresses import Address
from .values import Row, Value, coarse, equal


class Table:
    """Rows in their order.

    columns: their names, by default those that occur in the rows. networks: the column that holds `address/prefix`; asked
    with an address, it matches the networks that hold it, longest prefix first (open-75).
    """

    def __init__(self, rows: Sequence[Row], columns: Iterable[str] | None = None, networks: str | None = None) -> None:
        self.rows = rows
        self.columns = frozenset(columns) if columns is not None else frozenset(key for row in rows for key in row)
        self._networks = networks
        self._by_columns: dict[tuple[str, ...], dict[Hashable, list[Row]]] = {}
        self._by_network: dict[tuple[int, int], dict[int, list[Row]]] | None = None

    def find(self, wanted: Mapping[str, Value]) -> Iterator[Row]:
        """The rows whose columns equal these values (nql.md 5.4), all of them."""
        networks = self._networks
        if networks is not None and networks in wanted:
            address = addresses.address_of(wanted[networks])
            if address is not None:
                others = {column: value for column, value in wanted.items() if column != networks}
                return (row for row in self._holding(address) if _matches(row, others))
        columns = tuple(wanted)
        index = self._by_columns.get(columns)
        if index is None:
            index = self._index(columns)
        candidates = index.get(tuple(map(coarse, wanted.values())), ())
        return (row for row in candidates if _matches(row, wanted))

    def _index(self, columns: tuple[str, ...]) -> dict[Hashable, list[Row]]:
        index: dict[Hashable, list[Row]] = {}
        for row in self.rows:
            index.setdefault(tuple(coarse(row.get(column)) for column in columns), []).append(row)
        self._by_columns[columns] = index
        return index

    def _holding(self, address: Address) -> Iterator[Row]:
        version, number = address
        index = self._by_network
        if index is None:
            index = self._by_network = self._network_index()
        for (wanted, tail), networks in index.items():
            if wanted == version:
                yield from networks.get(number >> tail, ())

    def _network_index(self) -> dict[tuple[int, int], dict[int, list[Row]]]:
        index: dict[tuple[int, int], dict[int, list[Row]]] = {}
        for row in self.rows:
            text = row.get(self._networks or "")
            if not isinstance(text, str):
                continue
            address = addresses.parsed(text)
            found = addresses.network(text) if address is None else (*address, 0)
            if found is not None:
                version, bits, tail = found
                index.setdefault((version, tail), {}).setdefault(bits, []).append(row)
        return dict(sorted(index.items(), key=lambda item: item[0]))


def _matches(row: Row, wanted: Mapping[str, Value]) -> bool:
    for column, value in wanted.items():  # noqa: SIM110  # once a candidate: a generator expression costs more
        if not equal(row.get(column), value):
            return False
    return True
