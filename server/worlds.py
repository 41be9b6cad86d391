"""Worlds: whole, isolated universes of both products' state, and how they are made, cloned, reset and dropped.

On disk a world is a folder with a pointer (`world.json`) and one generation below it (`1/sycope.db`, `1/cortex.db`). A reset
makes the next generation beside the running one, moves the pointer, and only then retires the old: requests that still run
hold on to the old generation's objects, so nothing of theirs can end up in the new state.
"""

import asyncio
import json
import os
import re
import shutil
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ..storage.errors import Closed, Conflict, NotFound, StorageError
from .clock import Clock
from .cortex.state import Cortex
from .ids import Ids
from .packs import Pack
from .seeds import Seeds
from .services import Services
from .sycope.state import Sycope

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
POINTER = "world.json"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that a world remembers; `took_ms` is the time until the answer was made, `at_ms` the world's time."""

    id: str
    at_ms: int
    method: str
    path: str
    user: str
    status: int
    took_ms: float


@dataclass(slots=True)
class World:
    """One generation of one world. `scopes` holds the running requests, which end when the world is retired."""

    name: str
    folder: Path
    generation: int
    clock: Clock
    ids: Ids
    sycope: Sycope
    cortex: Cortex
    journal: deque[Entry]
    retired: bool = False
    scopes: set[asyncio.Timeout] = field(default_factory=set)

    def end_requests(self) -> None:
        """Cancel what runs in this world; called on the event loop."""
        self.retired = True
        self.cortex.events.close()
        now = asyncio.get_running_loop().time()
        for scope in self.scopes:
            scope.reschedule(now)

    def close(self) -> None:
        """Close the databases; everything stays on disk."""
        self.sycope.close()
        self.cortex.close()

    def abandon(self) -> None:
        """Close the databases and remove what they held."""
        self.sycope.close()
        self.cortex.abandon()
        shutil.rmtree(self.folder / str(self.generation), ignore_errors=True)


