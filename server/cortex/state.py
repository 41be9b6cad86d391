"""The Cortex of one world: what its handlers reach."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ...storage.accounts import Accounts, Gate, Role, User
from ...storage.automation import Automation
from ...storage.blobs import OwnedBlobs
from ...storage.database import Database
from ...storage.gates import Gates
from ...storage.globals import Globals
from ...storage.httpapis import HttpApis, Pattern
from ..clock import Clock
from ..events import Events
from ..ids import Ids
from ..passwords import CONFIGURED, hashed
from ..services import Services
from ..workers import Background
from .shares import Shares

if TYPE_CHECKING:
    # What Storm works with is imported when it is first asked for: it is several times what the rest of the server is.
    from ...storage.views import Graph
    from ..model.model import Model
    from ..storm.host import Host

FILE = "cortex.db"
# What works by itself, by its kind in storage/automation.py.
TRIGGER, CRON, DMON = "trigger", "cronjob", "dmon"
SCHEMAS = ("accounts", "cortex")


@dataclass(slots=True)
class Cortex:
    """One world's Cortex with its Axon.

    iden: of the cell. view, layer: idens of the first ones, which permissions can be granted on.
    cookie_secret: signs the session cookies. started_ms: when it was opened. shares: the queries that each user has running.
    """

    services: Services
    clock: Clock
    ids: Ids
    database: Database
    accounts: Accounts
    axon: OwnedBlobs
    globals: Globals
    gates: Gates
    httpapis: HttpApis
    automation: Automation
    events: Events
    iden: str
    view: str
    layer: str
    cookie_secret: bytes
    started_ms: int
    shares: Shares
    background: Background = field(default_factory=Background)
    _model: "Model | None" = None
    _graph: "Graph | None" = None
    _host: "Host | None" = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def open(cls, folder: Path, services: Services, clock: Clock, ids: Ids) -> "Cortex":
        """Open the Cortex in a world's folder; made with its user root and its role all where there is none."""
        database = Database(folder / FILE, SCHEMAS, durable=not services.config.ephemeral, alone=True)
        meta: dict[str, str] = dict(database.read("SELECT name, value FROM meta"))
        if not meta:
            meta = _found(database, ids)
        accounts, gates = Accounts(database), Gates(database)
        return cls(
            services=services,
            clock=clock,
            ids=ids,
            database=database,
            accounts=accounts,
            axon=OwnedBlobs(database, services.blobs),
            globals=Globals(database),
            gates=gates,
            httpapis=HttpApis(database, pattern),
            automation=Automation(database),
            events=Events(accounts, gates),
            iden=meta["iden"],
            view=meta["view"],
            layer=meta["layer"],
            cookie_secret=bytes.fromhex(meta["cookie_secret"]),
            started_ms=clock.now_ms(),
            shares=Shares(services.config.synapse_queries_per_user),
        )

    def model(self) -> "Model":
        """The data model with this world's clock, ids and accounts. Blocks when it is first loaded."""
        with self._lock:
            if self._model is None:
                from ...storage.extensions import Extensions
                from ..model.types import patterns

                patterns.allow(self.services.config.synapse_pattern_s)
                accounts = self.accounts
                model = self.services.models.load().bound(
                    now_ms=self.clock.now_ms,
                    guid=self.ids.guid,
                    user_iden=lambda name: iden_of(accounts.user_named(name)),
                    user_name=lambda iden: name_of(accounts.user(iden)),
                    role_iden=lambda name: iden_of(accounts.role_named(name)),
                    role_name=lambda iden: name_of(accounts.role(iden)),
                )
                added = Extensions(self.database).all()
                if added:
                    from ..model.extend import Element

                    model.extend(*(Element(*each) for each in added))
                self._model = model
            return self._model

    def graph(self) -> "Graph":
        """Views and layers. Blocks when the model is first loaded for it."""
        with self._lock:
            if self._graph is None:
                from ...storage.views import Graph
                from ..storm.nodes.typed import ModelTyped

                self._graph = Graph(self.database, ModelTyped(self.model()))
                if self._graph.view(self.view) is None:
                    self._found_view(self._graph)
            return self._graph

    def host(self) -> "Host":
        """What Storm runs in. Blocks when it is first made, and all that answers queries is imported."""
        with self._lock:
            if self._host is None:
                from ...storage.documents import Documents
                from ...storage.notifications import Notifications
                from ...storage.queues import Queues
                from ..storm.answers import query  # noqa: F401 - whoever asks for it does so because of a query
                from ..storm.host import Host

                host = Host(
                    iden=self.iden,
                    view=self.view,
                    clock=self.clock,
                    ids=self.ids,
                    model=self.model(),
                    database=self.database,
                    graph=self.graph(),
                    accounts=self.accounts,
                    globals=self.globals,
                    axon=self.axon,
                    hash_password=hashed,
                    http_targets=self.services.config.synapse_http_targets,
                    hashers=self.services.workers.hashers,
                    gates=self.gates,
                    documents=Documents(self.database),
                    queues=Queues(self.database),
                    notifications=Notifications(self.database),
                    httpapis=self.httpapis,
                    automation=self.automation,
                    events=self.events,
                    background=self.background,
                    started_ms=self.started_ms,
                )
                if self._automatic():
                    from ..storm.automation.automatic import begin

                    begin(host)
                self._host = host
            return self._host

    @property
    def made_host(self) -> "Host | None":
        """What Storm runs in, if it has been made."""
        return self._host

    def due(self) -> bool:
        """Whether something is to run by itself now: a cron job, or what a server that has just begun must take up again."""
        if self.automation.due(CRON, self.clock.now_ms()):
            return True
        return self._host is None and (self.automation.any(DMON) or self.automation.waiting > 0)

    def run_due(self) -> None:
        """Begin what is to run now. Blocks while the data model is loaded; what runs goes on behind."""
        host = self.host()
        if self.automation.any(CRON):
            from ..storm.automation.cron import run_due

            run_due(host)

    def _automatic(self) -> bool:
        """Whether there is anything that works by itself, or has work put off."""
        return any(map(self.automation.any, (TRIGGER, DMON))) or self.automation.waiting > 0

    def _found_view(self, graph: "Graph") -> None:
        """The first view and its layer, made with the cell (reference 3.1)."""
        from ...storage.views import LayerRecord, ViewRecord

        root = iden_of(self.accounts.user_named("root"))
        now = self.clock.now_ms()
        graph.put_layer(LayerRecord(self.layer, "default", root, now))
        graph.put_view(ViewRecord(self.view, "default", None, root, now, (self.layer,)))

    def copy_to(self, folder: Path) -> None:
        """Write a copy of all state into another world's folder."""
        self.database.copy_to(folder / FILE)

    def close(self) -> None:
        """Close the database; everything stays on disk."""
        self.events.close()
        self.background.close()
        self.axon.close()
        self.database.close()

    def abandon(self) -> None:
        """Close the database and let go of all blobs."""
        self.events.close()
        self.background.close()
        self.axon.abandon()


