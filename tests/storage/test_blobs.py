"""Blobs: digests, one file for the same bytes, owners, broken uploads, crashes, threads."""

import hashlib
import os
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from deadringer.storage.blobs import Blob, Blobs, OwnedBlobs
from deadringer.storage.database import Database
from deadringer.storage.errors import Closed, NotFound
from hypothesis import given, settings
from hypothesis import strategies as st

DATA = b"what the client sent"
NAME = hashlib.sha256(DATA).hexdigest()
# Makes another owner of blobs in the same folder.
NewOwner = Callable[[], OwnedBlobs]


@pytest.fixture(scope="module")
def hashers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs", durable=False)


@pytest.fixture
def new_owner(tmp_path: Path, blobs: Blobs) -> Iterator[NewOwner]:
    databases: list[Database] = []

    def made() -> OwnedBlobs:
        databases.append(Database(tmp_path / f"{len(databases)}.db", ("cortex",), durable=False))
        return OwnedBlobs(databases[-1], blobs)

    yield made
    for database in databases:
        database.close()


@pytest.fixture
def owner(new_owner: NewOwner) -> OwnedBlobs:
    return new_owner()


def put(owner: OwnedBlobs, hashers: ThreadPoolExecutor, *parts: bytes) -> Blob:
    with owner.writer() as writer:
        for part in parts:
            writer.write(part, hashers)
        return owner.keep(writer)


def read(owner: OwnedBlobs, sha256: str) -> bytes:
    with owner.open(sha256) as handle:
        return os.pread(handle, owner.size(sha256) or 0, 0)


def stored(blobs: Blobs) -> list[str]:
    """The names of all files in the folder, temporary ones too."""
    return sorted(path.name for path in blobs.folder.rglob("*") if path.is_file() and path.parent != blobs.folder)


@pytest.mark.parametrize("durable", [True, False])
@pytest.mark.parametrize(
    "parts", [(), (b"",), (DATA,), (b"a" * 70_000, b"", b"b")], ids=["none", "empty", "one", "three"]
)
def test_a_blob_has_its_four_digests_and_its_size(
    tmp_path: Path, hashers: ThreadPoolExecutor, durable: bool, parts: tuple[bytes, ...]
) -> None:
    blobs = Blobs(tmp_path / "blobs", durable=durable)
    database = Database(tmp_path / "cortex.db", ("cortex",))
    owner = OwnedBlobs(database, blobs)
    whole = b"".join(parts)
    blob = put(owner, hashers, *parts)
    database.close()
    assert blob == Blob(
        md5=hashlib.md5(whole).hexdigest(),
        sha1=hashlib.sha1(whole).hexdigest(),
        sha256=hashlib.sha256(whole).hexdigest(),
        sha512=hashlib.sha512(whole).hexdigest(),
        size=len(whole),
    )
    assert blobs.path(blob.sha256).read_bytes() == whole


@settings(deadline=None, max_examples=30)
@given(parts=st.lists(st.binary(max_size=200), max_size=6))
def test_however_it_is_cut_it_is_the_same_blob(
    tmp_path_factory: pytest.TempPathFactory, hashers: ThreadPoolExecutor, parts: list[bytes]
) -> None:
    blobs = Blobs(tmp_path_factory.mktemp("blobs"), durable=False)
    with blobs.writer() as one, blobs.writer() as several:
        one.write(b"".join(parts), hashers)
        for part in parts:
            several.write(memoryview(part), hashers)
        assert one.finish() == several.finish()


def test_what_is_being_written_is_closed_to_other_users_of_the_machine(
    owner: OwnedBlobs, hashers: ThreadPoolExecutor
) -> None:
    with owner.writer() as writer:
        writer.write(DATA, hashers)
        assert os.stat(writer.path).st_mode & 0o777 == 0o600


def test_a_broken_upload_leaves_nothing(blobs: Blobs, owner: OwnedBlobs, hashers: ThreadPoolExecutor) -> None:
    def broken() -> None:
        with owner.writer() as writer:
            writer.write(DATA, hashers)
            assert len(stored(blobs)) == 1
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        broken()
    assert stored(blobs) == []
    assert owner.size(NAME) is None


