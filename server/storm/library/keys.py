"""`$lib.crypto.rsa` and `$lib.crypto.ecc`: keys of a pair, and signatures by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import to_int, to_str

CURVES: dict[str, Callable[[], ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
}
HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
RSA_BITS = (1024, 8192)


@dataclass(frozen=True, slots=True)
class RsaKey:
    """A key of RSA: the whole pair, or its public half alone (private None)."""

    private: rsa.RSAPrivateKey | None
    public: rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class EccKey:
    """A key on an elliptic curve: the whole pair, or its public half alone (private None)."""

    private: ec.EllipticCurvePrivateKey | None
    public: ec.EllipticCurvePublicKey


Key = RsaKey | EccKey


def generate_rsa(run: Runtime, me: Any, bits: Any = 2048) -> RsaKey:
    size, (least, most) = to_int(bits), RSA_BITS
    if not least <= size <= most:
        mesg = f"RSA key size must be between {least} and {most} bits, got {size}."
        raise StormError("BadArg", mesg, bits=size)
    key = rsa.generate_private_key(65537, size)
    return RsaKey(key, key.public_key())


def generate_ecc(run: Runtime, me: Any, curve: Any = "P-256") -> EccKey:
    name = to_str(curve)
    made = CURVES.get(name.upper())
    if made is None:
        raise StormError("BadArg", f"Invalid ECC curve: {name}", curve=name)
    key = ec.generate_private_key(made())
    return EccKey(key, key.public_key())


def load_rsa(run: Runtime, me: Any, key: Any) -> RsaKey:
    found = loaded(key, "RSA")
    if isinstance(found, rsa.RSAPrivateKey):
        return RsaKey(found, found.public_key())
    if isinstance(found, rsa.RSAPublicKey):
        return RsaKey(None, found)
    raise StormError("BadArg", f"Key is not an RSA {_half(found)} key.")


def load_ecc(run: Runtime, me: Any, key: Any) -> EccKey:
    found = loaded(key, "ECC")
    if isinstance(found, ec.EllipticCurvePrivateKey):
        return EccKey(found, found.public_key())
    if isinstance(found, ec.EllipticCurvePublicKey):
        return EccKey(None, found)
    raise StormError("BadArg", f"Key is not an ECC {_half(found)} key.")


def key_bytes(key: Any, name: str = "key") -> bytes:
    """A key that was given as text or bytes. Raises StormError("BadArg")."""
    if isinstance(key, str):
        return key.encode("utf8", "surrogatepass")
    if isinstance(key, bytes):
        return key
    raise StormError("BadArg", f"{name} must be bytes or str.", name=name)


def loaded(key: Any, kind: str) -> Any:
    """A key of PEM or DER, private or public. Raises StormError("BadArg")."""
    data = key_bytes(key)
    try:
        return _private_or_public(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StormError("BadArg", f"Invalid {kind} key: {error}") from error


def _private_or_public(data: bytes) -> Any:
    if data.lstrip().startswith(b"-----BEGIN"):
        if b"PRIVATE KEY" in data:
            return serialization.load_pem_private_key(data, None)
        return serialization.load_pem_public_key(data)
    try:
        return serialization.load_der_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return serialization.load_der_public_key(data)


def _half(key: Any) -> str:
    return "private" if hasattr(key, "private_bytes") else "public"


def encode(run: Runtime, me: Key, fmt: Any = "pem") -> str | bytes:
    name = to_str(fmt)
    if name not in ("pem", "der"):
        raise StormError("BadArg", f"Invalid key encoding format: {name}", fmt=name)
    encoding = serialization.Encoding.PEM if name == "pem" else serialization.Encoding.DER
    data = encoded(me, encoding)
    return data.decode("ascii") if name == "pem" else data


def encoded(me: Key, encoding: serialization.Encoding) -> bytes:
    if me.private is None:
        return me.public.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    return me.private.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def text(run: Runtime, me: Key) -> str:
    return encoded(me, serialization.Encoding.PEM).decode("ascii")


def pubkey(run: Runtime, me: Key) -> Key:
    if me.private is None:
        name = "rsa" if isinstance(me, RsaKey) else "ecc"
        raise StormError("BadArg", f"The crypto:{name}:key is already public-only.")
    return RsaKey(None, me.public) if isinstance(me, RsaKey) else EccKey(None, me.public)


def sign_rsa(run: Runtime, me: RsaKey, byts: Any, padding: Any = "pss", hashalgo: Any = "sha256") -> bytes:
    if me.private is None:
        raise StormError("BadArg", "Cannot sign with a public key.")
    data, algorithm = byts_of(byts, "byts"), hash_of(hashalgo)
    try:
        return me.private.sign(data, padding_of(padding, algorithm), algorithm)
    except ValueError as error:
        raise StormError("BadArg", f"Unable to sign: {error}") from error


def verify_rsa(
    run: Runtime, me: RsaKey, byts: Any, signature: Any, padding: Any = "pss", hashalgo: Any = "sha256"
) -> bool:
    data, signed, algorithm = byts_of(byts, "byts"), byts_of(signature, "signature"), hash_of(hashalgo)
    try:
        me.public.verify(signed, data, padding_of(padding, algorithm), algorithm)
    except InvalidSignature:
        return False
    return True


def sign_ecc(run: Runtime, me: EccKey, byts: Any, hashalgo: Any = "sha256") -> bytes:
    if me.private is None:
        raise StormError("BadArg", "Cannot sign with a public key.")
    return me.private.sign(byts_of(byts, "byts"), ec.ECDSA(hash_of(hashalgo)))


def verify_ecc(run: Runtime, me: EccKey, byts: Any, signature: Any, hashalgo: Any = "sha256") -> bool:
    data, signed = byts_of(byts, "byts"), byts_of(signature, "signature")
    try:
        me.public.verify(signed, data, ec.ECDSA(hash_of(hashalgo)))
    except InvalidSignature:
        return False
    return True


def byts_of(valu: Any, name: str) -> bytes:
    if not isinstance(valu, bytes):
        raise StormError("BadArg", f"{name} must be bytes.", name=name)
    return valu


def hash_of(name: Any) -> hashes.HashAlgorithm:
    text = to_str(name)
    made = HASHES.get(text.lower())
    if made is None:
        raise StormError("BadArg", f"Invalid hash algorithm: {text}", hashalgo=text)
    return made()


def padding_of(name: Any, algorithm: hashes.HashAlgorithm) -> Any:
    scheme = to_str(name)
    if scheme == "pss":
        return padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
    if scheme == "pkcs1v15":
        return padding.PKCS1v15()
    raise StormError("BadArg", f"Invalid padding scheme: {scheme}", padding=scheme)


RSA = Library(
    "lib.crypto.rsa",
    "Keys of RSA.",
    (
        local("generate(bits: int = 2048) -> crypto:rsa:key", generate_rsa, "A new key."),
        local("load(key: str|bytes) -> crypto:rsa:key", load_rsa, "A key of PEM or DER."),
    ),
)

ECC = Library(
    "lib.crypto.ecc",
    "Keys on elliptic curves.",
    (
        local('generate(curve: str = "P-256") -> crypto:ecc:key', generate_ecc, "A new key."),
        local("load(key: str|bytes) -> crypto:ecc:key", load_ecc, "A key of PEM or DER."),
    ),
)

COMMON = (
    local('encode(fmt: str = "pem") -> str|bytes', encode, "The key as PEM or DER."),
    local("isPrivate: boolean", lambda run, me: me.private is not None, "Whether it can sign."),
)

RSA_KEY = Kind(
    "crypto:rsa:key",
    "RsaKey",
    RsaKey,
    "A key of RSA.",
    (
        *COMMON,
        local("pubkey() -> crypto:rsa:key", pubkey, "The public half."),
        local('sign(byts: bytes, padding: str = "pss", hashalgo: str = "sha256") -> bytes', sign_rsa, "A signature."),
        local(
            'verify(byts: bytes, signature: bytes, padding: str = "pss", hashalgo: str = "sha256") -> boolean',
            verify_rsa,
            "Whether a signature is by this key.",
        ),
    ),
    show=lambda run, me: f"crypto:rsa:key: {text(run, me)}",
    prim=text,
)

ECC_KEY = Kind(
    "crypto:ecc:key",
    "EccKey",
    EccKey,
    "A key on an elliptic curve.",
    (
        *COMMON,
        local("pubkey() -> crypto:ecc:key", pubkey, "The public half."),
        local('sign(byts: bytes, hashalgo: str = "sha256") -> bytes', sign_ecc, "A signature."),
        local(
            'verify(byts: bytes, signature: bytes, hashalgo: str = "sha256") -> boolean',
            verify_ecc,
            "Whether a signature is by this key.",
        ),
    ),
    show=lambda run, me: f"crypto:ecc:key: {text(run, me)}",
    prim=text,
)

LIBRARIES = (RSA, ECC)
KINDS = (RSA_KEY, ECC_KEY)
