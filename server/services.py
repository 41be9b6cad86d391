"""What all worlds of one server share: its configuration, threads, password checks, blobs and data model."""

from dataclasses import dataclass

from ..storage.blobs import Blobs
from .config import Config
from .model.source import ModelSource
from .passwords import Passwords
from .workers import Workers


@dataclass(frozen=True, slots=True)
class Services:
    """Handed to each world when it is opened. None of it remembers anything of a world."""

    config: Config
    workers: Workers
    passwords: Passwords
    blobs: Blobs
    models: ModelSource
