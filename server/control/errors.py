"""The control plane's errors: `{"status": 404, "code": "NO_SUCH_WORLD", "message": "..."}` with that HTTP status.

Exception
├── ControlError          as it says
└── StorageError          NotFound 404, Conflict 409, Closed 503, anything else 400
"""

from aiohttp import web

from ...storage.errors import Closed, Conflict, NotFound, StorageError
from .. import jsontext

STATUSES: tuple[tuple[type[StorageError], int, str], ...] = (
    (NotFound, 404, "NOT_FOUND"),
    (Conflict, 409, "CONFLICT"),
    (Closed, 503, "WORLD_RESET"),
    (StorageError, 400, "BAD_REQUEST"),
)


class ControlError(Exception):
    """A request that the control plane refuses."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def control_error(error: StorageError) -> ControlError:
    """What an error of the storage is to a client of the control plane."""
    status, code = next((status, code) for kind, status, code in STATUSES if isinstance(error, kind))
    return ControlError(status, code, str(error))


def answer(error: ControlError) -> web.Response:
    """The envelope."""
    body = jsontext.dumps({"status": error.status, "code": error.code, "message": error.message})
    return web.Response(status=error.status, body=body, content_type="application/json")
