"""Jobs: runs of queries with their results, which clients fetch page by page (nql.md 15.6, 15.7).

A job belongs to the user who began it. It goes when nobody asked for it for a while, when the session that began it ends,
when its user begins too many others, and with its world. It knows rows and bytes, neither HTTP nor the language.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ...storage.errors import Closed
from ...storage.lines import Lines
from .. import jsontext
from ..config import Config
from ..workers import Run, Workers
from .errors import SycopeError

RUNNING, FINISHED, FAILED = "RUNNING", "FINISHED", "FAILED"
# Rows stored at once: a client that polls sees them all.
BATCH_ROWS = 500
NULL = "null"


class Result:
    """The rows of a job as JSON texts, and its columns in first-seen order with the type of their first value (open-85)."""

    def __init__(self, lines: Lines, type_of: Callable[[Any], str]) -> None:
        self.lines = lines
        self.columns: dict[str, str] = {}
        self._type_of = type_of
        self._typed: set[str] = set()

    def fill(self, rows: Iterator[dict[str, Any]], check: Callable[[], None]) -> None:
        """Take all rows. Raises what the rows raise, what `check` raises, and what `Lines.append` does."""
        while batch := list(islice(rows, BATCH_ROWS)):
            check()
            self._note(batch)
            self.lines.append(map(jsontext.dumps, batch))

    def _note(self, batch: Iterable[dict[str, Any]]) -> None:
        found: dict[str, str] = {}
        for row in batch:
            if self._typed.issuperset(row):
                continue
            for name, value in row.items():
                if name in self._typed:
                    continue
                if value is None:
                    found.setdefault(name, NULL)
                else:
                    found[name] = self._type_of(value)
                    self._typed.add(name)
        if found:
            # Another one instead of a change: whoever reads it meanwhile sees a whole one.
            self.columns = {**self.columns, **found}


@dataclass(slots=True)
class Job:
    """One run of a query. session: iden of the session that began it, None for Basic authentication.

    problem: why it failed, for its user. Errors that nobody foresaw are the run's.
    """

    id: str
    user: str
    session: str | None
    result: Result
    used_ms: int
    run: Run | None = field(default=None)
    problem: SycopeError | None = field(default=None)

    @property
    def state(self) -> str:
        """RUNNING, FINISHED or FAILED (open-87)."""
        if self.run is None or not self.run.done:
            return RUNNING
        return FINISHED if self.problem is None and self.run.error is None else FAILED

    def check(self) -> None:
        """Raises what the query failed with."""
        if self.run is None or not self.run.done:
            return
        if self.run.error is not None:
            raise self.run.error
        if self.problem is not None:
            # A new one each time: an exception that is raised again keeps what every reader of it did.
            raise SycopeError(self.problem.status, self.problem.message)

    def cancel(self) -> None:
        """Stop it."""
        if self.run is not None:
            self.run.cancel()


class Jobs:
    """The jobs of one world; asked on the event loop, but for `close`. folder: where large results lie."""

    def __init__(self, config: Config, workers: Workers, folder: Path) -> None:
        self._config = config
        self._workers = workers
        self._folder = folder
        self._jobs: dict[str, Job] = {}
        # Results that a thread is about to close: a server that stops meanwhile gives up its threads' work.
        self._closing: set[Lines] = set()
        self._closed = False

    def result(self, type_of: Callable[[Any], str]) -> Result:
        """A place for the rows of a job. type_of: names the type of a value."""
        config = self._config
        return Result(Lines(self._folder, config.sycope_job_memory_bytes, config.sycope_job_bytes), type_of)

    def add(self, job: Job) -> None:
        """Keep a job; of its user's finished ones the one unused longest goes if there are too many.

        Of everybody's finished ones those unused longest go while all results together are too large. Raises SycopeError 429
        where the user's all run, Closed.
        """
        if self._closed:
            raise Closed("The world was reset or dropped, or the server is stopping.")
        own = [other for other in self._jobs.values() if other.user == job.user]
        if len(own) >= self._config.sycope_jobs:
            ended = [other for other in own if other.state != RUNNING]
            if not ended:
                raise SycopeError(429, f"{job.user} has {len(own)} queries running; wait for one, or cancel one.")
            self._end(min(ended, key=lambda other: other.used_ms))
        self._make_room()
        self._jobs[job.id] = job

    def get(self, iden: str, user: str, now_ms: int) -> Job:
        """The user's job of this id, which is used now. Raises SycopeError 404."""
        job = self._jobs.get(iden)
        if job is None or job.user != user:
            raise SycopeError(404, f"There is no job {iden}; it may have expired.")
        job.used_ms = now_ms
        return job

    def drop(self, job: Job) -> None:
        """Cancel a job and forget its result; harmless if it is gone."""
        self._end(job)

    def sweep(self, now_ms: int, alive: Callable[[str], bool]) -> None:
        """Drop the jobs that expired and those whose session ended. alive: whether a session is."""
        before_ms = now_ms - self._config.sycope_job_s * 1000
        for job in list(self._jobs.values()):
            if job.used_ms <= before_ms or (job.session is not None and not alive(job.session)):
                self._end(job)

    def close(self) -> None:
        """Drop all; no more are taken. Blocks."""
        self._closed = True
        for job in list(self._jobs.values()):
            self._end(job)
        for lines in list(self._closing):
            self._close(lines)

    def _make_room(self) -> None:
        size = sum(job.result.lines.size for job in self._jobs.values())
        ended = sorted((job for job in self._jobs.values() if job.state != RUNNING), key=lambda job: job.used_ms)
        for job in ended:
            if size <= self._config.sycope_results_bytes:
                return
            size -= job.result.lines.size
            self._end(job)

    def _end(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        job.cancel()
        lines = job.result.lines
        self._closing.add(lines)
        if self._closed:
            self._close(lines)
        else:
            # A large file takes its time to go.
            self._workers.pool.submit(self._close, lines)

    def _close(self, lines: Lines) -> None:
        lines.close()
        self._closing.discard(lines)
