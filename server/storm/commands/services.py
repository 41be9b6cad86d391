"""Commands for what stands beside a Cortex: services, the AHA service, the pool of mirrors.

There is no AHA service here, so whoever may ask for one is told that none is configured, as by a Cortex that has none.
"""

from __future__ import annotations

from typing import Any

from ..errors import StormError
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_int, to_str
from ..views.views import confirm_global_admin
from .command import Command, Given, Option
from .written import written

NAME = Option("name", "Its name.")

SERVICE_ADD = written(
    "service.add",
    "Make a service known.",
    """
$service = $lib.service.add($cmdopts.name, $cmdopts.url)
$lib.print(`added {$service.iden} ({$service.name}): {$service.url}`)
""",
    NAME,
    Option("url", "Its telepath URL."),
    readonly=True,
)
SERVICE_DEL = written(
    "service.del",
    "Take a service away.",
    """
$found = ([])
for $service in $lib.service.list() {
    if $service.iden.startswith($cmdopts.iden) { $found.append($service) }
}
$count = $lib.len($found)
if ($count = 1) {
    $service = $found.0
    $lib.service.del($service.iden)
    $lib.print(`removed {$service.iden} ({$service.name}): {$service.url}`)
} elif ($count = 0) {
    $lib.print(`No service found by iden: {$cmdopts.iden}`)
} else {
    $lib.print(`Multiple matches found for {$cmdopts.iden}.  Aborting delete.`)
}
""",
    Option("iden", "Its iden, or how it begins."),
    readonly=True,
)
SERVICE_LIST = written(
    "service.list",
    "List the services.",
    """
$lib.print("")
$lib.print("Storm service list (iden, ready, name, service name, service version, url):")
$count = (0)
for $service in $lib.service.list() {
    $name = Unknown
    if $service.svcname { $name = $service.svcname }
    $vers = Unknown
    if $service.svcvers { $vers = `v{('.').join($service.svcvers)}` }
    $ready = "false"
    if $service.ready { $ready = "true" }
    $lib.print(`    {$service.iden} {$ready} ({$service.name}) ({$name} @ {$vers}): {$service.url}`)
    $count = ($count + 1)
}
$lib.print("")
$lib.print(`{$count} services`)
""",
    readonly=True,
)


# -- AHA


def _aha(name: str, desc: str, *options: Option, changes: str = "") -> Command:
    """A command that needs an AHA service. changes: the library function by which it is refused in a readonly query."""

    def run_it(run: Runtime, given: Given, paths: Paths) -> Paths:
        next(paths, None)
        if changes and run.readonly:
            raise StormError("IsReadOnly", f"${changes}() is not marked readonly safe.")
        confirm_global_admin(run)
        raise StormError("NeedConfValu", "AHA is not configured on this service.")
        yield from paths

    return Command(name, desc, run_it, options, readonly=True)


POOL = Option("poolname", "Name of the pool.")
SERVICE = Option("svcname", "Name of the service.")
NEXUS = Option("--nexus", "Ask each service how far it is.", flag=True)
AHA = (
    _aha("aha.svc.list", "List the services that AHA knows.", NEXUS),
    _aha("aha.svc.stat", "Show a service that AHA knows.", Option("svc", "Its name."), NEXUS),
    _aha(
        "aha.svc.mirror",
        "List services with their mirrors.",
        Option("--timeout", "Seconds to wait for one service.", "int", default=10),
        Option("--wait", "Wait until the mirrors have caught up.", flag=True),
        changes="lib.tabular.printer",
    ),
    _aha("aha.pool.list", "List the pools of services."),
    _aha("aha.pool.add", "Make a pool of services.", NAME, changes="lib.aha.pool.add"),
    _aha("aha.pool.del", "Delete a pool of services.", NAME, changes="lib.aha.pool.del"),
    _aha("aha.pool.svc.add", "Put a service into a pool.", POOL, SERVICE),
    _aha("aha.pool.svc.del", "Take a service out of a pool.", POOL, SERVICE),
)


# -- the pool of mirrors that queries may be given to: it is only kept

STORED = "stormpool"


def _admin_only(run: Runtime, name: str) -> None:
    if not run.admin():
        mesg = f"{name} command requires global admin permissions."
        raise StormError("AuthDeny", mesg, **run.told())


def _pool_set(run: Runtime, given: Given, paths: Paths) -> Paths:
    _admin_only(run, "cortex.storm.pool.set")
    yield from paths
    url = to_str(given.url)
    if "://" not in url:
        raise StormError(
            "BadArg", f"Unable to set Storm pool URL from url={url} : :// not found in [{url}] and no alias found!"
        )
    kept: dict[str, Any] = {"url": url}
    for name in ("sync", "connection"):
        seconds = to_int(getattr(given, f"{name}_timeout"))
        if seconds < 1:
            where = f"data.timeout:{name}"
            raise StormError("SchemaViolation", f"{where} must be bigger than or equal to 1", name=where)
        kept[name] = seconds
    run.host.documents.put(STORED, "", kept)
    run.print("Storm pool configuration set.")


def _pool_get(run: Runtime, given: Given, paths: Paths) -> Paths:
    _admin_only(run, "cortex.storm.pool.get")
    yield from paths
    kept = run.host.documents.get(STORED, "")
    if kept is None:
        run.print("No Storm pool configuration found.")
        return
    run.print(f"Storm Pool URL: {kept['url']}")
    run.print(f"Sync Timeout (secs): {kept['sync']}")
    run.print(f"Connection Timeout (secs): {kept['connection']}")


def _pool_del(run: Runtime, given: Given, paths: Paths) -> Paths:
    _admin_only(run, "cortex.storm.pool.del")
    yield from paths
    run.host.documents.pop(STORED, "")
    run.print("Storm pool configuration removed.")


POOLS = (
    Command(
        "cortex.storm.pool.set",
        "Set the pool of mirrors that queries may be given to.",
        _pool_set,
        (
            Option("url", "Its telepath URL."),
            Option("--connection-timeout", "Seconds to wait for a connection to a mirror.", "int", default=2),
            Option("--sync-timeout", "Seconds to wait until a mirror has caught up.", "int", default=2),
        ),
    ),
    Command("cortex.storm.pool.get", "Show the pool of mirrors.", _pool_get),
    Command("cortex.storm.pool.del", "Take the pool of mirrors away.", _pool_del),
)
COMMANDS = (SERVICE_ADD, SERVICE_DEL, SERVICE_LIST, *AHA, *POOLS)
