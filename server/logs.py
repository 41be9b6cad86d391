"""What the server says on standard error: one line an event, as text or as JSON."""

import logging
import sys
import time
from typing import Any

from . import jsontext

LOGGER = logging.getLogger("deadringer")
# What a request's line carries beside its message.
FIELDS = ("id", "world", "user", "method", "path", "status", "ms")


def set_up(level: str, form: str) -> None:
    """Log to standard error; level and form as `--log-level` and `--log-format` give them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(level.upper())
    LOGGER.propagate = False
    # aiohttp reports what it cannot hand to anybody, such as unparsable requests.
    logging.getLogger("aiohttp").handlers[:] = [handler]
    logging.getLogger("aiohttp").propagate = False


class TextLines(logging.Formatter):
    """`2026-11-22 01:02:03.456 info message key=value ...`"""

    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={_in_line(value)}" for name, value in facts_of(record).items())
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(record.created))
        line = f"{moment}.{int(record.msecs):03d} {record.levelname.lower()} {record.getMessage()}{facts}"
        return line if record.exc_info is None else f"{line}\n{self.formatException(record.exc_info)}"


class JsonLines(logging.Formatter):
    """One JSON object a line: `time` in milliseconds since 1970, `level`, `message`, the facts, `trace` if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": int(record.created * 1000),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **facts_of(record),
        }
        if record.exc_info is not None:
            line["trace"] = self.formatException(record.exc_info)
        return jsontext.dumps(line).decode("utf-8", "backslashreplace")


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """The request's facts that were logged with `extra`."""
    return {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}


def _in_line(value: Any) -> str:
    """A fact as text that cannot end its line: a user's name may hold a line break."""
    text = str(value)
    return text if text.isprintable() else text.encode("unicode_escape").decode()
