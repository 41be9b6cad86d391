"""Queries over HTTP: run, fetch page by page, cancel (reference: Queries; nql.md 15.6, 15.7).

A query is read in a short call and runs in a thread for long work; the request waits for it only so long. The language is
loaded when the first query comes, so that a server that gets none starts without it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import web

from ...storage.columns import shown
from ...storage.errors import NotFound, StorageError
from ...storage.lines import TooLarge
from .. import jsontext
from ..call import Call, begin, cut
from ..text import Source
from ..workers import Run
from . import access, bodies, session
from .access import Viewer
from .choices import PAGE_BYTES, PIPELINE_BODY_BYTES, PIPELINE_ROWS
from .errors import Problem, SycopeError, invalid
from .jobs import Job
from .state import Sycope

if TYPE_CHECKING:
    from ..nql import Plan
    from .streams import Surroundings

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Request:
    """The body of `pipeline/run`. limit: rows that the answer itself holds (open-86)."""

    nql: str
    start: str | None
    end: str | None
    wait_ms: int
    limit: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that is ready to run, with what surrounds it. type_of: names the type of a value."""

    wanted: Request
    plan: "Plan"
    surroundings: "Surroundings"
    type_of: Callable[[Any], str]


async def run(call: Call, sycope: Sycope) -> web.StreamResponse:
    """`POST /pipeline/run`: `{"jobId", "status": {"state"}, "data": {"total", "columns", "data"}}`.

    Waits `waitTime` ms, at most `sycope_query_wait_ms`. A query that cannot be read, or fails while the request waits, is
    400 and leaves no job; one that takes longer goes on.
    """
    who = access.viewer(sycope.accounts, call.user)
    _sweep(sycope)
    body = await bodies.receive(call, PIPELINE_BODY_BYTES)
    most_ms = sycope.services.config.sycope_query_wait_ms
    prepared = await sycope.services.workers.call(_prepared, sycope, who, body, most_ms)
    # Made here: what a call gives is lost if its caller goes, and a result has to be closed.
    now_ms, result = sycope.clock.now_ms(), sycope.jobs.result(prepared.type_of)
    job = Job(sycope.ids.element(now_ms), who.name, session.iden(call, sycope), result, now_ms)
    kept = False
    try:
        sycope.jobs.add(job)
        job.run = sycope.services.workers.start(partial(_execute, prepared, job))
        await job.run.wait(prepared.wanted.wait_ms / 1000)
        # It may have been dropped meanwhile: with its session, or for others.
        sycope.jobs.get(job.id, who.name, sycope.clock.now_ms()).check()
        kept = True
    finally:
        if not kept:
            # Whoever asked has no id to ask for it again.
            sycope.jobs.drop(job)
    head = {"jobId": job.id, "status": {"state": job.state}}
    # The rows after the state: one that says FINISHED has them all. The columns after the rows, which come later.
    total, columns = job.result.lines.count, _columns(job)
    start = b'%b,"data":{"total":%d,"columns":%b,"data":[' % (jsontext.dumps(head)[:-1], total, columns)
    return await _page(call, sycope, job, (0, min(prepared.wanted.limit, total)), (start, b"]}}"))


async def data(call: Call, sycope: Sycope) -> web.StreamResponse:
    """`POST /pipeline/{jobId}/data` `{"limit", "offset"}`: `{"status": {"state"}, "total", "columns", "data": [row, ...]}`.

    While the query runs, `total` counts the rows that there are. Rows never change their number.
    """
    _sweep(sycope)
    job = sycope.jobs.get(unquote(call.args[0]), call.user, sycope.clock.now_ms())
    body = bodies.parse(await bodies.receive(call, PIPELINE_BODY_BYTES))
    problems: list[Problem] = []
    if not isinstance(body, dict):
        raise invalid([Problem("", "The body is no JSON object.")])
    limit, offset = _number(body, "limit", PIPELINE_ROWS, problems), _number(body, "offset", 0, problems)
    if problems:
        raise invalid(problems)
    # The rows after the state: an answer that says FINISHED has them all.
    state = job.state
    job.check()
    total = job.result.lines.count
    start = b'{"status":{"state":"%b"},"total":%d,"columns":%b,"data":[' % (state.encode(), total, _columns(job))
    return await _page(call, sycope, job, (offset, max(0, min(limit, total - offset))), (start, b"]}"))


async def cancel(call: Call, sycope: Sycope) -> web.Response:
    """`DELETE /pipeline/{jobId}`: stops the query if it runs, and forgets its result."""
    _sweep(sycope)
    sycope.jobs.drop(sycope.jobs.get(unquote(call.args[0]), call.user, sycope.clock.now_ms()))
    return bodies.done()


