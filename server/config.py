"""Every option of the server with its default and unit.

A field is at once a flag (`--http-port`), a variable (`DEADRINGER_HTTP_PORT`) and a key of `deadringer.toml`
(`http_port`); `settings.py` reads them. The defaults are what a newcomer meets (design §11).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KIB = 1024
MIB = 1024 * KIB


def option(default: Any, doc: str) -> Any:
    """A field with the sentence that `--help`, the documentation and `--print-config` show."""
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, slots=True)
class Config:
    """What a server is started with. The last part of a name is its unit: `_s` seconds, `_ms` milliseconds, `_bytes`."""

    host: str = option("localhost", "Address to listen on; localhost means 127.0.0.1 and ::1.")
    port: int = option(4443, "HTTPS port; 0 takes a free one.")
    http_port: int = option(8080, "HTTP port; 0 takes a free one.")
    tls: bool = option(True, "Serve HTTPS.")
    http: bool = option(True, "Serve plain HTTP.")
    tls_cert: Path | None = option(None, "PEM file with your own certificate chain, instead of ours.")
    tls_key: Path | None = option(None, "PEM file with the private key of --tls-cert.")
    san: tuple[str, ...] = option((), "Further host name or address for our certificate; may be repeated.")
    data: Path = option(Path("deadringer-data"), "Folder that keeps the data.")
    ephemeral: bool = option(False, "Keep nothing: the data lies in a temporary folder and goes with the process.")
    seed: tuple[str, ...] = option(
        (), "Seed pack that worlds start with: the name of one of ours, or a folder; may be repeated."
    )
    url_file: Path | None = option(None, "Write the URLs to this file as JSON once the server is ready.")
    log_level: str = option("info", "debug, info, warning or error.")
    log_format: str = option("text", "text or json, one line an event on standard error.")

    sycope_user: str = option("admin", "Name of Sycope's first administrator.")
    sycope_password: str = option("qwerty", "That administrator's password, until it is changed.")
    sycope_require_xsrf: bool = option(False, "Refuse changing requests to Sycope that do not echo XSRF-TOKEN.")
    sycope_session_s: int = option(8 * 3600, "Seconds without a request after which a Sycope session ends.")
    sycope_body_bytes: int = option(256 * MIB, "Largest request body Sycope takes, in bytes.")
    sycope_inject_periods: int = option(512, "Rotation periods that one inject may touch.")
    sycope_passthrough_targets: tuple[str, ...] = option(
        (), "Host, or host:port, besides this machine that passthroughs may lead to; may be repeated."
    )
    sycope_query_wait_ms: int = option(
        60_000, "Milliseconds that pipeline/run waits for a query at most; it goes on after."
    )
    sycope_jobs: int = option(100, "Queries whose results Sycope keeps for a user; the one unused longest goes first.")
    sycope_job_s: int = option(600, "Seconds without use after which the result of a query goes, and a collector.")
    sycope_job_memory_bytes: int = option(MIB, "Bytes of a query's result held in memory; a larger one goes to disk.")
    sycope_job_bytes: int = option(4096 * MIB, "Largest result of a query, in bytes.")
    sycope_results_bytes: int = option(
        16384 * MIB, "Bytes of all results of a world together; beyond it those unused longest go."
    )
    sycope_collectors: int = option(1000, "Collectors that the users of a world may have together.")
    sycope_collector_rows: int = option(1_000_000, "Rows that all collectors of a world may hold together.")
    synapse_password: str = option("secret", "Password of the Cortex's user root, until it is changed.")
    model: Path | None = option(None, "Use the data model in this file: any Cortex's answer to /api/v1/model.")
    synapse_session_s: int = option(14 * 24 * 3600, "Seconds for which a Synapse session cookie is good.")
    synapse_http_targets: tuple[str, ...] = option(
        (), "Host, or host:port, besides this machine that Storm may connect to (HTTP, IMAP, SMTP); may be repeated."
    )
    synapse_queries_per_user: int = option(
        512, "Storm queries that a user may have running, a half of stream_threads; one more is refused."
    )
    synapse_pattern_s: float = option(
        5.0, "Seconds of computing that a regular expression in Storm may take to match one text."
    )
    synapse_body_bytes: int = option(100 * MIB, "Largest JSON body the Cortex takes, in bytes.")
    synapse_upload_bytes: int = option(4 * 1024 * 1024 * MIB, "Largest file the Axon takes, in bytes.")

    call_threads: int = option(8, "Threads for short blocking work.")
    query_threads: int = option(4, "Threads for queries; more of them wait for their turn.")
    stream_threads: int = option(
        1024, "Threads for queries and streamed answers at most, each held as long as its reader reads."
    )
    stream_queue: int = option(256, "Items of a stream that wait for their reader before its producer waits.")
    write_timeout_s: float = option(
        300.0, "Seconds a reader may take nothing from a streamed answer before it is cut off."
    )
    stop_timeout_s: float = option(0.8, "Seconds that running requests get to end when the server stops.")
    journal_entries: int = option(1000, "Requests each world remembers; the oldest goes first.")
