"""Commands that fetch from other servers: wget, nodes.import, pkg.load. The gate is that of `$lib.inet.http`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import StormError
from ..library import axon_web, feed, http
from ..nodes.path import Path
from ..programs.leaving import Exited
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_str
from .command import Command, Given, Option
from .inner import only_writing
from .written import written

# What the product says it is where nothing else is asked for.
HEADERS: dict[str, Any] = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/92.0.4515.131 Safari/537.36",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "en-US,en;q=0.9",
}
OK = 200
URL = "inet:url"
URLS = Option("urls", "Where to fetch from; without, the nodes that come in say it.", several=True)
NO_VERIFY = Option("--no-ssl-verify", "Do not mind whose certificate a server shows.", flag=True)


def _wget(run: Runtime, given: Given, paths: Paths) -> Paths:
    def fetched(url: Any) -> Paths:
        only_writing(run, "lib.axon.urlfile")
        headers = None if given.no_headers else given.headers
        node = axon_web.urlfile(
            run,
            None,
            url,
            headers=headers,
            params=given.params,
            ssl=not given.no_ssl_verify,
            timeout=given.timeout,
        )
        if node is not None:
            yield Path(node, run.all_vars())

    for path in _each(paths):
        urls = given.urls
        if path is not None and not urls:
            if path.node.form != URL:
                _ended(run, "wget can only take inet:url nodes as input without args.")
            urls = [path.node.valu]
        for url in urls or ():
            yield from fetched(url)


def _import(run: Runtime, given: Given, paths: Paths) -> Paths:
    for path in _each(paths):
        if path is not None and path.node.form != URL:
            _ended(run, "nodes.import can only take inet:url nodes as input without args")
        urls = given.urls or ([] if path is None else [path.node.valu])
        for url in urls:
            only_writing(run, "lib.inet.http.get")
            answer = http.get(run, None, url, ssl_verify=not given.no_ssl_verify)
            if answer.code != OK:
                _ended(run, f"nodes.import got HTTP error code: {answer.code} for {to_str(url)}")
            yield from _fed(run, list(http.read_msgpack(run, answer)))


def _fed(run: Runtime, items: list[Any]) -> Paths:
    """The nodes of packed ones. Raises StormError."""
    try:
        for node in feed.genr(run, None, feed.NODES, items):
            yield Path(node, run.all_vars())
    except StormError as error:
        if error.name != "TypeError":
            raise
        # The product takes a fault of this kind for one of the generator that it goes through.
        mesg = "'generator' object is not iterable: <async_generator object>"
        raise StormError("StormRuntimeError", mesg, type="generator") from error


def _each(paths: Paths) -> Iterator[Path | None]:
    """Every node that comes in, or once none."""
    first = next(paths, None)
    yield first
    if first is not None:
        yield from paths


def _ended(run: Runtime, mesg: str) -> None:
    """Warn, and end the whole query."""
    run.warn(mesg)
    raise Exited(None, {})


WGET = Command(
    "wget",
    "Keep what servers have in the Axon, and give the inet:urlfile nodes of it.",
    _wget,
    (
        URLS,
        NO_VERIFY,
        Option("--timeout", "Seconds that it may take.", "int", default=300),
        Option("--params", "Parameters of the address, a dictionary.", default=None),
        Option("--headers", "Headers to send, a dictionary.", default=HEADERS),
        Option("--no-headers", "Send no headers but those that must be.", flag=True),
    ),
    readonly=True,
)
IMPORT = Command(
    "nodes.import",
    "Fetch files of packed nodes, and give the nodes that they make.",
    _import,
    (URLS, NO_VERIFY),
    readonly=True,
)
PKG_LOAD = written(
    "pkg.load",
    "Fetch a package and load it.",
    """
$headers = ({"X-Synapse-Version": ('.').join($lib.version.synapse())})
$answer = $lib.inet.http.get($cmdopts.url, ssl_verify=(not $cmdopts.ssl_noverify), headers=$headers)
if ($answer.code != 200) {
    $lib.warn(`pkg.load got HTTP code: {$answer.code} for URL: {$cmdopts.url}`)
    $lib.exit()
}
$package = $answer.json()
if (not $cmdopts.raw) {
    if ($package.status != "ok") {
        $lib.warn(`pkg.load got JSON error: {$package.code} for URL: {$cmdopts.url}`)
        $lib.exit()
    }
    $package = $package.result
}
$lib.pkg.add($package, verify=$cmdopts.verify)
$lib.print(`Loaded Package: {$package.name} @{$package.version}`)
""",
    Option("url", "Where it is."),
    Option("--raw", "What is there is the package itself, without an envelope.", flag=True),
    Option("--verify", "It must be signed.", flag=True),
    Option("--ssl-noverify", "Do not mind whose certificate the server shows.", flag=True),
    readonly=True,
)
COMMANDS = (WGET, IMPORT, PKG_LOAD)
