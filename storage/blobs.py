"""Blobs: bytes named by their SHA-256, in one folder that all worlds share.

Written as careful stores do it: to a temporary file in the same folder, hashed on the way, flushed to the disk, renamed to
its name, and the folder flushed. So a name never shows half a blob. Which world owns which blob is written in the worlds'
own databases; the file goes when its last owner lets go of it.
"""

import hashlib
import itertools
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType

from .database import Database
from .errors import Closed, NotFound, StorageError

DIGESTS = ("md5", "sha1", "sha256", "sha512")
# Parts of one upload that may wait for their digests while the next is read.
PARTS_BEHIND = 2
# Written bytes after which the disk is set to work.
FLUSH_BYTES = 16 * 1024 * 1024
# Below this, handing the digests to other threads costs more than it saves.
INLINE_BYTES = 64 * 1024
# There while a process uses the folder: found at the start, it says that the last one was killed.
MARK = "in_use"

Bytes = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class Blob:
    """The name, size in bytes and digests (lower-case hex) of some bytes."""

    md5: str
    sha1: str
    sha256: str
    sha512: str
    size: int


class Blobs:
    """The shared folder of blobs.

    folder: made when it does not exist; what an earlier process left half written in it is removed. One process at a time.
    durable: False skips the flushes (for data that need not outlive the process).
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        # Taken again by what runs inside it: a clone copies a database and opens it as one step.
        self.lock = threading.RLock()
        # Each says whether its world owns a SHA-256. Changed, as the files are, only under the lock.
        self.owners: list[Callable[[str], bool]] = []
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        for left in self._incoming.iterdir():
            left.unlink()
        self._numbers = itertools.count(1)
        self._mark = folder / MARK
        self._crashed = self._mark.exists()
        self._mark.touch()

    def path(self, sha256: str) -> Path:
        """Where the bytes of this blob lie."""
        return self.folder / sha256[:2] / sha256

    def writer(self) -> "BlobWriter":
        """A new blob to write; close it whatever happens, as leaving its `with` block does."""
        return BlobWriter(self, self._incoming / f"{os.getpid()}-{next(self._numbers)}")

    def place(self, temporary: Path, sha256: str) -> None:
        """Give a written file its name; held under `lock` together with the note of ownership."""
        target = self.path(sha256)
        if target.exists():
            temporary.unlink()
            return
        if not target.parent.exists():
            target.parent.mkdir()
            self._flush_folder(self.folder)
        temporary.rename(target)
        self._flush_folder(target.parent)

    def release(self, sha256: str) -> None:
        """Remove the file unless somebody still owns it; held under `lock`."""
        if not any(owns(sha256) for owns in self.owners):
            with suppress(FileNotFoundError):
                self.path(sha256).unlink()

    def sweep(self) -> None:
        """Remove whole blobs that nobody owns, if the last process was killed between a file's name and its note.

        For when every owner is there; after a stop in good order there is nothing to look for.
        """
        if not self._crashed:
            return
        with self.lock:
            for file in self.folder.glob("??/*"):
                self.release(file.name)
        self._crashed = False

    def close(self) -> None:
        """Note that the folder was left in good order: nothing is written to it any more."""
        self._mark.unlink(missing_ok=True)

    def _flush_folder(self, folder: Path) -> None:
        if not self.durable:
            return
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class BlobWriter:
    """Bytes on their way in. Leaving the block removes what was not committed, so that a broken upload leaves nothing.

    Any thread may call; one at a time gets its turn, so `close` waits for a `write` that its caller no longer waits for.
    """

    def __init__(self, blobs: Blobs, path: Path) -> None:
        self._blobs = blobs
        self.path = path
        self._digests = {name: hashlib.new(name, usedforsecurity=False) for name in DIGESTS}
        self._turn = threading.Lock()
        self._closed = False
        self._size = 0
        self._parts: deque[list[Future[None]]] = deque()
        self._unflushed = 0
        self._flushing: Future[None] | None = None
        # Opened with the first bytes, in the thread that writes them: making a writer blocks nobody and leaves nothing.
        self._handle = -1

    def __enter__(self) -> "BlobWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, data: Bytes | list[bytes], hashers: ThreadPoolExecutor) -> None:
        """Append bytes, whole or in the pieces they came in, so that nobody need join them.

        Each digest is computed in a thread of `hashers` (hashlib lets go of the GIL, so all cores work), while this thread
        writes the file. What the digests still have to do when this returns is at most PARTS_BEHIND parts: the bytes must
        not change any more. Raises Closed.
        """
        with self._turn:
            self._write(data, hashers)

    def finish(self) -> Blob:
        """Flush the file and say what it is; it has no name yet. Raises Closed."""
        with self._turn:
            self._check_open()
            self._wait_for_digests(0)
            if self._flushing is not None:
                self._flushing.result()
            self._append(())
            if self._blobs.durable:
                os.fsync(self._handle)
        digests = {name: digest.hexdigest() for name, digest in self._digests.items()}
        return Blob(**digests, size=self._size)

    def close(self) -> None:
        """Close the file, and remove it if it was given no name."""
        with self._turn:
            self._closed = True
            for part in self._parts:
                wait(part)
            self._parts.clear()
            if self._handle >= 0:
                if self._flushing is not None:
                    wait([self._flushing])
                os.close(self._handle)
                self._handle = -1
                with suppress(FileNotFoundError):
                    self.path.unlink()

    def _check_open(self) -> None:
        if self._closed:
            raise Closed("The upload was given up.")

    def _write(self, data: Bytes | list[bytes], hashers: ThreadPoolExecutor) -> None:
        self._check_open()
        pieces: Sequence[Bytes] = data if isinstance(data, list) else (data,)
        size = sum(map(len, pieces))
        if size < INLINE_BYTES:
            self._wait_for_digests(0)
            for digest in self._digests.values():
                update(digest, pieces)
        else:
            self._hash_behind(pieces, hashers)
        self._append(pieces)
        self._wait_for_digests(PARTS_BEHIND)
        self._size += size
        self._flush_behind(size, hashers)

    def _hash_behind(self, pieces: Sequence[Bytes], hashers: ThreadPoolExecutor) -> None:
        """Put a part behind what each digest still has to do: a quick digest need not wait for a slow one at each part."""
        before = self._parts[-1] if self._parts else [None] * len(self._digests)
        pairs = zip(before, self._digests.values(), strict=True)
        self._parts.append([hashers.submit(update_after, previous, digest, pieces) for previous, digest in pairs])

    def _wait_for_digests(self, behind: int) -> None:
        """Wait until no more than so many parts are still to be digested. Raises what a digest raised."""
        while len(self._parts) > behind:
            for future in self._parts.popleft():
                future.result()

    def _flush_behind(self, size: int, hashers: ThreadPoolExecutor) -> None:
        """Let the disk work while more is hashed, instead of all at the end."""
        self._unflushed += size
        idle = self._flushing is None or self._flushing.done()
        if self._blobs.durable and self._unflushed >= FLUSH_BYTES and idle:
            self._unflushed = 0
            self._flushing = hashers.submit(os.fdatasync, self._handle)

    def _append(self, pieces: Sequence[Bytes]) -> None:
        if self._handle < 0:
            self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        for piece in pieces:
            view = memoryview(piece)
            while view:
                view = view[os.write(self._handle, view) :]


def update_after(previous: Future[None] | None, digest: "hashlib._Hash", pieces: Sequence[Bytes]) -> None:
    """Digest further bytes after those before them. The pool begins tasks in order, so what this waits for is running."""
    if previous is not None:
        previous.result()
    update(digest, pieces)


def update(digest: "hashlib._Hash", pieces: Sequence[Bytes]) -> None:
    """Digest further bytes."""
    for piece in pieces:
        digest.update(piece)


class OwnedBlobs:
    """The blobs of one world: what its Axon has. Raises Closed when the world is gone."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs
        with blobs.lock:
            blobs.owners.append(self.has)

    def writer(self) -> BlobWriter:
        """A new blob to write."""
        return self._blobs.writer()

    def keep(self, writer: BlobWriter) -> Blob:
        """Give what was written its name and note that this world owns it. After this it survives a crash."""
        blob = writer.finish()
        with self._blobs.lock:
            self._blobs.place(writer.path, blob.sha256)
            try:
                with self._database.write() as connection:
                    if connection.execute(_PUT + " ON CONFLICT DO NOTHING", astuple(blob)).rowcount:
                        connection.execute("INSERT INTO blob_order (sha256) VALUES (?)", (blob.sha256,))
            except (StorageError, sqlite3.Error):
                self._blobs.release(blob.sha256)
                raise
        return blob

    def has(self, sha256: str) -> bool:
        """Whether this world owns the blob."""
        return self.size(sha256) is not None

    def size(self, sha256: str) -> int | None:
        """Size in bytes, or None for a blob that this world does not own."""
        rows = self._database.read("SELECT size FROM blob WHERE sha256 = ?", sha256)
        return rows[0][0] if rows else None

    def find(self, sha256: str) -> Blob | None:
        """A blob that this world owns, with its digests."""
        sql = "SELECT md5, sha1, sha256, sha512, size FROM blob WHERE sha256 = ?"
        rows = self._database.read(sql, sha256)
        return Blob(*rows[0]) if rows else None

    def after(self, number: int, most: int) -> list[tuple[int, str, int]]:
        """Numbers (from 0), names and sizes of this world's blobs in order of arrival, from a number on."""
        sql = "SELECT number - 1, sha256, size FROM blob_order JOIN blob USING (sha256) WHERE number > ? "
        return self._database.read(sql + "ORDER BY number LIMIT ?", number, most)

    def totals(self) -> tuple[int, int]:
        """How many bytes this world's blobs have, and how many there are."""
        ((size, count),) = self._database.read("SELECT coalesce(sum(size), 0), count(*) FROM blob")
        return size, count

    def remove(self, sha256: str) -> bool:
        """Let go of a blob; False if this world does not own it."""
        with self._blobs.lock:
            with self._database.write() as connection:
                found = connection.execute("DELETE FROM blob WHERE sha256 = ?", (sha256,)).rowcount
            if found:
                self._blobs.release(sha256)
        return found > 0

    @contextmanager
    def open(self, sha256: str) -> Iterator[int]:
        """A file descriptor to `os.pread` from; the bytes stay readable even if the blob is removed meanwhile.

        Raises NotFound for a blob that this world does not own.
        """
        if not self.has(sha256):
            raise NotFound(f"There is no blob {sha256}.")
        try:
            handle = os.open(self._blobs.path(sha256), os.O_RDONLY)
        except FileNotFoundError as error:
            raise NotFound(f"There is no blob {sha256}.") from error
        try:
            yield handle
        finally:
            os.close(handle)

    def close(self) -> None:
        """Stop answering for this world; its blobs stay."""
        with self._blobs.lock:
            self._blobs.owners.remove(self.has)

    def abandon(self) -> None:
        """Close the database of a world that is dropped or reset, and let go of all its blobs, as one step."""
        with self._blobs.lock:
            names = [name for (name,) in self._database.read("SELECT sha256 FROM blob")]
            self._database.close()
            self._blobs.owners.remove(self.has)
            for name in names:
                self._blobs.release(name)


_PUT = "INSERT INTO blob (md5, sha1, sha256, sha512, size) VALUES (?, ?, ?, ?, ?)"
