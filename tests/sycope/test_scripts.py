"""Scripts in the form of those that integrate with the product: log in, look, change what differs, log out.

They are written here, with `requests`, and use of the API what such scripts use.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import requests
from deadringer.server.running import RunningServer

API = "/npm/api/v1/"
EVERYTHING = "config-elements?offset=0&limit=2147483647&filter=category = "
PRIVACY: dict[str, list[Any]] = {"Public": [{"sid": "ROLE_USER", "perms": ["VIEW"]}], "Private": []}
FIELDS = [{"name": "timestamp", "type": "long", "sortable": True}, {"name": "host", "type": "string"}]


class Script:
    """A session with one server."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.session = requests.Session()
        self.session.headers.update({"Content-Type": "application/json"})
        self.credentials = {"username": "admin", "password": "qwerty"}
        assert self.ask("POST", "login", self.credentials)["status"] == 200

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer; a body goes with GET too."""
        return self.session.request(method, self.host + API + path, json=body, timeout=30).json()

    def found(self, category: str, name: str) -> str | None:
        """The id of the element of this name."""
        listed = self.ask("GET", f'{EVERYTHING}"{category}"', self.credentials)["data"]
        return next((element["id"] for element in listed if element["config"]["name"] == name), None)

    def synchronise(self, kind: str, config: dict[str, Any], file: dict[str, Any]) -> str:
        """Make a lookup, or change it if it differs; says which."""
        path, lookup = f"config-element-lookup/{kind}", {"config": config, "file": file}
        iden = self.found("lookup.lookup", config["name"])
        if iden is None:
            assert self.ask("POST", path, lookup)["status"] == 200
            return "made"
        saved = self.ask("GET", f"{path}/{iden}", self.credentials)
        if sorted(saved["config"].items(), key=str) == sorted(config.items(), key=str) and saved["file"] == file:
            return "same"
        more: dict[str, Any] = {
            "attributes": {"defaultColumns": []},
            "tags": None,
            "id": iden,
            "category": "lookup.lookup",
        }
        assert self.ask("PUT", f"{path}/{iden}", {**lookup, **more})["status"] == 200
        return "changed"

    def share(self, name: str, privacy: str) -> str:
        """Make a lookup public or private if it is not; says which."""
        iden = self.found("lookup.lookup", name)
        path, wanted = f"permissions/CONFIGURATION.lookup.lookup/{iden}", PRIVACY[privacy]
        saved = self.ask("GET", path)
        assert saved["objectId"] == iden
        if saved["sidPerms"] == wanted:
            return "same"
        assert self.ask("PUT", path, wanted)["sidPerms"] == wanted
        return "changed"

    def end(self) -> None:
        """Log out."""
        assert self.ask("GET", "logout")["status"] == 200
        self.session.close()

    def queried(
        self, nql: str, start: str | None = None, end: str | None = None, page: int = 3
    ) -> list[dict[str, Any]]:
        """All rows of a query: run, then page by page, as many as the total says."""
        body = {"nql": nql, "startTime": start, "endTime": end, "fsActive": False, "waitTime": 30000, "limit": page}
        job = self.ask("POST", "pipeline/run", body)
        assert "jobId" in job, job.get("message")
        rows: list[dict[str, Any]] = []
        for number in range((job["data"]["total"] or 0) // page + 1):
            got = self.ask("POST", f"pipeline/{job['jobId']}/data", {"limit": page, "offset": number * page})
            rows += got["data"]
        return rows

    def inject_new(self, index: str, events: list[tuple[int, str]]) -> int:
        """Inject the events that the index does not hold yet; gives how many those were."""
        first, last = (datetime.fromtimestamp(pick(at_ms for at_ms, _ in events) / 1000, UTC) for pick in (min, max))
        start, end = f"@{first.isoformat()}", f"@{last.isoformat()}"
        held = {(row["timestamp"], row["host"]) for row in self.queried(f'src stream="{index}"', start, end)}
        rows = [list(event) for event in events if event not in held]
        body = {"columns": ["timestamp", "host"], "indexName": index, "sortTimestamp": True, "rows": rows}
        assert not rows or self.ask("POST", "index/inject", body) == {"status": 200, "code": "OK"}
        return len(rows)


def lookups(host: str) -> list[str]:
    script = Script(host)
    config = {
        "name": "hosts",
        "type": "csvFile",
        "active": True,
        "dataFile": "a.csv",
        "delimiter": ",",
        "types": ["ip4"],
    }
    did = []
    for rows in ([["10.0.0.1"]], [["10.0.0.1"]], [["10.0.0.1"], ["10.0.0.2"]], [["10.0.0.1"], ["10.0.0.2"]]):
        did.append(script.synchronise("csvFile", config, {"columns": ["ip"], "rows": rows}))
    did += [script.share("hosts", privacy) for privacy in ("Private", "Public", "Public", "Private")]
    networks = {"columns": ["cidr", "name"], "rows": [["10.0.0.0/8", "lab"], ["10.0.0.1", ""]]}
    did += [script.synchronise("subnet", {"name": "hosts & subnets"}, networks) for _ in range(2)]
    assert script.ask("DELETE", f"config-element/{script.found('lookup.lookup', 'hosts')}")["status"] == 200
    assert script.found("lookup.lookup", "hosts") is None
    script.end()
    return did


def indexes(host: str) -> list[Any]:
    script = Script(host)
    index = {"name": "ZabbixStats", "active": True, "rotation": "daily", "storeRaw": True, "fields": FIELDS}
    body = {"columns": ["timestamp", "host"], "indexName": index["name"], "sortTimestamp": True, "rows": [[1, "a"]]}
    did = [script.ask("POST", "index/inject", body)["status"]]
    made = script.ask("POST", "config-element-index/user-index", index)
    did += [made["status"], script.ask("POST", "config-element-index/user-index", index)["status"]]
    did.append(script.ask("POST", "index/inject", body))
    assert script.found("userIndex.index", "ZabbixStats") == made["id"]
    did.append(script.ask("DELETE", f"config-element-index/user-index/{made['id']}")["status"])
    script.end()
    return did


def events(host: str) -> list[Any]:
    script = Script(host)
    config = {"name": "ZabbixStats", "active": True, "rotation": "daily", "storeRaw": True, "fields": FIELDS}
    made = script.ask("POST", "config-element-index/user-index", {"category": "userIndex.index", "config": config})
    told = [(1_746_823_336_771 + number * 50_000_000, f"host{number % 4}") for number in range(10)]
    did: list[Any] = [script.inject_new("ZabbixStats", told[:6]) for _ in range(2)]
    did += [script.inject_new("ZabbixStats", told) for _ in range(2)]
    found = [(row["timestamp"], row["host"]) for row in script.queried('src stream="ZabbixStats"')]
    assert found == told
    assert [len(script.queried('src stream="ZabbixStats"', page=page)) for page in (1, 5, 10, 11)] == [10] * 4
    busy = script.queried('src stream="ZabbixStats" | aggr n=count(1) by host unwind=true | sort n desc, host asc')
    did.append({row["host"]: row["n"] for row in busy})
    assert script.ask("DELETE", f"config-element-index/user-index/{made['id']}")["status"] == 200
    gone = script.ask("POST", "pipeline/run", {"nql": 'src stream="ZabbixStats"', "waitTime": 30000, "limit": 3})
    did += ["jobId" in gone, gone["status"]]
    script.end()
    return did


async def test_a_script_that_injects_only_what_is_new_and_removes_it_all(server: RunningServer) -> None:
    did = await asyncio.to_thread(events, server.url)
    assert did == [6, 0, 4, 0, {"host0": 3, "host1": 3, "host2": 2, "host3": 2}, False, 400]


async def test_a_script_that_keeps_lookups_as_they_should_be(server: RunningServer) -> None:
    did = await asyncio.to_thread(lookups, server.url)
    assert did == ["made", "same", "changed", "same", "same", "changed", "same", "changed", "made", "same"]


async def test_a_script_that_makes_fills_and_removes_an_index(server: RunningServer) -> None:
    assert await asyncio.to_thread(indexes, server.url) == [404, 200, 409, {"status": 200, "code": "OK"}, 200]
