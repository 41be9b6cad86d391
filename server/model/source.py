"""Where a server's data model comes from: loaded once, when it is first asked for, and bound anew to each world."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Model


class ModelSource:
    """The shipped model, or the one in a file with any Cortex's answer to `/api/v1/model`.

    path: that file, or None. Methods raise OSError, ValueError for a file that is no such answer.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._model: Model | None = None

    def load(self) -> "Model":
        """The model, bound to no world: its clock stands still and its guids are none. Blocks the first time."""
        # Its modules are most of what the server could import at start; nothing needs them before this.
        from .model import Model

        with self._lock:
            if self._model is None:
                self._model = Model.load(self._path, now_ms=lambda: 0, guid=str)
            return self._model
