"""How long the data model takes to load, to hand to a world and to answer, and what it weighs.

    python benchmarks/model.py [--rounds 20] [--file ANSWER_OF_API_V1_MODEL]

Each load is measured in this process with the files in the page cache; memory is what tracemalloc counts, so the
interpreter and the modules are not in it. The first load is shown apart: it is what a start of the server pays.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median

from deadringer.server.model.model import Model

LIMIT_MS = 50  # what issue 3 allows for a load


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Load time and memory of the data model.")
    parser.add_argument("--rounds", type=int, default=20, help="the median of so many is shown")
    parser.add_argument("--file", type=Path, help="load this answer of /api/v1/model instead of the shipped one")
    options = parser.parse_args()

    def load() -> Model:
        return Model.load(options.file, now_ms=lambda: 0, guid=lambda: "0" * 32)

    first = timed(load)
    model = load()
    print(f"load, first           {first:9.2f} ms   (limit {LIMIT_MS})")
    print(f"load                  {middle(load, options.rounds):9.2f} ms")
    print(f"hand to a world       {middle(lambda: bound(model), options.rounds) * 1000:9.2f} us")
    print(f"the whole as a dict   {middle(model.to_dict, options.rounds):9.2f} ms")
    print(f"make every element    {middle(lambda: everything(bound(model)), options.rounds):9.2f} ms")
    print(f"norm a name           {per_value(model, 'inet:fqdn:host', 'Foo'):9.2f} us")
    print(f"norm a time           {per_value(model, '.created', '2020-12-31T23:59:58.123Z'):9.2f} us")
    print(f"norm a tag            {per_value(model, 'syn:tag', 'Foo.bar baz'):9.2f} us")
    print(f"norm a guid of a list  {per_value(model, 'ou:org', ['a', 'b']):9.2f} us")
    tracemalloc.start()
    kept = load()
    loaded = tracemalloc.get_traced_memory()[0]
    everything(kept)
    made = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"memory, loaded        {loaded / 1e6:9.2f} MB")
    print(f"memory, all made      {made / 1e6:9.2f} MB")


def bound(model: Model) -> Model:
    return model.bound(now_ms=lambda: 0, guid=lambda: "0" * 32)


def everything(model: Model) -> None:
    """Makes each form with its type and all its props."""
    for name in model.form_names():
        form = model.form(name)
        assert form is not None
        for prop in form.props:
            model.form_prop(name, prop)


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def middle(run: Callable[[], object], rounds: int) -> float:
    return median(timed(run) for _ in range(rounds))


def per_value(model: Model, prop: str, valu: object, count: int = 2000) -> float:
    """Microseconds to norm one value, the prop being looked up each time."""
    model.norm(prop, valu)
    return timed(lambda: [model.norm(prop, valu) for _ in range(count)]) * 1000 / count


if __name__ == "__main__":
    main()