def test_a_writer_may_be_closed_twice(blobs: Blobs, owner: OwnedBlobs, hashers: ThreadPoolExecutor) -> None:
    with owner.writer() as writer:
        writer.write(DATA, hashers)
        owner.keep(writer)
        writer.close()
    writer.close()
    assert stored(blobs) == [NAME]


def test_the_same_bytes_twice_are_stored_once(blobs: Blobs, owner: OwnedBlobs, hashers: ThreadPoolExecutor) -> None:
    first = put(owner, hashers, DATA)
    inode = blobs.path(NAME).stat().st_ino
    assert put(owner, hashers, *(DATA[at : at + 1] for at in range(len(DATA)))) == first
    assert stored(blobs) == [NAME]
    assert blobs.path(NAME).stat().st_ino == inode
    assert owner.remove(NAME)
    assert stored(blobs) == []


def test_what_is_not_owned_is_not_there(blobs: Blobs, new_owner: NewOwner, hashers: ThreadPoolExecutor) -> None:
    owner, other = new_owner(), new_owner()
    put(owner, hashers, DATA)
    assert owner.has(NAME)
    assert not other.has(NAME)
    assert other.size(NAME) is None
    assert other.remove(NAME) is False
    for name in (NAME, "0" * 64, f"../../{NAME}"):
        with pytest.raises(NotFound):
            read(other, name)
    assert read(owner, NAME) == DATA


def test_the_file_goes_when_the_last_owner_lets_go(
    blobs: Blobs, new_owner: NewOwner, hashers: ThreadPoolExecutor
) -> None:
    owner, other = new_owner(), new_owner()
    put(owner, hashers, DATA)
    put(other, hashers, DATA)
    assert owner.remove(NAME)
    assert not owner.has(NAME)
    assert read(other, NAME) == DATA
    assert other.remove(NAME)
    assert not other.remove(NAME)
    assert stored(blobs) == []


def test_what_is_being_read_stays_readable(owner: OwnedBlobs, hashers: ThreadPoolExecutor) -> None:
    put(owner, hashers, DATA)
    with owner.open(NAME) as handle:
        owner.remove(NAME)
        assert os.pread(handle, 100, 5) == DATA[5:]
    with pytest.raises(NotFound):
        read(owner, NAME)


def test_an_abandoned_world_lets_go_of_its_own_blobs_only(
    blobs: Blobs, new_owner: NewOwner, hashers: ThreadPoolExecutor
) -> None:
    owner, other = new_owner(), new_owner()
    put(owner, hashers, DATA)
    put(owner, hashers, b"its own")
    put(other, hashers, DATA)
    owner.abandon()
    assert stored(blobs) == [NAME]
    with pytest.raises(Closed):
        owner.has(NAME)


def test_an_upload_that_outlives_its_world_leaves_nothing(
    blobs: Blobs, new_owner: NewOwner, hashers: ThreadPoolExecutor
) -> None:
    owner, other = new_owner(), new_owner()
    for sent, left in ((b"only here", []), (DATA, [NAME])):
        writer = owner.writer()
        writer.write(sent, hashers)
        if left:
            put(other, hashers, DATA)
        else:
            owner.abandon()
        with pytest.raises(Closed):
            owner.keep(writer)
        writer.close()
        assert stored(blobs) == left


def test_a_note_that_cannot_be_written_leaves_no_file(
    tmp_path: Path, blobs: Blobs, hashers: ThreadPoolExecutor
) -> None:
    database = Database(tmp_path / "full.db", ("cortex",))
    owner = OwnedBlobs(database, blobs)
    with database.write() as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON blob BEGIN SELECT RAISE(ABORT, 'full'); END;")
    with pytest.raises(sqlite3.IntegrityError):
        put(owner, hashers, DATA)
    database.close()
    assert stored(blobs) == []


