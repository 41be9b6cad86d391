"""The Synapse seed's own examples for logging in and out, as printed (the URL is ours), over HTTPS; and what it says of
auth and the Axon, called with both of its libraries as a newcomer would.

The texts are run, not retyped: each is what the document shows, with its indentation back. Two of them hold an error of
the document, which is mended where it is noted.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import requests
from deadringer.server.running import RunningServer

from ..conftest import Launch
from .asking import Client

PRINTED_URL = "https://localhost:4443"
LOGIN_AIOHTTP = """
import aiohttp

async def logInExample(ssl=False):

    async with aiohttp.ClientSession() as sess:

        info = {'user': 'visi', 'passwd': 'secret'}
        async with sess.post('https://localhost:4443/api/v1/login', json=info, ssl=ssl) as resp:
            item = await resp.json()
            if item.get('status') != 'ok':
                code = item.get('code')
                mesg = item.get('mesg')
                raise Exception(f'Login error ({code}): {mesg}')

        # we are now clear to make additional HTTP API calls using sess
        return await then(sess)
"""
LOGIN_REQUESTS = """
import requests

def logInExample(ssl=False):

    sess = requests.session()

    url = 'https://localhost:4443/api/v1/login'
    info = {'user': 'visi', 'passwd': 'secret'}
    resp = sess.post(url, json=info, verify=ssl)
    item = resp.json()

    if item.get('status') != 'ok':
        code = item.get('code')
        mesg = item.get('mesg')
        raise Exception(f'Login error ({code}): {mesg}')

    # we are now clear to make additional HTTP API calls using sess
    return sess
"""
# The document calls a coroutine without `await` here.
LOGOUT_AIOHTTP = """
import aiohttp

async def logoutExample(sess, ssl):
    url = 'https://localhost:4443/api/v1/logout'
    resp = await sess.get(url, ssl=ssl)
    item = await resp.json()
    if item.get('status') != 'ok':
        code = item.get('code')
        mesg = item.get('mesg')
        raise Exception(f'Logout error ({code}): {mesg}')
"""
LOGOUT_REQUESTS = """
import requests

def logoutExample(sess, ssl):
    url = 'https://localhost:4443/api/v1/logout'
    resp = sess.get(url, verify=ssl)
    item = resp.json()
    if item.get('status') != 'ok':
        code = item.get('code')
        mesg = item.get('mesg')
        raise Exception(f'Logout error ({code}): {mesg}')
