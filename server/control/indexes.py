"""The custom indexes of a world and how many rows of which time they hold."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from ...storage import retention, rows
from ..call import Call
from ..sycope.state import Sycope
from .bodies import reply
from .state import Server


async def listing(call: Call, server: Server) -> web.Response:
    """`{"indexes": [{"name", "id", "rotation", "retention_days", "active", "rows", "first_ms", "last_ms", "periods"}, ...]}`.

    Oldest index first; `periods` in order of time, each `{"period", "start_ms", "end_ms", "rows", "first_ms", "last_ms"}`.
    Periods that an index keeps no longer are dropped before.
    """
    sycope = server.worlds.get(call.world).sycope
    return reply({"indexes": await server.services.workers.call(_described, sycope)})


def _described(sycope: Sycope) -> list[dict[str, Any]]:
    retention.expire(sycope.database, sycope.clock.now_ms())
    found = []
    with sycope.database.write() as connection:
        for index in rows.all_in(connection):
            periods = retention.statistics(connection, index)
            found.append(
                {
                    "name": index.name,
                    "id": index.element,
                    "rotation": index.rotation,
                    "retention_days": index.retention_days,
                    "active": index.active,
                    "rows": sum(period.rows for period in periods),
                    "first_ms": min((period.first_ms for period in periods), default=None),
                    "last_ms": max((period.last_ms for period in periods), default=None),
                    "periods": [asdict(period) for period in periods],
                }
            )
    return found
