"""`$lib.service`: Storm services that were made known. Nothing here speaks Telepath: they are kept, none is ever ready."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import to_int, to_str

SERVICE = "service"
PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class ServiceProxy:
    """What stands for a service that would be called. name: the service's."""

    name: str


def add(run: Runtime, me: Any, name: Any, url: Any) -> dict[str, Any]:
    run.confirm(("service", "add"))
    place = to_str(url)
    check_url(place)
    info = {"name": to_str(name), "url": place, "iden": run.host.ids.guid()}
    order = 1 + max((service["order"] for service in every(run)), default=0)
    run.host.documents.put(SERVICE, info["iden"], {**info, "order": order})
    run.host.events.tell("svc:add", {"name": info["name"], "iden": info["iden"]})
    return info


def check_url(url: str) -> None:
    """Raises StormError("BadUrl") for a text that is no URL."""
    if "://" not in url:
        raise StormError("BadUrl", f":// not found in [{url}] and no alias found!", url=url)


def every(run: Runtime) -> list[dict[str, Any]]:
    """All services, in the order in which they were added."""
    return sorted((info for _, info in run.host.documents.items(SERVICE)), key=lambda info: info["order"])


def found(run: Runtime, name: Any) -> dict[str, Any] | None:
    """A service by its iden or name; of several of one name, the last that was added."""
    wanted = to_str(name)
    services = every(run)
    by_iden = (info for info in services if info["iden"] == wanted)
    return next(by_iden, None) or next((info for info in reversed(services) if info["name"] == wanted), None)


def del_(run: Runtime, me: Any, iden: Any) -> None:
    run.confirm(("service", "del"))
    wanted = to_str(iden)
    gone = run.host.documents.pop(SERVICE, wanted)
    if gone is None:
        raise StormError("NoSuchStormSvc", f"No storm service with iden: {wanted}", iden=wanted)
    run.host.events.tell("svc:del", {"iden": wanted, "name": gone["name"], "svcname": ""})


def list_(run: Runtime, me: Any) -> list[dict[str, Any]]:
    run.confirm(("service", "list"))
    state = {"ready": False, "svcname": "", "svcvers": ""}
    return [{"name": info["name"], "url": info["url"], "iden": info["iden"], **state} for info in every(run)]


def get(run: Runtime, me: Any, name: Any) -> ServiceProxy:
    info = found(run, name)
    if info is None:
        raise StormError("NoSuchName", f"No service with name/iden: {to_str(name)}")
    run.confirm(("service", "get", info["iden"]))
    return ServiceProxy(info["name"])


def wait(run: Runtime, me: Any, name: Any, timeout: Any = None) -> bool:
    """Whether a service was ready in time; with no timeout, until the client goes. Raises StormError."""
    seconds = None if timeout is None else to_int(timeout)
    info = found(run, name)
    if info is None:
        raise StormError("NoSuchName", f"No service with name/iden: {to_str(name)}", name=to_str(name))
    run.confirm(("service", "get", info["iden"]))
    end = None if seconds is None else time.monotonic() + seconds
    while end is None or time.monotonic() < end:
        run.check()
        time.sleep(PAUSE_S)
    return False


def _deref(run: Runtime, me: ServiceProxy, name: Any) -> Any:
    # The product waits half a minute before it says so.
    text = to_str(name)
    mesg = f"Timeout waiting for storm service {me.name}.{text}"
    raise StormError("StormRuntimeError", mesg, name=text, service=me.name)


LIBRARIES = (
    Library(
        "lib.service",
        "Storm services.",
        (
            local("add(name: str, url: str) -> dict", add, "Make a service known.", writes=True),
            local("del(iden: str) -> null", del_, "Forget a service.", writes=True),
            local("get(name: str) -> dict", get, "A service to call.", writes=True),
            local(
                "has(name: str) -> boolean", lambda run, me, name: found(run, name) is not None, "Whether it is known."
            ),
            local("list() -> list", list_, "What is known about all of them."),
            local("wait(name: str, timeout: int = null) -> boolean", wait, "Wait until a service is ready."),
        ),
    ),
)
KINDS = (
    Kind(
        "telepath:proxy",
        "Service",
        ServiceProxy,
        "A service to call.",
        deref=_deref,
        show=lambda run, me: f"telepath:proxy: <deadringer service {me.name}>",
    ),
)
