"""Whatever query is run, only errors of Storm come out of it, and it stops when it is asked to.

Queries are those of the recorded corpus, cut and mixed, against a small graph. By hand, for as long as one likes:
`python tests/storm/test_run_fuzz.py --seconds 600` prints each query that ended in something else.
"""

import argparse
import random
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    from tests.storm.corpus import cases, topics
    from tests.storm.edits.asking import Asking, opened
else:
    from .corpus import cases, topics
    from .edits.asking import Asking, opened

from deadringer.server.storm.answers.query import Asked, messages_of, value_of
from deadringer.server.storm.commands.table import COMMANDS
from deadringer.server.storm.errors import StormError
from deadringer.server.storm.library.table import LIBRARIES
from deadringer.server.storm.values.registry import KINDS

# Commands and functions that go out into the network.
OUTSIDE = ("wget", "wput", "nettools", "http", "telepath", "tel.", "smtp", "service", "pkg", "wait")
QUERIES = sorted(
    {
        case.query
        for topic in topics()
        for case in cases(topic)
        if case.wrong is None and len(case.query) < 2000 and not any(word in case.query for word in OUTSIDE)
    }
)
GRAPH = """
    [ inet:fqdn=www.a.test :zone?=a.test +#foo.bar=2020 +#baz ]
    [ inet:ipv4=1.2.3.4 :asn=20 :loc=us.va +#foo +(refs)> { inet:fqdn=www.a.test } ]
    [ inet:dns:a=(www.a.test, 1.2.3.4) .seen=(2020, 2021) ]
    [ it:dev:str=hello it:dev:int=5 ps:contact=* :name=bob :emails?=(a@b.test, c@d.test) ]
"""
FUNCTIONS = sorted(
    f"${library.path}.{local.name}"
    for library in LIBRARIES.values()
    for local in library.locals
    if local.is_function and not any(word in f"{library.path}.{local.name}" for word in OUTSIDE)
)
METHODS = sorted({local.name for kind in KINDS.values() for local in kind.locals if local.is_function} - {"wait"})
NAMES = sorted(name for name in COMMANDS if not any(word in name for word in OUTSIDE))
VALUES = [
    "x",
    "a.b",
    "'a",
    "b'",
    "(1)",
    "(-1)",
    "(0)",
    "(1.5)",
    "(null)",
    "(true)",
    "([])",
    "([1,[2]])",
    "({})",
    "({'a':{'b':1}})",
    "$node",
    "$path",
    "$lib",
    "$lib.null",
    "$lib.undef",
    "${inet:fqdn}",
    "$lib.view.get()",
    "$lib.layer.get()",
    "$lib.user",
    "$node.data",
    "$node.props",
    "$lib.set(1)",
    "$lib.hex.decode('ff00')",
    "$lib.auth.users.byname(root)",
    "inet:ipv4",
    "inet:ipv4:asn",
    "#foo",
    "foo.bar",
    "1.2.3.4",
    "(10000000000000000000000)",
    "$node.iden()",
    "2020",
    "$lib.cast(float,'nan')",
    "'a:",
    "b'",
    "'{\"a\":1}'",
    "'<a>'",
    "([[1,2]])",
    "$newp",
    "$lib.print",
    "$lib.guid()",
    "--",
    "--yield",
    "{",
    "}",
    "{inet:fqdn}",
]

# How long a query may run before it is asked to stop, and how long it may take to do so.
BUSY_S = 0.3
LONG_S = 20.0


class Enough(Exception):
    """What a query is stopped by, as by a client that goes."""


def run(ask: Asking, text: str, *, readonly: bool, returns: bool, mode: str = "storm") -> None:
    """Run a query. Raises whatever comes out of it but StormError; AssertionError where it does not stop."""
    began = time.monotonic()

    def check() -> None:
        if time.monotonic() - began > BUSY_S:
            raise Enough

    def send(kind: str, info: Any) -> None:
        check()

    view = ask.host.graph.view(ask.host.view)
    assert view is not None
    asked = Asked(text, {"readonly": readonly, "mode": mode, "repr": True}, ask.user, view, ask.host.ids.guid())
    try:
        if returns:
            value_of(ask.host, asked, check)
        else:
            messages_of(ask.host, asked, send, check)
    except (StormError, Enough):
        pass
    took = time.monotonic() - began
    assert took < LONG_S, f"{took:.1f} s"
    # Others may go on in the background.
    assert asked.task not in ask.host.tasks