def shaped(body: Any, most_ms: int) -> Request:
    """The request that a body holds. Raises SycopeError 422 with everything that is wrong with its shape."""
    if not isinstance(body, dict):
        raise invalid([Problem("", "The body is no JSON object.")])
    problems: list[Problem] = []
    nql = body.get("nql")
    if not isinstance(nql, str):
        problems.append(Problem("nql", "is missing" if nql is None else f"{shown(nql)} is no text"))
    if not isinstance(body.get("fsActive"), (bool, type(None))):
        problems.append(Problem("fsActive", f"{shown(body['fsActive'])} is neither true nor false"))
    start, end = _time(body, "startTime", problems), _time(body, "endTime", problems)
    wait_ms = min(_number(body, "waitTime", most_ms, problems), most_ms)
    limit = _number(body, "limit", PIPELINE_ROWS, problems)
    if problems:
        raise invalid(problems)
    return Request(str(nql), start, end, wait_ms, limit)


def _time(body: dict[str, Any], name: str, problems: list[Problem]) -> str | None:
    value = body.get(name)
    if isinstance(value, (str, type(None))):
        return value or None
    if type(value) is int:
        return str(value)
    problems.append(Problem(name, f"{shown(value)} is no point in time"))
    return None


def _number(body: dict[str, Any], name: str, default: int, problems: list[Problem]) -> int:
    value = body.get(name)
    if value is None:
        return default
    if type(value) is not int or not 0 <= value <= LARGEST:
        problems.append(Problem(name, f"{shown(value)} is no whole number from 0 on"))
        return default
    return value


def _prepared(sycope: Sycope, who: Viewer, body: bodies.Body, most_ms: int) -> Prepared:
    """Read a query. Raises SycopeError 400 and 422 for what is wrong with it."""
    # Here, as this loads the language.
    from ..nql import NqlError, expand, parse, plan, type_name
    from . import macros
    from .streams import Surroundings

    wanted = shaped(bodies.parse(body), most_ms)
    surroundings = Surroundings(sycope, who, wanted.wait_ms)
    now_ms = surroundings.now_ms()
    start_ms, end_ms = _point("startTime", wanted.start, now_ms), _point("endTime", wanted.end, now_ms)
    try:
        text = expand(wanted.nql, macros.known_to(sycope.database, who)) if "$" in wanted.nql else wanted.nql
        planned = plan(parse(text), surroundings, start_ms, end_ms)
    except NqlError as error:
        raise SycopeError(400, str(error)) from error
    return Prepared(wanted, planned, surroundings, type_name)


def _point(name: str, text: str | None, now_ms: int) -> int | None:
    from ..nql import NqlError, point

    if text is None:
        return None
    try:
        return point(text, Source(text).span(0, len(text)), now_ms)
    except NqlError as error:
        raise SycopeError(400, f"{name}: {error}") from error


def _execute(prepared: Prepared, job: Job, run: Run) -> None:
    """The work of a job, in its thread."""
    from ..nql import NqlError

    prepared.surroundings.run = run
    try:
        job.result.fill(prepared.plan.run(), run.check)
    except NqlError as error:
        job.problem = SycopeError(400, str(error))
    except (NotFound, TooLarge) as error:
        # What the query reads was deleted meanwhile, or its result is too large.
        job.problem = SycopeError(400, str(error))
    except SycopeError as error:
        job.problem = SycopeError(error.status, error.message)


def _sweep(sycope: Sycope) -> None:
    sycope.jobs.sweep(sycope.clock.now_ms(), partial(session.alive, sycope))


def _columns(job: Job) -> bytes:
    return jsontext.dumps([{"name": name, "type": kind} for name, kind in job.result.columns.items()])


async def _page(
    call: Call, sycope: Sycope, job: Job, rows: tuple[int, int], ends: tuple[bytes, bytes]
) -> web.StreamResponse:
    """An answer with rows of a job between two texts. rows: offset and how many, all of which there are.

    One that is large is sent piece by piece, so that it takes no more memory than a small one.
    """
    workers, lines = sycope.services.workers, job.result.lines
    first, last = await workers.call(lines.span, *rows)
    # Each line has a newline at its end: all but the last become the commas between the rows.
    size = max(0, last - first - 1)
    if size <= PAGE_BYTES:
        found = await workers.call(lines.read, first, first + size)
        return bodies.reply_text(ends[0] + found.replace(b"\n", b",") + ends[1])
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(ends[0]) + size + len(ends[1])
    timeout_s = sycope.services.config.write_timeout_s
    await begin(call, response)
    try:
        await response.write(ends[0])
        for start in range(first, first + size, PAGE_BYTES):
            piece = await workers.call(lines.read, start, min(start + PAGE_BYTES, first + size))
            async with asyncio.timeout(timeout_s):
                await response.write(piece.replace(b"\n", b","))
        async with asyncio.timeout(timeout_s):
            await response.write(ends[1])
            await response.write_eof()
    except (StorageError, TimeoutError):
        # The job went meanwhile, or the reader does not read.
        return cut(call)
    return response
