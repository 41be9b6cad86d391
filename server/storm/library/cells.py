"""`$lib.cell`, `$lib.version`, `$lib.log`: the server itself."""

from __future__ import annotations

import logging
import os
import platform
import re
import shutil
from typing import Any

from ...release import COMMIT, VERSION, VERSTRING
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import python_name, to_prim, to_str

# How far the product's own repairs of stored data have come with that release.
FIXES = (4, 0, 0)
LOGGER = logging.getLogger("deadringer.storm")
SPECIFIER = re.compile(r"(~=|==|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(\.\*)?")


def confirm_admin(run: Runtime, name: str) -> None:
    if not run.admin():
        raise StormError("AuthDeny", f"$lib.cell.{name}() requires admin privs.", **run.told())


def cell_info(run: Runtime, me: Any) -> dict[str, Any]:
    confirm_admin(run, "getCellInfo")
    release = {"commit": COMMIT, "version": VERSION, "verstring": VERSTRING}
    changes = run.host.database.changes
    cell = {
        "type": "cortex",
        "iden": run.host.iden,
        "paused": False,
        "active": True,
        "safemode": False,
        "started": run.host.started_ms,
        "ready": True,
        **release,
        "nexsindx": changes,
        "uplink": False,
        "mirror": None,
        "aha": {"name": None, "leader": None, "network": None},
        "nexus": {"indx": changes, "ready": True, "uplink:ready": False, "readonly": False, "holds": []},
    }
    return {"synapse": release, "cell": cell}


def health(run: Runtime, me: Any) -> dict[str, Any]:
    confirm_admin(run, "getHealthCheck")
    component = {"status": "nominal", "name": "cortex", "mesg": "", "data": {}}
    return {"iden": run.host.iden, "components": [component], "status": "nominal"}


def system_info(run: Runtime, me: Any) -> dict[str, Any]:
    confirm_admin(run, "getSystemInfo")
    folder = run.host.database.path.parent
    disk = shutil.disk_usage(folder)
    page = os.sysconf("SC_PAGE_SIZE")
    files = [path.stat() for path in folder.iterdir() if path.is_file()]
    return {
        "volsize": disk.total,
        "volfree": disk.free,
        "backupvolsize": disk.total,
        "backupvolfree": disk.free,
        "cellstarttime": run.host.started_ms,
        "celluptime": run.host.clock.now_ms() - run.host.started_ms,
        "cellrealdisk": sum(found.st_blocks * 512 for found in files),
        "cellapprdisk": sum(found.st_size for found in files),
        "osversion": platform.platform(),
        "pyversion": platform.python_version(),
        "totalmem": page * os.sysconf("SC_PHYS_PAGES"),
        "availmem": page * os.sysconf("SC_AVPHYS_PAGES"),
        "cpucount": os.cpu_count(),
    }


def backup_info(run: Runtime, me: Any) -> dict[str, Any]:
    confirm_admin(run, "getBackupInfo")
    names = ("currduration", "laststart", "lastend", "lastduration", "lastsize", "lastupload", "lastexception")
    return dict.fromkeys(names)


def mirror_urls(run: Runtime, me: Any, name: Any = None) -> list[str]:
    confirm_admin(run, "getMirrorUrls")
    check_service(name)
    raise StormError("BadConfValu", "Enumerating mirror URLs is only supported when AHA is configured")


def check_service(name: Any) -> None:
    """Raises StormError for another service, of which there are none."""
    if name is not None:
        raise StormError("NoSuchName", f"No service with name/iden: {to_str(name)}")


def fixes_check(run: Runtime, me: Any) -> bool:
    confirm_admin(run, "stormFixesCheck")
    return False


def fixes_apply(run: Runtime, me: Any) -> tuple[int, int, int]:
    confirm_admin(run, "stormFixesApply")
    return FIXES


def uptime(run: Runtime, me: Any, name: Any = None) -> dict[str, int]:
    check_service(name)
    started = run.host.started_ms
    return {"starttime": started, "uptime": run.host.clock.now_ms() - started}


