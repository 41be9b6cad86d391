"""What the control plane's handlers reach: the whole server."""

import asyncio
import time
from dataclasses import dataclass, field

from ..config import Config
from ..listen import Listeners
from ..services import Services
from ..worlds import Worlds


@dataclass(slots=True)
class Server:
    """One running server.

    opened: turns true once there are worlds; before it nothing answers but health and ready. ready: turns true once
    everything that was to be loaded is loaded. changing: held while a world is made or dropped
    together with its ports, so that no port is opened for a world that somebody has dropped meanwhile.
    """

    config: Config
    services: Services
    worlds: Worlds
    listeners: Listeners
    ca: bytes | None
    started: float = field(default_factory=time.monotonic)
    opened: bool = False
    ready: bool = False
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
