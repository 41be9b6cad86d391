"""Custom indexes on real SQLite files, rows of every column type for them, and queries about those: for pushdown."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from deadringer.server.clock import Clock
from deadringer.server.config import Config
from deadringer.server.ids import Ids
from deadringer.server.model.source import ModelSource
from deadringer.server.nql import Row, Value
from deadringer.server.passwords import Passwords
from deadringer.server.services import Services
from deadringer.server.sycope import access, indexes, inject
from deadringer.server.sycope.state import Sycope
from deadringer.server.sycope.streams import Surroundings
from deadringer.server.workers import Workers
from deadringer.storage import elements, rows
from deadringer.storage.blobs import Blobs
from deadringer.storage.elements import Element
from hypothesis import strategies as st

NOW_MS = 1_700_000_000_000
HOUR_MS = 3_600_000
FIELDS = {
    "timestamp": "long",
    "b": "byte",
    "i": "int",
    "l": "long",
    "f": "float",
    "d": "double",
    "t": "string",
    "yes": "boolean",
    "a": "ip",
    "a4": "ip4",
    "a6": "ip6",
    "net": "subnet",
    "port": "ifc",
    "m": "mac",
    "s": "set",
}
# Comes with the second request: rows that were there, and whole periods, have no such column.
LATE = "late"
LONG = 2**63
ADDRESSES = ["10.0.0.9", "10.0.0.10", "9.255.0.1", "::1", "::ffff:10.0.0.9", "2001:db8::9", "2001:db8::10", "a::"]
TEXTS = [
    "",
    "a",
    "B",
    "b",
    "é",
    "😀",
    "\uffff",
    "a\x00b",
    "80",
    "80.0",
    "9",
    "1e3",
    "::1",
    "0:0::1",
    "10.0.0.9",
    "[1]",
    "null",
]
POOLS: dict[str, list[Value]] = {
    "byte": [-128, -1, 0, 1, 79, 80, 127],
    "int": [-(2**31), -1, 0, 1, 80, 1000, 2**31 - 1],
    "long": [-LONG, -LONG + 1, -1, 0, 1, 80, 2**53, 2**53 + 1, LONG - 1],
    "float": [-2.5, -0.0, 0.0, 0.5, 1.0, 79.5, 80.0, 3.4e38],
    "double": [-2.5, -0.0, 0.0, 0.1, 0.2, 1.0, 79.5, 80.0, 2.0**53, 2.0**53 + 2, 1e300, 1e19, 5e-324],
    "string": [*TEXTS],
    "boolean": [True, False],
    "ip": [*ADDRESSES],
    "ip4": [*ADDRESSES[:3]],
    "ip6": [*ADDRESSES[3:]],
    "subnet": ["10.0.0.0/8", "10.0.0.0/16", "9.0.0.0/8", "2001:db8::/32", "::/0"],
    "ifc": ["10.0.0.9[1]", "10.0.0.10[12]", "::1[1]"],
    "mac": ["00:00:00:00:00:01", "0a:00:00:00:00:01", "ff:00:00:00:00:01"],
    "set": [[], [1], [1.0], [True], ["1"], [1, 2], [2, 1], ["::1"], ["a", 1]],
}
# Hours apart for several periods, and few, so that rows share their times.
OFFSETS = [0, 1, 998, 999, 60_000, HOUR_MS, HOUR_MS + 5, 30 * HOUR_MS, 31 * HOUR_MS, 2160 * HOUR_MS, -5 * HOUR_MS]


@dataclass(frozen=True, slots=True)
class Given:
    """What an index holds: its rotation, and the rows of two requests, of which the second may have the late column."""

    rotation: str
    first: list[Row]
    second: list[Row]


def drawn(chance: random.Random, count: int, late: bool, nulls: float) -> list[Row]:
    """So many rows in any order of time. late: some have the late column. nulls: how many of their values are null."""
    kinds = {**FIELDS, LATE: "int"} if late else FIELDS
    few = {kind: chance.sample(pool, min(len(pool), 5)) for kind, pool in POOLS.items()}
    return [
        {
            name: NOW_MS + chance.choice(OFFSETS)
            if name == "timestamp"
            else None
            if chance.random() < nulls
            else chance.choice(few[kind])
            for name, kind in kinds.items()
        }
        for _ in range(count)
    ]


def held(rotation: str, seed: int, first: int, second: int, nulls: float) -> Given:
    """Rows that depend on nothing but the seed: drawn value by value they would be few and poor."""
    chance = random.Random(seed)
    return Given(rotation, drawn(chance, first, False, nulls), drawn(chance, second, True, nulls))


GIVEN = st.builds(
    held,
    st.sampled_from(["hourly", "daily", "monthly", "yearly"]),
    st.integers(0, 2**32),
    st.integers(0, 40),
    st.integers(0, 20),
    st.sampled_from([0.0, 0.1, 0.5]),
)


@contextmanager
def opened() -> Iterator[Sycope]:
    """A Sycope in a folder that goes with it."""
    with TemporaryDirectory(prefix="pushdown-") as name:
        folder, workers = Path(name), Workers(1, 1, 1)
        config = Config(ephemeral=True)
        services = Services(
            config, workers, Passwords(workers), Blobs(folder / "blobs", durable=False), ModelSource(config.model)
        )
        sycope = Sycope.open(folder, services, Clock(NOW_MS), Ids(1))
        try:
            yield sycope
        finally:
            sycope.close()
            workers.close()


def filled(sycope: Sycope, name: str, given: Given) -> None:
    """Make an index with these rows, by the ways that clients use."""
    fields = [{"name": field, "type": kind} for field, kind in FIELDS.items()]
    wanted = indexes.defined({"name": name, "rotation": given.rotation, "fields": fields})
    with sycope.database.write() as connection:
        elements.put(connection, Element(name, "userIndex.index", 1, "admin", 1, "admin", {}))
        indexes.make_rows(connection, name, wanted)
    stored(sycope, name, given.first)
    with sycope.database.write() as connection:
        index = rows.index_in(connection, name)
        assert index is not None
        rows.modify(connection, index, name, given.rotation, True, [(LATE, "int")])
    stored(sycope, name, given.second)


def stored(sycope: Sycope, name: str, given: list[Row]) -> None:
    """Put rows into an index, each as it is."""
    index = rows.index_named(sycope.database, name)
    assert index is not None
    present = list(dict.fromkeys(field for row in given for field in row))
    if given:
        checked = inject.check(
            inject.columns_of(index, present), [[row.get(field) for field in present] for row in given]
        )
        assert checked is not None
        rows.insert(sycope.database, index, checked, most_periods=100)


def surroundings(sycope: Sycope) -> Surroundings:
    """What surrounds a query of the administrator."""
    return Surroundings(sycope, access.viewer(sycope.accounts, "admin"), 0)


# What filters compare with: of every type, and next to what the columns hold.
CONSTANTS = [
    *("null", "true", "false", "[]", "[1]", "0", "-0.0", "1", "1.0", "80", "79.5", "127", "128", "-2.5"),
    *(
        "0.1",
        "9007199254740993",
        "9007199254740993.0",
        "9223372036854775807",
        '"9223372036854775808"',
        "-9223372036854775808",
    ),
    *(
        '"-9223372036854775809"',
        "1e300",
        "1e19",
        "5e-324",
        f'"{10**399}"',
        f"{NOW_MS + 999}",
        "2147483648.5",
        "-2147483649",
    ),
    *(
        '"1"',
        '"80.0"',
        '"1e3"',
        '"-1"',
        '"true"',
        '"null"',
        '"/8"',
        r'"\ud800"',
        r'"\u0000"',
        '"a\\u0000b"',
        '"é"',
        '"[1]"',
    ),
    *('""', '"a"', '"B"', '"😀"', '"10.0.0.9"', '"10.0.0.09"', '"9"', '"::1"', '"0:0::1"', '"0::ffff:10.0.0.9"', '":"'),
    *('"2001:DB8::9"', '"::1%1"', '"10.0.0.0/8"', '"::1[1]"', '"0a:00:00:00:00:01"', '"10.0.0.9[1]"', '"zz"'),
]
NAMES = [*FIELDS, LATE, "nowhere"]
names = st.sampled_from(NAMES)
constants = st.sampled_from(CONSTANTS)
lists = st.lists(constants, max_size=4).map(lambda items: f"[{', '.join(items)}]")
# A column beside what it may hold, so that rows fit.
fitting = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.sampled_from([json.dumps(value) for value in POOLS[FIELDS[name]]])
        if name != "timestamp"
        else st.sampled_from([str(NOW_MS + each) for each in OFFSETS]),
    )
)
pairs = st.one_of(fitting, fitting, st.tuples(names, constants))
signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "!=", "<=", ">="])
named_signs = st.sampled_from(["eq", "neq", "lt", "lte", "gt", "gte"])
atoms = st.one_of(
    st.builds(lambda pair, sign: f"{pair[0]} {sign} {pair[1]}", pairs, signs),
    st.builds(lambda pair, sign: f"{pair[0]} {sign} {pair[1]}", pairs, signs),
    st.builds(lambda pair, name: f"{name}({pair[0]}, {pair[1]})", pairs, named_signs),
    st.builds(lambda pair, name: f"{name}({pair[1]}, {pair[0]})", pairs, named_signs),
    st.builds("{}({}, {})".format, st.sampled_from(["in", "notIn"]), names, lists | constants),
    st.builds(lambda pair, more: f"in({pair[0]}, [{pair[1]}, {more}])", pairs, constants),
    st.builds("{}({})".format, st.sampled_from(["isNull", "isNotNull", "isEmpty"]), names),
    st.builds('{} ~= "{}"'.format, names, st.sampled_from(["*", "1*", "10.0.0.?", "*1"])),
)
filters = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=4,
)
values = st.sampled_from([*NAMES, *NAMES, "1", "null", "add(i, 1)"])
results = st.lists(
    st.builds(
        "{}({})".format, st.sampled_from(["count", "sum", "avg", "min", "max", "min", "max", "dc", "last"]), values
    )
    # Most often what can be pushed: one that cannot leaves the whole command to the operators.
    | st.builds("{}({})".format, st.sampled_from(["count", "dc"]), names)
    | st.builds("{}({})".format, st.sampled_from(["sum", "avg", "min", "max"]), st.sampled_from(["b", "i", "l", LATE])),
    min_size=1,
    max_size=3,
).map(lambda calls: ", ".join(f"r{place}={call}" for place, call in enumerate(calls)))
by = st.just("") | st.lists(names, min_size=1, max_size=2).map(lambda keys: f" by {', '.join(keys)}")
unwound = st.sampled_from(["", " unwind=true"])
most = st.sampled_from(["", " maxBuckets=1", " maxBuckets=3"])
heads = st.one_of(
    st.builds("aggr {}{}{}{}".format, results, by, unwound, most),
    st.builds(
        'timeAggr {} on {}{} interval="{}"{}{}{}'.format,
        results,
        st.sampled_from(["timestamp", "timestamp", *NAMES]),
        by,
        st.sampled_from(["1ms", "7ms", "1m", "1h", "1d", "600000w"]),
        st.sampled_from(["", ' dir="asc"', ' dir="desc"']),
        unwound,
        most,
    ),
    st.builds(
        "{} {}{} limit={}{}{}".format,
        st.sampled_from(["top", "rare"]),
        names,
        by,
        st.integers(0, 4),
        st.sampled_from(["", " others=true"]),
        most,
    ),
    st.builds(
        "sort {}{} | limit {}".format,
        st.lists(st.builds("{} {}".format, names, st.sampled_from(["asc", "desc"])), min_size=1, max_size=3).map(
            ", ".join
        ),
        st.sampled_from(["", " limit=5", " limit=1", " outLimit=2"]),
        st.sampled_from(["0", "3", "2, 4", "ALL"]),
    ),
    st.builds("limit {}".format, st.sampled_from(["0", "1", "3", "2, 4", "ALL"])),
)
tails = st.sampled_from(
    ["", " | limit 2", " | sort r0 desc", " | project +t, +a, +i", " | set z=1", " | tail 3", " | aggr n=count(1)"]
)
# What stands behind `src`.
stages = st.builds(
    "".join,
    st.tuples(
        st.just("") | st.lists(filters.map("{} | ".format), max_size=2).map("".join),
        heads | st.just("limit ALL"),
        tails,
    ),
)
bounds = st.none() | st.builds(lambda ms, by: NOW_MS + ms + by, st.sampled_from(OFFSETS), st.integers(-1, 1))