def matches(run: Runtime, me: Any, vertup: Any, reqstr: Any) -> bool:
    parts = to_prim(run, vertup)
    if not isinstance(parts, list | tuple | str | dict | set):
        # What the product makes of it has no parts.
        raise StormError("IndexError", "list index out of range")
    version = ".".join(map(str, parts))
    wanted = [part.strip() for part in to_str(reqstr).split(",") if part.strip()]
    found = []
    for part in wanted:
        match = SPECIFIER.fullmatch(part)
        if match is None:
            raise StormError("InvalidSpecifier", f"Invalid specifier: {part!r}")
        found.append(match)
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        if re.fullmatch(r"[\d.]*[a-z]\w*(\.\d+)*", version) and ".." not in version:
            return False  # a release before the final one meets nothing that does not ask for such
        raise StormError("InvalidVersion", f"Invalid version: {version!r}")
    held = tuple(int(part) for part in version.split("."))
    return all(_meets(held, match[1], tuple(map(int, match[2].split("."))), match[3] is not None) for match in found)


def _meets(held: tuple[int, ...], sign: str, bound: tuple[int, ...], prefix: bool) -> bool:
    if prefix:
        same = _padded(held, len(bound))[: len(bound)] == bound
        return same if sign == "==" else not same
    size = max(len(held), len(bound))
    mine, other = _padded(held, size), _padded(bound, size)
    if sign == "~=":
        return mine >= other and mine[: len(bound) - 1] == bound[:-1]
    return {
        "==": mine == other,
        "!=": mine != other,
        "<=": mine <= other,
        ">=": mine >= other,
        "<": mine < other,
        ">": mine > other,
    }[sign]


def _padded(parts: tuple[int, ...], size: int) -> tuple[int, ...]:
    return parts + (0,) * (size - len(parts))


def log(level: str) -> Any:
    """The function that logs at a level."""
    number = getattr(logging, level.upper())

    def logged(run: Runtime, me: Any, mesg: Any, extra: Any = None) -> None:
        run.confirm(("storm", "lib", "log", level))
        more = to_prim(run, extra)
        if more is not None and not isinstance(more, dict):
            told = f"extra provided to log call must be a dictionary compatible type. Got {python_name(more)} instead."
            raise StormError("BadArg", told)
        LOGGER.log(number, "%s%s", to_str(mesg), f" {more!r}" if more else "")

    return logged


LIBRARIES = (
    Library(
        "lib.cell",
        "The server.",
        (
            local("getBackupInfo() -> dict", backup_info, "How the last backup went."),
            local("getCellInfo() -> dict", cell_info, "What the server is."),
            local("getHealthCheck() -> dict", health, "How the server is."),
            local("getMirrorUrls(name: str = null) -> list", mirror_urls, "Where copies of it run."),
            local("getSystemInfo() -> dict", system_info, "What the server runs on."),
            local("hotFixesApply() -> list", fixes_apply, "Repair stored data.", writes=True),
            local("hotFixesCheck() -> boolean", fixes_check, "Whether stored data are to be repaired."),
            local("iden: gtor", lambda run, me: run.host.iden, "Its iden."),
            local("uptime(name: str = null) -> dict", uptime, "How long it has run."),
        ),
    ),
    Library(
        "lib.version",
        "Which release it is.",
        (
            local("commit() -> str", lambda run, me: COMMIT, "The commit of the release."),
            local("matches(vertup: list, reqstr: str) -> boolean", matches, "Whether a version meets a requirement."),
            local("synapse() -> list", lambda run, me: VERSION, "The version of the release."),
        ),
    ),
    Library(
        "lib.log",
        "The server's log.",
        (
            local("debug(mesg: str, extra: dict = null) -> null", log("debug"), "Log what helps to find errors."),
            local("error(mesg: str, extra: dict = null) -> null", log("error"), "Log an error."),
            local("info(mesg: str, extra: dict = null) -> null", log("info"), "Log what happened."),
            local("warning(mesg: str, extra: dict = null) -> null", log("warning"), "Log what may be wrong."),
        ),
    ),
)
