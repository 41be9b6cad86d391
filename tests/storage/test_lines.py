"""Lines: what is appended is read again by number, in memory or not, and nothing after the end."""

import tempfile
from pathlib import Path

import pytest
from deadringer.storage.errors import NotFound
from deadringer.storage.lines import Lines, TooLarge
from hypothesis import given, settings
from hypothesis import strategies as st

LINE = st.binary(max_size=20).map(lambda text: text.replace(b"\n", b" ")) | st.just(b"x" * 70_000)


def some(lines: Lines, offset: int, limit: int) -> list[bytes]:
    return lines.read(*lines.span(offset, limit)).splitlines(keepends=True)


@given(
    st.lists(st.lists(LINE, max_size=400), max_size=5),
    st.sampled_from([1, 1000, 10**7]),
    st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 1500)), min_size=1, max_size=5),
)
@settings(max_examples=40, deadline=None)
def test_lines_come_out_by_number(batches: list[list[bytes]], memory_bytes: int, spans: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = Lines(Path(folder), memory_bytes, 10**9)
        try:
            expected: list[bytes] = []
            for batch in batches:
                lines.append(batch)
                expected += batch
                # Between what is appended, too: a client that polls reads what there is.
                assert lines.count == len(expected)
                for offset, limit in spans:
                    found = lines.read(*lines.span(offset, limit)).split(b"\n")
                    assert found == [*expected[offset : offset + limit], b""]
        finally:
            lines.close()
        assert list(Path(folder).iterdir()) == []


def test_a_bound_is_kept_and_what_was_there_stays(tmp_path: Path) -> None:
    lines = Lines(tmp_path, 10, 20)
    lines.append([b"a" * 9, b"b" * 9])
    with pytest.raises(TooLarge, match="20 bytes"):
        lines.append([b""])
    assert some(lines, 1, 5) == [b"b" * 9 + b"\n"]
    lines.close()


@pytest.mark.parametrize("memory_bytes", [1, 1000])
def test_nothing_is_read_or_written_after_the_end(tmp_path: Path, memory_bytes: int) -> None:
    lines = Lines(tmp_path, memory_bytes, 1000)
    lines.append([b"a"])
    lines.close()
    lines.close()
    with pytest.raises(NotFound):
        lines.append([b"b"])
    with pytest.raises(NotFound):
        lines.span(0, 1)
    with pytest.raises(NotFound):
        lines.read(0, 1)
