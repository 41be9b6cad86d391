"""An API key that a query made opens the door over HTTP (reference 2.5)."""

import aiohttp
from deadringer.server.running import RunningServer


async def test_a_key_made_in_storm_acts_as_its_user(server: RunningServer) -> None:
    url = f"{server.urls['http']}/api/v1/storm/call"
    make = {"query": "return($lib.auth.users.byname(root).genApiKey(mine))"}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        headers = {"Authorization": aiohttp.encode_basic_auth("root", "secret")}
        async with session.post(url, json=make, headers=headers) as answer:
            key, info = (await answer.json())["result"]
        who = {"query": "return($lib.user.name())"}
        async with session.post(url, json=who, headers={"X-API-KEY": key}) as answer:
            assert (answer.status, (await answer.json())["result"]) == (200, "root")
        gone = {"query": f"return($lib.auth.users.get().delApiKey({info['iden']}))"}
        async with session.post(url, json=gone, headers={"X-API-KEY": key}) as answer:
            assert (await answer.json())["result"] is True
        async with session.post(url, json=who, headers={"X-API-KEY": key}) as answer:
            assert answer.status == 401