def mixed(choose: random.Random) -> str:
    """A query of the corpus, or two of them cut and put together, or one behind lifts of what is there."""
    one, other = choose.choice(QUERIES), choose.choice(QUERIES)
    how = choose.randrange(12)
    if how > 5:
        return called(choose)
    if how == 0:
        return one
    if how == 1:
        return f"{one} {other}"
    if how == 2:
        return f"inet:ipv4 inet:fqdn it:dev:str ps:contact | {one}"
    if how == 3:
        return f".created {one}"
    if how == 4:
        return f"for $x in (1, a, $node) {{ {one} }} {other}"
    cut, where = choose.randrange(len(one) + 1), choose.randrange(len(other) + 1)
    return one[:cut] + other[where:] + one[cut + choose.randrange(4) :]


def called(choose: random.Random) -> str:
    """A function, a method or a command with whatever arguments, of a node or of none."""
    given = [choose.choice(VALUES) for _ in range(choose.choice((0, 1, 1, 1, 2, 2, 3, 4)))]
    lift = choose.choice(("", "inet:ipv4 ", "ps:contact ", "inet:ipv4 inet:fqdn | ", ".created "))
    how = choose.randrange(3)
    if how == 0:
        return f"{lift}| {choose.choice(NAMES)} {' '.join(given)}"
    values = [value for value in given if value[0] not in "#-{"]
    if how == 1:
        call = f"{choose.choice(FUNCTIONS)}({', '.join(values)})"
    else:
        call = f"$v={choose.choice(VALUES)} $v.{choose.choice(METHODS)}({', '.join(values)})"
        return f"{lift}{call}"
    return f"{lift}{choose.choice(('', '$x=', '$lib.print', 'return', 'yield ', 'for $i in ', '$lib.list'))}".rstrip(
        "("
    ) + (f"({call})" if choose.random() < 0.5 else call)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 2**32), st.booleans(), st.booleans())
def test_only_errors_of_storm_come_out_of_a_query(seed: int, readonly: bool, returns: bool) -> None:
    with opened() as ask:
        run(ask, GRAPH, readonly=False, returns=False)
        choose = random.Random(seed)
        for _ in range(3):
            run(ask, mixed(choose), readonly=readonly, returns=returns)


def main() -> None:
    """The long run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--whole", action="store_true", help="each query of the corpus once as it stands, first")
    options = parser.parse_args()
    choose = random.Random(options.seed)
    began, count, places = time.monotonic(), 0, dict[str, int]()
    waiting = list(QUERIES) if options.whole else []
    print(f"seed {options.seed}, {len(QUERIES)} queries", flush=True)
    while time.monotonic() - began < options.seconds:
        with opened() as ask:
            run(ask, GRAPH, readonly=False, returns=False)
            for _ in range(100):
                text = waiting.pop() if waiting else mixed(choose)
                readonly, returns = choose.random() < 0.2, choose.random() < 0.3
                count += 1
                try:
                    run(ask, text, readonly=readonly, returns=returns)
                except Exception as error:  # noqa: BLE001 - this is what is looked for
                    frames = traceback.extract_tb(error.__traceback__)
                    ours = [
                        frame for frame in frames if "/server/" in frame.filename or "/storage/" in frame.filename
                    ] or frames
                    place = f"{'/'.join(Path(ours[-1].filename).parts[-3:])}:{ours[-1].lineno}"
                    key = f"{place} {type(error).__name__}: {str(error)[:120]}"
                    places[place] = places.get(place, 0) + 1
                    if places[place] <= 2:
                        print(
                            f"### {key}\n    via {' < '.join(f'{f.name}' for f in reversed(ours[-6:]))}\n    {text!r}",
                            flush=True,
                        )
                if time.monotonic() - began > options.seconds:
                    break
    print(f"{count} queries, {sum(places.values())} failures at {len(places)} places: {places}")


if __name__ == "__main__":
    main()