def pattern(text: str) -> Pattern:
    """A pattern as the product writes them; matching with it raises ModelError, too. Raises ModelError."""
    # Imported late: a Cortex whose Extended HTTP API is empty needs none of it.
    from ..model.types.patterns import compiled

    return compiled(text)


def iden_of(found: User | Role | None) -> str | None:
    """The iden of an account, if there is one."""
    return None if found is None else found.iden


def name_of(found: User | Role | None) -> str | None:
    """The name of an account, if there is one."""
    return None if found is None else found.name


def _found(database: Database, ids: Ids) -> dict[str, str]:
    """What a new cell has: reference 3.1 - root with no role, admin of view and layer; all with the right to read both."""
    meta = {name: ids.guid() for name in ("iden", "view", "layer")}
    meta["cookie_secret"] = ids.secret().hex()
    owned = Gate(admin=True)
    root = User(
        iden=ids.guid(),
        name="root",
        admin=True,
        secret=CONFIGURED,
        gates={meta["layer"]: owned, meta["view"]: owned},
    )
    everybody = Role(
        iden=ids.guid(),
        name="all",
        gates={
            meta["layer"]: Gate(rules=((True, ("layer", "read")),)),
            meta["view"]: Gate(rules=((True, ("view", "read")),)),
        },
    )
    gates = [("cortex", "cortex"), (meta["view"], "view"), (meta["layer"], "layer")]
    with database.write() as connection:
        connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        connection.executemany("INSERT INTO gate VALUES (?, ?)", gates)
        Accounts.found(connection, users=[root], roles=[everybody])
    return meta
