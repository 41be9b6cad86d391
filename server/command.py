"""`deadringer serve`: start, say so, wait for a signal, stop."""

import asyncio
import gc
import os
import signal
import sys

import uvloop

from . import logs
from .config import Config
from .running import SWITCH_INTERVAL_S, RunningServer, start
from .warming import warming
from .workers import Background

# Scripts wait for this line; it never changes.
READY_LINE = "deadringer: ready"
# Objects made before the collector looks at the young ones; nearly all of ours go without it, and a query that holds many
# thousands of nodes would have all of them looked through again and again.
GC_THRESHOLDS = (50_000, 20, 100)


def serve_until_stopped(config: Config) -> None:
    """Run a server until SIGTERM or SIGINT, which ends the process. Raises CannotStart."""
    logs.set_up(config.log_level, config.log_format)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(config))
    # All is closed and on disk. Threads in the midst of what nothing stops, as the matching of a pattern, are not waited for.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _serve(config: Config) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running = await start(config)
    # What is there now stays.
    gc.freeze()
    print(welcome(running), flush=True)
    behind = Background()
    loading = behind.start(warming(running.server.services.models))
    await stop.wait()
    loading.cancel()
    await running.stop()
    behind.close()


def welcome(running: RunningServer) -> str:
    """What the newcomer sees: URLs, credentials, where the data is, and the ready line."""
    config = running.server.config
    lines = [f"  Sycope   {url}/npm/api/v1" for url in running.urls.values()]
    lines += [f"  Synapse  {url}/api/v1" for url in running.urls.values()]
    sycope = f"{config.sycope_user} / {shown(config.sycope_password, 'qwerty')}"
    synapse = f"root / {shown(config.synapse_password, 'secret')}"
    kept = "nowhere: it goes with this process" if config.ephemeral else str(config.data.absolute())
    lines += [f"  Log in   Sycope {sycope}, Synapse {synapse}", f"  Data     {kept}"]
    worlds = running.server.worlds
    if worlds.packs:
        found = "" if worlds.made_default else " (not put into the world default, which was there already: reset it)"
        lines.append(f"  Seeds    {', '.join(pack.name for pack in worlds.packs)}{found}")
    lines.append(READY_LINE)
    return "\n".join(lines)


def shown(password: str, default: str) -> str:
    """A default password is no secret; another one is not printed."""
    return password if password == default else "(as configured)"