"""
DATA = b"some bytes for the Axon"
SHA = hashlib.sha256(DATA).hexdigest()


def printed(text: str, url: str, **names: Any) -> dict[str, Any]:
    """What a printed example defines, with our URL in it."""
    assert PRINTED_URL in text
    names = dict(names)
    exec(compile(text.replace(PRINTED_URL, url), "<seed>", "exec"), names)
    return names


@pytest.fixture
async def seeded(launch: Launch) -> RunningServer:
    """A server over HTTPS with the user of the document, an administrator."""
    server = await launch(tls=True)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        root = Client(session, server.urls["http"], ("root", "secret"))
        await root.make_user("visi", "secret", admin=True)
    return server


async def with_aiohttp(server: RunningServer, then: Callable[[aiohttp.ClientSession], Awaitable[None]]) -> None:
    """Log in as the document does; `then` is what it leaves to the reader."""
    await printed(LOGIN_AIOHTTP, server.urls["https"], then=then)["logInExample"]()


async def with_requests(server: RunningServer, then: Callable[[requests.Session], None]) -> None:
    """The same, in a thread as `requests` blocks."""

    def run() -> None:
        session = printed(LOGIN_REQUESTS, server.urls["https"])["logInExample"]()
        session.verify, session.trust_env = False, False
        with session:
            then(session)

    await asyncio.to_thread(run)


# The document logs in without looking at the certificate.
unverified = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
# To an address, aiohttp's jar only keeps cookies when it is told to; the document's host is a name.
BY_NAME = ("127.0.0.1", "localhost")


async def test_login_and_logout_with_aiohttp(seeded: RunningServer) -> None:
    url = seeded.urls["https"] = seeded.urls["https"].replace(*BY_NAME)

    async def then(sess: aiohttp.ClientSession) -> None:
        async with sess.get(f"{url}/api/v1/auth/users", ssl=False) as resp:
            assert [user["name"] for user in (await resp.json())["result"]] == ["root", "visi"]
        await printed(LOGOUT_AIOHTTP, url)["logoutExample"](sess, False)
        async with sess.get(f"{url}/api/v1/auth/users", ssl=False) as resp:
            assert (resp.status, (await resp.json())["code"]) == (401, "NotAuthenticated")

    await with_aiohttp(seeded, then)


@unverified
async def test_login_and_logout_with_requests(seeded: RunningServer) -> None:
    url = seeded.urls["https"]

    def then(sess: requests.Session) -> None:
        found = sess.get(f"{url}/api/v1/auth/users").json()
        assert [user["name"] for user in found["result"]] == ["root", "visi"]
        printed(LOGOUT_REQUESTS, url)["logoutExample"](sess, False)
        resp = sess.get(f"{url}/api/v1/auth/users")
        assert (resp.status_code, resp.json()["code"]) == (401, "NotAuthenticated")

    await with_requests(seeded, then)


async def test_a_refused_login_raises_what_the_document_says(server: RunningServer, launch: Launch) -> None:
    secure = await launch(tls=True)
    with pytest.raises(Exception, match=r"Login error \(AuthDeny\): No such user\."):
        await printed(LOGIN_AIOHTTP, secure.urls["https"])["logInExample"]()


Step = tuple[str, str, Any]


def auth_steps(idens: dict[str, str]) -> list[Step]:
    """Every auth call of the document, in an order that makes sense; idens are filled in as they become known."""
    user, role = idens.get("myuser", ""), idens.get("myrole", "")
    return [
        ("GET", "active", None),
        ("GET", "auth/users", None),
        ("GET", "auth/roles", None),
        ("POST", "auth/adduser", {"name": "myuser"}),
        ("POST", "auth/addrole", {"name": "myrole"}),
        ("GET", f"auth/user/{user}", None),
        ("POST", f"auth/user/{user}", {"email": "my@user.test"}),
        ("POST", f"auth/password/{user}", {"passwd": "new"}),
        ("GET", f"auth/role/{role}", None),
        ("POST", f"auth/role/{role}", {"rules": [[True, ["node"]]]}),
        ("POST", "auth/grant", {"user": user, "role": role}),
        ("POST", "auth/revoke", {"user": user, "role": role}),
        ("POST", "auth/delrole", {"name": "myrole"}),
    ]


def check_auth(at: int, idens: dict[str, str], result: Any) -> None:
    """What the document says each call returns."""
    _, path, body = auth_steps(idens)[at]
    if path == "active":
        assert result == {"active": True}
    elif path in ("auth/users", "auth/roles"):
        assert isinstance(result, list)
        assert all(item["type"] == path[5:9] for item in result)
    elif path in ("auth/adduser", "auth/addrole"):
        assert result["name"] == body["name"]
        idens[result["name"]] = result["iden"]
    elif path == "auth/delrole":
        assert result is None
    else:
        assert result["name"] in idens
        assert (idens["myrole"] in result.get("roles", [])) is (path == "auth/grant")


async def test_auth_with_aiohttp(seeded: RunningServer) -> None:
    url = seeded.urls["https"] = seeded.urls["https"].replace(*BY_NAME)

    async def then(sess: aiohttp.ClientSession) -> None:
        idens: dict[str, str] = {}
        for at in range(len(auth_steps(idens))):
            method, path, body = auth_steps(idens)[at]
            async with sess.request(method, f"{url}/api/v1/{path}", json=body, ssl=False) as resp:
                item = await resp.json()
            assert item["status"] == "ok", (path, item)
            check_auth(at, idens, item["result"])

    await with_aiohttp(seeded, then)


@unverified
async def test_auth_with_requests(seeded: RunningServer) -> None:
    def then(sess: requests.Session) -> None:
        idens: dict[str, str] = {}
        for at in range(len(auth_steps(idens))):
            method, path, body = auth_steps(idens)[at]
            item = sess.request(method, f"{seeded.urls['https']}/api/v1/{path}", json=body).json()
            assert item["status"] == "ok", (path, item)
            check_auth(at, idens, item["result"])

    await with_requests(seeded, then)


async def test_the_axon_with_aiohttp(seeded: RunningServer) -> None:
    url = seeded.urls["https"] = seeded.urls["https"].replace(*BY_NAME)
    axon = f"{url}/api/v1/axon/files"

    async def then(sess: aiohttp.ClientSession) -> None:
        for method in ("PUT", "POST"):
            async with sess.request(method, f"{axon}/put", data=DATA, ssl=False) as resp:
                found = (await resp.json())["result"]
            assert set(found) == {"md5", "sha1", "sha256", "sha512", "size"}
            assert (found["sha256"], found["size"]) == (SHA, len(DATA))
        async with sess.get(f"{axon}/has/sha256/{SHA}", ssl=False) as resp:
            assert await resp.json() == {"status": "ok", "result": True}
        async with sess.get(f"{axon}/by/sha256/{SHA}", ssl=False) as resp:
            assert b"".join([part async for part, _ in resp.content.iter_chunks()]) == DATA
        async with sess.head(f"{axon}/by/sha256/{SHA}", headers={"Range": "bytes=5-9"}, ssl=False) as resp:
            assert resp.headers["Content-Length"] == "5"
            assert resp.headers["Content-Range"] == f"bytes 5-9/{len(DATA)}"
        async with sess.delete(f"{axon}/by/sha256/{SHA}", ssl=False) as resp:
            assert await resp.json() == {"status": "ok", "result": True}
        async with sess.post(f"{axon}/del", json={"sha256s": [SHA]}, ssl=False) as resp:
            assert await resp.json() == {"status": "ok", "result": [[SHA, False]]}

    await with_aiohttp(seeded, then)


@unverified
async def test_the_axon_with_requests(seeded: RunningServer) -> None:
    axon = f"{seeded.urls['https']}/api/v1/axon/files"

    def then(sess: requests.Session) -> None:
        parts = [DATA[:5], DATA[5:]]
        assert sess.post(f"{axon}/put", data=iter(parts)).json()["result"]["sha256"] == SHA
        assert sess.put(f"{axon}/put", data=DATA).json()["result"]["sha256"] == SHA
        with sess.get(f"{axon}/by/sha256/{SHA}", stream=True) as resp:
            assert b"".join(resp.iter_content(chunk_size=None)) == DATA
        resp = sess.get(f"{axon}/by/sha256/{SHA}", headers={"Range": "bytes=0-3"})
        assert (resp.status_code, resp.content) == (206, DATA[:4])
        assert sess.head(f"{axon}/by/sha256/{SHA}").headers["Content-Length"] == str(len(DATA))
        assert sess.post(f"{axon}/del", json={"sha256s": [SHA]}).json()["result"] == [[SHA, True]]
        assert sess.get(f"{axon}/by/sha256/{SHA}").status_code == 404

    await with_requests(seeded, then)
