"""A short form of kill_nine.py: three kills under load lose nothing."""

from pathlib import Path

import pytest

from .kill_nine import Books, Lost, check_files, run


def test_three_kills_lose_nothing(tmp_path: Path) -> None:
    counts = run(tmp_path, cycles=3, seed=20261122)
    assert counts.kills == 4
    # The load was one.
    assert counts.rows > 0
    assert counts.blobs > 0
    assert counts.nodes > 0
    assert counts.nodes_fed > 0


def test_half_a_blob_and_a_lost_blob_would_be_found(tmp_path: Path) -> None:
    name = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    path = tmp_path / "blobs" / name[:2] / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"foo")
    check_files(tmp_path, Books(blobs={name}))
    path.write_bytes(b"fo")
    with pytest.raises(Lost, match="Half a blob"):
        check_files(tmp_path, Books())
    path.unlink()
    with pytest.raises(Lost, match="have no file"):
        check_files(tmp_path, Books(blobs={name}))
