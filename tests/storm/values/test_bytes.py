"""The methods of bytes, as a real Cortex 2.250.0 answered."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .calling import call, items, no_int, refused

B = b"\0\1\2\3"
KEY_TYPE = ("BadArg", "$bytes.xor() key argument must be bytes or a str.")
KEY_SIZE = ("BadArg", "$bytes.xor() key length must be greater than 0.")


@pytest.mark.parametrize(
    ("me", "name", "args", "kwargs", "result"),
    [
        (b"a", "decode", (), {}, "a"),
        (b"\xff", "decode", ("latin-1", 1), {}, "ÿ"),
        (b"\xff", "decode", (), {"errors": "ignore"}, ""),
        (b"\xff", "decode", (), {"errors": "foo"}, ("LookupError", "unknown error handler name 'foo'")),
        (b"\xff", "decode", ("foo",), {}, ("LookupError", "unknown encoding: foo")),
        (b"\xff", "decode", (1,), {}, ("LookupError", "unknown encoding: 1")),
        (b"\xed\xa0\x80", "decode", (), {}, "\ud800"),
        (
            b"\xff",
            "decode",
            (),
            {},
            refused("'utf-8' codec can't decode byte 0xff in position 0: invalid start byte: b'\\xff'"),
        ),
        (b"{}", "json", (), {}, {}),
        (b"{\0}\0", "json", (), {}, {}),
        (b"\xff\xfe{\0}\0", "json", (), {}, {}),
        (b"\xef\xbb\xbf{}", "json", (), {}, {}),
        (b"{\0}\0", "json", (), {"encoding": "utf-16-le"}, {}),
        (b'"\xff"', "json", (), {"errors": "ignore"}, ""),
        (b"", "json", (), {}, ("BadJsonText", "Cannot deserialize empty value.")),
        (b"{", "json", (), {"encoding": "foo"}, ("LookupError", "unknown encoding: foo")),
        (
            b"{",
            "json",
            (),
            {},
            ("BadJsonText", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ),
        (B, "slice", (1,), {}, b"\1\2\3"),
        (B, "slice", ("-2",), {}, b"\2\3"),
        (B, "slice", (0, None), {}, B),
        (B, "slice", (None,), {}, no_int("None")),
        (B, "unpack", (">H",), {}, (1,)),
        (B, "unpack", (">H",), {"offset": 1}, (258,)),
        (B, "unpack", ("<H", "-2"), {}, (770,)),
        (B, "unpack", ("?c2p",), {}, (False, b"\1", b"\3")),
        (B, "unpack", ("Z",), {}, ("BadArg", "unpack() error: bad char in struct format")),
        (B, "unpack", (1,), {}, ("BadArg", "unpack() error: repeat count given without format specifier")),
        (
            B,
            "unpack",
            ("<H", -1),
            {},
            ("BadArg", "unpack() error: not enough data to unpack 2 bytes at offset -1"),
        ),
        (B, "xor", ("a",), {}, b"a`cb"),
        (B, "xor", ("é",), {}, b"\xc3\xa8\xc1\xaa"),
        (b"", "xor", ("a",), {}, b""),
        (B, "xor", ("",), {}, KEY_SIZE),
        (B, "xor", (b"",), {}, KEY_SIZE),
        (B, "xor", (1,), {}, KEY_TYPE),
        (B, "xor", (items(),), {}, KEY_TYPE),
        (B, "gunzip", (), {}, ("BadGzipFile", "Not a gzipped file (b'\\x00\\x01')")),
        (b"", "gunzip", (), {}, b""),
        (
            b"\x1f\x8b\x08\x00",
            "gunzip",
            (),
            {},
            ("EOFError", "Compressed file ended before the end-of-stream marker was reached"),
        ),
        (B, "bunzip", (), {}, ("OSError", "Invalid data stream")),
        (b"", "bunzip", (), {}, b""),
        (
            B,
            "bzip",
            (),
            {},
            b"BZh91AY&SY\x94\x926\xd5\x00\x00\x00@\x00x\x00 \x00!\x9ah3M\x13<]\xc9\x14\xe1BBRH\xdbT",
        ),
    ],
)
def test_method(me: bytes, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    assert call(me, name, *args, **kwargs) == result


@given(st.binary(), st.binary(min_size=1))
def test_what_is_packed_or_crossed_twice_comes_back(data: bytes, key: bytes) -> None:
    assert call(call(data, "gzip"), "gunzip") == data
    assert call(call(data, "bzip"), "bunzip") == data
    assert call(call(data, "xor", key), "xor", key) == data
