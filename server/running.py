"""Starting and stopping a server, inside an event loop or in a thread of its own."""

import asyncio
import fcntl
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import uvloop

from ..storage.blobs import Blobs
from ..storage.errors import StorageError
from . import tls
from .app import build, runner
from .clock import Clock
from .config import Config
from .control.health import STORAGE_FORMAT
from .control.state import Server
from .control.worlds import keep_ports, kept_ports
from .ids import Ids
from .listen import Listeners, PortInUse
from .logs import LOGGER
from .model.source import ModelSource
from .packs import BadPack, Pack, find
from .passwords import Passwords
from .seeds import Seeds
from .services import Services
from .timekeeping import keep_time
from .workers import Workers
from .worlds import DEFAULT, Worlds, write_atomically

STAMP = "deadringer.json"
LOCK = "lock"
WORLDS, BLOBS, SEEDS = "worlds", "blobs", "seeds"
# Producers of streams and handlers see a switch request after a millisecond instead of five: many short calls beside
# threads that compute stay short.
SWITCH_INTERVAL_S = 0.001


class CannotStart(Exception):
    """Why there is no server; the message is one clear sentence."""


class RunningServer:
    """A server that answers; stop it, or leave its `async with` block.

    urls: base URL by scheme, of the world `default`. server: everything it is made of.
    """

    def __init__(self, server: Server, folder: Path, lock: int) -> None:
        self.server = server
        self.urls = server.listeners.urls[DEFAULT]
        self._folder = folder
        self._lock = lock
        self._stopped = False
        self._keeping_time = asyncio.ensure_future(keep_time(server.worlds, server.services.workers))

    @property
    def url(self) -> str:
        """One base URL of the world `default`: plain HTTP where it is served, else HTTPS."""
        return self.urls.get("http") or self.urls["https"]

    async def stop(self) -> None:
        """Let running requests end, cut off those that do not in time, and lose nothing that was acknowledged.

        Stopping twice is harmless.
        """
        if self._stopped:
            return
        self._stopped = True
        self.server.ready = False
        self._keeping_time.cancel()
        for world in self.server.worlds.list():
            # Sockets that are told of changes would stay until the time is up.
            world.cortex.events.close()
        await self.server.listeners.runner.cleanup()
        await self.server.worlds.stop()
        self.server.services.blobs.close()
        self.server.services.workers.close()
        release(self._folder, self._lock, self.server.config)

    async def __aenter__(self) -> "RunningServer":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


async def start(
    config: Config, make_clock: Callable[[], Clock] = Clock, make_ids: Callable[[], Ids] = Ids
) -> RunningServer:
    """Start a server in the running event loop; it answers when this returns.

    make_clock, make_ids: what each world gets, for tests with frozen time and seeded ids. Raises CannotStart.
    """
    folder, lock = _claim_data(config)
    try:
        if config.url_file is not None:
            # What an earlier server left would send its readers astray.
            config.url_file.unlink(missing_ok=True)
        server = await _prepare(config, folder, make_clock, make_ids)
    except CannotStart:
        release(folder, lock, config)
        raise
    except (StorageError, PortInUse, tls.BadCertificate) as error:
        release(folder, lock, config)
        raise CannotStart(str(error)) from error
    except OSError as error:
        release(folder, lock, config)
        raise CannotStart(f"{error.filename or folder}: {error.strerror}.") from error
    return RunningServer(server, folder, lock)


def _models(config: Config) -> ModelSource:
    """Where worlds get their data model. Ours is loaded when first needed; a user wants to hear now if his cannot be."""
    models = ModelSource(config.model)
    if config.model is not None:
        try:
            models.load()
        except ValueError as error:
            raise CannotStart(f"The data model in {config.model} cannot be used: {error}.") from error
    return models


async def _prepare(
    config: Config, folder: Path, make_clock: Callable[[], Clock], make_ids: Callable[[], Ids]
) -> Server:
    secure = tls.prepare(config, folder) if config.tls else None
    workers = Workers(config.call_threads, config.stream_threads, config.stream_queue, config.query_threads)
    blobs = Blobs(folder / BLOBS, durable=not config.ephemeral)
    services = Services(config, workers, Passwords(workers), blobs, _models(config))
    seeds = Seeds(_packs(config), folder / SEEDS, services, make_clock, make_ids)
    worlds = Worlds(folder / WORLDS, services, seeds, make_clock, make_ids)
    try:
        return await _listen(config, services, worlds, secure)
    except (CannotStart, StorageError, PortInUse, OSError):
        worlds.close()
        workers.close()
        raise


def _packs(config: Config) -> tuple[Pack, ...]:
    try:
        return tuple(find(name) for name in config.seed)
    except BadPack as error:
        raise CannotStart(str(error)) from error


