"""`$lib.axon` and what is left of `$lib.bytes`: the files of the Axon, read piece by piece."""

from __future__ import annotations

import csv
import json
import os
import struct
import time
from collections.abc import Iterator
from typing import Any

from ....storage.errors import NotFound
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_bool, to_int, to_prim, to_str
from ..values.kinds import iterate
from .auth import may_either

SHA256_BYTES = 32
READ_BYTES = 1024 * 1024
LISTED = 1000
PAUSE_S = 0.02
WAIT_MS = 30_000


def put(run: Runtime, me: Any, byts: Any) -> tuple[int, str]:
    if not isinstance(byts, bytes):
        raise StormError("BadArg", "$lib.axon.put() requires a bytes argument")
    run.confirm(("axon", "upload"))
    return kept(run, iter((byts,)))


def upload(run: Runtime, me: Any, genr: Any) -> tuple[int, str]:
    run.confirm(("axon", "upload"))
    return kept(run, pieces(run, genr))


def pieces(run: Runtime, genr: Any) -> Iterator[bytes]:
    for item in iterate(run, genr):
        if not isinstance(item, bytes):
            # The product crashes on anything else.
            raise StormError("IndexError", "list index out of range")
        yield item


def kept(run: Runtime, parts: Iterator[bytes]) -> tuple[int, str]:
    """Store bytes; their number and SHA-256."""
    with run.host.axon.writer() as writer:
        for part in parts:
            writer.write(part, run.host.hashers)
        blob = run.host.axon.keep(writer)
    return blob.size, blob.sha256


def has(run: Runtime, me: Any, sha256: Any) -> bool:
    run.confirm(("axon", "has"))
    return run.host.axon.has(sha_of(sha256))


def size(run: Runtime, me: Any, sha256: Any) -> int | None:
    run.confirm(("axon", "has"))
    return run.host.axon.size(sha_of(sha256))


def hashset(run: Runtime, me: Any, sha256: Any) -> dict[str, str]:
    run.confirm(("axon", "has"))
    return digests(run, sha256)


def digests(run: Runtime, sha256: Any) -> dict[str, str]:
    blob = run.host.axon.find(sha_of(sha256))
    if blob is None:
        raise missing(to_str(sha256))
    return {"md5": blob.md5, "sha1": blob.sha1, "sha256": blob.sha256, "sha512": blob.sha512}


def sha_of(valu: Any) -> str:
    """A SHA-256 in lower case. Raises StormError for a text that is no hex, in the product's words."""
    text = to_str(valu)
    try:
        return bytes.fromhex(text).hex()
    except ValueError:
        odd = len(text) % 2 and all(char in "0123456789abcdefABCDEF" for char in text)
        raise StormError("Error", "Odd-length string" if odd else "Non-hexadecimal digit found") from None


def missing(sha256: str) -> StormError:
    return StormError("NoSuchFile", "Axon does not contain the requested file.", sha256=sha256)


def may_read(run: Runtime) -> None:
    may_either(run, ("axon", "get"), ("storm", "lib", "axon", "get"))


def read(run: Runtime, me: Any, sha256: Any, offs: Any = 0, size: Any = READ_BYTES) -> bytes:
    may_read(run)
    offset, count = to_int(offs), to_int(size)
    if count > READ_BYTES:
        raise StormError("BadArg", f"Size must be between 1 and {READ_BYTES} bytes")
    with opened(run, sha256) as handle:
        if count < 1:
            raise StormError("BadArg", "Size must be >= 1")
        if offset < 0:
            raise StormError("BadArg", "Offs must be >= 0")
        return os.pread(handle, count, offset)


def unpack(run: Runtime, me: Any, sha256: Any, fmt: Any, offs: Any = 0) -> tuple[Any, ...]:
    may_read(run)
    form, offset = to_str(fmt), to_int(offs)
    try:
        count = struct.calcsize(form)
    except struct.error as error:
        raise StormError("BadArg", f"Failed to unpack bytes with format {form}: {error}") from error
    with opened(run, sha256) as handle:
        if offset < 0:
            raise StormError("BadArg", "Offs must be >= 0")
        byts = os.pread(handle, count, offset)
    if len(byts) < count:
        raise StormError("BadDataValu", f"Expected {count} bytes but got {len(byts)} bytes")
    return struct.unpack(form, byts)


