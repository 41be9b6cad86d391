"""A Cortex of its own, asked in Storm without HTTP: what each edit stores and tells."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deadringer.server import Config
from deadringer.server.clock import Clock
from deadringer.server.cortex.state import Cortex
from deadringer.server.ids import Ids
from deadringer.server.model.source import ModelSource
from deadringer.server.passwords import Passwords
from deadringer.server.services import Services
from deadringer.server.storm.answers.query import Asked, messages_of, prepared
from deadringer.server.storm.edits.feeding import add_packed
from deadringer.server.storm.host import Host
from deadringer.server.storm.runtime import Runtime
from deadringer.server.workers import Workers
from deadringer.storage.accounts import User
from deadringer.storage.blobs import Blobs

NOW_MS = 1_700_000_000_000
TASKS = count()
# The part of an edit message that tests look at: by node (form, value or None), its edits without `.created` and extras.
Told = list[tuple[str, list[Any]]]


@dataclass(slots=True)
class Asking:
    """A Cortex and who asks it."""

    host: Host
    user: User

    def messages(self, text: str, **opts: Any) -> list[tuple[str, Any]]:
        """All messages of a query, as a client reads them from JSON."""
        found: list[tuple[str, Any]] = []
        messages_of(self.host, self._asked(text, opts), lambda kind, info: found.append((kind, info)), lambda: None)
        return [(kind, json.loads(json.dumps(info))) for kind, info in found]

    def nodes(self, text: str, **opts: Any) -> list[tuple[Any, dict[str, Any]]]:
        """The packed nodes of a query, which must not end in an error."""
        messages = self.messages(text, **opts)
        assert [info for kind, info in messages if kind == "err"] == []
        return [info for kind, info in messages if kind == "node"]

    def values(self, text: str, **opts: Any) -> list[Any]:
        """The values of the nodes of a query."""
        return [ndef[1] for ndef, _ in self.nodes(text, **opts)]

    def props(self, text: str) -> dict[str, Any]:
        """The props of the only node of a query, without `.created`."""
        ((_, info),) = self.nodes(text)
        return {name: valu for name, valu in info["props"].items() if name != ".created"}

    def told(self, text: str) -> list[Told]:
        """The edit messages of a query."""
        return [
            [
                (form, [[kind, *args] for kind, args, _ in edits if args[0] != ".created"])
                for _, form, edits in info["edits"]
            ]
            for kind, info in self.messages(text)
            if kind == "node:edits"
        ]

    def error(self, text: str, **opts: Any) -> tuple[str, dict[str, Any]]:
        """The name and details of the error of a query, without its place."""
        (name, info), *_ = [info for kind, info in self.messages(text, **opts) if kind == "err"]
        info.pop("highlight", None)
        return name, info

    def runtime(self) -> Runtime:
        """A runtime to call functions with."""
        return prepared(self.host, self._asked("", {}), lambda kind, info: None, lambda: None)[0]

    def feed(self, items: Any) -> int:
        """Store packed nodes."""
        return add_packed(self.runtime(), items)

    def as_user(self, *rules: tuple[str, ...]) -> "Asking":
        """The same Cortex, asked by somebody without rights but these."""
        iden = self.host.ids.guid()
        user = User(iden, f"user{iden[:6]}", rules=tuple((True, rule) for rule in rules))
        self.host.accounts.add_user(user)
        return replace(self, user=user)

    def _asked(self, text: str, opts: dict[str, Any]) -> Asked:
        view = self.host.graph.view(self.host.view)
        assert view is not None
        return Asked(text, opts, self.user, view, f"{next(TASKS):032x}")


@contextmanager
def opened() -> Iterator[Asking]:
    """A fresh Cortex, asked by root."""
    with TemporaryDirectory(prefix="edits-") as name:
        folder, workers = Path(name), Workers(1, 1, 1)
        config = Config(ephemeral=True)
        blobs = Blobs(folder / "blobs", durable=False)
        services = Services(config, workers, Passwords(workers), blobs, ModelSource(config.model))
        cortex = Cortex.open(folder, services, Clock(NOW_MS), Ids(1))
        try:
            root = cortex.accounts.user_named("root")
            assert root is not None
            yield Asking(cortex.host(), root)
        finally:
            cortex.close()
            workers.close()
