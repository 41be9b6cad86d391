"""TLS: the authority is kept, the leaf follows the names, keys are private, clients that trust ca.pem get through."""

import json
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from deadringer.server import tls
from deadringer.server.config import Config

from ..conftest import Launch

NAMES = {"localhost", "127.0.0.1", "::1", socket.gethostname()}


def prepared(folder: Path, *san: str) -> tls.Tls:
    return tls.prepare(Config(san=san), folder)


def file(folder: Path, name: str) -> bytes:
    return (folder / tls.FOLDER / name).read_bytes()


def handshake(server: ssl.SSLContext, ca: bytes | None, name: str) -> None:
    """A whole handshake in memory, as a client does it that trusts `ca` and nobody else. Raises ssl.SSLError."""
    client = ssl.create_default_context(cadata=None if ca is None else ca.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    while ends:
        for end in list(ends):
            try:
                end.do_handshake()
                ends.remove(end)
            except ssl.SSLWantReadError:
                pass


def names_of(folder: Path) -> set[str]:
    return set(json.loads(file(folder, tls.FACTS))["names"])


def test_a_client_that_trusts_our_authority_accepts_every_name(tmp_path: Path) -> None:
    secure = prepared(tmp_path, "dead.example", "10.1.2.3", "fe80::1", "bücher.example")
    for name in (*NAMES, "dead.example", "10.1.2.3", "fe80::1", "bücher.example"):
        handshake(secure.context, secure.ca, name)


def test_other_names_and_other_authorities_are_not_accepted(tmp_path: Path) -> None:
    secure = prepared(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"dead\.example"):
        handshake(secure.context, secure.ca, "dead.example")
    (tmp_path / "other").mkdir()
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(secure.context, prepared(tmp_path / "other").ca, "localhost")


def test_private_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    prepared(tmp_path)
    for name in (tls.CA_KEY, tls.LEAF_KEY):
        assert (tmp_path / tls.FOLDER / name).stat().st_mode & 0o777 == 0o600
        assert b"PRIVATE KEY" in file(tmp_path, name)
    assert b"PRIVATE" not in file(tmp_path, tls.CA_CERT) + file(tmp_path, tls.LEAF_CERT)
    assert not list((tmp_path / tls.FOLDER).glob("*.new"))


def test_a_second_start_makes_nothing_anew(tmp_path: Path) -> None:
    prepared(tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / tls.FOLDER).iterdir()}
    prepared(tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / tls.FOLDER).iterdir()} == before


def test_other_names_make_a_new_leaf_of_the_same_authority(tmp_path: Path) -> None:
    ca = prepared(tmp_path).ca
    leaf = file(tmp_path, tls.LEAF_CERT)
    secure = prepared(tmp_path, "dead.example")
    assert secure.ca == ca
    assert file(tmp_path, tls.LEAF_CERT) != leaf
    assert names_of(tmp_path) == NAMES | {"dead.example"}
    handshake(secure.context, ca, "dead.example")
    prepared(tmp_path)
    assert names_of(tmp_path) == NAMES


def test_a_leaf_that_runs_out_is_renewed(tmp_path: Path) -> None:
    ca = prepared(tmp_path).ca
    leaf = file(tmp_path, tls.LEAF_CERT)
    facts = json.loads(file(tmp_path, tls.FACTS))
    facts["expires_s"] -= (tls.LEAF_DAYS - tls.RENEW_BEFORE_DAYS + 1) * tls.DAY_S
    (tmp_path / tls.FOLDER / tls.FACTS).write_text(json.dumps(facts))
    secure = prepared(tmp_path)
    assert secure.ca == ca
    assert file(tmp_path, tls.LEAF_CERT) != leaf
    handshake(secure.context, ca, "localhost")


