"""What Storm needs of the Cortex it runs in, handed in by the Cortex: no import goes the other way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from ...storage.accounts import Accounts
from ...storage.automation import Automation
from ...storage.blobs import OwnedBlobs
from ...storage.database import Database
from ...storage.documents import Documents
from ...storage.gates import Gates
from ...storage.globals import Globals
from ...storage.httpapis import HttpApis
from ...storage.notifications import Notifications
from ...storage.queues import Queues
from ...storage.views import Graph
from ..clock import Clock
from ..events import Events
from ..ids import Ids
from ..model.model import Model
from ..workers import Background, Run

if TYPE_CHECKING:
    from .automation.dmons import Dmon
    from .automation.triggers import Watch


@dataclass(slots=True)
class Host:
    """One Cortex as Storm sees it.

    iden: of the cell. view: iden of the default view. hash_password: a text to what is stored for it; blocks.
    hashers: threads that digest what goes into the Axon. started_ms: when the Cortex was opened.
    http_targets: host or host:port, besides this machine, that queries may connect to: by HTTP, IMAP and SMTP.
    tasks: the queries that run, by iden; one goes with its runtime. events: where changes are told.
    background: where work goes on that no client waits for. watches: the triggers of each view that has any. dmons: the
    daemons, and jobs: the cron jobs that run, by iden.
    """

    iden: str
    view: str
    clock: Clock
    ids: Ids
    model: Model
    database: Database
    graph: Graph
    accounts: Accounts
    globals: Globals
    axon: OwnedBlobs
    hash_password: Callable[[str], str]
    hashers: ThreadPoolExecutor
    gates: Gates
    documents: Documents
    queues: Queues
    notifications: Notifications
    httpapis: HttpApis
    automation: Automation
    events: Events
    background: Background
    started_ms: int
    http_targets: tuple[str, ...] = ()
    tasks: WeakValueDictionary[str, Task] = field(default_factory=WeakValueDictionary)
    watches: dict[str, Watch] = field(default_factory=dict)
    dmons: dict[str, Dmon] = field(default_factory=dict)
    jobs: dict[str, Run] = field(default_factory=dict)


@dataclass(slots=True, weakref_slot=True, eq=False)
class Task:
    """One query as its client sees it.

    emit: takes a message, `(kind, info)`; blocks while the client reads slowly, and raises once it has gone.
    check: raises once the client has gone; cheap, for loops that send nothing.
    opts: as the client gave them (reference 5.1). user, view: idens. started_ms: when it began.
    nested: how many triggers within each other have led to it.
    closing: lets go of what the query opened; called at its end.
    """

    iden: str
    text: str
    emit: Callable[[str, Any], None]
    check: Callable[[], None]
    opts: dict[str, Any]
    readonly: bool = False
    user: str = ""
    view: str = ""
    started_ms: int = 0
    nested: int = 0
    closing: list[Callable[[], None]] = field(default_factory=list)

    def close(self) -> None:
        """Let go of all that the query opened, the last first."""
        while self.closing:
            self.closing.pop()()
