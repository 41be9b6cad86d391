"""NQL, Sycope's query language: text to rows (the reference: nql.md). Knows nothing of HTTP or Sycope, and of
storage only how to ask it (`storage.conditions`).

    text = expand(text, macros)                       # `$NAME$`
    made = plan(parse(text), sources, start_ms, end_ms)   # made.scans: what the sources are asked for
    rows = made.run()

Each step raises NqlError, whose text shows the place. `sources` is what the caller implements (`Sources`).
"""

from .errors import NqlError
from .macros import BUILT_IN, expand
from .parse import parse, parse_filter
from .plan import Plan, plan
from .sources import Scan, Sources
from .syntax import Pipeline
from .tables import Table
from .timespans import point
from .values import Row, Value, type_name

__all__ = [
    "BUILT_IN",
    "NqlError",
    "Pipeline",
    "Plan",
    "Row",
    "Scan",
    "Sources",
    "Table",
    "Value",
    "expand",
    "parse",
    "parse_filter",
    "plan",
    "point",
    "type_name",
]