class Worlds:
    """The worlds of one server.

    folder: where each has its folder. seeds: what a world starts with, and goes back to by a reset. make_clock, make_ids:
    what a new generation gets; tests pass frozen and seeded ones.
    Methods raise NotFound, Conflict, StorageError. A change that was begun is finished, also when its caller is cancelled:
    half a reset would leave a pointer to a generation that nobody uses.
    """

    def __init__(
        self,
        folder: Path,
        services: Services,
        seeds: Seeds,
        make_clock: Callable[[], Clock] = Clock,
        make_ids: Callable[[], Ids] = Ids,
    ) -> None:
        self._folder = folder
        self._services = services
        self._seeds = seeds
        self._make_clock = make_clock
        self._make_ids = make_ids
        self._worlds: dict[str, World] = {}
        # One change of the set of worlds at a time; requests in them go on meanwhile.
        self._changing = asyncio.Lock()
        self._closed = False
        # Whether `default` was not there before this server.
        self.made_default = False

    def open(self) -> None:
        """Open every world that the folder holds, and make `default` if it is not among them. Blocks.

        What a killed process left is removed: folders without a pointer, generations that none points to, ownerless blobs.
        Raises StorageError, OSError, and what `Seeds.prepare` does.
        """
        self._seeds.prepare()
        self._folder.mkdir(parents=True, exist_ok=True)
        for folder in sorted(self._folder.iterdir()):
            generation = pointed_to(folder)
            if generation is None:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            self._remove_generations_but(folder.name, generation)
            self._worlds[folder.name] = self._open(folder.name, generation)
        if DEFAULT not in self._worlds:
            self.made_default = True
            self._worlds[DEFAULT] = self._make_first(DEFAULT, None)
        self._services.blobs.sweep()

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The seed packs that every world starts with."""
        return self._seeds.packs

    def get(self, name: str) -> World:
        """The world of this name as it is now."""
        world = self._worlds.get(name)
        if world is None:
            raise NotFound(f"There is no world named {name}.")
        return world

    def list(self) -> list[World]:
        """All worlds, ordered by name."""
        return sorted(self._worlds.values(), key=lambda world: world.name)

    async def make(self, name: str | None = None, source: str | None = None) -> World:
        """A new world, fresh or as a copy of what `source` holds now; without a name it gets one."""
        return await to_the_end(self._add(name, source))

    async def reset(self, name: str) -> World:
        """Put a world back to its seeds. Its running requests end; none of them reaches the new state."""
        return await to_the_end(self._replace(name))

    async def drop(self, name: str) -> None:
        """Remove a world and all that it held; `default` stays."""
        await to_the_end(self._remove(name))

    async def stop(self) -> None:
        """Close every world once the change that runs has ended; later ones raise Closed."""
        async with self._changing:
            self.close()

    def close(self) -> None:
        """Close every world. Blocks until the statements that run have ended."""
        self._closed = True
        for world in self._worlds.values():
            world.close()
        self._worlds.clear()

    async def _add(self, name: str | None, source: str | None) -> World:
        async with self._changing:
            self._check_open()
            if name is None:
                name = f"world-{Ids().guid()[:8]}"
            if not NAME.fullmatch(name):
                raise StorageError(f"{name!r} cannot name a world: letters, digits, dots, dashes and underscores can.")
            if name in self._worlds:
                raise Conflict(f"There is a world named {name} already.")
            original = None if source is None else self.get(source)
            world = await self._services.workers.call(self._make_first, name, original)
            self._worlds[name] = world
            return world

    async def _replace(self, name: str) -> World:
        async with self._changing:
            self._check_open()
            old = self.get(name)
            new = await self._services.workers.call(self._make, name, old.generation + 1, None)
            self._worlds[name] = new
            old.end_requests()
            await self._services.workers.call(old.abandon)
            return new

    async def _remove(self, name: str) -> None:
        async with self._changing:
            self._check_open()
            if name == DEFAULT:
                raise Conflict("The default world cannot be dropped; reset it instead.")
            world = self.get(name)
            del self._worlds[name]
            world.end_requests()
            await self._services.workers.call(self._drop, world)

    def _check_open(self) -> None:
        if self._closed:
            raise Closed("The server is stopping.")

    def _make_first(self, name: str, original: World | None) -> World:
        # Whatever is there was left by a failure: no world of this name is open.
        shutil.rmtree(self._folder / name, ignore_errors=True)
        (self._folder / name).mkdir()
        return self._make(name, 1, original)

    def _make(self, name: str, generation: int, original: World | None) -> World:
        """Make a generation beside the present one, then point to it."""
        folder = self._folder / name / str(generation)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if original is None:
            self._seeds.copy_to(folder)
            world = self._open(name, generation)
        else:
            original.sycope.copy_to(folder)
            # No blob of the original may go between the copy of the list of its blobs and its second owner's arrival.
            with self._services.blobs.lock:
                original.cortex.copy_to(folder)
                world = self._open(name, generation)
        self._point_to(name, generation)
        return world

    def _open(self, name: str, generation: int) -> World:
        folder = self._folder / name / str(generation)
        clock, ids = self._make_clock(), self._make_ids()
        return World(
            name=name,
            folder=self._folder / name,
            generation=generation,
            clock=clock,
            ids=ids,
            sycope=Sycope.open(folder, self._services, clock, ids),
            cortex=Cortex.open(folder, self._services, clock, ids),
            journal=deque(maxlen=self._services.config.journal_entries),
        )

    def _point_to(self, name: str, generation: int) -> None:
        pointer = self._folder / name / POINTER
        write_atomically(pointer, json.dumps({"generation": generation}), durable=not self._services.config.ephemeral)

    def _remove_generations_but(self, name: str, generation: int) -> None:
        for path in (self._folder / name).iterdir():
            if path.is_dir() and path.name != str(generation):
                shutil.rmtree(path, ignore_errors=True)

    def _drop(self, world: World) -> None:
        # The pointer goes first: a crash after it leaves a folder without one, which nobody opens.
        (world.folder / POINTER).unlink()
        world.abandon()
        shutil.rmtree(world.folder, ignore_errors=True)


async def to_the_end(change: Coroutine[Any, Any, T]) -> T:
    """Run what must not stop half-way: if the caller is cancelled it goes on without it."""
    return await asyncio.shield(asyncio.ensure_future(change))


def pointed_to(folder: Path) -> int | None:
    """The generation that a world's pointer names; None where there is no pointer, so no world. Raises StorageError."""
    pointer = folder / POINTER
    try:
        generation = json.loads(pointer.read_text())["generation"]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{pointer} cannot be read.") from error
    if type(generation) is not int or not (folder / str(generation)).is_dir():
        raise StorageError(f"{pointer} does not point to a generation of the world {folder.name}.")
    return generation


def write_atomically(path: Path, text: str, *, durable: bool = True) -> None:
    """Replace a file as one step; a reader sees the old text or the new one, never a part."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w") as file:
        file.write(text)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)
    if durable:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
