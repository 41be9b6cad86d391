"""The views and layers of one Cortex: their records, held in memory and written through, and the open layers.

A view is an ordered stack of layers, the first of which is written to. What a view shows of them is made above.
"""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from .database import Database, Row
from .edits import Typed
from .errors import Conflict, NotFound
from .layers import Layer


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """What is known of a layer besides its contents; `info` has further settings, as JSON can hold them."""

    iden: str
    name: str | None
    creator: str | None
    created_ms: int
    readonly: bool = False
    info: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ViewRecord:
    """A view: its layers by iden, the one that is written to first; `parent` is the view it was forked from."""

    iden: str
    name: str | None
    parent: str | None
    creator: str | None
    created_ms: int
    layers: tuple[str, ...]
    info: dict[str, Any] = field(default_factory=dict)


class Graph:
    """The views and layers in one database. Methods that change raise Closed and what they say."""

    def __init__(self, database: Database, typed: Typed) -> None:
        self._database = database
        self._typed = typed
        self._lock = threading.RLock()
        self._numbers: dict[str, int] = {}
        self._records: dict[str, LayerRecord] = {}
        self._open: dict[str, Layer] = {}
        for number, iden, name, creator, created_ms, readonly, info in database.read(_LAYERS):
            self._numbers[iden] = number
            self._records[iden] = LayerRecord(iden, name, creator, created_ms, bool(readonly), json.loads(info))
        self._views = {row[0]: _view(row) for row in database.read(_VIEWS)}

    def layers(self) -> list[LayerRecord]:
        """Every layer, oldest first."""
        return list(self._records.values())

    def layer_record(self, iden: str) -> LayerRecord | None:
        """The record of the layer with this iden."""
        return self._records.get(iden)

    def layer(self, iden: str) -> Layer | None:
        """The layer with this iden, kept open: one object an iden."""
        layer = self._open.get(iden)
        if layer is not None:
            return layer
        with self._lock:
            record = self._records.get(iden)
            if record is None:
                return None
            if iden not in self._open:
                number = self._numbers[iden]
                self._open[iden] = Layer(self._database, number, iden, record.readonly, self._typed)
            return self._open[iden]

    def put_layer(self, record: LayerRecord) -> None:
        """Store a new layer, or a new state of the record of one."""
        row = (record.name, record.creator, record.created_ms, record.readonly, json.dumps(record.info))
        with self._lock:
            with self._database.write() as connection:
                connection.execute(_PUT_LAYER, (record.iden, *row))
                sql = "SELECT number FROM graph_layer WHERE iden = ?"
                self._numbers[record.iden] = connection.execute(sql, (record.iden,)).fetchone()[0]
            self._records[record.iden] = record
            if record.iden in self._open:
                self._open[record.iden].readonly = record.readonly

    def drop_layer(self, iden: str) -> None:
        """Delete a layer with all it holds. Raises NotFound; Conflict while a view has it."""
        with self._lock:
            layer = self.layer(iden)
            if layer is None:
                raise NotFound(f"There is no layer {iden}.")
            if any(iden in view.layers for view in self._views.values()):
                raise Conflict(f"The layer {iden} is part of a view.")
            layer.drop()
            del self._records[iden], self._numbers[iden], self._open[iden]

    def views(self) -> list[ViewRecord]:
        """Every view, oldest first."""
        return list(self._views.values())

    def view(self, iden: str) -> ViewRecord | None:
        """The view with this iden."""
        return self._views.get(iden)

    def put_view(self, record: ViewRecord) -> None:
        """Store a new view, or a new state of one. Raises NotFound when there is no such layer."""
        row = (record.name, record.parent, record.creator, record.created_ms)
        with self._lock:
            for layer in record.layers:
                if layer not in self._records:
                    raise NotFound(f"There is no layer {layer}.")
            with self._database.write() as connection:
                texts = (json.dumps(record.layers), json.dumps(record.info))
                connection.execute(_PUT_VIEW, (record.iden, *row, *texts))
            self._views[record.iden] = record

    def drop_view(self, iden: str) -> None:
        """Delete a view; its layers stay. Raises NotFound."""
        with self._lock:
            if iden not in self._views:
                raise NotFound(f"There is no view {iden}.")
            with self._database.write() as connection:
                connection.execute("DELETE FROM graph_view WHERE iden = ?", (iden,))
            del self._views[iden]


def _view(row: Row) -> ViewRecord:
    iden, name, parent, creator, created_ms, layers, info = row
    return ViewRecord(iden, name, parent, creator, created_ms, tuple(json.loads(layers)), json.loads(info))


_LAYERS = "SELECT number, iden, name, creator, created_ms, readonly, info FROM graph_layer ORDER BY number"
_VIEWS = "SELECT iden, name, parent, creator, created_ms, layers, info FROM graph_view ORDER BY position"
_PUT_LAYER = (
    "INSERT INTO graph_layer (iden, name, creator, created_ms, readonly, info) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (iden) DO UPDATE SET name = excluded.name, creator = excluded.creator, "
    "created_ms = excluded.created_ms, readonly = excluded.readonly, info = excluded.info"
)
_PUT_VIEW = (
    "INSERT INTO graph_view (iden, name, parent, creator, created_ms, layers, info) VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (iden) DO UPDATE SET name = excluded.name, parent = excluded.parent, creator = excluded.creator, "
    "created_ms = excluded.created_ms, layers = excluded.layers, info = excluded.info"
)