class opened:
    """A file of the Axon to read from. Raises StormError where there is none."""

    def __init__(self, run: Runtime, sha256: Any) -> None:
        self._sha256 = to_str(sha256)
        self._held = run.host.axon.open(sha_of(sha256))

    def __enter__(self) -> int:
        try:
            return self._held.__enter__()
        except NotFound:
            raise missing(self._sha256) from None

    def __exit__(self, *found: Any) -> None:
        self._held.__exit__(*found)


def lines_of(run: Runtime, sha256: Any, errors: Any, newline: str | None) -> Iterator[str]:
    """The lines of a text in UTF-8, with their ends. newline: as `open` takes it."""
    with opened(run, sha256) as handle:
        try:
            with open(os.dup(handle), encoding="utf-8", errors=to_str(errors), newline=newline) as text:
                yield from text
        except UnicodeDecodeError as error:
            raise StormError("BadDataValu", str(error)) from error
        except LookupError as error:
            raise StormError("SynErr", str(error)) from error


def readlines(run: Runtime, me: Any, sha256: Any, errors: Any = "ignore") -> Iterator[str]:
    may_read(run)
    for line in lines_of(run, sha256, errors, None):
        yield line.rstrip("\n")


def jsonlines(run: Runtime, me: Any, sha256: Any, errors: Any = "ignore") -> Iterator[Any]:
    may_read(run)
    for line in lines_of(run, sha256, errors, None):
        text = line.strip()
        if not text:
            continue
        try:
            yield json.loads(text)
        except json.JSONDecodeError as error:
            rest = f"BadJsonText: mesg={str(error)!r} text={error.doc[error.pos :]!r}"
            mesg = f"Bad json line encountered while processing {to_str(sha256)}, ({rest})"
            raise StormError("BadJsonText", mesg, sha256=to_str(sha256)) from error


def csvrows(
    run: Runtime, me: Any, sha256: Any, dialect: Any = "excel", errors: Any = "ignore", **fmtparams: Any
) -> Iterator[list[str]]:
    may_read(run)
    name = to_str(dialect)
    lines = lines_of(run, sha256, errors, "")
    first = next(lines, None)
    if name not in csv.list_dialects():
        raise StormError("BadArg", f"Invalid CSV dialect, use one of {csv.list_dialects()}")
    params = {key: to_prim(run, valu) for key, valu in fmtparams.items()}
    try:
        rows = csv.reader(_after(first, lines), name, **params)
    except TypeError as error:
        raise StormError("BadArg", f"Invalid csv format parameter: {error}") from error
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise StormError("BadArg", f"CSV error: {error}") from error
        if row is None:
            return
        yield row


def _after(first: str | None, lines: Iterator[str]) -> Iterator[str]:
    if first is not None:
        yield first
        yield from lines


def list_(
    run: Runtime, me: Any, offs: Any = 0, wait: Any = False, timeout: Any = None
) -> Iterator[tuple[int, str, int]]:
    may_either(run, ("axon", "has"), ("storm", "lib", "axon", "has"))
    number = to_int(offs)
    waits, most_ms = to_bool(wait), WAIT_MS if timeout is None else to_int(timeout) * 1000
    while True:
        found = run.host.axon.after(number, LISTED)
        if not found:
            if not waits or not _comes(run, number, most_ms):
                return
            continue
        yield from found
        number = found[-1][0] + 1


def _comes(run: Runtime, number: int, most_ms: int) -> bool:
    """Whether another file comes while one waits."""
    last = time.monotonic() + most_ms / 1000
    while time.monotonic() < last:
        run.check()
        if run.host.axon.after(number, 1):
            return True
        time.sleep(PAUSE_S)
    return False


def del_(run: Runtime, me: Any, sha256: Any) -> bool:
    may_either(run, ("axon", "del"), ("storm", "lib", "axon", "del"))
    return run.host.axon.remove(sha_of(sha256))