@pytest.mark.parametrize("lost", [tls.CA_CERT, tls.LEAF_CERT, tls.LEAF_KEY, tls.FACTS])
def test_whatever_is_lost_is_made_again_so_that_all_fits_together(tmp_path: Path, lost: str) -> None:
    prepared(tmp_path)
    (tmp_path / tls.FOLDER / lost).unlink()
    secure = prepared(tmp_path)
    handshake(secure.context, secure.ca, "localhost")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"names": [], "expires_s": "soon"}'])
def test_facts_of_a_leaf_that_cannot_be_read_are_told_in_one_sentence(tmp_path: Path, text: str) -> None:
    prepared(tmp_path)
    (tmp_path / tls.FOLDER / tls.FACTS).write_text(text)
    with pytest.raises(tls.BadCertificate, match="cannot be read; remove it"):
        prepared(tmp_path)


def test_the_users_own_certificate(tmp_path: Path) -> None:
    ca = prepared(tmp_path, "dead.example").ca
    folder = tmp_path / tls.FOLDER
    own = Config(tls_cert=folder / tls.LEAF_CERT, tls_key=folder / tls.LEAF_KEY)
    (tmp_path / "data").mkdir()
    secure = tls.prepare(own, tmp_path / "data")
    assert secure.ca is None
    assert not list((tmp_path / "data").iterdir())
    handshake(secure.context, ca, "dead.example")


def test_a_certificate_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    prepared(tmp_path)
    cert = tmp_path / tls.FOLDER / tls.LEAF_CERT
    with pytest.raises(FileNotFoundError) as missing:
        tls.prepare(Config(tls_cert=cert, tls_key=tmp_path / "none.key"), tmp_path)
    assert missing.value.filename == str(tmp_path / "none.key")
    for bad in (tmp_path / tls.FOLDER / tls.CA_KEY, cert):
        with pytest.raises(tls.BadCertificate, match=r"cannot be used for HTTPS: .+\.$"):
            tls.prepare(Config(tls_cert=cert, tls_key=bad), tmp_path)
    with pytest.raises(tls.BadCertificate, match="is no name that a certificate"):
        prepared(tmp_path, "a" * 64 + ".example")


def test_an_encrypted_key_is_refused_and_no_password_is_asked_for(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    prepared(tmp_path)
    key = serialization.load_pem_private_key(file(tmp_path, tls.LEAF_KEY), None)
    lock = serialization.BestAvailableEncryption(b"password")
    form = serialization.PrivateFormat.PKCS8
    (tmp_path / "locked.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, lock))
    with pytest.raises(tls.BadCertificate):
        tls.prepare(Config(tls_cert=tmp_path / "tls" / "leaf.pem", tls_key=tmp_path / "locked.key"), tmp_path)


def test_cryptography_is_not_imported_when_nothing_has_to_be_made(tmp_path: Path) -> None:
    prepared(tmp_path)
    program = (
        "import sys; from pathlib import Path; from deadringer.server import Config, tls;"
        f"tls.prepare(Config(), Path({str(tmp_path)!r})); sys.exit('cryptography' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


async def test_https_is_served_and_tells_whom_to_trust(launch: Launch) -> None:
    server = await launch(tls=True, san=("dead.example",))
    assert server.urls.keys() == {"https", "http"}
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{server.urls['http']}/_deadringer/ca.pem") as answer:
            assert answer.content_type == "application/x-pem-file"
            trusted = ssl.create_default_context(cadata=await answer.text())
        port = server.urls["https"].rpartition(":")[2]
        for host in ("localhost", "127.0.0.1", "[::1]"):
            url = f"https://{host}:{port}/_deadringer/health"
            async with session.get(url, ssl=trusted) as answer:
                assert answer.status == 200
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get(f"{server.urls['https']}/_deadringer/health")


async def test_without_a_certificate_of_ours_there_is_no_authority_to_trust(launch: Launch) -> None:
    server = await launch()
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/_deadringer/ca.pem") as answer:
        assert answer.status == 404
        assert (await answer.json())["code"] == "NOT_FOUND"
