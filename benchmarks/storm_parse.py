"""How many queries a second the Storm parser reads, and, if a real Cortex is given, how many its isvalidstorm answers.

    python benchmarks/storm_parse.py                       the queries of tests/storm/cases that are Storm
    python benchmarks/storm_parse.py https://HOST:PORT     the same over HTTP, one after the other, root and secret
    python benchmarks/storm_parse.py http://OURS https://THEIRS

The parser is measured without its cache. Over HTTP both sides are asked by the same client on one kept-alive connection.
"""

import json
import ssl
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from deadringer.server.storm.parsing.parse import storm
from deadringer.server.storm.parsing.scan import Scanner

CASES = Path(__file__).parent.parent / "tests" / "storm" / "cases"
ROUNDS = 5
ASKED = 500
LONG = 60


def queries() -> list[str]:
    """The corpus's queries that are Storm, but for those made at random."""
    found = []
    for path in sorted(CASES.glob("*.json")):
        if path.stem not in ("expecting", "known_gaps", "mutated"):
            cases = json.loads(path.read_text())
            found += [each["query"] for each in cases if "wrong" not in each and "mode" not in each]
    return found


def rate(read: Callable[[str], object], texts: list[str]) -> float:
    """Texts a second, the median of several rounds."""
    rates = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for text in texts:
            read(text)
        rates.append(len(texts) / (time.perf_counter() - started))
    return median(rates)


def asker(url: str) -> Callable[[str], object]:
    """What asks a server whether a text is Storm."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection: HTTPConnection
    if parts.scheme == "https":
        # A measurement of a throw-away server on loopback: its certificate is its own.
        connection = HTTPSConnection(parts.hostname, parts.port, context=ssl._create_unverified_context())
    else:
        connection = HTTPConnection(parts.hostname, parts.port)
    headers = {"Authorization": f"Basic {b64encode(b'root:secret').decode()}"}

    def ask(text: str) -> object:
        connection.request("POST", "/api/v1/isvalidstorm", json.dumps({"query": text}), headers)
        answer = json.loads(connection.getresponse().read())
        assert answer["status"] == "ok"
        return answer

    return ask


def main() -> None:
    """Measure and print."""
    texts = queries()
    size = sum(map(len, texts))
    per_second = rate(parse_one, texts)
    print(f"parser, {len(texts)} queries of {size / len(texts):.0f} characters: {per_second:,.0f} queries/s")
    long = [text for text in texts if len(text) > LONG]
    characters = sum(map(len, long)) / len(long)
    print(f"parser, the {len(long)} of over {LONG} characters: {rate(parse_one, long) * characters:,.0f} characters/s")
    for url in sys.argv[1:]:
        # Unlike each other in every round: both sides keep what they have parsed.
        ask = asker(url)
        started = time.perf_counter()
        for number, text in enumerate(texts[:ASKED]):
            ask(f"{text}\n// {started} {number}")
        print(f"isvalidstorm of {url}: {ASKED / (time.perf_counter() - started):,.0f} queries/s")


def parse_one(text: str) -> object:
    """Parse one text."""
    return storm(Scanner(text))


if __name__ == "__main__":
    main()