def dels(run: Runtime, me: Any, sha256s: Any) -> list[bool]:
    may_either(run, ("axon", "del"), ("storm", "lib", "axon", "del"))
    prim = to_prim(run, sha256s)
    if not isinstance(prim, list | tuple):
        raise StormError("BadArg", "")
    return [run.host.axon.remove(each) for each in [sha_of(item) for item in prim]]


def metrics(run: Runtime, me: Any) -> dict[str, int]:
    may_either(run, ("axon", "has"), ("storm", "lib", "axon", "has"))
    total, count = run.host.axon.totals()
    return {"size:bytes": total, "file:count": count}


def fromints(run: Runtime, me: Any, ints: Any) -> bytes:
    try:
        return bytes([to_int(item) for item in iterate(run, ints)])
    except ValueError as error:
        raise StormError("BadArg", f"Failed to convert ints to bytes: {error}") from error
    except StormError as error:
        raise StormError("BadArg", error.mesg) from error


def old_put(run: Runtime, me: Any, byts: Any) -> tuple[int, str]:
    """As the product's, which asks for no permission."""
    if not isinstance(byts, bytes):
        raise StormError("BadArg", "$lib.bytes.put() requires a bytes argument")
    return kept(run, iter((byts,)))


CSVROWS = 'csvrows(sha256: str, dialect: str = "excel", errors: str = "ignore", **fmtparams: any) -> list'
AXON = Library(
    "lib.axon",
    "The files of the Axon.",
    (
        local(CSVROWS, csvrows, "The rows of a file of comma separated values."),
        local("del(sha256: str) -> boolean", del_, "Delete a file.", writes=True),
        local("dels(sha256s: list) -> list", dels, "Delete files.", writes=True),
        local("has(sha256: str) -> boolean", has, "Whether there is a file."),
        local("hashset(sha256: str) -> dict", hashset, "The digests of a file."),
        local(
            'jsonlines(sha256: str, errors: str = "ignore") -> any', jsonlines, "The values of a file of JSON lines."
        ),
        local(
            "list(offs: int = 0, wait: boolean = false, timeout: int = null) -> list", list_, "All files as they came."
        ),
        local("metrics() -> dict", metrics, "How many files there are, and how large they are."),
        local("put(byts: bytes) -> list", put, "Store bytes.", writes=True),
        local("read(sha256: str, offs: int = 0, size: int = 1048576) -> bytes", read, "A part of a file."),
        local('readlines(sha256: str, errors: str = "ignore") -> str', readlines, "The lines of a text."),
        local("size(sha256: str) -> int|null", size, "How large a file is."),
        local("unpack(sha256: str, fmt: str, offs: int = 0) -> list", unpack, "Values by a format of Python's struct."),
        local("upload(genr: generator) -> list", upload, "Store the bytes that a generator gives.", writes=True),
    ),
)
BYTES = Library(
    "lib.bytes",
    "Bytes; the files of the Axon under an older name.",
    (
        local("fromints(ints: generator) -> bytes", fromints, "The bytes of whole numbers."),
        local(
            "has(sha256: str) -> boolean",
            lambda run, me, sha256: run.host.axon.has(sha_of(sha256)),
            "Whether there is a file.",
            deprecated=True,
        ),
        local(
            "hashset(sha256: str) -> dict",
            lambda run, me, sha256: digests(run, sha256),
            "The digests of a file.",
            deprecated=True,
        ),
        local("put(byts: bytes) -> list", old_put, "Store bytes.", deprecated=True, writes=True),
        local(
            "size(sha256: str) -> int|null",
            lambda run, me, sha256: run.host.axon.size(sha_of(sha256)),
            "How large a file is.",
            deprecated=True,
        ),
        local(
            "upload(genr: generator) -> list",
            lambda run, me, genr: kept(run, pieces(run, genr)),
            "Store the bytes that a generator gives.",
            deprecated=True,
            writes=True,
        ),
    ),
)
LIBRARIES = (BYTES,)
