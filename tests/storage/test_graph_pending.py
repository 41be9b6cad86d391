"""What small transactions log: it is found at once, outlives a crash, and meets what is written at once."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deadringer.storage.database import Database
from deadringer.storage.edits import ItemsOf, KeyOf
from deadringer.storage.errors import Outdated, StorageError
from deadringer.storage.layers import LARGE, Edit, Key, Layer, NodeEdit
from deadringer.storage.pending import MOST
from deadringer.storage.sodes import Sode, nid_of, pack, pack_value
from deadringer.storage.views import Graph, LayerRecord

SCHEMAS = ("accounts", "cortex")
# Makes one node after the other and says so, each when it is committed.
WRITER = """
import sys
from deadringer.storage.database import Database
from deadringer.storage.views import Graph, LayerRecord
from tests.storage.test_graph_pending import Plain, node

graph = Graph(Database(sys.argv[1], ("accounts", "cortex"), alone=True), Plain())
graph.put_layer(LayerRecord("aa", None, None, 0))
for number in range(100_000):
    graph.layer("aa").apply([node(number)])
    print(number, flush=True)
"""


class Plain:
    """A model where numbers are their own keys."""

    edition = None

    def keyed(self, form: str, prop: str) -> tuple[KeyOf, ItemsOf | None]:
        return lambda valu: valu, None

    def tagprop_key(self, prop: str, valu: Any) -> Key:
        found: Key = valu
        return found

    def merged(self, form: str, prop: str, old: Any, valu: Any) -> Any:
        return valu

    def merged_tagprop(self, prop: str, old: Any, valu: Any) -> Any:
        return valu


def node(number: int, *more: Edit) -> NodeEdit:
    edits: list[Edit] = [(0, (number,)), (2, ("p", number % 7)), (4, ("t", (None, None))), *more]
    return number.to_bytes(4, "big") * 8, "f", edits


def whole(number: int, **props: int) -> Sode:
    """The node as it is once it is made."""
    iden, form, _ = node(number)
    return Sode(iden, form, number, {"p": number % 7, **props}, {"t": (None, None)})


def opened(database: Database) -> Layer:
    graph = Graph(database, Plain())
    if graph.layer("aa") is None:
        graph.put_layer(LayerRecord("aa", None, None, 0))
    layer = graph.layer("aa")
    assert layer is not None
    return layer


def numbers(layer: Layer) -> list[Any]:
    return [key for key, *_ in layer.lift("f", "")]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "cortex.db", SCHEMAS, alone=True)
    yield database
    database.close()


def test_what_was_committed_outlives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "cortex.db"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(300)]
        process.send_signal(signal.SIGKILL)
        said += [int(line) for line in process.stdout]
    database = Database(path, SCHEMAS, alone=True)
    try:
        layer = opened(database)
        found = numbers(layer)
        assert found[: len(said)] == said
        assert len(found) - len(said) in (0, 1)
        assert layer.count_tag("t") == layer.count("f", "p") == len(found)
    finally:
        database.close()


def test_a_copy_has_what_is_only_logged(database: Database, tmp_path: Path) -> None:
    opened(database).apply([node(1), node(2)])
    database.copy_to(tmp_path / "copy.db")
    copy = Database(tmp_path / "copy.db", SCHEMAS)
    assert numbers(opened(copy)) == [1, 2]
    copy.close()


def test_many_at_once_meet_what_was_logged(database: Database) -> None:
    layer = opened(database)
    layer.apply([node(1), node(2)])
    layer.apply(
        [(node(2)[0], "f", [(1, ())]), *(node(number) for number in range(3, LARGE + 4)), node(1, (2, ("q", 5)))]
    )
    assert numbers(layer) == [1, *range(3, LARGE + 4)]
    assert [key for key, *_ in layer.lift("f", "q")] == [5]
    layer.apply([(node(3)[0], "f", [(2, ("p", 100))])])
    assert [key for key, *_ in layer.lift("f", "p", 100, 100)] == [100]


def test_more_than_is_kept_in_memory_is_written(database: Database) -> None:
    layer = opened(database)
    many = MOST // 2 + LARGE
    for start in range(0, many, 1000):
        layer.apply([node(number) for number in range(start, min(start + 1000, many))])
    layer.apply([node(many)])
    assert database.read("SELECT count(*) FROM graph_node")[0][0] > 0
    assert numbers(layer) == list(range(many + 1))


def test_an_exact_lift_shows_what_else_changed_of_its_node(database: Database) -> None:
    layer = opened(database)
    layer.apply([node(1)])
    assert numbers(layer) == [1]
    layer.apply([(node(1)[0], "f", [(2, ("p", 50))])])
    ((_, nid, iden, _),) = layer.lift("f", "", 1, 1)
    sode = layer.sode(nid)
    assert sode is not None
    assert (iden, sode.props["p"]) == (node(1)[0], 50)
    assert layer.has("f", "p", 50)
    assert not layer.has("f", "p", 1)


def test_a_node_that_goes_and_comes_again_is_there_once(database: Database) -> None:
    layer = opened(database)
    layer.apply([node(1)])
    assert layer.count("f", "") == 1
    gone = (node(1)[0], "f", [(1, ())])
    layer.apply([gone])
    assert layer.sode(nid_of(gone[0])) is None
    assert layer.sodes([nid_of(gone[0])]) == {}
    # Known to be new, as whoever has just deleted it knows; its row is still in the table.
    layer.apply([], [whole(1, q=3)], layer.version)
    assert [key for key, *_ in layer.lift("f", "q")] == [3]
    assert database.read("SELECT count(*) FROM graph_node") == [(1,)]


def test_whole_nodes_are_found_as_those_made_by_edits_are(database: Database) -> None:
    layer = opened(database)
    version = layer.version
    data: Edit = (8, ("d", "x"))
    assert layer.apply([(node(2)[0], "f", [data])], [whole(1), whole(2)], version) == [
        (node(2)[0], "f", [(8, ("d", "x", None))])
    ]
    layer.apply([node(3)])
    assert [sode.props for sode in layer.every()] == [{"p": 1}, {"p": 2}, {"p": 3}]
    assert numbers(layer) == [1, 2, 3]
    assert [key for key, *_ in layer.lift("f", "p")] == [1, 2, 3]
    assert layer.count_tag("t") == layer.count_tag("t", "f") == 3
    assert layer.node_data(nid_of(node(2)[0]), "d") == "x"


def test_what_is_said_to_be_new_counts_only_of_that_moment(database: Database) -> None:
    layer = opened(database)
    before = layer.version
    layer.apply([node(1)])
    with pytest.raises(Outdated):
        layer.apply([node(2)], [whole(1)], before)
    assert numbers(layer) == [1]


def test_two_new_nodes_that_begin_alike_are_refused(database: Database) -> None:
    layer = opened(database)
    twin = whole(1)
    twin.iden = twin.iden[:8] + bytes(24)
    with pytest.raises(StorageError):
        layer.apply([], [whole(1), twin], layer.version)
    assert numbers(layer) == []


def test_a_log_as_it_was_written_once_is_read(database: Database) -> None:
    layer = opened(database)
    layer.apply([node(1)])
    assert numbers(layer) == [1]
    ((number,),) = database.read("SELECT number FROM graph_name WHERE name = 'p'")
    iden = node(1)[0]
    nid = nid_of(iden)
    sode = whole(1, p=4)
    index = {(number, 1, nid): False, (number, 4, nid): True}
    old: tuple[Any, ...] = ({nid: (1, iden, pack(sode))}, index, {})
    with database.write() as connection:
        connection.execute("INSERT INTO graph_log (layer, changes) VALUES (1, ?)", (pack_value(old),))
    again = opened(database)
    assert [key for key, *_ in again.lift("f", "p")] == [4]
    assert again.count_tag("t") == 1


def test_wiping_takes_what_is_logged(database: Database, tmp_path: Path) -> None:
    layer = opened(database)
    layer.apply([node(1)])
    layer.wipe()
    assert numbers(layer) == []
    layer.apply([node(2)])
    database.close()
    shutil.copy(tmp_path / "cortex.db", tmp_path / "again.db")
    again = Database(tmp_path / "again.db", SCHEMAS)
    assert numbers(opened(again)) == [2]
    again.close()
