"""Reading JSON as Storm reads it."""

import json
from typing import Any

from ..errors import StormError


def parse(text: str) -> Any:
    """The plain value of a JSON text; raises BadJsonText with the rest of the text that could not be read."""
    if not text:
        raise StormError("BadJsonText", "Cannot deserialize empty value.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        raise StormError("BadJsonText", str(exc), text=exc.doc[exc.pos :]) from None
    except RecursionError:
        raise StormError("BadJsonText", "The JSON is nested too deep.") from None
