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
from ssl import SSLError
from types import TracebackType

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
from .passwords import Passwords
from .services import Services
from .workers import Workers
from .worlds import DEFAULT, Worlds, write_atomically

STAMP = "deadringer.json"
LOCK = "lock"
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

    @property
    def url(self) -> str:
        """One base URL of the world `default`: plain HTTP where it is served, else HTTPS."""
        return self.urls.get("http") or self.urls["https"]

    async def stop(self) -> None:
        """Let running requests end, cut off those that do not in time, and lose nothing that was acknowledged."""
        self.server.ready = False
        await self.server.listeners.runner.cleanup()
        self.server.worlds.close()
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
    folder = Path(tempfile.mkdtemp(prefix="deadringer-")) if config.ephemeral else config.data
    lock = claim(folder)
    try:
        secure = tls.prepare(config, folder) if config.tls else None
        workers = Workers(config.call_threads, config.stream_threads, config.stream_queue)
        blobs = Blobs(folder / "blobs", durable=not config.ephemeral)
        services = Services(config, workers, Passwords(workers), blobs)
        worlds = Worlds(folder / "worlds", services, make_clock, make_ids)
        worlds.open()
        server = await _listen(config, services, worlds, secure)
    except (StorageError, PortInUse) as error:
        release(folder, lock, config)
        raise CannotStart(str(error)) from error
    except SSLError as error:
        release(folder, lock, config)
        raise CannotStart(f"The certificate cannot be used: {error.strerror or error}.") from error
    except OSError as error:
        release(folder, lock, config)
        raise CannotStart(f"{error.filename or folder}: {error.strerror}.") from error
    running = RunningServer(server, folder, lock)
    server.ready = True
    if config.url_file is not None:
        _write_urls(config.url_file, running.urls)
    return running


async def _listen(config: Config, services: Services, worlds: Worlds, secure: tls.Tls | None) -> Server:
    listeners = Listeners(config.host, secure.context if secure else None, config.http)
    server = Server(config, services, worlds, listeners, secure.ca if secure else None)
    listeners.runner = runner(build(server), config.stop_timeout_s)
    await listeners.runner.setup()
    try:
        await listeners.open(DEFAULT, config.port, config.http_port)
        for world in worlds.list():
            if world.name != DEFAULT and (ports := kept_ports(world)) is not None:
                await _reopen(listeners, world.name, ports)
                keep_ports(world, listeners.urls[world.name])
    except PortInUse:
        await listeners.runner.cleanup()
        worlds.close()
        services.workers.close()
        raise
    return server


async def _reopen(listeners: Listeners, name: str, ports: dict[str, int]) -> None:
    """Give a world the ports it had; where others took them meanwhile, new ones."""
    try:
        await listeners.open(name, ports.get("https", 0), ports.get("http", 0))
    except PortInUse as error:
        LOGGER.warning("The world %s gets other ports than it had: %s", name, error)
        await listeners.open(name)


def claim(folder: Path) -> int:
    """Make the data folder ours alone, and check that it is of a format we know. Raises CannotStart."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotStart(f"The data folder {folder} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise CannotStart(f"Another server is using the data folder {folder}.") from error
    try:
        _check_stamp(folder)
    except CannotStart:
        os.close(lock)
        raise
    return lock


def _check_stamp(folder: Path) -> None:
    stamp = folder / STAMP
    try:
        found = json.loads(stamp.read_text())["format"]
    except FileNotFoundError:
        write_atomically(stamp, json.dumps({"format": STORAGE_FORMAT}))
        return
    except (ValueError, KeyError, TypeError) as error:
        raise CannotStart(f"{stamp} cannot be read; is {folder} a data folder of Dead Ringer?") from error
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


def _write_urls(path: Path, urls: dict[str, str]) -> None:
    try:
        write_atomically(path, json.dumps(urls))
    except OSError as error:
        LOGGER.error("The URLs cannot be written to %s: %s", path, error.strerror)


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
        """Stop the server and wait until its thread has ended."""
        asyncio.run_coroutine_threadsafe(self.running.stop(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

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
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="deadringer", daemon=True)
    thread.start()
    try:
        running = asyncio.run_coroutine_threadsafe(start(config, make_clock, make_ids), loop).result()
    except CannotStart:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        raise
    return ThreadedServer(running, loop, thread)