def test_what_a_crash_left_half_written_is_removed_at_the_next_start(
    tmp_path: Path, blobs: Blobs, owner: OwnedBlobs, hashers: ThreadPoolExecutor
) -> None:
    put(owner, hashers, DATA)
    writer = owner.writer()
    writer.write(b"never finished", hashers)
    assert len(stored(blobs)) == 2
    again = Blobs(tmp_path / "blobs")
    assert stored(again) == [NAME]
    writer.close()


@pytest.mark.parametrize("crashed", [True, False])
def test_whole_blobs_without_an_owner_are_swept_away_after_a_crash_only(
    tmp_path: Path, hashers: ThreadPoolExecutor, crashed: bool
) -> None:
    blobs = Blobs(tmp_path / "blobs")
    database = Database(tmp_path / "cortex.db", ("cortex",))
    owner = OwnedBlobs(database, blobs)
    put(owner, hashers, DATA)
    with blobs.writer() as writer:
        writer.write(b"named, but never noted", hashers)
        orphan = writer.finish().sha256
        blobs.place(writer.path, orphan)
    if not crashed:
        blobs.close()
    again = Blobs(tmp_path / "blobs")
    OwnedBlobs(database, again)
    again.sweep()
    database.close()
    assert stored(again) == sorted([NAME] if crashed else [NAME, orphan])


def test_a_copied_world_owns_what_the_original_owned(tmp_path: Path, blobs: Blobs, hashers: ThreadPoolExecutor) -> None:
    database = Database(tmp_path / "original.db", ("cortex",))
    original = OwnedBlobs(database, blobs)
    put(original, hashers, DATA)
    with blobs.lock:
        database.copy_to(tmp_path / "copy.db")
        copied = Database(tmp_path / "copy.db", ("cortex",))
        clone = OwnedBlobs(copied, blobs)
    original.abandon()
    assert read(clone, NAME) == DATA
    clone.abandon()
    assert stored(blobs) == []


def test_owners_in_many_threads_that_put_and_remove_the_same_bytes_agree_with_the_folder(
    blobs: Blobs, new_owner: NewOwner, hashers: ThreadPoolExecutor
) -> None:
    contents = [b"one", b"two", b"three"]
    names = {hashlib.sha256(content).hexdigest(): content for content in contents}
    owners = [new_owner() for _ in range(3)]

    def work(seed: int) -> int:
        choose = random.Random(seed)
        found = 0
        for _ in range(60):
            owner, content = choose.choice(owners), choose.choice(contents)
            name = hashlib.sha256(content).hexdigest()
            if choose.random() < 0.5:
                put(owner, hashers, content)
            else:
                owner.remove(name)
            try:
                # What can be opened is whole, whatever the others do meanwhile.
                with owner.open(name) as handle:
                    assert os.pread(handle, 100, 0) == content
                found += 1
            except NotFound:
                pass
        return found

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(6))) > 0
    owned = {name for name in names if any(owner.has(name) for owner in owners)}
    assert stored(blobs) == sorted(owned)
    for name in owned:
        assert blobs.path(name).read_bytes() == names[name]


def test_closing_waits_for_what_is_still_being_written(blobs: Blobs, owner: OwnedBlobs) -> None:
    gate, part = threading.Event(), b"x" * (1024 * 1024)
    writer = owner.writer()
    with ThreadPoolExecutor(1) as held, ThreadPoolExecutor(2) as callers:

        def write() -> None:
            for _ in range(6):
                writer.write(part, held)

        held.submit(gate.wait)
        # So many parts that the last has to wait for the digests, which wait for the gate.
        writing, closing = callers.submit(write), callers.submit(writer.close)
        gate.set()
        wait((writing, closing))
    assert closing.exception() is None
    # It may have come between two parts: then the next was refused, and made no file again.
    assert writing.exception() is None or isinstance(writing.exception(), Closed)
    assert stored(blobs) == []


def test_what_was_given_up_takes_no_more(owner: OwnedBlobs, blobs: Blobs, hashers: ThreadPoolExecutor) -> None:
    writer = owner.writer()
    writer.close()
    with pytest.raises(Closed):
        writer.write(DATA, hashers)
    with pytest.raises(Closed):
        writer.finish()
    assert stored(blobs) == []
