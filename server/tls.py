"""The certificate authority and the leaf certificate that HTTPS is served with, kept in the data folder.

Made on the first start; the leaf is made anew when it runs out or other names are asked for, so that clients can go on
trusting the same authority. `cryptography` is imported only when something has to be made.
"""

import json
import os
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .config import Config

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

FOLDER = "tls"
CA_CERT, CA_KEY, LEAF_CERT, LEAF_KEY, FACTS = "ca.pem", "ca.key", "leaf.pem", "leaf.key", "leaf.json"
DAY_S = 24 * 3600
CA_DAYS = 3650
# What common clients accept at most of a leaf.
LEAF_DAYS = 825
RENEW_BEFORE_DAYS = 30
KEY_MODE = 0o600


class BadCertificate(Exception):
    """HTTPS cannot be served with these files or for these names; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Tls:
    """What HTTPS needs: a context for the listener, and our authority's certificate (None with the user's own files)."""

    context: ssl.SSLContext
    ca: bytes | None


def prepare(config: Config, data: Path) -> Tls:
    """Load the user's certificate, or ours, making what is missing. Raises BadCertificate, OSError."""
    if config.tls_cert is not None and config.tls_key is not None:
        for path in (config.tls_cert, config.tls_key):
            # The error of OpenSSL does not say which file it was that could not be read.
            path.open("rb").close()
        return Tls(_context(config.tls_cert, config.tls_key), None)
    folder = data / FOLDER
    folder.mkdir(exist_ok=True)
    names = sorted({"localhost", "127.0.0.1", "::1", socket.gethostname(), *config.san})
    if not (folder / CA_CERT).exists():
        _make_authority(folder)
        # A leaf of the authority before it would be worth nothing.
        (folder / FACTS).unlink(missing_ok=True)
    if not _leaf_is_good(folder, names):
        _make_leaf(folder, names)
    return Tls(_context(folder / LEAF_CERT, folder / LEAF_KEY), (folder / CA_CERT).read_bytes())


def _context(cert: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # An encrypted key fails with this password; without one OpenSSL would ask the terminal.
        context.load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        raise BadCertificate(f"{cert} and {key} cannot be used for HTTPS: {error.reason or error}.") from error
    return context


def _leaf_is_good(folder: Path, names: list[str]) -> bool:
    try:
        facts = json.loads((folder / FACTS).read_text())
        made_for, expires_s = facts["names"], float(facts["expires_s"])
    except FileNotFoundError:
        return False
    except (ValueError, KeyError, TypeError) as error:
        raise BadCertificate(f"{folder / FACTS} cannot be read; remove it, and a new certificate is made.") from error
    complete = (folder / LEAF_CERT).exists() and (folder / LEAF_KEY).exists()
    lasts = expires_s - time.time() > RENEW_BEFORE_DAYS * DAY_S
    return complete and lasts and bool(made_for == names)


def _make_authority(folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, f"Dead Ringer CA on {socket.gethostname()}"[:64])]
    )
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = _builder(name, name, key.public_key(), CA_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage, critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    _write(folder / CA_KEY, _key_text(key), KEY_MODE)
    # Last, as its presence says that the authority is complete.
    _write(folder / CA_CERT, certificate.public_bytes(_pem()))


def _make_leaf(folder: Path, names: list[str]) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    ca = x509.load_pem_x509_certificate((folder / CA_CERT).read_bytes())
    ca_key = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), password=None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "Dead Ringer")])
    builder = _builder(subject, ca.subject, key.public_key(), LEAF_DAYS)
    builder = builder.add_extension(
        x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
    )
    certificate = builder.sign(ca_key, hashes.SHA256())
    _write(folder / LEAF_KEY, _key_text(key), KEY_MODE)
    _write(folder / LEAF_CERT, certificate.public_bytes(_pem()))
    facts = {"names": names, "expires_s": certificate.not_valid_after_utc.timestamp()}
    _write(folder / FACTS, json.dumps(facts).encode())


def _builder(
    subject: "x509.Name", issuer: "x509.Name", key: "ec.EllipticCurvePublicKey", days: int
) -> "x509.CertificateBuilder":
    import datetime

    from cryptography import x509

    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # A little in the past, for clients whose clocks are late.
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _general_name(name: str) -> "x509.GeneralName":
    import ipaddress

    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name.encode("idna").decode())
    except UnicodeError as error:
        raise BadCertificate(f"{name!r} is no name that a certificate could be made for.") from error


def _key_text(key: "ec.EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(_pem(), serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _pem() -> "serialization.Encoding":
    from cryptography.hazmat.primitives import serialization

    return serialization.Encoding.PEM


def _write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write with the final mode from the first byte on: a private key is never readable by others, not even for a moment."""
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    temporary.replace(path)
