"""The `Range` header as a slice (reference 10.3)."""

import pytest
from deadringer.server.byterange import Span, Unsatisfiable, span_of
from hypothesis import given
from hypothesis import strategies as st

SIZES = st.integers(0, 2**45)


@given(size=SIZES, start=SIZES, end=SIZES, blanks=st.sampled_from(["", " ", "\t "]))
def test_a_closed_range_is_served_whole_or_not_at_all(size: int, start: int, end: int, blanks: str) -> None:
    header = f"bytes={blanks}{start}{blanks}-{blanks}{end}{blanks}"
    if start <= end < size:
        span = span_of(header, size)
        assert span == Span(start, end + 1)
        assert span.length == end - start + 1
    else:
        with pytest.raises(Unsatisfiable):
            span_of(header, size)


@given(size=SIZES, start=SIZES)
def test_an_open_range_goes_to_the_end(size: int, start: int) -> None:
    if start < size:
        assert span_of(f"bytes={start}-", size) == Span(start, size)
    else:
        with pytest.raises(Unsatisfiable):
            span_of(f"bytes={start}-", size)


@given(header=st.text(max_size=30) | st.text("bytes=0123456789-, ", max_size=30).map("bytes={}".format), size=SIZES)
def test_any_text_is_all_a_part_or_refused(header: str, size: int) -> None:
    try:
        span = span_of(header, size)
    except Unsatisfiable:
        assert header[:6].lower() == "bytes="
        return
    assert span is None or 0 <= span.start < span.end <= size


@given(first=st.tuples(st.integers(0, 9), st.integers(10, 19)), rest=st.text(max_size=20))
def test_only_the_first_of_several_ranges_counts(first: tuple[int, int], rest: str) -> None:
    assert span_of(f"bytes={first[0]}-{first[1]},{rest}", 20) == Span(first[0], first[1] + 1)


@pytest.mark.parametrize("header", [None, "", "bytes=", "bytes= ", "BYTES=", "items=0-1", "bytes", "bytes 0-1", "=0-1"])
def test_what_asks_for_all(header: str | None) -> None:
    assert span_of(header, 10) is None


@pytest.mark.parametrize(
    "header",
    ["bytes=-5", "bytes=-", "bytes=5", "bytes=a-b", "bytes=0x1-2", "bytes=1-2-3", "bytes=٣-٥", f"bytes=0-{'9' * 5000}"],
)
def test_what_the_product_crashes_on_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        span_of(header, 10)
