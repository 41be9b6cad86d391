"""Sycope's errors and what they become in HTTP: `{"status", "code", "message"[, "errors"]}` with that HTTP status.

    Exception
    ├── SycopeError          as it says
    ├── FilterError          400 BAD_REQUEST
    └── StorageError
        ├── NotFound         404 NOT_FOUND
        ├── Conflict         409 CONFLICT
        ├── TooManyPeriods   422 VALIDATION_ERROR
        └── Closed           passes: the front knows whether the world was reset or the server stops

Anything else is ours to mend: it is logged with its traceback and the request's id, and the client gets 500 without detail.
"""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ...storage.errors import Conflict, NotFound
from ...storage.periods import TooManyPeriods
from .. import jsontext
from .filter import FilterError

# Status to code, and where the status comes from. The envelope and its `message`: client-relied. The codes' names: ours.
CODES: dict[int, tuple[str, str]] = {
    400: ("BAD_REQUEST", "client-relied"),
    401: ("UNAUTHORIZED", "client-relied"),
    403: ("FORBIDDEN", "client-relied"),
    404: ("NOT_FOUND", "client-relied"),
    405: ("METHOD_NOT_ALLOWED", "ours"),
    409: ("CONFLICT", "ours"),
    413: ("PAYLOAD_TOO_LARGE", "ours"),
    415: ("UNSUPPORTED_MEDIA_TYPE", "ours"),
    422: ("VALIDATION_ERROR", "ours"),
    429: ("TOO_MANY_REQUESTS", "ours"),
    500: ("INTERNAL_ERROR", "ours"),
    502: ("BAD_GATEWAY", "ours"),
    504: ("GATEWAY_TIMEOUT", "ours"),
}

STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (FilterError, 400),
    (NotFound, 404),
    (Conflict, 409),
    (TooManyPeriods, 422),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a body: where (`config.fields[2].type`, `rows[17][3]`) and what."""

    path: str
    message: str


class SycopeError(Exception):
    """A request that Sycope refuses. status: a key of CODES, which gives the code."""

    def __init__(self, status: int, message: str, errors: list[Problem] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = CODES[status][0]
        self.message = message
        self.errors = errors
        self.headers: dict[str, str] = {}


def invalid(problems: list[Problem]) -> SycopeError:
    """422 with every problem listed; the message is the first of them, for clients that read no further."""
    first = problems[0]
    return SycopeError(422, f"{first.path}: {first.message}" if first.path else first.message, problems)


def sycope_error(error: Exception) -> SycopeError | None:
    """What an error is to a client; None for one that nobody foresaw."""
    if isinstance(error, SycopeError):
        return error
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), None)
    if status == 422:
        return invalid([Problem("rows", str(error))])
    return None if status is None else SycopeError(status, str(error))


def answer(error: SycopeError) -> web.Response:
    """The envelope."""
    body: dict[str, Any] = {"status": error.status, "code": error.code, "message": error.message}
    if error.errors is not None:
        body["errors"] = [{"path": problem.path, "message": problem.message} for problem in error.errors]
    return web.Response(
        status=error.status, body=jsontext.dumps(body), content_type="application/json", headers=error.headers
    )