async def _listen(config: Config, services: Services, worlds: Worlds, secure: tls.Tls | None) -> Server:
    """Listen, then open the worlds: whoever waits for the server can ask how it is from the first moment on."""
    listeners = Listeners(config.host, secure.context if secure else None, config.http)
    server = Server(config, services, worlds, listeners, secure.ca if secure else None)
    listeners.runner = runner(build(server), config.stop_timeout_s)
    await listeners.runner.setup()
    try:
        await listeners.open(DEFAULT, config.port, config.http_port)
        await _open_worlds(services, worlds)
        server.opened = True
        for world in worlds.list():
            if world.name != DEFAULT and (ports := kept_ports(world)) is not None:
                await _reopen(listeners, world.name, ports)
                # A scheme that is not served this time keeps its port for another time.
                keep_ports(world, listeners.urls[world.name], ports)
        server.ready = True
        if config.url_file is not None:
            write_atomically(config.url_file, json.dumps(listeners.urls[DEFAULT]))
    except (CannotStart, StorageError, PortInUse, OSError):
        await listeners.runner.cleanup()
        raise
    return server


async def _open_worlds(services: Services, worlds: Worlds) -> None:
    try:
        await services.workers.call(worlds.open)
    except BadPack as error:
        raise CannotStart(f"The seeds cannot be used: {error}") from error


async def _reopen(listeners: Listeners, name: str, ports: dict[str, int]) -> None:
    """Give a world the ports it had; where others took them meanwhile, new ones."""
    try:
        await listeners.open(name, ports.get("https", 0), ports.get("http", 0))
    except PortInUse as error:
        LOGGER.warning("The world %s gets other ports than it had: %s", name, error)
        await listeners.open(name)


def _claim_data(config: Config) -> tuple[Path, int]:
    folder = config.data
    try:
        if config.ephemeral:
            folder = Path(tempfile.mkdtemp(prefix="deadringer-"))
        return folder, claim(folder)
    except OSError as error:
        raise CannotStart(f"The data folder {folder} cannot be written: {error.strerror}.") from error


def claim(folder: Path) -> int:
    """Make the data folder ours alone, and check that it is of a format we know. Raises CannotStart, OSError."""
    # It holds what cookies are signed with: nobody else on the machine is to read it.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise CannotStart(f"Another server is using the data folder {folder}.") from error
    try:
        _check_stamp(folder)
    except (CannotStart, OSError):
        os.close(lock)
        raise
    return lock


def _check_stamp(folder: Path) -> None:
    stamp = folder / STAMP
    try:
        found = int(json.loads(stamp.read_text())["format"])
    except FileNotFoundError:
        for name in (WORLDS, BLOBS, SEEDS, tls.FOLDER):
            # Starting would clear away what is none of ours.
            if (folder / name).exists():
                raise CannotStart(
                    f"{folder} holds {name}, but not from Dead Ringer; give another --data folder."
                ) from None
        write_atomically(stamp, json.dumps({"format": STORAGE_FORMAT}))
        return
    except (ValueError, KeyError, TypeError) as error:
        raise CannotStart(f"{stamp} cannot be read; {folder} may be no data folder of Dead Ringer.") from error
    if found > STORAGE_FORMAT:
        raise CannotStart(
            f"The data folder {folder} was written by a newer version of Dead Ringer (format {found}, this one knows "
            f"{STORAGE_FORMAT}); run that version, or give another --data folder."
        )


def release(folder: Path, lock: int, config: Config) -> None:
    """Give up the data folder, and remove it when it was only for this process."""
    if config.ephemeral:
        shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


@dataclass(slots=True)
class ThreadedServer:
    """A server in a thread of its own, for programs without an event loop; stop it, or leave its `with` block."""

    running: RunningServer
    loop: asyncio.AbstractEventLoop
    thread: threading.Thread

    @property
    def urls(self) -> dict[str, str]:
        """Base URL by scheme, of the world `default`."""
        return self.running.urls

    @property
    def url(self) -> str:
        """One base URL of the world `default`."""
        return self.running.url

    def stop(self) -> None:
        """Stop the server and wait until its thread has ended. Stopping twice is harmless."""
        if self.loop.is_closed():
            return
        try:
            asyncio.run_coroutine_threadsafe(self.running.stop(), self.loop).result()
        finally:
            _end(self.loop, self.thread)

    def __enter__(self) -> "ThreadedServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_thread(
    config: Config, make_clock: Callable[[], Clock] = Clock, make_ids: Callable[[], Ids] = Ids
) -> ThreadedServer:
    """Start a server in a thread; it answers when this returns. Raises CannotStart."""
    loop = uvloop.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="deadringer", daemon=True)
    thread.start()
    try:
        running = asyncio.run_coroutine_threadsafe(start(config, make_clock, make_ids), loop).result()
    except BaseException:
        _end(loop, thread)
        raise
    return ThreadedServer(running, loop, thread)


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    asyncio.run_coroutine_threadsafe(loop.shutdown_asyncgens(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
